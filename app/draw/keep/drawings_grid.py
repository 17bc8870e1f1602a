"""The drawings that were kept, as thumbnails with their labels."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QColor, QIcon, QImage, QKeyEvent, QKeySequence, QPainter, QPixmap
from PySide6.QtWidgets import QAbstractItemView, QWidget

from app.kit.digit_keys import plain_digit
from app.kit.row_list import Row, RowList
from app.look.pictures import ink_image
from app.look.restyled import STYLE, Restyled
from app.look.theme import font, px
from engine.data.own_drawings import KeptDrawing
from engine.ink.drawings import Drawing
from engine.ink.rendering import render

_PIXELS = 96
"""Side of a thumbnail as it is rendered; it is shown smaller."""


class DrawingsGrid(Restyled, RowList):
    """Several can be chosen. A digit's key gives them another label, Delete takes them out.

    Signals:
        relabel_wanted: The digit that the chosen drawings are to be called.
        delete_wanted: The chosen drawings are to be taken out.
    """

    restyled_by = STYLE

    relabel_wanted = Signal(int)
    delete_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("My drawings", parent)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self._pictures: dict[Drawing, QPixmap] = {}
        self.follow_theme()

    @property
    def chosen_keys(self) -> tuple[str, ...]:
        """The keys of the chosen drawings."""
        return tuple(str(self.rows[number].key) for number in self.chosen)

    def show_drawings(self, drawings: Sequence[KeptDrawing]) -> None:
        """Show these; what was chosen stays chosen as far as it is still there."""
        self.show_rows([self._row(each) for each in drawings])

    def _row(self, kept: KeptDrawing) -> Row:
        hint = f"Called {kept.label}. A digit's key gives it another label."
        return Row(str(kept.label), QIcon(self._picture(kept.drawing)), hint, kept.key)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Relabel and delete; everything else as in any list."""
        digit = plain_digit(event)
        if digit is not None:
            self.relabel_wanted.emit(digit)
        elif event.matches(QKeySequence.StandardKey.Delete) or event.key() == Qt.Key.Key_Backspace:
            self.delete_wanted.emit()
        else:
            super().keyPressEvent(event)

    def _picture(self, drawing: Drawing) -> QPixmap:
        """Dark on white, as on paper, whatever the theme."""
        if drawing not in self._pictures:
            paper = QImage(_PIXELS, _PIXELS, QImage.Format.Format_RGB32)
            paper.fill(QColor("#ffffff"))
            with QPainter(paper) as painter:
                painter.drawImage(0, 0, ink_image(render(drawing, _PIXELS), "#16191f"))
            self._pictures[drawing] = QPixmap.fromImage(paper)
        return self._pictures[drawing]

    def _restyle(self) -> None:
        self.setFont(font(13))
        self.setSpacing(px(2))
        self.setIconSize(QSize(px(64), px(64)))
        self.setGridSize(QSize(px(84), px(98)))
