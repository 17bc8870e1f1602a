"""A quiet row beside the answer: the drawing is kept as an example of a digit."""

from __future__ import annotations

from PySide6.QtCore import QSize, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QSizePolicy, QToolButton, QWidget

from app.theme import px
from app.widgets.restyled import Restyled
from app.widgets.text import Text

INVITATION = "Keep as example of"


class KeepRow(Restyled, QWidget):
    """Ten digits, a word on the last one kept, and the way to all that were kept.

    Where there is no room for the digits, they are in a menu; their keys work all the same.

    Signals:
        keep_wanted: The digit that the drawing is an example of.
        undo_wanted: The drawing just kept is to be taken out again.
        manager_wanted: The user wants to see what was kept.
    """

    keep_wanted = Signal(int)
    undo_wanted = Signal()
    manager_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._is_fitting = False
        self.words = Text(INVITATION, 12, role="muted")
        self.digits = tuple(self._button(str(digit)) for digit in range(10))
        self.menu = self._button("Keep as example…")
        self.menu.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.menu.setToolTip("Keep the drawing as an example of a digit (keys 0 to 9)")
        self._choices = QMenu(self)
        for digit, button in enumerate(self.digits):
            self._choices.addAction(f"of &{digit}", button.click)
        self.menu.setMenu(self._choices)
        self.undo = self._button("Undo")
        self.undo.setToolTip("Take the drawing out of my drawings again")
        self.manager = self._button("My drawings…")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.addStretch(1)
        for widget in (self.words, *self.digits, self.menu, self.undo, self.manager):
            self._row.addWidget(widget)
        for digit, button in enumerate(self.digits):
            button.setAccessibleName(f"Keep the drawing as an example of {digit}")
            button.setToolTip(f"Keep the drawing as an example of {digit} (key {digit})")
            button.clicked.connect(self._tell_digit)
        self.undo.clicked.connect(self.undo_wanted)
        self.manager.clicked.connect(self.manager_wanted)
        self.show_kept(None, 0)
        self.follow_theme()

    def show_kept(self, label: int | None, count: int) -> None:
        """Say what the drawing was just kept as, if it was, and how many drawings are kept."""
        self.words.setText(INVITATION if label is None else f"Kept as {label}.")
        self.undo.setVisible(label is not None)
        self.manager.setText(f"My drawings ({count:,})…" if count else "My drawings…")
        self.manager.setToolTip(
            "See, relabel, delete, export and import them; fine-tune the network on them"
        )
        self._fit()

    @Slot()
    def _tell_digit(self) -> None:
        sender = self.sender()
        if isinstance(sender, QToolButton):
            self.keep_wanted.emit(self.digits.index(sender))

    def _button(self, text: str) -> QToolButton:
        button = QToolButton()
        button.setText(text)
        button.setAutoRaise(True)
        return button

    def minimumSizeHint(self) -> QSize:
        """The way to the drawings is always there."""
        return QSize(self.manager.sizeHint().width(), px(26))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Show the digits where there is room."""
        super().resizeEvent(event)
        self._fit()

    def _restyle(self) -> None:
        self._row.setSpacing(0)
        self.words.setContentsMargins(0, 0, px(8), 0)
        for button in self.digits:
            button.setFixedSize(px(22), px(26))
        self._fit()

    def _fit(self) -> None:
        """Where there is no room for all ten digits, have the menu in their place."""
        if self._is_fitting:
            return
        self._is_fitting, width = True, self.width()
        undo = self.undo.sizeHint().width() if not self.undo.isHidden() else 0
        room = width - self.manager.sizeHint().width() - undo
        words = self.words.sizeHint().width() + px(6)
        has_room = room >= words + 10 * px(22)
        for button in self.digits:
            button.setVisible(has_room)
        self.menu.setHidden(has_room)
        is_kept = not self.undo.isHidden()
        has_both = is_kept and room >= words + self.menu.sizeHint().width()
        self.words.setVisible(has_room or has_both)
        self._is_fitting = False
        if self.width() != width:  # what was shown or hidden made the layout change it
            self._fit()
