"""From a training job to what is kept of it, and back to a job that goes on."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np

from app.kit.curves import TrainingCurves
from app.state.data_sources import DataSource, FashionSource, MnistSource
from app.train.runs.run_store import Run
from app.train.setup.composed_data import ComposedSource, composition_of, recipe_of
from app.train.setup.data_choices import DataChoices
from app.train.training import TrainingJob
from engine.basics.errors import DataError, ModelFileError
from engine.networks.model_file import TrainingRecord
from engine.networks.network import Sequential
from engine.training.checkpoint import load_checkpoint
from engine.training.run_file import RunData, RunFacts
from engine.training.run_log import RunLog


def facts_of(job: TrainingJob) -> RunFacts:
    """What is known of a run before it begins."""
    source = job.source
    data = RunData(source.key, source.title, job.images, job.validation_images, recipe_of(source))
    given = tuple(sorted(job.start or ()))
    return RunFacts("", "", job.stack, job.config, data, job.augmentation, started_from=given)


def source_of(data: RunData, choices: DataChoices) -> DataSource:
    """The source that a run learnt from.

    Raises:
        DataError: if it is no longer there.
    """
    directory = data.recipe.get("directory")
    known = next((source for source in choices.sources if source.key == data.key), None)
    is_other = directory is not None and _directory_of(known) != directory
    found = _from_folder(data, Path(str(directory))) if is_other else None
    if found is None and not is_other:
        found = choices.source_of(data.recipe, data.key)
    if found is not None:
        return found
    place = f" in {directory}" if directory else ""
    raise DataError(
        f"The run learnt from {data.title}{place}, which is not there now. "
        "Choose or download it at the left, then try again; its weights can be used without."
    )


def _directory_of(source: DataSource | None) -> str | None:
    directory = getattr(source, "directory", None)
    return None if directory is None else str(directory)


def _from_folder(data: RunData, directory: Path) -> DataSource | None:
    """MNIST, Fashion-MNIST or files like them, from another folder than the present one.

    Raises:
        DataError: if the files are missing or damaged.
    """
    makers = {"mnist": MnistSource, "folder": MnistSource, "fashion": FashionSource}
    if data.key not in makers or not directory.is_dir():
        return None
    base = makers[data.key](directory)
    if data.key == "fashion":
        base.load_test()  # says if a file is damaged
    else:
        base.check()
    composition = composition_of(data.recipe)
    return base if composition is None else ComposedSource(base, composition)


def job_of(run: Run, source: DataSource, epochs: int | None = None) -> TrainingJob:
    """The job that goes on with a run, to its end or until it has so many ``epochs``.

    Where more epochs are asked for than were planned, patience starts again.

    Raises:
        ModelFileError: if its checkpoint is damaged, or its first weights are not known.
    """
    facts, data = run.facts, run.facts.data
    job = TrainingJob(
        facts.stack,
        source,
        data.images,
        data.validation_images,
        facts.config,
        facts.augmentation,
        start={},
    )
    if not run.has_weights and facts.started_from:
        raise ModelFileError(
            f"{facts.name} ended before the weights that it started from were written down. "
            "Start it again in Train."
        )
    if not run.has_weights:
        return job
    checkpoint, _, _ = load_checkpoint(run.checkpoint)
    if epochs is not None:
        since = replace(checkpoint.position, patient_since=checkpoint.position.epoch - 1)
        checkpoint = replace(checkpoint, position=since)
        job = replace(job, config=replace(job.config, epochs=epochs))
    return replace(job, checkpoint=checkpoint)


def curves_of(facts: RunFacts, log: RunLog) -> TrainingCurves:
    """The curves of a run, as if it had gone on in this window."""
    batches = -(-facts.data.training_images // facts.config.batch_size)
    curves = TrainingCurves(max(batches // log.every, 1))
    for batch in log.batches():
        curves.append_batch(batch)
    for epoch in log.epochs:
        curves.append_epoch(epoch)
    for change in facts.changes:
        curves.append_change(change)
    return curves


def network_of(run: Run) -> tuple[Sequential, TrainingRecord, str]:
    """The network of a run with its record, and which weights these are, in words.

    They are those of the best epoch, or the latest if none was finished.

    Raises:
        ModelFileError: if there are none, or they are damaged.
    """
    checkpoint, stack, _ = load_checkpoint(run.checkpoint)
    facts, best = run.facts, checkpoint.position.best_epoch
    network = Sequential(stack, np.random.default_rng(0))
    network.load_state_dict(checkpoint.best_weights if best else checkpoint.weights)
    accuracy = checkpoint.position.best_accuracy if best else None
    is_same_test = facts.test_accuracy is not None and facts.test_epoch == best
    record = TrainingRecord(
        data=facts.data.name or facts.data.title,
        images=facts.data.training_images,
        epochs=facts.epochs,
        validation_accuracy=accuracy,
        seed=facts.config.seed,
        date=facts.started[:10],
        test_accuracy=facts.test_accuracy if is_same_test else None,
        test_data=facts.test_data if is_same_test else "",
        best_epoch=best,
        class_names=facts.data.class_names,
        settings=facts.config.to_dict()
        | {
            "augmentation": facts.augmentation.to_dict() if facts.augmentation else None,
            "validation_images": facts.data.validation_images,
            "batches": facts.batches,
        },
    )
    if not best:
        return network, record, f"as it stood after {facts.batches:,} batches"
    right = f"{100 * checkpoint.position.best_accuracy:.2f} % of the held-out images right"
    return network, record, f"with the weights after epoch {best}: {right}"
