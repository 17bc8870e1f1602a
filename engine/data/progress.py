"""How long jobs with data tell how far they are, and how they are cancelled."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from engine.basics.errors import EngineError

Progress = Callable[[int, int], None]
"""Called with what is done and what there is in all, in the unit that the job names."""

IsCancelled = Callable[[], bool]
"""Asked again and again while a job runs; once it says yes, the job raises ``CancelledError``."""


class CancelledError(EngineError):
    """The job was cancelled, as asked; it left nothing behind."""


def ignore_progress(_done: int, _total: int) -> None:
    """For callers who do not want to know."""


def never_cancelled() -> bool:
    """For callers who wait to the end."""
    return False


def counted(
    count: int, job: str, progress: Progress, is_cancelled: IsCancelled, every: int = 64
) -> Iterator[int]:
    """The numbers from 0 to ``count − 1``; ``every`` so many, and at the end, progress is told.

    Raises:
        CancelledError: if ``is_cancelled`` said so; the sentence begins with ``job``.
    """
    for index in range(count):
        if index % every == 0:
            if is_cancelled():
                raise CancelledError(f"{job} was cancelled.")
            progress(index, count)
        yield index
    progress(count, count)
