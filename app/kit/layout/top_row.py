"""The row at the top of every workspace: way back, pages, toggles; at the right "⋯" and an action.

It is 32 high. Where it has too little room the secondary buttons go to "⋯", the last ones first,
then the way back is shortened, and in the end pages and other choices become drop-downs: nothing is
cut.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLayout, QPushButton, QSizePolicy, QToolButton, QWidget

from app.kit.layout.folding_choice import FoldingChoice
from app.kit.layout.more_button import MoreButton
from app.look.restyled import Restyled
from app.look.theme import px

HEIGHT = 32
_GAP = 8
_CHANGES = {
    QEvent.Type.ShowToParent, QEvent.Type.HideToParent, QEvent.Type.LayoutRequest,
}  # fmt: skip


class TopRow(Restyled, QWidget):
    """The row; what it holds is added from left to right.

    Attributes:
        pages: The choice of pages; hidden as long as there is at most one.
        more: The button "⋯".

    Signals:
        way_back_wanted: The user wants to go back to where it came from.
    """

    way_back_wanted = Signal()

    def __init__(self, name: str = "Page", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._place_from, self._details = "", ""
        self.way_back = QToolButton()
        self.way_back.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.way_back.hide()
        self.way_back.clicked.connect(self.way_back_wanted)
        self.pages = FoldingChoice(name)
        self.pages.hide()
        self.more = MoreButton()
        self.more.hide()
        self._left: list[QWidget] = []
        self._secondary: list[QToolButton | QPushButton] = []
        self._unwanted: set[QWidget] = set()
        self._action: QWidget | None = None
        self._is_fitting = False
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSizeConstraint(QLayout.SizeConstraint.SetNoConstraint)
        self._row.addWidget(self.way_back)
        self._row.addWidget(self.pages)
        self._row.addStretch(1)
        self._row.addWidget(self.more)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.follow_theme()

    # What is in it

    def show_way_back(self, place: str, details: str = "") -> None:
        """Offer the way back to ``place``, with what came from there; none if that is empty."""
        self._place_from, self._details = place, details
        self.way_back.setToolTip(f"Back to {place}" + (f": {details}" if details else ""))
        self.way_back.setVisible(bool(place))
        self._fit()

    def set_pages(self, titles: tuple[str, ...], about: tuple[str, ...] = ()) -> None:
        """Offer these pages; which is chosen tells ``pages.chosen``."""
        self.pages.set_options(titles, about)
        self.pages.setVisible(len(titles) > 1)
        self._fit()

    def add(self, *widgets: QWidget) -> None:
        """Add toggles, or whatever else stands next to the pages; they keep their room.

        A ``FoldingChoice`` among them folds with the pages.
        """
        for widget in widgets:
            self._row.insertWidget(2 + len(self._left), widget)
            self._left.append(widget)
            widget.installEventFilter(self)
        self._fit()

    def add_secondary(self, *buttons: QToolButton | QPushButton) -> None:
        """Add buttons at the right that go to "⋯" where there is no room, the last ones first."""
        for button in buttons:
            self._row.insertWidget(self._row.indexOf(self.more), button)
            self._secondary.append(button)
        self._fit()

    def set_wanted(self, button: QWidget, *, is_wanted: bool) -> None:
        """Leave a secondary button out, in the row and in "⋯", or take it in again."""
        (self._unwanted.discard if is_wanted else self._unwanted.add)(button)
        self._fit()

    @property
    def action(self) -> QWidget | None:
        """What stands at the right end."""
        return self._action

    def set_action(self, action: QWidget | None) -> None:
        """Have this at the right end: the primary action, or a bar of those that replace it."""
        if self._action is not None and self._action is not action:
            self._row.removeWidget(self._action)
            self._action.removeEventFilter(self)
            self._action.hide()
        self._action = action
        if action is not None:
            self._row.addWidget(action, 0, Qt.AlignmentFlag.AlignRight)
            action.show()
            action.installEventFilter(self)
        self._fit()

    # How it fits

    def sizeHint(self) -> QSize:
        """All of it, with nothing folded."""
        return QSize(self._taken(self._offered, is_short=False, is_folded=False), px(HEIGHT))

    def minimumSizeHint(self) -> QSize:
        """All of it, with everything folded."""
        return QSize(self._taken((), is_short=True, is_folded=True), px(HEIGHT))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fold what has no room."""
        super().resizeEvent(event)
        self._fit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Fit again when a part comes, goes or changes its words."""
        if event.type() in _CHANGES and not self._is_fitting:
            self._fit()
        return super().eventFilter(watched, event)

    @property
    def _offered(self) -> tuple[QToolButton | QPushButton, ...]:
        return tuple(each for each in self._secondary if each not in self._unwanted)

    def _taken(
        self, shown: tuple[QToolButton | QPushButton, ...], *, is_short: bool, is_folded: bool
    ) -> int:
        """How wide the row is with these secondary buttons."""
        parts = [each.sizeHint().width() for each in shown]
        for part in self._left:
            if isinstance(part, FoldingChoice) and not part.isHidden():
                parts.append(part.widths()[0 if is_folded else 1])
            elif not part.isHidden():
                parts.append(part.sizeHint().width())
        if self._place_from:
            parts.append(self._way_back_width(self._words(is_short=is_short)))
        if len(self.pages.options) > 1:
            parts.append(self.pages.widths()[0 if is_folded else 1])
        if len(shown) < len(self._offered):
            parts.append(self.more.sizeHint().width())
        if self._action is not None and not self._action.isHidden():
            parts.append(self._action.sizeHint().width())
        return sum(parts) + px(_GAP) * len(parts)

    def _words(self, *, is_short: bool) -> str:
        has_details = self._details and not is_short
        return f"← {self._place_from} · {self._details}" if has_details else f"← {self._place_from}"

    def _way_back_width(self, words: str) -> int:
        return self.way_back.fontMetrics().horizontalAdvance(words) + px(16)

    def _fit(self) -> None:
        if self._is_fitting:
            return
        self._is_fitting = True
        shown, is_short, is_folded = self._arrangement(self.width())
        for button in self._secondary:
            button.setVisible(button in shown)
        hidden = tuple(each for each in self._offered if each not in shown)
        self.more.set_buttons(hidden)
        self.more.setVisible(bool(hidden))
        self.way_back.setText(self._words(is_short=is_short))
        for choice in (self.pages, *self._left):
            if isinstance(choice, FoldingChoice):
                choice.set_folded(is_folded=is_folded)
        self._row.invalidate()
        self._row.activate()  # at once: nobody is to see words before they have their room
        self._is_fitting = False
        self.updateGeometry()

    def _arrangement(self, width: int) -> tuple[tuple[QToolButton | QPushButton, ...], bool, bool]:
        """Which buttons are shown, whether the way back is shortened and the pages are folded."""
        offered = self._offered
        for is_short, is_folded in ((False, False), (True, False), (True, True)):
            for count in range(len(offered), -1, -1):
                if self._taken(offered[:count], is_short=is_short, is_folded=is_folded) <= width:
                    return offered[:count], is_short, is_folded
        return (), True, True

    def _restyle(self) -> None:
        self.setFixedHeight(px(HEIGHT))
        self._row.setSpacing(px(_GAP))
        self._fit()
