"""A run's checkpoint as a file, so that it can go on after the program has ended.

One ``.safetensors`` file: weights, the best epoch's weights and the optimiser's state as tensors;
stack, settings, position and changed settings as JSON in the metadata.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from engine.errors import EngineError, ModelFileError
from engine.layers.base import Array
from engine.model_file import write_whole
from engine.stack import Stack
from engine.training import Changed, Checkpoint, Position, TrainingConfig

FORMAT = "cnnviz-checkpoint"
VERSION = 2

_GROUPS = ("weights", "best_weights", "optimizer")


def save_checkpoint(
    path: Path, checkpoint: Checkpoint, stack: Stack, config: TrainingConfig
) -> None:
    """Write a checkpoint, to a temporary name first.

    Raises:
        ModelFileError: if it cannot be written; an older checkpoint at ``path`` is still there.
    """
    from safetensors.numpy import save  # noqa: PLC0415 - the engine alone needs NumPy only

    tensors = {
        f"{group}/{name}": np.asarray(value, order="C")
        for group in _GROUPS
        for name, value in getattr(checkpoint, group).items()
    }
    metadata = {
        "format": FORMAT,
        "version": str(VERSION),
        "stack": stack.to_json(indent=None),
        "config": json.dumps(config.to_dict()),
        "position": json.dumps(asdict(checkpoint.position)),
        "changes": json.dumps([asdict(change) for change in checkpoint.changes]),
    }
    write_whole(path, save(tensors, metadata))


def load_checkpoint(path: Path) -> tuple[Checkpoint, Stack, TrainingConfig]:
    """Read a checkpoint, with the stack and the settings of its run.

    Raises:
        ModelFileError: if the file is missing, damaged or of another version.
    """
    from safetensors import SafetensorError, safe_open  # noqa: PLC0415

    if not path.is_file():
        raise ModelFileError(f"There is no checkpoint at {path}.")
    try:
        with safe_open(path, framework="numpy") as file:
            metadata = file.metadata() or {}
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
        _check_version(path, metadata)
        groups: dict[str, dict[str, Array]] = {group: {} for group in _GROUPS}
        for name, value in tensors.items():
            group, _, key = name.partition("/")
            groups[group][key] = value
        position = Position(**_numbers(metadata["position"]))
        changes = tuple(Changed(**change) for change in json.loads(metadata["changes"]))
        config = TrainingConfig(**_numbers(metadata["config"]))
        stack = Stack.from_json(metadata["stack"])
    except ModelFileError:
        raise
    except (SafetensorError, OSError, KeyError, TypeError, ValueError, EngineError) as error:
        raise ModelFileError(f"{path.name} is a damaged checkpoint ({error}).") from error
    return Checkpoint(**groups, position=position, changes=changes), stack, config


def _check_version(path: Path, metadata: dict[str, str]) -> None:
    if metadata.get("format") != FORMAT or metadata.get("version") != str(VERSION):
        raise ModelFileError(
            f"{path.name} is no checkpoint of this cnnviz (version {VERSION}). Train anew."
        )


def _numbers(text: str) -> dict[str, Any]:
    data = json.loads(text)
    if not isinstance(data, dict):
        raise ModelFileError("A checkpoint's settings must be a table of names and values.")
    return data
