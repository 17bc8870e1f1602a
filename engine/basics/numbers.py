"""Numbers as a student can check them: whole ones whole, others rounded and known to be so."""

from __future__ import annotations

import math
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cached_property, lru_cache

MINUS = "−"
APPROXIMATELY = "≈"
_SUPERSCRIPT = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


@dataclass(frozen=True)
class Shown:
    """A number as printed. ``value`` is exactly what the text says, not what was rounded."""

    text: str
    value: Fraction

    @cached_property
    def factor_text(self) -> str:
        """The text as a factor or a later term: negative numbers in parentheses."""
        return f"({self.text})" if self.text.startswith(MINUS) else self.text


@lru_cache(maxsize=4096)
def show(value: float, significant: int = 3) -> Shown:
    """Print a number: integers as integers, otherwise about ``significant`` digits.

    Numbers too large or too small for that are written as ``1.23·10⁻⁷``.
    """
    if not math.isfinite(value):
        text = "NaN" if math.isnan(value) else ("∞" if value > 0 else f"{MINUS}∞")
        return Shown(text, Fraction(0))
    if value == int(value) and abs(value) < 1e7:
        return Shown(_signed(str(int(value))), Fraction(int(value)))
    exponent = math.floor(math.log10(abs(value)))
    if not -4 <= exponent < 7:
        return _scientific(value, significant)
    decimals = max(significant - 1 - exponent, 2 if exponent < 2 else 1)
    rounded = round(Decimal(value), decimals)
    return Shown(_signed(f"{rounded.normalize():f}"), Fraction(rounded))


def brief(value: float) -> str:
    """A number for a cell that is small: two decimals where others need more.

    Whole numbers and those beyond ±100 are as ``show`` prints them.
    """
    if not math.isfinite(value) or value == int(value) or abs(value) >= 100:
        return show(value).text
    text = f"{value:.2f}"
    return "0.00" if text == "-0.00" else _signed(text)


def full_words(value: float) -> str:
    """A number with all its digits, to be read: with a minus sign, not a hyphen."""
    return full_text(value).replace("-", MINUS)


def full_text(value: float) -> str:
    """A number with all its digits, for copies: ``float`` reads it back unchanged."""
    if math.isfinite(value) and value == int(value) and abs(value) < 1e15:
        return str(int(value))
    return repr(value)


def _scientific(value: float, significant: int) -> Shown:
    mantissa, _, power = f"{value:.{significant - 1}e}".partition("e")
    exponent = int(power)
    text = f"{Decimal(mantissa).normalize():f}·10{str(exponent).translate(_SUPERSCRIPT)}"
    return Shown(_signed(text), Fraction(mantissa) * Fraction(10) ** exponent)


def _signed(text: str) -> str:
    return text.replace("-", MINUS)
