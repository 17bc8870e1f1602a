"""A trace with one step per cell of an array: what pooling, ReLU, dense and the loss share."""

from __future__ import annotations

from abc import abstractmethod

import numpy as np

from engine.traces.model import CellKind, State, Step, Update, Values
from engine.traces.trace import Trace


class CellTrace(Trace):
    """Steps in the order of ``shape``; each is told by its updates alone.

    Subclasses give ``_updates`` and ``_explain``. With ``accumulates`` the target begins as zeros
    and is added to, otherwise its cells are filled one by one.
    """

    shape: tuple[int, ...]
    accumulates: bool = False

    def __len__(self) -> int:
        return int(np.prod(self.shape))

    def _at(self, index: int) -> tuple[int, ...]:
        return tuple(int(part) for part in np.unravel_index(index, self.shape))

    @abstractmethod
    def _updates(self, at: tuple[int, ...], before: Values) -> tuple[Update, ...]:
        """What step ``at`` does to the target, which holds ``before``."""

    @abstractmethod
    def _explain(self, index: int, at: tuple[int, ...], updates: tuple[Update, ...]) -> Step:
        """The step in full."""

    def _step(self, index: int) -> Step:
        at = self._at(index)
        return self._explain(index, at, self._updates(at, self.state_after(index - 1).values))

    def _initial_state(self) -> State:
        shape = self.target.values.shape
        if not self.accumulates:
            return State(np.zeros(shape), np.zeros(shape, np.bool_))
        filled = np.broadcast_to(self.target.kinds == CellKind.VALUE, shape)
        return State(np.zeros(shape), filled.copy())

    def _advance(self, state: State, index: int) -> None:
        for update in self._updates(self._at(index), state.values):
            if not update.is_discarded:
                state.values[update.target.index] = update.after
                state.filled[update.target.index] = True

    def _result_of(self, values: Values) -> Values:
        return values
