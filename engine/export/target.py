"""What every target of an export offers: code to read, and files to save."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from engine.export.place import ExportError
from engine.layers.base import Array
from engine.networks.model_file import Model
from engine.networks.stack import Stack

CodeWriter = Callable[[Stack, str], str]
"""A stack and the name of its weights file to source code."""

WeightsWriter = Callable[[Model], bytes]
"""A network, with its record, to the contents of a file."""


@dataclass(frozen=True)
class ExportedFile:
    """A file still to be written: its name, without a folder, and its contents."""

    name: str
    content: bytes


@dataclass(frozen=True)
class Target:
    """A language or format that a stack can be said in.

    ``key`` is what the command line takes, ``suffix`` that of the file asked for,
    ``weights_suffix`` that of the weights next to it. Without ``write_code`` (ONNX) the file is no
    text and holds the weights itself. ``entries`` are the functions with one entry per layer type.
    """

    key: str
    title: str
    about: str
    suffix: str
    weights_suffix: str
    write_code: CodeWriter | None
    write_weights: WeightsWriter
    entries: tuple[Callable[..., Any], ...]

    @property
    def is_text(self) -> bool:
        """Whether the target is source code, which can be shown and copied."""
        return self.write_code is not None

    def code(self, stack: Stack, weights_name: str = "") -> str:
        """The source code, for any stack that fits together; no weights are needed.

        Raises:
            ShapeError: if the stack does not fit together.
            ExportError: if the target has no code, or cannot express a layer.
        """
        if self.write_code is None:
            raise ExportError(f"{self.title} is a binary format; there is no code to show.")
        return self.write_code(stack, weights_name or f"weights{self.weights_suffix}")

    def files(
        self, model: Model, stem: str, weights_name: str | None = None
    ) -> tuple[ExportedFile, ...]:
        """All files of the export, the one asked for first.

        Args:
            model: What to export: the network, and its record if it was trained.
            stem: Name of the files without suffix.
            weights_name: An existing weights file to refer to; none is then made.

        Raises:
            ExportError: if the target cannot express a layer, or a package is missing.
        """
        if self.write_code is None:
            return (ExportedFile(stem + self.suffix, self.write_weights(model)),)
        beside = weights_name or stem + self.weights_suffix
        code = ExportedFile(stem + self.suffix, self.code(model.stack, beside).encode())
        if weights_name is not None:
            return (code,)
        return (code, ExportedFile(beside, self.write_weights(model)))


def npz(arrays: Mapping[str, Array]) -> bytes:
    """The contents of an ``.npz`` file, in the order given."""
    stream = io.BytesIO()
    np.savez(stream, **dict(arrays))  # type: ignore[arg-type]
    return stream.getvalue()
