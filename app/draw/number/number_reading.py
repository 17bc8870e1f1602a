"""Several digits on one sheet: told apart, read one by one, and put together to a number."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from app.look.percentages import percent
from app.state.guard import bundled_guard
from app.state.networks import NetworkHolder
from app.state.recognition import Recognition, recognise
from engine.ink.drawings import Mark, Stroke
from engine.ink.pieces import Box, Piece, left_over, picture_of, pieces_of
from engine.ink.preprocess import FULL, Steps, ink_box
from engine.ink.resample import Picture
from engine.ink.segmentation import row_of

if TYPE_CHECKING:  # the window is painted before the engine is loaded
    from engine.ink.certainty import DigitJudge

UNREAD = "?"
"""What stands in the number for ink that looks like no digit."""


@dataclass(frozen=True)
class DigitReading:
    """One digit of a number: the ``box`` around its ink, and what the network makes of it."""

    box: Box
    recognition: Recognition

    @property
    def text(self) -> str:
        """The digit, or what else the class is called, or a question mark."""
        best = self.recognition.answer
        return UNREAD if best is None else self.recognition.name_of(best)

    @property
    def words(self) -> str:
        """Its probability, or that it is no digit."""
        known = self.recognition
        return "no digit" if known.answer is None else percent(known.share)

    @property
    def doubt(self) -> str:
        """What makes the answer uncertain; empty if nothing does."""
        return self.recognition.doubt


@dataclass(frozen=True)
class NumberReading:
    """The digits of a number from left to right; none on a blank sheet."""

    digits: tuple[DigitReading, ...] = ()

    @property
    def text(self) -> str:
        """The number, with a question mark for what looks like no digit; or names, in a row."""
        texts = [digit.text for digit in self.digits]
        return (", " if self.has_names else "").join(texts)

    @property
    def has_names(self) -> bool:
        """Whether names of classes are read rather than digits."""
        return any(digit.recognition.class_names for digit in self.digits)

    @property
    def words(self) -> str:
        """How far the number can be believed."""
        doubtful = sum(bool(digit.doubt) for digit in self.digits)
        if not self.digits:
            return "nothing drawn"
        noun = "drawing" if self.has_names else "digit"
        if len(self.digits) == 1:
            return self.digits[0].doubt or f"1 {noun}, no doubt"
        if not doubtful:
            return f"{len(self.digits)} {noun}s, none doubtful"
        return f"{len(self.digits)} {noun}s, {doubtful} doubtful"

    def nearest(self, place: float) -> int | None:
        """Which digit is nearest to a column of the sheet; ``None`` if there is none."""
        if not self.digits:
            return None
        middles = [digit.box[1] + digit.box[3] / 2 for digit in self.digits]
        return int(np.argmin([abs(middle - place) for middle in middles]))


class NumberReader:
    """Reads the digits of a drawing.

    Pieces of marks that are finished are found once, and digits that stay as they are are read
    once: while the pen moves, only what it draws is new. Where digits touch, the network itself
    judges what belongs together; its judgements are kept too.
    """

    def __init__(self) -> None:
        self._known: dict[int, tuple[Mark, tuple[Piece, ...]]] = {}
        self._read: dict[tuple[int, ...], tuple[tuple[Piece, ...], DigitReading]] = {}
        self._terms: tuple[object, ...] = ()
        self._judge: DigitJudge | None = None

    def pictures(self, marks: Sequence[Mark], pixels: Picture) -> tuple[Picture, ...]:
        """The digits from left to right, each alone on the sheet.

        Shape:
            ``pixels`` is the whole drawing, ``(280, boxes·280)``, and so is every picture.
        """
        return tuple(picture_of(pieces, pixels) for pieces in self._groups(marks, pixels))

    def _groups(self, marks: Sequence[Mark], pixels: Picture) -> tuple[tuple[Piece, ...], ...]:
        boxes = pixels.shape[1] // pixels.shape[0]
        known = {id(mark): self._found(mark, boxes) for mark in marks}
        self._known = known
        pieces = tuple(piece for _, found in known.values() for piece in found)
        if any(isinstance(mark, Stroke) and mark.erases for mark in marks):
            pieces = left_over(pieces, pixels)
        return row_of(pieces, self._judge)

    def read(
        self,
        marks: Sequence[Mark],
        pixels: Picture,
        networks: NetworkHolder,
        problem: str = "",
        steps: Steps = FULL,
    ) -> NumberReading:
        """Tell the digits apart and read each, see ``recognise``."""
        network = networks.network if networks.has_network else None
        terms = (network, networks.calibration, problem, steps)
        before = self._read if terms == self._terms else {}
        if terms != self._terms or self._judge is None:
            self._judge = None if problem else _judge(networks)
        self._read, self._terms = {}, terms
        digits = []
        for pieces in self._groups(marks, pixels):
            key = tuple(map(id, pieces))
            if key not in before:
                picture = picture_of(pieces, pixels)
                recognition = recognise(picture, networks, problem, steps)
                before[key] = pieces, DigitReading(ink_box(picture), recognition)
            self._read[key] = before[key]
            digits.append(before[key][1])
        return NumberReading(tuple(digits))

    def forget(self) -> None:
        """The sheet or the network is another one: what was found is of no use."""
        self._known, self._read, self._judge = {}, {}, None

    def _found(self, mark: Mark, boxes: int) -> tuple[Mark, tuple[Piece, ...]]:
        known = self._known.get(id(mark))
        if known is not None and known[0] is mark:
            return known
        return mark, pieces_of(mark, boxes)


def _judge(networks: NetworkHolder) -> DigitJudge | None:
    """What says which pieces are one digit; none if the open network reads something else."""
    if not networks.has_network or networks.class_names:
        return None
    from engine.ink.certainty import DigitJudge  # noqa: PLC0415 - slow to load

    return DigitJudge(networks.network, networks.calibration, bundled_guard())
