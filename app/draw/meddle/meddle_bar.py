"""Buttons to meddle with one feature map, and a line on what it did."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QMenu, QPushButton, QToolButton, QVBoxLayout, QWidget

from app.look.icons import icon
from app.look.restyled import STYLE, Restyled
from app.look.text import ElidedText
from app.look.theme import px


@dataclass(frozen=True)
class KernelChoice:
    """A well-known kernel to choose: its key, its words, and why it does not fit if it does not."""

    key: str
    title: str
    about: str
    problem: str = ""


@dataclass(frozen=True)
class MeddleState:
    """What the bar shows.

    Attributes:
        noun: What can be muted: ``map`` or ``unit``.
        can_mute: Whether it can be.
        is_muted: Whether it is.
        kernels: What can be put in the kernel's place; none if there is no kernel.
        kernel_title: What stands in place of the trained kernel; empty if nothing does.
        undo_text: What would be undone; empty if there is nothing.
        redo_text: Likewise.
        is_meddled: Whether anything in the network is changed.
        result: What it did, in a sentence.
    """

    noun: str = "map"
    can_mute: bool = False
    is_muted: bool = False
    kernels: tuple[KernelChoice, ...] = ()
    kernel_title: str = ""
    undo_text: str = ""
    redo_text: str = ""
    is_meddled: bool = False
    result: str = ""


class MeddleBar(Restyled, QWidget):
    """Stands below an enlarged map.

    Signals:
        mute_toggled: The map is to be muted, or heard again.
        kernel_chosen: A kernel's key; empty for the trained one.
        undo_wanted, redo_wanted: The last edit is to be undone, or done again.
        put_back_wanted: Everything is to be as it was.
    """

    restyled_by = STYLE

    mute_toggled = Signal(bool)
    kernel_chosen = Signal(str)
    undo_wanted = Signal()
    redo_wanted = Signal()
    put_back_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._state: MeddleState | None = None
        self.mute_button = QPushButton("Mute this map")
        self.mute_button.setCheckable(True)
        self.kernel_button = QPushButton("Replace the kernel")
        self.menu = QMenu(self.kernel_button)
        self.menu.setToolTipsVisible(True)
        self.kernel_button.setMenu(self.menu)
        self.pointed = ElidedText(size=12, role="muted")
        self.undo_button = self._tool("undo")
        self.redo_button = self._tool("redo")
        self.back_button = QPushButton("Put everything back")
        self.result = ElidedText(size=12)
        self._row = QHBoxLayout()
        for part in (self.mute_button, self.kernel_button):
            self._row.addWidget(part)
        self._row.addWidget(self.pointed, 1)
        for last in (self.undo_button, self.redo_button, self.back_button):
            self._row.addWidget(last)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.addLayout(self._row)
        self._column.addWidget(self.result)
        self.mute_button.clicked.connect(self.mute_toggled)
        self.menu.triggered.connect(self._choose)
        self.undo_button.clicked.connect(self.undo_wanted)
        self.redo_button.clicked.connect(self.redo_wanted)
        self.back_button.clicked.connect(self.put_back_wanted)
        self.follow_theme()
        self.show_state(MeddleState())

    def show_state(self, state: MeddleState) -> None:
        """Show what can be done and what it did."""
        old, self._state = self._state, state
        if state == old:
            return  # asked with every movement of the pen
        self.mute_button.setText(f"Mute this {state.noun}")
        self.mute_button.setVisible(state.can_mute)
        self.mute_button.setChecked(state.is_muted)
        self.mute_button.setToolTip(f"Set this {state.noun} to 0, whatever the layer computes")
        self.kernel_button.setVisible(bool(state.kernels))
        self.kernel_button.setToolTip(
            f"Now: {state.kernel_title or 'the trained kernel'}. Its cells can be typed over, too."
        )
        if old is None or (old.kernels, old.kernel_title) != (state.kernels, state.kernel_title):
            self._fill_menu(state)
        for button, text, word in (
            (self.undo_button, state.undo_text, "Undo"),
            (self.redo_button, state.redo_text, "Redo"),
        ):
            button.setEnabled(bool(text))
            button.setVisible(bool(state.undo_text or state.redo_text))
            button.setToolTip(f"{word}: {text}" if text else word)
        self.back_button.setVisible(state.is_meddled)
        self.result.setText(state.result)
        self.result.setToolTip(state.result)
        self.result.setVisible(bool(state.result))

    def _fill_menu(self, state: MeddleState) -> None:
        self.menu.clear()
        trained = QAction("The trained kernel", self.menu)
        trained.setData("")
        trained.setEnabled(bool(state.kernel_title))
        self.menu.addAction(trained)
        self.menu.addSeparator()
        for choice in state.kernels:
            action = QAction(choice.title, self.menu)
            action.setData(choice.key)
            action.setToolTip(choice.problem or choice.about)
            action.setEnabled(not choice.problem)
            self.menu.addAction(action)

    @Slot(QAction)
    def _choose(self, action: QAction) -> None:
        self.kernel_chosen.emit(str(action.data()))

    @staticmethod
    def _tool(name: str) -> QToolButton:
        button = QToolButton()
        button.setIcon(icon(name))
        button.setAccessibleName(f"{name.title()} the last change of the network")
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        return button

    def _restyle(self) -> None:
        self._row.setSpacing(px(8))
        self._column.setSpacing(px(2))
        for button in (self.undo_button, self.redo_button):
            button.setIconSize(QSize(px(18), px(18)))
