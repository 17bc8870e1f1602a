"""What the next run is to be: source, number of images, settings; remembered for next time."""

from __future__ import annotations

from app.settings import Setting, Settings
from app.viewmodels.data_choices import DataChoices
from app.viewmodels.training_fields import FIELDS, TrainingField, images_field, validation_field
from app.workers.data import DataSource
from app.workers.training import TrainingJob
from engine.stack import Stack
from engine.training import TrainingConfig

SOURCE = Setting("train/source", "mnist")
IMAGES, VALIDATION = "images", "validation"


class TrainingChoices:
    """Reads and writes the settings by the names of their fields.

    ``images`` and ``validation`` belong to the chosen source, so each source remembers its own.
    """

    def __init__(self, settings: Settings, data: DataChoices) -> None:
        self._settings = settings
        self._data = data
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

    def run_fields(self) -> dict[str, TrainingField]:
        """The fields that do not, by name."""
        return {field.info.name: field for field in FIELDS}

    def value(self, name: str) -> float:
        """What is set; never more held out than half of the images."""
        field = self._field(name)
        value = self._settings.get(field.setting)
        return min(value, self.value(IMAGES) // 2) if name == VALIDATION else value

    def set_value(self, name: str, value: float) -> None:
        """Set and remember a number."""
        self._settings.set(self._field(name).setting, float(value))

    def _field(self, name: str) -> TrainingField:
        return (self.image_fields() | self.run_fields())[name]

    @property
    def training_images(self) -> int:
        """Images that the network is trained on: those not held out."""
        return int(self.value(IMAGES) - self.value(VALIDATION))

    @property
    def batches_per_epoch(self) -> int:
        """Steps in one epoch."""
        return -(-self.training_images // int(self.value("batch_size")))

    def job(self, stack: Stack) -> TrainingJob:
        """A run of ``stack`` with everything as it is set.

        Raises:
            ShapeError: if the engine does not take a setting.
        """
        config = TrainingConfig(
            epochs=int(self.value("epochs")),
            batch_size=int(self.value("batch_size")),
            learning_rate=self.value("learning_rate"),
            momentum=self.value("momentum"),
            seed=int(self.value("seed")),
        )
        images, validation = int(self.value(IMAGES)), int(self.value(VALIDATION))
        return TrainingJob(stack, self.source, images, validation, config)
