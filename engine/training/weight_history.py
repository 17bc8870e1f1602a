"""A network's weights at moments of its training, close together early and ever further apart.

Most of what can be seen takes place in the first steps, so moments lie evenly on a logarithmic
scale: every step at first, later each about a tenth further than the one before. Where they would
take more memory than they may, the moments that tell least from their neighbours go.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.basics.errors import DataError
from engine.layers.base import Array
from engine.networks.network import Sequential

BUDGET_BYTES = 64 * 2**20
MOST_MOMENTS = 64
"""As many as there are steps to be kept of the first thousand: a longer run takes no more."""

LEAST_MOMENTS = 3


@dataclass(frozen=True, eq=False)
class Moment:
    """A network after so many steps: ``values`` is what ``pack`` gave.

    ``batch`` counts within ``epoch``, from 1; before the first step all three are 0.
    """

    step: int
    epoch: int
    batch: int
    values: Array


def pack(network: Sequential) -> Array:
    """A copy of all that training changes, in one vector: weights, biases, running statistics."""
    return np.concatenate([array.reshape(-1) for array in network.arrays()])


def unpack(network: Sequential, values: Array) -> None:
    """Put a packed vector into a network of the same stack.

    Raises:
        DataError: if it has another length than the network needs.
    """
    arrays = network.arrays()
    needed = sum(array.size for array in arrays)
    if values.shape != (needed,):
        raise DataError(
            f"{network.stack.name} needs {needed:,} packed numbers; got {values.size:,}."
        )
    start = 0
    for array in arrays:
        array[...] = values[start : start + array.size].reshape(array.shape)
        start += array.size


def next_step(step: int) -> int:
    """The step after ``step`` at which to keep a moment: 1, 2, 3, …, 19, 20, 22, …, 30, 33, 36."""
    return step + max(1, step // 10)


class WeightHistory:
    """Moments in the order of their steps, of which only so many are kept.

    The first and the latest moment always stay. Else, of all moments, that one goes first whose
    neighbours lie closest together on a logarithmic scale of steps.

    Args:
        budget_bytes: Memory that all moments may take; ``LEAST_MOMENTS`` are kept in any case.
        most: How many moments are kept at most.
    """

    def __init__(self, budget_bytes: int = BUDGET_BYTES, most: int = MOST_MOMENTS) -> None:
        self.budget_bytes, self._most = budget_bytes, most
        self._moments: list[Moment] = []

    @property
    def moments(self) -> tuple[Moment, ...]:
        """What is kept, steps rising."""
        return tuple(self._moments)

    @property
    def bytes(self) -> int:
        """Memory that the moments take."""
        return sum(moment.values.nbytes for moment in self._moments)

    @property
    def limit(self) -> int:
        """How many moments there may be, as large as they are."""
        if not self._moments:
            return self._most
        each = max(1, self._moments[0].values.nbytes)
        return min(self._most, max(LEAST_MOMENTS, self.budget_bytes // each))

    def add(self, moment: Moment) -> None:
        """Keep a moment after the others, or in place of the latest one if it has its step.

        Raises:
            DataError: if its step lies before the latest one's.
        """
        if self._moments and moment.step < self._moments[-1].step:
            raise DataError(
                f"Moments are kept in order: step {moment.step:,} came after step "
                f"{self._moments[-1].step:,}."
            )
        if self._moments and moment.step == self._moments[-1].step:
            self._moments.pop()
        self._moments.append(moment)
        while len(self._moments) > self.limit:
            del self._moments[self._least_telling()]

    def clear(self) -> None:
        """Forget all moments."""
        self._moments.clear()

    def goes_on_from(self, moment: Moment) -> bool:
        """Whether a run that starts at ``moment`` is the one whose latest moment is kept."""
        if not self._moments:
            return False
        last = self._moments[-1]
        return last.step == moment.step and np.array_equal(last.values, moment.values)

    def _least_telling(self) -> int:
        steps = [moment.step + 1 for moment in self._moments]
        spans = [steps[i + 1] / steps[i - 1] for i in range(1, len(steps) - 1)]
        return 1 + spans.index(min(spans))
