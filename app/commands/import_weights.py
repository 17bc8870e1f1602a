"""``cnnviz import``: weights that PyTorch saved, put into a stack that fits them."""

from __future__ import annotations

from pathlib import Path

from app.commands.terminal import say
from engine.export.from_pytorch import import_weights
from engine.networks.model_file import load_stack, save_model
from engine.networks.presets import PRESETS


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
