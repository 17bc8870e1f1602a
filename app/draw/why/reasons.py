"""Why this answer: which method, of which class's score, and what its numbers do and do not say."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from app.look.percentages import percent
from app.state.networks import NetworkHolder
from engine.basics.geometry import times
from engine.basics.numbers import show

if TYPE_CHECKING:  # loaded when the view is first seen
    from engine.insight.attribution import Attribution, CamLayer, ScoreGradients
    from engine.networks.network import Sequential

Picture = NDArray[np.floating]


class Method(StrEnum):
    """How to ask, in the order of the buttons: what is understood most easily comes first."""

    OCCLUSION = "occlusion"
    SALIENCY = "saliency"
    GRAD_CAM = "grad-cam"


PATCHES = (3, 5, 7, 9)
FILLS = (("paper", 0.0), ("grey", 0.5), ("ink", 1.0))
"""What a patch may show."""


@dataclass(frozen=True)
class Question:
    """What is asked.

    Attributes:
        method: How.
        label: About which class; ``None`` is the answer.
        of_probability: Of saliency, whether it is about the probability, not the logit. Occlusion
            always asks about the probability, Grad-CAM about the logit.
        is_signed: Of saliency, whether the sign is kept.
        layer: Of Grad-CAM, which of the convolutions, from 0; −1 is the last.
        patch: Of occlusion, the side of the patch.
        fill: Of occlusion, the index of what the patch shows in ``FILLS``.
    """

    method: Method = Method.OCCLUSION
    label: int | None = None
    of_probability: bool = False
    is_signed: bool = False
    layer: int = -1
    patch: int = 5
    fill: int = 0


@dataclass(frozen=True, eq=False)
class Reason:
    """An answer to a question.

    Attributes:
        values: A number for every pixel, ``(28, 28)``; NaN where it is not known yet.
        is_gradient: Whether they are slopes with their signs.
        is_signed: Whether they may be negative.
        score: The score itself, in words.
        sentence: What the numbers say and what they do not.
        unit: What a pixel's number is, before the number.
        patch: Side of the patch, 0 without one.
    """

    values: Picture
    is_gradient: bool
    is_signed: bool
    score: str
    sentence: str
    unit: str
    patch: int = 0


class Reasons:
    """Asks the engine about the open network; knows no widgets."""

    def __init__(self, networks: NetworkHolder) -> None:
        self._networks = networks
        self._network: Sequential | None = None
        self._gradients: ScoreGradients | None = None
        self._convolutions: tuple[CamLayer, ...] = ()

    def follow(self) -> None:
        """Ask the network that is open now."""
        network = self._networks.network
        if network is self._network:
            return
        from engine.insight.attribution import ScoreGradients, cam_layers  # noqa: PLC0415 - slow to load

        self._network = network
        self._gradients = ScoreGradients(network)
        self._convolutions = cam_layers(network.stack)

    @property
    def convolutions(self) -> tuple[str, ...]:
        """The convolutions that Grad-CAM can look at, in words."""
        return tuple(
            f"layer {one.convolution + 1}, {times(one.size)}" for one in self._convolutions
        )

    def gradient_reason(self, question: Question, image: Picture, label: int) -> Reason:
        """Saliency or Grad-CAM: one pass forward and one backward.

        Shape:
            ``image`` is (28, 28).
        """
        from engine.insight.attribution import Score, ScoreKind  # noqa: PLC0415

        assert self._gradients is not None  # noqa: S101 - ``follow`` came first
        of_probability = question.of_probability and question.method is Method.SALIENCY
        kind = ScoreKind.PROBABILITY if of_probability else ScoreKind.LOGIT
        score = Score(label, kind, self._networks.calibration.temperature)
        found = self._gradients.of(image[np.newaxis], score)
        called = self._networks.name_of(label)
        name = f"the probability of {called}" if of_probability else f"{called}'s logit"
        if question.method is Method.SALIENCY:
            return _saliency(found, question, name)
        return self._grad_cam(found, question, name)

    def _grad_cam(self, found: Attribution, question: Question, name: str) -> Reason:
        from engine.insight.attribution import enlarge, grad_cam  # noqa: PLC0415

        chosen = self._convolutions[question.layer]
        gradients = found.gradients[chosen.layer]
        assert gradients is not None  # noqa: S101 - a convolution lies before the logits
        coarse = grad_cam(found.activations[chosen.layer], gradients)
        height, width = found.image.shape[1:]
        return Reason(
            enlarge(coarse, height, width),
            is_gradient=False,
            is_signed=False,
            score=_score_words(found.value, name),
            sentence=(
                f"Where those maps of layer {chosen.convolution + 1} are active that raise {name}, "
                f"weighted by their mean gradients; its {times(coarse.shape)} numbers, enlarged to "
                "28×28, show no finer place than that, and leave out what speaks against."
            ),
            unit="weighted activation",
        )

    def occlusion(self, question: Question, image: Picture, label: int) -> Iterator[Reason]:
        """Row by row: each reason knows one row more. The first knows none.

        Shape:
            ``image`` is (28, 28).
        """
        from engine.insight.attribution import Occlusion  # noqa: PLC0415

        words, fill = FILLS[question.fill]
        asked = Occlusion(
            self._networks.network,
            image[np.newaxis],
            label,
            question.patch,
            fill,
            self._networks.calibration.temperature,
        )
        size, called = f"{question.patch}×{question.patch}", self._networks.name_of(label)
        values = np.full(image.shape, np.nan)
        for row in range(-1, asked.rows):
            if row >= 0:
                values[row] = asked.row(row)
            yield Reason(
                values.copy(),
                is_gradient=False,
                is_signed=True,
                score=f"Probability of {called}: {percent(asked.probability)}",
                sentence=(
                    f"Hiding {size} pixels under {words} makes {called} less probable where it is "
                    "orange, more probable where it is blue: that says what this answer depends "
                    "on, not why, and another patch may say something else."
                ),
                unit="fall of the probability",
                patch=question.patch,
            )


def _saliency(found: Attribution, question: Question, name: str) -> Reason:
    from engine.insight.attribution import saliency  # noqa: PLC0415

    limits = (
        "it holds for tiny changes only, is noisy, and does not say what the network “looked at”."
    )
    if question.is_signed:
        sentence = f"More ink here raises {name} (green) or lowers it (purple); {limits}"
        values = found.image[0]
    else:
        sentence = f"How strongly {name} answers to a little more or less ink here; {limits}"
        values = saliency(found.image)
    return Reason(
        values,
        is_gradient=question.is_signed,
        is_signed=question.is_signed,
        score=_score_words(found.value, name),
        sentence=sentence,
        unit="slope" if question.is_signed else "size of the slope",
    )


def _score_words(value: float, name: str) -> str:
    name = name.removeprefix("the ")
    if name.startswith("probability"):
        return f"P{name[1:]}: {percent(value)}"
    return f"{name}: {show(value).text}"
