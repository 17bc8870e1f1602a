"""What every layer says about itself: the base of the specs, their fields, and the registry.

A spec is a frozen dataclass. From its fields come the form that edits it, the stack file, the row
in the report, and the layer that is built. Each lives in the module of its layer.
"""

from __future__ import annotations

import dataclasses
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from importlib import import_module
from typing import TYPE_CHECKING, Any, ClassVar, Self, TypeVar

from engine.basics.errors import ShapeError
from engine.basics.geometry import Axis, Shape
from engine.basics.records import quoted

if TYPE_CHECKING:
    import numpy as np

    from engine.layers.base import Layer


@dataclass(frozen=True)
class FieldInfo:
    """How one field of a spec is shown and checked.

    ``kind`` is ``"int"``, ``"float"``, ``"bool"``, ``"choice"`` or ``"pair"`` (two whole numbers,
    height then width). ``minimum`` and ``maximum`` are inclusive. ``only_with`` is another field
    and the value without which this one has no effect, ``None`` if it always has one.
    """

    name: str
    kind: str
    label: str
    help: str
    minimum: float | None = None
    maximum: float | None = None
    unit: str = ""
    choices: tuple[str, ...] = ()
    only_with: tuple[str, Any] | None = None

    def has_effect(self, values: Mapping[str, Any]) -> bool:
        """Whether this field matters, where the fields have these values."""
        if self.only_with is None:
            return True
        name, value = self.only_with
        return bool(values[name] == value)

    def check(self, value: Any) -> None:
        """Raise ``ShapeError`` if ``value`` is of the wrong type or out of range."""
        if self.kind == "choice":
            if value not in self.choices:
                known, shown = ", ".join(self.choices), quoted(repr(value))
                raise ShapeError(f"{self.label} must be one of {known}; got {shown}.")
            return
        expected: Any = {
            "int": (int,),
            "float": (int, float),
            "bool": (bool,),
            "pair": (int,),
        }[self.kind]
        is_pair = self.kind == "pair"
        if is_pair and not (isinstance(value, tuple) and len(value) == 2):
            raise ShapeError(f"{self.label} needs two whole numbers; got {quoted(repr(value))}.")
        for number in value if is_pair else (value,):
            is_stray_bool = isinstance(number, bool) and self.kind != "bool"
            if is_stray_bool or not isinstance(number, expected):
                shown = quoted(repr(number))
                raise ShapeError(f"{self.label} must be of type {self.kind}; got {shown}.")
            self._check_range(number)

    def _check_range(self, number: float) -> None:
        if self.kind == "bool":
            return
        low, high = self.minimum, self.maximum
        if (low is not None and not number >= low) or (high is not None and not number <= high):
            shown = "a larger number" if abs(number) > _LARGEST_SHOWN else f"{number:g}"
            raise ShapeError(f"{self.label} must be from {low:g} to {high:g}; got {shown}.")


_LARGEST_SHOWN = 1e300
"""Larger whole numbers have no value as floats, by which they are shown."""


def spec_field(
    default: Any,
    label: str,
    help: str,  # noqa: A002 - the name that a reader of a spec expects
    *,
    kind: str,
    minimum: float | None = None,
    maximum: float | None = None,
    unit: str = "",
    choices: tuple[str, ...] = (),
    only_with: tuple[str, Any] | None = None,
) -> Any:
    """Declare one field of a spec, with all that a form, a file and a check need to know."""
    return dataclasses.field(
        default=default,
        metadata={
            "label": label,
            "help": help,
            "kind": kind,
            "minimum": minimum,
            "maximum": maximum,
            "unit": unit,
            "choices": choices,
            "only_with": only_with,
        },
    )


@dataclass(frozen=True)
class Cost:
    """What one layer costs: learnable parameters, and multiply-adds for one sample."""

    parameters: int = 0
    multiply_adds: int = 0


FAMILIES = ("convolution", "pooling", "activation", "dense", "regularisation", "other")
"""The headings under which layers are listed, in the order in which they are taught."""


class Signs(Enum):
    """Which signs a layer's outputs have, and so whether their colours need two directions."""

    NEVER_NEGATIVE = "never negative"
    AS_INPUT = "those of its input"
    ANY = "any"


KINDS = tuple(
    f"engine.layers.{module}"
    for module in (
        "conv",
        "pooling",
        "global_pooling",
        "activations",
        "softmax",
        "flatten",
        "dense",
        "regularization",
        "one_dimensional",
    )
)
"""The modules of all layers, in the order in which a palette offers them.

They are imported when all specs are asked for: a window can be painted without them.
"""

_REGISTRY: dict[str, type[LayerSpec]] = {}
SpecT = TypeVar("SpecT", bound="type[LayerSpec]")


@dataclass(frozen=True)
class LayerSpec(ABC):
    """One layer's settings. Subclasses are frozen dataclasses decorated with ``@register``.

    Class attributes: ``kind``, the name in files (PyTorch's class name); ``title``, the name on
    screen; ``about``, one sentence on what the layer does; ``icon``, a name in ``resources/icons``;
    ``family``, under which a palette lists it, one of ``FAMILIES``; ``signs``, of its outputs;
    ``belongs_to_convolution``, whether a convolution's maps are looked at behind it rather than
    before, as Grad-CAM does. ``register`` refuses a spec that leaves one of them out.
    """

    kind: ClassVar[str]
    title: ClassVar[str]
    about: ClassVar[str]
    icon: ClassVar[str]
    family: ClassVar[str]
    signs: ClassVar[Signs]
    belongs_to_convolution: ClassVar[bool]

    def __post_init__(self) -> None:
        for info in self.fields():
            value = getattr(self, info.name)
            if info.kind == "pair":
                value = (value, value) if isinstance(value, int) else value
                value = tuple(value) if isinstance(value, list) else value
                object.__setattr__(self, info.name, value)
            info.check(value)

    @classmethod
    def fields(cls) -> tuple[FieldInfo, ...]:
        """The declared fields in order, for a form or a file."""
        return tuple(FieldInfo(field.name, **field.metadata) for field in dataclasses.fields(cls))

    @property
    def short_title(self) -> str:
        """The title without its dimension, where that goes without saying: ``Convolution``."""
        return self.title.removesuffix(" 2-D")

    @abstractmethod
    def words(self) -> str:
        """The layer in a few words, for its card: ``6 kernels 5×5, padding 2``."""

    @abstractmethod
    def output_shape(self, input_shape: Shape) -> Shape:
        """Shape of one output sample.

        Raises:
            ShapeError: if the layer does not fit behind ``input_shape``.
        """

    def cost(self, input_shape: Shape) -> Cost:
        """Parameters and multiply-adds for one sample of ``input_shape``."""
        self.output_shape(input_shape)
        return Cost()

    def formulas(self, input_shape: Shape) -> tuple[str, ...]:
        """Lines that show how the output shape comes about, with the numbers; may be empty."""
        self.output_shape(input_shape)
        return ()

    def windows(self, input_shape: Shape) -> tuple[Axis, ...] | None:
        """What one output number reads along each axis, for the receptive field.

        ``()`` if it reads its own place only, ``None`` if it reads all of its input.
        """
        self.output_shape(input_shape)
        return ()

    @abstractmethod
    def build(self, input_shape: Shape, rng: np.random.Generator, dtype: Any) -> Layer:
        """The layer itself, with fresh weights drawn from ``rng``."""

    def replaced(self, **changes: Any) -> Self:
        """A copy with some fields changed."""
        return dataclasses.replace(self, **changes)

    def to_dict(self) -> dict[str, Any]:
        """Plain data for a file: the kind and every field."""
        return {"kind": self.kind} | {
            info.name: list(value)
            if isinstance(value := getattr(self, info.name), tuple)
            else value
            for info in self.fields()
        }


def register(spec: SpecT) -> SpecT:
    """Class decorator: make a spec known by its ``kind``.

    Raises:
        TypeError: if a class attribute of ``LayerSpec`` is left out, or the kind is taken.
    """
    missing = [name for name in LayerSpec.__annotations__ if not hasattr(spec, name)]
    if missing:
        raise TypeError(f"{spec.__name__} must say its {', '.join(missing)}; see LayerSpec.")
    if spec.kind in _REGISTRY:
        raise TypeError(f"{spec.__name__}: {spec.kind} is a layer already; see its kind.")
    _REGISTRY[spec.kind] = spec
    return spec


def registered_specs() -> dict[str, type[LayerSpec]]:
    """All known specs by kind, in the order in which a palette shows them."""
    for module in KINDS:
        import_module(module)
    ordered = sorted(_REGISTRY.values(), key=lambda spec: KINDS.index(spec.__module__))
    return {spec.kind: spec for spec in ordered}
