"""Softmax and its cross-entropy loss, one class at a time, forward and backward.

``p[i] = e^z[i] / Σ e^z``, ``loss = −ln p[label]``, ``grad_logits[i] = p[i] − (1 if i = label)``
(C. M. Bishop, "Pattern Recognition and Machine Learning", 4.3.4). The exponentials are taken after
subtracting the largest logit, which changes no quotient and avoids overflow.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from engine.basics.errors import ShapeError
from engine.traces.cells import CellTrace
from engine.traces.model import Factor, Grid, Group, Role, Rule, Step, Term, Update, Values, exact


class SoftmaxTrace(CellTrace):
    """Logits and label, and the probabilities that follow.

    Args:
        logits: Shape ``(classes,)``.
        label: The true class, from 0.

    Raises:
        ShapeError: if the logits are no vector, or there is no such class.
    """

    def __init__(self, logits: ArrayLike, label: int = 0) -> None:
        super().__init__()
        self.logits = exact(logits, 1, "logits", "(classes,)")
        if not 0 <= label < self.logits.size:
            raise ShapeError(
                f"The label must be one of the classes 0 to {self.logits.size - 1}; got {label}."
            )
        self.label = label
        raised = np.exp(self.logits - self.logits.max())
        self.probabilities: Values = raised / raised.sum()
        self.shape = (1, self.logits.size)

    def _logit_grid(self) -> Grid:
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

    def __init__(self, logits: ArrayLike, label: int = 0) -> None:
        super().__init__(logits, label)
        self.grids = {"input": self._logit_grid()}
        self.target = Grid("output", "probabilities", Role.OUTPUT, np.zeros(self.shape))

    def _updates(self, at: tuple[int, ...], before: Values) -> tuple[Update, ...]:
        del before
        z = self.grids["input"]
        indices = [at[1], *range(self.logits.size)]
        terms = tuple(Term((z.factor(0, i),), (0, 0, 0)) for i in indices)
        value = float(self.probabilities[at[1]])
        groups = (Group("", terms),)
        return (Update(self.target.cell(*at), groups, value, value, rule=Rule.SOFTMAX),)


class CrossEntropyForward(SoftmaxTrace):
    """The one step from the true class's probability to the loss."""

    title = "Cross-entropy"
    operands = ("output",)

    def __init__(self, logits: ArrayLike, label: int = 0) -> None:
        super().__init__(logits, label)
        self.grids = {"output": self._probability_grid()}
        self.target = Grid("loss", "loss", Role.OUTPUT, np.zeros((1, 1)))
        self.shape = (1, 1)

    def _updates(self, at: tuple[int, ...], before: Values) -> tuple[Update, ...]:
        del before
        term = Term((self.grids["output"].factor(0, self.label),), (0, 0, 0))
        shifted = self.logits - self.logits.max()
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

    def __init__(self, logits: ArrayLike, label: int = 0) -> None:
        super().__init__(logits, label)
        self.grids = {"output": self._probability_grid()}
        self.target = Grid("grad_input", "grad_logits", Role.GRADIENT, np.zeros(self.shape))

    def _updates(self, at: tuple[int, ...], before: Values) -> tuple[Update, ...]:
        del before
        target = -1.0 if at[1] == self.label else 0.0
        terms = (
            Term((self.grids["output"].factor(*at),), (0, 0, 0)),
            Term((Factor(target),), (0, 0, 0)),
        )
        value = float(self.probabilities[at[1]]) + target
        return (Update(self.target.cell(*at), (Group("", terms),), value, value),)
