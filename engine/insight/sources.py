"""What one number of a network reads in the layer before, and what of it each source contributes.

Light to import; ``finding_sources`` computes it.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from engine.basics.geometry import Shape
from engine.insight.shown_layer import Unit

Numbers = NDArray[np.float64]
Index = tuple[int, ...]


class Way(Enum):
    """How a number is made of its sources."""

    SUM = "sum"
    MEAN = "mean"
    LARGEST = "largest"
    SHARE = "share"
    FUNCTION = "function"
    COPY = "copy"
    SILENT = "silent"


@dataclass(frozen=True)
class Source:
    """One number that a unit reads, and what it contributes.

    ``index`` is its place in the layer's input, from 0. ``weight`` is ``None`` where nothing is
    multiplied.
    """

    index: Index
    value: float
    weight: float | None
    product: float


@dataclass(frozen=True, eq=False)
class Sources:
    """What one unit reads, and the number that comes of it: ``total = bias + Σ products``.

    Attributes:
        unit: Whose sources these are.
        way: How the number is made.
        input_shape: The shape of the layer's input.
        indices: Where the sources are in the layer's input. Shape (n, axes of the input).
        values: What they are. Shape (n,).
        weights: What each is multiplied by, (n,); ``None`` where nothing is.
        products: What each contributes, (n,); of a maximum only the winner, of a softmax the share
            of its exponential.
        bias: What is added, ``None`` if nothing is.
        total: The unit's number; of a softmax the share of its own logit.
    """

    unit: Unit
    way: Way
    input_shape: Shape
    indices: NDArray[np.intp]
    values: Numbers
    weights: Numbers | None
    products: Numbers
    bias: float | None
    total: float

    @property
    def count(self) -> int:
        """How many sources there are."""
        return len(self.values)

    @cached_property
    def by_strength(self) -> NDArray[np.intp]:
        """The sources, by number, the most telling first: those that contribute most, or win."""
        is_contest = self.way is Way.LARGEST
        key = np.nan_to_num(self.values, nan=np.inf) if is_contest else np.abs(self.products)
        return np.argsort(-np.nan_to_num(key, nan=-1), kind="stable")

    def strongest(self, count: int) -> tuple[Source, ...]:
        """The sources of largest contributions, by magnitude."""
        return tuple(self._source(int(place)) for place in self.by_strength[:count])

    def rest(self, count: int) -> float:
        """What the others contribute together, beside the strongest so many."""
        return float(self.products[self.by_strength[count:]].sum())

    @property
    def own(self) -> Source:
        """Of a softmax the unit's own logit, of others the strongest source."""
        place = int(self.by_strength[0])
        if self.way is Way.SHARE:
            place = int(np.flatnonzero((self.indices == self.unit.index).all(axis=1))[0])
        return self._source(place)

    def _source(self, place: int) -> Source:
        weight = None if self.weights is None else float(self.weights[place])
        index = tuple(int(part) for part in self.indices[place])
        return Source(index, float(self.values[place]), weight, float(self.products[place]))


@dataclass(frozen=True, eq=False)
class Traced:
    """The sum behind a unit, and its strongest sources in a layer that is shown.

    Attributes:
        unit: What was pointed at.
        total: Its number.
        sum: The sum that it goes back to, through layers that take number by number.
        layer: The layer, or with −1 the image, in which the sources are seen.
        seen: The strongest, with their places there, and their values and products in the sum.
    """

    unit: Unit
    total: float
    sum: Sources
    layer: int
    seen: tuple[Source, ...]
