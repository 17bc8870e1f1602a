"""Settings that are folded to one button: it sums them up, and opens them below itself."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QPoint, QSize, Qt, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QWidget,
)

from app.look.restyled import Restyled
from app.look.theme import px

_SUMMARY = "{facts} ▾"
_BETWEEN = " · "
_ANY_WIDTH = 16_777_215


class SummaryButton(Restyled, QPushButton):
    """Says settings in one line, and opens them below itself.

    Where there is little room facts are left out whole, the last ones first; the tool tip has all.

    Args:
        settings: What is opened. It may be a ``QScrollArea``.
        name: What is summed up, in a word, for those who cannot see it.
        width: How wide the settings are opened, at scale 1, where the window has the room.
        focus: Gives the keyboard to the first setting; without it, ``settings`` takes it.
        parent: Qt owner.
    """

    def __init__(
        self,
        settings: QWidget,
        name: str,
        width: int,
        focus: Callable[[], None] | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._settings = settings
        self._name, self._wide = name, width
        self._focus = focus or settings.setFocus
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
        self._inside.addWidget(self._settings)
        self._settings.show()

    def give_back(self) -> QWidget:
        """The settings, to be placed elsewhere again."""
        self.popup.hide()
        self._settings.setMinimumSize(0, 0)
        self._settings.setMaximumSize(_ANY_WIDTH, _ANY_WIDTH)
        return self._settings

    @property
    def facts(self) -> tuple[str, ...]:
        """What it sums up."""
        return self._facts

    def show_facts(self, facts: Sequence[str]) -> None:
        """Say other facts, a few words each, the most important first."""
        if tuple(facts) != self._facts:
            self._facts = tuple(facts)
            words = _BETWEEN.join(facts)
            self.setAccessibleName(f"{self._name}: {words}")
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
        """Show the settings below the button, within the window, as large as they need to be."""
        window = self.window()
        around = self.popup.contentsMargins() + self._inside.contentsMargins()
        room = window.size() - QSize(
            around.left() + around.right() + 2, around.top() + around.bottom() + 2
        )
        self._settings.setFixedWidth(min(room.width(), px(self._wide)))
        if isinstance(self._settings, QScrollArea):
            self._settings.setFixedHeight(min(room.height(), self._height_inside()))
        self.popup.ensurePolished()
        self.popup.adjustSize()
        corner = window.mapToGlobal(QPoint(0, 0))
        below = self.mapToGlobal(QPoint(0, self.height()))
        rightmost = corner.x() + window.width() - self.popup.width()
        lowest = corner.y() + window.height() - self.popup.height()
        self.popup.move(
            max(corner.x(), min(below.x(), rightmost)), max(corner.y(), min(below.y(), lowest))
        )
        self.popup.show()
        self._focus()

    def _height_inside(self) -> int:
        """How high a scroll area is that shows all of its content."""
        area = self._settings
        content = area.widget() if isinstance(area, QScrollArea) else None
        if content is None:
            return area.sizeHint().height()
        content.ensurePolished()
        if content.hasHeightForWidth():
            return content.heightForWidth(area.width())
        return content.sizeHint().height()

    @Slot()
    def close_popup(self) -> None:
        """Put the settings away."""
        self.popup.hide()

    def _restyle(self) -> None:
        self._inside.setContentsMargins(*4 * (px(10),))
        self._fit()
