"""What a run that goes on was started with, in a few lines: what can be changed is not in them."""

from __future__ import annotations

from app.train.setup.training_fields import OPTIMIZER, SCHEDULE
from app.train.training import TrainingJob


def facts_of(job: TrainingJob) -> tuple[str, ...]:
    """Data, length and optimiser, and whatever else is not as usual; a line each."""
    config = job.config
    held_out = job.validation_images
    epochs = "1 epoch" if config.epochs == 1 else f"{config.epochs:,} epochs"
    optimizer = OPTIMIZER.titles[config.optimizer]
    lines = [
        f"{job.source.title}: {job.images - held_out:,} images to train on, {held_out:,} held out",
        f"{epochs}, {optimizer}; schedule: {SCHEDULE.titles[config.schedule].lower()}",
    ]
    others = [f"seed {config.seed:,}"]
    if config.weight_decay:
        others.append(f"weight decay {config.weight_decay:g}")
    if config.warm_up_epochs:
        others.append(f"warm-up {config.warm_up_epochs:g} epochs")
    if config.patience:
        others.append(f"stops after {config.patience:,} epochs without a better one")
    if job.augmentation is not None:
        others.append("images changed in each epoch")
    if job.start:
        others.append("started from kept weights")
    lines.append(", ".join(others).capitalize())
    return tuple(lines)
