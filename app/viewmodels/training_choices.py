"""What the next run is to be: source, number of images, settings; remembered for next time."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from app.settings import Setting, Settings
from app.viewmodels.data_choices import DataChoices
from app.viewmodels.training_fields import (
    AUGMENTS,
    CHOICES,
    FIELDS,
    KNOBS,
    OPTIMIZER,
    OPTIMIZER_FIELDS,
    SCHEDULE,
    SHOWS_MORE,
    TrainingField,
    augmentation_fields,
    images_field,
    learning_rate_field,
    validation_field,
)
from app.workers.data import DataSource
from app.workers.training import TrainingJob
from engine.augmentation import AugmentationConfig
from engine.schedules import learning_rate_curve
from engine.stack import Stack
from engine.training import TrainingConfig

SOURCE = Setting("train/source", "mnist")
IMAGES, VALIDATION, LEARNING_RATE = "images", "validation", "learning_rate"


class TrainingChoices:
    """Reads and writes the settings by the names of their fields.

    ``images`` and ``validation`` belong to the chosen source, so each source remembers its own;
    so does each optimiser its ``learning_rate``.
    """

    def __init__(self, settings: Settings, data: DataChoices) -> None:
        self._settings = settings
        self._data = data
        self._numbers = {field.info.name: field for field in (*FIELDS, *augmentation_fields())}
        self._words = {choice.info.name: choice for choice in CHOICES}
        self.source_key = settings.get(SOURCE)

    @property
    def source(self) -> DataSource:
        """What the next run trains on."""
        return self._data.source(self.source_key)

    def choose_source(self, key: str) -> None:
        """Train on another source from now on."""
        self.source_key = key
        self._settings.set(SOURCE, key)

    def image_fields(self) -> dict[str, TrainingField]:
        """The fields that belong to the source, by name."""
        source = self.source
        return {
            IMAGES: images_field(source.key, source.largest, source.usual),
            VALIDATION: validation_field(source.key, source.usual),
        }

    # Numbers

    def value(self, name: str) -> float:
        """What is set, where it fits: the warm-up is no longer than the run.

        Of the images, up to half can be held out; where more is set than that, it is a fifth.
        """
        field = self.field(name)
        value = self._settings.get(field.setting)
        if name == VALIDATION:
            images = self.value(IMAGES)
            is_too_much = value > images // 2
            return max(images // 5, field.info.minimum or 1) if is_too_much else value
        return min(value, self.value("epochs")) if name == "warm_up_epochs" else value

    def set_value(self, name: str, value: float) -> None:
        """Set and remember a number."""
        self._settings.set(self.field(name).setting, float(value))

    def field(self, name: str) -> TrainingField:
        """The field of that name, as it applies to the chosen source and optimiser."""
        if name == LEARNING_RATE:
            return learning_rate_field(self.optimizer)
        return self._numbers[name] if name in self._numbers else self.image_fields()[name]

    # Words and switches

    @property
    def optimizer(self) -> str:
        """How a gradient becomes a step."""
        return self.word(OPTIMIZER.info.name)

    def word(self, name: str) -> str:
        """Which of several words is chosen."""
        return self._settings.get(self._words[name].setting)

    def set_word(self, name: str, word: str) -> None:
        """Choose and remember a word."""
        self._settings.set(self._words[name].setting, word)

    @property
    def augments(self) -> bool:
        """Whether the training images are changed in each epoch."""
        return self._settings.get(AUGMENTS)

    def set_augments(self, *, is_on: bool) -> None:
        """Change the training images, or leave them as they are."""
        self._settings.set(AUGMENTS, is_on)

    @property
    def shows_more(self) -> bool:
        """Whether the settings that are seldom needed are unfolded."""
        return self._settings.get(SHOWS_MORE)

    def set_shows_more(self, *, is_on: bool) -> None:
        """Unfold them or fold them away."""
        self._settings.set(SHOWS_MORE, is_on)

    # What comes of it

    @property
    def training_images(self) -> int:
        """Images that the network is trained on: those not held out."""
        return int(self.value(IMAGES) - self.value(VALIDATION))

    @property
    def batches_per_epoch(self) -> int:
        """Steps in one epoch."""
        return -(-self.training_images // int(self.value("batch_size")))

    @property
    def knobs(self) -> tuple[tuple[str, bool], ...]:
        """The settings of some optimisers, and whether the chosen one has them."""
        own = KNOBS[self.optimizer]
        return tuple((field.info.name, field in own) for field in OPTIMIZER_FIELDS)

    def learning_rates(self) -> NDArray[np.float64]:
        """The learning rate from the start of the next run to its end."""
        steps = self.batches_per_epoch
        return learning_rate_curve(
            self.word(SCHEDULE.info.name),
            self.value(LEARNING_RATE),
            int(self.value("epochs")) * steps,
            warm_up=round(self.value("warm_up_epochs") * steps),
        )

    def augmentation(self) -> AugmentationConfig:
        """How far training images are changed, if they are.

        Raises:
            ShapeError: if the ranges do not go together.
        """
        names = [info.name for info in AugmentationConfig.fields()]
        return AugmentationConfig(**{name: self.value(f"augment/{name}") for name in names})

    def job(self, stack: Stack) -> TrainingJob:
        """A run of ``stack`` with everything as it is set.

        Raises:
            ShapeError: if the engine does not take a setting.
        """
        config = TrainingConfig(
            epochs=int(self.value("epochs")),
            batch_size=int(self.value("batch_size")),
            learning_rate=self.value(LEARNING_RATE),
            momentum=self.value("momentum"),
            weight_decay=self.value("weight_decay"),
            schedule=self.word(SCHEDULE.info.name),
            seed=int(self.value("seed")),
            optimizer=self.optimizer,
            warm_up_epochs=self.value("warm_up_epochs"),
            beta1=self.value("beta1"),
            beta2=self.value("beta2"),
            rms_decay=self.value("rms_decay"),
            patience=int(self.value("patience")),
        )
        images, validation = int(self.value(IMAGES)), int(self.value(VALIDATION))
        augmentation = self.augmentation() if self.augments else None
        return TrainingJob(stack, self.source, images, validation, config, augmentation)
