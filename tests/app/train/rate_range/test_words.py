"""What a test of learning rates comes to reads as it is: the best, the middle, or none."""

from __future__ import annotations

import pytest

from app.train.rate_range.words import marks_of, verdict_text
from engine.training.rate_range import RangeVerdict, Rehearsal, judge_range


def rehearsals(*accuracies: float, is_whole: bool = False) -> list[Rehearsal]:
    rates = (0.01, 0.03, 0.1, 0.3)
    return [
        Rehearsal(rate, accuracy, 1.0, 80, is_luck=accuracy < 0.2, is_whole=is_whole)
        for rate, accuracy in zip(rates, accuracies, strict=False)
    ]


@pytest.mark.parametrize(
    ("tried", "words"),
    [
        (
            rehearsals(0.5, 0.7, 0.6),
            "Suggested: 0.03. Of 3 rates it did best in a training of 80 batches: 70.0 % of",
        ),
        (
            rehearsals(0.9, 0.905, 0.9, 0.3, is_whole=True),
            (
                "Suggested: 0.03, the middle of 0.01 to 0.1, which did equally well in a training "
                "as long as your run: 90.5 % of"
            ),
        ),
        (
            rehearsals(0.1, 0.11, 0.1),
            (
                "Cannot tell: of 3 rates from 0.01 to 0.1, none came to more than chance in a "
                "training of 80 batches."
            ),
        ),
    ],
)
def test_the_verdict_says_which_rate_and_why(tried: list[Rehearsal], words: str) -> None:
    assert verdict_text(judge_range([], tried), tried).startswith(words)


def test_what_is_not_there_is_not_marked() -> None:
    assert marks_of(None) == []
    assert marks_of(RangeVerdict(None, (), None, None)) == []
    assert marks_of(RangeVerdict(0.03, (0.03,), None, 0.4)) == [
        (0.03, "suggested"),
        (0.4, "rises again"),
    ]
