"""``cnnviz train``: train a stack without a window, with a progress bar and a line per epoch."""

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
from engine.data.mnist import find_mnist, load_mnist
from engine.networks.calibration import calibrate
from engine.networks.model_file import load_model, load_stack
from engine.networks.network import Sequential
from engine.networks.presets import PRESETS
from engine.networks.stack import Stack, describe
from engine.training.setup import check_training_memory
from engine.training.trainer import Trainer, TrainingConfig, evaluate

TEST_SEED_OFFSET = 1_000_000
"""Generated test digits come from a seed that generated training digits never use."""

GENERATED_TEST_IMAGES = 2_000

DEFAULT_VALIDATION = 5_000
"""Images held out of training, of every source, to choose the epoch by."""


@dataclass(frozen=True)
class TrainingRequest:
    """What was asked for on the command line.

    ``digits`` is how many to generate instead of using MNIST, ``mix_digits`` how many besides it.
    ``start`` is a network whose weights come in place of random ones. With ``force``, what lies at
    ``out`` may be replaced.
    """

    preset: str
    stack: Path | None
    data: Path | None
    digits: int | None
    images: int | None
    validation: int
    out: Path
    config: TrainingConfig
    augment: AugmentationConfig | None = None
    mix_digits: int | None = None
    start: Path | None = None
    force: bool = False

    def to_dict(self) -> dict[str, Any]:
        """What a run must know to go on, as plain data for its checkpoint."""
        return {
            "preset": self.preset,
            "stack": self.stack.name if self.stack else None,
            "data": str(self.data.absolute()) if self.data else None,
            "digits": self.digits,
            "images": self.images,
            "validation": self.validation,
            "augment": self.augment.text() if self.augment else None,
            "mix_digits": self.mix_digits,
            "start": self.start.name if self.start else None,
        }

    @classmethod
    def resumed(cls, run: Resumed, out: Path, data: Path | None, *, force: bool) -> Self:
        """What a run was asked for, from its checkpoint; ``data`` if its folder has moved.

        Raises:
            EngineError: if the checkpoint was changed by others, so that it cannot be read.
        """
        known = run.options
        stack, start = known.text("stack", None), known.text("start", None)
        folder, augment = known.text("data", None), known.text("augment", None)
        return cls(
            preset=known.text("preset"),
            stack=Path(stack) if stack else None,
            data=data or (Path(folder) if folder else None),
            digits=known.whole("digits", None, least=1),
            images=known.whole("images", None, least=1),
            validation=known.whole("validation", least=1),
            out=out,
            config=run.config,
            augment=None if augment is None else AugmentationConfig.parse(augment),
            mix_digits=known.whole("mix_digits", None, least=1),
            start=Path(start) if start else None,
            force=force,
        )

    def command(self) -> str:
        """The command that trains this network again, without the paths of this machine."""
        source = f"--stack {self.stack.name}" if self.stack else f"--preset {self.preset}"
        parts = ["cnnviz train", source]
        parts.append(f"--digits {self.digits}" if self.digits else "--data DIR")
        if self.mix_digits:
            parts.append(f"--mix-digits {self.mix_digits}")
        if self.start is not None:
            parts.append(f"--start {self.start.name}")
        if self.images:
            parts.append(f"--images {self.images}")
        if self.validation != DEFAULT_VALIDATION:
            parts.append(f"--validation {self.validation}")
        if self.augment is not None:
            parts.append(f"--augment {self.augment.text()}".rstrip())
        return " ".join([*parts, *options(self.config)])

    def settings(self) -> dict[str, Any]:
        """How the network was trained, as plain data for its record."""
        settings = self.config.to_dict()
        settings["augmentation"] = self.augment.to_dict() if self.augment else None
        settings["generated_digits"] = self.mix_digits or self.digits or 0
        if self.start is not None:
            settings["start"] = self.start.name
        return settings


def train(request: TrainingRequest, resumed: Resumed | None = None) -> int:
    """Train, save the best epoch's weights, and say how good they are on test images.

    With ``resumed``, the run goes on from its checkpoint.

    Raises:
        EngineError: if stack, data or settings cannot be used, or the file cannot be written.
    """
    stack = resumed.stack if resumed else _stack(request)
    check_training_memory(describe(stack), stack.name, request.config.batch_size)
    kept = KeptRun("train", request, stack, resumed)
    training, validation, test = _data(request)
    network = Sequential(stack, np.random.default_rng(request.config.seed))
    if request.start is not None and resumed is None:
        network.load_state_dict(load_model(request.start).network.state_dict())
    augment = Augmentation(request.augment) if request.augment else None
    trainer = Trainer(network, training, validation, request.config, augment)
    _announce(stack, network, training, validation, request)
    ran = kept.run(trainer)
    with kept.measuring():
        settings = request.settings() | {"validation_images": len(validation)}
        record = replace(
            record_of(training, request.config, ran, request.command(), settings),
            class_names=training.own_names,
        )
        if ran.network is not None:
            kept.save(ran.network, record)
        if ran.network is None or ran.status:
            return kept.leave(ran)
        calibration = calibrate(ran.network, validation.images, validation.labels)
        _, accuracy = evaluate(ran.network, test)
        record = replace(record, test_accuracy=accuracy, test_data=test.name)
        kept.save(ran.network, replace(record, calibration=calibration))
    kept.finish()
    say(
        f"Test accuracy {accuracy:.2%} on {len(test):,} images of {test.name}, with the weights of "
        f"epoch {ran.best_epoch}, chosen on validation images."
    )
    if calibration.error_before is not None and calibration.error_after is not None:
        say(
            f"Temperature {calibration.temperature:.3f}, fitted on half of the validation images; "
            f"expected calibration error on the other half {calibration.error_before:.2%} before, "
            f"{calibration.error_after:.2%} after."
        )
    say(f"Saved {kept.out}")
    return 0


def _stack(request: TrainingRequest) -> Stack:
    return load_stack(request.stack) if request.stack else PRESETS[request.preset].stack


def _data(request: TrainingRequest) -> tuple[Dataset, Dataset, Dataset]:
    """Training, validation and test images.

    Raises:
        DataError: if digits are to be mixed with MNIST, and there is none.
    """
    directory = find_mnist(request.data)
    seed = request.config.seed
    if request.mix_digits and (directory is None or request.digits is not None):
        raise DataError(
            "Generated digits can be mixed with MNIST only: give its folder with --data DIR, "
            "and leave --digits out."
        )
    if request.digits is None and directory is not None:
        everything, test = load_mnist(directory)
        if request.images:
            everything = everything.take(request.images, seed)
    else:
        count = request.digits or 20_000
        if request.digits is None:
            say("No MNIST was found, so digits are generated. Give its folder with --data DIR.")
        everything = generated(count, seed)
        if directory is not None:
            test = load_mnist(directory)[1]
        else:
            test = generated(GENERATED_TEST_IMAGES, seed + TEST_SEED_OFFSET)
    training, validation = _held_out(everything, request)
    if request.mix_digits:
        more, more_validation = _held_out(generated(request.mix_digits, seed), request)
        training, validation = training.joined(more), validation.joined(more_validation)
    return training, validation, test


def _held_out(everything: Dataset, request: TrainingRequest) -> tuple[Dataset, Dataset]:
    """Training and validation images of one source."""
    count = min(request.validation, max(1, math.ceil(len(everything) / 5)))
    return everything.split(count, request.config.seed)


def _announce(
    stack: Stack,
    network: Sequential,
    training: Dataset,
    validation: Dataset,
    request: TrainingRequest,
) -> None:
    config = request.config
    say(f"{stack.name}, {network.parameter_count:,} parameters")
    say(
        f"{training.name}: {len(training):,} images to train on, {len(validation):,} held out "
        "for validation"
    )
    unit = "epoch" if config.epochs == 1 else "epochs"
    say(
        f"{config.epochs} {unit}, batch {config.batch_size}, learning rate "
        f"{config.learning_rate:g} ({config.schedule}), momentum {config.momentum:g}, "
        f"weight decay {config.weight_decay:g}, seed {config.seed}"
    )
    if request.augment is not None:
        say(f"training images changed differently in each epoch: {request.augment.summary()}")
    say("epoch   training loss  accuracy   validation loss  accuracy   seconds")
