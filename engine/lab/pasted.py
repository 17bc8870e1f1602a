"""Numbers from text: a block pasted from a spreadsheet, from NumPy or from a file.

The numbers are read as everywhere (``engine.basics.typed_numbers``); a block decides as a whole
what stands before its decimals. Spaces and commas can stand between numbers or within them: where
a text can be read in two ways, it is refused and both are named.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np

from engine.basics.errors import DataError
from engine.basics.typed_numbers import (
    AmbiguousNumberError,
    decimal_separator,
    quoted,
    read_number,
)
from engine.traces.model import Values

_ROW = re.compile(r"\[([^\[\]]*)\]")
_SPACES = re.compile(r" +")
_COMMA_AND_SPACE = re.compile(r",\s+")
_COMMA_IN_NUMBER = re.compile(r",\S")
_MOST_NUMBERS = 10_000

Rows = list[list[str]]


def read_block(text: str) -> Values:
    """Rows and columns of numbers: tabs, semicolons, commas or spaces between, or NumPy's brackets.

    Shape:
        The result is ``(rows, columns)``.

    Raises:
        AmbiguousNumberError: if it can be read in two ways.
        DataError: if a part is no number, or the rows are of different lengths.
    """
    if len(text) > 40 * _MOST_NUMBERS:
        raise DataError("That is more text than any grid has cells.")
    lines = [line.strip(" ") for line in text.strip("\r\n").splitlines() if line.strip()]
    if "[" in text:
        rows = [re.split(r"[,;\s]+", row.strip(" ,;\n")) for row in _ROW.findall(text)]
        return _values([row for row in rows if row != [""]], decimal=".")
    for separator in "\t;":
        if any(separator in line for line in lines):
            rows = [line.removesuffix(";").split(separator) for line in lines]
            return _values(rows, decimal=decimal_separator(cell for row in rows for cell in row))
    return _only_reading(lines)


@dataclass(frozen=True)
class _Reading:
    """One way to take lines apart, and what comes of it: numbers, or why there are none."""

    words: str
    rows: Rows
    decimal: str = ""

    def values(self) -> Values:
        """The numbers.

        Raises:
            DataError: as ``read_block``.
        """
        decimal = self.decimal or decimal_separator(cell for row in self.rows for cell in row)
        return _values(self.rows, decimal=decimal)

    @property
    def has_leading_zeros(self) -> bool:
        """Whether a number would begin as none is written: ``000`` of ``1 000``, 05 of ``0,05``."""
        return any(re.match(r"[-+]?0\d", cell.strip()) for row in self.rows for cell in row)


def _only_reading(lines: list[str]) -> Values:
    """The numbers of lines without tabs and semicolons, where only one reading makes sense."""
    found: list[tuple[_Reading, Values]] = []
    refusals: list[DataError] = []
    for reading in _readings(lines):
        try:
            found.append((reading, reading.values()))
        except DataError as error:
            refusals.append(error)
    for refusal in refusals:
        if isinstance(refusal, AmbiguousNumberError):
            raise refusal
    if not found:
        raise refusals[-1]
    if len(lines) == 1 and lines[0].count(",") == 1:
        return found[0][1]  # a decimal comma, as in any field, if it can be one
    likely = [one for one in found if not one[0].has_leading_zeros] or found
    if len(likely) > 1:
        first, second = likely[0], likely[1]
        raise AmbiguousNumberError(
            f"“{quoted(lines[0])}” can be {first[0].words}, or {second[0].words}. Write decimals "
            "with a point, and put tabs or semicolons between numbers."
        )
    return likely[0][1]


def _readings(lines: list[str]) -> list[_Reading]:
    """The ways in which lines can be meant, each with other numbers in its rows."""
    whole = _Reading("one number in a line", [[line] for line in lines])
    spaced = _Reading("numbers with spaces between", [_SPACES.split(line) for line in lines])
    if not any("," in line for line in lines):
        if len(lines) > 1 and not spaced.has_leading_zeros:
            return [spaced]  # a block of pixels from 100 to 255 is no column of millions
        return [spaced] if spaced.rows == whole.rows else [whole, spaced]
    commas = _Reading(
        "numbers with commas between", [line.rstrip(", ").split(",") for line in lines], "."
    )
    has_spaced_commas = any(_COMMA_AND_SPACE.search(line) for line in lines)
    if has_spaced_commas and not any(_COMMA_IN_NUMBER.search(line) for line in lines):
        return [commas]
    if has_spaced_commas:
        rows = [_COMMA_AND_SPACE.split(line.rstrip(", ")) for line in lines]
        return [commas, _Reading("numbers with decimal commas", rows, ",")]
    numbers = _Reading("numbers with decimal commas", spaced.rows)
    return [numbers, commas]


def _values(rows: Rows, *, decimal: str) -> Values:
    if not any(rows):
        raise DataError("There are no numbers on the clipboard.")
    lengths = {len(row) for row in rows}
    if len(lengths) > 1:
        raise DataError(
            f"The rows are of different lengths ({min(lengths)} to {max(lengths)} numbers); "
            "a grid needs them all alike."
        )
    return np.array([[read_number(cell, decimal=decimal) for cell in row] for row in rows])
