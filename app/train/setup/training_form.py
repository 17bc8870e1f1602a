"""The left side of Train: what is trained, on what and how, and the buttons that run it."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QFont
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.kit.buttons import SteadyButton
from app.kit.scrolling import scrolling
from app.look.icons import icon
from app.look.restyled import Restyled
from app.look.text import Text
from app.look.theme import px
from app.train.setup.data_picker import DataPicker
from app.train.setup.more_settings import MoreSettings
from app.train.setup.number_form import NumberForm

WIDTH = 316
CHANGE_TEXT = (
    "What can still be edited takes effect with the next batch, and is marked on the curves."
)


class TrainingForm(Restyled, QFrame):
    """Sections one below the other, scrolling if need be; the buttons always in view."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "card")
        self.network = Text(size=15, weight=QFont.Weight.DemiBold)
        self.network_facts = Text(size=12, role="muted")
        self.picker = DataPicker()
        self.images = NumberForm()
        self.validation_note = Text(size=12, role="muted")
        self.run = NumberForm()
        self.change_note = Text(CHANGE_TEXT, 12, role="muted")
        policy = self.change_note.sizePolicy()
        policy.setRetainSizeWhenHidden(True)  # so that nothing moves as a run starts or ends
        self.change_note.setSizePolicy(policy)
        self.change_note.hide()
        self.more = MoreSettings()
        self.failures = QToolButton()
        self.failures.setText(" Failures to watch")
        self.failures.setToolTip("Runs that go wrong on purpose, with the reason and a way out")
        self.failures.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.failures.setIcon(icon("warning"))
        self.failures.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.failures.setAutoRaise(True)
        self.start = QPushButton("Start")
        self.start.setProperty("role", "primary")
        self.start.setIcon(icon("play", "accent_text"))
        self.pause = SteadyButton("Pause", "Resume")
        self.stop = QPushButton("Stop")
        self.stop.setIcon(icon("stop"))
        self.one_batch = QPushButton("One batch")
        self.one_batch.setToolTip("Take one step, then pause")
        self.one_epoch = QPushButton("One epoch")
        self.one_epoch.setToolTip("Go on to the end of the epoch, then pause")
        self.more_epochs = QPushButton()
        for label in (self.network, self.network_facts, self.validation_note, self.change_note):
            label.setWordWrap(True)
        self._lay_out()
        self.show_paused(is_paused=False)
        self.follow_theme()

    def show_network(self, name: str, layers: int, parameters: int | None) -> None:
        """Name what a run would train; ``None`` parameters while a layer does not fit."""
        self.network.setText(name)
        unit = "layer" if layers == 1 else "layers"
        many = "one of which does not fit" if parameters is None else f"{parameters:,} parameters"
        self.network_facts.setText(f"{layers} {unit}, {many}")

    def show_split(self, training: int, held_out: int) -> None:
        """Say how many images are for what."""
        self.validation_note.setText(
            f"{training:,} to train on, {held_out:,} held out for choosing the best epoch. "
            "Test images stay untouched."
        )

    def show_paused(self, *, is_paused: bool) -> None:
        """Let the middle button say what it would do."""
        self.pause.setText("Resume" if is_paused else "Pause")
        self.pause.setIcon(icon("play" if is_paused else "pause"))

    def show_more_epochs(self, epochs: int) -> None:
        """Let the last button say for how long a run would go on; its tooltip has the words."""
        more = f"{epochs:,} more epoch{'s' if epochs != 1 else ''}"
        self.more_epochs.setText(f"+{epochs:,}")
        self.more_epochs.setAccessibleName(f"Go on for {more}")
        self.more_epochs.setToolTip(
            f"Let the last run go on for {more} (as set above) from its latest weights, with the "
            "settings that it had. The schedule is stretched over the longer run."
        )

    def lock(self, names: tuple[str, ...] | None) -> None:
        """Lock the settings of a run that goes on, except those named; ``None`` opens them all."""
        is_editable = names is None
        for widget in (self.picker.combo, self.picker.folder, self.images):
            widget.setEnabled(is_editable)
        self.run.lock_except(names)
        self.more.lock(names)
        self.change_note.setVisible(not is_editable)

    def add_to_network(self, widget: QWidget) -> None:
        """Put a widget under what is said of the network."""
        self._network_parts.addWidget(widget)

    def show_own_network(self, *, is_own: bool) -> None:
        """Show what was added to the user's own network, or hide it while another is trained."""
        self._network_added.setVisible(is_own)

    def _lay_out(self) -> None:
        content = QWidget()
        self._sections = QVBoxLayout(content)
        self._headings: list[Text] = []
        self._network_added = QWidget()
        self._network_parts = QVBoxLayout(self._network_added)
        self._network_parts.setContentsMargins(0, 0, 0, 0)
        self._add_section("Network", self.network, self.network_facts, self._network_added)
        self._add_section("Images", self.picker, self.images, self.validation_note)
        self._add_section("How", self.run, self.more, self.failures, self.change_note)
        self._sections.addStretch(1)
        self._scroll = scrolling(content, sideways=False)
        self._buttons = QHBoxLayout()
        for button in (self.start, self.pause, self.stop):
            self._buttons.addWidget(button, 1)  # as wide whatever the words in them
        self._steps = QHBoxLayout()
        for button in (self.one_batch, self.one_epoch, self.more_epochs):
            self._steps.addWidget(button, 1)
        self._column = QVBoxLayout(self)
        self._column.addWidget(self._scroll, 1)
        self._column.addLayout(self._steps)
        self._column.addLayout(self._buttons)

    def _add_section(self, title: str, *widgets: QWidget) -> None:
        """Put a section below the others, all in one column.

        Qt takes from one nested layout what it gives to another as soon as texts wrap in both.
        """
        heading = Text(title, 12, QFont.Weight.DemiBold, "muted")
        self._headings.append(heading)
        for widget in (heading, *widgets):
            self._sections.addWidget(widget)

    def _restyle(self) -> None:
        self.setFixedWidth(px(WIDTH))
        self._column.setContentsMargins(px(1), px(4), px(1), px(12))
        self._column.setSpacing(px(8))
        for row in (self._steps, self._buttons):
            row.setContentsMargins(px(12), 0, px(12), 0)
            row.setSpacing(px(6))
        self._sections.setContentsMargins(px(13), px(8), px(13), px(4))
        self._sections.setSpacing(px(6))
        for heading in self._headings[1:]:
            heading.setContentsMargins(0, px(12), 0, 0)
        for button in (self.start, self.pause, self.stop, self.failures):
            button.setIconSize(QSize(px(16), px(16)))
