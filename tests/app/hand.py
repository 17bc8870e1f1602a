"""Drawing with a mouse that is not there: real events, sent to a canvas."""

from collections.abc import Sequence
from itertools import pairwise

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

Place = tuple[float, float]
"""Across and down, as shares of the canvas, 0 to 1."""

SEVEN: tuple[tuple[Place, ...], ...] = (((0.3, 0.25), (0.7, 0.25), (0.6, 0.5), (0.48, 0.8)),)
ONE: tuple[tuple[Place, ...], ...] = (((0.5, 0.2), (0.5, 0.8)),)
ZERO: tuple[tuple[Place, ...], ...] = (
    (
        (0.5, 0.2), (0.38, 0.26), (0.32, 0.42), (0.32, 0.58), (0.38, 0.74), (0.5, 0.8),
        (0.62, 0.74), (0.68, 0.58), (0.68, 0.42), (0.62, 0.26), (0.5, 0.2),
    ),
)  # fmt: skip
FOUR: tuple[tuple[Place, ...], ...] = (
    ((0.38, 0.2), (0.32, 0.52), (0.68, 0.52)),
    ((0.62, 0.22), (0.6, 0.82)),
)


def draw(canvas: QWidget, strokes: Sequence[Sequence[Place]], steps: int = 8) -> None:
    """Draw strokes with the left button."""
    for stroke in strokes:
        drag(canvas, stroke, Qt.MouseButton.LeftButton, steps)


def drag(canvas: QWidget, stroke: Sequence[Place], button: Qt.MouseButton, steps: int = 8) -> None:
    """Press, move through the places in small steps, release."""
    QTest.mousePress(canvas, button, pos=_pixel(canvas, stroke[0]))
    for start, end in pairwise(stroke):
        for step in range(1, steps + 1):
            share = step / steps
            place = tuple(a + share * (b - a) for a, b in zip(start, end, strict=True))
            QTest.mouseMove(canvas, _pixel(canvas, (place[0], place[1])))
    QTest.mouseRelease(canvas, button, pos=_pixel(canvas, stroke[-1]))


def _pixel(canvas: QWidget, place: Place) -> QPoint:
    return QPoint(round(place[0] * canvas.width()), round(place[1] * canvas.height()))
