"""What a trace says: cells, terms, updates and steps, as plain data that any view can show.

One step of a trace is one window. It names the cells that are read, the terms that they make, and
the cells of the target grid that are set or added to.

Coordinates: every grid is addressed as it is drawn. A padded input counts its rows and columns
from the padding's corner; leading indices are channels. All values are float64, so whole numbers
are exact up to 2⁵³.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import IntEnum, StrEnum
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from engine.basics.errors import ShapeError
from engine.layers.elementwise import Formula

Values = NDArray[np.float64]
Mask = NDArray[np.bool_]

_MOST_KEPT = 20_000


class Role(StrEnum):
    """What a grid is to the layer; a view gives each role one colour."""

    INPUT = "input"
    KERNEL = "kernel"
    OUTPUT = "output"
    GRADIENT = "gradient"


class CellKind(IntEnum):
    """Where a cell of a grid comes from."""

    VALUE = 0
    PADDING = 1
    INSERTED = 2  # zeros that spread a gradient out by the stride


class Rule(StrEnum):
    """How the terms of an update become its value."""

    SUM = "sum"
    MAX = "max"
    SOFTMAX = "softmax"  # eᶻ of the first term, shared out over eᶻ of all
    DENOMINATOR = "denominator"  # eᶻ of the last term; the divisor is eᶻ of all, added up
    NEGATIVE_LOG = "negative log"


@dataclass(frozen=True)
class Cell:
    """One cell of one grid: ``index`` is (…channels, row, column), counted from 0."""

    grid: str
    index: tuple[int, ...]

    @property
    def page(self) -> tuple[int, ...]:
        """The channels: which sheet of the grid the cell lies on."""
        return self.index[:-2]

    @property
    def row(self) -> int:
        """Row on its sheet, padding included."""
        return self.index[-2]

    @property
    def column(self) -> int:
        """Column on its sheet, padding included."""
        return self.index[-1]


@dataclass(frozen=True, eq=False)
class Grid:
    """A named array of cells, in sheets of rows and columns.

    Attributes:
        name: How cells refer to it, such as ``"grad_input"``.
        title: What a view writes above it.
        role: Its part in the layer.
        values: Shape ``(…channels, rows, columns)``. Of a target: zeros.
        kinds: Shape ``(rows, columns)``, a ``CellKind`` each; the same for every sheet.
        unread: Shape ``(rows, columns)``, true where no window ever reaches.
    """

    name: str
    title: str
    role: Role
    values: Values
    kinds: NDArray[np.uint8] = field(default_factory=lambda: np.zeros((0, 0), np.uint8))
    unread: Mask = field(default_factory=lambda: np.zeros((0, 0), np.bool_))
    _factors: dict[tuple[int, ...], Factor] = field(default_factory=dict, init=False, repr=False)

    def __post_init__(self) -> None:
        shape = self.values.shape[-2:]
        if self.kinds.shape != shape:
            object.__setattr__(self, "kinds", np.zeros(shape, np.uint8))
        if self.unread.shape != shape:
            object.__setattr__(self, "unread", np.zeros(shape, np.bool_))

    @property
    def rows(self) -> int:
        """Rows of one sheet, padding included."""
        return int(self.values.shape[-2])

    @property
    def columns(self) -> int:
        """Columns of one sheet, padding included."""
        return int(self.values.shape[-1])

    @property
    def pages(self) -> list[tuple[int, ...]]:
        """The leading indices of all sheets, in order."""
        return list(np.ndindex(self.values.shape[:-2]))

    @cached_property
    def padding(self) -> frozenset[tuple[int, int]]:
        """Row and column of every cell of padding."""
        at = np.argwhere(self.kinds == CellKind.PADDING).tolist()
        return frozenset((row, column) for row, column in at)

    def cell(self, *index: int) -> Cell:
        """The cell at ``index``."""
        return Cell(self.name, index)

    def factor(self, *index: int) -> Factor:
        """The cell at ``index`` with its value, ready to be multiplied."""
        found = self._factors.get(index)
        if found is None:
            if len(self._factors) > _MOST_KEPT:
                self._factors.clear()
            found = Factor(float(self.values[index]), Cell(self.name, index), self.role)
            self._factors[index] = found
        return found


@dataclass(frozen=True)
class Factor:
    """One number of a term, and the cell that it was read from (``None`` for a constant)."""

    value: float
    cell: Cell | None = None
    role: Role | None = None


class Term(NamedTuple):
    """A product. ``place`` is where it stands in the picture of products: (group, row, column)."""

    factors: tuple[Factor, ...]
    place: tuple[int, int, int]

    @property
    def value(self) -> float:
        """The product of the factors."""
        product = 1.0
        for factor in self.factors:
            product *= factor.value
        return product


@dataclass(frozen=True)
class Group:
    """The terms of one channel within a sum."""

    label: str
    terms: tuple[Term, ...]

    @property
    def subtotal(self) -> float:
        """The sum of the terms."""
        return sum((term.value for term in self.terms), 0.0)


@dataclass(frozen=True)
class Update:
    """What happens to one cell of the target.

    Attributes:
        target: The cell.
        groups: The terms, one group per channel.
        value: What the rule makes of the terms, bias and divisor included.
        after: The cell's value after the step.
        before: The cell's value that ``value`` is added to; ``None`` if the cell is set.
        bias: Added to the terms, if the operation has one.
        divisor: What the sum is divided by (the window's size for an average); of a denominator
            that grows, what it has come to.
        rule: How the terms become ``value``, where no formula says it.
        formula: How the one term becomes ``value``.
        is_discarded: The target is padding: nobody asks for its gradient.
    """

    target: Cell
    groups: tuple[Group, ...]
    value: float
    after: float
    before: float | None = None
    bias: Factor | None = None
    divisor: float = 1.0
    rule: Rule = Rule.SUM
    formula: Formula | None = None
    is_discarded: bool = False

    @property
    def terms(self) -> Iterator[Term]:
        """All terms, group by group."""
        return (term for group in self.groups for term in group.terms)


@dataclass(frozen=True)
class Window:
    """The cells of one sheet that a step reads or writes, gaps of dilation left out."""

    grid: str
    page: tuple[int, ...]
    rows: range
    columns: range


@dataclass(frozen=True)
class Step:
    """One window, explained.

    Attributes:
        index: Position in the trace, from 0.
        title: Where this step is, in words.
        lead: How its sentence begins, may be empty.
        windows: What to outline.
        updates: What happens to the target, one entry per cell.
        product_shape: (groups, rows, columns) of the picture of products; zeros if there is none.
        channel: The output channel of this step, ``None`` if it sums over all of them.
        chosen: The cells that decide (the maximum of a pooling window).
    """

    index: int
    title: str
    lead: str
    windows: tuple[Window, ...]
    updates: tuple[Update, ...]
    product_shape: tuple[int, int, int]
    channel: int | None = None
    chosen: tuple[Cell, ...] = ()

    @property
    def terms(self) -> Iterator[Term]:
        """All terms of all updates."""
        return (term for update in self.updates for term in update.terms)

    def cells(self) -> frozenset[Cell]:
        """Every cell that is read or written."""
        found = {update.target for update in self.updates}
        for update in self.updates:
            if update.bias is not None and update.bias.cell is not None:
                found.add(update.bias.cell)
            for term in update.terms:
                found.update(factor.cell for factor in term.factors if factor.cell is not None)
        return frozenset(found)


@dataclass(frozen=True, eq=False)
class State:
    """The target grid between two steps.

    ``filled`` is false where a cell has no value yet, or never will (padding).
    """

    values: Values
    filled: Mask

    def copy(self) -> State:
        """A state of its own memory."""
        return State(self.values.copy(), self.filled.copy())


def exact(values: ArrayLike, ndim: int, name: str, expected: str) -> NDArray[np.float64]:
    """Numbers as float64, in which whole ones are exact.

    Raises:
        ShapeError: if the rank is not ``ndim``, there are none, or one is no finite number.
    """
    array: NDArray[Any] = np.asarray(values)
    if array.ndim != ndim or 0 in array.shape:
        raise ShapeError(f"The {name} must be {expected}; got shape {array.shape}.")
    try:
        exact = array.astype(np.float64)
    except (TypeError, ValueError) as error:
        raise ShapeError(f"The {name} must hold numbers; got {array.dtype}.") from error
    if not np.isfinite(exact).all():
        raise ShapeError(f"The {name} must hold finite numbers; it has NaN or infinity.")
    return exact
