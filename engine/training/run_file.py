"""A training run that is kept: what it was made of and what came of it, as a JSON file.

The weights and the curves lie next to it, in the run's checkpoint; this file is what a list of runs
needs, and small.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from enum import Enum
from pathlib import Path
from typing import Any, Self

from engine.basics.errors import DataError, EngineError, ModelFileError, NewerFileError
from engine.basics.records import Record, read_json_file
from engine.data.augmentation import AugmentationConfig
from engine.networks.model_file import write_whole
from engine.networks.stack import Stack, describe
from engine.training.config import TrainingConfig
from engine.training.events import Changed

FORMAT = "cnnviz-run"
VERSION = 1


class RunState(Enum):
    """How a run stands. One that says ``RUNNING`` while nobody runs it was interrupted."""

    RUNNING = "running"
    STOPPED = "stopped"
    FINISHED = "finished"
    DIVERGED = "diverged"


@dataclass(frozen=True)
class RunData:
    """What a run learnt from.

    ``key`` names the source and ``recipe`` what else is needed to have the same images again:
    plain values, such as a folder. ``images`` were asked for, of which ``validation_images`` were
    held out. What is known once they are loaded: their ``name``, how many ``training_images`` there
    are, a ``fingerprint`` that other images would not have, and ``class_names`` if the classes
    have any apart from their numbers.
    """

    key: str
    title: str
    images: int
    validation_images: int
    recipe: dict[str, Any] = field(default_factory=dict)
    name: str = ""
    training_images: int = 0
    fingerprint: str = ""
    class_names: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "class_names", tuple(self.class_names))  # JSON knows no tuples


@dataclass(frozen=True)
class RunFacts:
    """One run. ``started`` is ISO 8601 in UTC; accuracies are from 0 to 1, ``None`` if unknown.

    ``config`` is what the run was started with, ``started_from`` the weights that it was given
    rather than new random ones, by name, and ``changes`` what was changed since. ``epochs`` are
    finished, ``batches`` made, in ``seconds`` of training. ``validation_accuracy`` is that of
    ``best_epoch``, 0 if none was finished; ``test_epoch`` says after which epoch the weights stood
    whose ``test_accuracy`` was measured, 0 in the middle of one. ``trouble`` is why it diverged, or
    that it ended no better than chance.
    """

    name: str
    started: str
    stack: Stack
    config: TrainingConfig
    data: RunData
    augmentation: AugmentationConfig | None = None
    state: RunState = RunState.RUNNING
    started_from: tuple[str, ...] = ()
    changes: tuple[Changed, ...] = ()
    epochs: int = 0
    batches: int = 0
    seconds: float = 0.0
    best_epoch: int = 0
    validation_accuracy: float | None = None
    test_accuracy: float | None = None
    test_data: str = ""
    test_epoch: int = 0
    trouble: str = ""
    is_pinned: bool = False
    is_hidden: bool = False

    @property
    def parameters(self) -> int:
        """How many numbers the network learns."""
        return describe(self.stack).parameters

    @property
    def epochs_left(self) -> int:
        """Epochs that were wanted and not finished."""
        return max(self.config.epochs - self.epochs, 0)

    def to_dict(self) -> dict[str, Any]:
        """Plain data, as stored."""
        return asdict(self) | {
            "format": FORMAT,
            "version": VERSION,
            "stack": self.stack.to_dict(),
            "state": self.state.value,
        }

    @classmethod
    def from_dict(cls, data: Any) -> Self:
        """Read what ``to_dict`` gave; unknown entries are passed over.

        Raises:
            ModelFileError: if it is no run, newer, or incomplete.
        """
        if not isinstance(data, dict) or data.get("format") != FORMAT:
            raise ModelFileError("This is no training run of cnnviz.")
        try:
            record = Record(data, "The run")
            _check_version(record)
            return cls(**record.values_of(cls) | _parts_of(record))
        except NewerFileError:
            raise
        except EngineError as error:
            raise ModelFileError(f"The run's settings cannot be read: {error}") from error


def _check_version(record: Record) -> None:
    version = record.whole("version", least=1)
    if version != VERSION:
        raise NewerFileError(f"The run is of version {version}; this cnnviz reads {VERSION}.")


def _parts_of(record: Record) -> dict[str, Any]:
    """Everything of a run that is more than a plain value, or has a range."""
    data, changing = record.record("data"), record.record("augmentation")
    kept: dict[str, Any] = {"recipe": _recipe_of(data)}
    return {
        "stack": Stack.from_dict(record.data.get("stack")),
        "config": TrainingConfig(
            **record.record("config").values_of(TrainingConfig, is_strict=True)
        ),
        "data": RunData(**data.values_of(RunData, is_strict=True), **kept),
        "augmentation": AugmentationConfig(**changing.values_of(AugmentationConfig, is_strict=True))
        if changing.data
        else None,
        "state": RunState(record.one_of("state", [state.value for state in RunState])),
        "changes": changes_of(record),
        "seconds": record.number("seconds", 0.0, least=0, most=_MOST_SECONDS),
        "validation_accuracy": record.number("validation_accuracy", None, least=0, most=1),
        "test_accuracy": record.number("test_accuracy", None, least=0, most=1),
    }


def _recipe_of(data: Record) -> dict[str, Any]:
    """What else the images are made of; what is shown of it is of the form that it must have."""
    recipe = data.record("recipe")
    for name in ("classes", "shape"):
        recipe.numbers(name)
    for name in ("repeats", "outputs"):
        recipe.whole(name, 0)
    return recipe.data


def changes_of(record: Record) -> tuple[Changed, ...]:
    """The settings that were changed in a run, as ``dataclasses.asdict`` gave them.

    Raises:
        DataError: if they are of another form.
    """
    return tuple(
        Changed(**change.values_of(Changed, is_strict=True))
        for change in record.records("changes", most=_MOST_CHANGES)
    )


_MOST_CHANGES = 100_000
_MOST_SECONDS = 1e10


def save_run(path: Path, facts: RunFacts) -> None:
    """Write a run's file, to a temporary name first.

    Raises:
        ModelFileError: if it cannot be written; what was there stays.
    """
    write_whole(path, json.dumps(facts.to_dict(), ensure_ascii=False, indent=1).encode())


def load_run(path: Path) -> RunFacts:
    """Read a run's file.

    Raises:
        ModelFileError: if it is missing, damaged or newer.
    """
    if not path.exists():
        raise ModelFileError(f"There is no {path.name}.")
    try:
        return RunFacts.from_dict(read_json_file(path, "The file"))
    except DataError as error:
        raise ModelFileError(f"The run cannot be read. {error}") from error
