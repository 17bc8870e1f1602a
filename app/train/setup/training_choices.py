"""What the next run is to be: source, number of images, settings; remembered for next time."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
from numpy.typing import NDArray

from app.state.data_sources import DataSource, FileSource, has_digits, labels_of
from app.state.settings import Setting, Settings
from app.train.setup.composed_data import ComposedSource, Composition
from app.train.setup.data_choices import DataChoices
from app.train.setup.failures import Lesson
from app.train.setup.training_fields import (
    AUGMENTS,
    CHOICES,
    FIELDS,
    INITIALIZATION,
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
from app.train.training import TrainingJob
from engine.data.augmentation import AugmentationConfig
from engine.data.dataset import Dataset
from engine.networks.stack import Stack
from engine.training.schedules import learning_rate_curve
from engine.training.trainer import TrainingConfig

SOURCE = Setting("train/source", "mnist")
OWN_REPEATS = Setting("train/own_repeats", 0, minimum=0, maximum=100)
IMAGES, VALIDATION, LEARNING_RATE = "images", "validation", "learning_rate"


class TrainingChoices:
    """Reads and writes the settings by the names of their fields.

    ``images`` and ``validation`` belong to the chosen source, so each source remembers its own;
    so does each optimiser its ``learning_rate``. While there is a ``lesson``, its settings stand in
    for the user's own, which are left as they are.
    """

    def __init__(self, settings: Settings, data: DataChoices) -> None:
        self._settings = settings
        self._data = data
        self._numbers = {field.info.name: field for field in (*FIELDS, *augmentation_fields())}
        self._words = {choice.info.name: choice for choice in CHOICES}
        self._source_key = settings.get(SOURCE)
        self.lesson: Lesson | None = None

    @property
    def source_key(self) -> str:
        """The key of what the next run trains on."""
        return self.lesson.source.key if self.lesson else self._source_key

    @property
    def source(self) -> DataSource:
        """What the next run trains on."""
        return self.lesson.source if self.lesson else self._data.source(self._source_key)

    def choose_source(self, key: str) -> None:
        """Train on another source from now on."""
        if self.lesson:
            self.lesson.source = self._data.source(key)
            return
        self._source_key = key
        self._settings.set(SOURCE, key)

    def image_fields(self) -> dict[str, TrainingField]:
        """The fields that belong to the source, by name."""
        source = self.source
        largest = self.most_images
        return {
            IMAGES: images_field(source.key, largest, min(source.usual, largest)),
            VALIDATION: validation_field(source.key, source.usual),
        }

    # Which classes, and own drawings

    @property
    def data(self) -> DataChoices:
        """Where the sources come from."""
        return self._data

    def samples(self) -> Dataset | None:
        """A few images of the chosen source; ``None`` until ``data.samples_ready``."""
        return self._data.samples(self.source)

    @property
    def most_images(self) -> int:
        """Images that the source has of the classes that are kept, as far as that is known."""
        source, kept = self.source, self.kept_classes
        return source.largest * len(kept) // len(labels_of(source)) if kept else source.largest

    @property
    def kept_classes(self) -> tuple[int, ...]:
        """The classes of the chosen source that are trained on; empty: all."""
        if self.lesson:
            return ()
        text = self._settings.get(self._kept_setting)
        kept = sorted({int(each) for each in text.split() if each.isdecimal()})
        found = tuple(each for each in kept if each in labels_of(self.source))
        return () if len(found) == len(labels_of(self.source)) else found

    def keep_classes(self, kept: Collection[int]) -> None:
        """Train on these classes of the chosen source; on all, if it is all of them."""
        is_all = len(kept) == len(labels_of(self.source))
        text = "" if is_all else " ".join(map(str, sorted(kept)))
        self._settings.set(self._kept_setting, text)

    @property
    def own_repeats(self) -> int:
        """How often each of the user's drawings is mixed in; 0 where that makes no sense."""
        drawings = self._data.drawings
        if self.lesson or drawings is None or self.source.key == drawings.key:
            return 0
        if not has_digits(self.source) or not drawings.count_again():
            return 0
        return self._settings.get(OWN_REPEATS)

    def set_own_repeats(self, repeats: int) -> None:
        """Mix each drawing in so many times, 0 for not at all."""
        self._settings.set(OWN_REPEATS, repeats)

    @property
    def own_images(self) -> int:
        """How many images the mixed-in drawings are, with their repetitions."""
        repeats, drawings = self.own_repeats, self._data.drawings
        if not repeats or drawings is None:
            return 0
        kept = self.kept_classes
        if not kept:
            return repeats * drawings.largest
        return repeats * sum(each.label in kept for each in drawings.store.load()[0])

    @property
    def _kept_setting(self) -> Setting[str]:
        return Setting(f"train/{self.source.key}/classes", "")

    def _composed(self, stack: Stack) -> DataSource:
        """The source as it is put together; itself, if nothing has to be done to it."""
        source, drawings = self.source, self._data.drawings
        composition = Composition(
            self.kept_classes,
            self.own_repeats,
            str(drawings.store.folder) if drawings else "",
            stack.input_shape,
        )
        is_file = isinstance(source, FileSource)  # of any size, and with any number of classes
        return (
            source if composition.is_plain and not is_file else ComposedSource(source, composition)
        )

    # Numbers

    def value(self, name: str) -> float:
        """What is set, where it fits: the warm-up is no longer than the run.

        Of the images, up to half can be held out; where more is set than that, it is a fifth.
        """
        field = self.field(name)
        value = self._settings.get(field.setting)
        if self.lesson and name in self.lesson.numbers:
            value = self.lesson.numbers[name]
        if name == VALIDATION:
            images = self.value(IMAGES)
            is_too_much = value > images // 2
            return max(images // 5, field.info.minimum or 1) if is_too_much else value
        return min(value, self.value("epochs")) if name == "warm_up_epochs" else value

    def set_value(self, name: str, value: float) -> None:
        """Set and remember a number."""
        if self.lesson:
            self.lesson.numbers[name] = float(value)
            return
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
        if self.lesson:
            return self.lesson.words[name]
        return self._settings.get(self._words[name].setting)

    def set_word(self, name: str, word: str) -> None:
        """Choose and remember a word."""
        if self.lesson:
            self.lesson.set_word(name, word)
            return
        self._settings.set(self._words[name].setting, word)

    @property
    def augments(self) -> bool:
        """Whether the training images are changed in each epoch."""
        if self.lesson:
            return self.lesson.augments
        return self._settings.get(AUGMENTS)

    def set_augments(self, *, is_on: bool) -> None:
        """Change the training images, or leave them as they are."""
        if self.lesson:
            self.lesson.augments = is_on
            return
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
        return int(self.value(IMAGES) - self.value(VALIDATION)) + self.own_images

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
        """A run of ``stack``, or of the lesson's own, with everything as it is set.

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
            initialization=self.word(INITIALIZATION.info.name),
            loss=self.lesson.loss if self.lesson else TrainingConfig.loss,
        )
        images, validation = int(self.value(IMAGES)), int(self.value(VALIDATION))
        augmentation = self.augmentation() if self.augments else None
        return TrainingJob(
            self.lesson.stack if self.lesson else stack,
            self._composed(stack),
            images + self.own_images,
            validation,
            config,
            augmentation,
            is_lesson=self.lesson is not None,
        )
