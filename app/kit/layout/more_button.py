"""The button "⋯", whose menu does what the buttons do that found no room."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Slot
from PySide6.QtWidgets import QMenu, QPushButton, QToolButton, QWidget

from app.look.icons import icon
from app.look.restyled import Restyled
from app.look.theme import px


class MoreButton(Restyled, QToolButton):
    """Stands for buttons that found no room: its menu has their words, tips and states."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._buttons: tuple[QToolButton | QPushButton, ...] = ()
        self.setAccessibleName("more")
        self.setToolTip("More")
        self.setIcon(icon("more"))
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        menu = QMenu(self)
        menu.aboutToShow.connect(self._fill)
        self.setMenu(menu)
        self.follow_theme()

    @property
    def buttons(self) -> tuple[QToolButton | QPushButton, ...]:
        """What it stands for."""
        return self._buttons

    def set_buttons(self, buttons: Sequence[QToolButton | QPushButton]) -> None:
        """Stand for other buttons."""
        self._buttons = tuple(buttons)

    @Slot()
    def _fill(self) -> None:
        menu = self.menu()
        menu.clear()
        menu.setToolTipsVisible(True)
        for button in self._buttons:
            action = menu.addAction(button.text() or button.accessibleName())
            action.setToolTip(button.toolTip())
            action.setEnabled(button.isEnabled())
            if button.menu() is not None:
                action.setMenu(button.menu())
                continue
            action.setCheckable(button.isCheckable())
            action.setChecked(button.isChecked())
            action.triggered.connect(button.click)

    def _restyle(self) -> None:
        self.setIconSize(QSize(px(16), px(16)))
