"""What is seen of a layer at one time: its name, shape and values, and how a unit is addressed.

Light to import, so that a window can be painted before the layers themselves are loaded.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from engine.basics.geometry import Shape

if TYPE_CHECKING:
    from engine.networks.receptive_field import LayerFields

Array = NDArray[Any]


@dataclass(frozen=True)
class Unit:
    """One number of a layer: ``index`` is (channel, row, column) or (feature,), from 0."""

    layer: int
    index: tuple[int, ...]


@dataclass(frozen=True, eq=False)
class ShownLayer:
    """What a strip shows of one layer.

    ``values`` is ``None`` as long as nothing is drawn. With ``is_gradient`` they are the gradients
    of a score with respect to the layer's output. ``muted`` are the channels that are set to 0.
    """

    number: int
    title: str
    words: str
    shape: Shape
    is_signed: bool
    fields: LayerFields
    values: Array | None = None
    is_gradient: bool = False
    muted: tuple[int, ...] = ()

    @property
    def name(self) -> str:
        """Number and title, short enough for a strip: ``4 Convolution``."""
        return f"{self.number} {self.title.removesuffix(' 2-D')}"

    @property
    def maps(self) -> int:
        """How many feature maps there are; 1 for numbers in a row."""
        return self.shape[0] if len(self.shape) == 3 else 1

    def flat(self, unit: Unit) -> int:
        """The unit's place among all of the layer's numbers, channel by channel."""
        return int(np.ravel_multi_index(unit.index, self.shape))

    def value(self, unit: Unit) -> float | None:
        """The unit's number; ``None`` as long as nothing is drawn."""
        return None if self.values is None else float(self.values[unit.index])

    def map_of(self, unit: Unit) -> Array | None:
        """All numbers of the unit's feature map, or of its whole layer if they stand in a row."""
        if self.values is None:
            return None
        return self.values[unit.index[0]] if len(self.shape) == 3 else self.values
