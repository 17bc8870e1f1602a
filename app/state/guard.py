"""The guard that comes with the application, read when it is first asked.

It has no Qt, so that a command may ask it, too.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from app.look.assets import asset
from engine.basics.errors import EngineError

if TYPE_CHECKING:  # the window is painted before the engine is loaded
    from engine.ink.guard import Guard

BUNDLED_GUARD = ("models", "guard.safetensors")


@cache
def bundled_guard() -> Guard | None:
    """The bundled guard; ``None`` where it is missing or damaged: the other rules still hold."""
    from engine.ink.guard import load_guard  # noqa: PLC0415 - slow to load

    try:
        return load_guard(asset(*BUNDLED_GUARD))
    except EngineError:
        return None
