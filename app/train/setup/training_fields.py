"""The settings of a training run: what each is called, what it means, its range and default."""

from __future__ import annotations

from dataclasses import dataclass, replace

from app.state.settings import Setting
from engine.data.augmentation import AugmentationConfig
from engine.layers.spec import FieldInfo
from engine.training.advice import USUAL_RATES


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


@dataclass(frozen=True)
class TrainingChoice:
    """One of several words that the user may choose, remembered from run to run.

    ``titles`` says how each of ``info.choices`` is called on screen.
    """

    info: FieldInfo
    default: str
    titles: dict[str, str]

    @property
    def setting(self) -> Setting[str]:
        """Where it is remembered."""
        return Setting(f"train/{self.info.name}", self.default, choices=self.info.choices)


def _choice(
    name: str, label: str, help_text: str, default: str, titles: dict[str, str]
) -> TrainingChoice:
    info = FieldInfo(name, "choice", label, help_text, choices=tuple(titles))
    return TrainingChoice(info, default, titles)


def _field(
    name: str,
    kind: str,
    label: str,
    help_text: str,
    low: float,
    high: float,
    default: float,
    unit: str = "",
) -> TrainingField:
    return TrainingField(FieldInfo(name, kind, label, help_text, low, high, unit), default)


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
OPTIMIZER = _choice(
    "optimizer",
    "Optimiser",
    "How a gradient becomes a step. Each optimiser remembers a learning rate of its own.",
    "sgd",
    {
        "sgd": "SGD, momentum",
        "nesterov": "SGD, Nesterov",
        "rmsprop": "RMSProp",
        "adam": "Adam",
        "adamw": "AdamW",
    },
)
SCHEDULE = _choice(
    "schedule",
    "Schedule",
    "How the learning rate changes over the run: not at all, to a tenth after each third, "
    "or along a cosine to 0.",
    "cosine",
    {"constant": "Constant", "step": "Steps", "cosine": "Cosine"},
)
INITIALIZATION = _choice(
    "initialization",
    "Starting weights",
    "How the weights are drawn before the first step. He keeps the spread of the sums from layer "
    "to layer with ReLU, Glorot with tanh and sigmoid, LeCun with neither; each suits the number "
    "of inputs. All 0 shows why they are drawn at random: what starts alike stays alike.",
    "stack",
    {
        "stack": "As in Build",
        "he": "He, normal",
        "he-uniform": "He, uniform",
        "xavier": "Glorot, normal",
        "xavier-uniform": "Glorot, uniform",
        "lecun": "LeCun, normal",
        "normal": "Normal, σ 0.01",
        "zeros": "All 0",
    },
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
BETA_1 = _field(
    "beta1",
    "float",
    "Beta 1",
    "Share of the running mean of the gradient that is kept at each step; 0.9 is usual.",
    0.0,
    0.9999,
    0.9,
)
BETA_2 = _field(
    "beta2",
    "float",
    "Beta 2",
    "Share of the running mean of the squared gradient that is kept; 0.999 is usual.",
    0.0,
    0.99999,
    0.999,
)
RMS_DECAY = _field(
    "rms_decay",
    "float",
    "Decay",
    "Share of the running mean of the squared gradient that is kept; 0.99 is usual.",
    0.0,
    0.9999,
    0.99,
)
WEIGHT_DECAY = _field(
    "weight_decay",
    "float",
    "Weight decay",
    "Pulls every weight towards 0 in each step, against overfitting; 0 does not.",
    0.0,
    10.0,
    0.0005,
)
WARM_UP = _field(
    "warm_up_epochs",
    "float",
    "Warm-up, epochs",
    "For how many epochs the learning rate rises from near 0 before it follows the schedule.",
    0.0,
    1000,
    0.0,
)
PATIENCE = _field(
    "patience",
    "int",
    "Stop early after",
    "The run ends after this many epochs in a row without a better one on the held-out images. "
    "0: never.",
    0,
    1000,
    0,
    unit="epochs",
)
KNOBS = {
    "sgd": (MOMENTUM,),
    "nesterov": (MOMENTUM,),
    "rmsprop": (RMS_DECAY,),
    "adam": (BETA_1, BETA_2),
    "adamw": (BETA_1, BETA_2),
}
"""The settings that concern one optimiser only."""

SIMPLE_FIELDS = (EPOCHS, BATCH_SIZE)
OPTIMIZER_FIELDS = (MOMENTUM, RMS_DECAY, BETA_1, BETA_2)
SCHEDULE_FIELDS = (WARM_UP,)
OTHER_FIELDS = (WEIGHT_DECAY, PATIENCE, SEED)
FIELDS = (*SIMPLE_FIELDS, *OPTIMIZER_FIELDS, *SCHEDULE_FIELDS, *OTHER_FIELDS)
CHOICES = (OPTIMIZER, SCHEDULE, INITIALIZATION)

AUGMENTS = Setting("train/augment", default=False)
SHOWS_MORE = Setting("train/shows_more", default=False)


def learning_rate_field(optimizer: str) -> TrainingField:
    """The learning rate, remembered for each optimiser: what suits one is too much for another."""
    text = (
        "Size of the steps along the gradient; the schedule changes it over the run. "
        "Too small learns slowly, too large diverges."
    )
    name = "learning_rate" if optimizer == "sgd" else f"{optimizer}/learning_rate"
    usual = USUAL_RATES[optimizer]
    return _field(name, "float", "Learning rate", text, 1e-8, 10_000, usual)


def augmentation_fields() -> tuple[TrainingField, ...]:
    """How far the training images are changed; names begin with ``augment/``."""
    default = AugmentationConfig()
    return tuple(
        TrainingField(replace(info, name=f"augment/{info.name}"), getattr(default, info.name))
        for info in AugmentationConfig.fields()
    )


def images_field(source_key: str, largest: int, usual: int) -> TrainingField:
    """How many images to take from a source, remembered for each."""
    text = "Images to take, those held out included; chosen at random by the seed."
    least, usual = min(20, largest), min(usual, largest)
    return _field(f"{source_key}/images", "int", "Images", text, least, largest, usual)


def validation_field(source_key: str, usual_images: int) -> TrainingField:
    """How many of the images are held out, remembered for each source."""
    text = (
        "How many of these images are never trained on. The epoch that does best on them is kept. "
        "Test images are not touched."
    )
    least = min(10, max(1, usual_images // 5))
    usual = min(max(usual_images // 10, least), 5000)
    return _field(f"{source_key}/validation", "int", "Held out", text, least, 50_000, usual)
