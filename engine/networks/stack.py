"""A stack: an input shape and layer specs in order, and the report on what it computes."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Self

from engine.basics.errors import DataError, ModelFileError, NewerFileError, ShapeError
from engine.basics.geometry import Axis, Reach, Shape, times
from engine.basics.records import Record, parse_json
from engine.layers.reading import spec_from_dict
from engine.layers.spec import LayerSpec

FORMAT = "cnnviz-stack"
VERSION = 1
FLOAT_BYTES = 4
MOST_LAYERS = 2_000
"""A file with more is no stack that anybody built; every edit reports on all of them."""
LARGEST_SIZE = 10_000_000
"""Of one axis of the input."""
_MOST_AXES = 8


@dataclass(frozen=True)
class Stack:
    """A network's structure without its weights. ``input_shape`` is one sample's, ``(C, H, W)``.

    ``others`` is what else a file holds, as JSON: a newer cnnviz may have written it, and it goes
    back into the file.
    """

    name: str
    input_shape: Shape
    layers: tuple[LayerSpec, ...] = ()
    others: str = ""

    def with_layers(self, layers: Iterable[LayerSpec]) -> Self:
        """A copy with other layers."""
        return replace(self, layers=tuple(layers))

    def to_dict(self) -> dict[str, Any]:
        """Plain data, as stored in a stack file."""
        others = parse_json(self.others or "{}", "What else the stack holds")
        return Record(others, "What else the stack holds").data | {
            "format": FORMAT,
            "version": VERSION,
            "name": self.name,
            "input_shape": list(self.input_shape),
            "layers": [layer.to_dict() for layer in self.layers],
        }

    def to_json(self, indent: int | None = 2) -> str:
        """The text of a stack file."""
        return json.dumps(self.to_dict(), indent=indent, ensure_ascii=False)

    @classmethod
    def from_dict(cls, data: Any) -> Self:
        """Read what ``to_dict`` wrote.

        Raises:
            ModelFileError: if it is no stack, a newer version, or holds a layer that cannot be.
        """
        if not isinstance(data, Mapping) or data.get("format") != FORMAT:
            raise ModelFileError(f'This is not a cnnviz stack: it lacks "format": "{FORMAT}".')
        try:
            record = Record(dict(data), "The stack")
            _check_version(record)
            shape = tuple(
                record.whole_of("input_shape", size, least=1, most=LARGEST_SIZE)
                for size in record.items("input_shape", most=_MOST_AXES)
            )
            record.items("layers", most=MOST_LAYERS)  # there must be a list, be it empty
            layers = tuple(record.records("layers"))
            name = record.text("name", "Untitled")
        except DataError as error:
            raise ModelFileError(str(error)) from error
        if not shape:
            raise ModelFileError("The stack's input_shape must be positive sizes; it has none.")
        return cls(
            name=name,
            input_shape=shape,
            layers=tuple(_read_layer(number, item.data) for number, item in enumerate(layers, 1)),
            others=_others(data),
        )

    @classmethod
    def from_json(cls, text: str | bytes) -> Self:
        """Read the text of a stack file.

        Raises:
            ModelFileError: if it is no JSON or no stack.
        """
        try:
            data = parse_json(text, "The stack")
        except DataError as error:
            raise ModelFileError(f"This is not a cnnviz stack: {error}") from error
        return cls.from_dict(data)


def _check_version(record: Record) -> None:
    version = record.whole("version", least=1)
    if version > VERSION:
        raise NewerFileError(
            f"The stack has version {version}; this cnnviz reads up to {VERSION}. "
            "Open it with a newer cnnviz."
        )


_ENTRIES = {"format", "version", "name", "input_shape", "layers"}


def _others(data: Mapping[str, Any]) -> str:
    others = {name: value for name, value in data.items() if name not in _ENTRIES}
    return json.dumps(others, ensure_ascii=False) if others else ""


def _read_layer(number: int, data: Mapping[str, Any]) -> LayerSpec:
    try:
        return spec_from_dict(data)
    except ModelFileError as error:
        raise ModelFileError(f"Layer {number} cannot be read. {error}") from error


@dataclass(frozen=True)
class LayerReport:
    """One row of the report. From the first layer that does not fit on, shapes are ``None``."""

    index: int
    spec: LayerSpec
    input_shape: Shape | None
    output_shape: Shape | None
    parameters: int
    multiply_adds: int
    problem: str | None = None
    receptive_field: Shape | None = None
    """Cells of the input, per axis, on which one output number can depend: at most all of them."""

    @property
    def fits(self) -> bool:
        """Whether the layer's output shape is known."""
        return self.output_shape is not None

    @property
    def activation_bytes(self) -> int:
        """Memory for the layer's output of one sample in float32; 0 if it does not fit."""
        return 0 if self.output_shape is None else FLOAT_BYTES * math.prod(self.output_shape)


@dataclass(frozen=True)
class Report:
    """What a stack computes and costs, layer by layer."""

    stack: Stack
    rows: tuple[LayerReport, ...]
    problem: str | None

    @property
    def parameters(self) -> int:
        """Learnable numbers of all layers that fit."""
        return sum(row.parameters for row in self.rows)

    @property
    def multiply_adds(self) -> int:
        """Multiply-adds for one sample, over all layers that fit."""
        return sum(row.multiply_adds for row in self.rows)

    @property
    def activation_bytes(self) -> int:
        """Memory for all layers' outputs of one sample in float32."""
        return sum(row.activation_bytes for row in self.rows)

    @property
    def output_shape(self) -> Shape | None:
        """Shape of one output sample, ``None`` if some layer does not fit."""
        return self.rows[-1].output_shape if self.rows else self.stack.input_shape

    @property
    def faulty_row(self) -> LayerReport | None:
        """The first layer that does not fit."""
        return next((row for row in self.rows if row.problem), None)


def describe(stack: Stack, classes: int | None = None) -> Report:
    """Report on a stack without building it: no weights are allocated.

    Args:
        stack: What to report on.
        classes: If given, the stack must also end in that many numbers, one per class.

    Returns:
        One row per layer. ``problem`` says what is wrong first, and how to fix it.
    """
    rows: list[LayerReport] = []
    shape: Shape | None = stack.input_shape
    reach: tuple[Reach, ...] | None = tuple(Reach() for _ in stack.input_shape[1:])
    problem: str | None = None
    for index, spec in enumerate(stack.layers):
        if shape is None:
            rows.append(LayerReport(index, spec, None, None, 0, 0))
            continue
        try:
            output, cost = spec.output_shape(shape), spec.cost(shape)
            reach = _further(reach, spec.windows(shape))
        except ShapeError as error:
            problem = f"Layer {index + 1}, {spec.title}: {error}"
            rows.append(LayerReport(index, spec, shape, None, 0, 0, str(error)))
            shape = None
            continue
        field = _receptive_field(reach, stack.input_shape)
        learnt, steps = cost.parameters, cost.multiply_adds
        rows.append(LayerReport(index, spec, shape, output, learnt, steps, receptive_field=field))
        shape = output
    if problem is None and classes is not None and shape != (classes,):
        problem = _wrong_ending(shape or (), classes)
    return Report(stack, tuple(rows), problem)


def _further(
    reach: tuple[Reach, ...] | None, windows: tuple[Axis, ...] | None
) -> tuple[Reach, ...] | None:
    """The reach behind one more layer; ``None`` is the whole input."""
    if reach is None or windows is None:
        return None
    if not windows:
        return reach
    return tuple(one.through(axis) for one, axis in zip(reach, windows, strict=True))


def _receptive_field(reach: tuple[Reach, ...] | None, input_shape: Shape) -> Shape:
    whole = input_shape[1:]
    if reach is None:
        return whole
    return tuple(min(one.size, size) for one, size in zip(reach, whole, strict=True))


def _wrong_ending(shape: Shape, classes: int) -> str:
    ends = f"The stack ends in {times(shape)} numbers, but there are {classes} classes. "
    if len(shape) == 1:
        return ends + f"Let its last Dense layer have {classes} outputs."
    return ends + f"Add Flatten and a Dense layer with {classes} outputs."
