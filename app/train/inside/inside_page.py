"""The network while it learns: an image and its answer, kernels and maps, and every layer."""

from __future__ import annotations

from typing import ClassVar

from PySide6.QtWidgets import (
    QBoxLayout,
    QVBoxLayout,
    QWidget,
)

from app.kit.scrolling import scrolling
from app.look.text import ElidedText
from app.look.theme import px
from app.train.inside.image_answer import ImageAnswer
from app.train.inside.layer_health_table import LayerHealthTable
from app.train.inside.map_row import MapRow
from app.train.tall_page import TwoPartPage

EMPTY = (
    "While a network learns, its kernels, what it makes of an image, and how each of its layers "
    "is doing are shown here."
)


class InsidePage(TwoPartPage):
    """Above or beside each other, as the room allows."""

    wanted_height: ClassVar[int] = 440
    key: ClassVar[str] = "inside"

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.answer = ImageAnswer(can_browse=True)
        self.maps = MapRow()
        self.table = LayerHealthTable()
        self.note = ElidedText(size=12, role="muted")
        self._lay_out()
        self.follow_theme()
        self.show_content(is_empty=True)

    def _lay_out(self) -> None:
        self._upper = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._upper.addWidget(self.answer, 2)
        self._upper.addWidget(self.maps, 3)
        self._scroller = scrolling(self.table)
        self._lower = QVBoxLayout()
        self._lower.addWidget(self._scroller, 1)
        self._lower.addWidget(self.note)
        content = QWidget()
        self._row = QBoxLayout(QBoxLayout.Direction.TopToBottom, content)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.addLayout(self._upper, 4)
        self._row.addLayout(self._lower, 5)
        self._hold(content, EMPTY)

    def _arrange(self) -> None:
        is_wide = self._turn(self._row, self._upper)
        self._row.setStretchFactor(self._upper, 1 if is_wide else 4)
        self._row.setStretchFactor(self._lower, 1 if is_wide else 5)

    def _restyle(self) -> None:
        self._row.setSpacing(px(14))
        self._upper.setSpacing(px(24))
        self._lower.setSpacing(px(4))
        self._arrange()
