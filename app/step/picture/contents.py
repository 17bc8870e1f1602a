"""The numbers and colours of the grids of a step, each made once and kept while it stays.

A grid that is given the same object again has nothing to paint.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from app.look.colormaps import Table, diverging, gradient_diverging, grey, viridis
from app.step.grid.grid_content import GridContent
from engine.basics.numbers import show
from engine.traces import CellKind, Grid, Role, Term, Trace
from engine.traces.pooling import PoolForward

_MOST_TEXTS = 400
_PROBABILITIES = "probabilities"


@lru_cache(maxsize=256)
def operand_content(trace: Trace, name: str, page: tuple[int, ...]) -> GridContent:
    """One sheet of a grid that is read; made once, since it does not change from step to step."""
    grid = trace.grids[name]
    cmap, low, high = colours_of(grid)
    return GridContent(
        grid.values[page],
        cmap,
        low,
        high,
        is_padding=_padding_of(grid),
        is_unread=grid.unread if grid.unread.any() else None,
        widest=longest_text(grid.values),
    )


def colours_of(grid: Grid) -> tuple[Table, float, float]:
    """The colour map of a grid that is read, and its range."""
    if grid.title == _PROBABILITIES:
        return viridis(), 0.0, 1.0
    peak = float(np.abs(grid.values).max(initial=0.0)) or 1.0
    if grid.role is Role.INPUT and grid.values.min(initial=0.0) >= 0:
        return grey(), 0.0, peak
    return signed_map(grid.role), -peak, peak


def signed_map(role: Role) -> Table:
    """The colours of values of either sign."""
    return gradient_diverging() if role is Role.GRADIENT else diverging()


def longest_text(values: NDArray[np.float64]) -> str:
    """The longest of the numbers as printed."""
    found = np.unique(values)
    if found.size > _MOST_TEXTS:
        found = found[np.linspace(0, found.size - 1, _MOST_TEXTS).astype(int)]
    return max((show(float(value)).text for value in found), key=len, default="")


def _padding_of(grid: Grid) -> NDArray[np.bool_] | None:
    is_padding = grid.kinds != CellKind.VALUE
    return is_padding if is_padding.any() else None


@lru_cache(maxsize=32)
def longest_product(trace: Trace) -> str:
    """The longest of the products as printed, ``9 × (−2)``."""
    left, right = (longest_text(trace.grids[name].values) for name in trace.operands)
    lowest = show(float(trace.grids[trace.operands[1]].values.min()))
    return f"{left} × {max(right, lowest.factor_text, key=len)}"


@lru_cache(maxsize=128)
def target_content(trace: Trace, values: bytes, filled: bytes) -> GridContent:
    """One sheet of the target; the same object as long as nothing changes on it."""
    grid, peak = trace.target, trace.peak or 1.0
    shape = (grid.rows, grid.columns)
    colours = (signed_map(grid.role), -peak, peak)
    return GridContent(
        np.frombuffer(values, np.float64).reshape(shape),
        *(_own_colours(trace) or colours),
        filled=np.frombuffer(filled, np.bool_).reshape(shape),
        is_padding=_padding_mask(trace),
        widest=_longest_result(trace),
    )


def _own_colours(trace: Trace) -> tuple[Table, float, float] | None:
    """Colours that a target has by what it is: what pooling picks looks as it did in the input."""
    if isinstance(trace, PoolForward):
        return colours_of(trace.grids["input"])
    return colours_of(trace.target) if trace.target.title == _PROBABILITIES else None


@lru_cache(maxsize=16)
def _padding_mask(trace: Trace) -> NDArray[np.bool_] | None:
    return _padding_of(trace.target)


@lru_cache(maxsize=16)
def _longest_result(trace: Trace) -> str:
    return longest_text(trace.result)


@lru_cache(maxsize=64)
def bias_content(trace: Trace, at: tuple[int, ...]) -> GridContent:
    """One bias, a grid of one cell."""
    grid = trace.grids["bias"]
    cmap, low, high = colours_of(grid)
    return GridContent(grid.values[at].reshape(1, 1), cmap, low, high)


def product_text(term: Term) -> str:
    """A product as printed."""
    return _product_of(tuple([factor.value for factor in term.factors]))


@lru_cache(maxsize=8192)
def _product_of(factors: tuple[float, ...]) -> str:
    first, *others = map(show, factors)
    return " × ".join([first.text, *(other.factor_text for other in others)])


@lru_cache(maxsize=128)
def without_padding(content: GridContent) -> GridContent:
    """The cells within the ring: small grids have no room for it."""
    if content.is_padding is None:
        return content
    rows, columns = (~content.is_padding).any(axis=1), (~content.is_padding).any(axis=0)
    inside = np.ix_(rows, columns)
    return GridContent(
        content.values[inside],
        content.cmap,
        content.low,
        content.high,
        filled=None if content.filled is None else content.filled[inside],
        covered=None if content.covered is None else content.covered[inside],
    )
