"""How long jobs with data report on their way, and how they are called off."""

from __future__ import annotations

from collections.abc import Callable

from engine.basics.errors import EngineError

Progress = Callable[[int, int], None]
"""Called with what is done and what there is in all, in the unit that the job names."""

IsCancelled = Callable[[], bool]
"""Asked again and again while a job runs; once it says yes, the job raises ``CancelledError``."""


class CancelledError(EngineError):
    """The job was called off, as asked; it left nothing behind."""


def ignore_progress(_done: int, _total: int) -> None:
    """For callers who do not want to know."""


def never_cancelled() -> bool:
    """For callers who wait to the end."""
    return False
