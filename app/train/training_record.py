"""What is written down about a network that was trained in the window."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime

from app.train.training import Outcome, TrainingJob
from engine.networks.model_file import TrainingRecord


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
