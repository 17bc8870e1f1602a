"""From the ink on the canvas to ten probabilities, and to words when there are none."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.viewmodels.networks import NetworkHolder
from engine.geometry import times
from engine.preprocess import NoInkError, Prepared, prepare
from engine.resample import Picture
from engine.stack import describe

Probabilities = NDArray[np.floating]


@dataclass(frozen=True, eq=False)
class Recognition:
    """What the network makes of a drawing.

    ``prepared`` is ``None`` on a blank sheet, ``probabilities`` (10 of them) also where there is
    no network that fits; ``problem`` then says so.
    """

    prepared: Prepared | None
    probabilities: Probabilities | None = None
    problem: str = ""

    @property
    def answer(self) -> int | None:
        """The most probable digit."""
        return None if self.probabilities is None else int(np.argmax(self.probabilities))


def recognise(pixels: Picture, networks: NetworkHolder, problem: str = "") -> Recognition:
    """Prepare a picture of ink as MNIST was, and ask the network.

    ``problem`` is what ``why_unfit`` says of the network; with one, it is not asked.

    Shape:
        ``pixels`` is (H, W), 0 for paper and 1 for full ink.
    """
    try:
        prepared = prepare(pixels)
    except NoInkError:
        return Recognition(None, problem=problem)
    if problem:
        return Recognition(prepared, problem=problem)
    probabilities = networks.network.predict_proba(prepared.image[np.newaxis, np.newaxis])[0]
    return Recognition(prepared, probabilities)


def why_unfit(networks: NetworkHolder) -> str:
    """Say why the open network cannot read digits; an empty text if it can."""
    if not networks.has_network:
        return "There is no network yet. Open one, or build and train one."
    if networks.accepts_digits:
        return ""
    stack = networks.network.stack
    output = describe(stack).output_shape
    gives = times(output) if output else "no"
    return (
        f"{stack.name} takes images of {times(stack.input_shape)} and gives {gives} outputs. "
        "A drawing needs a network that takes 1×28×28 and gives 10."
    )
