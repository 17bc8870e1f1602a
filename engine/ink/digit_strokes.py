"""One digit of a number as a drawing of its own: its strokes, if its ink is theirs alone.

Strokes can be drawn again, thicker or on a finer sheet; a picture of them cannot.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from engine.ink.drawings import BOX, Drawing, Mark, PastedImage, Stroke, moved
from engine.ink.preprocess import ink_box
from engine.ink.rendering import render
from engine.ink.resample import Picture

_SAME = 1e-6
"""Ink that differs by less is the same ink."""


def alone(marks: Sequence[Mark], digit: Picture) -> Drawing:
    """The digit on a sheet of one box, in the middle from left to right.

    These are the strokes whose ink lies within the digit, with what was erased of them, if just
    these leave just its ink; otherwise, of a digit that was pasted or is part of a longer stroke,
    it is the picture of it.

    Shape:
        ``digit`` is its ink on the sheet that ``marks`` were made on, ``(280, boxes·280)``.

    Raises:
        NoInkError: if there is no ink.
    """
    top, left, height, width = ink_box(digit)
    scale = min(1.0, 0.9 * BOX / width)
    right = BOX / 2 - (left + width / 2) * scale
    if scale == 1.0:
        right = round(right)  # by whole pixels: the ink stays what it is
    down = (1 - scale) * BOX / 2
    drawing = _strokes(marks, digit)
    if not drawing:
        ink = digit[top : top + height, left : left + width].copy()
        drawing = (PastedImage(ink, (left, top, width, height)),)
    return moved(drawing, right, scale, down)


def _strokes(marks: Sequence[Mark], digit: Picture) -> Drawing:
    """The strokes that leave the digit's ink and no other; none if there are no such strokes."""
    boxes = digit.shape[1] // digit.shape[0]
    found: list[Mark] = []
    ink: NDArray[np.bool_] = np.zeros(digit.shape, bool)
    for place, mark in enumerate(marks):
        if isinstance(mark, PastedImage):
            continue
        if mark.erases:
            if (ink & (_raw(mark, boxes) > 0)).any():
                found.append(mark)
            continue
        left_of_it = render((mark, *_erasers(marks[place + 1 :])), boxes=boxes)
        if left_of_it.any() and (left_of_it <= digit + _SAME).all():
            found.append(mark)
            ink |= render((mark,), boxes=boxes) > 0
    is_same = bool(found) and np.allclose(render(found, boxes=boxes), digit, rtol=0, atol=_SAME)
    return tuple(found) if is_same else ()


def _erasers(marks: Sequence[Mark]) -> Drawing:
    return tuple(mark for mark in marks if isinstance(mark, Stroke) and mark.erases)


def _raw(eraser: Stroke, boxes: int) -> Picture:
    """Where an eraser went, as if it were a pen."""
    pen = Stroke(eraser.points, eraser.width, pressures=eraser.pressures)
    return render((pen,), boxes=boxes)
