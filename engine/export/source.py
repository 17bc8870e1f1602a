"""Pieces of source code that all text targets need: values, calls, headings."""

from __future__ import annotations

import re
from typing import Any

from engine.basics.geometry import Shape
from engine.networks.stack import Stack, describe


def literal(value: Any) -> str:
    """A setting as Python source: ``3``, ``0.5``, ``'same'``, ``(2, 1)``."""
    if isinstance(value, tuple):
        inner = ", ".join(literal(item) for item in value)
        return f"({inner},)" if len(value) == 1 else f"({inner})"
    if isinstance(value, str):
        return f'"{value}"' if re.fullmatch(r"[\w. -]*", value, re.ASCII) else repr(value)
    return repr(float(value)) if isinstance(value, float) else repr(value)


def call(name: str, *arguments: Any, **named: Any) -> str:
    """A call as Python source: ``nn.Linear(400, 120)``."""
    parts = [literal(value) for value in arguments]
    parts += [f"{key}={literal(value)}" for key, value in named.items()]
    return f"{name}({', '.join(parts)})"


def once(values: tuple[int, ...]) -> int | tuple[int, ...]:
    """``3`` for ``(3, 3)``, as people write it; other tuples stay."""
    return values[0] if len(set(values)) == 1 else values


def batch_of(shape: Shape) -> str:
    """The shape of a batch: ``(N, 1, 28, 28)``."""
    return f"(N, {', '.join(map(str, shape))})"


def safe_title(stack: Stack) -> str:
    """The stack's name, fit for a docstring: one line that cannot end it."""
    kept = "".join(c for c in stack.name if c.isprintable() and c not in "\\\"'")
    return kept.strip()[:80] or "Untitled"


def parameters_text(stack: Stack) -> str:
    """``61,706 parameters``."""
    return f"{describe(stack).parameters:,} parameters"
