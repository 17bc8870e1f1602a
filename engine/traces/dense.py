"""Dense, one output at a time: ``output[o] = bias[o] + Σ input[i] · weight[o, i]``, and backward.

Source of the gradients: ``grad_input = Wᵀ·g``, ``grad_weight = g·xᵀ``, ``grad_bias = g``, with
``g`` the gradient of the output (C. M. Bishop, "Pattern Recognition and Machine Learning", 5.3).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from engine.basics.errors import ShapeError
from engine.basics.geometry import Pair
from engine.traces.cells import CellTrace
from engine.traces.model import (
    Factor,
    Grid,
    Group,
    Role,
    State,
    Step,
    Term,
    Update,
    Values,
    Window,
    exact,
)

LONGEST_ROW = 16
"""Vectors longer than this stand in several rows."""


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

    @property
    def is_folded(self) -> bool:
        """Whether the vectors are too long for one row, and are folded into several."""
        return bool(max(self.weight.shape) > LONGEST_ROW)

    @property
    def input_shape(self) -> Pair:
        """Rows and columns in which the inputs stand."""
        return folded_shape(self.input.size) if self.is_folded else (1, self.input.size)

    @property
    def output_shape(self) -> Pair:
        """Rows and columns in which the outputs stand."""
        return folded_shape(self.bias.size) if self.is_folded else (1, self.bias.size)

    @property
    def weight_shape(self) -> tuple[int, ...]:
        """One row per output; folded, one sheet per output, as the inputs stand."""
        return (self.bias.size, *self.input_shape) if self.is_folded else self.weight.shape

    def input_at(self, i: int) -> Pair:
        """Where input ``i`` stands."""
        return divmod(i, self.input_shape[1])

    def output_at(self, o: int) -> Pair:
        """Where output ``o`` stands."""
        return divmod(o, self.output_shape[1])

    def weight_at(self, o: int, i: int) -> tuple[int, ...]:
        """Where the weight from input ``i`` to output ``o`` stands."""
        return (o, *self.input_at(i)) if self.is_folded else (o, i)

    def grid(self, name: str) -> Grid:
        """A grid by the name of its array; long vectors are folded into rows."""
        if name == "weight_by_input":
            values = self.weight.T.reshape(-1, *self.output_shape)
            return Grid(name, "weight", Role.KERNEL, values)
        shapes = {"input": self.input_shape, "weight": self.weight_shape}
        roles = {"input": Role.INPUT, "grad_output": Role.GRADIENT}
        values = getattr(self, name).reshape(shapes.get(name, self.output_shape))
        return Grid(name, name, roles.get(name, Role.KERNEL), values)


def folded_shape(count: int) -> Pair:
    """Rows and columns for a vector: one row if it is short, else as near a square as divides."""
    if count <= LONGEST_ROW:
        return 1, count
    rows = max(r for r in range(1, int(count**0.5) + 1) if count % r == 0)
    return rows, count // rows


class DenseTrace(CellTrace):
    """One step per cell of what is computed."""

    reads: tuple[str, ...] = ()
    computes: tuple[str, Role]

    def __init__(self, case: DenseCase, solution: Values, shape: tuple[int, ...]) -> None:
        super().__init__()
        self.case = case
        self.grids = {name: case.grid(name) for name in self.reads}
        self.solution = solution
        self.shape = shape
        name, role = self.computes
        self.target = Grid(name, name, role, np.zeros(shape))

    def _advance(self, state: State, index: int) -> None:
        at = self._at(index)
        state.values[at] = self.solution.flat[index]
        state.filled[at] = True

    def _explain(self, index: int, at: tuple[int, ...], updates: tuple[Update, ...]) -> Step:
        terms = sum(1 for update in updates for _ in update.terms)
        rows, columns = self._products(terms)
        row = f"row {at[-2] + 1}, " if self.shape[-2] > 1 else ""
        sheet = f"output {at[0] + 1}, " if len(at) > 2 else ""
        title = f"{self.target.title}: {sheet}{row}cell {at[-1] + 1}"
        return Step(index, title, "", self._windows(at), updates, (1, rows, columns))

    def _windows(self, at: tuple[int, ...]) -> tuple[Window, ...]:
        """The weights that a step reads, where they stand in one table with others."""
        del at
        return ()

    def _products(self, terms: int) -> Pair:
        """Rows and columns in which the products stand."""
        return 1, terms

    def _result_of(self, values: Values) -> Values:
        return values.reshape(self.solution.shape)

    def _flat(self, at: tuple[int, ...]) -> int:
        return int(np.ravel_multi_index(at, self.shape))

    def _filled(
        self, at: tuple[int, ...], terms: tuple[Term, ...], bias: Factor | None = None
    ) -> tuple[Update, ...]:
        value = float(self.solution.flat[self._flat(at)])
        groups: tuple[Group, ...] = (Group("", terms),)
        columns = self._products(len(terms))[1]
        if len(terms) > LONGEST_ROW:
            groups = tuple(
                Group(f"row {start // columns + 1}", terms[start : start + columns])
                for start in range(0, len(terms), columns)
            )
        return (Update(self.target.cell(*at), groups, value, value, bias=bias),)


class DenseForward(DenseTrace):
    """Each step is one dot product and its bias."""

    title = "Dense"
    product_title = "input × weight"
    operands = ("input", "weight")
    reads = ("input", "weight", "bias")
    computes = ("output", Role.OUTPUT)

    def __init__(self, case: DenseCase) -> None:
        super().__init__(case, case.weight @ case.input + case.bias, case.output_shape)

    def _products(self, terms: int) -> Pair:
        del terms
        return self.case.input_shape

    def _windows(self, at: tuple[int, ...]) -> tuple[Window, ...]:
        if self.case.is_folded:
            return ()
        o = self._flat(at)
        return (Window("weight", (), range(o, o + 1), range(self.case.input.size)),)

    def _updates(self, at: tuple[int, ...], before: Values) -> tuple[Update, ...]:
        del before
        x, w, o, case = self.grids["input"], self.grids["weight"], self._flat(at), self.case
        terms = tuple(
            Term(
                (x.factor(*case.input_at(i)), w.factor(*case.weight_at(o, i))),
                (0, *case.input_at(i)),
            )
            for i in range(case.input.size)
        )
        return self._filled(at, terms, self.grids["bias"].factor(*at))


class DenseGradInput(DenseTrace):
    """Each input adds up the gradients of all outputs, times the weights that lead there."""

    title = "Gradient of the input"
    product_title = "grad_output × weight"
    computes = ("grad_input", Role.GRADIENT)

    def __init__(self, case: DenseCase) -> None:
        weight = "weight_by_input" if case.is_folded else "weight"
        self.reads = self.operands = ("grad_output", weight)
        super().__init__(case, case.weight.T @ case.grad_output, case.input_shape)

    def _products(self, terms: int) -> Pair:
        del terms
        return self.case.output_shape

    def _windows(self, at: tuple[int, ...]) -> tuple[Window, ...]:
        if self.case.is_folded:
            return ()
        i = self._flat(at)
        return (Window("weight", (), range(self.case.bias.size), range(i, i + 1)),)

    def _updates(self, at: tuple[int, ...], before: Values) -> tuple[Update, ...]:
        del before
        g, w, i, case = (
            self.grids["grad_output"],
            self.grids[self.reads[1]],
            self._flat(at),
            self.case,
        )
        terms = tuple(
            Term(
                (
                    g.factor(*case.output_at(o)),
                    w.factor(*((i, *case.output_at(o)) if case.is_folded else (o, i))),
                ),
                (0, *case.output_at(o)),
            )
            for o in range(case.bias.size)
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
        super().__init__(case, np.outer(case.grad_output, case.input), case.weight_shape)

    def _updates(self, at: tuple[int, ...], before: Values) -> tuple[Update, ...]:
        del before
        o, i = divmod(self._flat(at), self.case.input.size)
        x = self.grids["input"].factor(*self.case.input_at(i))
        g = self.grids["grad_output"].factor(*self.case.output_at(o))
        return self._filled(at, (Term((x, g), (0, 0, 0)),))


class DenseGradBias(DenseTrace):
    """Each bias's gradient is its output's."""

    title = "Gradient of the bias"
    operands = ("grad_output",)
    reads = ("grad_output",)
    computes = ("grad_bias", Role.GRADIENT)

    def __init__(self, case: DenseCase) -> None:
        super().__init__(case, case.grad_output, case.output_shape)

    def _updates(self, at: tuple[int, ...], before: Values) -> tuple[Update, ...]:
        del before
        return self._filled(at, (Term((self.grids["grad_output"].factor(*at),), (0, 0, 0)),))
