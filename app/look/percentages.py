"""Probabilities as percentages, the same in every view."""

from __future__ import annotations

__all__ = ["percent"]


def percent(share: float) -> str:
    """Write a probability with one decimal, never 0.0 or 100.0 for what is not quite that."""
    if 0 < share < 0.0005:
        return "<0.1\N{NO-BREAK SPACE}%"
    if 0.9995 <= share < 1:
        return ">99.9\N{NO-BREAK SPACE}%"
    return f"{100 * share:.1f}\N{NO-BREAK SPACE}%"
