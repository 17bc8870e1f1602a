"""Images as a table of text: one row per image, its label and then its pixels."""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.basics.errors import DataError, reading
from engine.data.arrays import as_images, classes_of, square_side
from engine.data.dataset import Dataset, Labels, check_memory
from engine.data.progress import (
    CancelledError,
    IsCancelled,
    Progress,
    ignore_progress,
    never_cancelled,
)

LABEL_WORDS = ("label", "class", "digit", "y", "target")
"""What a column of labels is called in a header."""

_REPORT_EVERY = 200
_SHOWN = 20


def read_csv(
    path: Path,
    progress: Progress = ignore_progress,
    is_cancelled: IsCancelled = never_cancelled,
) -> Dataset:
    """The images in a CSV file: values separated by commas, semicolons or tabs.

    The labels are in the column that the header calls ``label``, or else in the first one. They are
    whole numbers from 0, or words. Pixels are grey levels from 0 to 255, or fractions from 0 to 1.

    Args:
        path: the file.
        progress: told the bytes that are done and those in all.
        is_cancelled: asked every few rows.

    Raises:
        DataError: naming the line and column that cannot be read; or if labels are missing, or it
            is larger than memory.
        CancelledError: if ``is_cancelled`` said so.
    """
    try:
        with reading(path), path.open(encoding="utf-8-sig", newline=None) as file:
            return _Table(path, path.stat().st_size, progress, is_cancelled).read(file)
    except UnicodeDecodeError as error:
        raise DataError(f"{path.name} must be a text file of numbers; it is not text.") from error


class _Table:
    """Reads one file row by row, so that a message can name the line."""

    def __init__(
        self, path: Path, size: int, progress: Progress, is_cancelled: IsCancelled
    ) -> None:
        self._name, self._path, self._size = path.name, path, size
        self._progress, self._is_cancelled = progress, is_cancelled
        self._separator = ","
        self._columns = self._label_column = 0
        self._levels = bytearray()
        self._fractions: array[float] | None = None
        self._labels: list[str] = []

    def read(self, lines: Iterator[str]) -> Dataset:
        done = 0
        for number, line in enumerate(lines, 1):
            done += len(line)
            if number % _REPORT_EVERY == 1:
                if self._is_cancelled():
                    raise CancelledError(f"Reading {self._name} was cancelled.")
                self._progress(min(done, self._size), self._size)
            if line.strip():
                self._take(number, line)
        self._progress(self._size, self._size)
        if not self._labels:
            raise DataError(f"{self._name} has no row of numbers: it needs one for each image.")
        return self._dataset()

    def _take(self, number: int, line: str) -> None:
        if not self._columns:
            self._separator = next((mark for mark in ",;\t" if mark in line), ",")
        cells = [cell.strip().strip('"') for cell in line.split(self._separator)]
        if not self._columns:
            self._columns = len(cells)
            if _is_header(cells):
                self._read_header(cells)
                return
            self._check_columns(line)
        elif not self._labels:
            self._check_columns(line)
        if len(cells) != self._columns:
            raise DataError(
                f"{self._name}, line {number:,}: every row needs {self._columns:,} values as the "
                f"first has; this one has {len(cells):,}."
            )
        label = cells.pop(self._label_column)
        if not label:
            raise DataError(f"{self._name}, line {number:,}: the label is missing.")
        self._labels.append(label)
        self._add_pixels(number, cells)

    def _read_header(self, cells: Sequence[str]) -> None:
        words = [cell.lower() for cell in cells]
        found = next((words.index(word) for word in LABEL_WORDS if word in words), None)
        if found is None and words[0].startswith(("pixel", "0", "1x1", "p0", "p1")):
            raise DataError(
                f"{self._name} has no labels: a column called label is needed; its first is "
                f"called {cells[0]!r}. Files to be classified have none, so nothing is learnt."
            )
        self._label_column = found or 0

    def _check_columns(self, line: str) -> None:
        """Refuse what has no label or no square image, or does not fit into memory."""
        pixels = self._columns - 1
        if pixels < 1:
            raise DataError(
                f"{self._name} must have a label and pixels in each row, separated by commas; "
                f"its first row is {line.strip()[:_SHOWN]!r}."
            )
        try:
            square_side(pixels, self._name)
        except DataError as error:
            try:
                square_side(self._columns, self._name)
            except DataError:
                raise error from None
            raise DataError(
                f"{self._name} has no labels: its {self._columns:,} columns are just the pixels of "
                "an image. The label must come first, or in a column called label."
            ) from error
        check_memory(self._name, self._size // len(line) + 1, pixels)

    def _add_pixels(self, number: int, cells: list[str]) -> None:
        if self._fractions is None:
            try:
                self._levels.extend(bytes(map(int, cells)))
            except ValueError:
                self._parsed(number, cells)  # refuses what is no fraction either
                self._fractions = array("f", map(float, self._levels))
                self._levels.clear()
            else:
                return
        self._fractions.extend(self._parsed(number, cells))

    def _parsed(self, number: int, cells: Sequence[str]) -> list[float]:
        try:
            values = list(map(float, cells))
        except ValueError:
            self._refuse(number, cells)
        if not (min(values) >= 0 and max(values) <= 255):
            self._refuse(number, cells)
        return values

    def _refuse(self, number: int, cells: Sequence[str]) -> None:
        """Name the cell that is no grey level."""
        for place, cell in enumerate(cells):
            column = place + 1 + (place >= self._label_column)
            where = f"{self._name}, line {number:,}, column {column:,}"
            shown = cell if len(cell) <= _SHOWN else cell[: _SHOWN - 1] + "…"
            try:
                value = float(cell)
            except ValueError:
                raise DataError(f"{where}: a pixel must be a number; it is {shown!r}.") from None
            if not 0 <= value <= 255:
                raise DataError(
                    f"{where}: a pixel must be a grey level from 0 to 255; it is {shown}."
                )

    def _dataset(self) -> Dataset:
        count, side = len(self._labels), square_side(self._columns - 1, self._name)
        pixels: NDArray[np.generic] = (
            np.frombuffer(bytes(self._levels), np.uint8)
            if self._fractions is None
            else np.frombuffer(self._fractions, np.float32)
        )
        images = as_images(pixels.reshape(count, 1, side, side), self._name)
        labels, classes, names = self._numbered()
        description = f"The {count:,} images of {self._path.name}."
        return Dataset(images, labels, self._path.stem, description, classes, names)

    def _numbered(self) -> tuple[Labels, int, tuple[str, ...]]:
        """Labels as numbers: the numbers that they are, or the places of words in the alphabet."""
        if all(label.isdecimal() for label in self._labels):
            labels = np.array(list(map(int, self._labels)), np.int64)
            return labels, classes_of(labels, self._name), ()
        names = tuple(sorted(set(self._labels)))
        classes_of(np.array([len(names) - 1], np.int64), self._name)
        place = {name: index for index, name in enumerate(names)}
        labels = np.array([place[label] for label in self._labels], np.int64)
        return labels, len(names), names


def _is_header(cells: Sequence[str]) -> bool:
    """Whether the first row names the columns: no number in most of it, or a word for label."""
    words = sum(not _is_number(cell) for cell in cells)
    return words > len(cells) // 2 or any(cell.lower() in LABEL_WORDS for cell in cells)


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True
