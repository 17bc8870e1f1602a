"""How far pictures of handwriting are changed: one range for each way in which hands differ."""

from __future__ import annotations

import dataclasses
import re
from dataclasses import dataclass
from typing import Any, Self

from engine.basics.errors import DataError, ShapeError
from engine.basics.records import quoted
from engine.basics.typed_numbers import read_number, typed_text
from engine.layers.spec import FieldInfo, spec_field

_BETWEEN_SETTINGS = re.compile(r"[,;]\s*(?=[A-Za-z_]|$)")
"""A comma between two settings, not one within a number."""


@dataclass(frozen=True)
class AugmentationConfig:
    """The ranges from which each picture's changes are drawn. All zero: nothing is changed.

    The fields carry label, range, unit and help, as those of a layer's spec do.

    Raises:
        ShapeError: if a value is out of range, or the elastic changes would fold a stroke over.
    """

    shift: float = spec_field(
        1.0,
        "Shift",
        "Each way, across and down.",
        kind="float",
        minimum=0,
        maximum=100,
        unit="px",
    )
    rotation: float = spec_field(
        10.0,
        "Rotation",
        "Each way about the middle. Beyond 45° a 6 begins to look like a 9.",
        kind="float",
        minimum=0,
        maximum=180,
        unit="°",
    )
    scale: float = spec_field(
        0.1,
        "Scale",
        "0.1: from 1/1.1 to 1.1 times the size, width and height together.",
        kind="float",
        minimum=0,
        maximum=2,
    )
    stretch: float = spec_field(
        0.1,
        "Stretch",
        "0.1: width against height from 1/1.1 to 1.1, the area staying the same.",
        kind="float",
        minimum=0,
        maximum=2,
    )
    slant: float = spec_field(
        0.15,
        "Slant",
        "Each way, as italics lean: sideways for each pixel of height (shear).",
        kind="float",
        minimum=0,
        maximum=2,
    )
    elastic: float = spec_field(
        0.6,
        "Elastic",
        "How far the wobble moves a point, as root mean square along each axis.",
        kind="float",
        minimum=0,
        maximum=20,
        unit="px",
    )
    smoothness: float = spec_field(
        4.0,
        "Smoothness",
        "Width σ of the wobble: points nearer than this move together.",
        kind="float",
        minimum=1,
        maximum=100,
        unit="px",
    )
    thickness: float = spec_field(
        0.4,
        "Thickness",
        "How far the pen's edge moves, out or in: twice that for the width of a stroke.",
        kind="float",
        minimum=0,
        maximum=3,
        unit="px",
    )

    def __post_init__(self) -> None:
        for info in self.fields():
            info.check(getattr(self, info.name))
        if self.elastic > self.smoothness / 2:
            raise ShapeError(
                "Elastic may be at most half the smoothness, or strokes fold over; got elastic "
                f"{self.elastic:g} px with smoothness {self.smoothness:g} px. "
                "Use less elastic or more smoothness."
            )

    @classmethod
    def fields(cls) -> tuple[FieldInfo, ...]:
        """The declared fields in order, for a form or a record."""
        return tuple(FieldInfo(field.name, **field.metadata) for field in dataclasses.fields(cls))

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read ``"rotation=15,elastic=0"``; what is not named keeps its default.

        Raises:
            ShapeError: if a name is unknown, a value is no number, or out of range.
        """
        names = [info.name for info in cls.fields()]
        values: dict[str, float] = {}
        for part in filter(None, (part.strip() for part in _BETWEEN_SETTINGS.split(text))):
            name, _, value = (piece.strip() for piece in part.partition("="))
            if name not in names:
                raise ShapeError(
                    f"Augmentation settings are {', '.join(names)}; got {quoted(name)!r}. "
                    "Write them as rotation=15,elastic=0."
                )
            try:
                values[name] = read_number(value)
            except DataError as error:
                raise ShapeError(f"Augmentation setting {name}: {error}") from error
        return cls(**values)

    def text(self) -> str:
        """What differs from the defaults, as ``parse`` reads it; empty if nothing does."""
        default = type(self)()
        return ",".join(
            f"{name}={typed_text(value)}"
            for name, value in self.to_dict().items()
            if value != getattr(default, name)
        )

    def summary(self) -> str:
        """All ranges in a line: ``shift ±1 px, rotation ±10°, …``."""
        parts = []
        for info in self.fields():
            number = f"{getattr(self, info.name):g}"
            gap = "" if info.unit in {"", "°"} else " "
            sign = "" if info.name in {"elastic", "smoothness"} else "±"
            parts.append(f"{info.label.lower()} {sign}{number}{gap}{info.unit}")
        return ", ".join(parts)

    def to_dict(self) -> dict[str, Any]:
        """Plain data for a record."""
        return dataclasses.asdict(self)
