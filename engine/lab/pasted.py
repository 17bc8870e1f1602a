"""Numbers from text: one that was typed, or a block pasted from a spreadsheet or from NumPy."""

from __future__ import annotations

import math
import re

import numpy as np

from engine.basics.errors import DataError
from engine.traces.model import Values

_FRACTION = re.compile(r"([^/]+)/([^/]+)")
_ROW = re.compile(r"\[([^\[\]]*)\]")
_MOST_NUMBERS = 10_000


def read_number(text: str, *, has_decimal_comma: bool = False) -> float:
    """One number: ``-1``, ``0.5``, ``1/9``, ``2e-3``; ``0,5`` where the locale writes it so.

    Raises:
        DataError: if it is no finite number; the message says so in a sentence.
    """
    cleaned = text.strip().replace("−", "-").replace("\u00a0", "").replace("·10^", "e")
    if has_decimal_comma and "." not in cleaned:
        cleaned = cleaned.replace(",", ".")
    if not cleaned:
        raise DataError("Type a number; this is empty.")
    try:
        value = _fraction_or_float(cleaned)
    except (ValueError, ZeroDivisionError) as error:
        example = "0,5" if has_decimal_comma else "0.5"
        raise DataError(f"“{_short(text)}” is no number. Write it like −1 or {example}.") from error
    if not math.isfinite(value):
        raise DataError(f"“{_short(text)}” is not finite; a cell holds an ordinary number.")
    return value


def read_block(text: str, *, has_decimal_comma: bool = False) -> Values:
    """Rows and columns of numbers: tabs, semicolons, commas or spaces between, or NumPy's brackets.

    Shape:
        The result is ``(rows, columns)``.

    Raises:
        DataError: if a part is no number, or the rows are of different lengths.
    """
    if len(text) > 40 * _MOST_NUMBERS:
        raise DataError("That is more text than any grid has cells.")
    rows = _bracketed(text) if "[" in text else _lines(text, has_decimal_comma=has_decimal_comma)
    if not any(rows):
        raise DataError("There are no numbers on the clipboard.")
    lengths = {len(row) for row in rows}
    if len(lengths) > 1:
        raise DataError(
            f"The rows are of different lengths ({min(lengths)} to {max(lengths)} numbers); "
            "a grid needs them all alike."
        )
    comma = has_decimal_comma and "[" not in text
    return np.array([[read_number(part, has_decimal_comma=comma) for part in row] for row in rows])


def _bracketed(text: str) -> list[list[str]]:
    rows = _ROW.findall(text)
    return [[part for part in re.split(r"[,;\s]+", row.strip()) if part] for row in rows]


def _lines(text: str, *, has_decimal_comma: bool) -> list[list[str]]:
    lines = [line for line in text.strip("\r\n").splitlines() if line.strip()]
    if any("\t" in line for line in lines):
        return [line.split("\t") for line in lines]
    if any(";" in line for line in lines):
        return [line.rstrip("; ").split(";") for line in lines]
    has_commas = any("," in line for line in lines)
    if has_commas and not (has_decimal_comma and _reads_with_decimal_commas(lines)):
        return [line.rstrip(", ").split(",") for line in lines]
    return [line.split() for line in lines]


def _reads_with_decimal_commas(lines: list[str]) -> bool:
    return all(part.count(",") <= 1 for line in lines for part in line.split())


def _fraction_or_float(text: str) -> float:
    parts = _FRACTION.fullmatch(text)
    if parts:
        return float(parts[1]) / float(parts[2])
    if "_" in text:
        raise ValueError(text)
    return float(text)


def _short(text: str) -> str:
    text = text.strip()
    return text if len(text) <= 20 else f"{text[:19]}…"
