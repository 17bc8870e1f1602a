"""What all layers share: the interface, the memory layout behind NCHW, and reused buffers.

Callers see ``(N, C, H, W)``. In memory the batch lies innermost, ``(H, C, W, N)``: then every
window position of im2col and of pooling is one slab of long contiguous rows, the rows under one
output row are one contiguous block, and nothing is transposed between layers.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

from engine.basics.errors import NotReadyError, ShapeError
from engine.basics.geometry import Shape, times
from engine.basics.second_thread import LEAST_NUMBERS, RowWork, SecondThread, by_rows

Array = NDArray[Any]

NOT_COMPUTED: Array = np.empty(0)
"""What ``backward`` returns where nobody needs the input's gradient."""


def batch_last(x: Array) -> Array:
    """The memory behind an NCHW array: ``(N, C, H, W) -> (H, C, W, N)``, C-contiguous.

    A view if the array came from a layer, a copy otherwise.
    """
    return np.ascontiguousarray(x.transpose(2, 1, 3, 0))


def batch_first(memory: Array) -> Array:
    """The NCHW view of batch-last memory: ``(H, C, W, N) -> (N, C, H, W)``."""
    return memory.transpose(3, 1, 0, 2)


class Buffers:
    """Scratch arrays of one layer, by name.

    Unless ``reuse`` is on, each request is a new array, so that what a layer returned stays valid.
    With it on, an array is handed out again as long as shape and dtype stay the same: a training
    step then allocates nothing.
    """

    def __init__(self) -> None:
        self.reuse = False
        self._arrays: dict[str, Array] = {}

    def take(self, name: str, shape: tuple[int, ...], dtype: DTypeLike, fill: float = 0.0) -> Array:
        """An array whose *new* cells hold ``fill``; a reused one holds what was left in it."""
        if self.reuse:
            kept = self._arrays.get(name)
            if kept is not None and kept.shape == shape and kept.dtype == dtype:
                return kept
        array = np.full(shape, fill, dtype) if fill else np.zeros(shape, dtype)
        if self.reuse:
            self._arrays[name] = array
        return array

    def scratch(self, name: str, shape: tuple[int, ...], dtype: DTypeLike) -> Array:
        """An array with arbitrary contents, for one that is overwritten in full."""
        if self.reuse:
            kept = self._arrays.get(name)
            if kept is not None and kept.shape == shape and kept.dtype == dtype:
                return kept
        array = np.empty(shape, dtype)
        if self.reuse:
            self._arrays[name] = array
        return array

    def release(self) -> None:
        """Let go of all arrays."""
        self._arrays.clear()

    @property
    def bytes(self) -> int:
        """Memory held for reuse, in bytes."""
        return sum(array.nbytes for array in self._arrays.values())


class Layer(ABC):
    """One step of a network, forward and backward.

    ``parameters`` and ``gradients`` hold arrays of equal shapes under PyTorch's names, and
    ``backward`` *overwrites* the gradients. ``state`` holds what a layer keeps as well without
    learning it by gradient, such as running means. ``needs_input_grad`` may be switched off for a
    network's first layer, whose ``backward`` then returns ``NOT_COMPUTED``, an empty array.
    """

    def __init__(self) -> None:
        self.parameters: dict[str, Array] = {}
        self.gradients: dict[str, Array] = {}
        self.state: dict[str, Array] = {}
        self.needs_input_grad = True
        self.buffers = Buffers()
        self.second_thread: SecondThread | None = None

    mixes_samples = False
    """Whether a sample's output depends on the others in its batch, which then must stay whole."""

    def reseed(self, seed: tuple[int, ...]) -> None:  # noqa: B027 - most layers draw nothing
        """Set the generator of a layer that draws random numbers; others ignore it."""

    @abstractmethod
    def forward(self, x: Array, *, training: bool = False) -> Array:
        """The layer's output for ``x``; with ``training`` it also keeps what backward needs."""

    @abstractmethod
    def backward(self, grad_output: Array) -> Array:
        """Gradients of the loss: the parameters' into ``gradients``, the input's returned.

        Raises:
            NotReadyError: without a ``forward(x, training=True)`` before.
        """

    def share(self, work: RowWork, rows: int, numbers: int) -> None:
        """``work`` on all ``rows``, half of them on the second thread if there is enough to do."""
        by_rows(self.second_thread if numbers >= LEAST_NUMBERS else None, work, rows)

    def add_parameter(self, name: str, value: Array) -> None:
        """Register a learnable array, with a gradient of zeros."""
        self.parameters[name] = value
        self.gradients[name] = np.zeros_like(value)

    def rebind(self, parameters: Mapping[str, Array], gradients: Mapping[str, Array]) -> None:
        """Let the layer work on other arrays of the same shapes (a network's flat vectors)."""
        self.parameters = dict(parameters)
        self.gradients = dict(gradients)

    @property
    def held_bytes(self) -> int:
        """Memory held for reuse, in bytes."""
        return self.buffers.bytes

    def forget(self) -> None:
        """Drop what forward kept for backward, and all buffers."""
        self.buffers.release()

    def not_ready(self) -> NotReadyError:
        """The error for a backward without a forward."""
        name = type(self).__name__
        return NotReadyError(
            f"{name}.backward was called before forward. Call forward(x, training=True) first."
        )


def in_memory_order(x: Array) -> Array:
    """``x`` with its axes in the order in which layers lay them out, the batch last."""
    if x.ndim == 4:
        return x.transpose(2, 1, 3, 0)
    return x.transpose(*range(1, x.ndim), 0)


def in_caller_order(memory: Array) -> Array:
    """The inverse of ``in_memory_order``: the batch first."""
    if memory.ndim == 4:
        return memory.transpose(3, 1, 0, 2)
    return memory.transpose(memory.ndim - 1, *range(memory.ndim - 1))


def check_float(x: Array, who: str) -> None:
    """Raise ``ShapeError`` unless ``x`` is a non-empty array of floating-point numbers."""
    if x.dtype.kind != "f":
        raise ShapeError(
            f"{who} needs floating-point input; got {x.dtype}. Convert with x.astype(np.float32)."
        )
    if x.shape[0] == 0:
        raise ShapeError(f"{who} got an empty batch, shape {x.shape}. Give at least one sample.")


def check_planes(x: Array, channels: int | None, who: str) -> None:
    """Raise ``ShapeError`` unless ``x`` is ``(N, C, H, W)`` with the channels expected."""
    if x.ndim != 4:
        raise ShapeError(
            f"{who} needs input of shape (N, C, H, W); got {x.ndim} axes, shape {x.shape}."
        )
    if channels is not None and x.shape[1] != channels:
        raise ShapeError(f"{who} needs {channels} input channels; got {x.shape[1]}, {x.shape}.")
    check_float(x, who)


def check_gradient(grad_output: Array, expected: tuple[int, ...], who: str) -> None:
    """Raise ``ShapeError`` unless the gradient has the shape of the layer's last output."""
    if grad_output.shape != expected:
        raise ShapeError(
            f"{who}.backward needs grad_output of the output's shape {expected}; "
            f"got {grad_output.shape}."
        )


def expect_planes(shape: Shape, title: str) -> tuple[int, int, int]:
    """``(C, H, W)`` of an input shape, or ``ShapeError`` saying what came instead."""
    if len(shape) != 3:
        raise ShapeError(
            f"{title} needs feature maps (channels×height×width); the layer before gives "
            f"{times(shape)}. Move it before Flatten."
        )
    return shape[0], shape[1], shape[2]
