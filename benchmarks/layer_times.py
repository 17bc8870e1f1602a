"""Where a training step goes: every layer forward and backward, beside the peak of large products.

    python -m benchmarks.layer_times [--only "LeNet-5 64"]

Median milliseconds of each layer at a batch, and the rate of its multiply-adds in GFLOP/s (two
operations each), beside that of a 1024×1024 product in float32 on one thread in the same run.
"""

from __future__ import annotations

import argparse
import statistics
import time

import numpy as np

from benchmarks.engine_speed import CASES
from engine.basics.second_thread import SecondThread
from engine.layers.base import Layer, batch_first
from engine.networks.losses import SoftmaxCrossEntropy
from engine.networks.network import Sequential
from engine.networks.stack import Stack, describe
from engine.training.batch_step import one_blas_thread


def peak() -> float:
    """GFLOP/s of a large product on one thread."""
    a = np.random.default_rng(0).random((1024, 1024), np.float32)
    times = []
    for _ in range(15):
        started = time.perf_counter()
        _ = a @ a
        times.append(time.perf_counter() - started)
    return 2 * 1024**3 / statistics.median(times) / 1e9


def step(
    network: Sequential,
    x: np.ndarray,
    labels: np.ndarray,
    times: dict[tuple[str, int], list[float]],
) -> None:
    """One step, noting what each layer takes."""

    def timed(key: tuple[str, int], work: Layer, value: np.ndarray) -> np.ndarray:
        started = time.perf_counter()
        forward = key[0] == "forward"
        result = work.forward(value, training=True) if forward else work.backward(value)
        times.setdefault(key, []).append(time.perf_counter() - started)
        return result

    for index, layer in enumerate(network.layers):
        x = timed(("forward", index), layer, x)
    loss = SoftmaxCrossEntropy()
    loss.forward(x, labels)
    grad = loss.backward()
    for index in reversed(range(len(network.layers))):
        grad = timed(("backward", index), network.layers[index], grad)


def table(name: str, stack: Stack, batch: int) -> None:
    """Print the layers of one network."""
    rng = np.random.default_rng(0)
    network = Sequential(stack, rng)
    network.reuse_buffers(reuse=True)
    second_thread = SecondThread()
    network.work_with(second_thread)
    height, width = stack.input_shape[1:]
    x = batch_first(rng.random((height, 1, width, batch), np.float32))
    labels = rng.integers(0, 10, batch)
    times: dict[tuple[str, int], list[float]] = {}
    for _ in range(max(15, 6000 // batch)):
        step(network, x, labels, times)
    second_thread.close()
    total = sum(statistics.median(taken) for taken in times.values())
    print(f"{name}, batch {batch}: {total * 1e3:.2f} ms forward and backward")
    for row in describe(stack).rows:
        cells = []
        for way in ("forward", "backward"):
            seconds = statistics.median(times[way, row.index])
            work = 2 * row.multiply_adds * batch
            if way == "backward":
                work *= 1 if row.index == 0 else 2
            rate = f"{work / seconds / 1e9:5.0f} GFLOP/s" if work else " " * 13
            cells.append(f"{way} {seconds * 1e3:7.3f} ms {seconds / total:4.0%} {rate}")
        print(f"  {row.spec.title:22s} {cells[0]}   {cells[1]}")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--only", default="")
    options = parser.parse_args()
    with one_blas_thread():
        print(f"a 1024×1024 product on one thread: {peak():.0f} GFLOP/s")
        for name, stack, batch in CASES:
            if options.only in f"{name} {batch}":
                table(name, stack, batch)


if __name__ == "__main__":
    main()
