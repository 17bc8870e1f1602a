"""How a training run ended: judged once it is over, said in a sentence, written down."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import UTC, datetime

from app.train.training import Ending, Outcome, TrainingJob
from engine.basics.errors import EngineError
from engine.networks.model_file import TrainingRecord
from engine.networks.network import Sequential
from engine.training.trainer import Diverged


@dataclass(frozen=True)
class RunResult:
    """How the last run ended, for the reader and for Draw.

    ``message`` is a sentence. ``kept`` has finite weights, and is ``None`` if nothing was learnt.
    ``is_in_use`` says whether Draw uses it: never unasked after a run that diverged, that was
    stopped before its first epoch was over, or that ended no better than chance, which
    ``at_chance`` then says. ``error`` is set if the run could not be made at all.
    """

    ending: Ending | None
    message: str
    kept: Sequential | None = None
    is_in_use: bool = False
    divergence: Diverged | None = None
    at_chance: str = ""
    error: BaseException | None = None


def judge(
    outcome: Outcome | None,
    error: BaseException | None,
    wanted: int,
    *,
    is_lesson: bool,
    is_draw_empty: bool = False,
) -> RunResult:
    """What came of a run that is over.

    Args:
        outcome: What the worker left behind; ``None`` if it never came to train.
        error: What stopped it, if something did.
        wanted: How many epochs it was to have.
        is_lesson: Whether Draw keeps its network, whatever was learnt.
        is_draw_empty: Whether Draw has no network whose place would be taken.
    """
    if error is not None:
        message = str(error) if isinstance(error, EngineError) else ""
        return RunResult(None, message or "The run ended with an error.", error=error)
    if outcome is not None and outcome.divergence is not None:
        divergence = outcome.divergence
        return RunResult(
            Ending.DIVERGED, divergence.message, outcome.network, divergence=divergence
        )
    if outcome is None or outcome.network is None:
        return RunResult(Ending.STOPPED, "Stopped before anything was learnt.")
    is_early = not outcome.epochs and not is_draw_empty
    sentence = _sentence(outcome, is_lesson=is_lesson, is_early=is_early)
    if outcome.ending is Ending.FINISHED and outcome.epochs < wanted:
        first, last = outcome.best_epoch + 1, outcome.epochs
        vain = f"Epoch {last} was" if first == last else f"Epochs {first} to {last} were"
        sentence += f" {vain} no better."
    return RunResult(
        outcome.ending,
        sentence,
        outcome.network,
        is_in_use=not is_lesson and not outcome.at_chance and not is_early,
        at_chance=outcome.at_chance,
    )


def clock(seconds: float) -> str:
    """Minutes and seconds as on a clock: ``0:07``, ``12:30``; hours if there are any."""
    minutes, rest = divmod(max(round(seconds), 0), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def _sentence(outcome: Outcome, *, is_lesson: bool, is_early: bool) -> str:
    if is_lesson or outcome.at_chance or is_early:
        how = "Finished in" if outcome.ending is Ending.FINISHED else "Stopped after"
        reason = ", before the first epoch was over" if is_early else ""
        if outcome.at_chance:
            reason = ", no better than chance"
        return f"{how} {clock(outcome.seconds)}{reason}. Draw keeps the network that it has."
    name = outcome.network.stack.name if outcome.network else "the network"
    accuracy = outcome.validation_accuracy
    held_out = f"{outcome.started.validation_images:,} held-out images"
    right = "" if accuracy is None else f": {100 * accuracy:.2f} % of the {held_out} right"
    if outcome.ending is Ending.FINISHED:
        kept = f"the weights of epoch {outcome.best_epoch}, which did best{right}"
        return f"Finished in {clock(outcome.seconds)}. Draw now uses {name} with {kept}."
    return f"Stopped after {clock(outcome.seconds)}. Draw now uses {name} as it stands{right}."


def record_of(job: TrainingJob, outcome: Outcome) -> TrainingRecord:
    """The record of a run that has ended; test accuracy is left to be measured when asked."""
    return TrainingRecord(
        data=outcome.started.data_name,
        images=outcome.started.training_images,
        epochs=outcome.epochs,
        validation_accuracy=outcome.validation_accuracy,
        seed=job.config.seed,
        date=datetime.now(tz=UTC).date().isoformat(),
        best_epoch=outcome.best_epoch,
        class_names=outcome.started.class_names,
        settings=job.config.to_dict()
        | {
            "augmentation": job.augmentation.to_dict() if job.augmentation else None,
            "validation_images": outcome.started.validation_images,
            "batches": outcome.batches,
            "started_from": sorted(job.start or ()),
            "changes": [asdict(change) for change in outcome.changes],
        },
    )
