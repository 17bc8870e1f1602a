"""Numbers as people type them: one reading for every field, cell, paste, file and command line.

``0.05``, ``0,05``, ``.05``, ``5e-2`` and ``1/20`` mean the same in every locale. Digits may be
grouped by spaces, apostrophes, points or commas: ``1 000 000``, ``1,000,000``, ``1.000.000,5``.
One point or comma before exactly three digits can be meant in two ways (``1,000`` is a thousand to
one hand and 1 to another): where a whole number is wanted it groups, elsewhere it is refused, and
both readings are named. Digits of other scripts are read, too.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterable

from engine.basics.errors import DataError

_MINUS = dict.fromkeys(map(ord, "−–‐‑﹣－"), "-")
_SEPARATORS = {ord("٫"): ".", ord("٬"): ","}
_SPACES = " \N{NO-BREAK SPACE}\N{THIN SPACE}\N{NARROW NO-BREAK SPACE}\N{FIGURE SPACE}'’"
_SUPERSCRIPTS = str.maketrans("⁻⁺⁰¹²³⁴⁵⁶⁷⁸⁹", "-+0123456789")
_POWER = re.compile(r"\s*[·×*]\s*10\s*\^?\s*([-+]?\d+)$")
_EXPONENT = re.compile(r"^(.*?)[eE]([-+]?\d{1,6})$")
_PLAIN = re.compile(r"([-+]?)(\d*)(?:([.,])(\d*))?")
_GROUPED = re.compile(rf"([-+]?)(\d{{1,3}}([{_SPACES}.,])\d{{3}}(?:\3\d{{3}})*)(?:([.,])(\d*))?")
_LONGEST = 400
_LONGEST_QUOTE = 20


class AmbiguousNumberError(DataError):
    """One separator before three digits: two numbers could be meant."""


def read_number(text: str, *, is_whole: bool = False, decimal: str = "") -> float:
    """The number that a text says.

    Args:
        text: What was typed.
        is_whole: A whole number is wanted: one separator before three digits groups.
        decimal: ``.`` or ``,`` where it is known from elsewhere that this one separates decimals,
            such as from the other numbers of a pasted block.

    Raises:
        AmbiguousNumberError: if two numbers could be meant.
        DataError: if it is no finite number. Both say what was read and how to write it.
    """
    cleaned = _cleaned(text)
    if not cleaned:
        raise DataError("Type a number; this is empty.")
    top, slash, bottom = cleaned.partition("/")
    try:
        value = _single(top, is_whole=is_whole, decimal=decimal)
        if slash:
            value /= _single(bottom, is_whole=is_whole, decimal=decimal)
    except AmbiguousNumberError:
        raise
    except ZeroDivisionError as error:
        raise DataError(f"“{quoted(text)}” divides by 0.") from error
    except (ValueError, OverflowError) as error:
        example = "60000" if is_whole else "0.05, 5e-2 or 1/20"
        raise DataError(f"“{quoted(text)}” is no number. Write it like {example}.") from error
    if not math.isfinite(value):
        raise DataError(f"“{quoted(text)}” is not finite; an ordinary number is needed.")
    return value


def read_whole_number(text: str) -> int:
    """The whole number that a text says: ``60000``, ``60 000``, ``60,000``, ``6e4``.

    Raises:
        DataError: if it is no whole number.
    """
    value = read_number(text, is_whole=True)
    if value != int(value):
        raise DataError(f"“{quoted(text)}” is no whole number.")
    return int(value)


def decimal_separator(texts: Iterable[str]) -> str:
    """The sign that these numbers write before decimals; empty if they do not say, or differ."""
    found = {_separator_in(text) for text in texts} - {""}
    return found.pop() if len(found) == 1 else ""


def typed_text(value: float) -> str:
    """A number as ``read_number`` reads it back unchanged: ``0.05``, ``1000``, ``1.1250``."""
    if not math.isfinite(value):
        return str(value)
    if value == int(value) and abs(value) < 1e15:
        return str(int(value))
    mantissa, _, power = repr(float(value)).partition("e")
    whole, _, decimals = mantissa.partition(".")
    if power and not -10 < int(power) < 0:
        return f"{mantissa}e{int(power)}"
    if power:
        sign = "-" if value < 0 else ""
        return f"{sign}0.{'0' * (-int(power) - 1)}{whole.lstrip('-')}{decimals}"
    is_ambiguous = len(decimals) == 3 and len(digits := whole.lstrip("-")) <= 3 and digits != "0"
    return f"{mantissa}0" if is_ambiguous else mantissa


def quoted(text: str) -> str:
    """The beginning of a text, for a message."""
    text = text.strip()
    return text if len(text) <= _LONGEST_QUOTE else f"{text[: _LONGEST_QUOTE - 1]}…"


def _separator_in(text: str) -> str:
    signs = [sign for sign in text.translate(_SEPARATORS) if sign in ".,"]
    if not signs:
        return ""
    if len(set(signs)) == 2 or (len(signs) == 1 and not _is_ambiguous(text)):
        return signs[-1]
    return "" if len(signs) == 1 else {".": ",", ",": "."}[signs[0]]  # several ones group


def _is_ambiguous(text: str) -> bool:
    try:
        read_number(text)
    except DataError as error:
        return isinstance(error, AmbiguousNumberError)
    return False


def _cleaned(text: str) -> str:
    """Latin digits, a plain minus, ``e`` for powers of ten."""
    if len(text) > _LONGEST:
        raise DataError(f"“{quoted(text)}” is too long for a number.")
    text = text.translate(_MINUS).translate(_SEPARATORS).strip()
    if any(sign in text for sign in "⁻⁺⁰¹²³⁴⁵⁶⁷⁸⁹"):
        text = text.translate(_SUPERSCRIPTS)
    latin = (str(unicodedata.decimal(one)) if one.isdecimal() else one for one in text)
    return _POWER.sub(r"e\1", "".join(latin))


def _both_readings(text: str, whole: str, decimals: str) -> str:
    """What ``1,125`` can mean, and how to type each so that it means nothing else."""
    grouped, parted = float(f"{whole}{decimals}"), float(f"{whole}.{decimals}")
    return (
        f"“{text}” can mean {grouped:.0f} or {parted:g}. "
        f"Type {typed_text(grouped)} for the first, {typed_text(parted)} for the second."
    )


def _single(text: str, *, is_whole: bool, decimal: str) -> float:
    text = text.strip()
    power = ""
    if found := _EXPONENT.match(text):
        text, power = found[1].strip(), f"e{found[2]}"
    plain = _PLAIN.fullmatch(text)
    if plain and (plain[2] or plain[4]):
        sign, whole, separator, decimals = plain.groups(default="")
        could_group = (
            bool(separator) and len(decimals) == 3 and 1 <= len(whole) <= 3 and whole[0] != "0"
        )
        if not could_group or power or separator == decimal:
            return float(f"{sign}{whole or 0}.{decimals or 0}{power}")
        if is_whole or decimal:
            return float(f"{sign}{whole}{decimals}")
        raise AmbiguousNumberError(_both_readings(text, f"{sign}{whole}", decimals))
    grouped = _GROUPED.fullmatch(text)
    if grouped is None or grouped[4] == grouped[3]:
        raise ValueError(text)
    sign, digits, group, _, decimals = grouped.groups(default="")
    return float(f"{sign}{digits.replace(group, '')}.{decimals or 0}{power}")
