"""How a run is put into words: the line above the curves."""

from __future__ import annotations

from dataclasses import dataclass

from app.train.setup.training_choices import TrainingChoices
from app.train.training import Ending
from app.train.training_result import clock
from app.train.training_session import SessionState, TrainingSession

_BAR, _HAIR = "\N{DOUBLE VERTICAL LINE}", "\N{HAIR SPACE}"


@dataclass(frozen=True)
class StatusLine:
    """A headline, figures beside it, and how much is done: 0 to 1, ``None`` if unknown."""

    headline: str
    figures: str = ""
    progress: float | None = 0.0


def status_line(
    session: TrainingSession, choices: TrainingChoices, *, is_ready: bool
) -> StatusLine:
    """What to say of the present run, of the last one, or of the one that would come next."""
    if session.is_active:
        return _of_running(session)
    if session.curves.batches or (session.result and session.result.ending is Ending.DIVERGED):
        return _of_ended(session)
    batches = choices.batches_per_epoch
    unit = "batch" if batches == 1 else "batches"
    figures = f"{choices.training_images:,} images in {batches:,} {unit} an epoch"
    return StatusLine("Ready" if is_ready else "Not ready", figures)


def _of_running(session: TrainingSession) -> StatusLine:
    if session.state is SessionState.PREPARING and session.job is not None:
        preparing = session.preparing
        share = preparing.done / preparing.total if preparing.done else None
        counts = f"{preparing.done:,} of {preparing.total:,}"
        return StatusLine("Preparing the images", f"{session.job.source.title}: {counts}", share)
    batch, job = session.last_batch, session.job
    where = f"epoch {batch.epoch if batch else 1} of {job.config.epochs if job else 0}"
    headline = where.capitalize()
    if session.state is SessionState.PAUSED:
        epochs = session.curves.epochs
        is_over = batch is not None and bool(epochs) and epochs[-1].epoch == batch.epoch
        headline = f"Paused {'after' if is_over else 'in'} {where}"
    elif session.state is SessionState.STOPPING:
        headline = "Stopping"
    return StatusLine(headline, _pace(session), session.progress)


def _pace(session: TrainingSession) -> str:
    batch = session.last_batch
    parts = [f"batch {batch.batch:,} of {batch.batches:,}"] if batch else []
    if session.images_per_second is not None:
        parts.append(f"{round(session.images_per_second, -2):,.0f} images/s")
    if session.seconds_left is not None:
        parts.append(f"{clock(session.seconds_left)} left")
    return "  ·  ".join(parts)


def _of_ended(session: TrainingSession) -> StatusLine:
    ending = session.result.ending if session.result else None
    words = {Ending.FINISHED: "Finished", Ending.DIVERGED: "Diverged"}
    headline = words.get(ending, "Stopped") if ending else "Stopped"
    epochs, batches = len(session.curves.epochs), session.curves.batches
    unit = "batch" if batches == 1 else "batches"
    figures = f"{epochs} {'epoch' if epochs == 1 else 'epochs'}, {batches:,} {unit}"
    return StatusLine(headline, figures, session.progress)


def norm(symbol: str) -> str:
    """The norm of what a symbol stands for, with a hair's breadth of room inside its bars."""
    return f"{_BAR}{_HAIR}{symbol}{_HAIR}{_BAR}"
