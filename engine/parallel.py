"""One training step over fixed parts of the batch, on two threads.

NumPy lets go of the interpreter inside products and element-wise loops, so two halves of a batch
run side by side. The parts depend on the batch size alone and their gradients are added in order:
the result is the same, bit for bit, on every run.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Protocol

import numpy as np
from numpy.typing import DTypeLike, NDArray

from engine.layers.base import Array
from engine.losses import Labels, Loss
from engine.network import Sequential

SPLIT_FROM = 24
"""Batches smaller than this are not worth a second thread."""

LARGEST_PART = 64
"""Samples in one part: few enough for a layer's arrays to stay in the processor's cache."""


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


def parts_of(count: int, *, split: bool = True) -> list[slice]:
    """The fixed parts of a batch of ``count`` samples."""
    if not split or count < SPLIT_FROM:
        return [slice(0, count)]
    number = max(2, -(-count // LARGEST_PART))
    edges = [count * index // number for index in range(number + 1)]
    return [slice(start, stop) for start, stop in pairwise(edges)]


@dataclass
class Totals:
    """Loss (already divided by the batch size) and right answers, added up over parts."""

    loss: float = 0.0
    correct: int = 0


class _Worker:
    """A replica of the network with all the memory that one thread needs."""

    def __init__(self, network: Sequential, loss: Loss) -> None:
        self.network, self.loss = network, loss
        self.gradients = np.zeros_like(network.gradients)
        self._memory: dict[int, Array] = {}
        network.reuse_buffers(reuse=True)

    def images(self, data: Samples, picked: Array, augment: Callable[[Array], Array]) -> Array:
        """Images as floats, ``(N, C, H, W)``, batch-last in memory."""
        grey = augment(data.images[picked])
        N, C, H, W = grey.shape
        memory = self._memory.get(N)
        if memory is None:
            memory = self._memory[N] = np.empty((H, C, W, N), self.network.dtype)
            if len(self._memory) > 3:
                self._memory.pop(next(iter(self._memory)))
        np.copyto(memory, grey.transpose(2, 1, 3, 0))
        if grey.dtype.kind != "f":
            memory *= 1 / 255
        return memory.transpose(3, 1, 0, 2)

    def close(self) -> None:
        """Release all memory."""
        self.network.reuse_buffers(reuse=False)
        self._memory.clear()


def as_floats(images: NDArray[Any], dtype: DTypeLike) -> Array:
    """Grey levels as numbers from 0 to 1; floats as they are."""
    floats = images.astype(dtype)
    return floats if images.dtype.kind == "f" else floats / 255


def _unchanged(images: Array) -> Array:
    return images


class BatchStep:
    """Forward, loss and backward of one batch; the gradient ends in ``network.gradients``.

    Call ``close`` at the end: it ends the second thread and releases all buffers.
    """

    def __init__(self, network: Sequential, make_loss: Callable[[], Loss], *, split: bool) -> None:
        self.network = network
        self.split = split = split and not network.mixes_samples
        self._workers = [_Worker(network.replica(), make_loss()) for _ in range(2 if split else 1)]
        self._pool = ThreadPoolExecutor(1, "cnnviz-batch") if split else None

    def train(self, data: Samples, picked: Array, augment: Augment | None, seed: int) -> Totals:
        """Loss and gradient over the samples ``picked``, all divided by their number."""
        parts = parts_of(len(picked), split=self.split)

        def run(worker: _Worker, mine: range) -> Totals:
            totals = Totals()
            for turn, index in enumerate(mine):
                rng_seed = (seed, index)
                worker.network.reseed((*rng_seed, 1))
                part = picked[parts[index]]
                images = worker.images(data, part, _augmentation(augment, rng_seed))
                self._one_part(worker, images, data.labels[part], len(picked), totals)
                if turn == 0:
                    np.copyto(worker.gradients, worker.network.gradients)
                else:
                    np.add(worker.gradients, worker.network.gradients, out=worker.gradients)
            return totals

        totals = self._side_by_side(run, len(parts))
        if len(parts) == 1:
            np.copyto(self.network.gradients, self._workers[0].gradients)
        else:
            first, second = (worker.gradients for worker in self._workers)
            np.add(first, second, out=self.network.gradients)
        return totals

    @staticmethod
    def _one_part(
        worker: _Worker, images: Array, labels: Labels, batch: int, totals: Totals
    ) -> None:
        with np.errstate(all="ignore"):  # a diverging run is recognised by its loss
            outputs = worker.network.forward(images, training=True)
            totals.loss += worker.loss.forward(outputs, labels, batch)
            worker.network.backward(worker.loss.backward())
        totals.correct += int(np.count_nonzero(outputs.argmax(axis=1) == labels))

    def evaluate(self, data: Samples, picked: slice, of: int) -> Totals:
        """Loss (divided by ``of``) and right answers over ``data[picked]``, without training."""
        samples = np.arange(*picked.indices(len(data)))
        parts = parts_of(len(samples), split=self.split)

        def run(worker: _Worker, mine: range) -> Totals:
            totals = Totals()
            for index in mine:
                part = samples[parts[index]]
                images = worker.images(data, part, _unchanged)
                with np.errstate(all="ignore"):
                    outputs = worker.network.forward(images)
                    totals.loss += worker.loss.forward(outputs, data.labels[part], of)
                right = outputs.argmax(axis=1) == data.labels[part]
                totals.correct += int(np.count_nonzero(right))
            return totals

        return self._side_by_side(run, len(parts))

    def _side_by_side(self, run: Callable[[_Worker, range], Totals], parts: int) -> Totals:
        if parts == 1 or self._pool is None:
            return run(self._workers[0], range(parts))
        other = self._pool.submit(run, self._workers[1], range(1, parts, 2))
        try:
            mine = run(self._workers[0], range(0, parts, 2))
        finally:
            theirs = other.result()
        return Totals(mine.loss + theirs.loss, mine.correct + theirs.correct)

    def close(self) -> None:
        """End the second thread and release the memory."""
        if self._pool is not None:
            self._pool.shutdown(wait=True)
        for worker in self._workers:
            worker.close()


def _augmentation(augment: Augment | None, seed: tuple[int, int]) -> Callable[[Array], Array]:
    if augment is None:
        return _unchanged
    return lambda images: augment(images, np.random.default_rng(seed))
