"""Other marks of the engine: loops, one image, memory, MNIST by epochs.

    python -m benchmarks.marks [loops] [latency] [memory] [mnist --data DIR]

``latency`` and ``memory`` need ``pip install torch``. Memory is the peak resident size of a process
of its own, less that of one that only imports and holds the images.
"""

from __future__ import annotations

import argparse
import resource
import statistics
import subprocess
import sys
import time
from pathlib import Path

import numpy as np

from engine import loops as reference
from engine.data.mnist import load_mnist
from engine.networks.losses import SoftmaxCrossEntropy
from engine.networks.network import Sequential
from engine.networks.presets import PRESETS
from engine.training.batch_step import BatchStep, one_blas_thread
from engine.training.optimizers import SGD
from engine.training.trainer import EpochDone, Trainer, TrainingConfig, evaluate


def loops() -> None:
    """One training step of SimpleCNN on an image, by the definition's loops and by the layers."""
    rng = np.random.default_rng(0)
    network = Sequential(PRESETS["simplecnn"].stack, rng)
    conv, dense = network.layers[0].parameters, network.layers[3].parameters
    images, labels = rng.random((1, 1, 28, 28)).astype(np.float32), np.array([3])
    started = time.perf_counter()
    around = ((1, 1), (1, 1))
    maps = reference.conv2d(images, conv["weight"], conv["bias"], padding=around)
    flat = np.maximum(maps, 0).reshape(1, -1)
    loss = SoftmaxCrossEntropy()
    loss.forward(reference.dense(flat, dense["weight"], dense["bias"]), labels)
    grad = loss.backward()
    back = (grad @ dense["weight"]).reshape(maps.shape) * (maps > 0)
    reference.conv2d_backward(back, images, conv["weight"], padding=around)
    by_loops = time.perf_counter() - started

    data = _Noise(1000)
    with one_blas_thread():
        step = BatchStep(network, loss, with_second_thread=True)
        optimizer = SGD(network.parameters, momentum=0.9)
        epochs = []
        for _ in range(7):
            started = time.perf_counter()
            for start in range(0, 1000, 20):
                step.train(data, np.arange(start, start + 20), None, start)
                optimizer.step(network.gradients, 0.01)
            epochs.append(time.perf_counter() - started)
        step.close()
    fast = statistics.median(epochs)
    print("SimpleCNN, an epoch of 1,000 images, batch 20:")
    print(f"  loops  {by_loops * 1000:8.1f} s (one image measured, times 1,000)")
    print(f"  engine {fast:8.3f} s: {by_loops * 1000 / fast:,.0f} times as fast")


class _Noise:
    """Images of noise."""

    def __init__(self, count: int) -> None:
        rng = np.random.default_rng(0)
        self.images = rng.integers(0, 256, (count, 1, 28, 28), np.uint8)
        self.labels = rng.integers(0, 10, count)
        self.classes = 10

    def __len__(self) -> int:
        return len(self.labels)


def latency() -> None:
    """One image through LeNet-5, in turns with PyTorch."""
    import torch  # noqa: PLC0415 - only where it is compared with

    from benchmarks.engine_speed import torch_twin  # noqa: PLC0415 - imports torch

    torch.set_num_threads(2)
    stack = PRESETS["lenet5"].stack
    network, twin = Sequential(stack, np.random.default_rng(0)), torch_twin(stack)
    network.reuse_buffers(reuse=True)
    image = np.random.default_rng(0).random((1, 1, 28, 28)).astype(np.float32)
    tensor = torch.from_numpy(image)
    ours: list[float] = []
    theirs: list[float] = []
    with torch.inference_mode():
        for _ in range(60):
            for work, times in (
                (lambda: network.forward(image), ours),
                (lambda: twin(tensor), theirs),
            ):
                for _ in range(20):
                    started = time.perf_counter()
                    work()
                    times.append(time.perf_counter() - started)
    a, b = statistics.median(ours) * 1e6, statistics.median(theirs) * 1e6
    print(f"one image through LeNet-5: {a:.0f} µs, PyTorch {b:.0f} µs, ratio {a / b:.2f}")


def memory() -> None:
    """Peak memory of training LeNet-5 at batch 256, each library in a process of its own."""
    for who in ("engine", "torch"):
        sizes = []
        for steps in (0, 30):
            code = f"from benchmarks.marks import train_{who}; train_{who}({steps})"
            result = subprocess.run(
                [sys.executable, "-c", code], capture_output=True, text=True, check=True
            )
            sizes.append(int(result.stdout) / 1024)
        print(f"LeNet-5 at batch 256, {who:6s}: {sizes[1] - sizes[0]:6.1f} MB while training")


def train_engine(steps: int) -> None:
    """Train and print the peak resident size in KB."""
    data = _Noise(4096)
    network = Sequential(PRESETS["lenet5"].stack, np.random.default_rng(0))
    if steps:
        step = BatchStep(network, SoftmaxCrossEntropy(), with_second_thread=True)
        optimizer = SGD(network.parameters, momentum=0.9)
        for number in range(steps):
            step.train(data, np.arange(256), None, number)
            optimizer.step(network.gradients, 0.01)
        step.close()
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)


def train_torch(steps: int) -> None:
    """The same with PyTorch."""
    import torch  # noqa: PLC0415 - only where it is compared with

    from benchmarks.engine_speed import torch_twin  # noqa: PLC0415 - imports torch

    torch.set_num_threads(2)
    data = _Noise(4096)
    twin = torch_twin(PRESETS["lenet5"].stack)
    images = torch.tensor(data.images[:256].astype(np.float32) / 255)
    labels = torch.tensor(data.labels[:256])
    optimizer = torch.optim.SGD(twin.parameters(), lr=0.01, momentum=0.9)
    for _ in range(steps):
        optimizer.zero_grad()
        loss = torch.nn.functional.cross_entropy(twin(images), labels)
        loss.backward()
        optimizer.step()
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)


def mnist(directory: Path) -> None:
    """Test accuracy of LeNet-5 with default settings after runs of 1, 5 and 12 epochs."""
    everything, test = load_mnist(directory)
    training, validation = everything.split(5000, 0)
    for epochs in (1, 5, 12):
        network = Sequential(PRESETS["lenet5"].stack, np.random.default_rng(0))
        trainer = Trainer(network, training, validation, TrainingConfig(epochs=epochs))
        seconds = [event.seconds for event in trainer.run() if isinstance(event, EpochDone)]
        network.load_state_dict(trainer.best_state())
        accuracy = evaluate(network, test)[1]
        print(
            f"LeNet-5, {epochs:2d} epochs: {accuracy:.2%} on test images, "
            f"{statistics.median(seconds):.1f} s an epoch",
            flush=True,
        )


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("which", nargs="*", default=["loops", "latency", "memory"])
    parser.add_argument("--data", type=Path)
    options = parser.parse_args()
    for name in options.which:
        if name == "mnist":
            mnist(options.data)
        else:
            {"loops": loops, "latency": latency, "memory": memory}[name]()


if __name__ == "__main__":
    main()
