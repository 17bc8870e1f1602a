"""A layer and its shapes, what targets read off it, and what they say when they cannot follow."""

from __future__ import annotations

from dataclasses import dataclass

from engine.basics.errors import EngineError, ShapeError
from engine.basics.geometry import Axis, Shape
from engine.layers import Conv1dSpec, Conv2dSpec, DenseSpec
from engine.layers.spec import LayerSpec
from engine.networks.stack import Stack, describe


class ExportError(EngineError, ValueError):
    """Something cannot be said in the language of the export's target."""


@dataclass(frozen=True)
class Place:
    """One layer of a stack: its index, from 0, and the shapes of one sample before and behind."""

    index: int
    spec: LayerSpec
    input_shape: Shape
    output_shape: Shape

    def cannot(self, why: str) -> ExportError:
        """The error for a layer that the target cannot express, beginning with its name."""
        return ExportError(f"Layer {self.index + 1}, {self.spec.title}: {why}")

    def unknown(self, target: str) -> ExportError:
        """The error for a layer type without an entry for the target."""
        return self.cannot(
            f"the export to {target} does not know this type of layer. "
            "Remove it, or choose another target."
        )


def places(stack: Stack) -> list[Place]:
    """The layers of a stack with their shapes.

    Raises:
        ShapeError: if the stack does not fit together.
    """
    report = describe(stack)
    if report.problem:
        raise ShapeError(report.problem)
    return [
        Place(row.index, row.spec, row.input_shape or (), row.output_shape or ())
        for row in report.rows
    ]


def output_shape(stack: Stack) -> Shape:
    """Shape of one output sample of a stack that fits together."""
    return describe(stack).output_shape or ()


def kernels_of(axes: tuple[Axis, ...]) -> tuple[int, ...]:
    """The windows' lengths, axis by axis."""
    return tuple(axis.kernel for axis in axes)


def strides_of(axes: tuple[Axis, ...]) -> tuple[int, ...]:
    """The windows' steps, axis by axis."""
    return tuple(axis.stride for axis in axes)


def dilations_of(axes: tuple[Axis, ...]) -> tuple[int, ...]:
    """The windows' dilations, axis by axis."""
    return tuple(axis.dilation for axis in axes)


def around(axes: tuple[Axis, ...]) -> tuple[tuple[int, int], ...]:
    """The padding before and behind, axis by axis."""
    return tuple((axis.padding, axis.after) for axis in axes)


def learnt(spec: Conv1dSpec | Conv2dSpec | DenseSpec) -> tuple[str, ...]:
    """The names of a layer's tensors, in the order in which targets want them."""
    return ("weight", "bias") if spec.bias else ("weight",)
