"""Several views in one place: a row of names above, the chosen view below."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from app.kit.segmented import SegmentedControl
from app.look.nesting import nest
from app.look.restyled import Restyled
from app.look.theme import px


class Pages(Restyled, QWidget):
    """Shows one of its pages. The row of names is hidden as long as there is only one.

    ``corner`` is a row next to the names, for what concerns all pages; ``between`` a column under
    them, above the page.

    Signals:
        page_shown: The index of the page that is shown now.
    """

    page_shown = Signal(int)

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.choice = SegmentedControl(name, ())
        self.stack = QStackedWidget()
        self._titles: list[str] = []
        self._abouts: list[str] = []
        self.corner = QHBoxLayout()
        self.between = QVBoxLayout()
        self._row = QHBoxLayout()
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.addWidget(self.choice, 0, Qt.AlignmentFlag.AlignLeft)
        nest(self._row, self.corner, 1)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        nest(self._column, self._row)
        nest(self._column, self.between)
        self._column.addWidget(self.stack, 1)
        self.choice.chosen.connect(self.show_page)
        self.follow_theme()

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
        """How narrow the row of names, with its corner, can be made."""
        return self._row.minimumSize().width()

    def add_page(self, title: str, page: QWidget, about: str = "") -> int:
        """Add a page after the others, with a tooltip for its name; return its index."""
        self._titles.append(title)
        self._abouts.append(about)
        index = self.stack.addWidget(page)
        self.choice.set_options(self._titles, self._abouts)
        self.choice.set_index(self.stack.currentIndex())
        self.choice.setVisible(len(self._titles) > 1)
        return index

    @Slot(int)
    def show_page(self, index: int) -> None:
        """Show another page."""
        self.stack.setCurrentIndex(index)
        self.choice.set_index(index)
        self.page_shown.emit(index)

    def _restyle(self) -> None:
        self._column.setSpacing(px(8))
        self._row.setSpacing(px(8))
