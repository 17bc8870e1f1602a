"""Safetensors files read without trusting them: the one reader for networks, runs and imports."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from engine.basics.errors import ModelFileError
from engine.basics.records import quoted
from engine.layers.base import Array


class _File(Protocol):
    """What ``safetensors.safe_open`` gives."""

    def metadata(self) -> dict[str, str] | None: ...
    def keys(self) -> list[str]: ...
    def get_slice(self, name: str) -> Any: ...
    def get_tensor(self, name: str) -> Array: ...


READABLE = ("F64", "F32", "F16", "I64", "I32")
"""The types of numbers that NumPy has, and that weights are written in."""


@dataclass(frozen=True)
class TensorFile:
    """The tensors that were wanted, and the texts next to them."""

    tensors: dict[str, Array]
    metadata: dict[str, str]


def read_tensor_file(
    path: Path,
    what: str,
    check: Callable[[dict[str, str]], None],
    is_wanted: Callable[[str], bool] = lambda name: True,  # noqa: ARG005
) -> TensorFile:
    """Read a safetensors file of ours.

    Args:
        path: The file.
        what: What it should be, for messages: ``network file``.
        check: Looks at the texts before any tensor is read, and raises if it is another file.
        is_wanted: Which tensors to read, by name.

    Raises:
        ModelFileError: if it is missing, damaged, or holds other numbers than weights; or what
            ``check`` raised.
    """
    with _opened(path, what) as file:
        metadata = file.metadata() or {}
        check(metadata)
        names = [name for name in file.keys() if is_wanted(name)]  # noqa: SIM118 - no dictionary
        kinds = {name: str(file.get_slice(name).get_dtype()) for name in names}
        check_kinds(path, kinds, READABLE)
        return TensorFile({name: file.get_tensor(name) for name in names}, metadata)


def check_kinds(path: Path, kinds: dict[str, str], readable: tuple[str, ...]) -> None:
    """Refuse tensors of numbers that are no weights, such as those of 8 bits.

    Raises:
        ModelFileError: naming them.
    """
    strange = ", ".join(f"{name} ({kind})" for name, kind in kinds.items() if kind not in readable)
    if strange:
        raise ModelFileError(
            f"{path.name} holds numbers that are not weights: {quoted(strange)}. "
            "Save it as float32."
        )


def check_finite(name: str, arrays: Iterable[Array]) -> None:
    """Refuse weights that nothing can be computed with.

    Raises:
        ModelFileError: if one is not finite.
    """
    if not all(np.isfinite(array).all() for array in arrays):
        raise ModelFileError(f"{name} holds weights that are not finite. It cannot be used.")


@contextmanager
def _opened(path: Path, what: str) -> Iterator[_File]:
    from safetensors import SafetensorError, safe_open  # noqa: PLC0415 - engine needs NumPy only

    if not path.is_file():
        raise ModelFileError(f"There is no {what} at {path}.")
    try:
        with safe_open(path, framework="numpy") as file:
            yield file
    except ModelFileError:
        raise
    except (SafetensorError, OSError, KeyError, TypeError, ValueError, AttributeError) as error:
        raise ModelFileError(
            f"{path.name} is damaged or no {what} ({quoted(str(error))})."
        ) from error
