"""``cnnviz train --resume``: a run goes on as if it had never stopped, with what it was begun with.

Everything comes from its checkpoint. What is given once more must be the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from app.commands.kept_run import SUFFIX, Resumed, checkpoint_of
from app.commands.train import TrainingRequest, train
from app.commands.train_guard import GuardRequest, train_guard
from engine.basics.errors import DataError
from engine.basics.records import quoted
from engine.data.augmentation import AugmentationConfig
from engine.networks.model_file import load_stack
from engine.networks.presets import PRESETS


def resume(
    given: Path, out: Path | None, data: Path | None, asked: Mapping[str, Any], *, force: bool
) -> int:
    """Go on with a run.

    Args:
        given: Its checkpoint, or the network next to which that lies.
        out: Where to save, if not where the run was to.
        data: The folder with MNIST, if it has moved.
        asked: What else was given on the command line, by the names of the options.
        force: Whether what lies at ``out`` may be replaced.

    Raises:
        EngineError: if there is no such run, or it was begun with other settings or images.
    """
    path = given if given.suffix == SUFFIX else checkpoint_of(given)
    run = Resumed.read(path)
    _check_same(run, asked)
    out = out or path.with_suffix("")
    if run.kind == "guard":
        return train_guard(GuardRequest.resumed(run, out, data, force=force), run)
    return train(TrainingRequest.resumed(run, out, data, force=force), run)


def _check_same(run: Resumed, asked: Mapping[str, Any]) -> None:
    """Refuse settings that the run was not begun with."""
    known = (
        run.options.data | run.config.to_dict() | {"guard": True if run.kind == "guard" else None}
    )
    for name, value in asked.items():
        option = f"--{name.replace('_', '-')}"
        if name in {"stack", "preset"}:
            stack = load_stack(value) if name == "stack" else PRESETS[value].stack
            same, began_with = stack == run.stack, f"the stack {quoted(run.stack.name)}"
        else:
            found = _plain(name, value)
            same, began_with = found == known.get(name), _words(option, known.get(name))
        if not same:
            raise DataError(
                f"The run in {run.path} was begun with {began_with}, and not with {option} "
                f"{quoted(str(value))}. Leave {option} out to go on with it, or --resume to begin "
                "another."
            )


def _plain(name: str, value: Any) -> Any:
    """A value as a checkpoint keeps it."""
    if name == "augment":
        return AugmentationConfig.parse(value).text()
    return value.name if isinstance(value, Path) else value


def _words(option: str, value: Any) -> str:
    return f"no {option}" if value is None else f"{option} {quoted(str(value))}".rstrip()
