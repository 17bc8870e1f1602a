"""Layers that this cnnviz does not know in full: kept as read, shown, and written back."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Self, cast

import numpy as np

from engine.basics.errors import ModelFileError, ShapeError
from engine.basics.geometry import Shape
from engine.basics.records import parse_json, quoted
from engine.layers.base import Layer
from engine.layers.spec import FieldInfo, LayerSpec, Signs, registered_specs


@dataclass(frozen=True)
class UnknownSpec(LayerSpec):
    """A layer of a type that only a newer cnnviz, or a hand, can have written.

    ``written`` is the layer's JSON. It has no settings to edit, and a stack that holds one cannot
    be built until it is removed.
    """

    kind: ClassVar[str] = "Unknown"
    title: ClassVar[str] = "Unknown layer"
    about: ClassVar[str] = "This cnnviz does not know the layer, and keeps it as it is in the file."
    icon: ClassVar[str] = "help"
    family: ClassVar[str] = "other"
    signs: ClassVar[Signs] = Signs.ANY
    belongs_to_convolution: ClassVar[bool] = False

    written: str

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """Keep one layer of a stack file."""
        return cls(json.dumps(dict(data), ensure_ascii=False))

    @classmethod
    def fields(cls) -> tuple[FieldInfo, ...]:
        """No settings: nobody here knows what they mean."""
        return ()

    def to_dict(self) -> dict[str, Any]:
        """The layer as it was read."""
        return dict(cast("dict[str, Any]", parse_json(self.written, "The layer")))

    @property
    def name(self) -> str:
        """The type that the file gives."""
        return quoted(self.to_dict().get("kind"))

    def words(self) -> str:
        """For the card."""
        settings = ", ".join(f"{name} {value}" for name, value in self.to_dict().items())
        return quoted(settings.removeprefix("kind "))

    def output_shape(self, input_shape: Shape) -> Shape:
        """Unknown, too.

        Raises:
            ShapeError: always.
        """
        del input_shape
        raise ShapeError(
            f"This cnnviz does not know layers of type {self.name!r}, so the stack cannot be "
            "trained. The layer is kept and saved as it was read: open the file with a newer "
            "cnnviz, or remove the layer."
        )

    def build(self, input_shape: Shape, rng: np.random.Generator, dtype: Any) -> Layer:  # noqa: ARG002
        """Nothing can be built.

        Raises:
            ShapeError: always.
        """
        self.output_shape(input_shape)
        raise AssertionError


@dataclass(frozen=True)
class UnknownSettingSpec(UnknownSpec):
    """A layer of a known type with settings that only a newer cnnviz, or a hand, can have written.

    What such a setting changes is anybody's guess, so the stack cannot be built until it is left
    out.
    """

    kind: ClassVar[str] = "UnknownSetting"
    title: ClassVar[str] = "Unknown setting"
    about: ClassVar[str] = (
        "This cnnviz does not know a setting of it, and keeps it as it is in the file."
    )

    @property
    def strange(self) -> tuple[str, ...]:
        """The names of the settings that nobody here knows."""
        known = {info.name for info in registered_specs()[self.name].fields()}
        return tuple(name for name in self.to_dict() if name not in known | {"kind"})

    @property
    def known(self) -> LayerSpec:
        """The layer without them."""
        strange = self.strange
        return spec_from_dict({k: v for k, v in self.to_dict().items() if k not in strange})

    def output_shape(self, input_shape: Shape) -> Shape:
        """Not to be known.

        Raises:
            ShapeError: always.
        """
        del input_shape
        names = quoted(" and ".join(repr(name) for name in self.strange))
        word = "setting" if len(self.strange) == 1 else "settings"
        raise ShapeError(
            f"{self.known.title} has no {word} {names} in this cnnviz, so the stack cannot be "
            "trained. The layer is kept and saved as it was read: open the file with a newer "
            f"cnnviz, or leave the {word} out."
        )


def spec_from_dict(data: Mapping[str, Any]) -> LayerSpec:
    """Read one layer of a stack file.

    One of an unknown type is kept as an ``UnknownSpec``, one of a known type with settings that it
    does not have as an ``UnknownSettingSpec``.

    Raises:
        ModelFileError: if there is no kind, or a value is not allowed.
    """
    known = registered_specs()
    kind = data.get("kind")
    if not isinstance(kind, str) or not kind:
        raise ModelFileError(f'A layer needs a "kind", such as "Conv2d"; got {quoted(kind)}.')
    if kind not in known:
        return UnknownSpec.from_dict(data)
    spec = known[kind]
    names = {info.name for info in spec.fields()}
    values = {
        name: tuple(value) if isinstance(value, list) else value
        for name, value in data.items()
        if name in names
    }
    try:
        whole = spec(**values)
        return UnknownSettingSpec.from_dict(data) if set(data) - names - {"kind"} else whole
    except (ShapeError, TypeError) as error:
        raise ModelFileError(f"{spec.title}: {error}") from error
