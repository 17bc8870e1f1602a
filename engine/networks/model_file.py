"""Networks and stacks as files: weights under PyTorch's names, everything else as text in them.

A network is one ``.safetensors`` file. Its tensors are named and shaped as in a PyTorch
``nn.Sequential`` of the same layers, so ``load_state_dict(safetensors.torch.load_file(path))``
takes them as they are; its metadata holds the stack and the training record as JSON.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from engine.basics import whole_file
from engine.basics.errors import DataError, ModelFileError, NewerFileError, ShapeError
from engine.basics.file_kinds import JSON, NETWORK, STACK, check_kind
from engine.basics.geometry import times
from engine.basics.records import Record, parse_json, quoted, read_json_file
from engine.networks.calibration import Calibration
from engine.networks.network import Sequential
from engine.networks.stack import Stack, describe
from engine.networks.tensor_file import check_finite, read_tensor_file

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
            ModelFileError: if required entries are missing or of another type, or the calibration
                is none.
        """
        try:
            record = Record(data, "The training record")
            values = record.values_of(cls) | {
                name: record.number(name, None, least=0, most=1)
                for name in ("validation_accuracy", "test_accuracy")
            }
            values["settings"] = record.record("settings").data
            if "calibration" in record:
                values["calibration"] = Calibration.from_dict(record.record("calibration").data)
            return cls(**values)
        except DataError as error:
            raise ModelFileError(f"The training record cannot be read: {error}") from error


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
    if not path.exists():
        raise ModelFileError(f"There is no network file at {path}.")
    check_kind(path, NETWORK, error=ModelFileError)
    file = read_tensor_file(path, "network file", lambda texts: _check_version(path, texts))
    tensors, metadata = file.tensors, file.metadata
    stack = Stack.from_json(metadata.get("stack", ""))
    _check_tensors(path, stack, {name: value.shape for name, value in tensors.items()})
    network = Sequential(stack, np.random.default_rng(0))
    with np.errstate(over="ignore"):  # what is too large for float32 is refused as not finite
        network.load_state_dict(tensors)
    check_finite(path.name, network.arrays())
    training = metadata.get("training")
    if training is None:
        return Model(network, None)
    try:
        return Model(network, TrainingRecord.from_dict(parse_json(training, "It")))
    except DataError as error:
        raise ModelFileError(f"The training record of {path.name} is damaged: {error}") from error


def _check_version(path: Path, metadata: dict[str, str]) -> None:
    if metadata.get("format") != FORMAT:
        raise ModelFileError(
            f"{path.name} is a safetensors file, but not one of cnnviz: it holds no stack."
        )
    version = metadata.get("version", "")
    if not (version.isdecimal() and len(version) < 10 and int(version) <= VERSION):
        raise NewerFileError(
            f"{path.name} has version {quoted(version) or 'none'}; this cnnviz reads up to "
            f"{VERSION}. Open it with a newer cnnviz."
        )


def _check_tensors(path: Path, stack: Stack, shapes: dict[str, tuple[int, ...]]) -> None:
    """Compare sizes before any weight is allocated, so that a forged stack costs nothing."""
    report = describe(stack)
    if report.problem:
        raise ModelFileError(f"The stack in {path.name} does not fit together. {report.problem}")
    stored = sum(int(np.prod(shape)) for shape in shapes.values())
    learnt = report.parameters
    if stored < learnt:
        listed = quoted(", ".join(f"{name} {times(shape)}" for name, shape in shapes.items()))
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
    if not path.exists():
        raise ModelFileError(f"There is no stack file at {path}.")
    check_kind(path, STACK, JSON, error=ModelFileError)
    try:
        return Stack.from_dict(read_json_file(path, "The stack file"))
    except (DataError, ShapeError) as error:
        raise ModelFileError(f"{path.name} cannot be read as a stack: {error}") from error


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
