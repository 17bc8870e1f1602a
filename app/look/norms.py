"""How a norm is written: with a hair's breadth of room, or its bars touch the letter."""

from __future__ import annotations

_BAR, _HAIR = "\N{DOUBLE VERTICAL LINE}", "\N{HAIR SPACE}"


def norm(symbol: str) -> str:
    """The Euclidean norm of what a symbol stands for."""
    return f"{_BAR}{_HAIR}{symbol}{_HAIR}{_BAR}"
