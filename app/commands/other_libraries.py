"""``cnnviz export`` and ``import``: networks for other libraries, and weights from PyTorch."""

from __future__ import annotations

import re
from pathlib import Path

from app.commands.terminal import say
from engine.export import export, target_named
from engine.export.from_pytorch import import_weights
from engine.networks.model_file import load_model, load_stack, save_model
from engine.networks.presets import PRESETS


def export_model(model: Path, key: str, out: Path | None) -> int:
    """Write the network in the file ``model`` for the target ``key``, and say what was written.

    Left out, ``out`` is a name in the working folder that Python can import: ``lenet5_keras.py``.

    Raises:
        EngineError: if the network cannot be read, a layer not expressed, or a file not written.
    """
    target = target_named(key)
    if out is None:
        stem = re.sub(r"\W", "_", model.stem)
        out = Path(f"{stem}_{key}.py" if target.suffix == ".py" else f"{stem}{target.suffix}")
    for path in export(load_model(model), target, out, model):
        say(f"Saved {path}")
    return 0


def import_network(weights: Path, preset: str, stack: Path | None, out: Path) -> int:
    """Read a ``state_dict`` saved as safetensors into the stack, and save the network.

    Raises:
        EngineError: if the file or the stack cannot be read, or some tensor does not fit; each
            that does not is listed.
    """
    network, match = import_weights(weights, load_stack(stack) if stack else PRESETS[preset].stack)
    save_model(out, network)
    for name, source in match.names.items():
        if name != source:
            say(f"{name} is taken from {source}")
    say(f"{network.stack.name}: {network.parameter_count:,} parameters read from {weights.name}")
    say(f"Saved {out}")
    return 0
