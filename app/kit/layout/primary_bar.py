"""The primary action of a page: one at a time, replaced in place when the state changes."""

from __future__ import annotations

from collections.abc import Hashable

from PySide6.QtCore import QSize
from PySide6.QtGui import QFont, QFontMetrics
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSizePolicy, QWidget

from app.look.restyled import Restyled, give_role
from app.look.theme import px

_GAP = 8


class PrimaryBar(Restyled, QWidget):
    """Buttons of which those of one state are shown: Start, then Pause and Stop in its place.

    The first button of a state is the filled one. The bar is as high and as wide in any state, so
    that nothing around it moves.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._states: dict[Hashable, tuple[QPushButton, ...]] = {}
        self._state: Hashable = None
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.follow_theme()

    @property
    def state(self) -> Hashable:
        """Whose buttons are shown."""
        return self._state

    @property
    def buttons(self) -> tuple[QPushButton, ...]:
        """What is shown."""
        return self._states.get(self._state, ())

    def add_state(self, state: Hashable, *buttons: QPushButton) -> None:
        """Add what is shown in a state; a button may serve several. The first state is shown."""
        for button in buttons:
            if self._row.indexOf(button) < 0:
                self._row.addWidget(button, 1)
                button.hide()
        self._states[state] = buttons
        if len(self._states) == 1:
            self.show_state(state)
        self.updateGeometry()

    def show_state(self, state: Hashable) -> None:
        """Show the buttons of a state; the keyboard focus goes from the old ones to the new."""
        had_focus = any(button.hasFocus() for button in self.buttons)
        self._state = state
        for button in {each for buttons in self._states.values() for each in buttons}:
            button.setVisible(button in self.buttons)
            give_role(button, "primary" if button is self.buttons[0] else "")
        if had_focus:
            self.buttons[0].setFocus()

    def sizeHint(self) -> QSize:
        """Room for the buttons of any state, all of them equally wide."""
        sizes = [
            (max(map(_width_filled, buttons)) + px(_GAP)) * len(buttons) - px(_GAP)
            for buttons in self._states.values()
        ]
        heights = [each.sizeHint().height() for some in self._states.values() for each in some]
        return QSize(max(sizes, default=0), max(heights, default=0))

    def minimumSizeHint(self) -> QSize:
        """No less: words are not cut."""
        return self.sizeHint()

    def _restyle(self) -> None:
        self._row.setSpacing(px(_GAP))
        self.updateGeometry()


def _width_filled(button: QPushButton) -> int:
    """How wide a button is with its words as bold as those of the filled one."""
    bold = QFont(button.font())
    bold.setWeight(QFont.Weight.DemiBold)
    words = (QFontMetrics(bold), button.fontMetrics())
    filled, present = (metrics.horizontalAdvance(button.text()) for metrics in words)
    return button.sizeHint().width() + filled - present
