"""What each operation of the lab opens with: small numbers that can be checked by hand."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from engine.lab.opening import opened
from engine.lab.state import ACTIVATIONS, LabState, Operation
from engine.layers.activations import LeakyReLUSpec
from engine.traces.conv2d_case import four_by_four


def _conv2d() -> LabState:
    case = four_by_four()
    return LabState(
        input=case.input, kernel=case.kernel, bias=case.bias, grad_output=case.grad_output
    )


def _conv1d() -> LabState:
    return LabState(
        Operation.CONV1D,
        input=np.arange(1.0, 7.0)[np.newaxis],
        kernel=np.array([[[1.0, 0.0, -1.0]], [[0.5, 1.0, 0.5]]]),
        bias=np.array([0.0, 1.0]),
        grad_output=np.array([[1.0, 2.0, 3.0, 4.0], [-1.0, 0.0, 1.0, 2.0]]),
    )


def course_pooling(operation: Operation) -> LabState:
    """Pooling on 1 to 16, row by row, as in the course: the maximum is always the last cell."""
    return LabState(
        operation,
        input=np.arange(1.0, 17.0).reshape(1, 4, 4),
        grad_output=np.array([[[6.0, 8.0], [14.0, 16.0]]]),
        stride=(2, 2),
    )


def _max_pool() -> LabState:
    """1 to 16 in an order in which every window has its maximum in another corner."""
    order = [[3, 9, 2, 1], [5, 4, 6, 12], [8, 7, 16, 10], [15, 11, 13, 14]]
    return LabState(
        Operation.MAX_POOL,
        input=np.array([order], np.float64),
        grad_output=np.array([[[1.0, 2.0], [3.0, 4.0]]]),
        stride=(2, 2),
    )


def _activation(operation: str) -> Callable[[], LabState]:
    return lambda: LabState(
        Operation(operation),
        input=np.array([[[3.0, -1.0, 0.0], [-4.0, 2.0, 5.0], [1.0, -2.0, -0.5]]]),
        grad_output=np.array([[[1.0, 2.0, 3.0], [4.0, 5.0, 6.0], [-7.0, -8.0, -9.0]]]),
        activation=LeakyReLUSpec(0.1),  # others have their usual settings
    )


def _dense() -> LabState:
    return LabState(
        Operation.DENSE,
        input=np.array([1.0, 2.0, 3.0, 4.0]),
        kernel=np.array([[1.0, 0.0, -1.0, 2.0], [0.5, 1.0, 0.0, -1.0], [2.0, -1.0, 1.0, 0.0]]),
        bias=np.array([1.0, 0.0, -2.0]),
        grad_output=np.array([1.0, -2.0, 3.0]),
    )


def _softmax() -> LabState:
    return LabState(Operation.SOFTMAX, input=np.array([2.0, 1.0, 0.1]))


EXAMPLES: dict[Operation, Callable[[], LabState]] = {
    Operation.CONV2D: _conv2d,
    Operation.CONV1D: _conv1d,
    Operation.MAX_POOL: _max_pool,
    Operation.AVG_POOL: lambda: course_pooling(Operation.AVG_POOL),
    **{Operation(name): _activation(name) for name in ACTIVATIONS},
    Operation.DENSE: _dense,
    Operation.SOFTMAX: _softmax,
}


def example_state(operation: Operation | str = Operation.CONV2D) -> LabState:
    """What an operation opens with; of the convolution the course's 4×4 example."""
    return opened(EXAMPLES[Operation(operation)]())
