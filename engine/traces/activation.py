"""Activations, one number at a time: ``output = f(input)``, and ``grad_output`` times the slope.

The functions, their slopes and the words for both are those of the layer's spec.
"""

from __future__ import annotations

from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike

from engine.basics.errors import ShapeError
from engine.layers.elementwise import ActivationSpec
from engine.traces.cells import CellTrace
from engine.traces.model import Factor, Grid, Group, Role, Step, Term, Update, Values, exact


def _sheets(values: ArrayLike, name: str) -> Values:
    """One sample's values as sheets of rows and columns: a vector becomes one row.

    Raises:
        ShapeError: if they are no finite numbers, or a single one without an axis.
    """
    array = np.asarray(values)
    if array.ndim == 0:
        raise ShapeError(f"The {name} must have at least one axis; got a single number.")
    checked = exact(array, array.ndim, name, "one sample's values")
    return checked[np.newaxis] if checked.ndim == 1 else checked


class ActivationTrace(CellTrace):
    """One step per value, of any shape."""

    def __init__(self, values: ArrayLike, spec: ActivationSpec) -> None:
        super().__init__()
        self._natural_shape = np.asarray(values).shape
        self.source = Grid("input", "input", Role.INPUT, _sheets(values, "input"))
        self.shape = self.source.values.shape
        self._spec, self._record, self._settings = spec, spec.record, spec.settings
        self._outputs: Values = self._record.function(self.source.values, **self._settings)

    def _result_of(self, values: Values) -> Values:
        return values.reshape(self._natural_shape)

    def _said(self, index: int, at: tuple[int, ...], words: str, *updates: Update) -> Step:
        place = f"Channel {at[0] + 1}, row" if len(at) > 2 else "Row"
        title = f"{place} {at[-2] + 1}, column {at[-1] + 1}"
        return Step(index, f"{title}: {words}" if words else title, "", (), updates, (1, 1, 1))


class ActivationForward(ActivationTrace):
    """The function of every number."""

    operands = ("input",)

    def __init__(self, values: ArrayLike, spec: ActivationSpec) -> None:
        super().__init__(values, spec)
        self.title, self.symbol = spec.title, self._record.symbol
        self.grids = {"input": self.source}
        self.target = Grid("output", "output", Role.OUTPUT, np.zeros(self.shape))

    def _updates(self, at: tuple[int, ...], before: Values) -> tuple[Update, ...]:
        del before
        x, y = self.source.factor(*at), float(self._outputs[at])
        formula = self._record.written(x.value, **self._settings)
        groups = (Group("", (Term((x,), (0, 0, 0)),)),)
        target = self.target.cell(*at)
        return (Update(target, groups, y, y, formula=formula),)

    def _explain(self, index: int, at: tuple[int, ...], updates: tuple[Update, ...]) -> Step:
        words = self._record.case_words(float(self.source.values[at]), **self._settings)
        return self._said(index, at, words, *updates)


class ActivationBackward(ActivationTrace):
    """``grad_output`` times the slope of the function at the input.

    Raises:
        ShapeError: if the gradient has another shape than the input.
    """

    product_title = "grad_output × slope"
    operands = ("input", "grad_output")

    def __init__(self, values: ArrayLike, grad_output: ArrayLike, spec: ActivationSpec) -> None:
        super().__init__(values, spec)
        self.title = f"Gradient of {spec.title}"
        gradient = _sheets(grad_output, "grad_output")
        if gradient.shape != self.shape:
            raise ShapeError(
                f"grad_output must have the input's shape {self.shape}; got {gradient.shape}."
            )
        self._slopes: Values = self._record.slope(
            self.source.values, self._outputs, **self._settings
        )
        self.grids = {
            "input": self.source,
            "grad_output": Grid("grad_output", "grad_output", Role.GRADIENT, gradient),
        }
        self.target = Grid("grad_input", "grad_input", Role.GRADIENT, np.zeros(self.shape))

    def _updates(self, at: tuple[int, ...], before: Values) -> tuple[Update, ...]:
        del before
        x = self.source.factor(*at)
        slope = Factor(float(self._slopes[at]), x.cell, x.role)
        term = Term((self.grids["grad_output"].factor(*at), slope), (0, 0, 0))
        return (Update(self.target.cell(*at), (Group("", (term,)),), term.value, term.value),)

    @cached_property
    def product_peak(self) -> float:
        """The largest product, as there is one for each cell."""
        return float(np.abs(self.grids["grad_output"].values * self._slopes).max(initial=0.0))

    def _explain(self, index: int, at: tuple[int, ...], updates: tuple[Update, ...]) -> Step:
        x, y = float(self.source.values[at]), float(self._outputs[at])
        return self._said(index, at, self._record.slope_words(x, y, **self._settings), *updates)
