"""What a training run reports, in the order in which it happens."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class BatchDone:
    """One step was taken. Counts start at 1; loss and accuracy (0 to 1) are of this batch."""

    step: int
    epoch: int
    batch: int
    batches: int
    loss: float
    accuracy: float
    learning_rate: float
    images: int = 0
    of_images: int = 0

    @property
    def position(self) -> float:
        """Epochs since the start: 1.5 is the middle of the second.

        Counted in images, of which ``images`` of ``of_images`` are done in this epoch, since the
        batch size may change; in batches where the images are not known.
        """
        done, of = (self.images, self.of_images) if self.of_images else (self.batch, self.batches)
        return self.epoch - 1 + done / of


@dataclass(frozen=True)
class Changed:
    """A setting was changed after ``step`` batches, at ``position`` epochs since the start."""

    step: int
    position: float
    setting: str
    before: float
    after: float


@dataclass(frozen=True)
class Validating:
    """Validation is under way: ``done`` of ``total`` images."""

    epoch: int
    done: int
    total: int


@dataclass(frozen=True)
class EpochDone:
    """An epoch has ended. Training figures are means over its batches, while the weights moved."""

    epoch: int
    epochs: int
    training_loss: float
    training_accuracy: float
    validation_loss: float
    validation_accuracy: float
    seconds: float
    is_best: bool


@dataclass(frozen=True)
class Diverged:
    """A value left the finite range. The network has been put back to its last good weights."""

    step: int
    epoch: int
    batch: int
    message: str


@dataclass(frozen=True)
class Finished:
    """The run is over after so many ``epochs``: all that were wanted, or patience was at its end.

    ``best_epoch`` is the one with the highest validation accuracy.
    """

    epochs: int
    best_epoch: int
    validation_accuracy: float
    seconds: float


Event = BatchDone | Changed | Validating | EpochDone | Diverged | Finished
