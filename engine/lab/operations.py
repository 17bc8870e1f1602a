"""Every operation of the lab with its passes, the ways to compute them, and the trace of each."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from engine.basics.errors import ShapeError
from engine.basics.geometry import Axis
from engine.lab.state import ACTIVATIONS, LabState, Operation, Pass
from engine.layers.elementwise import ActivationSpec
from engine.traces import (
    ActivationBackward,
    ActivationForward,
    AvgPoolBackward,
    AvgPoolForward,
    Conv2dCase,
    Conv2dForward,
    CrossEntropyBackward,
    CrossEntropyForward,
    DenseCase,
    DenseForward,
    DenseGradBias,
    DenseGradInput,
    DenseGradWeight,
    GradBias,
    GradInputCorrelation,
    GradInputScatter,
    GradKernelAccumulation,
    GradKernelCorrelation,
    MaxPoolBackward,
    MaxPoolForward,
    PoolCase,
    SoftmaxForward,
    SoftmaxTerms,
    Trace,
    conv1d_case,
)
from engine.traces.model import Values


@dataclass(frozen=True)
class Way:
    """One way to compute a pass; all ways of a pass end on the same numbers."""

    title: str
    about: str
    build: Callable[[LabState], Trace]


@dataclass(frozen=True)
class PassInfo:
    """One pass of an operation."""

    key: Pass
    title: str
    ways: tuple[Way, ...]


@dataclass(frozen=True)
class OperationInfo:
    """One operation. ``settings`` names the fields of geometry that it has."""

    title: str
    passes: tuple[PassInfo, ...]
    settings: tuple[str, ...] = ()

    @property
    def pass_keys(self) -> tuple[Pass, ...]:
        """The passes, in the order in which they are offered."""
        return tuple(info.key for info in self.passes)

    def pass_info(self, key: Pass) -> PassInfo:
        """One pass; the first if the operation has no such pass."""
        return next((info for info in self.passes if info.key is key), self.passes[0])


def trace_of(state: LabState) -> Trace:
    """The trace that ``state`` looks at.

    Raises:
        ShapeError: if its geometry is impossible, or there is too much to step through; the
            message says why.
    """
    _check_size(state)
    ways = OPERATIONS[state.operation].pass_info(state.pass_).ways
    trace = ways[min(state.way, len(ways) - 1)].build(state)
    if len(trace) * trace.target.values.size > _MOST_WORK:
        raise ShapeError(
            f"The pass has {len(trace):,} steps over {trace.target.values.size:,} numbers, more "
            "than can be stepped through. Take a smaller input or fewer channels."
        )
    return trace


_MOST_NUMBERS = 4_000_000
"""In one grid of a pass."""
_MOST_PATCHES = 30_000_000
"""Numbers in the matrix of all windows, which im2col writes out."""
_MOST_WORK = 2_500_000_000
"""Steps times numbers of the target: the colours' range looks at all of them after every step."""


def _check_size(state: LabState) -> None:
    """Refuse what would need gigabytes, before any array of it is made."""
    has_kernel = state.operation in {Operation.CONV1D, Operation.CONV2D}
    if not has_kernel and state.operation not in {Operation.MAX_POOL, Operation.AVG_POOL}:
        return
    rows, columns = axes(state)
    channels, filters = len(state.input), len(state.kernel) if has_kernel else len(state.input)
    windows = rows.output * columns.output
    padded = math.prod(axis.size + 2 * axis.padding for axis in (rows, columns))
    weights = math.prod(state.kernel.shape[1:]) if has_kernel else 1
    largest = max(channels * padded, filters * windows)
    if largest > _MOST_NUMBERS or windows * weights > _MOST_PATCHES:
        raise ShapeError(
            f"There are {windows:,} windows in {filters:,} channels, and {padded:,} cells in each "
            "channel with its padding: more than can be shown. Take a smaller input or kernel."
        )


def fitted(values: Values, shape: tuple[int, ...]) -> Values:
    """``values`` in the leading corner of zeros of ``shape``; what does not fit is cut."""
    result = np.zeros(shape)
    common = tuple(slice(0, min(a, b)) for a, b in zip(values.shape, shape, strict=True))
    result[common] = values[common]
    return result


def conv_case(state: LabState) -> Conv2dCase:
    """The arrays of a convolution; of the 1-D one as maps one row high."""
    if state.operation is Operation.CONV1D:
        shape = (state.kernel.shape[0], axes(state)[1].output)
        return conv1d_case(
            state.input,
            state.kernel,
            state.bias,
            fitted(state.grad_output, shape),
            stride=state.stride[1],
            padding=state.padding[1],
            dilation=state.dilation[1],
        )
    rows, columns = axes(state)
    return Conv2dCase(
        state.input,
        state.kernel,
        state.bias,
        fitted(state.grad_output, (state.kernel.shape[0], rows.output, columns.output)),
        stride=state.stride,
        padding=state.padding,
        dilation=state.dilation,
    )


def axes(state: LabState) -> tuple[Axis, Axis]:
    """The windows along height and width; of a 1-D convolution the height is 1.

    Raises:
        ShapeError: if no window fits, or the operation has none.
    """
    if state.operation is Operation.CONV1D:
        width = _axis(state, 1, state.input.shape[1], state.kernel.shape[2])
        return Axis(1, 1), width
    if state.operation is Operation.CONV2D:
        sizes: tuple[int, ...] = state.kernel.shape[2:]
    elif state.operation in {Operation.MAX_POOL, Operation.AVG_POOL}:
        sizes = state.window
    else:
        raise ShapeError(f"{OPERATIONS[state.operation].title} has no windows.")
    height, width_ = state.input.shape[1:]
    return _axis(state, 0, height, sizes[0]), _axis(state, 1, width_, sizes[1])


def _axis(state: LabState, i: int, size: int, kernel: int) -> Axis:
    return Axis(size, kernel, state.stride[i], state.padding[i], state.dilation[i])


def pool_case(state: LabState) -> PoolCase:
    """The arrays of a pooling."""
    rows, columns = axes(state)
    return PoolCase(
        state.input,
        state.window,
        state.stride,
        state.padding,
        fitted(state.grad_output, (state.input.shape[0], rows.output, columns.output)),
    )


def dense_case(state: LabState) -> DenseCase:
    """The arrays of a dense layer."""
    gradient = fitted(state.grad_output, state.bias.shape)
    return DenseCase(state.input, state.kernel, state.bias, gradient)


def _activation(state: LabState) -> ActivationSpec:
    if state.activation is None:
        raise ShapeError(f"{OPERATIONS[state.operation].title} is no activation.")
    return state.activation


def _activation_backward(state: LabState) -> Trace:
    gradient = fitted(state.grad_output, state.input.shape)
    return ActivationBackward(state.input, gradient, _activation(state))


def _pass(key: Pass, title: str, build: Callable[[LabState], Trace]) -> PassInfo:
    """A pass that is computed in one way."""
    return PassInfo(key, title, (Way("", "", build),))


_CONV_PASSES = (
    _pass(Pass.FORWARD, "forward", lambda s: Conv2dForward(conv_case(s))),
    PassInfo(
        Pass.GRAD_INPUT,
        "grad of input",
        (
            Way(
                "window by window",
                "Scatter-add: each output cell adds its gradient, times the kernel, to its window.",
                lambda s: GradInputScatter(conv_case(s)),
            ),
            Way(
                "cell by cell",
                "Full correlation: each input cell sums gradients times the kernel turned by 180°.",
                lambda s: GradInputCorrelation(conv_case(s)),
            ),
        ),
    ),
    PassInfo(
        Pass.GRAD_KERNEL,
        "grad of kernel",
        (
            Way(
                "window by window",
                "Each window is added, times the gradient of the output cell that it made.",
                lambda s: GradKernelAccumulation(conv_case(s)),
            ),
            Way(
                "weight by weight",
                "The input is correlated with grad_output: each step fills one weight's gradient.",
                lambda s: GradKernelCorrelation(conv_case(s)),
            ),
        ),
    ),
    _pass(Pass.GRAD_BIAS, "grad of bias", lambda s: GradBias(conv_case(s))),
)

_ACTIVATION_PASSES = (
    _pass(Pass.FORWARD, "forward", lambda s: ActivationForward(s.input, _activation(s))),
    _pass(Pass.GRAD_INPUT, "grad of input", _activation_backward),
)

OPERATIONS: dict[Operation, OperationInfo] = {
    Operation.CONV2D: OperationInfo(
        "Convolution 2-D",
        _CONV_PASSES,
        ("size", "channels", "kernel", "stride", "padding", "dilation"),
    ),
    Operation.CONV1D: OperationInfo(
        "Convolution 1-D",
        _CONV_PASSES,
        ("size", "channels", "kernel", "stride", "padding", "dilation"),
    ),
    Operation.MAX_POOL: OperationInfo(
        "Max pooling",
        (
            _pass(Pass.FORWARD, "forward", lambda s: MaxPoolForward(pool_case(s))),
            _pass(Pass.GRAD_INPUT, "grad of input", lambda s: MaxPoolBackward(pool_case(s))),
        ),
        ("size", "channels", "window", "stride", "padding"),
    ),
    Operation.AVG_POOL: OperationInfo(
        "Average pooling",
        (
            _pass(Pass.FORWARD, "forward", lambda s: AvgPoolForward(pool_case(s))),
            _pass(Pass.GRAD_INPUT, "grad of input", lambda s: AvgPoolBackward(pool_case(s))),
        ),
        ("size", "channels", "window", "stride", "padding"),
    ),
    **{
        Operation(name): OperationInfo(spec.title, _ACTIVATION_PASSES, ("size", "channels"))
        for name, spec in ACTIVATIONS.items()
    },
    Operation.DENSE: OperationInfo(
        "Dense",
        (
            _pass(Pass.FORWARD, "forward", lambda s: DenseForward(dense_case(s))),
            _pass(Pass.GRAD_INPUT, "grad of input", lambda s: DenseGradInput(dense_case(s))),
            _pass(Pass.GRAD_KERNEL, "grad of weight", lambda s: DenseGradWeight(dense_case(s))),
            _pass(Pass.GRAD_BIAS, "grad of bias", lambda s: DenseGradBias(dense_case(s))),
        ),
        ("features",),
    ),
    Operation.SOFTMAX: OperationInfo(
        "Softmax and loss",
        (
            PassInfo(
                Pass.FORWARD,
                "softmax",
                (
                    Way(
                        "class by class",
                        "Each step shares out one class's probability.",
                        lambda s: SoftmaxForward(s.input, s.label, s.temperature),
                    ),
                    Way(
                        "term by term",
                        "The denominator grows term by term; then each power is divided by it.",
                        lambda s: SoftmaxTerms(s.input, s.label, s.temperature),
                    ),
                ),
            ),
            _pass(
                Pass.LOSS, "loss", lambda s: CrossEntropyForward(s.input, s.label, s.temperature)
            ),
            _pass(
                Pass.GRAD_INPUT,
                "grad of logits",
                lambda s: CrossEntropyBackward(s.input, s.label, s.temperature),
            ),
        ),
        ("features", "label", "temperature"),
    ),
}
