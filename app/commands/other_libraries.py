"""``cnnviz export`` and ``import``: networks for other libraries, and weights from PyTorch."""

from __future__ import annotations

import re
from functools import partial
from pathlib import Path

from app.commands.output_file import check_output, unused
from app.commands.terminal import say
from engine.export import export, target_named
from engine.export.from_pytorch import import_weights
from engine.networks.model_file import load_model, load_stack, save_model
from engine.networks.presets import PRESETS


def export_model(model: Path, key: str, out: Path | None, *, force: bool = False) -> int:
    """Write the network in the file ``model`` for the target ``key``, and say what was written.

    Left out, ``out`` is a name in the working folder that Python can import: ``lenet5_keras.py``,
    or ``lenet5_keras_2.py`` if there is one. ``force`` replaces what is there.

    Raises:
        EngineError: if the network cannot be read, a layer not expressed, or a file not written.
    """
    target = target_named(key)
    if out is None:
        stem = re.sub(r"\W", "_", model.stem)
        name = f"{stem}_{key}.py" if target.suffix == ".py" else f"{stem}{target.suffix}"
        out = unused(Path(name), joint="_")
    check_output(out, force=force)
    check_beside = partial(check_output, force=force)
    for path in export(load_model(model), target, out, model, check_beside):
        say(f"Saved {path}")
    return 0


def import_network(
    weights: Path, preset: str, stack: Path | None, out: Path | None, *, force: bool = False
) -> int:
    """Read a ``state_dict`` saved as safetensors into the stack, and save the network.

    Left out, ``out`` is ``FILE_imported.safetensors`` in the working folder, or
    ``FILE_imported-2.safetensors`` if there is one. ``force`` replaces what is there.

    Raises:
        EngineError: if the file or the stack cannot be read, or some tensor does not fit; each
            that does not is listed.
    """
    out = out or unused(Path(f"{weights.stem}_imported.safetensors"))
    check_output(out, force=force)
    network, match = import_weights(weights, load_stack(stack) if stack else PRESETS[preset].stack)
    save_model(out, network)
    for name, source in match.names.items():
        if name != source:
            say(f"{name} is taken from {source}")
    say(f"{network.stack.name}: {network.parameter_count:,} parameters read from {weights.name}")
    say(f"Saved {out}")
    return 0
