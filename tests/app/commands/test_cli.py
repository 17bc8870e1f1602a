"""The command line: what it prints, what it refuses, and that its help tells the truth."""

import json
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from app.cli import bundled_model, main
from app.commands.parser import COMMANDS, PATH_OPTIONS, SETTINGS, build_parser
from engine.networks.model_file import load_model
from engine.training.trainer import TrainingConfig

SEVEN = [[[60, 60], [200, 60], [120, 220]]]
ONE = [[[140, 40], [140, 240]]]


def strokes(tmp_path, drawings):
    path = tmp_path / "drawings.json"
    path.write_text(json.dumps(drawings))
    return str(path)


def test_strokes_give_one_line_of_ten_probabilities_each(tmp_path, capsys):
    assert main(["classify", "--strokes", strokes(tmp_path, [SEVEN, ONE])]) == 0
    lines = capsys.readouterr().out.splitlines()
    answers = [[float(value) for value in line.split()] for line in lines]
    assert [len(answer) for answer in answers] == [10, 10]
    assert [int(np.argmax(answer)) for answer in answers] == [7, 1]
    np.testing.assert_allclose(np.sum(answers, axis=1), 1, atol=1e-5)


def test_a_drawing_without_ink_keeps_its_line(tmp_path, capsys):
    assert main(["classify", "--strokes", strokes(tmp_path, [[], ONE])]) == 0
    first, second = capsys.readouterr().out.splitlines()
    assert first.startswith("refused: ")
    assert len(second.split()) == 10


@pytest.mark.parametrize(
    "content", ["no json", "{}", "[[[[1]]]]", '[[[["a", 2]]]]', "[[[[1e999, 2]]]]"]
)
def test_a_file_that_holds_no_strokes_is_explained(tmp_path, capsys, content):
    path = tmp_path / "drawings.json"
    path.write_text(content)
    assert main(["classify", "--strokes", str(path)]) == 1
    error = capsys.readouterr().err
    assert error.startswith("cnnviz: ")
    assert "Traceback" not in error


def test_images_are_classified_and_what_is_none_is_named(tmp_path, capsys):
    picture = Image.new("L", (100, 100), 255)
    for y in range(20, 80):
        for x in range(47, 54):
            picture.putpixel((x, y), 0)
    picture.save(tmp_path / "one.png")
    (tmp_path / "text.png").write_text("not an image")
    arguments = ["classify", str(tmp_path / "one.png"), str(tmp_path / "text.png")]
    assert main(arguments) == 1
    out, err = capsys.readouterr()
    assert re.search(r"one\.png: 1 \(\d+\.\d%\)", out)
    assert "text.png" in err


def test_classify_wants_images_or_strokes_and_not_both(tmp_path, capsys):
    for arguments in ([], ["x.png", "--strokes", "y.json"]):
        with pytest.raises(SystemExit) as end:
            main(["classify", *arguments])
        assert end.value.code == 2
    assert "one of the two" in capsys.readouterr().err


def test_a_model_that_is_missing_or_damaged_is_explained(tmp_path, capsys):
    broken = tmp_path / "broken.safetensors"
    broken.write_bytes(b"nonsense")
    for path, sentence in ((tmp_path / "none", "no network file"), (broken, "damaged")):
        assert main(["classify", "--model", str(path), "--strokes", "x.json"]) == 1
        assert sentence in capsys.readouterr().err


def test_the_bundled_network_is_lenet5_with_its_record():
    model = load_model(bundled_model())
    assert model.network.parameter_count == 61_706
    assert model.record is not None
    assert model.record.test_accuracy is not None
    assert model.record.test_accuracy >= 0.99
    assert model.record.command.startswith("cnnviz train --preset lenet5")


def test_training_on_generated_digits_saves_a_network_with_its_record(
    tmp_path, capsys, monkeypatch
):
    monkeypatch.delenv("CNNVIZ_DATA", raising=False)
    monkeypatch.setattr("app.commands.train.find_mnist", lambda _directory: None)
    monkeypatch.setattr("app.commands.train.GENERATED_TEST_IMAGES", 40)
    out = tmp_path / "small.safetensors"
    arguments = ["train", "--preset", "simplecnn", "--digits", "120", "--epochs", "1"]
    assert (
        main([*arguments, "--optimizer", "adam", "--learning-rate", "0.001", "--out", str(out)])
        == 0
    )
    printed = capsys.readouterr().out
    assert "62,810 parameters" in printed
    assert "Test accuracy" in printed
    model = load_model(out)
    assert model.record is not None
    assert model.record.settings["optimizer"] == "adam"
    assert "--optimizer adam" in model.record.command
    assert "--digits 120" in model.record.command


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--learning-rate", "-1"], "learning rate must be"),
        (["--schedule", "sawtooth"], "schedule must be one of"),
        (["--data", "/no/such/folder"], "/no/such/folder"),
        (["--stack", "/no/such/stack.cnnviz"], "no stack file"),
        (["--out", "/no/such/folder/net.safetensors"], "no folder /no/such/folder"),
    ],
)
def test_training_that_cannot_be_is_explained(arguments, sentence, capsys):
    assert main(["train", *arguments]) == 1
    error = capsys.readouterr().err
    assert sentence in error
    assert "Traceback" not in error


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("arguments", [[], ["--no-such-option"], ["one", "--no-such-option"]])
def test_a_command_that_cannot_be_carried_out_says_how_it_is_used(command, arguments, capsys):
    if command == "train" and not arguments:
        return  # everything may be left out there
    with pytest.raises(SystemExit) as end:
        main([command, *arguments])
    assert end.value.code == 2
    assert capsys.readouterr().err.startswith(f"usage: cnnviz {command} ")


@pytest.mark.parametrize(
    "arguments", [["--preset", "lenet6"], ["--epochs", "x"], ["--digits", "0"]]
)
def test_options_of_the_wrong_kind_are_refused(arguments, capsys):
    with pytest.raises(SystemExit) as end:
        main(["train", *arguments])
    assert end.value.code == 2
    assert "usage" in capsys.readouterr().err


def test_the_help_names_every_setting_with_its_true_default():
    help_text = build_parser().format_help()
    assert "train" in help_text
    assert "classify" in help_text
    for name, value in TrainingConfig().to_dict().items():
        if name in SETTINGS:
            about = SETTINGS[name][1]
            shown = f"{value:g}" if isinstance(value, float) else str(value)
            assert shown in about


def test_the_command_line_loads_no_qt_and_no_numpy():
    code = "import sys, app.cli; print([m for m in ('numpy', 'PySide6') if m in sys.modules])"
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert result.stdout.strip() == "[]"


@pytest.fixture
def opened(monkeypatch):
    """What the window would be opened with, without a window."""
    asked: list[object] = []

    def run_window(file, data):
        asked.append((file, data))
        return 0

    monkeypatch.setattr("app.shell.application.run_window", run_window)
    monkeypatch.setattr("app.shell.display.display_problem", lambda: None)
    return asked


@pytest.mark.parametrize(
    "before", [[], ["--data", "train"], ["--data=train"]], ids=["alone", "data", "data="]
)
@pytest.mark.parametrize("name", ["mine.cnnviz", "./train", "seven.png"])
def test_a_file_is_opened_with_or_without_its_option(tmp_path, monkeypatch, opened, name, before):
    monkeypatch.chdir(tmp_path)
    (tmp_path / name).write_text("")
    data = Path("train") if before else None
    for arguments in ([*before, name], [*before, "--model", name], [*before, f"--model={name}"]):
        assert main(arguments) == 0
    assert opened == [(Path(name), data)] * 3
    assert main([name, *before]) == 0
    assert opened[-1] == (Path(name), data)


def test_without_a_file_the_window_opens_alone(opened):
    assert main([]) == 0
    assert opened == [(None, None)]


@pytest.mark.parametrize("command", COMMANDS)
def test_the_name_of_a_command_stays_one_even_if_there_is_such_a_file(
    tmp_path, monkeypatch, capsys, opened, command
):
    monkeypatch.chdir(tmp_path)
    (tmp_path / command).write_text("")
    with pytest.raises(SystemExit) as end:
        main([command, "--help"])
    assert end.value.code == 0
    assert f"usage: cnnviz {command}" in capsys.readouterr().out
    assert not opened


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["trian"], "no file trian, and no command of that name"),
        (["a.png", "b.png"], "one file"),
        (["a.png", "train"], "one file"),
        (["--model", "a.png", "b.png"], "one file"),
    ],
)
def test_what_cannot_be_opened_is_said_before_a_window_opens(
    tmp_path, monkeypatch, capsys, opened, arguments, sentence
):
    monkeypatch.chdir(tmp_path)
    for name in ("a.png", "b.png"):
        (tmp_path / name).write_text("")
    with pytest.raises(SystemExit) as end:
        main(arguments)
    assert end.value.code == 2
    assert sentence in capsys.readouterr().err
    assert not opened


def test_the_commands_and_options_that_are_told_apart_are_all_there_are():
    help_text = build_parser().format_help()
    assert set(re.findall(r"^    (\w+) {2,}", help_text, re.MULTILINE)) == set(COMMANDS)
    with_path = re.findall(r"^  (--\w+) [A-Z]+", help_text, re.MULTILINE)
    assert set(with_path) == set(PATH_OPTIONS)
