"""Where values left the finite range, and why: layer by layer, forward and then backward."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.layers.base import Array
from engine.networks.losses import Labels, Loss, UnclippedLog
from engine.networks.network import Sequential


@dataclass(frozen=True)
class Fault:
    """The first place with a value that is infinite or not a number.

    ``what`` is a clause (*the output of layer 4, Dense, is no longer finite*), ``why`` a sentence
    with the numbers that led there, and ``remedy`` what to try; empty where it is for
    the learning rate, or the values that the run began with, to be others.
    """

    what: str
    why: str
    remedy: str = ""


def locate_non_finite(network: Sequential, images: Array, labels: Labels, loss: Loss) -> Fault:
    """The first layer whose values are infinite or NaN for this batch."""
    titles = [spec.title for spec in network.stack.layers]
    twin = network.copy()
    with np.errstate(all="ignore"):
        x = images
        for index, (layer, title) in enumerate(zip(twin.layers, titles, strict=True)):
            if not all(np.isfinite(value).all() for value in layer.parameters.values()):
                return Fault(_clause("the weights of", index, title), "")
            before, x = x, layer.forward(x, training=True)
            if not np.isfinite(x).all():
                why = _overflow(before, layer.parameters, network)
                return Fault(_clause("the output of", index, title), why)
        if not np.isfinite(loss.forward(x, labels)):
            return _fault_of_the_loss(network, x, labels, loss)
        grad = loss.backward()
        for index in reversed(range(len(titles))):
            layer, title = twin.layers[index], titles[index]
            before, grad = grad, layer.backward(grad)
            if not all(np.isfinite(array).all() for array in (*layer.gradients.values(), grad)):
                why = _overflow(before, layer.parameters, network, "The gradient that comes in")
                return Fault(_clause("the gradient in", index, title), why)
    return Fault(_LOSS, "")


_LOSS = "the loss is no longer finite"
STEPS_TOO_LONG = "Each step overshoots further than the one before."
"""Why it comes to that, where steps were made and nothing else is at fault."""


def _clause(what: str, index: int, title: str) -> str:
    verb = "are" if what.startswith("the weights") else "is"
    return f"{what} layer {index + 1}, {title}, {verb} no longer finite"


def _overflow(
    values: Array,
    parameters: dict[str, Array],
    network: Sequential,
    subject: str = "Its input",
) -> str:
    """How large the factors have become whose products are too large."""
    largest = np.finfo(network.dtype).max
    text = f"{subject} reaches {_size(values)}"
    if "weight" in parameters:
        text += f" and its weights {_size(parameters['weight'])}"
    return (
        f"{text}: sums of products pass {largest:.1e}, the largest number that "
        f"{np.dtype(network.dtype).name} holds."
    )


def _size(values: Array) -> str:
    return f"{float(np.abs(values).max()):.1e}"


def _signed(value: float) -> str:
    return f"{value:.3g}".replace("-", "−")


def _fault_of_the_loss(network: Sequential, outputs: Array, labels: Labels, loss: Loss) -> Fault:
    if not isinstance(loss, UnclippedLog):
        why = f"The outputs reach {_size(outputs)}, too much for it to be summed."
        return Fault(_LOSS, why)
    picked = outputs[np.arange(labels.size), labels]
    last = len(network.stack.layers)
    title = network.stack.layers[-1].title
    if network.ends_in_softmax:
        why = (
            f"It takes the logarithm of each probability as it is, and of {labels.size} for the "
            f"right class {int((picked <= 0).sum())} are rounded to 0: ln 0 is infinite."
        )
    else:
        why = (
            f"It takes the logarithm of the outputs as if they were probabilities, but layer "
            f"{last}, {title}, is no softmax: of {labels.size} outputs for the right class "
            f"{int((picked < 0).sum())} are negative, such as {_signed(picked.min())}, and a "
            "negative number has no logarithm."
        )
    remedy = (
        "Try softmax with cross-entropy, computed together or clipped, as every other run here has."
    )
    return Fault(_LOSS, why, remedy)
