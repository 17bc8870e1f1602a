"""A step held still: the run's own next step gives the same weights, and each number is right."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import replace

import numpy as np
import pytest

from engine.data.augmentation import Augmentation, AugmentationConfig
from engine.data.dataset import Dataset
from engine.insight.frozen_step import FrozenStep, freeze
from engine.insight.update_equation import update_equation
from engine.layers import Conv2dSpec, DenseSpec, FlattenSpec, MaxPool2dSpec, ReLUSpec
from engine.networks.network import Sequential
from engine.networks.presets import PRESETS
from engine.networks.stack import Stack
from engine.training.optimizers import OPTIMIZERS
from engine.training.trainer import BatchDone, EpochDone, Event, Trainer, TrainingConfig

SMALL = Stack(
    "small",
    (1, 8, 8),
    (Conv2dSpec(3, (3, 3)), ReLUSpec(), MaxPool2dSpec(), FlattenSpec(), DenseSpec(4)),
)


def noise(count: int, side: int, classes: int, seed: int = 0) -> Dataset:
    rng = np.random.default_rng(seed)
    images = rng.integers(0, 256, (count, 1, side, side), dtype=np.uint8)
    return Dataset(images, rng.integers(0, classes, count), "noise", "noise", classes)


def trainer_of(stack: Stack, config: TrainingConfig, *, augments: bool = False) -> Trainer:
    side = stack.input_shape[1]
    network = Sequential.from_stack(stack, np.random.default_rng(1))
    classes = int(network.forward(np.zeros((1, *stack.input_shape), np.float32)).shape[1])
    augment = Augmentation(AugmentationConfig()) if augments else None
    return Trainer(network, noise(50, side, classes), noise(10, side, classes, 1), config, augment)


def after_batches(trainer: Trainer, batches: int) -> Generator[Event]:
    run = trainer.run()
    done = 0
    while done < batches:
        done += isinstance(next(run), BatchDone)
    return run


CONFIG = TrainingConfig(epochs=3, batch_size=20, learning_rate=0.05, seed=5)


@pytest.mark.parametrize("batches", [0, 1, 3])
@pytest.mark.parametrize(
    "config",
    [
        CONFIG,
        replace(CONFIG, optimizer="nesterov"),
        replace(CONFIG, optimizer="rmsprop", learning_rate=0.001),
        replace(CONFIG, optimizer="adamw", learning_rate=0.001, schedule="step"),
    ],
    ids=lambda config: config.optimizer,
)
def test_the_runs_own_next_step_gives_the_same_weights(
    batches: int, config: TrainingConfig
) -> None:
    trainer = trainer_of(SMALL, config)
    run = after_batches(trainer, batches)
    step = freeze(trainer)
    assert step is not None
    event = next(event for event in run if isinstance(event, BatchDone))
    assert (event.step, event.epoch) == (step.number, step.epoch)
    assert event.learning_rate == pytest.approx(step.learning_rate, rel=1e-12)
    frozen = FrozenStep(step)
    assert frozen.loss == pytest.approx(event.loss, rel=1e-5)
    for update in frozen.updates:
        now = trainer.network.layers[update.layer].parameters[update.name]
        np.testing.assert_allclose(update.after, now, rtol=1e-4, atol=1e-6)
        np.testing.assert_allclose(update.before + update.change, update.after, atol=1e-7)
    run.close()


@pytest.mark.parametrize("preset", ["lenet5", "lenet5-batchnorm", "lenet5-dropout"])
def test_presets_with_changed_images_too(preset: str) -> None:
    trainer = trainer_of(PRESETS[preset].stack, CONFIG, augments=True)
    run = after_batches(trainer, 1)
    step = freeze(trainer)
    assert step is not None
    next(event for event in run if isinstance(event, BatchDone))
    for update in FrozenStep(step).updates:
        now = trainer.network.layers[update.layer].parameters[update.name]
        np.testing.assert_allclose(update.after, now, rtol=1e-3, atol=1e-5)
    run.close()


def test_at_the_end_of_an_epoch_the_next_ones_first_batch_comes() -> None:
    trainer = trainer_of(SMALL, CONFIG)
    run = after_batches(trainer, 3)
    before = freeze(trainer)
    next(event for event in run if isinstance(event, EpochDone))
    after = freeze(trainer)
    assert before is not None
    assert after is not None
    assert (before.number, before.epoch) == (after.number, after.epoch) == (4, 2)
    np.testing.assert_array_equal(before.images, after.images)
    assert before.learning_rate == after.learning_rate
    run.close()


def test_after_the_last_batch_there_is_none() -> None:
    trainer = trainer_of(SMALL, replace(CONFIG, epochs=1))
    list(trainer.run())
    assert freeze(trainer) is None


def test_an_images_gradients_are_those_of_the_mean_loss() -> None:
    """Each by a central difference of the batch's mean loss, computed by the network as a whole."""
    trainer = trainer_of(SMALL, replace(CONFIG, batch_size=4))
    step = freeze(trainer)
    assert step is not None
    image = FrozenStep(step).image(2)
    network = Sequential.from_stack(SMALL, np.random.default_rng(0), np.float64)
    network.load_state_dict(
        {name: value.astype(np.float64) for name, value in step.weights.items()}
    )

    def mean_loss(images: np.ndarray) -> float:
        scores = network.forward(images)
        shifted = scores - scores.max(axis=1, keepdims=True)
        logs = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
        return float(-logs[np.arange(len(images)), step.labels].mean())

    rng = np.random.default_rng(0)
    for row, column in rng.integers(0, 8, (6, 2)):
        nudged = [step.images.astype(np.float64) for _ in range(2)]
        nudged[0][2, 0, row, column] += 1e-5
        nudged[1][2, 0, row, column] -= 1e-5
        slope = (mean_loss(nudged[0]) - mean_loss(nudged[1])) / 2e-5
        assert image.gradients[0][0, row, column] == pytest.approx(slope, rel=1e-3, abs=1e-6)
    assert len(image.values) == len(image.gradients) == len(SMALL.layers) + 1
    for value, gradient in zip(image.values, image.gradients, strict=True):
        assert value.shape == gradient.shape
    assert image.probabilities.sum() == pytest.approx(1)
    assert image.loss == pytest.approx(-np.log(image.probabilities[image.label]), rel=1e-5)


@pytest.mark.parametrize("decay", [0.0, 0.01])
@pytest.mark.parametrize("momentum", [0.0, 0.9])
@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_a_weights_equation_ends_in_its_new_value(
    optimizer: str, momentum: float, decay: float
) -> None:
    config = replace(
        CONFIG, optimizer=optimizer, momentum=momentum, weight_decay=decay, learning_rate=0.01
    )
    trainer = trainer_of(SMALL, config)
    run = after_batches(trainer, 2)
    step = freeze(trainer)
    assert step is not None
    frozen = FrozenStep(step)
    rng = np.random.default_rng(2)
    for update in frozen.updates:
        for _ in range(4):
            index = tuple(int(rng.integers(size)) for size in update.before.shape)
            equation = frozen.equation(update, index)
            assert equation.after == pytest.approx(float(update.after[index]), rel=1e-3, abs=1e-6)
            assert equation.lines[-1].startswith("w ← ")
    run.close()


def test_the_equation_of_plain_gradient_descent_can_be_checked_by_hand() -> None:
    config = TrainingConfig(momentum=0.0, weight_decay=0.0)
    equation = update_equation(config, 0.5, 2.0, -3.0, {"velocity": 0.0})
    assert equation.lines == ("w ← 2 − 0.5·(−3) = 3.5",)
    config = TrainingConfig(momentum=0.5, weight_decay=0.0)
    equation = update_equation(config, 0.5, 2.0, -3.0, {"velocity": 4.0})
    assert equation.lines == ("v ← 0.5·4 + (−3) = −1", "w ← 2 − 0.5·(−1) = 2.5")


@pytest.mark.parametrize(("optimizer", "share"), [("rmsprop", 1 / 1.1), ("adam", 1 / 2)])
def test_the_equation_of_a_tiny_gradient_ends_where_epsilon_leaves_it(
    optimizer: str, share: float
) -> None:
    config = TrainingConfig(optimizer=optimizer, weight_decay=0.0)
    at_first = {"mean": 0.0, "squares": 0.0, "steps": 0}
    assert update_equation(config, 0.1, 0.0, 1e-8, at_first).after == pytest.approx(-0.1 * share)


def test_the_batchs_loss_is_the_mean_of_its_images() -> None:
    step = freeze(trainer_of(SMALL, CONFIG))
    assert step is not None
    frozen = FrozenStep(step)
    losses = [frozen.image(index).loss for index in range(frozen.batch_size)]
    assert frozen.loss == pytest.approx(np.mean(losses), rel=1e-5)


def test_the_trainer_is_left_as_it_is() -> None:
    trainer = trainer_of(SMALL, CONFIG)
    run = after_batches(trainer, 2)
    before = trainer.checkpoint()
    step = freeze(trainer)
    assert step is not None
    frozen = FrozenStep(step)
    _ = frozen.updates, frozen.image(0)
    after = trainer.checkpoint()
    assert before.position == after.position
    for name, value in before.weights.items():
        np.testing.assert_array_equal(value, after.weights[name])
    run.close()
