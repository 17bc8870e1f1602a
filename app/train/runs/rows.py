"""How the runs that are kept read in their table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from app.train.runs.run_comparison import NONE, differences, epochs_text, share_text
from app.train.runs.run_model import RunRow
from app.train.runs.run_store import MOST_BYTES, MOST_RUNS, Run, RunStatus, RunStore
from app.train.training_result import clock
from engine.training.run_file import RunFacts

_MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
_MOST_PROBLEMS = 8


def rows_of(runs: Sequence[Run], places: Mapping[str, int]) -> list[RunRow]:
    """A row for each run; ``places`` are those of the runs on the plots, by key."""
    differing = differences(runs)
    return [_row(run, differing[run.key], places.get(run.key)) for run in runs]


def _row(run: Run, differing: str, place: int | None) -> RunRow:
    facts = run.facts
    is_live = run.status is RunStatus.LIVE
    pin = "  · pinned" if facts.is_pinned else ""
    texts = (
        "",
        facts.name + pin,
        time_text(facts.started),
        facts.stack.name,
        facts.data.name or facts.data.title,
        differing,
        epochs_text(run),
        share_text(facts.validation_accuracy),
        clock(facts.seconds),
        share_text(facts.test_accuracy),
    )
    values: tuple[float | str, ...] = (
        1 if place is None else 0,
        facts.name.casefold(),
        facts.started,
        facts.stack.name.casefold(),
        texts[4].casefold(),
        differing,
        facts.epochs,
        -1.0 if facts.validation_accuracy is None else facts.validation_accuracy,
        facts.seconds,
        -1.0 if facts.test_accuracy is None else facts.test_accuracy,
    )
    return RunRow(
        run.key,
        texts,
        values,
        place,
        can_overlay=run.has_weights and not is_live,
        is_strong=is_live,
        is_quiet=facts.is_hidden,
        hint=hint_of(run, differing),
    )


def hint_of(run: Run, differing: str) -> str:
    """What there is no room for in the row."""
    facts = run.facts
    lines = [
        f"{facts.name}: {facts.stack.name} on {facts.data.title}, {run.status.value}",
        f"{facts.batches:,} batches, best epoch {facts.best_epoch or NONE}",
    ]
    if differing:
        lines.append(f"Not as in the others: {differing}")
    if facts.test_accuracy is not None:
        when = f"after epoch {facts.test_epoch}" if facts.test_epoch else "as they stood at the end"
        lines.append(
            f"{share_text(facts.test_accuracy)} of the {facts.test_data} test images right, "
            f"with the weights {when}"
        )
    if facts.trouble:
        lines.append(facts.trouble)
    return "\n".join(lines)


def time_text(started: str) -> str:
    """A moment in ISO 8601 as the clock on the wall had it; empty if it is none."""
    try:
        moment = datetime.fromisoformat(started).astimezone()
    except (ValueError, OverflowError):  # no date, or one before the first
        return ""
    return f"{moment.day} {_MONTHS[moment.month - 1]} {moment:%H:%M}"


def note_of(store: RunStore, shown: Sequence[Run]) -> str:
    """How much is kept and where; then, in lines of their own, what could not be read."""
    count = len(store.runs)
    if not count and not store.problems:
        return ""
    hidden = count - len(shown)
    parts = [f"{count} run{'s' if count != 1 else ''}, {_size(store.bytes)}"]
    if hidden:
        parts.append(f"{hidden} hidden")
    if store.problems:
        number = len(store.problems)
        parts.append(f"{number} folder{'s' if number > 1 else ''} cannot be read")
    budget = f"the latest {MOST_RUNS} or {_size(MOST_BYTES)} are kept, and what is pinned"
    lines = [f"{', '.join(parts)}; {budget}.", f"They are in {store.folder}."]
    lines += [f"Skipped: {problem}" for problem in store.problems[:_MOST_PROBLEMS]]
    return "\n".join(lines)


def offer_text(facts: RunFacts, place: int, count: int) -> str:
    """What is said of a run that was interrupted; it is one of ``count``."""
    what = f"{facts.name}, {facts.stack.name} on {facts.data.title}, was interrupted"
    where = f" in epoch {min(facts.epochs + 1, facts.config.epochs)} of {facts.config.epochs}"
    if facts.validation_accuracy is not None:
        where += f": {100 * facts.validation_accuracy:.1f} % of the held-out images right so far"
    elif not facts.batches:
        where = " before its first batch"
    number = f" ({place} of {count})" if count > 1 else ""
    return f"{what}{where}{number}."


def _size(number: int) -> str:
    """Bytes in a unit that suits them."""
    if number < 1_000_000:
        return f"{max(round(number / 1000), 1 if number else 0):,} kB"
    return f"{number / 1e6:,.0f} MB"
