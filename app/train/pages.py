"""The pages of Train: their names stand in the top row, where they stay whatever is shown below."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QStackedWidget, QWidget

from app.kit.layout.top_row import TopRow
from app.kit.segmented import SegmentedControl


class TrainPages(QObject):
    """Shows one of its pages in ``stack``, which stands where the view puts it.

    Signals:
        page_shown: The index of the page that is shown now.
    """

    page_shown = Signal(int)

    def __init__(self, row: TopRow, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._row = row
        self.stack = QStackedWidget()
        self.titles: tuple[str, ...] = ()
        self._abouts: tuple[str, ...] = ()
        row.pages.chosen.connect(self.show_page)

    @property
    def choice(self) -> SegmentedControl:
        """The names, as long as there is room for them next to each other."""
        return self._row.pages.segments

    @property
    def index(self) -> int:
        """Which page is shown."""
        return self.stack.currentIndex()

    def add_page(self, title: str, page: QWidget, about: str) -> None:
        """Add a page after the others, with a tooltip for its name."""
        self.titles, self._abouts = (*self.titles, title), (*self._abouts, about)
        self.stack.addWidget(page)
        self._row.set_pages(self.titles, self._abouts)
        self._row.pages.set_index(self.index)

    @Slot(int)
    def show_page(self, index: int) -> None:
        """Show another page."""
        self.stack.setCurrentIndex(index)
        self._row.pages.set_index(index)
        self.page_shown.emit(index)
