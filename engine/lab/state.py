"""The whole state of the sliding-window lab as one value: data, geometry, and what is looked at.

It is plain data: any view can show it, a lecture file can hold it, an edit makes another one.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields, replace
from enum import StrEnum
from typing import Any, Self, TypeVar

import numpy as np

from engine.basics.errors import DataError, ShapeError
from engine.basics.geometry import Pair
from engine.basics.records import quoted
from engine.layers.elementwise import ActivationSpec, activation_specs
from engine.traces.model import Values

FORMAT, VERSION = "cnnviz-lab", 1
LARGEST_SIDE = 12
"""Rows and columns of a grid that is typed in by hand."""
LARGEST_MAGNITUDE = 1e9
"""Numbers beyond this are refused: their products would no longer be exact."""
_MOST_CELLS = 250_000
_MOST_CLASSES = 10_000
TEMPERATURES = (0.05, 100.0)
"""The range of what softmax may divide the logits by."""
_MOST_STEPS = 10**9
_LARGEST_SETTING = 64


ACTIVATIONS = activation_specs()
"""The specs of the functions of every number by itself, by operation."""


class Operation(StrEnum):
    """What is explained. Activations are members, too: each as its record says."""

    CONV2D = "conv2d"
    CONV1D = "conv1d"
    MAX_POOL = "max_pool"
    AVG_POOL = "avg_pool"
    vars().update({name.upper(): name for name in ACTIVATIONS})
    DENSE = "dense"
    SOFTMAX = "softmax"


class Pass(StrEnum):
    """Which way the numbers run, and where to."""

    FORWARD = "forward"
    LOSS = "loss"
    GRAD_INPUT = "grad_input"
    GRAD_KERNEL = "grad_kernel"
    GRAD_BIAS = "grad_bias"


class PictureKind(StrEnum):
    """How a step is shown."""

    GRIDS = "grids"
    IM2COL = "im2col"
    CHANNELS = "channels"


ARRAYS: dict[Operation, dict[str, int]] = {
    Operation.CONV2D: {"input": 3, "kernel": 4, "bias": 1, "grad_output": 3},
    Operation.CONV1D: {"input": 2, "kernel": 3, "bias": 1, "grad_output": 2},
    Operation.MAX_POOL: {"input": 3, "grad_output": 3},
    Operation.AVG_POOL: {"input": 3, "grad_output": 3},
    **{Operation(name): {"input": 3, "grad_output": 3} for name in ACTIVATIONS},
    Operation.DENSE: {"input": 1, "kernel": 2, "bias": 1, "grad_output": 1},
    Operation.SOFTMAX: {"input": 1},
}
"""The arrays of every operation, with their ranks."""

_EMPTY = np.zeros(0)
KindT = TypeVar("KindT", bound=StrEnum)


@dataclass(frozen=True, eq=False)
class LabState:
    """Everything that the lab shows.

    Attributes:
        operation: What is explained.
        pass_: Which of its passes.
        way: Which of the ways to compute that pass, from 0.
        input: 2-D operations ``(C, H, W)``, conv1d ``(C, L)``, dense and softmax ``(features,)``.
        kernel: ``(O, C, K_h, K_w)``, conv1d ``(O, C, K)``, dense ``(O, features)``.
        bias: ``(O,)``.
        grad_output: The gradient that arrives. Where the output is larger or smaller, it is filled
            up with zeros or cut: so a change of geometry loses none of it.
        label: The true class of the loss, from 0.
        temperature: What softmax divides the logits by.
        classes: What the classes of softmax are called; empty for their numbers.
        stride: Per axis (height, width); of conv1d the second counts. Likewise the next ones.
        padding: Cells on each side.
        dilation: Steps between the cells of a window.
        window: Size of a pooling window.
        activation: The function, with its settings, where the operation is one of every number by
            itself; by default with the usual settings.
        step: The window that is shown, from 0.
        channel: The output channel in focus, from 0.
        in_channel: The input channel in focus, from 0.
        picture: How the step is shown.
    """

    operation: Operation = Operation.CONV2D
    pass_: Pass = Pass.FORWARD
    way: int = 0
    input: Values = field(default_factory=lambda: _EMPTY)
    kernel: Values = field(default_factory=lambda: _EMPTY)
    bias: Values = field(default_factory=lambda: _EMPTY)
    grad_output: Values = field(default_factory=lambda: _EMPTY)
    label: int = 0
    temperature: float = 1.0
    classes: tuple[str, ...] = ()
    stride: Pair = (1, 1)
    padding: Pair = (0, 0)
    dilation: Pair = (1, 1)
    window: Pair = (2, 2)
    activation: ActivationSpec | None = None
    step: int = 0
    channel: int = 0
    in_channel: int = 0
    picture: PictureKind = PictureKind.GRIDS

    def __post_init__(self) -> None:
        for name in ("input", "kernel", "bias", "grad_output"):
            object.__setattr__(self, name, _kept(getattr(self, name)))
        kind = ACTIVATIONS.get(self.operation)
        if kind is None or not isinstance(self.activation, kind):
            object.__setattr__(self, "activation", kind and kind())

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, LabState):
            return NotImplemented
        return self.is_same_data(other) and all(
            getattr(self, name) == getattr(other, name) for name in VIEW
        )

    __hash__ = None  # type: ignore[assignment]  # it holds arrays

    def is_same_data(self, other: LabState) -> bool:
        """Whether operation, numbers and geometry are the same, whatever is looked at."""
        return all(_is_same(getattr(self, name), getattr(other, name)) for name in DATA)

    def with_view_of(self, other: LabState) -> Self:
        """These numbers, looked at as ``other`` is."""
        return replace(self, **{name: getattr(other, name) for name in VIEW})

    @property
    def class_names(self) -> tuple[str, ...]:
        """What the classes of softmax are called: their names, or ``class 0`` and so on."""
        names = self.classes[: len(self.input)]
        rest = range(len(names), len(self.input))
        return (*names, *(f"class {number}" for number in rest))

    # --- files -----------------------------------------------------------------------------------

    def to_dict(self) -> dict[str, Any]:
        """Everything as JSON can hold it."""
        result: dict[str, Any] = {"format": FORMAT, "version": VERSION}
        for part in fields(self):
            value = getattr(self, part.name)
            name = "pass" if part.name == "pass_" else part.name
            if isinstance(value, np.ndarray):
                if part.name in ARRAYS[self.operation]:
                    result[name] = value.tolist()
            elif isinstance(value, StrEnum):
                result[name] = value.value
            elif part.name == "activation":
                result |= value.settings if value else {}
            else:
                result[name] = list(value) if isinstance(value, tuple) else value
        return result

    @classmethod
    def from_dict(cls, data: object) -> LabState:
        """Read what ``to_dict`` gave.

        Raises:
            DataError: if something is missing, of another kind, out of range, or newer.
        """
        if not isinstance(data, dict) or data.get("format") != FORMAT:
            raise DataError("This is no state of the sliding-window lab.")
        version = data.get("version")
        if not isinstance(version, int) or isinstance(version, bool) or version < 1:
            raise DataError(f"The state's version must be a whole number; it is {quoted(version)}.")
        if version > VERSION:
            raise DataError(
                f"This state was saved by a newer cnnviz (version {version}, this one reads up to "
                f"{VERSION}). Update cnnviz to open it."
            )
        operation = _choice(data, "operation", Operation)
        arrays = {name: _array(data, name, ndim) for name, ndim in ARRAYS[operation].items()}
        if sum(values.size for values in arrays.values()) > _MOST_CELLS:
            raise DataError(f"The state has more than {_MOST_CELLS:,} numbers.")
        return cls(
            operation=operation,
            pass_=_choice(data, "pass", Pass),
            way=_whole(data, "way", 0, 9),
            **arrays,
            label=_whole(data, "label", 0, _MOST_CELLS),
            temperature=_temperature(data),
            classes=_classes(data),
            stride=_pair(data, "stride", 1),
            padding=_pair(data, "padding", 0),
            dilation=_pair(data, "dilation", 1),
            window=_pair(data, "window", 1),
            activation=_activation(data, operation),
            step=_whole(data, "step", 0, _MOST_STEPS),
            channel=_whole(data, "channel", 0, _MOST_CELLS),
            in_channel=_whole(data, "in_channel", 0, _MOST_CELLS),
            picture=_choice(data, "picture", PictureKind),
        )


VIEW = ("pass_", "way", "step", "channel", "in_channel", "picture")
"""The fields that say what is looked at; the others are edited, and undone."""

DATA = tuple(part.name for part in fields(LabState) if part.name not in VIEW)
"""The fields that are edited."""


def _kept(values: Values) -> Values:
    """The numbers, never to change: those of another state are, and need not be copied."""
    is_ours = isinstance(values, np.ndarray) and values.dtype == np.float64
    if is_ours and values.flags.owndata and not values.flags.writeable:
        return values
    values = np.array(values, np.float64)
    values.flags.writeable = False
    return values


def _is_same(one: object, other: object) -> bool:
    if isinstance(one, np.ndarray) and isinstance(other, np.ndarray):
        return one is other or np.array_equal(one, other)
    return one == other


def _choice(data: dict[str, Any], name: str, kinds: type[KindT]) -> KindT:
    value = data.get(name)
    if not isinstance(value, str) or value not in set(kinds):
        raise DataError(f"The {name} must be one of {', '.join(kinds)}; it is {quoted(value)}.")
    return kinds(value)


def _whole(data: dict[str, Any], name: str, least: int, most: int) -> int:
    return _whole_of(data.get(name), name, least, most)


def _whole_of(value: object, name: str, least: int, most: int) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
        shown = quoted(value)
        raise DataError(f"The {name} must be a whole number of {least} to {most}; it is {shown}.")
    return value


def _pair(data: dict[str, Any], name: str, least: int) -> Pair:
    value = data.get(name)
    if not isinstance(value, list) or len(value) != 2:
        shown = quoted(value)
        raise DataError(f"The {name} must be two whole numbers, height and width; it is {shown}.")
    first, second = (_whole_of(part, name, least, _LARGEST_SETTING) for part in value)
    return first, second


def _temperature(data: dict[str, Any]) -> float:
    value = data.get("temperature", 1.0)  # old files have none
    least, most = TEMPERATURES
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if not is_number or not least <= value <= most:
        shown = quoted(value)
        raise DataError(f"The temperature must be a number of {least} to {most}; it is {shown}.")
    return float(value)


def _classes(data: dict[str, Any]) -> tuple[str, ...]:
    value = data.get("classes", [])  # likewise
    if not isinstance(value, list) or not all(isinstance(name, str) for name in value):
        raise DataError(f"The classes must be a list of names; they are {quoted(value)}.")
    if len(value) > _MOST_CLASSES:
        raise DataError(f"The state has more than {_MOST_CLASSES:,} names of classes.")
    return tuple(value)


def _activation(data: dict[str, Any], operation: Operation) -> ActivationSpec | None:
    kind = ACTIVATIONS.get(operation)
    if kind is None:
        return None
    names = {info.name for info in kind.fields()}
    try:
        return kind(**{name: data[name] for name in names & data.keys()})  # old files have none
    except ShapeError as error:
        raise DataError(str(error)) from error


def _array(data: dict[str, Any], name: str, ndim: int) -> Values:
    try:
        values = np.array(data.get(name))
    except (TypeError, ValueError, OverflowError) as error:
        raise DataError(f"The {name} must be rows of numbers, all of the same length.") from error
    if values.dtype.kind not in "iuf":  # NumPy would read texts and truths as numbers
        raise DataError(f"The {name} must be rows of numbers; it holds other things.")
    values = values.astype(np.float64)
    if values.ndim != ndim or 0 in values.shape:
        raise DataError(f"The {name} must have {ndim} axes; it has the shape {values.shape}.")
    if not np.isfinite(values).all() or np.abs(values).max() > LARGEST_MAGNITUDE:
        raise DataError(f"The {name} has a number that is not finite, or too large.")
    return values
