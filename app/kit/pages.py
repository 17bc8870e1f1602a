"""Several views in one place: a row of names above, the chosen view below."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from app.kit.layout.folding_choice import FoldingChoice
from app.kit.segmented import SegmentedControl
from app.look.nesting import nest
from app.look.restyled import Restyled
from app.look.theme import px


class Pages(Restyled, QWidget):
    """Shows one of its pages. The row of names is hidden as long as there is only one.

    Where not even names close to each other have room, they become a drop-down.

    ``corner`` is a row next to the names, for what concerns all pages; ``between`` a column under
    them, above the page.

    Signals:
        page_shown: The index of the page that is shown now.
    """

    page_shown = Signal(int)

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.names = FoldingChoice(name)
        self.stack = QStackedWidget()
        self._titles: list[str] = []
        self._abouts: list[str] = []
        self.corner = QHBoxLayout()
        self.between = QVBoxLayout()
        self._row = QHBoxLayout()
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.addWidget(self.names, 0, Qt.AlignmentFlag.AlignLeft)
        nest(self._row, self.corner, 1)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        nest(self._column, self._row)
        nest(self._column, self.between)
        self._column.addWidget(self.stack, 1)
        self.names.chosen.connect(self.show_page)
        self.follow_theme()

    @property
    def choice(self) -> SegmentedControl:
        """The names, as long as there is room for them next to each other."""
        return self.names.segments

    @property
    def index(self) -> int:
        """Which page is shown."""
        return self.stack.currentIndex()

    @property
    def titles(self) -> tuple[str, ...]:
        """The names of all pages."""
        return tuple(self._titles)

    @property
    def least_width(self) -> int:
        """How narrow the row of names, with its corner, can be made with all names in sight."""
        names = self.choice.minimumSizeHint().width()
        if self.corner.isEmpty():
            return names
        return names + self._row.spacing() + self.corner.minimumSize().width()

    def add_page(self, title: str, page: QWidget, about: str = "") -> int:
        """Add a page after the others, with a tooltip for its name; return its index."""
        self._titles.append(title)
        self._abouts.append(about)
        index = self.stack.addWidget(page)
        self.names.set_options(self._titles, self._abouts)
        self.names.set_index(self.stack.currentIndex())
        self.names.setVisible(len(self._titles) > 1)
        return index

    @Slot(int)
    def show_page(self, index: int) -> None:
        """Show another page."""
        self.stack.setCurrentIndex(index)
        self.names.set_index(index)
        self.page_shown.emit(index)

    def _restyle(self) -> None:
        self._column.setSpacing(px(8))
        self._row.setSpacing(px(8))
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fold the names where they have too little room."""
        super().resizeEvent(event)
        self._fit()

    def event(self, event: QEvent) -> bool:
        """The same as the corner needs another width."""
        if event.type() == QEvent.Type.LayoutRequest:
            self._fit()
        return super().event(event)

    def _fit(self) -> None:
        self.names.set_folded(is_folded=self.width() < self.least_width)
