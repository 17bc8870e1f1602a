"""Losses: how wrong the outputs are, and the gradient that says how to become less wrong."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from engine.basics.errors import NotReadyError, ShapeError
from engine.basics.records import quoted

if TYPE_CHECKING:
    from engine.layers.base import Array

Labels = NDArray[np.integer]


def softmax(logits: Array) -> Array:
    """Probabilities ``exp(z_k) / Σ_j exp(z_j)`` along the last axis.

    The largest logit is subtracted first, which changes nothing but prevents overflow.

    Shape:
        ``(…, classes)`` in and out.
    """
    shifted = logits - logits.max(axis=-1, keepdims=True)
    np.exp(shifted, out=shifted)
    shifted /= shifted.sum(axis=-1, keepdims=True)
    return np.asarray(shifted)


def check_labels(outputs: Array, labels: Labels) -> None:
    """Raise ``ShapeError`` unless there is one label in ``0 … classes − 1`` per row of outputs."""
    if outputs.ndim != 2:
        raise ShapeError(
            f"The loss needs outputs of shape (N, classes); got {outputs.shape}. "
            "End the stack in a Dense layer with one output per class."
        )
    if labels.shape != (outputs.shape[0],):
        raise ShapeError(
            f"The loss needs one label per sample, {outputs.shape[0]} in all; got {labels.shape}."
        )
    if labels.dtype.kind not in "iu":
        raise ShapeError(f"Labels must be whole numbers; got {labels.dtype}.")
    # seen as unsigned, negative labels are huge, so that one look finds both ends
    if labels.size and int(labels.view(f"u{labels.itemsize}").max()) >= outputs.shape[1]:
        raise ShapeError(
            f"Labels must be from 0 to {outputs.shape[1] - 1}, one per class; "
            f"got {labels.min()} to {labels.max()}."
        )


class Loss(ABC):
    """A loss averaged over the batch."""

    def __init__(self) -> None:
        self._gradient: Array | None = None

    def forward(self, outputs: Array, labels: Labels, of: int | None = None) -> float:
        """The mean loss over ``outputs`` ``(N, classes)``; keeps its gradient for ``backward``.

        ``of`` is the size of the whole batch when only a part of it is given: then the parts'
        losses and gradients add up to the batch's.

        Raises:
            ShapeError: if labels are out of range or of another number than the outputs.
        """
        check_labels(outputs, labels)
        loss, self._gradient = self._compute(outputs, labels, len(outputs) if of is None else of)
        return loss

    @abstractmethod
    def _compute(self, outputs: Array, labels: Labels, N: int) -> tuple[float, Array]:
        """The sum of the losses divided by ``N``, and its gradient ``(…, classes)``."""

    def backward(self) -> Array:
        """Gradient of the last loss with respect to the outputs, ``(N, classes)``.

        Raises:
            NotReadyError: if there is no last loss.
        """
        if self._gradient is None:
            raise NotReadyError(f"{type(self).__name__}.backward was called before forward.")
        return self._gradient


UNCLIPPED_LOG = "unclipped logarithm"
LOSSES = ("cross-entropy", "mean squared error", UNCLIPPED_LOG)


def make_loss(name: str, *, of_probabilities: bool) -> Loss:
    """The loss of that name; ``of_probabilities`` if the stack itself ends in softmax.

    Raises:
        ShapeError: if the name is unknown.
    """
    match name:
        case "cross-entropy":
            return CrossEntropy() if of_probabilities else SoftmaxCrossEntropy()
        case "mean squared error":
            return MeanSquaredError()
        case "unclipped logarithm":
            return UnclippedLog()
    raise ShapeError(f"The loss must be one of {', '.join(LOSSES)}; got {quoted(name)!r}.")


class SoftmaxCrossEntropy(Loss):
    """Cross-entropy of the softmax of logits, computed together so that neither overflows.

    ``L = −(1/N) Σ_n log p[n, label_n]`` and ``∂L/∂z[n, k] = (p[n, k] − [k = label_n]) / N``.
    Source: C. Bishop, "Pattern Recognition and Machine Learning" (2006), section 4.3.4.
    """

    def _compute(self, outputs: Array, labels: Labels, N: int) -> tuple[float, Array]:
        z = outputs.T  # (classes, N): the order in memory
        shifted = z - z.max(axis=0)
        picked = shifted[labels, np.arange(labels.size)]
        np.exp(shifted, out=shifted)
        total = shifted.sum(axis=0)
        loss = float((np.log(total) - picked).sum() / N)
        shifted /= total
        shifted[labels, np.arange(labels.size)] -= 1
        shifted /= N
        return loss, shifted.T


class CrossEntropy(Loss):
    """Cross-entropy of probabilities, for a stack that ends in Softmax.

    ``L = −(1/N) Σ_n log p[n, label_n]``, ``∂L/∂p[n, k] = −[k = label_n] / (N · p[n, k])``.
    Probabilities are clipped at ``floor`` first: the logarithm of 0 would end the run in NaN.
    """

    def __init__(self, floor: float = 1e-12) -> None:
        super().__init__()
        self.floor = floor

    def _compute(self, outputs: Array, labels: Labels, N: int) -> tuple[float, Array]:
        return _mean_log(np.maximum(outputs, self.floor), labels, N)


class UnclippedLog(Loss):
    """The course's error, for the lesson: ``L = −(1/N) Σ_n log y[n, label_n]`` of any ``y``.

    It takes outputs for probabilities whatever they are. Without a softmax some are negative, and
    have no logarithm; with one they may be rounded to 0, whose logarithm is infinite. Either ends
    a run: ``CrossEntropy`` clips, ``SoftmaxCrossEntropy`` never takes the logarithm of 0. The
    gradient is ``−1 / (N · y)`` at the label, 0 elsewhere.
    """

    def _compute(self, outputs: Array, labels: Labels, N: int) -> tuple[float, Array]:
        with np.errstate(all="ignore"):
            return _mean_log(outputs, labels, N)


def _mean_log(outputs: Array, labels: Labels, N: int) -> tuple[float, Array]:
    """``−(1/N) Σ_n log y[n, label_n]`` and its gradient, ``−1 / (N·y)`` at the labels."""
    rows = np.arange(labels.size)
    picked = outputs[rows, labels]
    gradient = np.zeros(outputs.shape[::-1], outputs.dtype)
    gradient[labels, rows] = -1 / (N * picked)
    return float(-np.log(picked).sum() / N), gradient.T


class MeanSquaredError(Loss):
    """``L = (1/(N·K)) Σ_n Σ_k (y[n, k] − [k = label_n])²``, over N images and K classes.

    ``∂L/∂y = 2 · (y − one_hot) / (N·K)``.
    """

    def _compute(self, outputs: Array, labels: Labels, N: int) -> tuple[float, Array]:
        count = N * outputs.shape[1]
        difference = outputs.T.copy()
        difference[labels, np.arange(labels.size)] -= 1
        return float((difference * difference).sum() / count), (difference * (2 / count)).T
