"""Where values left the finite range: layer by layer, forward and then backward."""

from __future__ import annotations

import numpy as np

from engine.layers.base import Array
from engine.losses import Labels, Loss
from engine.network import Sequential


def locate_non_finite(
    network: Sequential, images: Array, labels: Labels, loss: Loss
) -> tuple[int | None, str, str]:
    """The first layer whose values are infinite or NaN for this batch.

    Returns:
        The layer's index (``None`` for the loss itself), its title, and a clause that says what
        happened: ``the output of layer 4, Convolution 2-D, is no longer finite``.
    """
    titles = [spec.title for spec in network.stack.layers]
    twin = network.copy()
    with np.errstate(all="ignore"):
        x = images
        for index, (layer, title) in enumerate(zip(twin.layers, titles, strict=True)):
            if not all(np.isfinite(value).all() for value in layer.parameters.values()):
                return index, title, _clause("the weights of", index, title)
            x = layer.forward(x, training=True)
            if not np.isfinite(x).all():
                return index, title, _clause("the output of", index, title)
        if not np.isfinite(loss.forward(x, labels)):
            return None, "loss", "the loss is no longer finite"
        grad = loss.backward()
        for index in reversed(range(len(titles))):
            layer, title = twin.layers[index], titles[index]
            grad = layer.backward(grad)
            if not all(np.isfinite(array).all() for array in (*layer.gradients.values(), grad)):
                return index, title, _clause("the gradient in", index, title)
    return None, "loss", "the loss is no longer finite"


def _clause(what: str, index: int, title: str) -> str:
    verb = "are" if what.startswith("the weights") else "is"
    return f"{what} layer {index + 1}, {title}, {verb} no longer finite"
