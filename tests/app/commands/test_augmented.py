"""``cnnviz train --augment``: what is asked for is done, said and written down."""

from pathlib import Path

import pytest

from app.cli import main
from app.commands.parser import build_parser
from app.commands.train import TrainingRequest
from engine.data.augmentation import AugmentationConfig
from engine.networks.model_file import TrainingRecord, load_model
from engine.training.trainer import TrainingConfig

SMALL = ["train", "--preset", "simplecnn", "--digits", "60", "--validation", "20", "--epochs", "1"]


@pytest.fixture(autouse=True)
def _few_test_digits(monkeypatch):
    """Generated digits in place of MNIST, wherever that may lie, and not many."""
    monkeypatch.setattr("app.commands.train.find_mnist", lambda given: given)
    monkeypatch.setattr("app.commands.train.GENERATED_TEST_IMAGES", 20)


def trained(out: Path, *options: str) -> TrainingRecord:
    assert main([*SMALL, *options, "--out", str(out)]) == 0
    record = load_model(out).record
    assert record is not None
    return record


def test_the_record_holds_the_settings_and_the_command(tmp_path, capsys):
    record = trained(tmp_path / "net.safetensors", "--augment", "rotation=20,elastic=0")
    augmentation = record.settings["augmentation"]
    assert augmentation["rotation"] == 20
    assert augmentation["elastic"] == 0
    assert augmentation["shift"] == AugmentationConfig().shift
    assert "--augment rotation=20,elastic=0 --epochs 1" in record.command
    assert "rotation ±20°" in capsys.readouterr().out


def test_without_it_the_record_says_that_nothing_was_changed(tmp_path, capsys):
    record = trained(tmp_path / "net.safetensors")
    assert record.settings["augmentation"] is None
    assert "--augment" not in record.command
    assert "changed" not in capsys.readouterr().out


def test_it_changes_what_is_learnt_and_the_same_command_gives_the_same_network(tmp_path):
    paths = [tmp_path / f"{name}.safetensors" for name in ("plain", "one", "two")]
    for path, options in zip(paths, ([], ["--augment"], ["--augment"]), strict=True):
        trained(path, *options)
    plain, one, two = (load_model(path).network.parameters for path in paths)
    assert (one == two).all()
    assert (one != plain).any()


@pytest.mark.parametrize("text", ["", "rotation=20,elastic=0.25"])
def test_the_command_that_is_written_down_asks_for_the_same(text):
    asked = AugmentationConfig.parse(text)
    request = TrainingRequest(
        preset="lenet5",
        stack=None,
        data=None,
        digits=None,
        images=None,
        validation=5000,
        out=Path("net.safetensors"),
        config=TrainingConfig(),
        augment=asked,
    )
    options = build_parser().parse_args(request.command().split()[1:])
    assert AugmentationConfig.parse(options.augment) == asked


def test_a_setting_that_does_not_exist_ends_with_a_sentence(tmp_path, capsys):
    out = tmp_path / "net.safetensors"
    assert main([*SMALL, "--augment", "rotate=20", "--out", str(out)]) == 1
    assert "Augmentation settings are shift, rotation" in capsys.readouterr().err
    assert not out.exists()
