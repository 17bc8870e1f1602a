"""The settings of a training run, checked once, where they are put together."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass, replace
from typing import Any

from engine.basics.errors import ShapeError
from engine.basics.records import quoted
from engine.layers.initializers import INITIALIZERS
from engine.networks.losses import LOSSES
from engine.training.optimizers import OPTIMIZERS
from engine.training.schedules import SCHEDULES

CHANGEABLE = ("learning_rate", "momentum", "batch_size")
"""What may be changed while a run goes on."""

AS_IN_STACK = "stack"
"""The initialisation that each layer of the stack has itself."""

INITIALIZATIONS = (AS_IN_STACK, *INITIALIZERS)

LARGEST_DECAY = 0.999_999
"""A running average that keeps all of the past would never begin."""


@dataclass(frozen=True)
class TrainingConfig:
    """How to train. The defaults bring LeNet-5 on MNIST to about 99 % in five epochs.

    ``momentum`` is for ``sgd`` and ``nesterov``, ``rms_decay`` for ``rmsprop``, ``beta1`` and
    ``beta2`` for ``adam`` and ``adamw``. With ``patience`` above 0 the run ends after that many
    epochs in a row without a better one on the validation images. ``initialization`` says how
    ``starting_network`` draws the weights.

    Raises:
        ShapeError: if a value is out of range.
    """

    epochs: int = 5
    batch_size: int = 64
    learning_rate: float = 0.05
    momentum: float = 0.9
    weight_decay: float = 0.0005
    schedule: str = "cosine"
    seed: int = 0
    optimizer: str = "sgd"
    loss: str = "cross-entropy"
    warm_up_epochs: float = 0.0
    beta1: float = 0.9
    beta2: float = 0.999
    rms_decay: float = 0.99
    patience: int = 0
    initialization: str = AS_IN_STACK

    def __post_init__(self) -> None:
        for name, value, low, high in (
            ("epochs", self.epochs, 1, 100_000),
            ("batch size", self.batch_size, 1, 1_000_000),
            ("learning rate", self.learning_rate, 0, math.inf),
            ("momentum", self.momentum, 0, 1),
            ("weight decay", self.weight_decay, 0, math.inf),
            ("seed", self.seed, 0, 2**63 - 1),
            ("warm-up", self.warm_up_epochs, 0, self.epochs),
            ("beta 1", self.beta1, 0, LARGEST_DECAY),
            ("beta 2", self.beta2, 0, LARGEST_DECAY),
            ("decay of RMSProp", self.rms_decay, 0, LARGEST_DECAY),
            ("patience", self.patience, 0, 100_000),
        ):
            if not low <= value <= high:
                raise ShapeError(f"The {name} must be from {low} to {high}; got {value}.")
        for name, choice, known in (
            ("schedule", self.schedule, SCHEDULES),
            ("optimiser", self.optimizer, OPTIMIZERS),
            ("loss", self.loss, LOSSES),
            ("initialisation", self.initialization, INITIALIZATIONS),
        ):
            if choice not in known:
                raise ShapeError(
                    f"The {name} must be one of {', '.join(known)}; got {quoted(choice)!r}."
                )

    @property
    def changeable(self) -> tuple[str, ...]:
        """What may be changed while a run with these settings goes on."""
        has_momentum = self.optimizer in {"sgd", "nesterov"}
        return tuple(name for name in CHANGEABLE if name != "momentum" or has_momentum)

    def changed(self, setting: str, value: float) -> TrainingConfig:
        """These settings with another one of those that may be changed in mid-run.

        Raises:
            ShapeError: if it may not be changed, or not to that value.
        """
        if setting not in self.changeable:
            raise ShapeError(
                f"With {self.optimizer}, {' and '.join(self.changeable)} can be changed while a "
                f"run goes on; got {quoted(setting)!r}. Stop the run to change anything else."
            )
        if setting == "learning_rate":
            return replace(self, learning_rate=float(value))
        if setting == "momentum":
            return replace(self, momentum=float(value))
        if value != int(value):
            raise ShapeError(f"The batch size must be a whole number; got {value}.")
        return replace(self, batch_size=int(value))

    def to_dict(self) -> dict[str, Any]:
        """Plain data for a record."""
        return asdict(self)
