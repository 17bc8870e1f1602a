"""Largest difference between the engine's outputs and those of each export, preset by preset.

``python -m benchmarks.exports``; targets whose library is not installed are left out. Every export
is written, loaded from its files and run, on weights that are random throughout.
"""

from __future__ import annotations

import os
import runpy
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.export import Target, export, targets
from engine.networks.model_file import Model
from engine.networks.network import Sequential
from engine.networks.presets import PRESETS

Array = NDArray[Any]
IMAGES = 64

os.environ.setdefault("KERAS_BACKEND", "torch")


def run_pytorch(path: Path, x: Array) -> Array:
    import torch  # noqa: PLC0415 - may be missing

    with torch.no_grad():
        return np.asarray(runpy.run_path(str(path))["load_model"]()(torch.tensor(x)).numpy())


def run_keras(path: Path, x: Array) -> Array:
    model = runpy.run_path(str(path))["load_model"]()
    return np.asarray(model.predict_on_batch(np.moveaxis(x, 1, -1)))


def run_numpy(path: Path, x: Array) -> Array:
    return np.asarray(runpy.run_path(str(path))["forward"](x, np.load(path.with_suffix(".npz"))))


def run_onnx(path: Path, x: Array) -> Array:
    import onnxruntime  # noqa: PLC0415 - may be missing

    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    return np.asarray(session.run(None, {"input": x})[0])


RUNNERS: dict[str, Callable[[Path, Array], Array]] = {
    "pytorch": run_pytorch,
    "keras": run_keras,
    "numpy": run_numpy,
    "onnx": run_onnx,
}


def difference(network: Sequential, target: Target, x: Array) -> str:
    """The largest difference, as a share of the largest output; or what is missing."""
    expected = network.logits(x)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"network{target.suffix}"
        try:
            export(Model(network, None), target, path)
            outputs = RUNNERS[target.key](path, x)
        except ImportError as error:
            return f"no {error.name}"
    return f"{np.abs(outputs - expected).max() / np.abs(expected).max():.1e}"


def main() -> None:
    print("largest difference / largest output, float32,", IMAGES, "images")
    print(f"{'':20}" + "".join(f"{target.title:>10}" for target in targets()))
    for key, preset in PRESETS.items():
        rng = np.random.default_rng(0)
        network = Sequential(preset.stack, rng)
        network.parameters += rng.normal(0, 0.05, network.parameters.shape).astype(np.float32)
        x = rng.random((IMAGES, *preset.stack.input_shape), dtype=np.float32)
        cells = [difference(network, target, x) for target in targets()]
        print(f"{key:20}" + "".join(f"{cell:>10}" for cell in cells))


if __name__ == "__main__":
    main()
