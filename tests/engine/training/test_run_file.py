"""A run's file holds everything that a list of runs shows, and refuses what it cannot read."""

import json

import pytest

from engine.basics.errors import ModelFileError
from engine.data.augmentation import AugmentationConfig
from engine.networks.presets import PRESETS
from engine.training.config import TrainingConfig
from engine.training.events import Changed
from engine.training.run_file import RunData, RunFacts, RunState, load_run, save_run

DATA = RunData(
    "mnist", "MNIST", 60_000, 10_000, {"directory": "/data"}, "MNIST", 50_000, "0a1b2c3d"
)
FACTS = RunFacts(
    "Run 7",
    "2026-03-01T12:30:00+00:00",
    PRESETS["lenet5"].stack,
    TrainingConfig(epochs=5, optimizer="adam", learning_rate=0.001),
    DATA,
    AugmentationConfig(),
    RunState.STOPPED,
    ("0.weight", "0.bias"),
    (Changed(100, 0.5, "learning_rate", 0.001, 0.0005),),
    epochs=3,
    batches=2400,
    seconds=61.5,
    best_epoch=3,
    validation_accuracy=0.9875,
    is_pinned=True,
)


def test_a_run_comes_back_as_it_was(tmp_path) -> None:
    save_run(tmp_path / "run.json", FACTS)
    assert load_run(tmp_path / "run.json") == FACTS
    assert FACTS.parameters == 61_706
    assert FACTS.epochs_left == 2


def test_entries_of_a_newer_version_are_passed_over(tmp_path) -> None:
    data = FACTS.to_dict() | {"mood": "good"}
    (tmp_path / "run.json").write_text(json.dumps(data))
    assert load_run(tmp_path / "run.json") == FACTS


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("", "cannot be read"),
        ("[]", "no training run"),
        ('{"format": "cnnviz-run", "version": 9}', "version 9"),
        ('{"format": "cnnviz-run", "version": 1, "name": "x"}', "settings cannot be read"),
    ],
)
def test_what_is_no_run_is_explained(tmp_path, content: str, reason: str) -> None:
    (tmp_path / "run.json").write_text(content)
    with pytest.raises(ModelFileError, match=reason):
        load_run(tmp_path / "run.json")


def test_a_missing_file_is_explained(tmp_path) -> None:
    with pytest.raises(ModelFileError, match=r"no run\.json"):
        load_run(tmp_path / "run.json")
