"""The settings of a training run: what each is called, what it means, its range and default."""

from __future__ import annotations

from dataclasses import dataclass

from app.settings import Setting
from engine.spec import FieldInfo


@dataclass(frozen=True)
class TrainingField:
    """One number that the user may set, remembered from run to run."""

    info: FieldInfo
    default: float

    @property
    def setting(self) -> Setting[float]:
        """Where it is remembered."""
        info = self.info
        return Setting(
            f"train/{info.name}", float(self.default), minimum=info.minimum, maximum=info.maximum
        )


def _field(
    name: str, kind: str, label: str, help_text: str, low: float, high: float, default: float
) -> TrainingField:
    return TrainingField(FieldInfo(name, kind, label, help_text, low, high), default)


EPOCHS = _field("epochs", "int", "Epochs", "How often every training image is seen.", 1, 1000, 5)
BATCH_SIZE = _field(
    "batch_size",
    "int",
    "Batch size",
    "Images per step: the gradient is their mean. Small batches are noisier and slower.",
    1,
    4096,
    64,
)
LEARNING_RATE = _field(
    "learning_rate",
    "float",
    "Learning rate",
    "Size of the first step along the gradient; it falls along a cosine to 0 by the end. "
    "Too small learns slowly, too large diverges.",
    0.0001,
    10_000,
    0.05,
)
MOMENTUM = _field(
    "momentum",
    "float",
    "Momentum",
    "Share of the last step that is kept: 0 is plain gradient descent, 0.9 is usual.",
    0.0,
    0.9999,
    0.9,
)
SEED = _field(
    "seed",
    "int",
    "Seed",
    "Start of all random choices: the same seed gives the same run, to the last bit.",
    0,
    999_999_999,
    0,
)
FIELDS = (EPOCHS, BATCH_SIZE, LEARNING_RATE, MOMENTUM, SEED)


def images_field(source_key: str, largest: int, usual: int) -> TrainingField:
    """How many images to take from a source, remembered for each."""
    text = "Images to take, those held out included; chosen at random by the seed."
    return _field(f"{source_key}/images", "int", "Images", text, 20, largest, min(usual, largest))


def validation_field(source_key: str, usual_images: int) -> TrainingField:
    """How many of the images are held out, remembered for each source."""
    text = (
        "Of these images, so many are never trained on. The epoch that does best on them is kept. "
        "Test images are not touched."
    )
    usual = min(max(usual_images // 10, 10), 5000)
    return _field(f"{source_key}/validation", "int", "Held out", text, 10, 50_000, usual)
