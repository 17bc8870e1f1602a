"""Why this answer: how the score of a class depends on the pixels and on the feature maps.

Three methods, each of which says something else, and none of which says what the network "looked
at":

- *saliency*: the gradient of the score with respect to every pixel, ``∂s_c/∂x``. Source:
  K. Simonyan, A. Vedaldi, A. Zisserman, "Deep inside convolutional networks", 2013.
- *Grad-CAM*: the feature maps of one convolution, added up with the mean gradients of the score as
  weights. Source: R. Selvaraju et al., "Grad-CAM: Visual explanations from deep networks via
  gradient-based localization", 2017.
- *occlusion*: by how much the class's probability falls when a patch hides a part of the image.
  Source: M. Zeiler, R. Fergus, "Visualizing and understanding convolutional networks", 2014.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from engine.basics.errors import ShapeError
from engine.layers import Conv2dSpec
from engine.layers.base import Array
from engine.networks.calibration import Calibration, class_scores
from engine.networks.evaluation_pass import EvaluationPass
from engine.networks.network import Sequential
from engine.networks.stack import Stack, describe


class ScoreKind(StrEnum):
    """What of a class is asked about."""

    LOGIT = "logit"
    PROBABILITY = "probability"


@dataclass(frozen=True)
class Score:
    """The score of one class.

    With logits ``z``, those before the softmax if the stack ends in one: the logit is ``s_c = z_c``
    and the probability ``s_c = softmax(z/T)_c``, the one that is shown, at the network's
    calibrated temperature T.
    """

    label: int
    kind: ScoreKind = ScoreKind.LOGIT
    temperature: float = 1.0

    def value(self, logits: Array) -> float:
        """The score itself. Shape: ``logits`` is ``(classes,)``."""
        return float(self._of(logits)[self.label])

    def gradient(self, logits: Array) -> Array:
        """``∂s_c/∂z_k``: ``[k = c]``, or ``p_c · ([k = c] − p_k) / T``. Shape: ``(classes,)``."""
        own = np.zeros_like(logits)
        own[self.label] = 1
        if self.kind is ScoreKind.LOGIT:
            return own
        shares = self._of(logits)
        slope: Array = shares[self.label] * (own - shares) / logits.dtype.type(self.temperature)
        return slope

    def _of(self, logits: Array) -> Array:
        if self.kind is ScoreKind.LOGIT:
            return logits
        shares: Array = Calibration(self.temperature).probabilities(logits[np.newaxis])[0]
        return shares


@dataclass(frozen=True, eq=False)
class Attribution:
    """How one score depends on the image, and on every number between image and score.

    Attributes:
        value: The score.
        image: ``∂s/∂x``, of the image's shape ``(C, H, W)``.
        activations: Every layer's output, ``(C, H, W)`` or ``(features,)``.
        gradients: ``∂s/∂(that output)``, of the same shapes; ``None`` behind the logits, where the
            score is already known.
    """

    value: float
    image: Array
    activations: tuple[Array, ...]
    gradients: tuple[Array | None, ...]


class ScoreGradients:
    """Computes attributions in one network, pass by pass: one forward and one backward each."""

    def __init__(self, network: Sequential) -> None:
        output = describe(network.stack).output_shape or ()
        last = len(network.layers) - 1 - network.ends_in_softmax
        if len(output) != 1 or last < 0:
            raise ShapeError(
                f"{network.stack.name} needs one score per class at its end; it gives {output}. "
                "Add Flatten and a Dense layer."
            )
        self._pass = EvaluationPass(network)
        self._dtype = network.dtype
        self._classes = output[0]
        self._last = last

    def of(self, image: Array, score: Score) -> Attribution:
        """The gradients of ``score`` on one image.

        Shape:
            ``image`` is one sample, ``(C, H, W)``.

        Raises:
            ShapeError: if there is no such class.
        """
        if not 0 <= score.label < self._classes:
            raise ShapeError(f"There is no class {score.label}: there are {self._classes}, from 0.")
        self._pass.forward(np.asarray(image, self._dtype)[np.newaxis])
        logits = self._pass.outputs[self._last][0]
        found = self._pass.backward(score.gradient(logits)[np.newaxis], self._last)
        behind = len(self._pass.outputs) - 1 - self._last
        return Attribution(
            score.value(logits),
            found[0][0],
            tuple(output[0] for output in self._pass.outputs),
            (*(gradient[0] for gradient in found[1:]), *(None for _ in range(behind))),
        )


def saliency(gradient: Array) -> Array:
    """``max_channel |∂s/∂x|``: the size of the slope at every pixel.

    Shape:
        ``(C, H, W)`` to ``(H, W)``.
    """
    size: Array = np.abs(gradient).max(axis=0)
    return size


def grad_cam(activations: Array, gradients: Array) -> Array:
    """``max(0, Σ_k α_k · A_k)`` with ``α_k = mean over the map of ∂s/∂A_k``.

    Shape:
        both ``(K, H, W)``, the K maps of one layer; the result ``(H, W)``, never negative.

    Raises:
        ShapeError: if the two have different shapes, or are no feature maps.
    """
    if activations.ndim != 3 or activations.shape != gradients.shape:
        raise ShapeError(
            "Grad-CAM needs feature maps (K, H, W) and their gradients; got "
            f"{activations.shape} and {gradients.shape}."
        )
    weights = gradients.mean(axis=(1, 2))
    total: Array = np.maximum(np.tensordot(weights, activations, axes=1), 0)
    return total


def enlarge(grid: Array, height: int, width: int) -> Array:
    """Bilinear interpolation to ``height`` × ``width``, cell centres on cell centres of the area.

    Shape:
        ``(H, W)`` to ``(height, width)``.
    """
    rows, columns = _between(grid.shape[0], height), _between(grid.shape[1], width)
    result: Array = rows @ grid.astype(np.float64) @ columns.T
    return result


def _between(cells: int, wanted: int) -> Array:
    """The share that each of ``cells`` has in each wanted one: two neighbours, or one at an end."""
    place = np.clip((np.arange(wanted) + 0.5) * cells / wanted - 0.5, 0, cells - 1)
    low = np.floor(place).astype(np.intp)
    high = np.minimum(low + 1, cells - 1)
    share = np.zeros((wanted, cells))
    np.add.at(share, (np.arange(wanted), low), 1 - (place - low))
    np.add.at(share, (np.arange(wanted), high), place - low)
    return share


@dataclass(frozen=True)
class CamLayer:
    """A convolution whose maps Grad-CAM can add up.

    ``layer`` is where the maps are taken: behind the activation and the normalisation that belong
    to the ``convolution``. Both count from 0. ``size`` is a map's height and width.
    """

    convolution: int
    layer: int
    size: tuple[int, int]


def cam_layers(stack: Stack) -> tuple[CamLayer, ...]:
    """The convolutions of a stack, first to last; the last is the one that the paper uses."""
    rows = describe(stack).rows
    found = []
    for index, spec in enumerate(stack.layers):
        if isinstance(spec, Conv2dSpec):
            end = index
            while end + 1 < len(rows) and rows[end + 1].spec.belongs_to_convolution:
                end += 1
            shape = rows[end].output_shape or ()
            if len(shape) == 3:
                found.append(CamLayer(index, end, (shape[1], shape[2])))
    return tuple(found)


class Occlusion:
    """A patch slides over an image; each place tells by how much a class's probability falls.

    Args:
        network: The network that is asked.
        image: One sample, ``(C, H, W)``.
        label: The class, from 0.
        size: Height and width of the patch, an odd number.
        fill: What the patch shows: 0 is paper.
        temperature: Of the probabilities.

    Attributes:
        probability: Of the class on the whole image.

    Raises:
        ShapeError: if ``size`` is even or not positive, or there is no such class.
    """

    def __init__(
        self,
        network: Sequential,
        image: Array,
        label: int,
        size: int,
        fill: float = 0.0,
        temperature: float = 1.0,
    ) -> None:
        if size < 1 or size % 2 == 0:
            raise ShapeError(f"The patch needs an odd side, so that it has a middle; got {size}.")
        self._network, self._image = network, np.asarray(image, network.dtype)
        self._label, self._reach, self._fill = label, size // 2, fill
        self._calibration = Calibration(temperature)
        self.probability = float(self._probabilities(self._image[np.newaxis])[0])

    @property
    def rows(self) -> int:
        """How many rows of places there are: as many as the image has."""
        return int(self._image.shape[1])

    def row(self, row: int) -> Array:
        """``p(image) − p(image with the patch)``, the patch's middle at each place of one row.

        At the edges a part of the patch lies outside. Where the patch changes nothing, the
        network is not asked: the difference is 0.

        Shape:
            ``(W,)``; positive where the hidden part speaks for the class.
        """
        width = self._image.shape[2]
        hidden = np.repeat(self._image[np.newaxis], width, axis=0)
        top, bottom = max(0, row - self._reach), row + self._reach + 1
        for column in range(width):
            left, right = max(0, column - self._reach), column + self._reach + 1
            hidden[column, :, top:bottom, left:right] = self._fill
        drops = np.zeros(width)
        changed = (hidden != self._image).any(axis=(1, 2, 3))
        if changed.any():
            drops[changed] = self.probability - self._probabilities(hidden[changed])
        return drops

    def everywhere(self) -> Array:
        """All rows. Shape: ``(H, W)``."""
        return np.stack([self.row(row) for row in range(self.rows)])

    def _probabilities(self, images: Array) -> Array:
        shares = self._calibration.probabilities(class_scores(self._network, images))
        if not 0 <= self._label < shares.shape[1]:
            raise ShapeError(f"There is no class {self._label}: there are {shares.shape[1]}.")
        return shares[:, self._label].astype(np.float64)
