"""How a run is going: one line, over its progress bar."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QGridLayout, QSizePolicy, QWidget

from app.kit.read_out import ReadOut, ThinBar
from app.look.restyled import Restyled
from app.look.text import Text
from app.look.theme import px
from app.train.setup.training_choices import TrainingChoices
from app.train.training import Ending
from app.train.training_result import clock
from app.train.training_session import SessionState, TrainingSession

_Line = tuple[str, list[str], float | None]
"""A headline, figures next to it, and how much is done: 0 to 1, ``None`` if that is not known."""
_DOT = "  ·  "


class RunStatus(Restyled, QWidget):
    """A headline at the left, figures at the right, the bar below, and a note if there is one."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.headline = Text(size=14, weight=QFont.Weight.DemiBold)
        self.figures = ReadOut(13, "text_muted", alignment=Qt.AlignmentFlag.AlignRight)
        self.note = Text(size=12, role="muted")
        keeps_room = QSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        keeps_room.setRetainSizeWhenHidden(True)
        self.note.setSizePolicy(keeps_room)
        self.bar = ThinBar()
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setColumnStretch(1, 1)
        self._grid.addWidget(self.headline, 0, 0)
        self._grid.addWidget(self.figures, 0, 1)
        self._grid.addWidget(self.bar, 1, 0, 1, 2)
        self._grid.addWidget(self.note, 2, 0, 1, 2)
        self.show_note("")
        self.follow_theme()

    def show_run(
        self, session: TrainingSession, choices: TrainingChoices, *, is_ready: bool
    ) -> None:
        """Say how the present run goes, how the last one ended, or what the next one would be."""
        if session.is_active:
            headline, figures, progress = _of_running(session)
        elif session.curves.batches or (session.result and session.result.divergence):
            headline, figures, progress = _of_ended(session)
        else:
            batches = choices.batches_per_epoch
            unit = "batch" if batches == 1 else "batches"
            images = f"{choices.training_images:,} images"
            figures = [f"{images} in {batches:,} {unit} an epoch", f"{batches:,} {unit} an epoch"]
            headline, progress = "Ready" if is_ready else "Not ready", 0.0
        self.headline.setText(headline)
        self.figures.set_text(figures[0], *figures[1:])
        self.bar.show_share(progress)

    def show_note(self, note: str) -> None:
        """Show a remark below the bar; none if it is empty."""
        self.note.setText(note)
        self.note.setVisible(bool(note))

    def _restyle(self) -> None:
        self._grid.setVerticalSpacing(px(6))
        self._grid.setHorizontalSpacing(px(12))


def _of_running(session: TrainingSession) -> _Line:
    if session.state is SessionState.PREPARING and session.job is not None:
        preparing = session.preparing
        share = preparing.done / preparing.total if preparing.done else None
        left = session.preparing_seconds_left
        parts = [f"{preparing.done:,} of {preparing.total:,}"]
        if left is not None:
            parts.append(f"{clock(left)} left")
        counts = _DOT.join(parts)
        figures = [f"{session.job.source.title}: {counts}", counts, parts[-1]]
        return "Preparing the images", figures, share
    headline = session.epoch_text.capitalize()
    if session.state is SessionState.PAUSED:
        headline = session.paused_text
    elif session.state is SessionState.STOPPING:
        headline = "Stopping"
    return headline, _pace(session), session.progress


def _pace(session: TrainingSession) -> list[str]:
    """Where it is, how fast it goes and how long it takes; while it waits, only where it is."""
    batch = session.last_batch
    parts = [f"batch {batch.batch:,} of {batch.batches:,}"] if batch else []
    left: list[str] = []
    if session.state is not SessionState.PAUSED:
        if session.images_per_second is not None:
            parts.append(f"{round(session.images_per_second, -2):,.0f} images/s")
        if session.seconds_left is not None:
            left = [f"{clock(session.seconds_left)} left"]
    return [_DOT.join(chosen) for chosen in (parts + left, parts[:1] + left, left or parts[:1])]


def _of_ended(session: TrainingSession) -> _Line:
    ending = session.result.ending if session.result else None
    words = {Ending.FINISHED: "Finished", Ending.DIVERGED: "Diverged"}
    headline = words.get(ending, "Stopped") if ending else "Stopped"
    epochs, batches = len(session.curves.epochs), session.curves.batches
    unit = "batch" if batches == 1 else "batches"
    counted = f"{epochs} {'epoch' if epochs == 1 else 'epochs'}"
    return headline, [f"{counted}, {batches:,} {unit}", counted], session.progress
