"""ReLU, one value at a time: ``output = max(input, 0)``; its gradient passes where input > 0."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from engine.basics.errors import ShapeError
from engine.traces.cells import CellTrace
from engine.traces.model import Factor, Grid, Group, Role, Rule, Step, Term, Update, Values, exact


def sheet(values: ArrayLike, name: str) -> Values:
    """One sample's values as sheets of rows and columns: a vector becomes one row.

    Raises:
        ShapeError: if they are no finite numbers, or a single one without an axis.
    """
    array = np.asarray(values)
    if array.ndim == 0:
        raise ShapeError(f"The {name} must have at least one axis; got a single number.")
    checked = exact(array, array.ndim, name, "one sample's values")
    return checked[np.newaxis] if checked.ndim == 1 else checked


class ValueTrace(CellTrace):
    """One step per value, of any shape."""

    def __init__(self, values: ArrayLike) -> None:
        super().__init__()
        self._natural_shape = np.asarray(values).shape
        self.source = Grid("input", "input", Role.INPUT, sheet(values, "input"))
        self.shape = self.source.values.shape

    @staticmethod
    def place_words(at: tuple[int, ...]) -> str:
        """Where a value is, counted from 1."""
        if len(at) > 2:
            return f"Channel {at[0] + 1}, row {at[-2] + 1}, column {at[-1] + 1}"
        return f"Row {at[-2] + 1}, column {at[-1] + 1}"

    def _result_of(self, values: Values) -> Values:
        return values.reshape(self._natural_shape)


class ReluTrace(ValueTrace):
    """What is positive passes, whichever way."""

    def _explain(self, index: int, at: tuple[int, ...], updates: tuple[Update, ...]) -> Step:
        fate = "passes" if self.source.values[at] > 0 else "is stopped"
        return Step(index, f"{self.place_words(at)}: {fate}", "", (), updates, (1, 1, 1))


class ReluForward(ReluTrace):
    """``max(input, 0)``."""

    title = "ReLU"
    operands = ("input",)

    def __init__(self, values: ArrayLike) -> None:
        super().__init__(values)
        self.grids = {"input": self.source}
        self.target = Grid("output", "output", Role.OUTPUT, np.zeros(self.shape))

    def _updates(self, at: tuple[int, ...], before: Values) -> tuple[Update, ...]:
        del before
        terms = (
            Term((self.source.factor(*at),), (0, 0, 0)),
            Term((Factor(0.0),), (0, 0, 0)),
        )
        value = max(0.0, float(self.source.values[at]))
        update = Update(self.target.cell(*at), (Group("", terms),), value, value, rule=Rule.MAX)
        return (update,)


class ReluBackward(ReluTrace):
    """``grad_output · 1`` where the input was positive, ``· 0`` elsewhere.

    Raises:
        ShapeError: if the gradient has another shape than the input.
    """

    title = "Gradient of ReLU"
    product_title = "grad_output × slope"
    operands = ("input", "grad_output")

    def __init__(self, values: ArrayLike, grad_output: ArrayLike) -> None:
        super().__init__(values)
        gradient = sheet(grad_output, "grad_output")
        if gradient.shape != self.shape:
            raise ShapeError(
                f"grad_output must have the input's shape {self.shape}; got {gradient.shape}."
            )
        self.grids = {
            "input": self.source,
            "grad_output": Grid("grad_output", "grad_output", Role.GRADIENT, gradient),
        }
        self.target = Grid("grad_input", "grad_input", Role.GRADIENT, np.zeros(self.shape))

    def _updates(self, at: tuple[int, ...], before: Values) -> tuple[Update, ...]:
        del before
        x = self.source.factor(*at)
        slope = Factor(1.0 if x.value > 0 else 0.0, x.cell, x.role)
        term = Term((self.grids["grad_output"].factor(*at), slope), (0, 0, 0))
        value = term.value
        return (Update(self.target.cell(*at), (Group("", (term,)),), value, value),)
