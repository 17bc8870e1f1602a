"""The learning-rate range test in a thread of its own, on a network made for it."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import closing
from typing import cast

from app.jobs.considerate import considerate
from app.jobs.thread import Worker
from app.train.training import TrainingJob
from engine.data.augmentation import Augmentation
from engine.data.progress import CancelledError
from engine.networks.stack import describe
from engine.training.rate_range import RangePoint, range_test
from engine.training.setup import check_training_memory, starting_network


class RangeWorker(Worker):
    """Loads the images of a run and tests learning rates for it.

    ``loading`` (done, total) and ``points``, which only grows, may be read at any time.
    """

    def __init__(self, job: TrainingJob) -> None:
        super().__init__()
        self._job = job
        self.loading = (0, job.images)
        self.points: list[RangePoint] = []

    def work(self) -> None:
        """Run to the end, or until told to stop."""
        job, control = self._job, self.control
        with considerate():
            check_training_memory(describe(job.stack), job.stack.name, job.config.batch_size)
            try:
                images = job.source.load(
                    job.images, job.config.seed, self._note_loading, control.is_stopped
                )
            except CancelledError:
                return
            training, _ = images.split(job.validation_images, job.config.seed)
            network = starting_network(job.stack, job.config)
            augment = Augmentation(job.augmentation) if job.augmentation else None
            test = range_test(network, training, job.config, augment)
            with closing(cast("Generator[RangePoint]", test)) as points:
                while not control.is_stopped() and (point := next(points, None)) is not None:
                    self.points.append(point)

    def _note_loading(self, done: int, total: int) -> None:
        self.loading = (done, total)
