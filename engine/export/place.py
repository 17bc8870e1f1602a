"""Where a layer stands, and what an export says when it cannot follow."""

from __future__ import annotations

from dataclasses import dataclass

from engine.errors import EngineError, ShapeError
from engine.geometry import Shape
from engine.spec import LayerSpec
from engine.stack import Stack, describe


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
