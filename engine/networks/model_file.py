"""Networks and stacks as files: weights under PyTorch's names, everything else as text in them.

A network is one ``.safetensors`` file. Its tensors are named and shaped as in a PyTorch
``nn.Sequential`` of the same layers, so ``load_state_dict(safetensors.torch.load_file(path))``
takes them as they are; its metadata holds the stack and the training record as JSON.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any

import numpy as np

from engine.basics import whole_file
from engine.basics.errors import DataError, ModelFileError, ShapeError
from engine.basics.file_kinds import JSON, NETWORK, STACK, check_kind
from engine.basics.geometry import times
from engine.networks.calibration import Calibration
from engine.networks.network import Sequential
from engine.networks.stack import Stack, describe

FORMAT = "cnnviz-network"
VERSION = 1


@dataclass(frozen=True)
class TrainingRecord:
    """How a network was trained. Accuracies are from 0 to 1; ``None`` means not measured.

    ``epochs`` is the number trained and ``best_epoch`` the one whose weights these are; ``date`` is
    ISO 8601; ``settings`` holds the training configuration; ``calibration`` makes its probabilities
    come true. ``class_names`` is empty where a class is called by its number.
    """

    data: str
    images: int
    epochs: int
    validation_accuracy: float | None
    seed: int
    date: str
    test_accuracy: float | None = None
    test_data: str = ""
    best_epoch: int = 0
    command: str = ""
    settings: dict[str, Any] = field(default_factory=dict)
    calibration: Calibration | None = None
    class_names: tuple[str, ...] = ()

    @classmethod
    def from_dict(cls, data: Any) -> TrainingRecord:
        """Read what ``dataclasses.asdict`` gave; unknown entries are passed over.

        Raises:
            ModelFileError: if required entries are missing, or the calibration is none.
        """
        try:
            known = {item.name for item in fields(cls)}
            given = {name: value for name, value in data.items() if name in known}
            if given.get("calibration") is not None:
                given["calibration"] = Calibration.from_dict(given["calibration"])
            given["class_names"] = tuple(map(str, given.get("class_names") or ()))
            return cls(**given)
        except (TypeError, ValueError, AttributeError, DataError) as error:
            raise ModelFileError(f"The training record cannot be read: {error}.") from error


@dataclass(frozen=True)
class Model:
    """A network as read from a file, with its record if it was trained."""

    network: Sequential
    record: TrainingRecord | None

    @property
    def stack(self) -> Stack:
        """The network's structure."""
        return self.network.stack


def save_model(path: Path, network: Sequential, record: TrainingRecord | None = None) -> None:
    """Write a network to ``path``, to a temporary name first.

    Raises:
        ModelFileError: if the file cannot be written.
    """
    write_whole(path, model_bytes(network, record))


def model_bytes(network: Sequential, record: TrainingRecord | None = None) -> bytes:
    """The contents of a network file."""
    from safetensors.numpy import save  # noqa: PLC0415 - the engine alone needs NumPy only

    metadata = {
        "format": FORMAT,
        "version": str(VERSION),
        "stack": network.stack.to_json(indent=None),
    }
    if record is not None:
        metadata["training"] = json.dumps(asdict(record), ensure_ascii=False)
    # safetensors reads memory as if it were C-contiguous, whatever the array says
    tensors = {name: np.asarray(value, order="C") for name, value in network.state_dict().items()}
    return save(tensors, metadata)


def load_model(path: Path) -> Model:
    """Read a network.

    Raises:
        ModelFileError: if the file is missing, damaged, newer, or its tensors do not fit its stack.
    """
    from safetensors import SafetensorError, safe_open  # noqa: PLC0415

    if not path.is_file():
        raise ModelFileError(f"There is no network file at {path}.")
    check_kind(path, NETWORK, error=ModelFileError)
    try:
        with safe_open(path, framework="numpy") as file:
            metadata = file.metadata() or {}
            _check_version(path, metadata)
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
    except (SafetensorError, OSError, TypeError, ValueError) as error:
        if isinstance(error, ModelFileError):
            raise
        raise ModelFileError(f"{path.name} is damaged or no network file ({error}).") from error
    stack = Stack.from_json(metadata.get("stack", ""))
    _check_tensors(path, stack, {name: value.shape for name, value in tensors.items()})
    network = Sequential(stack, np.random.default_rng(0))
    network.load_state_dict(tensors)
    if not np.isfinite(network.parameters).all():
        raise ModelFileError(f"{path.name} holds weights that are not finite. It cannot be used.")
    training = metadata.get("training")
    if training is None:
        return Model(network, None)
    try:
        record = TrainingRecord.from_dict(json.loads(training))
    except json.JSONDecodeError as error:
        raise ModelFileError(f"The training record of {path.name} is damaged.") from error
    return Model(network, record)


def _check_version(path: Path, metadata: dict[str, str]) -> None:
    if metadata.get("format") != FORMAT:
        raise ModelFileError(
            f"{path.name} is a safetensors file, but not one of cnnviz: it holds no stack."
        )
    version = metadata.get("version", "")
    if not version.isdigit() or int(version) > VERSION:
        raise ModelFileError(
            f"{path.name} has version {version or 'none'}; this cnnviz reads up to {VERSION}. "
            "Open it with a newer cnnviz."
        )


def _check_tensors(path: Path, stack: Stack, shapes: dict[str, tuple[int, ...]]) -> None:
    """Compare sizes before any weight is allocated, so that a forged stack costs nothing."""
    report = describe(stack)
    if report.problem:
        raise ModelFileError(f"The stack in {path.name} does not fit together. {report.problem}")
    stored = sum(int(np.prod(shape)) for shape in shapes.values())
    learnt = report.parameters
    if stored < learnt:
        listed = ", ".join(f"{name} {times(shape)}" for name, shape in shapes.items())
        raise ModelFileError(
            f"The stack in {path.name} needs {learnt:,} weights; the file holds {stored:,} "
            f"({listed or 'none'})."
        )


def save_stack(path: Path, stack: Stack) -> None:
    """Write a stack as JSON, to a temporary name first.

    Raises:
        ModelFileError: if the file cannot be written.
    """
    write_whole(path, stack.to_json().encode())


def load_stack(path: Path) -> Stack:
    """Read a stack.

    Raises:
        ModelFileError: if the file is missing, damaged, newer or no stack.
    """
    check_kind(path, STACK, JSON, error=ModelFileError)
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise ModelFileError(f"There is no stack file at {path}.") from error
    except (OSError, UnicodeDecodeError) as error:
        raise ModelFileError(f"{path.name} cannot be read as a stack ({error}).") from error
    try:
        return Stack.from_json(text)
    except ShapeError as error:
        raise ModelFileError(f"{path.name}: {error}") from error


def write_whole(path: Path, content: bytes) -> None:
    """Write a file in full or not at all: to a temporary name, then moved into place.

    Raises:
        ModelFileError: if it cannot be written; what was at ``path`` is still there.
    """
    try:
        whole_file.write_whole(path, content)
    except OSError as error:
        reason = error.strerror or str(error)
        raise ModelFileError(f"{path} could not be written: {reason}.") from error
