"""Forward and backward through a network as it answers, not as it trains.

Training draws random numbers (dropout) and looks at the whole batch (batch normalisation). Whoever
asks how an *answer* depends on its input wants neither: dropout lets everything through, and batch
normalisation is a fixed scale and shift per channel, ``∂L/∂x = weight/√(running_var + ε) · g``.
"""

from __future__ import annotations

import numpy as np

from engine.layers.base import Array, Layer
from engine.layers.regularization import BatchNorm2d, Dropout
from engine.networks.muted import Muted
from engine.networks.network import Sequential


class EvaluationPass:
    """One pass of a batch through a network and back, on the network's own weights.

    The network itself is left as it is; if its weights change, the next ``forward`` follows.

    Attributes:
        outputs: Every layer's output of the last ``forward``, with the batch axis, as copies.
    """

    def __init__(self, network: Sequential) -> None:
        self._network = network.replica()
        for layer in self._network.layers:
            (layer.inner if isinstance(layer, Muted) else layer).needs_input_grad = True
        self.outputs: list[Array] = []

    def forward(self, x: Array) -> Array:
        """The network's output. Shape: ``(N, *input_shape)`` to ``(N, …)``."""
        self.outputs = []
        for layer in self._network.layers:
            inner = layer.inner if isinstance(layer, Muted) else layer
            is_random = isinstance(inner, Dropout | BatchNorm2d)
            x = layer.forward(x, training=not is_random)
            self.outputs.append(np.array(x, order="C"))
        return x

    def backward(self, gradient: Array, last: int | None = None) -> list[Array]:
        """The gradients of a scalar, from that of layer ``last``'s output (of the last layer's).

        Returns:
            The gradient of the input, then of every layer's output up to ``last``, as copies.
        """
        end = len(self._network.layers) if last is None else last + 1
        found = [np.array(gradient, order="C")]
        for layer in reversed(self._network.layers[:end]):
            gradient = _pull_back(layer, gradient)
            found.append(np.array(gradient, order="C"))
        return found[::-1]


def _pull_back(layer: Layer, gradient: Array) -> Array:
    if isinstance(layer, Muted):
        return _pull_back(layer.inner, layer.silenced(gradient))
    if isinstance(layer, Dropout):
        return gradient
    if isinstance(layer, BatchNorm2d):
        inverse = 1 / np.sqrt(layer.state["running_var"] + layer.epsilon)
        scale = (layer.parameters["weight"] * inverse).astype(gradient.dtype)
        return np.asarray(gradient * scale[:, None, None])
    return layer.backward(gradient)
