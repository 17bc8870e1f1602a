"""Leaky ReLU, sigmoid and tanh, one value at a time, with their slopes.

    leaky ReLU   y = x where x > 0, else a·x      dy/dx = 1 where x > 0, else a
    sigmoid      y = 1/(1 + e⁻ˣ)                  dy/dx = y·(1 − y)
    tanh         y = tanh x                       dy/dx = 1 − y²

Source: I. Goodfellow, Y. Bengio, A. Courville, "Deep Learning" (2016), sections 6.2 and 6.3.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from engine.basics.errors import ShapeError
from engine.basics.numbers import show
from engine.traces.activation import ValueTrace, sheet
from engine.traces.model import Factor, Grid, Group, Role, Rule, Step, Term, Update, Values


@dataclass(frozen=True)
class Curve:
    """A function of one number.

    Attributes:
        title: Its name.
        rule: How it is written; a ``Rule.SUM`` is the input times the slope.
        value: The function.
        slope: Its derivative, of the input and the output.
        slope_words: The derivative as it is written, of the input and the output.
    """

    title: str
    rule: Rule
    value: Callable[[float], float]
    slope: Callable[[float, float], float]
    slope_words: Callable[[float, float], str]


def leaky_relu(slope: float) -> Curve:
    """The curve with this slope for what is not positive."""

    def slope_at(x: float, _: float) -> float:
        return 1.0 if x > 0 else slope

    return Curve(
        "Leaky ReLU",
        Rule.SUM,
        lambda x: x * slope_at(x, 0.0),
        slope_at,
        lambda x, _: "positive, slope 1" if x > 0 else f"not positive, slope {show(slope).text}",
    )


SIGMOID = Curve(
    "Sigmoid",
    Rule.SIGMOID,
    lambda x: (1.0 + math.tanh(x / 2)) / 2,
    lambda _, y: y * (1 - y),
    lambda _, y: f"y {_about(y)}, slope y·(1 − y) {_about(y * (1 - y))}",
)
TANH = Curve(
    "Tanh",
    Rule.TANH,
    math.tanh,
    lambda _, y: 1 - y * y,
    lambda _, y: f"y {_about(y)}, slope 1 − y² {_about(1 - y * y)}",
)


class CurveForward(ValueTrace):
    """The function of every number."""

    operands = ("input",)

    def __init__(self, values: ArrayLike, curve: Curve) -> None:
        super().__init__(values)
        self._curve, self.title = curve, curve.title
        self.grids = {"input": self.source}
        self.target = Grid("output", "output", Role.OUTPUT, np.zeros(self.shape))

    def _updates(self, at: tuple[int, ...], before: Values) -> tuple[Update, ...]:
        del before
        x, curve = self.source.factor(*at), self._curve
        value = curve.value(x.value)
        is_product = curve.rule is Rule.SUM
        factors = (x, Factor(curve.slope(x.value, value))) if is_product else (x,)
        groups = (Group("", (Term(factors, (0, 0, 0)),)),)
        return (Update(self.target.cell(*at), groups, value, value, rule=curve.rule),)

    def _explain(self, index: int, at: tuple[int, ...], updates: tuple[Update, ...]) -> Step:
        title, x = self.place_words(at), float(self.source.values[at])
        if self._curve.rule is Rule.SUM:
            title += f": {self._curve.slope_words(x, updates[0].value)}"
        return Step(index, title, "", (), updates, (1, 1, 1))


class CurveBackward(ValueTrace):
    """``grad_output`` times the slope of the function at the input.

    Raises:
        ShapeError: if the gradient has another shape than the input.
    """

    product_title = "grad_output × slope"
    operands = ("input", "grad_output")

    def __init__(self, values: ArrayLike, grad_output: ArrayLike, curve: Curve) -> None:
        super().__init__(values)
        self._curve, self.title = curve, f"Gradient of {curve.title}"
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
        slope = Factor(self._curve.slope(x.value, self._curve.value(x.value)), x.cell, x.role)
        term = Term((self.grids["grad_output"].factor(*at), slope), (0, 0, 0))
        return (Update(self.target.cell(*at), (Group("", (term,)),), term.value, term.value),)

    @property
    def product_peak(self) -> float:
        """No slope is above 1."""
        return float(np.abs(self.grids["grad_output"].values).max(initial=0.0))

    def _explain(self, index: int, at: tuple[int, ...], updates: tuple[Update, ...]) -> Step:
        x = float(self.source.values[at])
        words = self._curve.slope_words(x, self._curve.value(x))
        return Step(index, f"{self.place_words(at)}: {words}", "", (), updates, (1, 1, 1))


def _about(value: float) -> str:
    """A number with the sign that tells whether it was rounded."""
    shown = show(value)
    return f"{'=' if float(shown.value) == value else '≈'} {shown.text}"
