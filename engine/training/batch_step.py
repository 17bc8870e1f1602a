"""One training step over fixed parts of the batch, with a second thread to help.

The parts depend on the batch size and the network alone, and their gradients are added in order:
the result is the same, bit for bit, on every run.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Protocol

import numpy as np
from numpy.typing import DTypeLike, NDArray

from engine.basics.second_thread import SecondThread
from engine.layers.base import Array
from engine.networks.losses import Labels, Loss
from engine.networks.network import Sequential
from engine.networks.stack import Stack, describe

LARGEST_PART = 128
"""Most samples computed at a time."""

PART_NUMBERS = 1_700_000
"""Numbers that one layer puts out for a part, at most: few enough to stay near the processor."""


class Samples(Protocol):
    """What can be trained on: images ``(N, C, H, W)`` and labels ``(N,)`` from 0.

    Whole numbers are grey levels from 0 to 255 and are scaled to 0 … 1; floats go in as they are.
    A ``Dataset`` is one.
    """

    @property
    def images(self) -> NDArray[Any]:
        """``(N, C, H, W)``."""

    @property
    def labels(self) -> NDArray[np.int64]:
        """``(N,)``."""

    @property
    def classes(self) -> int:
        """How many classes there are."""

    def __len__(self) -> int: ...


Augment = Callable[[NDArray[np.uint8], np.random.Generator], NDArray[np.uint8]]


@contextmanager
def one_blas_thread() -> Iterator[bool]:
    """Limit BLAS to one thread in the whole process; says whether it could be done.

    Without threadpoolctl nothing is limited, and the batch is better left whole.
    """
    try:
        from threadpoolctl import threadpool_limits  # noqa: PLC0415 - only where it is used
    except ImportError:
        yield False
        return
    with threadpool_limits(1, user_api="blas"):
        yield True


def part_size(stack: Stack) -> int:
    """How many samples of this stack are computed at a time."""
    shapes = [row.output_shape or () for row in describe(stack).rows]
    largest = max((math.prod(shape) for shape in shapes), default=1)
    return max(4, min(LARGEST_PART, PART_NUMBERS // largest))


def parts_for(network: Sequential, count: int) -> list[slice]:
    """The parts in which a batch is computed: whole where samples influence one another."""
    if network.mixes_samples:
        return [slice(0, count)]
    return parts_of(count, part_size(network.stack))


def parts_of(count: int, largest: int) -> list[slice]:
    """The fewest parts of at most ``largest`` samples, as equal as can be."""
    number = max(1, -(-count // largest))
    edges = [count * index // number for index in range(number + 1)]
    return [slice(start, stop) for start, stop in pairwise(edges)]


@dataclass
class Totals:
    """Loss (already divided by the batch size) and right answers, added up over parts."""

    loss: float = 0.0
    correct: int = 0

    def add(self, outputs: Array, labels: Labels, loss: float) -> None:
        """Take in a part: outputs ``(N, classes)`` and their share of the loss."""
        self.loss += loss
        self.correct += int(np.count_nonzero(outputs.argmax(axis=1) == labels))


def as_floats(images: NDArray[Any], dtype: DTypeLike) -> Array:
    """Grey levels as numbers from 0 to 1; floats as they are."""
    floats = images.astype(dtype)
    return floats if images.dtype.kind == "f" else floats / 255


class BatchStep:
    """Forward, loss and backward of one batch; the gradient ends in ``network.gradients``.

    Call ``close`` at the end: it ends the second thread and releases all buffers.
    """

    def __init__(self, network: Sequential, loss: Loss, *, with_second_thread: bool) -> None:
        self.network, self.loss = network, loss
        self._replica = network.replica()
        self._replica.reuse_buffers(reuse=True)
        self._second_thread = SecondThread() if with_second_thread else None
        self._replica.work_with(self._second_thread)
        self._largest = part_size(network.stack)
        self._memory: dict[int, Array] = {}

    @property
    def held_bytes(self) -> int:
        """Memory held for the next step, in bytes."""
        return self._replica.buffer_bytes + sum(array.nbytes for array in self._memory.values())

    def train(self, data: Samples, picked: Array, augment: Augment | None, seed: int) -> Totals:
        """Loss and gradient over the samples ``picked``, all divided by their number."""
        totals = Totals()
        gradients = self.network.gradients
        whole = [slice(0, len(picked))] if self.network.mixes_samples else None
        for index, part in enumerate(whole or parts_of(len(picked), self._largest)):
            self._replica.reseed((seed, index, 1))
            grey = data.images[picked[part]]
            if augment is not None:
                grey = augment(grey, np.random.default_rng((seed, index)))
            with np.errstate(all="ignore"):  # a diverging run is recognised by its loss
                outputs = self._replica.forward(self._floats(grey), training=True)
                labels = data.labels[picked[part]]
                totals.add(outputs, labels, self.loss.forward(outputs, labels, len(picked)))
                self._replica.backward(self.loss.backward())
                if index == 0:
                    np.copyto(gradients, self._replica.gradients)
                else:
                    np.add(gradients, self._replica.gradients, out=gradients)
        return totals

    def evaluate(self, data: Samples, picked: slice, of: int) -> Totals:
        """Loss (divided by ``of``) and right answers over ``data[picked]``, without training."""
        totals = Totals()
        start, stop, _ = picked.indices(len(data))
        for part in parts_of(stop - start, self._largest):
            here = slice(start + part.start, start + part.stop)
            labels = data.labels[here]
            with np.errstate(all="ignore"):
                outputs = self._replica.forward(self._floats(data.images[here]))
                totals.add(outputs, labels, self.loss.forward(outputs, labels, of))
        return totals

    def _floats(self, grey: Array) -> Array:
        """Images as floats, ``(N, C, H, W)``, batch-last in memory that is used again."""
        N, C, H, W = grey.shape
        memory = self._memory.get(N)
        if memory is None:
            if len(self._memory) > 2:  # sizes of the last batch and the like; keep a few
                self._memory.clear()
            memory = self._memory[N] = np.empty((H, C, W, N), self.network.dtype)
        if grey.dtype.kind == "f":
            np.copyto(memory, grey.transpose(2, 1, 3, 0))
        else:
            np.multiply(grey.transpose(2, 1, 3, 0), memory.dtype.type(1 / 255), out=memory)
        return memory.transpose(3, 1, 0, 2)

    def close(self) -> None:
        """End the second thread and release the memory."""
        self._replica.work_with(None)
        self._replica.reuse_buffers(reuse=False)
        self._memory.clear()
        if self._second_thread is not None:
            self._second_thread.close()
            self._second_thread = None


@contextmanager
def batch_step(network: Sequential, loss: Loss) -> Iterator[BatchStep]:
    """A ``BatchStep`` while BLAS is kept to one thread, as the layers share their work themselves.

    Closed at the end; without threadpoolctl there is no second thread.
    """
    with one_blas_thread() as limited:
        step = BatchStep(network, loss, with_second_thread=limited)
        with closing(step):
            yield step
