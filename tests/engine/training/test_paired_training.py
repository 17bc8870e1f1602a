"""Networks trained side by side end as each would have alone."""

from __future__ import annotations

import numpy as np
import pytest

from engine.data.dataset import Dataset
from engine.networks.network import Sequential
from engine.networks.stack import describe
from engine.training.paired_training import PairedTraining, classifiers
from engine.training.trainer import BatchDone, EpochDone, Trainer, TrainingConfig

CONFIG = TrainingConfig(epochs=2, batch_size=16, learning_rate=0.05, seed=3)


def some_digits(count: int, seed: int) -> Dataset:
    rng = np.random.default_rng(seed)
    images = rng.integers(0, 256, (count, 1, 28, 28), dtype=np.uint8)
    return Dataset(images, rng.integers(0, 10, count), "noise", "noise")


@pytest.mark.parametrize(
    ("comparison", "titles", "weights"),
    [
        # the stem 1→4 has 40 parameters, the dense layer 1,970; a K×K 4→4 has 16·K·K + 4
        (0, ("7×7", "5×5 + 3×3", "3×3 + 3×3 + 3×3"), (788, 404 + 148, 3 * 148)),
        (1, ("5×5", "3×3 + 3×3"), (404, 2 * 148)),
    ],
)
def test_classifiers_differ_in_their_chain_alone(
    comparison: int, titles: tuple[str, ...], weights: tuple[int, ...]
) -> None:
    stacks = classifiers(comparison, 4)
    assert tuple(stack.name for stack in stacks) == titles
    reports = [describe(stack, classes=10) for stack in stacks]
    assert all(report.problem is None for report in reports)
    assert [report.parameters - 40 - 1970 for report in reports] == list(weights)


def test_each_ends_as_it_would_have_alone() -> None:
    training, validation = some_digits(70, 0), some_digits(20, 1)
    stacks = classifiers(0, 3)
    paired = PairedTraining(stacks, training, validation, CONFIG)
    events = list(paired.run())
    for place, stack in enumerate(stacks):
        alone = Trainer(
            Sequential.from_stack(stack, np.random.default_rng(CONFIG.seed)),
            training,
            validation,
            CONFIG,
        )
        expected = [event.loss for event in alone.run() if isinstance(event, BatchDone)]
        losses = [
            event.loss for who, event in events if who == place and isinstance(event, BatchDone)
        ]
        assert losses == expected
        weights = paired.trainers[place].network.parameters
        np.testing.assert_array_equal(weights, alone.network.parameters)


def test_they_take_turns() -> None:
    paired = PairedTraining(classifiers(1, 2), some_digits(64, 0), some_digits(10, 1), CONFIG)
    batches = [(who, event.step) for who, event in paired.run() if isinstance(event, BatchDone)]
    assert batches == [(who, step) for step in range(1, 9) for who in (0, 1)]


def test_closing_the_generator_ends_all_runs() -> None:
    paired = PairedTraining(classifiers(1, 2), some_digits(64, 0), some_digits(10, 1), CONFIG)
    run = paired.run()
    next(run)
    run.close()
    assert [trainer.position.batch for trainer in paired.trainers] == [1, 0]


def test_who_diverges_is_out_and_the_others_go_on() -> None:
    config = TrainingConfig(epochs=1, batch_size=16, learning_rate=0.05, seed=3)
    paired = PairedTraining(classifiers(1, 2), some_digits(64, 0), some_digits(10, 1), config)
    first = paired.trainers[0].network.parameters
    run = paired.run()
    next(run)
    first[...] = np.inf
    rest = list(run)
    assert not any(isinstance(event, EpochDone) for who, event in rest if who == 0)
    assert any(isinstance(event, EpochDone) for who, event in rest if who == 1)
