"""What a test of learning rates comes to, in sentences and marks."""

from __future__ import annotations

from collections.abc import Sequence

from engine.training.rate_range import RangeVerdict, Rehearsal

CANNOT_TELL = (
    "Cannot tell: of {count} rates from {lowest:g} to {highest:g}, none came to more than chance "
    "in a training {length}. See whether the network can learn at all: its starting weights, its "
    "activations, its depth."
)
SUGGESTED = (
    "Suggested: {rate:g}. Of {count} rates it did best in a training {length}: {right:.1f} % of "
    "the held-out images are right."
)
MIDDLE = (
    "Suggested: {rate:g}, the middle of {first:g} to {last:g}, which did equally well in a "
    "training {length}: {right:.1f} % of the held-out images are right."
)
WHOLE = "as long as your run"
SHORT = "of {batches} batches"


def verdict_text(verdict: RangeVerdict, rehearsals: Sequence[Rehearsal]) -> str:
    """Which rate, and why."""
    best, rates = verdict.best, [tried.learning_rate for tried in rehearsals]
    longest = max(rehearsals, key=lambda tried: tried.batches)
    length = WHOLE if longest.is_whole else SHORT.format(batches=longest.batches)
    if best is None:
        return CANNOT_TELL.format(
            count=len(rates), lowest=min(rates), highest=max(rates), length=length
        )
    template = MIDDLE if len(verdict.as_good) > 1 else SUGGESTED
    return template.format(
        rate=best.learning_rate,
        count=len(rates),
        first=verdict.as_good[0],
        last=verdict.as_good[-1],
        length=length,
        right=100 * best.accuracy,
    )


def marks_of(verdict: RangeVerdict | None) -> list[tuple[float, str]]:
    """Rates to mark on the plot, each with a label."""
    if verdict is None:
        return []
    marks = ((verdict.suggested, "suggested"), (verdict.rising, "rises again"))
    return [(rate, label) for rate, label in marks if rate is not None]
