"""The sequence of steps that explains one pass of one layer, built as it is asked for."""

from __future__ import annotations

from abc import abstractmethod
from collections import defaultdict
from collections.abc import Sequence
from functools import cached_property
from typing import overload

import numpy as np

from engine.traces.model import Cell, Grid, State, Step, Values

CHECKPOINT_EVERY = 64
_BYTES_OF_A_CELL = 9
_MOST_KEPT_BYTES = 128 * 2**20
"""Of states along one trace: a longer or larger one keeps fewer."""


class Trace(Sequence[Step]):
    """All windows of one pass, in order: ``len(trace)``, ``trace[i]``, ``trace.state_after(i)``.

    Steps are made when they are read. States are rolled forward from the nearest one kept, so
    stepping to and fro costs a few windows, whatever the length of the trace.

    Attributes:
        title: What is computed, in a few words.
        grids: What is read, by name.
        operands: Names of the one or two grids that a picture shows, from left to right.
        target: What is computed: titles, kinds and shape (its values are zeros).
        symbol: What stands before the target, where its rule does not say it.
        product_title: What the products are, such as ``"input × weight"``; empty if there are none.
        groups_are_output_channels: Whether a step's groups are output channels (else input ones).
    """

    title: str
    grids: dict[str, Grid]
    operands: tuple[str, ...]
    target: Grid
    symbol: str = ""
    product_title: str = ""
    groups_are_output_channels: bool = False

    def __init__(self) -> None:
        self._checkpoints: dict[int, State] = {}
        self._latest: tuple[int, State] | None = None

    @abstractmethod
    def __len__(self) -> int: ...

    @overload
    def __getitem__(self, index: int) -> Step: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[Step, ...]: ...
    def __getitem__(self, index: int | slice) -> Step | tuple[Step, ...]:
        if isinstance(index, slice):
            return tuple(self[i] for i in range(*index.indices(len(self))))
        return self._step(self._checked(index))

    @abstractmethod
    def _step(self, index: int) -> Step:
        """Explain window ``index``."""

    @abstractmethod
    def _initial_state(self) -> State:
        """The target before the first step."""

    @abstractmethod
    def _advance(self, state: State, index: int) -> None:
        """Do step ``index`` on ``state``, in place."""

    @abstractmethod
    def _result_of(self, values: Values) -> Values:
        """The target's values as the layer shapes them: without padding or display axes."""

    def state_after(self, index: int) -> State:
        """The target grid after step ``index``; ``-1`` asks for the state before the first step.

        Raises:
            IndexError: if there is no such step.
        """
        if not -1 <= index < len(self):
            raise IndexError(f"Step {index} of {len(self)}")
        start, state = self._nearest_state(index)
        for i in range(start + 1, index + 1):
            self._advance(state, i)
            if i % self._every == self._every - 1 and i not in self._checkpoints:
                self._checkpoints[i] = state.copy()
        self._latest = (index, state)
        return state.copy()

    def _nearest_state(self, index: int) -> tuple[int, State]:
        every = self._every
        if self._latest is not None and index - every <= self._latest[0] <= index:
            return self._latest[0], self._latest[1]
        kept = (index + 1) // every * every - 1
        while kept >= 0 and kept not in self._checkpoints:
            kept -= every
        if kept >= 0:
            return kept, self._checkpoints[kept].copy()
        return -1, self._initial_state()

    @cached_property
    def _every(self) -> int:
        """So many steps lie between two states that are kept."""
        size = self.target.values.size * _BYTES_OF_A_CELL
        return max(CHECKPOINT_EVERY, -(-len(self) * size // _MOST_KEPT_BYTES))

    @cached_property
    def result(self) -> Values:
        """What all steps together compute, in the layer's own shape (one sample)."""
        return self._result_of(self.state_after(len(self) - 1).values)

    @cached_property
    def peak(self) -> float:
        """Largest magnitude in the target after any step: a colour range that stays."""
        state, peak = self._initial_state(), 0.0
        for index in range(len(self)):
            self._advance(state, index)
            values = state.values[state.filled]
            peak = max(peak, float(np.abs(values).max(initial=0.0)))
        return peak

    @cached_property
    def product_peak(self) -> float:
        """A bound on the magnitude of every product: a colour range that stays."""
        bound = 1.0
        for name in self.operands:
            bound *= float(np.abs(self.grids[name].values).max(initial=0.0))
        return bound

    def channel_of(self, index: int) -> int | None:
        """The output channel that step ``index`` works on; ``None`` if it sums over all."""
        del index
        return None

    def in_channel(self, index: int, channel: int) -> int:
        """The step that does in ``channel`` what step ``index`` does in its own."""
        del channel
        return index

    @property
    def output_channels(self) -> int:
        """How many output channels there are to choose from."""
        return 1

    def linked(self, cell: Cell, index: int) -> frozenset[Cell]:
        """Every cell that ``cell`` touches.

        Within step ``index``: a factor touches the other factors of its terms and what they go to;
        a target cell touches all that makes it. Outside of it: what the other steps join it with.
        """
        within = _partners(self[index], cell)
        if within:
            return within
        found: set[Cell] = set()
        for other in self.steps_with(cell):
            found |= _partners(self[other], cell)
        return frozenset(found)

    def holds(self, cell: Cell) -> bool:
        """Whether the cell is one of this trace's: what was pointed at can be of the one before."""
        grid = self.target if cell.grid == self.target.name else self.grids.get(cell.grid)
        if grid is None or len(cell.index) != grid.values.ndim:
            return False
        return all(0 <= i < size for i, size in zip(cell.index, grid.values.shape, strict=True))

    def steps_with(self, cell: Cell) -> tuple[int, ...]:
        """The steps that read or write ``cell``."""
        return self._steps_by_cell.get(cell, ())

    @cached_property
    def _steps_by_cell(self) -> dict[Cell, tuple[int, ...]]:
        found: defaultdict[Cell, list[int]] = defaultdict(list)
        for index in range(len(self)):
            for cell in self[index].cells():
                found[cell].append(index)
        return {cell: tuple(steps) for cell, steps in found.items()}

    def _checked(self, index: int) -> int:
        if index < 0:
            index += len(self)
        if not 0 <= index < len(self):
            raise IndexError(f"Step {index} of {len(self)}")
        return index


def _partners(step: Step, cell: Cell) -> frozenset[Cell]:
    """The cells that ``step`` joins with ``cell``, itself included; empty if it has no part."""
    found: set[Cell] = set()
    for update in step.updates:
        bias = update.bias.cell if update.bias is not None else None
        if cell == update.target and bias is not None:
            found.add(bias)
        if cell == bias:
            found |= {cell, update.target}
        for term in update.terms:
            cells = {factor.cell for factor in term.factors if factor.cell is not None}
            if cell in cells or cell == update.target:
                found |= cells | {update.target}
    return frozenset(found)
