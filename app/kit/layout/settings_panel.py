"""The settings of a page: a panel with its primary action below, which folds to one button."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtGui import QFont
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from app.kit.layout.primary_bar import PrimaryBar
from app.kit.layout.summary_button import SummaryButton
from app.kit.layout.top_row import TopRow
from app.kit.scrolling import scrolling
from app.look.nesting import nest
from app.look.restyled import Restyled
from app.look.text import Text
from app.look.theme import px

WIDTH = 315


class SettingsPanel(Restyled, QFrame):
    """Sections one below the other, scrolling if need be; the primary action always in view.

    Folded, it is one button in ``top_row`` that sums the settings up and opens them, and the
    primary action stands at the right end of that row.

    Attributes:
        bar: The primary action, with what replaces it; hidden as long as it is empty.
        summary: The button that stands for the panel.
    """

    def __init__(
        self, top_row: TopRow, name: str = "Settings", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setProperty("role", "card")
        self._top_row = top_row
        self._is_folded = False
        self._is_on_page = True
        self._headings: list[Text] = []
        self._content = QWidget()
        self._sections = QVBoxLayout(self._content)
        self._sections.addStretch(1)
        self._area = scrolling(self._content, sideways=False)
        self.bar = PrimaryBar()
        self.summary = SummaryButton(self._area, name, WIDTH, self._focus_first)
        self.summary.hide()
        top_row.add(self.summary)
        self._column = QVBoxLayout(self)
        self._column.addWidget(self._area, 1)
        self._foot = QHBoxLayout()
        self._foot.addWidget(self.bar)
        nest(self._column, self._foot)
        self.follow_theme()

    def add(self, *widgets: QWidget) -> None:
        """Put widgets below the others, all in one column.

        Qt takes from one nested layout what it gives to another as soon as texts wrap in both.
        """
        for widget in widgets:
            self._sections.insertWidget(self._sections.count() - 1, widget)

    def add_section(self, title: str, *widgets: QWidget) -> None:
        """The same, under a heading."""
        heading = Text(title, 12, QFont.Weight.DemiBold, "muted")
        self._headings.append(heading)
        self.add(heading, *widgets)
        self._restyle()

    def show_facts(self, facts: Sequence[str]) -> None:
        """What the summary says, a few words each, the most important first."""
        self.summary.show_facts(facts)

    @property
    def is_folded(self) -> bool:
        """Whether one button stands for it."""
        return self._is_folded

    def set_folded(self, *, is_folded: bool) -> None:
        """Fold it to its summary, or open it in its place."""
        if is_folded == self._is_folded:
            return
        self._is_folded = is_folded
        self.setVisible(not is_folded)
        if is_folded:
            self.summary.take_in()
        else:
            self._column.insertWidget(0, self.summary.give_back(), 1)
            self._area.show()
        self._place_stand_ins()
        if not is_folded:
            self._foot.addWidget(self.bar)
            self.bar.show()  # whatever is given another parent is hidden
        self._restyle()

    def show_stand_ins(self, *, is_shown: bool) -> None:
        """Where several pages share a top row: have what stands there for it while folded, or not.

        Told by the page as it comes and goes.
        """
        self._is_on_page = is_shown
        self._place_stand_ins()

    def _place_stand_ins(self) -> None:
        is_there = self._is_folded and self._is_on_page
        self.summary.setVisible(is_there)
        if is_there:
            self._top_row.set_action(self.bar)
        elif self._top_row.action is self.bar:
            self._top_row.set_action(None)

    def _focus_first(self) -> None:
        self._content.setFocus()
        self._content.focusNextChild()

    def _restyle(self) -> None:
        self.setFixedWidth(px(WIDTH))
        self._column.setContentsMargins(px(1), px(4), px(1), px(12))
        self._column.setSpacing(px(8))
        self._foot.setContentsMargins(px(12), 0, px(12), 0)
        self._sections.setContentsMargins(px(13), px(8), px(13), px(8))
        self._sections.setSpacing(px(8))
        for heading in self._headings[1:]:
            heading.setContentsMargins(0, px(16), 0, 0)
