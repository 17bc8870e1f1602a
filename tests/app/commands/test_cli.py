"""The command line: what it prints, what it refuses, and that its help tells the truth."""

import json
import re
import subprocess
import sys

import numpy as np
import pytest
from PIL import Image

from app.cli import SETTINGS, build_parser, bundled_model, main
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
