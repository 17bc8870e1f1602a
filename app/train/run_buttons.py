"""The buttons that run a training: the one that begins it is replaced by those that hold it."""

from __future__ import annotations

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from app.kit.buttons import SteadyButton
from app.kit.layout.primary_bar import PrimaryBar
from app.look.icons import icon
from app.look.nesting import nest
from app.look.restyled import Restyled
from app.look.theme import px
from app.train.training_session import SessionState

START_TEXT = "Train this stack"
_WAITING = {
    SessionState.PREPARING: "The images are still being prepared.",
    SessionState.STOPPING: "The run is about to end.",
}
"""Why a run cannot be held or taken further just now."""


class RunButtons(Restyled, QWidget):
    """Single steps and more epochs; in ``bar`` start, and in its place pause or resume, and stop.

    A button that cannot be pressed says why in its tooltip.
    """

    def __init__(self, bar: PrimaryBar, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._bar = bar
        self.start = QPushButton(START_TEXT)
        self.pause = SteadyButton("Pause", "Resume")
        self.stop = QPushButton("Stop")
        self.one_batch = QPushButton("One batch")
        self.one_epoch = QPushButton("One epoch")
        self.more_epochs = QPushButton()
        self.start.setIcon(icon("play", "accent_text"))
        self.stop.setIcon(icon("stop"))
        self._tips = {
            self.start: "A new run, with what is set above (Ctrl+Enter)",
            self.pause: "Space",
            self.stop: "End the run, and keep what was learnt (Ctrl+.)",
            self.one_batch: "Take one step, then pause (Ctrl+B)",
            self.one_epoch: "Go on to the end of the epoch, then pause (Ctrl+E)",
        }
        self._row = QHBoxLayout()
        for button in (self.one_batch, self.one_epoch):
            self._row.addWidget(button, 1)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.addWidget(self.more_epochs)
        nest(self._column, self._row)
        self.show_more_epochs(1)
        bar.add_state("idle", self.start)
        bar.add_state("active", self.pause, self.stop)
        self.show_state(SessionState.IDLE, can_go_on=False)
        self.follow_theme()

    def show_state(self, state: SessionState, *, can_go_on: bool, why_not: str = "") -> None:
        """Show what can be done; ``why_not`` says why no run can begin, if none can.

        Args:
            state: Of the session.
            can_go_on: Whether the last run could go on for more epochs.
            why_not: A sentence.
        """
        is_active, waiting = state is not SessionState.IDLE, _WAITING.get(state, "")
        self.more_epochs.setVisible(can_go_on)
        wanted = "active" if is_active else "idle"
        if wanted != self._bar.state:
            self._bar.show_state(wanted)
        is_paused = state is SessionState.PAUSED
        self.pause.setText("Resume" if is_paused else "Pause")
        self.pause.setIcon(icon("play" if is_paused else "pause", "accent_text"))
        self._allow(self.start, why_not)
        self._allow(self.more_epochs, why_not if can_go_on else "There is no run to go on with.")
        none = "" if is_active else "No run is going on."
        self._allow(self.pause, none or waiting)
        is_ending = state is SessionState.STOPPING
        self._allow(self.stop, none or (waiting if is_ending else ""))
        for button in (self.one_batch, self.one_epoch):
            self._allow(button, waiting if is_active else why_not)

    def show_more_epochs(self, epochs: int) -> None:
        """Let that button say for how long a run would go on; its tooltip has the details."""
        more = f"{epochs:,} more epoch{'s' if epochs != 1 else ''}"
        self.more_epochs.setText(more)
        self._tips[self.more_epochs] = (
            f"Let the last run go on for {more} (as set above) from its latest weights, with the "
            "settings that it had. The schedule is stretched over the longer run."
        )

    def _allow(self, button: QPushButton, why_not: str) -> None:
        button.setEnabled(not why_not)
        button.setToolTip(why_not or self._tips[button])

    def _restyle(self) -> None:
        self._row.setSpacing(px(8))
        self._column.setSpacing(px(8))
        for button in (self.start, self.pause, self.stop):
            button.setIconSize(QSize(px(16), px(16)))
