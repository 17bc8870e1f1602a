"""The pieces of ink that digits are made of: a pull of the pen each, or ink that hangs together.

A drawing keeps its strokes, so its pieces may cross and still be told apart; of an image only the
pixels are left, and its pieces are what hangs together in it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from engine.ink.components import components
from engine.ink.drawings import Mark, PastedImage
from engine.ink.preprocess import NoInkError, ink_box
from engine.ink.rendering import render
from engine.ink.resample import Picture
from engine.ink.seams import lines_crossed, parts, seams

Box = tuple[int, int, int, int]
"""(top, left, height, width), in pixels."""

_INK = 0.5
"""Pixels with less ink than this are the smooth edge, and not counted."""

_ROWS = 4
"""So many rows of pixels are looked at as one."""

SLANTS = (-0.2, 0.0, 0.2, 0.4)
"""Columns per row by which digits may lean, mostly to the right."""

_MOST_PIECES = 32

_MOST_CUTS = 16
"""In so many places at most the ink of an image is cut."""

_MOST_CUTS_OF_STROKE = 4
"""The same for one pull of the pen, which rarely draws two digits and hardly ever more."""


@dataclass(frozen=True, eq=False)
class Piece:
    """A piece of ink: ``ink`` is ``(height, width)``, its first pixel at (``top``, ``left``).

    ``is_stroke`` says that it is one pull of the pen, rather than ink of an image; ``source`` is
    the piece that it was cut from, if it was, and ``crossed`` the number of lines that the cut on
    its left goes through.
    """

    top: int
    left: int
    ink: Picture
    is_stroke: bool = False
    source: Piece | None = None
    crossed: int = 0

    @property
    def box(self) -> Box:
        """Where it lies."""
        return (self.top, self.left, *self.ink.shape)

    @cached_property
    def outline(self) -> NDArray[np.float32]:
        """Where its ink begins and ends, for every few rows of pixels that have any.

        Shape:
            ``(n, 3)``: row, left end, right end, in pixels of the sheet.
        """
        is_ink = self.ink > min(_INK, 0.5 * float(self.ink.max()))
        first = self.top // _ROWS
        rows = (np.arange(len(is_ink)) + self.top) // _ROWS - first
        has_ink = np.zeros((int(rows[-1]) + 1, is_ink.shape[1]), bool)
        np.logical_or.at(has_ink, rows, is_ink)
        found = np.flatnonzero(has_ink.any(axis=1))
        begin = has_ink[found].argmax(axis=1)
        end = is_ink.shape[1] - has_ink[found, ::-1].argmax(axis=1)
        columns = ((found + first) * _ROWS, begin + self.left, end + self.left)
        return np.column_stack(columns).astype(np.float32)

    @cached_property
    def reaches(self) -> NDArray[np.float32]:
        """From which column to which one it reaches, if it is set upright from each of ``SLANTS``.

        Shape:
            ``(2, slants)``: first columns, last columns.
        """
        rows, begin, end = self.outline.T
        shifts = np.outer(np.array(SLANTS, np.float32), rows)
        return np.stack(((begin + shifts).min(1), (end + shifts).max(1)))

    @cached_property
    def thin_parts(self) -> tuple[Piece, ...]:
        """The piece cut where it is thin, from left to right; itself if there is no such place."""
        cuts = seams(self.ink, _MOST_CUTS_OF_STROKE if self.is_stroke else _MOST_CUTS)
        crossed = [0] + [lines_crossed(self.ink, cut) for cut in cuts]
        found: list[tuple[Picture, int]] = []
        for ink, lines in zip(parts(self.ink, cuts), crossed, strict=True):
            if found and min(float(ink.max()), float(found[-1][0].max())) <= _INK:
                found[-1] = np.maximum(found[-1][0], ink), found[-1][1]  # no more than an edge
            else:
                found.append((ink, lines))
        if len(found) == 1:
            return (self,)
        return tuple(
            replace(_trimmed(self.top, self.left, ink), source=self, crossed=lines)
            for ink, lines in found
        )


def piece_of(picture: Picture) -> Piece:
    """All ink of a picture as one pull of the pen.

    Raises:
        NoInkError: if there is none.
    """
    return replace(_trimmed(0, 0, picture), is_stroke=True)


def _trimmed(top: int, left: int, ink: Picture) -> Piece:
    """The piece that lies in ``ink``, whose first pixel is at (``top``, ``left``).

    A copy: a view would hold the whole sheet for as long as the piece is kept.
    """
    first, start, height, width = ink_box(ink)
    own = ink[first : first + height, start : start + width].copy()
    return Piece(top + first, left + start, own)


def joined(pieces: Iterable[Piece]) -> Piece:
    """Pieces as one, with no paper around it."""
    found = tuple(pieces)
    if len(found) == 1:
        return found[0]
    top, left, height, width = box_around(found)
    ink = np.zeros((height, width), np.float32)
    for piece in found:
        down, right = piece.top - top, piece.left - left
        part = ink[down : down + piece.ink.shape[0], right : right + piece.ink.shape[1]]
        np.maximum(part, piece.ink, out=part)
    return Piece(top, left, ink)


def pieces_in(picture: Picture) -> tuple[Piece, ...]:
    """The pieces of a picture: ink that hangs together, without the finest dust.

    If there are very many, it is no number, and the largest ones stand for all.
    """
    return tuple(Piece(top, left, ink) for top, left, ink in components(picture, _MOST_PIECES))


def pieces_of(mark: Mark, boxes: int = 1) -> tuple[Piece, ...]:
    """The pieces that one mark adds to a sheet ``boxes`` boxes wide: none if it erases."""
    if isinstance(mark, PastedImage):
        return pieces_in(render((mark,), boxes=boxes))
    if mark.erases:
        return ()
    try:
        return (piece_of(render((mark,), boxes=boxes)),)
    except NoInkError:  # outside the sheet
        return ()


def left_over(pieces: Iterable[Piece], picture: Picture) -> tuple[Piece, ...]:
    """What the eraser left of pieces: one that it cut through became two, others are gone.

    ``picture`` is the whole drawing with everything that was erased.
    """
    found: list[Piece] = []
    for piece in pieces:
        left = np.minimum(piece.ink, _part(picture, piece))
        found += (
            Piece(piece.top + a, piece.left + b, ink, piece.is_stroke)
            for a, b, ink in components(left, 2)
        )
    return tuple(found)


def picture_of(pieces: Iterable[Piece], picture: Picture) -> Picture:
    """The sheet with these pieces alone, and of them only what ``picture`` still shows.

    Shape:
        ``(H, W)``, as ``picture``.
    """
    alone = np.zeros_like(picture)
    for piece in pieces:
        part = _part(alone, piece)
        np.maximum(part, np.minimum(piece.ink, _part(picture, piece)), out=part)
    return alone


def _part(picture: Picture, piece: Piece) -> Picture:
    height, width = piece.ink.shape
    return picture[piece.top : piece.top + height, piece.left : piece.left + width]


def distance(one: Piece, other: Piece) -> float:
    """Paper between two pieces at the nearest place, in pixels; 0 where they touch or enclose."""
    a, b = one.outline[:, None, :], other.outline[None, :, :]
    across = np.maximum(np.maximum(b[..., 1] - a[..., 2], a[..., 1] - b[..., 2]), 0)
    down = np.maximum(np.abs(a[..., 0] - b[..., 0]) - _ROWS, 0)
    return float(np.sqrt((across * across + down * down).min()))


def box_around(pieces: Iterable[Piece]) -> Box:
    """The box around pieces."""
    boxes = [piece.box for piece in pieces]
    top, left = min(box[0] for box in boxes), min(box[1] for box in boxes)
    bottom = max(box[0] + box[2] for box in boxes)
    right = max(box[1] + box[3] for box in boxes)
    return (top, left, bottom - top, right - left)


def middle_of(pieces: Iterable[Piece]) -> float:
    """The column in the middle of the box around pieces."""
    _, left, _, width = box_around(pieces)
    return left + width / 2


def shared(a: tuple[int, int], b: tuple[int, int]) -> float:
    """The overlap of two stretches (start, length), as a share of the shorter one."""
    overlap = min(a[0] + a[1], b[0] + b[1]) - max(a[0], b[0])
    return max(0, overlap) / max(1, min(a[1], b[1]))
