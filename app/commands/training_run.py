"""What every training on the command line does: digits made, a run followed, a record written."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

from app.commands.terminal import ProgressBar, complain, say
from engine.basics.errors import DataError
from engine.data.dataset import Dataset, check_memory
from engine.data.generated.digits import generate_digits
from engine.data.progress import Progress
from engine.ink.preprocess import SIDE
from engine.networks.model_file import TrainingRecord
from engine.training.trainer import (
    BatchDone,
    Diverged,
    EpochDone,
    Finished,
    Trainer,
    TrainingConfig,
    Validating,
)

Maker = Callable[[int, int, Progress], Dataset]


def check_folder(out: Path) -> None:
    """Ask before the training, not after it, whether its file can be saved.

    Raises:
        DataError: if there is no such folder.
    """
    if not out.absolute().parent.is_dir():
        raise DataError(
            f"There is no folder {out.parent} to save in. Make it first, or choose another."
        )


def options(config: TrainingConfig) -> list[str]:
    """Return the command's options for these settings: the epochs, and what is not as usual."""
    default = TrainingConfig()
    return [f"--epochs {config.epochs}"] + [
        f"--{name.replace('_', '-')} {value}"
        for name, value in config.to_dict().items()
        if name != "epochs" and value != getattr(default, name)
    ]


def generated(
    count: int, seed: int, make: Maker = generate_digits, doing: str = "writing digit"
) -> Dataset:
    """Make images, with a progress bar that says what is being done.

    Raises:
        DataError: if they do not fit into memory.
    """
    check_memory("The generated data set", count, SIDE * SIDE)
    bar = ProgressBar()
    made = make(
        count, seed, lambda done, total: bar.update(done, total, f"{doing} {done:,} of {total:,}")
    )
    bar.clear()
    return made


def follow(trainer: Trainer) -> Finished | None:
    """Run a training with a progress bar and a line per epoch; ``None`` if it diverged."""
    bar = ProgressBar()
    for event in trainer.run():
        match event:
            case BatchDone():
                bar.update(
                    event.batch,
                    event.batches,
                    f"epoch {event.epoch}, batch {event.batch:,} of {event.batches:,}, "
                    f"loss {event.loss:.4f}",
                )
            case Validating():
                bar.update(event.done, event.total, f"epoch {event.epoch}, validating")
            case EpochDone():
                bar.clear()
                say(
                    f"{event.epoch:5d}   {event.training_loss:13.4f}  "
                    f"{event.training_accuracy:8.2%}   {event.validation_loss:15.4f}  "
                    f"{event.validation_accuracy:8.2%}   {event.seconds:7.1f}"
                )
            case Diverged():
                bar.clear()
                complain(f"cnnviz: {event.message}")
            case Finished():
                return event
    return None


def record_of(
    training: Dataset,
    config: TrainingConfig,
    finished: Finished,
    command: str,
    settings: dict[str, Any],
) -> TrainingRecord:
    """Return what is known of a network right after its run."""
    return TrainingRecord(
        data=training.name,
        images=len(training),
        epochs=config.epochs,
        validation_accuracy=finished.validation_accuracy,
        seed=config.seed,
        date=dt.datetime.now(dt.UTC).date().isoformat(),
        best_epoch=finished.best_epoch,
        command=command,
        settings=settings,
    )
