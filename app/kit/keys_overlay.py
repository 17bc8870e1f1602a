"""The list of keys that ``?`` lays over the window; any key or click takes it away again."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QColor, QFont, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from app.look.nesting import nest
from app.look.painting import painted
from app.look.text import Text
from app.look.theme import current_theme, px

Keys = tuple[tuple[str, str], ...]

_LONGEST = 16
"""A longer list continues in a second column, so that it fits into a small window."""
_SCROLLING = {
    Qt.Key.Key_Up: -1,
    Qt.Key.Key_Down: 1,
    Qt.Key.Key_PageUp: -8,
    Qt.Key.Key_PageDown: 8,
}


class KeysOverlay(QWidget):
    """Covers its parent with a veil and a card of keys, until a key or click."""

    def __init__(self, title: str, keys: Keys, global_keys: Keys, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._had_focus = parent.window().focusWidget()
        card = QFrame()
        card.setProperty("role", "card")
        columns = QHBoxLayout()
        columns.setSpacing(px(48))
        here, more = _split(keys, len(global_keys))
        second = _column((f"More in {title}", more), ("Everywhere", global_keys))
        for column in (_column((title, here)), second):
            if column.count():
                nest(columns, column)
        inside = QVBoxLayout(card)
        inside.setContentsMargins(px(32), px(28), px(32), px(24))
        inside.setSpacing(px(20))
        nest(inside, columns)
        inside.addWidget(Text("Any key closes this.", 12, role="muted"))
        self._area = QScrollArea(self)
        self._area.setWidget(card)
        self._area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.viewport().setAutoFillBackground(False)
        self._area.viewport().installEventFilter(self)
        self._card = card
        self._fill()
        parent.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Stay as large as the parent; let a click outside the card close."""
        if watched is self.parent() and event.type() == QEvent.Type.Resize:
            self._fill()
        elif watched is self._area.viewport() and event.type() == QEvent.Type.MouseButtonPress:
            self.close()
            return True
        return super().eventFilter(watched, event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Centre the card; on a small window it scrolls."""
        super().resizeEvent(event)
        wanted = self._card.sizeHint()
        self._card.resize(wanted)
        height = min(wanted.height() + px(2), self.height() - px(32))
        bar = self._area.verticalScrollBar().sizeHint().width()
        width = wanted.width() + px(2) + (bar if height < wanted.height() else 0)
        width = min(width, self.width() - px(32))
        self._area.resize(width, height)
        self._area.move((self.width() - width) // 2, (self.height() - height) // 2)

    @painted
    def paintEvent(self, _event: QPaintEvent, painter: QPainter) -> None:
        """Dim what lies underneath."""
        veil = QColor(current_theme().window)
        veil.setAlphaF(0.82)
        painter.fillRect(self.rect(), veil)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Close at any key but a lone modifier, or one that scrolls where there is more to see."""
        bar, steps = self._area.verticalScrollBar(), _SCROLLING.get(Qt.Key(event.key()), 0)
        if steps and bar.maximum() > 0:
            bar.setValue(bar.value() + steps * px(29))
            return
        modifiers = {Qt.Key.Key_Shift, Qt.Key.Key_Control, Qt.Key.Key_Alt, Qt.Key.Key_Meta}
        if event.key() not in modifiers:
            self._give_back_focus()
            self.close()

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: ARG002 - Qt's signature
        """Close."""
        self._give_back_focus()
        self.close()

    def _give_back_focus(self) -> None:
        if self._had_focus is not None:
            self._had_focus.setFocus()

    def _fill(self) -> None:
        parent = self.parentWidget()
        if parent is not None:
            self.setGeometry(parent.rect())


def _split(keys: Keys, others: int) -> tuple[Keys, Keys]:
    """A list, and what of it goes above the ``others`` so that both columns are as long."""
    if len(keys) <= max(_LONGEST, others):
        return keys, ()
    rows = max(_LONGEST, (len(keys) + others + 3) // 2)  # two headings and a gap
    return keys[:rows], keys[rows:]


def _column(*parts: tuple[str, Keys]) -> QVBoxLayout:
    """Lists below each other, each with its heading; those that are empty are left out."""
    column = QVBoxLayout()
    column.setSpacing(px(14))
    for heading, keys in parts:
        if keys:
            column.addWidget(Text(heading, 16, QFont.Weight.DemiBold))
            nest(column, _grid(keys))
            column.addSpacing(px(8))
    if column.count():
        column.addStretch()
    return column


def _grid(keys: Keys) -> QGridLayout:
    grid = QGridLayout()
    grid.setHorizontalSpacing(px(16))
    grid.setVerticalSpacing(px(8))
    grid.setColumnStretch(1, 1)
    for row, (key, meaning) in enumerate(keys):
        cap = Text(key, 12, QFont.Weight.Medium, "key")
        cap.setAlignment(Qt.AlignmentFlag.AlignCenter)
        grid.addWidget(cap, row, 0, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        grid.addWidget(Text(meaning, 13), row, 1)
    return grid
