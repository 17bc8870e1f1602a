"""Bases of the widgets that Draw paints by hand, and a bar as several of them paint it."""

from __future__ import annotations

from typing import ClassVar

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.kit.keys_and_pointer import ARROWS
from app.look.theme import current_theme, px

NOWHERE = (-1, -1)


class Painted(QWidget):
    """A widget with a name for whoever cannot see it, which takes all the room there is.

    Attributes:
        usual: Width and height as wished, at scale 1.
        least: Below these nothing can be read.
    """

    usual: ClassVar[tuple[int, int]]
    least: ClassVar[tuple[int, int]]

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def sizeHint(self) -> QSize:
        """Return the usual size."""
        return QSize(px(self.usual[0]), px(self.usual[1]))

    def minimumSizeHint(self) -> QSize:
        """Return the least size."""
        return QSize(px(self.least[0]), px(self.least[1]))


class PointedCells(Painted):
    """Square cells in rows and columns, of which the pointer or the arrow keys choose one.

    Subclasses say how many there are (``cells``), how large (``side``), and which one is chosen
    once the pointer has left (``home``).

    Signals:
        pointed_at: Row and column of the chosen cell; −1 and −1 for none.
    """

    pointed_at = Signal(int, int)

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(name, parent)
        self._place = NOWHERE
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    @property
    def place(self) -> tuple[int, int]:
        """Row and column of the chosen cell; −1 and −1 for none."""
        return self._place

    @property
    def cells(self) -> tuple[int, int]:
        """How many rows and columns there are; 0 and 0 as long as nothing is shown."""
        raise NotImplementedError

    @property
    def side(self) -> float:
        """The side of a cell in pixels."""
        raise NotImplementedError

    @property
    def home(self) -> tuple[int, int]:
        """The cell that is chosen while nobody points."""
        return NOWHERE

    def point_at(self, place: tuple[int, int]) -> None:
        """Choose a cell."""
        if place != self._place:
            self._place = place
            self.pointed_at.emit(*place)
            self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Choose the cell under the pointer."""
        rows, columns = self.cells
        if not rows:
            return
        row, column = int(event.position().y() // self.side), int(event.position().x() // self.side)
        is_inside = 0 <= row < rows and 0 <= column < columns
        self.point_at((row, column) if is_inside else self.home)

    def leaveEvent(self, event: QEvent) -> None:
        """Nobody points any more."""
        self.point_at(self.home)
        super().leaveEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """The arrows go from cell to cell, and at first to the middle one."""
        key, (rows, columns) = Qt.Key(event.key()), self.cells
        if not rows or key not in ARROWS:
            super().keyPressEvent(event)
        elif self._place == NOWHERE:
            self.point_at((rows // 2, columns // 2))
        else:
            row, column = (at + step for at, step in zip(self._place, ARROWS[key], strict=True))
            self.point_at((max(0, min(row, rows - 1)), max(0, min(column, columns - 1))))


def paint_bar(
    painter: QPainter,
    track: QRectF,
    share: float | None,
    *,
    is_best: bool,
    from_right: bool = False,
) -> None:
    """Fill a share of a track, in the accent colour if it is the largest; with ``None``, none."""
    theme, radius = current_theme(), min(px(4), track.height() / 2)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(theme.raised))
    painter.drawRoundedRect(track, radius, radius)
    if share is None:
        return
    filled = QRectF(track)
    filled.setWidth(track.width() * share)
    if from_right:
        filled.moveRight(track.right())
    painter.setBrush(QColor(theme.accent if is_best else theme.text_disabled))
    painter.drawRoundedRect(filled, min(radius, filled.width() / 2), radius)
