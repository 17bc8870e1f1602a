"""Training: settings, trainer, optimisers, schedules, checkpoints, kept runs."""
