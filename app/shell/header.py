"""The header: which network is open, what a running training does, and the window's switches."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QAction, QFont
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSizePolicy, QToolButton, QWidget

from app.look.icons import icon
from app.look.restyled import STYLE, Restyled
from app.look.text import FactLine, Text
from app.look.theme import px


class Header(Restyled, QWidget):
    """One line across the top of the window."""

    restyled_by = STYLE

    train_clicked = Signal()

    def __init__(self, actions: tuple[QAction, ...], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.caption = Text("Network", 13, role="muted")
        self.caption.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Preferred)
        self.title = Text(size=15, weight=QFont.Weight.DemiBold)
        self.title.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Preferred)
        self.details = FactLine(size=13, role="muted")
        self.training = QPushButton()
        self.training.setIcon(icon("train", "accent"))
        self.training.setToolTip("Open Train")
        self.training.clicked.connect(self.train_clicked)
        self.training.hide()
        self._layout = QHBoxLayout(self)
        self._layout.addWidget(self.caption)
        self._layout.addWidget(self.title)
        self._layout.addWidget(self.details, 1)
        self._layout.addWidget(self.training)
        self._switches = [self._switch(action) for action in actions]
        for switch in self._switches:
            self._layout.addWidget(switch)
        self.follow_theme()

    def set_network(self, title: str, facts: Sequence[str], tool_tip: str = "") -> None:
        """Show the network's name, and in a quieter colour what is known about it."""
        self.title.setText(title)
        self.details.show_facts(facts)
        for label in (self.caption, self.title, self.details):
            label.setToolTip(tool_tip)

    def set_training(self, progress: str) -> None:
        """Show what a training does; an empty text means that none goes on."""
        if self.training.text() != progress:  # asked up to 20 times a second
            self.training.setText(progress)
            self.training.setVisible(bool(progress))

    def _switch(self, action: QAction) -> QToolButton:
        button = QToolButton()
        button.setDefaultAction(action)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        return button

    def _restyle(self) -> None:
        self._layout.setContentsMargins(px(16), px(8), px(12), px(8))
        self._layout.setSpacing(px(6))
        self.details.setContentsMargins(px(4), 0, px(8), 0)
        self.training.setIconSize(QSize(px(16), px(16)))
        for switch in self._switches:
            switch.setIconSize(QSize(px(20), px(20)))
