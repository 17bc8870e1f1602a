"""``cnnviz train --mix-digits``: MNIST and generated digits learnt together, and written down."""

import dataclasses
from pathlib import Path

import numpy as np
import pytest

from app.cli import main
from app.commands.parser import build_parser
from app.commands.train import TrainingRequest
from engine.data.generated.digits import generate_digits
from engine.networks.model_file import load_model
from engine.training.trainer import TrainingConfig

SMALL = ["train", "--preset", "simplecnn", "--epochs", "1", "--validation", "12"]


@pytest.fixture
def little_mnist(monkeypatch):
    """Eighty digits that pass for MNIST, wherever that may lie."""
    everything, test = (
        dataclasses.replace(generate_digits(count, seed), name="MNIST")
        for count, seed in ((80, 5), (20, 6))
    )
    monkeypatch.setattr("app.commands.train.find_mnist", lambda given: given)
    monkeypatch.setattr("app.commands.train.load_mnist", lambda _: (everything, test))
    monkeypatch.setattr("app.commands.train.GENERATED_TEST_IMAGES", 20)  # where there is no MNIST


def request(**changes) -> TrainingRequest:
    plain = TrainingRequest(
        preset="lenet5",
        stack=None,
        data=None,
        digits=None,
        images=None,
        validation=5000,
        out=Path("net.safetensors"),
        config=TrainingConfig(),
    )
    return dataclasses.replace(plain, **changes)


@pytest.mark.usefixtures("little_mnist")
def test_both_are_learnt_and_both_held_out(tmp_path, capsys):
    out = tmp_path / "net.safetensors"
    assert main([*SMALL, "--data", "here", "--mix-digits", "70", "--out", str(out)]) == 0
    record = load_model(out).record
    assert record is not None
    assert record.data == "MNIST and generated digits"
    assert record.images == (80 - 12) + (70 - 12)
    assert record.settings["validation_images"] == 24
    assert record.settings["generated_digits"] == 70
    assert "--mix-digits 70 --validation 12" in record.command
    assert record.test_data == "MNIST"
    assert record.calibration is not None
    assert record.calibration.temperature > 0
    said = capsys.readouterr().out
    assert f"Temperature {record.calibration.temperature:.3f}" in said
    assert "1 epoch, batch" in said


@pytest.mark.usefixtures("little_mnist")
@pytest.mark.parametrize("options", [[], ["--data", "here", "--digits", "30"]])
def test_digits_can_be_mixed_with_mnist_only(options, tmp_path, capsys):
    out = tmp_path / "net.safetensors"
    assert main([*SMALL, *options, "--mix-digits", "40", "--out", str(out)]) == 1
    assert "mixed with MNIST only" in capsys.readouterr().err
    assert not out.exists()


def test_the_command_that_is_written_down_asks_for_the_same():
    command = request(mix_digits=65_000, validation=300, images=900).command()
    options = build_parser().parse_args(command.split()[1:])
    assert (options.mix_digits, options.validation, options.images) == (65_000, 300, 900)
    assert options.data == Path("DIR")


def test_what_is_not_asked_for_is_not_written_down():
    assert request().command() == "cnnviz train --preset lenet5 --data DIR --epochs 5"


def test_the_usual_number_of_validation_images_is_the_one_left_out():
    assert build_parser().parse_args(["train"]).validation == request().validation == 5000
    assert "--validation" not in request().command()


@pytest.mark.usefixtures("little_mnist")
def test_a_run_can_go_on_from_a_network(tmp_path, capsys):
    first, second = tmp_path / "first.safetensors", tmp_path / "second.safetensors"
    digits = [*SMALL, "--digits", "60"]
    assert main([*digits, "--out", str(first)]) == 0
    still = ["--start", str(first), "--learning-rate", "0", "--weight-decay", "0"]
    assert main([*digits, *still, "--out", str(second)]) == 0
    before, after = load_model(first), load_model(second)
    for name, value in before.network.state_dict().items():
        np.testing.assert_array_equal(after.network.state_dict()[name], value)
    assert after.record is not None
    assert "--start first.safetensors" in after.record.command
    assert after.record.settings["start"] == "first.safetensors"
    other = [*digits, "--preset", "lenet5", "--start", str(first), "--out", str(second)]
    assert main([*other, "--force"]) == 1
    assert "do not fit LeNet-5" in capsys.readouterr().err
