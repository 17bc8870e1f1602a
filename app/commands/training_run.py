"""What every training on the command line does: digits made, a run followed, a record written."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from app.commands.terminal import ProgressBar, complain, say
from engine.data.dataset import Dataset, check_memory
from engine.data.generated.digits import generate_digits
from engine.data.progress import Progress
from engine.ink.preprocess import SIDE
from engine.insight.symptoms import Symptom, SymptomWatch, in_words
from engine.networks.model_file import TrainingRecord
from engine.networks.network import Sequential
from engine.training.chance import Chance
from engine.training.trainer import (
    BatchDone,
    Diverged,
    EpochDone,
    Event,
    Finished,
    Trainer,
    TrainingConfig,
    Validating,
)

Maker = Callable[[int, int, Progress], Dataset]


@dataclass(frozen=True)
class Ran:
    """How a run ended, with the exit status that this means.

    ``network`` is a copy with the weights of the best epoch, or the latest if none was finished;
    ``None`` if nothing was learnt.
    """

    status: int
    epochs: int
    best_epoch: int
    validation_accuracy: float | None
    network: Sequential | None


def options(config: TrainingConfig) -> list[str]:
    """Return the command's options for these settings: the epochs, and what is not as usual."""
    default = TrainingConfig()
    return [f"--epochs {config.epochs}"] + [
        f"--{name.replace('_', '-')} {value}"
        for name, value in config.to_dict().items()
        if name != "epochs" and value != getattr(default, name)
    ]


def generated(
    count: int, seed: int, make: Maker = generate_digits, thing: str = "digit"
) -> Dataset:
    """Make images; a line says how many of what, and a progress bar how far it has come.

    Raises:
        DataError: if they do not fit into memory.
    """
    check_memory("The generated data set", count, SIDE * SIDE)
    say(f"Generating {count:,} {thing if count == 1 else f'{thing}s'}.")
    bar = ProgressBar()
    made = make(
        count, seed, lambda done, total: bar.update(done, total, f"{thing} {done:,} of {total:,}")
    )
    bar.clear()
    return made


def follow(trainer: Trainer, events: Iterable[Event]) -> Finished | None:
    """Show a training with a progress bar and a line per epoch; ``None`` if it ended early.

    One that ends no better than chance is warned of, with what was seen on the way.
    """
    bar = ProgressBar()
    watch = SymptomWatch(trainer.training.classes, trainer.config.optimizer)
    found: list[Symptom] = []
    for event in events:
        if (symptom := watch.take(event)) is not None:
            found.append(symptom)
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
                say_epoch(event)
            case Diverged():
                bar.clear()
                complain(f"cnnviz: {event.message}")
            case Finished():
                chance = Chance.of(trainer.validation.labels)
                found += watch.at_the_end(event.validation_accuracy, chance)
                if chance.covers(event.validation_accuracy):
                    complain(f"cnnviz: warning: {' '.join(in_words(found))}")
                return event
    return None


def say_epoch(done: EpochDone) -> None:
    """Write an epoch's line of the table."""
    say(
        f"{done.epoch:5d}   {done.training_loss:13.4f}  {done.training_accuracy:8.2%}   "
        f"{done.validation_loss:15.4f}  {done.validation_accuracy:8.2%}   {done.seconds:7.1f}"
    )


def record_of(
    training: Dataset,
    config: TrainingConfig,
    ran: Ran,
    command: str,
    settings: dict[str, Any],
) -> TrainingRecord:
    """Return what is known of a network right after its run, or what there was of it."""
    return TrainingRecord(
        data=training.name,
        images=len(training),
        epochs=ran.epochs,
        validation_accuracy=ran.validation_accuracy,
        seed=config.seed,
        date=dt.datetime.now(dt.UTC).date().isoformat(),
        best_epoch=ran.best_epoch,
        command=command,
        settings=settings,
    )
