"""Reference: a calculator, famous architectures, and why kernels are as small as they are."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import ClassVar

from PySide6.QtCore import Slot
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from app.kit.layout.top_row import TopRow
from app.kit.workspace import ShownPage, Workspace
from app.look.restyled import Restyled
from app.look.theme import px
from app.reference.architectures import ArchitecturesPage
from app.reference.calculator import CalculatorPage
from app.reference.filter_sizes import FilterSizesPage
from app.state.document import StackDocument
from engine.costs import Architecture

PAGES = ("Calculator", "Architectures", "Filter sizes")


class ReferencePanel(Restyled, Workspace):
    """The pages, one at a time.

    Args:
        document: Takes an architecture that is opened in Build.
    """

    keys: ClassVar[tuple[tuple[str, str], ...]] = (
        ("Alt+1 … 3", "Calculator, Architectures, Filter sizes"),
        ("Arrow keys", "on the calculator's picture: move the window; Home, End: first, last"),
        ("Up, Down", "in the table: another network"),
        ("Ctrl+F", "filter the networks"),
        ("Ctrl+Enter", "open the network in Build"),
    )

    def __init__(self, document: StackDocument, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.document = document
        self.subjects = (document.edited,)
        self.top_row = TopRow("Page")
        self.top_row.set_pages(PAGES)
        self.calculator = CalculatorPage(self.top_row)
        self.architectures = ArchitecturesPage()
        self.pages = QStackedWidget()
        self.filters = FilterSizesPage()
        for page in (self.calculator, self.architectures, self.filters):
            self.pages.addWidget(page)
        self._column = QVBoxLayout(self)
        self._column.addWidget(self.top_row)
        self._column.addWidget(self.pages, 1)
        self.top_row.add(
            self.architectures.view_choice, self.filters.view_choice, self.filters.summary
        )
        self.top_row.pages.chosen.connect(self.show_page)
        self.filters.view_choice.chosen.connect(self._show_tools)
        self.filters.folded.connect(self._show_tools)
        self.architectures.build_wanted.connect(self.open_in_build)
        self._make_shortcuts()
        self.show_page(0)
        self.follow_theme()

    def _make_shortcuts(self) -> None:
        shortcuts: dict[str, Callable[[], None]] = {
            f"Alt+{index + 1}": partial(self.show_page, index) for index in range(len(PAGES))
        }
        shortcuts |= {"Ctrl+F": self._filter, "Ctrl+Return": self._build_current}
        for keys, do in shortcuts.items():  # of the window, wherever its focus is
            QShortcut(QKeySequence(keys), self, do)

    def show_page(self, index: int) -> None:
        """Show a page and give it the keyboard."""
        self.top_row.pages.set_index(index)
        self.pages.setCurrentIndex(index)
        self._show_tools()
        self.setFocusProxy(self.pages.currentWidget())
        self.pages.currentWidget().setFocus()

    def page_list(self) -> tuple[ShownPage, ...]:
        """Every page with each of its views."""
        architectures, filters = self.architectures, self.filters
        return (
            ShownPage.of(PAGES[0], partial(self.show_page, 0), self.calculator.card),
            *(
                ShownPage.of(
                    f"{PAGES[1]}, {view}",
                    partial(self._show_view, 1, number),
                    architectures.views,
                    architectures.card,
                )
                for number, view in enumerate(architectures.view_choice.options)
            ),
            *(
                ShownPage.of(
                    f"{PAGES[2]}, {view}", partial(self._show_view, 2, number), filters.views
                )
                for number, view in enumerate(filters.view_choice.options)
            ),
        )

    def _show_view(self, page: int, view: int) -> None:
        self.show_page(page)
        (self.architectures, self.filters)[page - 1].show_view(view)
        self._show_tools()

    @Slot()
    def _show_tools(self) -> None:
        """In the top row, have what belongs to the page that is shown."""
        page, filters = self.pages.currentWidget(), self.filters
        self.architectures.view_choice.setVisible(page is self.architectures)
        filters.view_choice.setVisible(page is filters)
        filters.summary.setVisible(page is filters and filters.is_folded)
        if page is not self.calculator:
            self.top_row.set_action(filters.action if page is filters else None)

    def open_in_build(self, entry: Architecture) -> None:
        """Put a network that is a plain sequence into Build, as a step that can be undone."""
        if entry.stack is None:
            self.status_message.emit(f"{entry.title} branches; Build edits plain sequences.")
            return
        self.document.replace_stack(entry.stack, f"Open {entry.title}")
        self.workspace_wanted.emit("build")
        how = ", ".join((f"Opened {entry.title}", *entry.report.substitutions))
        self.status_message.emit(f"{how}. Undo brings back the stack that was open.")

    def stop_and_join(self, timeout_ms: int) -> bool:
        """Give up what runs in the background; say whether its thread ended in time."""
        return self.filters.stop_and_join(timeout_ms)

    def _filter(self) -> None:
        self.show_page(1)
        self.architectures.filter.setFocus()

    def _build_current(self) -> None:
        if self.pages.currentWidget() is self.architectures:
            self.open_in_build(self.architectures.current)

    def _restyle(self) -> None:
        self._column.setContentsMargins(px(16), px(10), px(16), px(12))
        self._column.setSpacing(px(10))
