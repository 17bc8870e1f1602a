"""Dense, one output at a time: ``output[o] = bias[o] + Σ input[i] · weight[o, i]``, and backward.

Source of the gradients: ``grad_input = Wᵀ·g``, ``grad_weight = g·xᵀ``, ``grad_bias = g``, with
``g`` the gradient of the output (C. M. Bishop, "Pattern Recognition and Machine Learning", 5.3).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from engine.errors import ShapeError
from engine.traces.cells import CellTrace
from engine.traces.model import Grid, Group, Role, Step, Term, Update, Values, exact


@dataclass(frozen=True, eq=False)
class DenseCase:
    """One sample going through one dense layer.

    Shape:
        input ``(in_features,)``; weight ``(out_features, in_features)``; bias and grad_output
        ``(out_features,)``, zeros if left out.

    Raises:
        ShapeError: if they do not fit together.
    """

    input: Values
    weight: Values
    bias: Values
    grad_output: Values

    def __init__(
        self,
        input: ArrayLike,  # noqa: A002 - the field's name for it
        weight: ArrayLike,
        bias: ArrayLike | None = None,
        grad_output: ArrayLike | None = None,
    ) -> None:
        x = exact(input, 1, "input", "(in_features,)")
        w = exact(weight, 2, "weight", "(out_features, in_features)")
        zeros = np.zeros(w.shape[0])
        b = zeros if bias is None else exact(bias, 1, "bias", "(out_features,)")
        g = (
            zeros
            if grad_output is None
            else exact(grad_output, 1, "grad_output", "(out_features,)")
        )
        if x.size != w.shape[1] or b.size != w.shape[0] or g.size != w.shape[0]:
            raise ShapeError(
                f"Weights of {w.shape[0]}×{w.shape[1]} need {w.shape[1]} inputs and "
                f"{w.shape[0]} biases and output gradients; got {x.size}, {b.size} and {g.size}."
            )
        for name, value in (("input", x), ("weight", w), ("bias", b), ("grad_output", g)):
            object.__setattr__(self, name, value)

    def grid(self, name: str) -> Grid:
        """A grid by the name of its array; vectors are one row."""
        roles = {"input": Role.INPUT, "grad_output": Role.GRADIENT}
        values: Values = getattr(self, name)
        return Grid(name, name, roles.get(name, Role.KERNEL), np.atleast_2d(values))


class DenseTrace(CellTrace):
    """One step per cell of what is computed."""

    reads: tuple[str, ...] = ()
    computes: tuple[str, Role]

    def __init__(self, case: DenseCase, natural_shape: tuple[int, ...]) -> None:
        super().__init__()
        self.case = case
        self.grids = {name: case.grid(name) for name in self.reads}
        self._natural_shape = natural_shape
        self.shape = natural_shape if len(natural_shape) > 1 else (1, *natural_shape)
        name, role = self.computes
        self.target = Grid(name, name, role, np.zeros(self.shape))

    def _explain(self, index: int, at: tuple[int, ...], updates: tuple[Update, ...]) -> Step:
        terms = sum(1 for update in updates for _ in update.terms)
        row = f"row {at[0] + 1}, " if self.shape[0] > 1 else ""
        title = f"{self.target.title}: {row}cell {at[1] + 1}"
        return Step(index, title, "", (), updates, (1, 1, terms))

    def _result_of(self, values: Values) -> Values:
        return values.reshape(self._natural_shape)

    def _filled(
        self, at: tuple[int, ...], terms: tuple[Term, ...], bias: str | None = None
    ) -> tuple[Update, ...]:
        value = sum((term.value for term in terms), 0.0)
        factor = None if bias is None else self.grids[bias].factor(*at)
        value += 0.0 if factor is None else factor.value
        groups = (Group("", terms),)
        return (Update(self.target.cell(*at), groups, value, value, bias=factor),)


class DenseForward(DenseTrace):
    """Each step is one dot product and its bias."""

    title = "Dense"
    product_title = "input × weight"
    operands = ("input", "weight")
    reads = ("input", "weight", "bias")
    computes = ("output", Role.OUTPUT)

    def __init__(self, case: DenseCase) -> None:
        super().__init__(case, case.bias.shape)

    def _updates(self, at: tuple[int, ...], before: Values) -> tuple[Update, ...]:
        del before
        x, w, o = self.grids["input"], self.grids["weight"], at[1]
        terms = tuple(
            Term((x.factor(0, i), w.factor(o, i)), (0, 0, i)) for i in range(self.case.input.size)
        )
        return self._filled(at, terms, "bias")


class DenseGradInput(DenseTrace):
    """Each input gathers the gradients of all outputs, times the weights that lead there."""

    title = "Gradient of the input"
    product_title = "grad_output × weight"
    operands = ("grad_output", "weight")
    reads = ("grad_output", "weight")
    computes = ("grad_input", Role.GRADIENT)

    def __init__(self, case: DenseCase) -> None:
        super().__init__(case, case.input.shape)

    def _updates(self, at: tuple[int, ...], before: Values) -> tuple[Update, ...]:
        del before
        g, w = self.grids["grad_output"], self.grids["weight"]
        terms = tuple(
            Term((g.factor(0, o), w.factor(o, at[1])), (0, 0, o))
            for o in range(self.case.bias.size)
        )
        return self._filled(at, terms)


class DenseGradWeight(DenseTrace):
    """Each weight's gradient is one product: its input times the gradient of its output."""

    title = "Gradient of the weights"
    product_title = "input × grad_output"
    operands = ("input", "grad_output")
    reads = ("input", "grad_output")
    computes = ("grad_weight", Role.GRADIENT)

    def __init__(self, case: DenseCase) -> None:
        super().__init__(case, case.weight.shape)

    def _updates(self, at: tuple[int, ...], before: Values) -> tuple[Update, ...]:
        del before
        x, g = self.grids["input"].factor(0, at[1]), self.grids["grad_output"].factor(0, at[0])
        return self._filled(at, (Term((x, g), (0, 0, 0)),))


class DenseGradBias(DenseTrace):
    """Each bias's gradient is its output's."""

    title = "Gradient of the bias"
    operands = ("grad_output",)
    reads = ("grad_output",)
    computes = ("grad_bias", Role.GRADIENT)

    def __init__(self, case: DenseCase) -> None:
        super().__init__(case, case.bias.shape)

    def _updates(self, at: tuple[int, ...], before: Values) -> tuple[Update, ...]:
        del before
        return self._filled(at, (Term((self.grids["grad_output"].factor(*at),), (0, 0, 0)),))
