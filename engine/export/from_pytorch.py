"""Weights from elsewhere: a PyTorch ``state_dict``, saved as safetensors, into a stack that fits.

Names are taken at their word first: as in ``nn.Sequential``, then below a common prefix such as
``net.``. Other names, such as ``conv1.weight``, are matched by shapes, and only where shapes, and
numbers in the names, leave no choice. Otherwise every tensor that does not fit is listed.
"""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import singledispatch
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import DTypeLike

from engine.basics.errors import ModelFileError, ShapeError
from engine.basics.file_kinds import CHECKPOINT, NETWORK, WEIGHTS, check_kind
from engine.basics.geometry import Shape, times
from engine.basics.records import quoted
from engine.layers import BatchNorm2dSpec, Conv1dSpec, Conv2dSpec, DenseSpec
from engine.layers.base import Array
from engine.layers.spec import LayerSpec
from engine.networks.network import Sequential
from engine.networks.stack import Stack, describe
from engine.networks.tensor_file import check_kinds

OPTIONAL = "num_batches_tracked"
"""A counter next to a batch norm's averages, which older files lack and nothing here reads."""

# ------------------------------------------------------ what a stack expects


@singledispatch
def tensor_shapes(spec: LayerSpec, input_shape: Shape) -> dict[str, Shape]:
    """Names and shapes of the tensors of one layer, without building it."""
    if spec.cost(input_shape).parameters:
        raise NotImplementedError(f"No tensors are known for {spec.title}")
    return {}


@tensor_shapes.register
def _(spec: Conv2dSpec, input_shape: Shape) -> dict[str, Shape]:
    weight = (spec.out_channels, input_shape[0] // spec.groups, *spec.kernel_size)
    return _with_bias(weight, has_bias=spec.bias)


@tensor_shapes.register
def _(spec: Conv1dSpec, input_shape: Shape) -> dict[str, Shape]:
    weight = (spec.out_channels, input_shape[0] // spec.groups, spec.kernel_size)
    return _with_bias(weight, has_bias=spec.bias)


@tensor_shapes.register
def _(spec: DenseSpec, input_shape: Shape) -> dict[str, Shape]:
    return _with_bias((spec.out_features, input_shape[0]), has_bias=spec.bias)


def _with_bias(weight: Shape, *, has_bias: bool) -> dict[str, Shape]:
    return {"weight": weight, "bias": weight[:1]} if has_bias else {"weight": weight}


@tensor_shapes.register
def _(spec: BatchNorm2dSpec, input_shape: Shape) -> dict[str, Shape]:
    del spec
    channels = (input_shape[0],)
    names = ("weight", "bias", "running_mean", "running_var")
    return dict.fromkeys(names, channels) | {OPTIONAL: ()}


def expected_tensors(stack: Stack) -> dict[str, Shape]:
    """Names and shapes of all tensors of a stack; no weight is allocated.

    Raises:
        ShapeError: if the stack does not fit together.
    """
    report = describe(stack)
    if report.problem:
        raise ShapeError(report.problem)
    return {
        f"{row.index}.{name}": shape
        for row in report.rows
        for name, shape in tensor_shapes(row.spec, row.input_shape or ()).items()
    }


# ----------------------------------------------------------------- matching


@dataclass(frozen=True)
class TensorFault:
    """One tensor that keeps a file from fitting. ``expected`` or ``received`` may be lacking."""

    name: str
    expected: Shape | None
    received: Shape | None

    def text(self) -> str:
        """The fault in words: ``3.weight needs 16×6×5×5, got 16×6×3×3``."""
        if self.expected is None:
            return f"{self.name} ({_size(self.received)}) belongs to no layer"
        if self.received is None:
            return f"{self.name} ({_size(self.expected)}) is missing"
        return f"{self.name} needs {_size(self.expected)}, got {_size(self.received)}"


def _size(shape: Shape | None) -> str:
    return times(shape or ()) or "one number"


@dataclass(frozen=True)
class Match:
    """Which received tensor is which of the stack's.

    ``names`` maps the stack's names to the received ones, and is empty if something does not fit;
    then ``faults`` says what, and ``hint`` why names and shapes did not decide. ``rule`` says how
    the tensors were told apart, for people.
    """

    names: dict[str, str]
    rule: str
    faults: tuple[TensorFault, ...] = ()
    hint: str = ""

    @property
    def fits(self) -> bool:
        """Whether every tensor found its place."""
        return not self.faults

    def text(self) -> str:
        """All faults in one line."""
        faults = "; ".join(fault.text() for fault in self.faults)
        return f"{faults}. {self.hint}".rstrip() if self.hint else f"{faults}."


def match_tensors(expected: Mapping[str, Shape], received: Mapping[str, Shape]) -> Match:
    """Find the place of every received tensor: by name, by name below a prefix, or by shape."""
    prefix = _best_prefix(expected, received)
    below = {prefix + name: shape for name, shape in expected.items()}
    faults = tuple(_faults(below, received))
    if not faults:
        names = {name: prefix + name for name in expected if prefix + name in received}
        return Match(names, f"by name, below {prefix.rstrip('.')}" if prefix else "by name")
    names, hint = _by_shape(expected, received)
    return Match(names, "by shape") if names else Match({}, "", faults, hint)


def _faults(expected: Mapping[str, Shape], received: Mapping[str, Shape]) -> Iterable[TensorFault]:
    for name, shape in expected.items():
        if name not in received:
            if not name.endswith(f".{OPTIONAL}"):
                yield TensorFault(name, shape, None)
        elif not _same_shape(name, shape, received[name]):
            yield TensorFault(name, shape, received[name])
    for name, shape in received.items():
        if name not in expected:
            yield TensorFault(name, None, shape)


def _same_shape(name: str, expected: Shape, received: Shape) -> bool:
    """Equal; only the counter may be one number with or without an axis."""
    if name.endswith(OPTIONAL):
        return math.prod(received) == 1
    return expected == received


def _best_prefix(expected: Mapping[str, Shape], received: Mapping[str, Shape]) -> str:
    """The beginning, up to a dot, below which most of the expected names are found."""
    hits: dict[str, int] = defaultdict(int)
    for name in received:
        for position in [0, *(dot.end() for dot in re.finditer(r"\.", name))]:
            if name[position:] in expected:
                hits[name[:position]] += 1
    return max(hits, key=lambda prefix: (hits[prefix], -len(prefix)), default="")


# ------------------------------------------------------- matching by shapes

Signature = tuple[tuple[str, Shape], ...]
"""A layer's tensors, sorted by name."""


def _by_shape(
    expected: Mapping[str, Shape], received: Mapping[str, Shape]
) -> tuple[dict[str, str], str]:
    """Pair layers with the same tensors: names if there is exactly one way, else why not.

    Several layers of the same shapes are told apart only by a number in otherwise equal names
    (``conv2``, ``conv3``), and only if numbers everywhere rise from layer to layer.
    """
    wanted, given = _by_signature(expected), _by_signature(received)
    if {key: len(found) for key, found in wanted.items()} != {
        key: len(found) for key, found in given.items()
    }:
        return {}, ""
    modules: dict[str, str] = {}
    for signature, own in wanted.items():
        theirs = sorted(given[signature], key=_numbers)
        if len({_pattern(name) for name in theirs}) > 1 or len(set(map(_numbers, theirs))) < len(
            theirs
        ):
            listed = ", ".join(theirs)
            return {}, f"{listed} have the same shapes, and their names do not say which is first."
        modules |= dict(zip(own, theirs, strict=True))
    if not _numbers_rise(modules):
        return {}, "The numbers in the names do not rise as the shapes would have it."
    names = {
        name: f"{modules[module]}.{last}" if modules[module] else last
        for name, (module, last) in ((name, _split(name)) for name in expected)
    }
    return {own: theirs for own, theirs in names.items() if theirs in received}, ""


def _split(name: str) -> tuple[str, str]:
    module, _, last = name.rpartition(".")
    return module, last


def _by_signature(tensors: Mapping[str, Shape]) -> dict[Signature, list[str]]:
    """Layers in order, by what tensors they have; the counter does not count."""
    modules: dict[str, dict[str, Shape]] = {}
    for name, shape in tensors.items():
        module, last = _split(name)
        own = modules.setdefault(module, {})
        if last != OPTIONAL:
            own[last] = shape
    grouped: dict[Signature, list[str]] = defaultdict(list)
    for module, own in modules.items():
        grouped[tuple(sorted(own.items()))].append(module)
    return grouped


def _pattern(name: str) -> str:
    return re.sub(r"\d+", "#", name)


def _numbers(name: str) -> tuple[int, ...]:
    return tuple(int(digits) for digits in re.findall(r"\d+", name))


def _numbers_rise(modules: Mapping[str, str]) -> bool:
    """Whether, among names that differ in numbers only, numbers rise from layer to layer."""
    last: dict[str, tuple[int, ...]] = {}
    for own in sorted(modules, key=int):
        theirs = modules[own]
        pattern, numbers = _pattern(theirs), _numbers(theirs)
        if numbers and numbers <= last.get(pattern, (-1,)):
            return False
        last[pattern] = numbers
    return True


# ------------------------------------------------------------------ reading


def _floats(kind: str) -> Callable[[bytes], Array]:
    return lambda data: np.frombuffer(data, kind)


def _bfloat16(data: bytes) -> Array:
    """The upper halves of float32 numbers, which NumPy has no dtype for."""
    upper = np.frombuffer(data, "<u2").astype(np.uint32)
    return (upper << 16).view(np.float32)


_READERS: dict[str, Callable[[bytes], Array]] = {
    "F64": _floats("<f8"),
    "F32": _floats("<f4"),
    "F16": _floats("<f2"),
    "BF16": _bfloat16,
    "I64": _floats("<i8"),
    "I32": _floats("<i4"),
}
"""How each dtype of a safetensors file is read."""


def read_tensors(path: Path) -> dict[str, Array]:
    """All tensors of a safetensors file, in files of PyTorch as in our own.

    Raises:
        ModelFileError: if the file is missing, damaged, or holds a dtype that is no weight's.
    """
    from safetensors import SafetensorError, deserialize  # noqa: PLC0415 - engine needs NumPy only

    if not path.is_file():
        raise ModelFileError(f"There is no file of weights at {path}.")
    check_kind(path, WEIGHTS, NETWORK, CHECKPOINT, error=ModelFileError)
    try:
        stored: list[tuple[str, dict[str, Any]]] = deserialize(path.read_bytes())  # type: ignore[no-untyped-call]
    except (SafetensorError, OSError, ValueError, TypeError, KeyError) as error:
        raise ModelFileError(
            f"{path.name} cannot be read as safetensors ({quoted(str(error))}). In PyTorch, save "
            "with safetensors.torch.save_file(model.state_dict(), path)."
        ) from error
    check_kinds(path, {name: str(info["dtype"]) for name, info in stored}, tuple(_READERS))
    return {
        name: _READERS[info["dtype"]](bytes(info["data"])).reshape(info["shape"])
        for name, info in stored
    }


def network_from_tensors(
    stack: Stack, tensors: Mapping[str, Array], dtype: DTypeLike = np.float32
) -> tuple[Sequential, Match]:
    """A network of ``stack`` with weights from elsewhere, and how they were matched.

    Raises:
        ShapeError: if the stack does not fit together.
        ModelFileError: if the tensors do not fit it, each listed; or some are not finite.
    """
    received = {name: value.shape for name, value in tensors.items()}
    match = match_tensors(expected_tensors(stack), received)
    if not match.fits:
        raise ModelFileError(f"The weights do not fit {stack.name}: {match.text()}")
    network = Sequential(stack, np.random.default_rng(0), dtype)
    own = network.state_dict()
    for name, theirs in match.names.items():
        own[name] = _converted(theirs, tensors[theirs], own[name])
    network.load_state_dict(own)
    return network, match


def _converted(name: str, value: Array, like: Array) -> Array:
    """A tensor in the dtype of the network's own."""
    if value.dtype.kind != like.dtype.kind:
        raise ModelFileError(f"{name} holds {value.dtype} numbers. Save it as float32.")
    with np.errstate(over="ignore"):  # too large for float32 is refused as not finite
        converted = value.reshape(like.shape).astype(like.dtype)
    if not np.isfinite(converted).all():
        raise ModelFileError(f"Weights must be finite numbers; some in {name} are not.")
    return converted


def import_weights(
    path: Path, stack: Stack, dtype: DTypeLike = np.float32
) -> tuple[Sequential, Match]:
    """A network of ``stack`` with the weights of a ``state_dict`` saved as safetensors.

    Raises:
        ShapeError: if the stack does not fit together.
        ModelFileError: if the file cannot be read, or does not fit; every misfit is listed.
    """
    return network_from_tensors(stack, read_tensors(path), dtype)
