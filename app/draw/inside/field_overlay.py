"""The receptive field of a unit, outlined on the drawing."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QRegion
from PySide6.QtWidgets import QWidget

from app.look.painting import painted
from app.look.theme import current_theme, px
from engine.ink.rendering import BOX

Box = tuple[float, float, float, float]
"""Left, top, right and bottom on the sheet of 280×280."""


@dataclass(frozen=True)
class FieldOutline:
    """What to outline on the sheet, each a ``Box``.

    ``whole`` is the receptive field with what lies in the padding, ``clipped`` what of it lies on
    the network's input, and ``sheet`` that input.
    """

    whole: Box
    clipped: Box
    sheet: Box


class FieldOverlay(QWidget):
    """Lies over the canvas and lets every event through; hidden while there is nothing to show."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._outline: FieldOutline | None = None
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()

    @property
    def outline(self) -> FieldOutline | None:
        """What is outlined."""
        return self._outline

    def show_outline(self, outline: FieldOutline | None) -> None:
        """Outline a receptive field, or nothing."""
        if outline == self._outline:
            return
        before, self._outline = self._outline, outline
        self.setVisible(outline is not None)
        for one in (before, outline):
            if one is not None:
                self.update(self._lines_of(one))

    def _lines_of(self, outline: FieldOutline) -> QRegion:
        """What an outline covers: without the inside of the sheet, which is nearly all."""
        reach = px(2.5)
        found = QRegion()
        for box, is_filled in (
            (outline.sheet, False),
            (outline.whole, False),
            (outline.clipped, True),
        ):
            place = self.on_widget(box)
            covered = QRegion(place.adjusted(-reach, -reach, reach, reach).toAlignedRect())
            inner = place.adjusted(reach, reach, -reach, -reach).toAlignedRect()
            if not is_filled and inner.isValid():
                covered -= QRegion(inner.adjusted(1, 1, -1, -1))
            found += covered
        return found

    @painted
    def paintEvent(self, _event: QPaintEvent, painter: QPainter) -> None:
        """Draw the network's input as a dotted frame, and the field on it."""
        if self._outline is None:
            return
        theme = current_theme()
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor(theme.text_muted), 1, Qt.PenStyle.DotLine))
        painter.drawRect(self.on_widget(self._outline.sheet))
        colour = QColor(theme.kernel)
        if self._outline.whole != self._outline.clipped:
            painter.setPen(QPen(colour, px(1.5), Qt.PenStyle.DashLine))
            painter.drawRect(self.on_widget(self._outline.whole))
        tint = QColor(colour)
        tint.setAlphaF(0.14)
        painter.setBrush(tint)
        painter.setPen(QPen(colour, px(2.5)))
        painter.drawRect(self.on_widget(self._outline.clipped))

    def on_widget(self, box: Box) -> QRectF:
        """Where a box of the sheet is on this widget."""
        scale = self.height() / BOX
        left, top, right, bottom = (part * scale for part in box)
        return QRectF(left, top, right - left, bottom - top)
