"""The engine beside PyTorch on the same two cores, in turns, in one run: medians and their ratio.

    python -m benchmarks.engine_speed [--seconds 4] [--only NAME]

Needs ``pip install torch``. Both sides draw a batch from images in memory, and train with SGD and
momentum in float32. PyTorch keeps its own threads, the engine shares work between two.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable

import numpy as np
import torch

from engine.data.dataset import Dataset
from engine.layers import Conv2dSpec, DenseSpec, FlattenSpec, MaxPool2dSpec, ReLUSpec
from engine.layers.spec import LayerSpec
from engine.networks.losses import SoftmaxCrossEntropy
from engine.networks.network import Sequential
from engine.networks.presets import PRESETS
from engine.networks.stack import Stack
from engine.training.batch_step import BatchStep, one_blas_thread
from engine.training.optimizers import SGD

THREADS = 2
IMAGES = 2048


def conv3(kernels: int) -> tuple[LayerSpec, ...]:
    return (Conv2dSpec(out_channels=kernels, padding=(1, 1)), ReLUSpec())


FOUR_CONV = Stack(
    "four 3×3",
    (1, 28, 28),
    (
        *conv3(32),
        *conv3(32),
        MaxPool2dSpec(),
        *conv3(64),
        *conv3(64),
        MaxPool2dSpec(),
        FlattenSpec(),
        DenseSpec(out_features=10),
    ),
)

CASES = [
    ("LeNet-5", PRESETS["lenet5"].stack, 1),
    ("LeNet-5", PRESETS["lenet5"].stack, 32),
    ("LeNet-5", PRESETS["lenet5"].stack, 64),
    ("LeNet-5", PRESETS["lenet5"].stack, 256),
    ("SimpleCNN", PRESETS["simplecnn"].stack, 64),
    ("Scratch2dCNN", PRESETS["scratch2dcnn"].stack, 64),
    ("four 3×3", FOUR_CONV, 64),
]


def torch_twin(stack: Stack) -> torch.nn.Sequential:
    """The same network in PyTorch; only the layers of these cases."""
    modules: list[torch.nn.Module] = []
    shape = stack.input_shape
    for spec in stack.layers:
        match spec:
            case Conv2dSpec():
                modules.append(
                    torch.nn.Conv2d(
                        shape[0], spec.out_channels, spec.kernel_size, padding=spec.padding
                    )
                )
            case ReLUSpec():
                modules.append(torch.nn.ReLU())
            case MaxPool2dSpec():
                modules.append(torch.nn.MaxPool2d(spec.kernel_size, spec.stride))
            case FlattenSpec():
                modules.append(torch.nn.Flatten())
            case DenseSpec():
                modules.append(torch.nn.Linear(shape[0], spec.out_features))
        shape = spec.output_shape(shape)
    return torch.nn.Sequential(*modules)


class Engine:
    """Training and inference with the engine."""

    def __init__(self, stack: Stack, data: Dataset) -> None:
        self.data = data
        self.network = Sequential(stack, np.random.default_rng(0))
        self.step = BatchStep(self.network, SoftmaxCrossEntropy(), with_second_thread=True)
        self.optimizer = SGD(self.network.parameters, momentum=0.9)

    def train(self, picked: np.ndarray, number: int) -> None:
        self.step.train(self.data, picked, None, number)
        self.optimizer.step(self.network.gradients, 0.001)

    def infer(self, picked: np.ndarray, number: int) -> None:  # noqa: ARG002
        self.step.evaluate(self.data, slice(0, len(picked)), len(picked))


class Torch:
    """The same with PyTorch."""

    def __init__(self, stack: Stack, data: Dataset) -> None:
        self.images = torch.tensor(data.images.astype(np.float32) / 255)
        self.labels = torch.tensor(data.labels)
        self.network = torch_twin(stack)
        self.loss = torch.nn.CrossEntropyLoss()
        self.optimizer = torch.optim.SGD(self.network.parameters(), lr=0.001, momentum=0.9)

    def train(self, picked: np.ndarray, number: int) -> None:  # noqa: ARG002
        which = torch.from_numpy(picked)
        self.optimizer.zero_grad()
        self.loss(self.network(self.images[which]), self.labels[which]).backward()
        self.optimizer.step()

    def infer(self, picked: np.ndarray, number: int) -> None:  # noqa: ARG002
        with torch.inference_mode():
            outputs = self.network(self.images[: len(picked)])
            labels = self.labels[: len(picked)]
            float(self.loss(outputs, labels))
            int((outputs.argmax(1) == labels).sum())


def in_turns(
    ours: Callable[[np.ndarray, int], None],
    theirs: Callable[[np.ndarray, int], None],
    batch: int,
    seconds: float,
) -> tuple[float, float]:
    """Median seconds of both, measured in short turns until the time is up."""
    rng = np.random.default_rng(0)
    times: tuple[list[float], list[float]] = ([], [])
    number = 0
    end = time.perf_counter() + seconds
    for warm in (ours, theirs):
        for _ in range(5):
            warm(rng.integers(0, IMAGES, batch), 0)
    while time.perf_counter() < end:
        for work, taken in zip((ours, theirs), times, strict=True):
            for _ in range(8):
                picked = rng.integers(0, IMAGES, batch)
                started = time.perf_counter()
                work(picked, number)
                taken.append(time.perf_counter() - started)
                number += 1
    return statistics.median(times[0]), statistics.median(times[1])


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=float, default=4.0, help="for each row and kind")
    parser.add_argument("--only", default="", help="rows whose name contains this")
    options = parser.parse_args()
    torch.set_num_threads(THREADS)
    torch.manual_seed(0)
    rng = np.random.default_rng(0)
    data = Dataset(
        rng.integers(0, 256, (IMAGES, 1, 28, 28)).astype(np.uint8),
        rng.integers(0, 10, IMAGES),
        "noise",
        "Noise of MNIST's size.",
    )
    print(
        "network        batch  training: ms, PyTorch ms, ratio   inference: ms, PyTorch ms, ratio"
    )
    with one_blas_thread():
        for name, stack, batch in CASES:
            if options.only not in f"{name} {batch}":
                continue
            ours, theirs = Engine(stack, data), Torch(stack, data)
            cells = []
            for kind in ("train", "infer"):
                a, b = in_turns(getattr(ours, kind), getattr(theirs, kind), batch, options.seconds)
                cells.append(f"{a * 1e3:8.3f} {b * 1e3:8.3f} {a / b:6.2f}")
            ours.step.close()
            print(f"{name:14s} {batch:5d}  {cells[0]}            {cells[1]}", flush=True)


if __name__ == "__main__":
    main()
