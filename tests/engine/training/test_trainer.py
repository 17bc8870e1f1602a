"""Training: it learns, repeats itself, stops where asked, goes on, and survives divergence."""

import numpy as np
import pytest

from engine.basics.errors import DataError, ShapeError
from engine.basics.second_thread import SecondThread
from engine.data.dataset import Dataset
from engine.layers import (
    BatchNorm2dSpec,
    Conv2dSpec,
    DenseSpec,
    DropoutSpec,
    FlattenSpec,
    MaxPool2dSpec,
    ReLUSpec,
    SoftmaxSpec,
)
from engine.networks.losses import SoftmaxCrossEntropy
from engine.networks.network import Sequential
from engine.networks.stack import Stack
from engine.training.batch_step import BatchStep, part_size, parts_of
from engine.training.optimizers import OPTIMIZERS
from engine.training.trainer import (
    BatchDone,
    Diverged,
    EpochDone,
    Finished,
    Trainer,
    TrainingConfig,
    Validating,
    evaluate,
)
from tests.engine.datasets import squares

STACK = Stack(
    "Squares",
    (1, 8, 8),
    (
        Conv2dSpec(out_channels=4),
        ReLUSpec(),
        MaxPool2dSpec(),
        FlattenSpec(),
        DenseSpec(out_features=3),
    ),
)


def trainer(config=None, stack=STACK, count=96, augment=None):
    config = config or TrainingConfig(epochs=3, batch_size=32)
    network = Sequential(stack, np.random.default_rng(config.seed))
    return Trainer(network, squares(count), squares(40, seed=1), config, augment)


def test_a_tiny_set_is_learnt_to_the_last_image():
    run = trainer(TrainingConfig(epochs=12, batch_size=16))
    last = [event for event in run.run() if isinstance(event, EpochDone)][-1]
    assert last.validation_accuracy == 1
    assert evaluate(run.network, run.training)[1] == 1


def test_events_come_in_order_and_count_from_one():
    events = list(trainer().run())
    kinds = [type(event) for event in events]
    epoch = [BatchDone] * 3 + [Validating, EpochDone]
    assert kinds == epoch * 3 + [Finished]
    batches = [event for event in events if isinstance(event, BatchDone)]
    assert [event.step for event in batches] == list(range(1, 10))
    assert [(event.epoch, event.batch) for event in batches[:4]] == [(1, 1), (1, 2), (1, 3), (2, 1)]
    assert all(np.isfinite(event.loss) and 0 <= event.accuracy <= 1 for event in batches)
    finished = events[-1]
    best = max(
        (event.validation_accuracy, -event.validation_loss, event.epoch)
        for event in events
        if isinstance(event, EpochDone)
    )
    assert finished.best_epoch == best[2]


def test_a_last_batch_may_be_smaller():
    run = trainer(TrainingConfig(epochs=1, batch_size=40))
    assert run.batches == 3
    assert sum(isinstance(event, BatchDone) for event in run.run()) == 3


@pytest.mark.parametrize("batch_size", [1, 7, 32, 96])
def test_the_same_seed_gives_the_same_weights_bit_for_bit(batch_size):
    def weights():
        run = trainer(TrainingConfig(epochs=1, batch_size=batch_size), count=96)
        for _ in run.run():
            pass
        return run.network.parameters

    np.testing.assert_array_equal(weights(), weights())


def test_two_threads_give_the_gradient_of_one_bit_for_bit(monkeypatch):
    monkeypatch.setattr("engine.layers.conv.LEAST_MULTIPLY_ADDS", 0)
    monkeypatch.setattr("engine.layers.conv.LEAST_SIDE_BY_SIDE", 0)
    monkeypatch.setattr("engine.layers.base.LEAST_NUMBERS", 0)
    picked, gradients = np.arange(50), []
    for with_second_thread in (False, True):
        run = trainer()
        step = BatchStep(run.network, SoftmaxCrossEntropy(), with_second_thread=with_second_thread)
        totals = step.train(run.training, picked, None, seed=0)
        step.close()
        gradients.append(run.network.gradients.copy())
        assert np.isfinite(totals.loss)
    np.testing.assert_array_equal(gradients[0], gradients[1])


def test_parts_add_up_to_the_whole_batch(monkeypatch):
    gradients = []
    for largest in (128, 9):
        monkeypatch.setattr("engine.training.batch_step.LARGEST_PART", largest)
        run = trainer()
        step = BatchStep(run.network, SoftmaxCrossEntropy(), with_second_thread=False)
        step.train(run.training, np.arange(50), None, seed=0)
        step.close()
        gradients.append(run.network.gradients.copy())
    np.testing.assert_allclose(gradients[0], gradients[1], atol=1e-6)


@pytest.mark.parametrize("count", [1, 8, 9, 64, 65, 1000])
def test_parts_are_even_and_cover_the_batch(count):
    parts = parts_of(count, 64)
    assert [index for part in parts for index in range(count)[part]] == list(range(count))
    sizes = [part.stop - part.start for part in parts]
    assert max(sizes) <= 64
    assert max(sizes) - min(sizes) <= 1


def test_deep_stacks_are_computed_in_smaller_parts():
    assert part_size(STACK) == 128
    wide = Stack("Wide", (1, 64, 64), (Conv2dSpec(out_channels=64, padding=(1, 1)),))
    assert 4 <= part_size(wide) < 16


def test_an_error_on_the_second_thread_reaches_the_caller():
    second_thread = SecondThread()

    def fail():
        raise ValueError("from over there")

    with pytest.raises(ValueError, match="from over there"):
        second_thread.run_both(lambda: None, fail)
    done = []
    second_thread.run_both(lambda: done.append(1), lambda: done.append(2))
    second_thread.close()
    assert sorted(done) == [1, 2]


def test_closing_the_generator_ends_the_run():
    run = trainer()
    events = run.run()
    next(events)
    weights = run.network.parameters.copy()
    events.close()
    np.testing.assert_array_equal(run.network.parameters, weights)


DROPPING = Stack(
    "Dropping",
    (1, 8, 8),
    (
        Conv2dSpec(out_channels=4),
        BatchNorm2dSpec(),
        ReLUSpec(),
        FlattenSpec(),
        DropoutSpec(),
        DenseSpec(out_features=3),
    ),
)


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
@pytest.mark.parametrize("stack", [STACK, DROPPING], ids=["plain", "dropping"])
@pytest.mark.parametrize("stop_after", [2, 4, 5, 9])
def test_a_resumed_run_equals_an_uninterrupted_one(optimizer, stack, stop_after):
    config = TrainingConfig(
        epochs=3, batch_size=32, learning_rate=0.01, optimizer=optimizer, warm_up_epochs=0.5
    )
    through = trainer(config, stack)
    expected = list(through.run())
    stopped = trainer(config, stack)
    events = stopped.run()
    for _ in range(stop_after):
        next(events)
    checkpoint = stopped.checkpoint()
    events.close()
    resumed = trainer(config, stack)
    resumed.restore(checkpoint)
    seen = list(resumed.run())
    for name, value in through.network.state_dict().items():
        np.testing.assert_array_equal(resumed.network.state_dict()[name], value)
    assert isinstance(seen[-1], Finished)
    assert seen[-1].validation_accuracy == expected[-1].validation_accuracy
    assert seen[-1].best_epoch == expected[-1].best_epoch
    for name, value in through.best_state().items():
        np.testing.assert_array_equal(resumed.best_state()[name], value)


def test_memory_does_not_grow_from_step_to_step():
    run = trainer()
    step = BatchStep(run.network, SoftmaxCrossEntropy(), with_second_thread=True)
    held = []
    for _ in range(4):
        step.train(run.training, np.arange(64), None, 0)
        held.append(step.held_bytes)
    step.close()
    assert held[0] > 0
    assert len(set(held)) == 1
    assert step.held_bytes == 0


@pytest.mark.parametrize("rate", [1e4, 1e25, 1e300])
def test_divergence_names_the_batch_and_keeps_the_last_good_weights(rate):
    run = trainer(TrainingConfig(epochs=3, batch_size=32, learning_rate=rate, schedule="constant"))
    events = list(run.run())
    last = events[-1]
    assert isinstance(last, Diverged)
    assert f"batch {last.batch}" in last.message
    assert "layer" in last.message or "loss" in last.message
    assert "smaller learning rate" in last.message
    assert np.isfinite(run.network.parameters).all()
    x = run.training.images[:8].astype(np.float32) / 255
    assert np.isfinite(run.network.forward(x)).all()


def test_divergence_names_the_layer_whose_weights_went_first():
    run = trainer()
    run.network.layers[4].parameters["weight"][0, 0] = np.inf
    event = next(iter(run.run()))
    assert isinstance(event, Diverged)
    assert "the weights of layer 5, Dense" in event.message


def test_a_stack_that_ends_in_softmax_trains_too():
    stack = STACK.with_layers([*STACK.layers, SoftmaxSpec()])
    run = trainer(TrainingConfig(epochs=8, batch_size=16), stack)
    assert [e for e in run.run() if isinstance(e, EpochDone)][-1].validation_accuracy == 1


def test_mean_squared_error_trains_too():
    run = trainer(TrainingConfig(epochs=8, batch_size=16, loss="mean squared error"))
    assert [e for e in run.run() if isinstance(e, EpochDone)][-1].validation_accuracy > 0.9


def test_augmentation_gets_images_and_a_generator_of_its_own():
    seen = []

    def augment(images, rng):
        seen.append(rng.integers(1 << 30))
        return images[:, :, ::-1].copy()

    for _ in trainer(TrainingConfig(epochs=1, batch_size=32), augment=augment).run():
        pass
    assert len(seen) == len(set(seen)) == 3


def empty():
    return Dataset(np.zeros((0, 1, 8, 8), np.uint8), np.zeros(0, np.int64), "None", "Empty.", 3)


def test_data_that_cannot_be_used_is_refused():
    network, config = Sequential(STACK), TrainingConfig()
    with pytest.raises(DataError, match="training data is empty"):
        Trainer(network, empty(), squares(5), config)
    with pytest.raises(DataError, match="validation images are"):
        Trainer(network, squares(5), squares(5, side=10), config)
    with pytest.raises(ShapeError, match="10 classes"):
        Trainer(
            network,
            Dataset(squares(5).images, squares(5).labels, "Ten", "Ten classes."),
            squares(5),
            config,
        )


@pytest.mark.parametrize(
    "wrong",
    [
        {"epochs": 0},
        {"batch_size": 0},
        {"learning_rate": -1},
        {"learning_rate": float("nan")},
        {"momentum": 1.5},
        {"seed": -1},
        {"schedule": "sawtooth"},
        {"optimizer": "newton"},
        {"loss": "hinge"},
    ],
)
def test_settings_out_of_range_are_refused(wrong):
    with pytest.raises(ShapeError, match="must be"):
        TrainingConfig(**wrong)


def test_patience_ends_a_run_that_gets_no_better():
    config = TrainingConfig(epochs=50, batch_size=32, learning_rate=0.0, patience=3)
    events = list(trainer(config).run())
    assert [event.epoch for event in events if isinstance(event, EpochDone)] == [1, 2, 3, 4]
    assert isinstance(events[-1], Finished)
    assert (events[-1].epochs, events[-1].best_epoch) == (4, 1)


def test_without_patience_a_run_that_gets_no_better_goes_on():
    config = TrainingConfig(epochs=5, batch_size=32, learning_rate=0.0)
    assert list(trainer(config).run())[-1].epochs == 5


def test_a_run_that_is_over_goes_on_for_more_epochs():
    first = trainer(TrainingConfig(epochs=2, batch_size=32))
    list(first.run())
    more = trainer(TrainingConfig(epochs=5, batch_size=32))
    more.restore(first.checkpoint())
    epochs = [event.epoch for event in more.run() if isinstance(event, EpochDone)]
    assert epochs == [3, 4, 5]
