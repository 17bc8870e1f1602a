"""The user's own drawings with their labels: kept as strokes, one small file each.

A drawing is rendered by ``engine.ink.rendering`` and prepared by ``engine.ink.preprocess``
whenever its pixels are wanted, so what is kept stays right when either gets better.
"""

from __future__ import annotations

import io
import json
import os
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.basics.errors import DataError
from engine.basics.whole_file import write_whole
from engine.data.dataset import Dataset
from engine.ink.drawing_json import (
    drawing_from_json,
    drawing_to_json,
    label_from_json,
    parsed_file,
)
from engine.ink.drawings import Drawing, check_effort
from engine.ink.preprocess import SIDE, NoInkError, prepare
from engine.ink.rendering import render

NAME = "My drawings"

_SUFFIX = ".drawing.json"


@dataclass(frozen=True, eq=False)
class KeptDrawing:
    """A drawing, the digit that its owner says it is, and the name that it is kept under."""

    key: str
    label: int
    drawing: Drawing

    def with_label(self, label: int) -> KeptDrawing:
        """The same drawing, called another digit."""
        return replace(self, label=label)


class DrawingStore:
    """The folder that the drawings are kept in, oldest first.

    The files are the only truth: two stores of one folder see the same drawings, each when it reads
    them. Each file is written whole under a temporary name and then moved into place.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def count(self) -> int:
        """How many drawings there are, readable or not, without reading them."""
        try:
            return sum(name.endswith(_SUFFIX) for name in os.listdir(self.folder))  # noqa: PTH208
        except OSError:
            return 0

    def load(self) -> tuple[list[KeptDrawing], dict[Path, DataError]]:
        """The drawings, oldest first, and the files that are passed over as damaged, and why."""
        kept: list[KeptDrawing] = []
        damaged: dict[Path, DataError] = {}
        try:
            paths = sorted(self.folder.glob(f"*{_SUFFIX}"))
        except OSError:
            paths = []
        for path in paths:
            try:
                kept.append(_read(path))
            except DataError as error:
                damaged[path] = error
        return kept, damaged

    def add(self, drawing: Drawing, label: int) -> KeptDrawing:
        """Keep a drawing.

        Raises:
            NoInkError: if it shows no ink.
            DataError: if the label is no digit, or it cannot be stored.
        """
        label_from_json({"label": label})
        check_effort(drawing)
        pixels_of(drawing)  # a blank sheet is an example of nothing
        kept = KeptDrawing(self._new_key(), label, drawing)
        self.put(kept)
        return kept

    def put(self, kept: KeptDrawing) -> None:
        """Write a drawing under its name: after a change, or to bring a deleted one back.

        Raises:
            DataError: if it cannot be stored.
        """
        data = drawing_to_json(kept.drawing, kept.label)
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            write_whole(self._path(kept.key), json.dumps(data).encode())
        except OSError as error:
            raise DataError(
                f"The drawing cannot be kept in {self.folder}: {error.strerror or error}."
            ) from error

    def delete(self, kept: KeptDrawing) -> None:
        """Take a drawing out; it is no error if it is gone already.

        Raises:
            DataError: if the file cannot be deleted.
        """
        try:
            self._path(kept.key).unlink(missing_ok=True)
        except OSError as error:
            raise DataError(
                f"The drawing cannot be deleted from {self.folder}: {error.strerror or error}."
            ) from error

    def _path(self, key: str) -> Path:
        return self.folder / f"{key}{_SUFFIX}"

    def _new_key(self) -> str:
        """A name that sorts after all that are there."""
        moment = time.time_ns() // 1000
        while self._path(f"{moment:017d}").exists():
            moment += 1
        return f"{moment:017d}"


@lru_cache(maxsize=4096)
def pixels_of(drawing: Drawing) -> NDArray[np.uint8]:
    """What a network gets to see of a drawing. Shape ``(28, 28)``, read-only.

    Raises:
        NoInkError: if it shows no ink.
    """
    pixels = prepare(render(drawing)).pixels
    pixels.flags.writeable = False
    return pixels


def drawings_dataset(kept: Sequence[KeptDrawing], classes: int = 10) -> Dataset:
    """The drawings as labelled images; what shows no ink is left out.

    Raises:
        DataError: if none is left.
    """
    images, labels = [], []
    for each in kept:
        with suppress(NoInkError):
            images.append(pixels_of(each.drawing))
            labels.append(each.label)
    if not images:
        raise DataError("There are no drawings of yours yet. Keep some in Draw with the keys 0–9.")
    count = len(images)
    return Dataset(
        np.stack(images).reshape(count, 1, SIDE, SIDE),
        np.array(labels, np.int64),
        NAME,
        f"{count:,} drawing{'s' if count != 1 else ''} kept from Draw.",
        classes,
    )


def export_drawings(kept: Iterable[KeptDrawing], path: Path) -> None:
    """Write drawings with their labels into one JSON file, see ``engine.ink.drawing_json``.

    ``cnnviz classify --strokes`` reads it too.

    Raises:
        DataError: if it cannot be written.
    """
    data = [drawing_to_json(each.drawing, each.label) for each in kept]
    text = "[\n" + ",\n".join(json.dumps(item) for item in data) + "\n]\n"
    try:
        write_whole(path, text.encode())
    except OSError as error:
        raise DataError(f"{path} cannot be written: {error.strerror or error}.") from error


def export_images(kept: Sequence[KeptDrawing], folder: Path) -> int:
    """Write each drawing as the 28×28 PNG that a network sees, in one folder per digit.

    Returns how many. Such a folder can be opened in Train.

    Raises:
        DataError: if there is none, or a file cannot be written.
    """
    from PIL import Image  # noqa: PLC0415 - slow, and needed only here

    dataset = drawings_dataset(kept)
    try:
        pairs = zip(dataset.images[:, 0], dataset.labels, strict=True)
        for number, (pixels, label) in enumerate(pairs, 1):
            place = folder / str(label)
            place.mkdir(parents=True, exist_ok=True)
            content = io.BytesIO()
            Image.fromarray(pixels).save(content, "PNG")
            write_whole(place / f"{number:05d}.png", content.getvalue())
    except OSError as error:
        raise DataError(f"{folder} cannot be written to: {error.strerror or error}.") from error
    return len(dataset)


def import_drawings(path: Path, add: Callable[[Drawing, int], object]) -> tuple[int, list[str]]:
    """Pass every labelled drawing of such a file to ``add``.

    Returns:
        How many there were, and a sentence for each that is passed over.

    Raises:
        DataError: if the file cannot be read or is of another form, or ``add`` cannot store.
    """
    data = parsed_file(path)
    if not isinstance(data, list):
        raise DataError(f"{path.name} must hold a list of drawings with labels.")
    taken, passed_over = 0, []
    for number, item in enumerate(data, 1):
        try:
            drawing, label = _labelled(item, f"Drawing {number}", number)
            pixels_of(drawing)
        except DataError as error:
            passed_over.append(str(error))
        else:
            add(drawing, label)
            taken += 1
    return taken, passed_over


def _read(path: Path) -> KeptDrawing:
    data = parsed_file(path)
    drawing, label = _labelled(data, path.name)
    return KeptDrawing(path.name.removesuffix(_SUFFIX), label, drawing)


def _labelled(data: object, name: str, number: int = 1) -> tuple[Drawing, int]:
    """A drawing that shows something, with its label."""
    drawing, label = drawing_from_json(data, number), label_from_json(data)
    if label is None:
        raise DataError(f"{name} has no label.")
    if not drawing:
        raise DataError(f"{name} is a blank sheet.")
    return drawing, label
