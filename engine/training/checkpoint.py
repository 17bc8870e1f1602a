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
from typing import Any, TypeVar

import numpy as np

from engine.basics.errors import EngineError, ModelFileError
from engine.layers.base import Array
from engine.networks.stack import Stack
from engine.training.config import TrainingConfig
from engine.training.events import Changed
from engine.training.run_log import RunLog

FORMAT = "cnnviz-checkpoint"
VERSION = 2

_GROUPS = ("weights", "best_weights", "optimizer")
_LOG = "log"

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
    checkpoint: Checkpoint, stack: Stack, config: TrainingConfig, log: Tensors
) -> bytes:
    """The contents of a checkpoint's file.

    ``config`` is what the run was started with; what was changed since is in the checkpoint.
    ``log`` is what ``RunLog.tensors`` returned.
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


def load_progress(path: Path) -> tuple[Position, tuple[Changed, ...]]:
    """Read how far the run had come and what was changed in it; the tensors are left alone.

    Raises:
        ModelFileError: as ``load_checkpoint``.
    """
    return _read(path, (), lambda _, metadata: (_position(metadata), _changes(metadata)))


def _read(path: Path, groups: tuple[str, ...], make: Callable[[Tensors, Metadata], ReadT]) -> ReadT:
    """What ``make`` makes of the tensors of these groups, and of the metadata."""
    from safetensors import SafetensorError, safe_open  # noqa: PLC0415

    if not path.is_file():
        raise ModelFileError(f"There is no checkpoint at {path}.")
    try:
        with safe_open(path, framework="numpy") as file:
            metadata = file.metadata() or {}
            names = [name for name in file.keys() if name.partition("/")[0] in groups]  # noqa: SIM118
            tensors = {name: file.get_tensor(name) for name in names}
        _check_version(path, metadata)
        return make(tensors, metadata)
    except ModelFileError:
        raise
    except (SafetensorError, OSError, KeyError, TypeError, ValueError, EngineError) as error:
        raise ModelFileError(f"{path.name} is a damaged checkpoint ({error}).") from error


def _as_checkpoint(
    tensors: Tensors, metadata: Metadata
) -> tuple[Checkpoint, Stack, TrainingConfig]:
    groups: dict[str, Tensors] = {group: {} for group in _GROUPS}
    for name, value in tensors.items():
        group, _, key = name.partition("/")
        groups[group][key] = value
    config = TrainingConfig(**_numbers(metadata["config"]))
    stack = Stack.from_json(metadata["stack"])
    checkpoint = Checkpoint(**groups, position=_position(metadata), changes=_changes(metadata))
    return checkpoint, stack, config


def _position(metadata: Metadata) -> Position:
    return Position(**_numbers(metadata["position"]))


def _changes(metadata: Metadata) -> tuple[Changed, ...]:
    return tuple(Changed(**change) for change in json.loads(metadata["changes"]))


def _as_log(tensors: Tensors) -> RunLog:
    prefix = f"{_LOG}/"
    logged = {name.removeprefix(prefix): value for name, value in tensors.items()}
    return RunLog.from_tensors(logged) if logged else RunLog()


def _check_version(path: Path, metadata: dict[str, str]) -> None:
    if metadata.get("format") != FORMAT or metadata.get("version") != str(VERSION):
        raise ModelFileError(
            f"{path.name} is no checkpoint of this cnnviz (version {VERSION}). Train again."
        )


def _numbers(text: str) -> dict[str, Any]:
    data = json.loads(text)
    if not isinstance(data, dict):
        raise ModelFileError("A checkpoint's settings must be a table of names and values.")
    return data
