"""A network: layers one after another, with all their parameters in one flat vector."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Self

import numpy as np
from numpy.typing import DTypeLike

from engine.basics.errors import ModelFileError, ShapeError
from engine.basics.geometry import times
from engine.basics.records import quoted
from engine.basics.second_thread import SecondThread
from engine.layers.activations import ReLU
from engine.layers.base import Array, Layer
from engine.layers.pooling import MaxPool2d
from engine.layers.softmax import Softmax
from engine.networks.losses import softmax
from engine.networks.stack import Stack, describe

CHUNK = 128
"""Samples predicted at a time, so that memory stays small however many are asked for."""


class Sequential:
    """The network that a stack describes.

    Shape:
        input ``(N, *stack.input_shape)``, usually ``(N, C, H, W)``; output as the stack's report
        says, usually ``(N, classes)``.

    ``parameters`` and ``gradients`` are flat vectors; the layers' arrays are views into them, so
    an optimiser takes its step over all layers at once.

    Raises:
        ShapeError: if the stack does not fit together.
    """

    def __init__(
        self, stack: Stack, rng: np.random.Generator | None = None, dtype: DTypeLike = np.float32
    ) -> None:
        report = describe(stack)
        if report.problem:
            raise ShapeError(report.problem)
        rng = np.random.default_rng() if rng is None else rng
        self.stack = stack
        self.dtype = np.dtype(dtype)
        self.layers: list[Layer] = [
            row.spec.build(row.input_shape or (), rng, dtype) for row in report.rows
        ]
        self.parameters = np.concatenate(
            [value.ravel() for layer in self.layers for value in layer.parameters.values()]
            or [np.empty(0, self.dtype)]
        )
        self.gradients = np.zeros_like(self.parameters)
        self._bind()
        if self.layers:
            self.layers[0].needs_input_grad = False
        self._training_order = _cheapest_order(self.layers)

    @classmethod
    def from_stack(
        cls, stack: Stack, rng: np.random.Generator | None = None, dtype: DTypeLike = np.float32
    ) -> Self:
        """The network that ``stack`` describes, with fresh weights drawn from ``rng``."""
        return cls(stack, rng, dtype)

    def _bind(self) -> None:
        """Make the layers' arrays views into the flat vectors."""
        start = 0
        for layer in self.layers:
            parameters, gradients = {}, {}
            for name, value in layer.parameters.items():
                part = slice(start, start + value.size)
                parameters[name] = self.parameters[part].reshape(value.shape)
                gradients[name] = self.gradients[part].reshape(value.shape)
                start = part.stop
            layer.rebind(parameters, gradients)

    # ------------------------------------------------------------ computation

    def forward(self, x: Array, *, training: bool = False) -> Array:
        """Outputs for a batch. With ``training``, layers keep what backward needs."""
        self._check_input(x)
        for layer in self._training_order if training else self.layers:
            x = layer.forward(x, training=training)
        return x

    def backward(self, grad_output: Array) -> Array:
        """Fill ``gradients``; returns the input's gradient if the first layer computes it."""
        grad = grad_output
        for layer in reversed(self._training_order):
            grad = layer.backward(grad)
        return grad

    def logits(self, images: Array) -> Array:
        """Outputs for any number of images, a chunk at a time, as a new array.

        Raises:
            ShapeError: if the images have another shape than the stack takes, or hold NaN.
        """
        check_finite(images, self.stack.name)
        chunks = [
            self.forward(images[start : start + CHUNK]) for start in range(0, len(images), CHUNK)
        ]
        return np.concatenate(chunks) if chunks else self.forward(images)

    def predict_proba(self, images: Array) -> Array:
        """Probabilities, ``(N, classes)``: softmax of the logits, unless the stack applies it."""
        outputs = self.logits(images)
        return outputs if self.ends_in_softmax else softmax(outputs)

    def activations(self, x: Array) -> list[Array]:
        """Every layer's output for a batch, in order, as copies.

        Raises:
            ShapeError: if the batch has another shape than the stack takes, or holds NaN.
        """
        self._check_input(x)
        check_finite(x, self.stack.name)
        outputs = []
        for layer in self.layers:
            x = layer.forward(x)
            outputs.append(np.array(x, order="C"))
        return outputs

    def _check_input(self, x: Array) -> None:
        if x.shape[1:] != self.stack.input_shape or x.ndim != len(self.stack.input_shape) + 1:
            raise ShapeError(
                f"{self.stack.name} needs input of shape (N, "
                f"{', '.join(map(str, self.stack.input_shape))}); got {x.shape}."
            )

    def reseed(self, seed: tuple[int, ...]) -> None:
        """Give every layer that draws random numbers a new generator."""
        for index, layer in enumerate(self.layers):
            layer.reseed((*seed, index))

    # ----------------------------------------------------------------- memory

    def work_with(self, second_thread: SecondThread | None) -> None:
        """Let layers do half of their longer operations on a second thread, or stop doing so."""
        for layer in self.layers:
            layer.second_thread = second_thread

    def reuse_buffers(self, reuse: bool) -> None:
        """Reuse memory from step to step; outputs then hold only until the next one."""
        for layer in self.layers:
            layer.buffers.reuse = reuse
            if not reuse:
                layer.forget()

    @property
    def buffer_bytes(self) -> int:
        """Memory held for reuse, in bytes."""
        return sum(layer.held_bytes for layer in self.layers)

    # ---------------------------------------------------------------- weights

    def state_dict(self) -> dict[str, Array]:
        """Copies of all weights under PyTorch's names: ``0.weight``, ``0.bias`` and so on."""
        return {name: np.array(value) for name, value in self._named().items()}

    def _named(self) -> dict[str, Array]:
        return {
            f"{index}.{name}": value
            for index, layer in enumerate(self.layers)
            for name, value in (layer.parameters | layer.state).items()
        }

    def load_state_dict(self, state: Mapping[str, Array]) -> None:
        """Copy weights in, all of them or none.

        Raises:
            ModelFileError: if a tensor is missing, unknown or of another shape; all are listed.
        """
        own = self._named()
        faults = [f"{name} is missing" for name in own if name not in state]
        faults += [f"{name} belongs to no layer" for name in sorted(state) if name not in own]
        faults += [
            f"{name} needs {times(own[name].shape)}, got {times(value.shape) or 'one number'}"
            for name, value in state.items()
            if name in own and value.shape != own[name].shape
        ]
        faults += [
            f"{name} needs {own[name].dtype} numbers, got {value.dtype}"
            for name, value in state.items()
            if name in own and not np.can_cast(value.dtype, own[name].dtype, "same_kind")
        ]
        if faults:
            listed = quoted("; ".join(faults))
            raise ModelFileError(f"The weights do not fit {quoted(self.stack.name)}: {listed}.")
        for name, value in state.items():
            np.copyto(own[name], value)

    def copy(self) -> Self:
        """An independent network with the same weights."""
        twin = type(self)(self.stack, np.random.default_rng(0), self.dtype)
        twin.load_state_dict(self._named())
        return twin

    def replica(self) -> Self:
        """A network on the *same* weights with gradients and buffers of its own."""
        twin = type(self)(self.stack, np.random.default_rng(0), self.dtype)
        twin.parameters = self.parameters
        for layer, own in zip(twin.layers, self.layers, strict=True):
            layer.state = own.state
        twin._bind()  # noqa: SLF001 - a network of its own class
        return twin

    def arrays(self) -> list[Array]:
        """All that training changes: the flat parameters, and the layers' states. Not copies."""
        states = [value for layer in self.layers for value in layer.state.values()]
        return [self.parameters, *states]

    @property
    def mixes_samples(self) -> bool:
        """Whether some layer looks at the whole batch, which then must not be split."""
        return any(layer.mixes_samples for layer in self.layers)

    @property
    def ends_in_softmax(self) -> bool:
        """Whether the outputs are probabilities already, and not logits."""
        return bool(self.layers) and isinstance(self.layers[-1], Softmax)

    @property
    def parameter_count(self) -> int:
        """Learnable numbers in all."""
        return math.prod(self.parameters.shape)


def check_finite(x: Array, who: str) -> None:
    """Raise ``ShapeError`` if there are NaN or infinite numbers among ``x``."""
    if not np.isfinite(x).all():
        wrong = int(np.count_nonzero(~np.isfinite(x)))
        raise ShapeError(
            f"{who} needs finite numbers; {wrong:,} of {x.size:,} are NaN or infinite. "
            "Replace them first."
        )


def _cheapest_order(layers: list[Layer]) -> list[Layer]:
    """The order for training: a ReLU right before max pooling changes places with it.

    ``max`` and ``ReLU`` commute, forward and backward: the largest of the positive parts is the
    positive part of the largest, and where a window has nothing positive no gradient passes either
    way. After pooling there is only a fraction of the numbers left to look at.
    """
    order = list(layers)
    for index in range(len(order) - 1):
        if isinstance(order[index], ReLU) and isinstance(order[index + 1], MaxPool2d):
            order[index], order[index + 1] = order[index + 1], order[index]
    return order
