"""``cnnviz export``: a trained network as PyTorch, Keras or NumPy source, or as an ONNX graph."""

from __future__ import annotations

import re
from pathlib import Path

from app.commands.terminal import say
from engine.export import export, target_named
from engine.networks.model_file import load_model


def export_model(model: Path, key: str, out: Path | None) -> int:
    """Write the network in the file ``model`` for the target ``key``, and say what was written.

    Raises:
        EngineError: if the network cannot be read, a layer not expressed, or a file not written.
    """
    target = target_named(key)
    written = export(
        load_model(model), target, out or default_path(model, key, target.suffix), model
    )
    for path in written:
        say(f"Saved {path}")
    return 0


def default_path(model: Path, key: str, suffix: str) -> Path:
    """In the working folder, a name that Python can import: ``lenet5_keras.py``."""
    stem = re.sub(r"\W", "_", model.stem)
    return Path(f"{stem}_{key}{suffix}" if suffix == ".py" else f"{stem}{suffix}")
