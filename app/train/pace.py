"""How fast a training run goes, and how long it still takes."""

from __future__ import annotations

from collections import deque

from engine.training.trainer import BatchDone, Changed

RECENT_SECONDS = 4.0
FIRST_ESTIMATE_SECONDS = 0.5
SHORTEST_SECONDS = 0.02


def seconds_to_go(done: int, total: int, seconds: float) -> float | None:
    """How long the rest takes at the pace so far; ``None`` as long as that can only be guessed."""
    if not done or seconds < FIRST_ESTIMATE_SECONDS:
        return None
    return seconds / done * (total - done)


class Pace:
    """Reckons with the last few seconds, so that a change of speed shows soon.

    Times are seconds of training since the start of the run, pauses left out.
    """

    def __init__(
        self, training_images: int, batch_size: int, epochs: int, epochs_done: int = 0
    ) -> None:
        self._images = training_images
        self._batch_size = batch_size
        self._epochs = epochs
        self._epochs_done = epochs_done
        self._done = epochs_done * training_images
        self._recent: deque[tuple[float, int]] = deque()
        self._last_seconds = 0.0
        self._validation_seconds: list[float] = []

    @property
    def batches_per_epoch(self) -> int:
        """Batches in one epoch, the last one perhaps smaller."""
        return -(-self._images // self._batch_size)

    @property
    def progress(self) -> float:
        """Share of the run's batches that are done, 0 to 1."""
        return self._done / (self._images * self._epochs)

    def batch_done(self, event: BatchDone, seconds: float) -> None:
        """Take in one batch that ended at ``seconds``."""
        self._done = round(event.position * self._images)
        if len(self._recent) > 1 and seconds - self._recent[-2][0] < SHORTEST_SECONDS:
            self._recent.pop()  # small batches come by the thousand
        self._recent.append((seconds, self._done))
        self._last_seconds = seconds
        while seconds - self._recent[0][0] > RECENT_SECONDS and len(self._recent) > 2:
            self._recent.popleft()

    def change(self, event: Changed) -> None:
        """Take in that the batch size is another, and measure the speed again from here."""
        if event.setting == "batch_size":
            self._batch_size = int(event.after)
            self.forget_recent()

    def epoch_done(self, seconds: float) -> None:
        """Take in the end of an epoch: what passed since its last batch was validation."""
        self._epochs_done += 1
        self._validation_seconds.append(seconds - self._last_seconds)
        self.forget_recent()

    def forget_recent(self) -> None:
        """Measure the speed again from here, but keep the last value until there is another."""
        self._speed_before = self.images_per_second
        self._recent.clear()

    _speed_before: float | None = None

    @property
    def remembered(self) -> int:
        """How many moments it reckons with."""
        return len(self._recent)

    @property
    def images_per_second(self) -> float | None:
        """Training images a second, ``None`` in the first half second of a run."""
        if not self._recent or self._recent[-1][0] - self._recent[0][0] < FIRST_ESTIMATE_SECONDS:
            return self._speed_before
        (first, first_done), (last, last_done) = self._recent[0], self._recent[-1]
        return (last_done - first_done) / (last - first)

    @property
    def seconds_left(self) -> float | None:
        """Time to the end of the last epoch, its validation included."""
        speed = self.images_per_second
        if not speed:
            return None
        validation = self._validation_seconds
        mean = sum(validation) / len(validation) if validation else 0.0
        left = self._images * self._epochs - self._done
        return left / speed + (self._epochs - self._epochs_done) * mean
