"""``cnnviz train`` loses nothing: signals, kills, full disks, and going on bit for bit."""

import os
import signal
from dataclasses import replace

import numpy as np
import pytest

from app.cli import main
from engine.basics.errors import ModelFileError
from engine.data.generated.digits import generate_digits
from engine.data.generated.scribbles import generate_scribbles
from engine.ink.guard import load_guard
from engine.networks.model_file import load_model, save_stack
from engine.networks.network import Sequential
from engine.networks.presets import PRESETS
from engine.training.checkpoint import checkpoint_bytes, load_progress
from engine.training.trainer import Trainer, TrainingConfig
from tests.app.commands.stopping import SMALL, cnnviz, epochs_in, names_in

NAME, CHECKPOINT = "net.safetensors", "net.safetensors.checkpoint"
TRAIN = ("train", *SMALL, "--out", NAME)

pytestmark = pytest.mark.skipif(os.name == "nt", reason="sends POSIX signals to itself")


@pytest.fixture(scope="module")
def through(tmp_path_factory):
    """A run that nobody stopped: its table of epochs and its network."""
    folder = tmp_path_factory.mktemp("through")
    result = cnnviz(folder, *TRAIN)
    assert result.returncode == 0, result.stderr
    assert names_in(folder) == [NAME]
    return epochs_in(result.stdout), load_model(folder / NAME)


@pytest.fixture
def stopped(tmp_path):
    """A folder with what is left of a run that was stopped in its second epoch."""
    assert cnnviz(tmp_path, *TRAIN, place=6, signals=(signal.SIGINT,)).returncode == 130
    return tmp_path


def check_same(through, folder, said):
    lines, model = through
    assert epochs_in(said) == lines
    found = load_model(folder / NAME)
    np.testing.assert_array_equal(found.network.parameters, model.network.parameters)
    assert found.record == model.record
    half_written = {name for name in names_in(folder) if name.startswith(".")}  # by who was killed
    assert set(names_in(folder)) - half_written == {NAME}


@pytest.mark.parametrize(
    ("number", "place", "status", "left"),
    [
        (signal.SIGINT, 2, 130, "the weights as they are in the middle of epoch 1"),
        (signal.SIGINT, 6, 130, "the weights of epoch 1, the best so far"),
        (signal.SIGTERM, 8, 143, "the weights of epoch 1, the best so far"),
        (signal.SIGKILL, 7, -9, ""),
    ],
)
def test_a_run_goes_on_bit_for_bit_wherever_it_was_stopped(
    through, tmp_path, number, place, status, left
):
    first = cnnviz(tmp_path, *TRAIN, place=place, signals=(number,))
    assert first.returncode == status
    assert left in first.stdout
    if left:
        assert f"To go on: cnnviz train --resume {CHECKPOINT}" in first.stdout
        record = load_model(tmp_path / NAME).record
        assert record is not None
        assert (record.epochs, record.test_accuracy) == (record.best_epoch, None)
        assert (record.validation_accuracy is None) == (record.best_epoch == 0)
    assert (tmp_path / NAME).exists() == bool(left)
    second = cnnviz(tmp_path, "train", "--resume", CHECKPOINT)
    assert second.returncode == 0, second.stderr
    check_same(through, tmp_path, second.stdout)


def test_a_run_may_be_stopped_again_and_again(through, stopped):
    for place in (2, 3):
        again = cnnviz(stopped, *TRAIN, "--resume", place=place, signals=(signal.SIGTERM,))
        assert again.returncode == 143, again.stderr
    last = cnnviz(stopped, "train", "--resume", NAME)
    check_same(through, stopped, last.stdout)


def test_a_second_ctrl_c_ends_at_once_and_leaves_the_checkpoint(tmp_path):
    result = cnnviz(tmp_path, *TRAIN, place=6, signals=(signal.SIGINT, signal.SIGINT))
    assert result.returncode == 130
    assert f"--resume {CHECKPOINT}" in result.stderr
    assert "Traceback" not in result.stderr
    assert names_in(tmp_path) == [CHECKPOINT]


def test_a_run_that_is_not_finished_is_not_replaced(stopped):
    (stopped / NAME).unlink()
    before = (stopped / CHECKPOINT).read_bytes()
    refused = cnnviz(stopped, *TRAIN)
    assert refused.returncode == 1
    assert f"--resume {CHECKPOINT}" in refused.stderr
    assert (stopped / CHECKPOINT).read_bytes() == before
    assert cnnviz(stopped, *TRAIN, "--force").returncode == 0
    assert names_in(stopped) == [NAME]


def test_a_network_that_others_saved_meanwhile_is_not_replaced(stopped):
    other = stopped / NAME
    other.write_bytes(b"another network")
    refused = cnnviz(stopped, "train", "--resume", CHECKPOINT)
    assert refused.returncode == 1
    assert f"{NAME} exists already" in refused.stderr
    assert other.read_bytes() == b"another network"
    elsewhere = cnnviz(stopped, "train", "--resume", CHECKPOINT, "--out", "b.safetensors")
    assert elsewhere.returncode == 0
    assert names_in(stopped) == ["b.safetensors", NAME]


# What may be in a checkpoint, without a program of its own


@pytest.fixture
def here(monkeypatch, tmp_path):
    """Commands of this very process, in a folder of their own, without MNIST."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("app.commands.train.find_mnist", lambda _: None)
    monkeypatch.setattr("app.commands.train.GENERATED_TEST_IMAGES", 20)
    return tmp_path


@pytest.fixture
def begun(here, stopped):
    assert here == stopped
    return here


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (["--epochs", "4"], "begun with --epochs 3, and not with --epochs 4"),
        (["--preset", "lenet5"], "begun with the stack SimpleCNN, and not with --preset lenet5"),
        (["--stack", "other.cnnviz"], "begun with the stack SimpleCNN, and not with --stack"),
        (["--digits", "61"], "begun with --digits 60"),
        (["--validation", "7"], "begun with --validation 5000"),
        (["--augment"], "begun with no --augment"),
        (["--guard"], "begun with no --guard"),
        (["--learning-rate", "0.5"], "begun with --learning-rate 0.05"),
    ],
)
def test_other_settings_than_those_of_the_run_are_refused(begun, capsys, options, sentence):
    save_stack(begun / "other.cnnviz", PRESETS["lenet5"].stack)
    before = names_in(begun)
    assert main(["train", "--resume", CHECKPOINT, *options]) == 1
    assert sentence in capsys.readouterr().err
    assert names_in(begun) == before


def test_other_images_than_those_of_the_run_are_refused(begun, capsys, monkeypatch):
    monkeypatch.setattr(
        "app.commands.train.generated", lambda count, seed: generate_digits(count, seed + 1)
    )
    assert main(["train", "--resume", CHECKPOINT]) == 1
    assert "The images are not those that the run" in capsys.readouterr().err
    assert load_progress(begun / CHECKPOINT)[0].step == 5


def test_what_is_no_checkpoint_of_the_command_line_is_refused(here, capsys):
    stack = PRESETS["simplecnn"].stack
    config = TrainingConfig()
    images = generate_digits(10, 0)
    network = Sequential(stack, np.random.default_rng(0))
    run = Trainer(network, images, images, config)
    (here / "window.checkpoint").write_bytes(checkpoint_bytes(run.checkpoint(), stack, config, {}))
    (here / "odd.checkpoint").write_bytes(
        checkpoint_bytes(run.checkpoint(), stack, config, {}, '{"kind": "poem"}')
    )
    (here / "broken.checkpoint").write_bytes(b"nothing")
    for name, sentence in (
        ("none", "There is no checkpoint none.checkpoint"),
        ("window", "of the window: go on with it there"),
        ("odd", "“kind” must be one of train, guard"),
        ("broken", "broken.checkpoint is"),
    ):
        assert main(["train", "--resume", f"{name}.checkpoint"]) == 1
        assert sentence in capsys.readouterr().err


def test_without_a_name_the_run_of_the_usual_name_goes_on(begun, capsys):
    for name in (NAME, CHECKPOINT):
        (begun / name).rename(begun / name.replace("net", "simplecnn"))
    assert main(["train", "--preset", "simplecnn", "--resume"]) == 0
    assert names_in(begun) == ["simplecnn.safetensors"]


def test_a_run_that_diverges_leaves_no_checkpoint_and_says_so(here, capsys):
    assert main([*TRAIN, "--learning-rate", "1e30"]) == 1
    said = capsys.readouterr()
    assert "learning rate" in said.err
    assert "Nothing was learnt" in said.out
    assert names_in(here) == []


def test_a_disk_that_fills_up_in_the_middle_is_said_and_training_goes_on(here, capsys, monkeypatch):
    calls = []

    def full_later(path, content):
        calls.append(path)
        if len(calls) > 1:
            raise ModelFileError(f"{path} could not be written: No space left on device.")
        path.write_bytes(content)

    monkeypatch.setattr("app.train.runs.run_keeper.write_whole", full_later)
    assert main([*TRAIN]) == 0
    said = capsys.readouterr()
    assert said.err.count("training goes on") == 1
    assert "No space left" in said.err
    assert names_in(here) == [NAME]


def test_a_network_that_cannot_be_saved_leaves_its_checkpoint(here, capsys, monkeypatch):
    def full(path, content):
        raise ModelFileError(f"{path} could not be written: No space left on device.")

    with monkeypatch.context() as patched:
        patched.setattr("app.commands.kept_run.write_whole", full)
        assert main([*TRAIN]) == 1
    error = capsys.readouterr().err.splitlines()[-1]
    assert error.startswith(f"cnnviz: {NAME} could not be written: No space left")
    assert f"--resume {CHECKPOINT}" in error
    assert main(["train", "--resume", CHECKPOINT]) == 0
    assert names_in(here) == [NAME]


def test_a_disk_without_room_is_said_before_anything_is_learnt(tmp_path):
    resource = pytest.importorskip("resource")

    def little():
        resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, 10_000))

    result = cnnviz(tmp_path, *TRAIN, before=little)
    assert result.returncode == 1
    assert epochs_in(result.stdout) == []
    assert result.stderr == f"cnnviz: {CHECKPOINT} could not be written: File too large.\n"
    assert names_in(tmp_path) == []


def test_ctrl_c_while_the_network_is_measured_keeps_it(here, capsys, monkeypatch):
    def interrupted(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("app.commands.train.evaluate", interrupted)
        assert main([*TRAIN]) == 130
    assert f"--resume {CHECKPOINT}" in capsys.readouterr().err
    saved = load_model(here / NAME)
    assert main(["train", "--resume", CHECKPOINT]) == 0
    measured = load_model(here / NAME)
    np.testing.assert_array_equal(saved.network.parameters, measured.network.parameters)
    assert saved.record is not None
    assert measured.record is not None
    assert saved.record.test_accuracy is None
    assert measured.record.test_accuracy is not None


def test_a_guard_goes_on_like_any_run(here, monkeypatch, capsys):
    mnist = replace(generate_digits(60, 5), name="MNIST")
    monkeypatch.setattr("app.commands.train_guard.find_mnist", lambda given: given)
    monkeypatch.setattr("app.commands.train_guard.load_mnist", lambda _: (mnist, mnist))
    monkeypatch.setattr("app.commands.train_guard.MNIST_VALIDATION", 20)
    guard = ["train", "--guard", "--data", "here", "--digits", "8", "--epochs", "2"]
    assert main([*guard, "--out", "through.safetensors"]) == 0
    with monkeypatch.context() as patched:
        patched.setattr("app.commands.training_run.say", stop_at_an_epoch)
        assert main([*guard, "--out", "guard.safetensors"]) == 143
    assert load_guard(here / "guard.safetensors").network.parameter_count
    assert main(["train", "--resume", "guard.safetensors.checkpoint"]) == 0
    models = [load_model(here / f"{name}.safetensors") for name in ("through", "guard")]
    assert models[0].record == models[1].record
    np.testing.assert_array_equal(models[0].network.parameters, models[1].network.parameters)
    assert generate_scribbles(1, 0).classes == 11


def stop_at_an_epoch(text):
    if text.startswith("    1"):
        signal.raise_signal(signal.SIGTERM)


def test_ctrl_c_while_the_network_is_saved_says_how_to_go_on(through, here, capsys, monkeypatch):
    def interrupt(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("app.commands.kept_run.write_whole", interrupt)
        assert main([*TRAIN]) == 130
    assert f"To go on: cnnviz train --resume {CHECKPOINT}" in capsys.readouterr().err
    assert main(["train", "--resume", CHECKPOINT]) == 0
    check_same(through, here, capsys.readouterr().out)
