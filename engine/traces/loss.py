"""Softmax and its cross-entropy loss, one class at a time, forward and backward.

``p[i] = e^(z[i]/T) / Σ e^(z/T)`` with temperature ``T``, ``loss = −ln p[label]``,
``grad_logits[i] = (p[i] − (1 if i = label)) / T`` (C. M. Bishop, "Pattern Recognition and Machine
Learning", 4.3.4; for ``T`` G. Hinton et al., "Distilling the Knowledge in a Neural Network", 2015).
Where a power would overflow or all would vanish, the largest exponent is subtracted from all, which
changes no quotient.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from engine.basics.errors import ShapeError
from engine.traces.cells import CellTrace
from engine.traces.model import (
    Cell,
    Factor,
    Grid,
    Group,
    Role,
    Rule,
    State,
    Step,
    Term,
    Update,
    Values,
    exact,
)

_LARGEST_EXPONENT = 80.0
"""Powers up to this are shown as they are."""


class SoftmaxTrace(CellTrace):
    """Logits and label, and the probabilities that follow.

    Args:
        logits: Shape ``(classes,)``.
        label: The true class, from 0.
        temperature: What the logits are divided by; above 0.

    Attributes:
        shift: What is subtracted from all exponents, 0 where the powers are of usual size.
        exponents: ``logits / temperature − shift``, shape ``(classes,)``.
        exponentials: e to these.
        probabilities: What they are of their sum.

    Raises:
        ShapeError: if the logits are no vector, there is no such class, or the temperature is not
            above 0.
    """

    def __init__(self, logits: ArrayLike, label: int = 0, temperature: float = 1.0) -> None:
        super().__init__()
        self.logits = exact(logits, 1, "logits", "(classes,)")
        if not 0 <= label < self.logits.size:
            raise ShapeError(
                f"The label must be one of the classes 0 to {self.logits.size - 1}; got {label}."
            )
        if not temperature > 0:
            raise ShapeError(f"The temperature must be above 0; it is {temperature:g}.")
        self.label, self.temperature = label, temperature
        scaled = self.logits / temperature
        largest = float(scaled.max())
        self.shift = largest if abs(largest) > _LARGEST_EXPONENT else 0.0
        self.exponents: Values = scaled - self.shift
        self.exponentials: Values = np.exp(self.exponents)
        raised = np.exp(scaled - largest)
        self.probabilities: Values = raised / raised.sum()
        self.shape = (1, self.logits.size)

    @property
    def answer(self) -> int:
        """The class with the largest logit, the first of equal ones."""
        return int(self.logits.argmax())

    def denominator(self, count: int) -> float:
        """The sum of the first ``count`` exponentials."""
        return float(self.exponentials[:count].sum())

    def steps_with(self, cell: Cell) -> tuple[int, ...]:
        """The step of a class's own number; a logit is read by all, and belongs to none."""
        is_own = cell.grid == self.target.name and self.shape[1] > cell.column
        return (cell.column,) if is_own else ()

    def _power(self, index: int) -> Term:
        """One class's exponent, to be read as a power of e."""
        factor = Factor(float(self.exponents[index]), Cell("input", (0, index)), Role.INPUT)
        return Term((factor,), (0, 0, 0))

    @property
    def logit_grid(self) -> Grid:
        """The logits."""
        return Grid("input", "logits", Role.INPUT, self.logits[np.newaxis])

    def _probability_grid(self) -> Grid:
        return Grid("output", "probabilities", Role.OUTPUT, self.probabilities[np.newaxis])

    def _explain(self, index: int, at: tuple[int, ...], updates: tuple[Update, ...]) -> Step:
        return Step(index, f"Class {at[1]}", "", (), updates, (0, 0, 0))

    def _result_of(self, values: Values) -> Values:
        result: Values = values[0]
        return result


class SoftmaxForward(SoftmaxTrace):
    """Each step shares out one class's probability."""

    title = "Softmax"
    operands = ("input",)

    def __init__(self, logits: ArrayLike, label: int = 0, temperature: float = 1.0) -> None:
        super().__init__(logits, label, temperature)
        self.grids = {"input": self.logit_grid}
        self.target = Grid("output", "probabilities", Role.OUTPUT, np.zeros(self.shape))

    def _updates(self, at: tuple[int, ...], before: Values) -> tuple[Update, ...]:
        del before
        indices = [at[1], *range(self.logits.size)]
        terms = tuple(self._power(i) for i in indices)
        value = float(self.probabilities[at[1]])
        groups = (Group("", terms),)
        return (Update(self.target.cell(*at), groups, value, value, rule=Rule.SOFTMAX),)


class SoftmaxTerms(SoftmaxForward):
    """First every logit is raised and the denominator grows; then each power is divided by it.

    The target holds the powers, and one after the other the probabilities that they become.
    """

    title = "Softmax, term by term"

    def __len__(self) -> int:
        return 2 * self.logits.size

    def is_growing(self, index: int) -> bool:
        """Whether step ``index`` adds a term to the denominator."""
        return index < self.logits.size

    def steps_with(self, cell: Cell) -> tuple[int, ...]:
        """The step in which a class's power becomes its probability."""
        return tuple(index + self.logits.size for index in super().steps_with(cell))

    def _step(self, index: int) -> Step:
        count = self.logits.size
        at = (0, index % count)
        if not self.is_growing(index):
            return self._explain(index, at, self._updates(at, self.logits))
        terms = tuple(self._power(i) for i in range(index + 1))
        value, groups = float(self.exponentials[index]), (Group("", terms),)
        total = self.denominator(index + 1)
        target = self.target.cell(*at)
        update = Update(target, groups, value, value, divisor=total, rule=Rule.DENOMINATOR)
        return self._explain(index, at, (update,))

    def _advance(self, state: State, index: int) -> None:
        source = self.exponentials if self.is_growing(index) else self.probabilities
        at = index % self.logits.size
        state.values[0, at] = source[at]
        state.filled[0, at] = True


class CrossEntropyForward(SoftmaxTrace):
    """The one step from the true class's probability to the loss."""

    title = "Cross-entropy"
    operands = ("output",)

    def __init__(self, logits: ArrayLike, label: int = 0, temperature: float = 1.0) -> None:
        super().__init__(logits, label, temperature)
        self.grids = {"output": self._probability_grid()}
        self.target = Grid("loss", "loss", Role.OUTPUT, np.zeros((1, 1)))
        self.shape = (1, 1)

    def _updates(self, at: tuple[int, ...], before: Values) -> tuple[Update, ...]:
        del before
        term = Term((self.grids["output"].factor(0, self.label),), (0, 0, 0))
        scaled = self.logits / self.temperature
        shifted = scaled - scaled.max()
        value = float(np.log(np.exp(shifted).sum()) - shifted[self.label])
        groups = (Group("", (term,)),)
        return (Update(self.target.cell(*at), groups, value, value, rule=Rule.NEGATIVE_LOG),)

    def _explain(self, index: int, at: tuple[int, ...], updates: tuple[Update, ...]) -> Step:
        del at
        return Step(index, f"The true class is {self.label}", "", (), updates, (0, 0, 0))


class CrossEntropyBackward(SoftmaxTrace):
    """Each step gives one logit its gradient: the probability, minus 1 for the true class."""

    title = "Gradient of softmax with cross-entropy"
    operands = ("output",)

    def __init__(self, logits: ArrayLike, label: int = 0, temperature: float = 1.0) -> None:
        super().__init__(logits, label, temperature)
        self.grids = {"output": self._probability_grid()}
        self.target = Grid("grad_input", "grad_logits", Role.GRADIENT, np.zeros(self.shape))

    def _updates(self, at: tuple[int, ...], before: Values) -> tuple[Update, ...]:
        del before
        target = -1.0 if at[1] == self.label else 0.0
        terms = (
            Term((self.grids["output"].factor(*at),), (0, 0, 0)),
            Term((Factor(target),), (0, 0, 0)),
        )
        value = (float(self.probabilities[at[1]]) + target) / self.temperature
        groups, cell = (Group("", terms),), self.target.cell(*at)
        return (Update(cell, groups, value, value, divisor=self.temperature),)
