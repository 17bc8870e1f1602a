"""What stands for parts of the lab where the picture needs their room: a summary, a menu "⋯"."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPoint, QSize, Qt, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QMenu,
    QPushButton,
    QSizePolicy,
    QToolButton,
    QWidget,
)

from app.look.icons import icon
from app.look.restyled import Restyled
from app.look.theme import px
from app.step.geometry import GeometryStrip
from app.step.settings import SETTINGS
from engine.basics.geometry import times
from engine.lab import OPERATIONS, LabState

_SUMMARY = "{facts} ▾"
_BETWEEN = " · "
_WITHOUT_TITLE, _LEFT_OUT = {"size"}, {"channels"}
_USUAL = {"dilation": (1, 1)}
_WIDTH, _ANY_WIDTH = 620, 16_777_215


def facts_of(state: LabState) -> tuple[str, ...]:
    """The geometry in a few words each: ``4×4``, ``kernel 3×3``, ``stride 1``, ``padding 0``."""
    facts = []
    for key in OPERATIONS[state.operation].settings:
        setting = SETTINGS[key]
        values = setting.read(state)
        if key in _LEFT_OUT or values == _USUAL.get(key):
            continue
        is_size = key in {"size", "kernel", "window"}
        if setting.joint != "×":
            words = f" {setting.joint} ".join(map(str, values))
        else:
            words = times(values) if is_size or len(set(values)) > 1 else str(values[0])
        facts.append(words if key in _WITHOUT_TITLE else f"{setting.title} {words}")
    return tuple(facts)


class SummaryButton(Restyled, QPushButton):
    """Says the geometry in one line, and opens what it is set with below itself.

    Where there is little room facts are left out whole, the last ones first; the tool tip has all.
    """

    def __init__(self, strip: GeometryStrip, parent: QWidget) -> None:
        super().__init__(parent)
        self._strip = strip
        self._facts: tuple[str, ...] = ()
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.popup = QFrame(self, Qt.WindowType.Popup)
        self.popup.setProperty("role", "card")
        self._inside = QHBoxLayout(self.popup)
        self.clicked.connect(self.open)
        self.follow_theme()

    def take_in(self) -> None:
        """Move the settings into the popup."""
        self._inside.addWidget(self._strip)
        self._strip.show()

    def give_back(self) -> QWidget:
        """The settings, to be placed elsewhere again."""
        self.popup.hide()
        self._strip.setMinimumWidth(0)
        self._strip.setMaximumWidth(_ANY_WIDTH)
        return self._strip

    def show_facts(self, facts: tuple[str, ...]) -> None:
        """Say other facts."""
        if facts != self._facts:
            self._facts = facts
            words = _BETWEEN.join(facts)
            self.setAccessibleName(f"geometry: {words}")
            self.setToolTip(f"{words}. Click to change it.")
            self.updateGeometry()
            self._fit()

    def widths(self) -> tuple[int, int]:
        """What the shortest and the longest summary need."""
        return self._width_of(self._facts[:1]), self._width_of(self._facts)

    def _width_of(self, facts: Sequence[str]) -> int:
        words = _SUMMARY.format(facts=_BETWEEN.join(facts))
        return self.fontMetrics().horizontalAdvance(words) + px(28)

    def sizeHint(self) -> QSize:
        """Room for all facts."""
        return QSize(self.widths()[1], super().sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        """Room for the first."""
        return QSize(self.widths()[0], super().sizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Say as much as there is room for."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        count = len(self._facts)
        while count > 1 and self._width_of(self._facts[:count]) > self.width():
            count -= 1
        words = _SUMMARY.format(facts=_BETWEEN.join(self._facts[:count]))
        if words != self.text():
            self.setText(words)

    @Slot()
    def open(self) -> None:
        """Show the settings below the button, as wide as the window if they need it."""
        window, inside = self.window(), self._inside.contentsMargins()
        room = window.width() - inside.left() - inside.right()
        self._strip.setFixedWidth(min(room, px(_WIDTH)))
        self.popup.ensurePolished()
        self.popup.adjustSize()
        left = window.mapToGlobal(QPoint(0, 0)).x()
        below = self.mapToGlobal(QPoint(0, self.height()))
        rightmost = left + window.width() - self.popup.width()
        self.popup.move(max(left, min(below.x(), rightmost)), below.y())
        self.popup.show()
        self._strip.focus_first()

    @Slot()
    def close_popup(self) -> None:
        """Put the settings away."""
        self.popup.hide()

    def _restyle(self) -> None:
        self._inside.setContentsMargins(*4 * (px(10),))
        self._fit()


class MoreButton(Restyled, QToolButton):
    """The button "⋯", whose menu does what the buttons do that found no room."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._buttons: tuple[QToolButton, ...] = ()
        self.setAccessibleName("more")
        self.setToolTip("More")
        self.setIcon(icon("more"))
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        menu = QMenu(self)
        menu.aboutToShow.connect(self._fill)
        self.setMenu(menu)
        self.follow_theme()

    def set_buttons(self, buttons: tuple[QToolButton, ...]) -> None:
        """Stand for other buttons."""
        self._buttons = buttons

    @Slot()
    def _fill(self) -> None:
        menu = self.menu()
        menu.clear()
        menu.setToolTipsVisible(True)
        for button in self._buttons:
            action = menu.addAction(button.text())
            action.setToolTip(button.toolTip())
            action.setEnabled(button.isEnabled())
            if button.popupMode() is QToolButton.ToolButtonPopupMode.InstantPopup:
                action.setMenu(button.menu())
                continue
            action.setCheckable(button.isCheckable())
            action.setChecked(button.isChecked())
            action.triggered.connect(button.click)

    def _restyle(self) -> None:
        self.setIconSize(QSize(px(16), px(16)))
