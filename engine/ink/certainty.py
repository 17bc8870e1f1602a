"""How certain it is that some ink is one digit: as the network and the guard see it together.

``P(one digit, and this one) = P(a digit) · P(this digit | a digit)``: the guard's doubt, a log
odds, gives the first as ``1 / (1 + e^doubt)``, the network's calibrated probabilities the second.
Two digits in one are among the marks that the guard has learnt to be none.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from engine.ink.guard import Guard, doubts
from engine.ink.pieces import Piece, joined
from engine.ink.plausibility import can_be_digit
from engine.ink.preprocess import prepare
from engine.networks.calibration import Calibration, class_scores
from engine.networks.network import Sequential

Certainties = NDArray[np.float64]

NEVER = -8.0
"""Logarithm of how probable a digit is at least: no single part outweighs all others."""

_MOST_KEPT = 600
_MOST_PIXELS = 6_000_000
"""Of the pieces that are kept, which is what 600 digits of usual size have; a long scribble has
more than a hundred digits."""


@dataclass(eq=False)
class DigitJudge:
    """Judges groups of pieces, and remembers what it judged: most pieces stay as they are."""

    network: Sequential
    calibration: Calibration
    guard: Guard | None
    _known: dict[tuple[int, ...], tuple[tuple[Piece, ...], float]] = field(default_factory=dict)
    _pixels: dict[int, int] = field(default_factory=dict)
    _pixels_in_all: int = 0

    def __call__(self, groups: Sequence[Sequence[Piece]]) -> Certainties:
        """Natural logarithm of how probable each group is to be one digit, 0 at most."""
        keys = [tuple(sorted(map(id, group))) for group in groups]
        if len(self._known) > _MOST_KEPT or self._pixels_in_all > _MOST_PIXELS:
            self._known.clear()
            self._pixels.clear()
            self._pixels_in_all = 0
        new = {
            key: tuple(group)
            for key, group in zip(keys, groups, strict=True)
            if key not in self._known
        }
        if new:
            found = self._judged(list(new.values())).tolist()
            # pieces are kept with what was made of them, so that no other gets their identity
            self._known |= {
                key: (group, value) for (key, group), value in zip(new.items(), found, strict=True)
            }
            self._count(new.values())
        return np.array([self._known[key][1] for key in keys])

    @property
    def pixels_kept(self) -> int:
        """How many pixels the pieces have that are remembered."""
        return self._pixels_in_all

    def _count(self, groups: Iterable[tuple[Piece, ...]]) -> None:
        for group in groups:
            for piece in group:
                if id(piece) not in self._pixels:
                    self._pixels[id(piece)] = piece.ink.size
                    self._pixels_in_all += piece.ink.size

    def _judged(self, groups: Sequence[Sequence[Piece]]) -> Certainties:
        prepared = [prepare(joined(group).ink) for group in groups]
        images = np.stack([one.image for one in prepared])[:, np.newaxis]
        scores = class_scores(self.network, images)
        highest = self.calibration.probabilities(scores).max(1).astype(np.float64)
        certainties: Certainties = np.log(np.maximum(highest, 1e-9))
        if self.guard is not None:
            certainties -= np.logaddexp(0, doubts(self.guard.network, images).astype(np.float64))
        certainties[[not can_be_digit(one) for one in prepared]] = NEVER
        return np.maximum(certainties, NEVER)
