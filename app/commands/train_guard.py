"""``cnnviz train --guard``: train the small network that tells digits from other marks."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Self

import numpy as np

from app.commands.kept_run import KeptRun, Resumed
from app.commands.terminal import say
from app.commands.training_run import generated, options, record_of
from engine.basics.errors import DataError
from engine.data.augmentation import Augmentation, AugmentationConfig
from engine.data.dataset import Dataset
from engine.data.generated.scribbles import CLASS_NAMES, generate_scribbles
from engine.data.mnist import find_mnist, load_mnist
from engine.ink.guard import LIMIT, REFUSED, doubts, guard_stack, limit_of_doubt
from engine.networks.network import Sequential
from engine.training.trainer import Trainer, TrainingConfig

HELD_OUT_SEED_OFFSET = 2_000_000
"""Digits and scribbles that the guard is judged by come from seeds that training never uses."""

MNIST_IMAGES = 40_000
MNIST_VALIDATION = 5_000

CHANGES = 3
"""How often each held-out digit is changed, so that the limit holds for hands not seen yet too."""


@dataclass(frozen=True)
class GuardRequest:
    """What was asked for on the command line.

    ``drawings`` is the number of generated digits, and of generated scribbles, to train on; a
    quarter as many of each are held out as well. With ``force``, what lies at ``out`` may be
    replaced.
    """

    data: Path | None
    drawings: int
    out: Path
    config: TrainingConfig
    force: bool = False

    def to_dict(self) -> dict[str, Any]:
        """What a run must know to go on, as plain data for its checkpoint."""
        folder = str(self.data.absolute()) if self.data else None
        return {"data": folder, "digits": self.drawings}

    @classmethod
    def resumed(cls, run: Resumed, out: Path, data: Path | None, *, force: bool) -> Self:
        """What a run was asked for, from its checkpoint; ``data`` if its folder has moved.

        Raises:
            DataError: if the checkpoint was changed by others, so that it cannot be read.
        """
        folder = run.options.text("data", None)
        data = data or (Path(folder) if folder else None)
        return cls(data, run.options.whole("digits", least=1), out, run.config, force)

    def command(self) -> str:
        """The command that trains this guard again, without the paths of this machine."""
        start = f"cnnviz train --guard --data DIR --digits {self.drawings}"
        return " ".join([start, *options(self.config)])


def train_guard(request: GuardRequest, resumed: Resumed | None = None) -> int:
    """Train, set the limit of doubt on held-out digits, save, and say how much it refuses.

    MNIST's test images are not used. With ``resumed``, the run goes on from its checkpoint.

    Raises:
        EngineError: if there is no MNIST, or the file cannot be written.
    """
    stack = resumed.stack if resumed else guard_stack()
    kept = KeptRun("guard", request, stack, resumed)
    training, digits, scribbles = _data(request)
    validation = scribbles
    for one in digits.values():
        validation = validation.joined(one)
    network = Sequential(stack, np.random.default_rng(request.config.seed))
    augment = Augmentation(AugmentationConfig())
    say(f"Guard, {network.parameter_count:,} parameters; {len(training):,} images to train on")
    trainer = Trainer(network, training, validation, request.config, augment)
    ran = kept.run(trainer)
    if ran.network is None:
        return kept.leave(ran)
    network = ran.network  # a guard without a limit is none, so it is measured however it ended
    with kept.measuring():
        digits |= _changed(digits, augment, np.random.default_rng(request.config.seed))
        limit = limit_of_doubt([_doubts(network, one) for one in digits.values()])
        refused = {name: float((_doubts(network, d) > limit).mean()) for name, d in digits.items()}
        stopped = float((_doubts(network, scribbles) > limit).mean())
    settings = request.config.to_dict() | {
        LIMIT: limit,
        "limit_chosen": f"the least that turns away at most {REFUSED:.1%} of each set of digits",
        "held_out_digits": {name: len(one) for name, one in digits.items()},
        "held_out_digits_refused": refused,
        "held_out_scribbles": len(scribbles),
        "held_out_scribbles_refused": stopped,
    }
    record = record_of(training, request.config, ran, request.command(), settings)
    kept.save(network, record)
    if ran.status:
        return kept.leave(ran)
    kept.finish()
    for name, share in refused.items():
        say(f"{name}: {share:.2%} of {len(digits[name]):,} refused")
    say(f"scribbles: {stopped:.2%} of {len(scribbles):,} refused")
    say(f"Saved {kept.out}")
    return 0


def _data(request: GuardRequest) -> tuple[Dataset, dict[str, Dataset], Dataset]:
    """Training images, held-out digits by source, and held-out scribbles."""
    directory = find_mnist(request.data)
    if directory is None:
        raise DataError("A guard is trained on MNIST too: give its folder with --data DIR.")
    seed, count = request.config.seed, request.drawings
    held_out, later = max(1, math.ceil(count / 4)), seed + HELD_OUT_SEED_OFFSET
    mnist, mnist_validation = load_mnist(directory)[0].split(MNIST_VALIDATION, seed)
    training = _eleven(mnist.take(MNIST_IMAGES, seed))
    training = training.joined(_eleven(generated(count, seed))).joined(_scribbles(count, seed))
    digits = {
        "MNIST validation images": _eleven(mnist_validation),
        "generated digits": _eleven(generated(held_out, later)),
    }
    return training, digits, _scribbles(held_out, later)


def _changed(
    digits: dict[str, Dataset], augment: Augmentation, rng: np.random.Generator
) -> dict[str, Dataset]:
    """The held-out digits as other hands and pens might have drawn them, each several times."""
    return {
        f"{name}, changed": replace(
            one,
            images=np.concatenate([augment(one.images, rng) for _ in range(CHANGES)]),
            labels=np.tile(one.labels, CHANGES),
        )
        for name, one in digits.items()
    }


def _doubts(network: Sequential, data: Dataset) -> np.ndarray:
    return doubts(network, data.images.astype(np.float32) / np.float32(255))


def _eleven(digits: Dataset) -> Dataset:
    return replace(digits, classes=len(CLASS_NAMES), class_names=CLASS_NAMES)


def _scribbles(count: int, seed: int) -> Dataset:
    return generated(count, seed, generate_scribbles, "scribble")
