"""The header: which network is open, what training is doing, and the switches of the window."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QAction, QFont
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSizePolicy, QToolButton, QWidget

from app.look.icons import icon
from app.look.restyled import STYLE, Restyled
from app.look.text import ElidedText, Text
from app.look.theme import px


class Header(Restyled, QWidget):
    """One line across the top of the window."""

    restyled_by = STYLE

    train_clicked = Signal()

    def __init__(self, actions: tuple[QAction, ...], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.title = Text(size=15, weight=QFont.Weight.DemiBold)
        self.title.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Preferred)
        self.details = ElidedText(size=13, role="muted")
        self.train_button = QPushButton("Train")
        self.train_button.setIcon(icon("play", "accent"))
        self.train_button.setToolTip("Open Train")
        self.train_button.clicked.connect(self.train_clicked)
        self._layout = QHBoxLayout(self)
        self._layout.addWidget(self.title)
        self._layout.addWidget(self.details, 1)
        self._layout.addWidget(self.train_button)
        self._switches = [self._switch(action) for action in actions]
        for switch in self._switches:
            self._layout.addWidget(switch)
        self.follow_theme()

    def set_network(self, title: str, details: str, tool_tip: str = "") -> None:
        """Show the network's name, and in a quieter colour what is known about it."""
        self.title.setText(title)
        self.details.setText(details)
        for label in (self.title, self.details):
            label.setToolTip(tool_tip)

    def set_training(self, progress: str) -> None:
        """Show what training is doing; an empty text means that it is not."""
        if self.train_button.text() == (progress or "Train"):
            return  # asked up to 20 times a second
        self.train_button.setText(progress or "Train")
        self.train_button.setIcon(icon("train" if progress else "play", "accent"))

    def _switch(self, action: QAction) -> QToolButton:
        button = QToolButton()
        button.setDefaultAction(action)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        return button

    def _restyle(self) -> None:
        self._layout.setContentsMargins(px(16), px(8), px(12), px(8))
        self._layout.setSpacing(px(6))
        self.details.setContentsMargins(px(4), 0, px(8), 0)
        self.train_button.setIconSize(QSize(px(16), px(16)))
        for switch in self._switches:
            switch.setIconSize(QSize(px(20), px(20)))
