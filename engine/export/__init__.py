"""Say a stack in another framework's words, and take its weights along.

for target in targets():
    print(target.key, target.title, target.suffix)
target_named("keras").code(stack)                           # source code, to show
export(Model(network, record), target_named("onnx"), Path("lenet5.onnx"))
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from engine.basics.records import quoted
from engine.export.keras_source import KERAS
from engine.export.keras_weights import convert_weights
from engine.export.numpy_script import NUMPY
from engine.export.onnx_graph import ONNX
from engine.export.place import ExportError
from engine.export.pytorch_source import PYTORCH
from engine.export.target import ExportedFile, Target
from engine.networks.model_file import Model, write_whole

__all__ = [
    "ExportError",
    "ExportedFile",
    "Target",
    "convert_weights",
    "export",
    "target_named",
    "targets",
]


def targets() -> tuple[Target, ...]:
    """All targets, in the order in which they are offered."""
    return (PYTORCH, KERAS, NUMPY, ONNX)


def target_named(key: str) -> Target:
    """The target of that key.

    Raises:
        ExportError: if there is none.
    """
    for target in targets():
        if target.key == key:
            return target
    known = ", ".join(target.key for target in targets())
    raise ExportError(f"The target must be one of {known}; got {quoted(key)!r}.")


def export(
    model: Model,
    target: Target,
    path: Path,
    model_path: Path | None = None,
    check_beside: Callable[[Path], None] | None = None,
) -> tuple[Path, ...]:
    """Write ``model`` to ``path`` in the words of ``target``, and its weights next to it.

    Args:
        model: What to export.
        target: Into what.
        path: The file asked for. Weights, where they are a file of their own, get its name with
            another suffix.
        model_path: The network file that the model was read from. Where it lies in the same
            folder and the target reads such files, it is referred to, and no other is made.
        check_beside: Called with the path of each file next to the one asked for, before anything
            is written; raises if it is not to be written.

    Returns:
        The files written, the one asked for first.

    Raises:
        ShapeError: if the stack does not fit together.
        ExportError: if a layer cannot be expressed, or a network file would be overwritten.
        ModelFileError: if a file cannot be written.
    """
    weights_name = None
    if model_path is not None:
        if _is_same_file(path, model_path):
            raise ExportError(f"{path} is the network itself. Choose another name to export to.")
        is_usable = model_path.suffix == target.weights_suffix
        if is_usable and path.resolve().parent == model_path.resolve().parent:
            weights_name = model_path.name
    made = target.files(model, path.stem, weights_name)
    first, beside = made[0], made[1:]
    for file in beside:
        if file.name == path.name:
            raise ExportError(
                f"{path.name} is where the weights go. Give the code a name in {target.suffix}."
            )
        _check_free(path.with_name(file.name), file.content)
        if check_beside is not None:
            check_beside(path.with_name(file.name))
    for file in beside:
        write_whole(path.with_name(file.name), file.content)
    write_whole(path, first.content)
    return (path, *(path.with_name(file.name) for file in beside))


def _is_same_file(path: Path, other: Path) -> bool:
    return path.resolve() == other.resolve()


def _check_free(path: Path, content: bytes) -> None:
    """A network file that happens to have the name of the weights is not ours to replace."""
    if path.suffix == ".safetensors" and path.exists() and path.read_bytes() != content:
        raise ExportError(
            f"{path} exists already and holds another network. Export under another name."
        )
