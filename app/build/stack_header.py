"""The line above the stack: its name, its file, whether Draw uses it, and buttons."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QEvent, QObject, QSize, Qt, Signal
from PySide6.QtGui import QAction, QFont, QKeyEvent, QKeySequence, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QSizePolicy, QToolButton, QWidget

from app.build.pill import Pill
from app.look.restyled import Restyled
from app.look.text import ElidedText, Text
from app.look.theme import font, px

_LIKE_A_HEADING = """
    QLineEdit { background: transparent; border-color: transparent; padding-left: 0; }
    QLineEdit:hover { border-color: palette(mid); }
    QLineEdit:focus { border-color: palette(highlight); }
"""


class UndoPasser(QObject):
    """Keeps a line edit from taking Ctrl+Z: edits apply as typed, so undo belongs to the stack."""

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Leave the undo and redo keys to the window's shortcuts."""
        keys = (QKeySequence.StandardKey.Undo, QKeySequence.StandardKey.Redo)
        if isinstance(event, QKeyEvent) and any(map(event.matches, keys)):
            event.ignore()
            return True
        return super().eventFilter(watched, event)


class QuietButton(Restyled, QToolButton):
    """A button for an action that has a key as well: the keyboard passes it by."""

    def __init__(self, action: QAction) -> None:
        super().__init__()
        self.setDefaultAction(action)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.follow_theme()

    def _restyle(self) -> None:
        self.setIconSize(QSize(px(18), px(18)))


class StackHeader(Restyled, QWidget):
    """Shows what it is told; the name can be edited in place.

    Signals:
        name_edited: The user typed this name.
    """

    name_edited = Signal(str)

    def __init__(
        self,
        groups: Sequence[Sequence[QAction]],
        views: QWidget | None = None,
        parent: QWidget | None = None,
    ) -> None:
        """Make it, with a button for each action; ``views`` stands left of them."""
        super().__init__(parent)
        caption = Text("Stack", 13, role="muted")
        self.name_edit = QLineEdit()
        self.name_edit.setAccessibleName("Name of the stack")
        self.name_edit.setToolTip("The stack's name: click to change it")
        self.name_edit.setStyleSheet(_LIKE_A_HEADING)
        self.name_edit.installEventFilter(UndoPasser(self.name_edit))
        self.name_edit.textEdited.connect(self.name_edited)
        self.file_label = ElidedText("", 12, role="muted")
        self.file_label.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        self.file_label.setMinimumWidth(1)
        self.network_state = Pill()
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        for widget in (caption, self.name_edit, self.file_label, self.network_state):
            self._row.addWidget(widget)
        self._row.addStretch(1)
        if views is not None:
            self._row.addWidget(views)
        for group in groups:
            self._row.addSpacing(px(12))
            for action in group:
                self._row.addWidget(QuietButton(action))
        self.follow_theme()

    def show_name(self, name: str) -> None:
        """Show the stack's name; the cursor stays where it is while it is being typed."""
        if self.name_edit.text() != name:
            self.name_edit.setText(name)
        self._fit_name()

    def show_file(self, path: Path | None, *, is_modified: bool) -> None:
        """Show where the stack is kept, and whether it has changed since."""
        name = path.name if path is not None else "no file yet"
        self.file_label.setText(f"{name}, changed" if is_modified else name)
        self.file_label.setToolTip(str(path) if path is not None else "")
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The file is named, and the network's state explained, where there is room."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Cut a long file name, but leave it out rather than show a mere beginning."""
        flexible = [each for each in (self.file_label, self.network_state) if not each.isHidden()]
        widths = sum(each.sizeHint().width() + self._row.spacing() for each in flexible)
        taken = self._row.sizeHint().width() - widths
        room = self.width() - taken - self.network_state.full_width - 2 * self._row.spacing()
        self.network_state.set_short(is_short=room < 0)
        self.file_label.setVisible(room >= px(86))

    def _restyle(self) -> None:
        self._row.setSpacing(px(8))
        self.name_edit.setFont(font(18, QFont.Weight.DemiBold))
        self._fit_name()

    def _fit_name(self) -> None:
        width = self.name_edit.fontMetrics().horizontalAdvance(self.name_edit.text()) + px(20)
        self.name_edit.setFixedWidth(max(px(60), min(width, px(420))))
