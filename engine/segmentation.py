"""Several digits side by side, told apart: which pieces of ink belong to the same one.

A piece is one pull of the pen, or, in an image, ink that hangs together. Pieces of one digit touch
or lie above each other: the hat of a 5, the bars of a 4, the line through a 7, the foot of a 1.
Digits of a number stand beside each other, with paper between them. So two pieces are joined if
there is hardly any paper between them, or if one lies over the other and not far away; but not if
what comes of it is wider than a digit can be. How far apart pieces are is measured row by row, from
outline to outline, because the boxes around slanted digits overlap though nothing of them touches.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from engine.components import components
from engine.drawings import Mark, PastedImage, Stroke
from engine.ink import render
from engine.preprocess import NoInkError, ink_box
from engine.resample import Picture

Box = tuple[int, int, int, int]
"""(top, left, height, width), in pixels."""

_INK = 0.5
"""Pixels with less ink than this are the smooth edge, and not counted."""

_ROWS = 4
"""So many rows of pixels are looked at as one."""

TOUCHING = 0.075
"""Pieces with less paper between them than this share of a digit's height are one digit."""

HOVERING = 0.3
"""Pieces above each other with less paper between them than this are one digit."""

_ABOVE = 0.25
"""Share of its width with which the narrower piece must lie over or under the other."""

_BESIDE = 0.4
"""Share of its height beside the other, from which a piece is no longer above or below it."""

WIDEST = 1.3
"""Width by height of what pieces may be joined to, unless one of them is as wide already."""

_SPECK = 0.1
"""What is smaller than this share of a digit's height, both ways, is no digit of its own."""

_SPECK_REACH = 0.45

_MOST_PIECES = 32


@dataclass(frozen=True, eq=False)
class Piece:
    """A piece of ink: ``ink`` is ``(height, width)``, its first pixel at (``top``, ``left``)."""

    top: int
    left: int
    ink: Picture

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
        joined = np.zeros((int(rows[-1]) + 1, is_ink.shape[1]), bool)
        np.logical_or.at(joined, rows, is_ink)
        found = np.flatnonzero(joined.any(axis=1))
        begin = joined[found].argmax(axis=1)
        end = is_ink.shape[1] - joined[found, ::-1].argmax(axis=1)
        columns = ((found + first) * _ROWS, begin + self.left, end + self.left)
        return np.column_stack(columns).astype(np.float32)


def piece_of(picture: Picture) -> Piece:
    """All ink of a picture as one piece.

    Raises:
        NoInkError: if there is none.
    """
    top, left, height, width = ink_box(picture)
    return Piece(top, left, picture[top : top + height, left : left + width])


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
    except NoInkError:  # beside the sheet
        return ()


def left_over(pieces: Iterable[Piece], picture: Picture) -> tuple[Piece, ...]:
    """What the eraser left of pieces: one that it cut through became two, others are gone.

    ``picture`` is the whole drawing with everything that was erased.
    """
    found: list[Piece] = []
    for piece in pieces:
        left = np.minimum(piece.ink, _part(picture, piece))
        found += (Piece(piece.top + a, piece.left + b, c) for a, b, c in components(left, 2))
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


def digits_in(picture: Picture) -> tuple[Picture, ...]:
    """The digits of a picture from left to right, each alone on the sheet.

    Shape:
        ``(H, W)`` each, as ``picture``.
    """
    pieces = pieces_in(picture)
    return tuple(picture_of([pieces[i] for i in found], picture) for found in group(pieces))


def digits_of(marks: Sequence[Mark], boxes: int = 1) -> tuple[Picture, ...]:
    """The digits of a drawing from left to right, each alone on the sheet.

    Shape:
        ``(280, boxes·280)`` each.
    """
    picture = render(marks, boxes=boxes)
    pieces = tuple(piece for mark in marks for piece in pieces_of(mark, boxes))
    if any(isinstance(mark, Stroke) and mark.erases for mark in marks):
        pieces = left_over(pieces, picture)
    return tuple(picture_of([pieces[i] for i in found], picture) for found in group(pieces))


def _part(picture: Picture, piece: Piece) -> Picture:
    height, width = piece.ink.shape
    return picture[piece.top : piece.top + height, piece.left : piece.left + width]


def distance(one: Piece, other: Piece) -> float:
    """Paper between two pieces at the nearest place, in pixels; 0 where they touch or enclose."""
    a, b = one.outline[:, None, :], other.outline[None, :, :]
    across = np.maximum(np.maximum(b[..., 1] - a[..., 2], a[..., 1] - b[..., 2]), 0)
    down = np.maximum(np.abs(a[..., 0] - b[..., 0]) - _ROWS, 0)
    return float(np.sqrt((across * across + down * down).min()))


def group(pieces: Sequence[Piece]) -> tuple[tuple[int, ...], ...]:
    """Which pieces make a digit each: their places in ``pieces``, digits from left to right."""
    if not pieces:
        return ()
    height = _digit_height(pieces)
    groups = [[index] for index in range(len(pieces))]
    candidates = _candidates(pieces, height)
    for _, first, second in sorted(candidates):
        a = next(found for found in groups if first in found)
        b = next(found for found in groups if second in found)
        if a is not b and _may_join([pieces[i] for i in a], [pieces[i] for i in b], height):
            a += b
            groups.remove(b)
    groups = _without_specks(groups, pieces, height)
    return tuple(
        tuple(sorted(found)) for found in sorted(groups, key=lambda found: _middle(found, pieces))
    )


def _digit_height(pieces: Sequence[Piece]) -> float:
    """How high digits are here: as the higher ones among the pieces."""
    heights = [max(piece.ink.shape[0], 0.6 * piece.ink.shape[1]) for piece in pieces]
    return float(np.quantile(heights, 0.75))


def _candidates(pieces: Sequence[Piece], height: float) -> list[tuple[float, int, int]]:
    """Pairs of pieces that may belong together, with the paper between them."""
    found = []
    for first in range(len(pieces)):
        for second in range(first + 1, len(pieces)):
            a, b = pieces[first], pieces[second]
            reach = height * (HOVERING if _is_above(a, b) else TOUCHING)
            if max(a.left - b.left - b.ink.shape[1], b.left - a.left - a.ink.shape[1]) > reach:
                continue
            gap = distance(a, b)
            if gap <= reach:
                found.append((gap, first, second))
    return found


def _is_above(a: Piece, b: Piece) -> bool:
    """Whether one of two pieces lies over the other rather than beside it."""
    across = _shared((a.left, a.ink.shape[1]), (b.left, b.ink.shape[1]))
    down = _shared((a.top, a.ink.shape[0]), (b.top, b.ink.shape[0]))
    return across >= _ABOVE and down <= _BESIDE


def _shared(a: tuple[int, int], b: tuple[int, int]) -> float:
    """The overlap of two stretches (start, length), as a share of the shorter one."""
    overlap = min(a[0] + a[1], b[0] + b[1]) - max(a[0], b[0])
    return max(0, overlap) / max(1, min(a[1], b[1]))


def _may_join(a: Sequence[Piece], b: Sequence[Piece], height: float) -> bool:
    """Whether two groups together are no wider than a digit can be."""
    whole = _box([*a, *b])
    widest = max(_box(a)[3], _box(b)[3])
    limit = WIDEST * max(whole[2], height)
    return whole[3] <= max(limit, 1.1 * widest)


def _box(pieces: Sequence[Piece]) -> Box:
    """The box around pieces."""
    top, left = min(piece.top for piece in pieces), min(piece.left for piece in pieces)
    bottom = max(piece.top + piece.ink.shape[0] for piece in pieces)
    right = max(piece.left + piece.ink.shape[1] for piece in pieces)
    return (top, left, bottom - top, right - left)


def _middle(found: Sequence[int], pieces: Sequence[Piece]) -> float:
    _, left, _, width = _box([pieces[index] for index in found])
    return left + width / 2


def _without_specks(
    groups: list[list[int]], pieces: Sequence[Piece], height: float
) -> list[list[int]]:
    """Give a slip of the pen to the digit beside it."""
    for speck in list(groups):
        box = _box([pieces[index] for index in speck])
        if max(box[2:]) > _SPECK * height or len(groups) == 1:
            continue
        others = [found for found in groups if found is not speck]
        gaps = [
            min(distance(pieces[i], pieces[j]) for i in speck for j in found) for found in others
        ]
        nearest = int(np.argmin(gaps))
        if gaps[nearest] <= _SPECK_REACH * height:
            others[nearest] += speck
            groups.remove(speck)
    return groups
