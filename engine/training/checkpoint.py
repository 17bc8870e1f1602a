"""How far a training run has come, and all that it needs to go on, also after the program ended.

As a file it is one ``.safetensors`` file: weights, the best epoch's weights, the optimiser's state
and what the run reported so far as tensors; stack, settings, position and changed settings as JSON
in the metadata.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TypeVar

import numpy as np

from engine.basics.errors import EngineError, ModelFileError
from engine.basics.records import Record, parse_json, quoted
from engine.layers.base import Array
from engine.networks.stack import Stack
from engine.networks.tensor_file import check_finite, read_tensor_file
from engine.training.config import TrainingConfig
from engine.training.events import Changed
from engine.training.run_file import changes_of
from engine.training.run_log import RunLog

FORMAT = "cnnviz-checkpoint"
VERSION = 2

_GROUPS = ("weights", "best_weights", "optimizer")
_LOG = "log"
_ORIGIN = "origin"

ReadT = TypeVar("ReadT")
Tensors = dict[str, Array]
Metadata = dict[str, str]


@dataclass
class Position:
    """How far a run has come: ``batch`` batches, ``image`` images of ``epoch`` (from 1) are done.

    Images are what counts: the batch size may change within an epoch. ``step`` batches were made
    since the start of the run. ``loss`` and ``correct`` are the sums over the epoch so far;
    ``seconds`` the time that the run and the epoch have taken. Patience counts from the end of
    epoch ``patient_since``, or from the best epoch if that came later.
    """

    epoch: int = 1
    batch: int = 0
    image: int = 0
    step: int = 0
    loss: float = 0.0
    correct: int = 0
    epoch_seconds: float = 0.0
    seconds: float = 0.0
    best_epoch: int = 0
    best_accuracy: float = -1.0
    best_loss: float = math.inf
    patient_since: int = 0


@dataclass(frozen=True)
class Checkpoint:
    """All that a run needs to go on as if it had never stopped.

    ``changes`` are the settings that were changed since the run began, in order. Random numbers
    need not be kept: each step draws from a generator of its own, made from the seed and the
    number of the step.
    """

    weights: dict[str, Array]
    best_weights: dict[str, Array]
    optimizer: dict[str, Array]
    position: Position
    changes: tuple[Changed, ...] = ()


def checkpoint_bytes(
    checkpoint: Checkpoint, stack: Stack, config: TrainingConfig, log: Tensors, origin: str = ""
) -> bytes:
    """The contents of a checkpoint's file.

    ``config`` is what the run was started with; what was changed since is in the checkpoint.
    ``log`` is what ``RunLog.tensors`` returned. ``origin`` is a text of whoever started the run,
    kept for it; files without one are read as ever.
    """
    from safetensors.numpy import save  # noqa: PLC0415 - the engine alone needs NumPy only

    groups = {group: getattr(checkpoint, group) for group in _GROUPS} | {_LOG: log}
    tensors = {
        f"{group}/{name}": np.asarray(value, order="C")
        for group, values in groups.items()
        for name, value in values.items()
    }
    metadata = {
        "format": FORMAT,
        "version": str(VERSION),
        "stack": stack.to_json(indent=None),
        "config": json.dumps(config.to_dict()),
        "position": json.dumps(asdict(checkpoint.position)),
        "changes": json.dumps([asdict(change) for change in checkpoint.changes]),
        _ORIGIN: origin,
    }
    return save(tensors, metadata)


def load_checkpoint(path: Path) -> tuple[Checkpoint, Stack, TrainingConfig]:
    """Read a checkpoint, with the stack and the settings of its run.

    Raises:
        ModelFileError: if the file is missing, damaged or of another version.
    """
    return _read(path, _GROUPS, _as_checkpoint)


def load_log(path: Path) -> RunLog:
    """Read what the run reported up to its checkpoint; nothing, if that was not written.

    Raises:
        ModelFileError: as ``load_checkpoint``.
    """
    return _read(path, (_LOG,), lambda tensors, _: _as_log(tensors))


def load_origin(path: Path) -> str:
    """Read what whoever started the run had written into its checkpoint; empty if nothing.

    Raises:
        ModelFileError: as ``load_checkpoint``.
    """
    return _read(path, (), lambda _, metadata: metadata.get(_ORIGIN, ""))


def load_progress(path: Path) -> tuple[Position, tuple[Changed, ...]]:
    """Read how far the run had come and what was changed in it; the tensors are left alone.

    Raises:
        ModelFileError: as ``load_checkpoint``.
    """
    return _read(path, (), lambda _, metadata: (_position(metadata), _changes(metadata)))


def _read(path: Path, groups: tuple[str, ...], make: Callable[[Tensors, Metadata], ReadT]) -> ReadT:
    """What ``make`` makes of the tensors of these groups, and of the metadata."""
    file = read_tensor_file(
        path,
        "checkpoint",
        lambda texts: _check_version(path, texts),
        lambda name: name.partition("/")[0] in groups,
    )
    try:
        return make(file.tensors, file.metadata)
    except ModelFileError:
        raise
    except EngineError as error:
        reason = quoted(str(error))
        raise ModelFileError(f"{path.name} is a damaged checkpoint: {reason}") from error


def _as_checkpoint(
    tensors: Tensors, metadata: Metadata
) -> tuple[Checkpoint, Stack, TrainingConfig]:
    groups: dict[str, Tensors] = {group: {} for group in _GROUPS}
    for name, value in tensors.items():
        group, _, key = name.partition("/")
        groups[group][key] = value
    for group in ("weights", "best_weights"):
        check_finite("The checkpoint", groups[group].values())
    config = TrainingConfig(**_record(metadata, "config").values_of(TrainingConfig, is_strict=True))
    stack = Stack.from_json(metadata.get("stack", ""))
    checkpoint = Checkpoint(**groups, position=_position(metadata), changes=_changes(metadata))
    return checkpoint, stack, config


def _position(metadata: Metadata) -> Position:
    return Position(**_record(metadata, "position").values_of(Position, is_strict=True))


def _changes(metadata: Metadata) -> tuple[Changed, ...]:
    changes = parse_json(metadata.get("changes", ""), "The list of changes")
    return changes_of(Record({"changes": changes}, "The checkpoint"))


def _as_log(tensors: Tensors) -> RunLog:
    prefix = f"{_LOG}/"
    logged = {name.removeprefix(prefix): value for name, value in tensors.items()}
    return RunLog.from_tensors(logged) if logged else RunLog()


def _check_version(path: Path, metadata: dict[str, str]) -> None:
    if metadata.get("format") != FORMAT or metadata.get("version") != str(VERSION):
        raise ModelFileError(
            f"{path.name} is no checkpoint of this cnnviz (version {VERSION}). Train again."
        )


def _record(metadata: Metadata, name: str) -> Record:
    """One of the texts as a record; what is infinite in it, as no loss so far, is left out."""
    what = f"The checkpoint's {name}"
    record = Record(parse_json(metadata.get(name, ""), what, allows_infinity=True), what)
    finite = {key: value for key, value in record.data.items() if value != math.inf}
    return Record(finite, what)
