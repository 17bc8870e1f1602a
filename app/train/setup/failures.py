"""Training runs that go wrong on purpose: what is set for each, and what there is to see."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from app.state.data_sources import DataSource
from app.train.setup.training_fields import CHOICES, FIELDS
from engine.networks.losses import UNCLIPPED_LOG
from engine.networks.presets import PRESETS
from engine.networks.stack import Stack
from engine.training.advice import USUAL_RATES
from engine.training.config import TrainingConfig


@dataclass(frozen=True)
class Cure:
    """What helps: the settings that are changed, and how that is called on a button."""

    title: str
    numbers: Mapping[str, float] = field(default_factory=dict)
    words: Mapping[str, str] = field(default_factory=dict)
    loss: str = TrainingConfig.loss


@dataclass(frozen=True)
class Failure:
    """A run to watch fail.

    ``watch`` says what goes wrong, ``numbers`` and ``words`` are the settings in which it differs
    from the defaults, ``preset`` names the stack.
    """

    key: str
    title: str
    watch: str
    cure: Cure
    preset: str
    numbers: Mapping[str, float]
    words: Mapping[str, str] = field(default_factory=dict)
    loss: str = TrainingConfig.loss


_SMALL = {"images": 500, "validation": 100, "epochs": 6, "batch_size": 16, "weight_decay": 0.0}
_CONSTANT = {"schedule": "constant"}

FAILURES = (
    Failure(
        "nan",
        "No softmax, plain logarithm",
        "The loss takes −log of the outputs as if they were probabilities, but there is no "
        "softmax and nothing is clipped: the course's own mistake. The loss is NaN at once.",
        Cure("Put softmax into the loss"),
        "scratch2dcnn",
        _SMALL | {"learning_rate": 0.02, "epochs": 3},
        loss=UNCLIPPED_LOG,
    ),
    Failure(
        "rate",
        "Learning rate too large",
        "Learning rate 0.2, where 0.02 would do: each step overshoots further than the one "
        "before, and the loss grows until no number can hold it. Log shows how evenly it grows.",
        Cure("Learning rate 0.02", {"learning_rate": 0.02}),
        "scratch2dcnn",
        _SMALL | {"learning_rate": 0.2, "epochs": 3},
        _CONSTANT,
    ),
    Failure(
        "dead",
        "Dead ReLUs",
        "A few long steps push every sum below 0. Then ReLU gives 0 for every image, no gradient "
        "passes through it, and the loss stays where guessing has it: ln 10 = 2.303.",
        Cure("Learning rate 0.02", {"learning_rate": 0.02}),
        "lenet5",
        _SMALL | {"learning_rate": 0.3},
        _CONSTANT,
    ),
    Failure(
        "zeros",
        "All weights start at 0",
        "What starts alike stays alike: all kernels of a layer get the same gradient, and here "
        "it is 0. Only the last bias learns, how often each digit occurs.",
        Cure("Random weights (He)", words={"initialization": "he"}),
        "lenet5",
        _SMALL | {"learning_rate": 0.02},
        {"initialization": "zeros"},
    ),
    Failure(
        "overfitting",
        "Overfitting",
        "150 images, seen again and again. The network soon knows them by heart, while the "
        "loss on images that were held out rises again.",
        Cure("Four times as many images", {"images": 750, "epochs": 6}),
        "lenet5",
        _SMALL | {"images": 300, "validation": 150, "epochs": 25, "learning_rate": 0.02},
        _CONSTANT,
    ),
)


@dataclass
class Lesson:
    """Settings that stand in for the user's own while a failure is watched; they can be edited."""

    failure: Failure
    source: DataSource
    numbers: dict[str, float] = field(init=False)
    words: dict[str, str] = field(init=False)
    loss: str = field(init=False)
    augments: bool = False

    def __post_init__(self) -> None:
        self.words = {choice.info.name: choice.default for choice in CHOICES}
        self.words |= self.failure.words
        self.numbers = {each.info.name: each.default for each in FIELDS}
        self.numbers["learning_rate"] = USUAL_RATES[self.words["optimizer"]]
        self.numbers |= self.failure.numbers
        self.loss = self.failure.loss

    @property
    def stack(self) -> Stack:
        """What is trained."""
        return PRESETS[self.failure.preset].stack

    def set_word(self, name: str, word: str) -> None:
        """Choose another word; each optimiser comes with its usual learning rate."""
        self.words[name] = word
        if name == "optimizer":
            self.numbers["learning_rate"] = USUAL_RATES[word]

    def apply_cure(self) -> None:
        """Set what helps."""
        cure = self.failure.cure
        self.numbers |= cure.numbers
        self.words |= cure.words
        self.loss = cure.loss
