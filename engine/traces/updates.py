"""Common pieces of steps: where a step is, one term alone, one term added to a running sum."""

from __future__ import annotations

from engine.traces.model import Factor, Grid, Group, Term, Update


def place_words(channel: int, row: int, column: int, of: str = "Output") -> str:
    """Where a step is, counted from 1 as people do."""
    return f"{of} channel {channel + 1}, row {row + 1}, column {column + 1}"


def added(
    target: Grid,
    index: tuple[int, ...],
    term: Term,
    label: str,
    before: float,
    divisor: float = 1.0,
) -> Update:
    """An update that adds one term to one cell; what falls on padding is discarded."""
    is_discarded = index[-2:] in target.padding
    value = term.value / divisor
    return Update(
        target.cell(*index),
        (Group(label, (term,)),),
        value,
        before if is_discarded else before + value,
        before=before,
        divisor=divisor,
        is_discarded=is_discarded,
    )


def single(factor: Factor) -> Term:
    """A term of one factor, outside of any picture of products."""
    return Term((factor,), (0, 0, 0))
