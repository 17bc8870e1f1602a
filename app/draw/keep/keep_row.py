"""A quiet row over the answer: the drawing is kept as an example of a digit."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QSize, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QSizePolicy, QToolButton, QWidget

from app.look.restyled import SIZES, Restyled
from app.look.text import Text
from app.look.theme import px

INVITATION = "Keep as example of"


_BETWEEN = 3
"""Between two keys."""


class KeepRow(Restyled, QWidget):
    """Ten digits, a word on the last one kept, and the way to all that were kept.

    Where there is no room for the digits, they are in a menu, and where there is little, all is in
    one; their keys work all the same.

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
        self._is_fitting = self._is_kept = False
        self.words = Text(INVITATION, 12, role="muted")
        self.digits = tuple(self._button(str(digit)) for digit in range(10))
        self.menu = self._button("Keep as example…")
        self.menu.setToolTip("Keep the drawing as an example of a digit (keys 0 to 9)")
        self.least = self._button("Keep…")
        self.least.installEventFilter(self)
        self.least.setToolTip("Keep the drawing as an example of a digit; see those that are kept")
        self.undo = self._button("Undo")
        self.undo.setToolTip("Take the drawing out of my drawings again")
        self.manager = self._button("My drawings…")
        self._make_menu()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSizeConstraint(QHBoxLayout.SizeConstraint.SetNoConstraint)  # it fits itself
        self._row.addStretch(1)
        for widget in self._parts:
            self._row.addWidget(widget)
        for digit, button in enumerate(self.digits):
            button.setProperty("role", "key")
            button.setAccessibleName(f"Keep the drawing as an example of {digit}")
            button.setToolTip(f"Keep the drawing as an example of {digit} (key {digit})")
            button.clicked.connect(self._tell_digit)
        self.undo.clicked.connect(self.undo_wanted)
        self.manager.clicked.connect(self.manager_wanted)
        self.show_kept(None, 0)
        self.follow_theme()

    @property
    def _parts(self) -> tuple[QWidget, ...]:
        return (self.words, *self.digits, self.menu, self.undo, self.manager, self.least)

    def _make_menu(self) -> None:
        """One menu for both buttons; what has its own button next to the longer is left out."""
        self.choices = QMenu(self)
        for digit, button in enumerate(self.digits):
            self.choices.addAction(f"as an example of &{digit}", button.click)
        self._others = [self.choices.addSeparator()]
        self._undo_entry = self.choices.addAction("&Undo", self.undo.click)
        self._others.append(self.choices.addAction("&My drawings…", self.manager.click))
        for button in (self.menu, self.least):
            button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
            button.setMenu(self.choices)

    def show_kept(self, label: int | None, count: int) -> None:
        """Say what the drawing was just kept as, if it was, and how many drawings are kept."""
        self._is_kept = label is not None
        self.words.setText(f"Kept as {label}." if self._is_kept else INVITATION)
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

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Tell the layout of another size of the one button: of a hidden one it hears nothing."""
        if event.type() in SIZES | {QEvent.Type.Show, QEvent.Type.Polish}:
            self.updateGeometry()
        return super().eventFilter(watched, event)

    def minimumSizeHint(self) -> QSize:
        """Room for the one button with the menu of everything."""
        return self.least.sizeHint()

    def sizeHint(self) -> QSize:
        """No more than it needs: what there is beyond, it gets anyhow."""
        return self.minimumSizeHint()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Show the digits where there is room."""
        super().resizeEvent(event)
        self._fit()

    def _restyle(self) -> None:
        self._row.setSpacing(px(_BETWEEN))
        self.words.setContentsMargins(0, 0, px(8), 0)
        for button in self.digits:
            button.setFixedSize(px(21), px(24))
        self._fit()

    def _fit(self) -> None:
        """Show as much as there is room for: ten digits, or a menu of them, or one of all."""
        if self._is_fitting:
            return
        self._is_fitting, width = True, self.width()
        shown = next(form for form in self._forms() if form[-1] is self.least or _fits(form, width))
        for part in self._parts:
            part.setHidden(part not in shown)
        is_alone = shown[-1] is self.least
        for entry in self._others:
            entry.setVisible(is_alone)
        self._undo_entry.setVisible(is_alone and self._is_kept)
        self._is_fitting = False
        if self.width() != width:  # what was shown or hidden made the layout change it
            self._fit()

    def _forms(self) -> tuple[tuple[QWidget, ...], ...]:
        """What may be shown together, the most first."""
        undo = (self.undo,) if self._is_kept else ()
        short = (self.menu, *undo, self.manager)
        return (
            (self.words, *self.digits, *undo, self.manager),
            (self.words, *short) if self._is_kept else short,
            short,
            (self.least,),
        )


def _fits(parts: tuple[QWidget, ...], width: int) -> bool:
    """Whether widgets in a row have room."""
    wide = sum(min(part.sizeHint().width(), part.maximumWidth()) for part in parts)
    return wide + len(parts) * px(_BETWEEN) <= width
