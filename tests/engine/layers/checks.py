"""Gradient checks that know nothing of the layers but ``forward`` and ``backward``."""

import numpy as np

from engine.loops import numerical_gradient


def check_gradients(layer, x, seed=0, tolerance=1e-6):
    """Compare a layer's gradients with central differences of a random weighting of its output."""
    rng = np.random.default_rng(seed)

    def forward():
        layer.reseed((seed,))  # so that what is drawn by chance stays
        return layer.forward(x, training=True)

    output = forward()
    weighting = rng.standard_normal(output.shape)

    def loss():
        return float((forward() * weighting).sum())

    grad_input = layer.backward(weighting)
    gradients = {name: value.copy() for name, value in layer.gradients.items()}
    np.testing.assert_allclose(grad_input, numerical_gradient(loss, x), atol=tolerance)
    for name, value in layer.parameters.items():
        np.testing.assert_allclose(gradients[name], numerical_gradient(loss, value), atol=tolerance)
