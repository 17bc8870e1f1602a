"""Which part of the network's input one unit of a layer reads: its receptive field.

Source of the recursion: A. Araujo, W. Norris, J. Sim, "Computing Receptive Fields of Convolutional
Neural Networks", Distill (2019).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.basics.geometry import Axis, Reach, Shape
from engine.layers.flatten import FlattenSpec
from engine.networks.stack import Stack, describe


@dataclass(frozen=True)
class FieldAxis:
    """The receptive fields of a layer's units along one axis of the input.

    Attributes:
        reach: their common size, and the jump from one to the next, in input cells.
        first: where the first unit's begins; below 0 it begins in the padding.
        cells: how many cells the input has.
    """

    reach: Reach
    first: int
    cells: int

    def through(self, axis: Axis) -> FieldAxis:
        """The fields behind one more layer: ``first' = first − padding·jump``."""
        first = self.first - axis.padding * self.reach.jump
        return FieldAxis(self.reach.through(axis), first, self.cells)

    def field(self, index: int) -> range:
        """Input cells from the first to the last that unit ``index`` reads, padding included."""
        start = self.first + index * self.reach.jump
        return range(start, start + self.reach.size)

    def clipped(self, index: int) -> range:
        """The same within the input: what lies in the padding is left out."""
        field = self.field(index)
        return range(max(0, field.start), max(0, min(self.cells, field.stop)))


@dataclass(frozen=True)
class LayerFields:
    """The receptive fields of one layer's units.

    Attributes:
        axes: height and width; ``None`` if every unit reads all of the input.
        map_shape: the shape ``(C, H, W)`` that the units have, or had before they were flattened.
    """

    axes: tuple[FieldAxis, ...] | None
    map_shape: Shape

    def places(self, unit: int) -> tuple[int, ...]:
        """(row, column) on its map of a unit, counted through all maps as ``Flatten`` does."""
        return tuple(int(i) for i in np.unravel_index(unit, self.map_shape))[1:]

    def field(self, unit: int) -> tuple[range, ...] | None:
        """What unit ``unit`` reads, per axis; ``None`` if that is all of the input."""
        if self.axes is None:
            return None
        return tuple(a.field(i) for a, i in zip(self.axes, self.places(unit), strict=True))

    def clipped(self, unit: int) -> tuple[range, ...] | None:
        """The same without what lies in the padding."""
        if self.axes is None:
            return None
        return tuple(a.clipped(i) for a, i in zip(self.axes, self.places(unit), strict=True))


def receptive_fields(stack: Stack) -> tuple[LayerFields, ...]:
    """The receptive fields of every layer of a stack that fits together.

    Shape:
        ``stack.input_shape`` is ``(C, H, W)``; of other inputs every field is all of it.
    """
    is_image = len(stack.input_shape) == 3
    axes = tuple(FieldAxis(Reach(), 0, size) for size in stack.input_shape[1:])
    current: tuple[FieldAxis, ...] | None = axes if is_image else None
    found: list[LayerFields] = []
    map_shape = stack.input_shape
    for row in describe(stack).rows:
        if row.input_shape is None or row.output_shape is None:
            break
        windows = row.spec.windows(row.input_shape)
        if windows is None:
            current = None
        elif current is not None and windows:
            current = tuple(a.through(w) for a, w in zip(current, windows, strict=True))
        if not (isinstance(row.spec, FlattenSpec) or _is_still_flat(row.output_shape, map_shape)):
            map_shape = row.output_shape
        found.append(LayerFields(current, map_shape))
    return tuple(found)


def _is_still_flat(output_shape: Shape, map_shape: Shape) -> bool:
    """Whether units in a row still are those of the maps before ``Flatten``."""
    return len(output_shape) == 1 and output_shape[0] == int(np.prod(map_shape))
