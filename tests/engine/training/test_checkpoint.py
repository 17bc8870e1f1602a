"""Checkpoints as files: a run that goes on from one ends as if it had never stopped."""

import numpy as np
import pytest
from safetensors.numpy import load_file, save_file

from engine.basics.errors import ModelFileError
from engine.networks.network import Sequential
from engine.training.checkpoint import (
    checkpoint_bytes,
    load_checkpoint,
    load_log,
    load_progress,
)
from engine.training.run_log import RunLog
from engine.training.trainer import Finished, Trainer, TrainingConfig
from tests.engine.datasets import squares
from tests.engine.training.test_trainer import DROPPING

CONFIG = TrainingConfig(epochs=3, batch_size=32, optimizer="adam", learning_rate=0.01)


def trainer(stack=DROPPING, config=CONFIG):
    network = Sequential(stack, np.random.default_rng(config.seed))
    return Trainer(network, squares(96), squares(40, seed=1), config)


@pytest.mark.parametrize("stop_after", [1, 4, 7])
def test_a_run_goes_on_from_its_file_as_if_it_had_never_stopped(tmp_path, stop_after):
    through = trainer()
    for _ in through.run():
        pass
    stopped = trainer()
    events = stopped.run()
    for _ in range(stop_after):
        next(events)
    path = tmp_path / "run.checkpoint"
    path.write_bytes(
        checkpoint_bytes(stopped.checkpoint(), stopped.network.stack, stopped.config, {})
    )
    events.close()

    checkpoint, stack, config = load_checkpoint(path)
    resumed = trainer(stack, config)
    resumed.restore(checkpoint)
    last = list(resumed.run())[-1]
    assert isinstance(last, Finished)
    for name, value in through.network.state_dict().items():
        np.testing.assert_array_equal(resumed.network.state_dict()[name], value)
    for name, value in through.best_state().items():
        np.testing.assert_array_equal(resumed.best_state()[name], value)


def test_log_and_progress_are_read_without_the_weights(tmp_path):
    run, log = trainer(), RunLog()
    events = run.run()
    for _ in range(5):
        log.take(next(events))
    run.change("learning_rate", 0.002)
    path = tmp_path / "run.checkpoint"
    path.write_bytes(checkpoint_bytes(run.checkpoint(), run.network.stack, CONFIG, log.tensors()))
    events.close()
    position, changes = load_progress(path)
    assert position == run.position
    assert [(change.before, change.after) for change in changes] == [(0.01, 0.002)]
    assert list(load_log(path).batches()) == list(log.batches())
    checkpoint, _, config = load_checkpoint(path)
    assert config == CONFIG
    assert set(checkpoint.weights) == set(run.network.state_dict())


def test_a_checkpoint_without_a_log_has_an_empty_one(path):
    assert len(load_log(path)) == 0


@pytest.fixture
def path(tmp_path):
    run = trainer()
    path = tmp_path / "run.checkpoint"
    path.write_bytes(checkpoint_bytes(run.checkpoint(), run.network.stack, run.config, {}))
    return path


def test_a_missing_or_truncated_checkpoint_is_explained(path):
    with pytest.raises(ModelFileError, match="no checkpoint at"):
        load_checkpoint(path.with_name("none"))
    path.write_bytes(path.read_bytes()[:100])
    with pytest.raises(ModelFileError, match="damaged or no checkpoint"):
        load_checkpoint(path)


@pytest.mark.parametrize(
    "metadata",
    [
        {"format": "other"},
        {"format": "cnnviz-checkpoint", "version": "9"},
        {"format": "cnnviz-checkpoint", "version": "1"},
        {"format": "cnnviz-checkpoint", "version": "1", "position": "[]", "config": "{}"},
        {"format": "cnnviz-checkpoint", "version": "1", "position": "{}", "config": '{"a": 1}'},
    ],
)
def test_metadata_that_cannot_be_read_is_explained(path, metadata):
    save_file(load_file(path), path, metadata)
    with pytest.raises(ModelFileError, match="checkpoint"):
        load_checkpoint(path)
