"""Files that commands write, and what they print: refused before the work, ended quietly."""

import os
import re
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from app.cli import bundled_model, main
from app.commands.output_file import check_output, unused
from app.commands.training_run import generated
from engine.basics.errors import DataError
from engine.data.generated.digits import generate_digits
from engine.networks.model_file import load_model
from tests.app.commands.stopping import SMALL, cnnviz, environment, names_in, program

STROKES = "[[[[60, 60], [200, 60], [120, 220]]]]"


@pytest.fixture
def here(monkeypatch, tmp_path):
    """Commands in a folder of their own, with a network to export and weights to import."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("app.commands.train.find_mnist", lambda _: None)
    monkeypatch.setattr("app.commands.train.GENERATED_TEST_IMAGES", 20)
    (tmp_path / "lenet.safetensors").write_bytes(bundled_model().read_bytes())
    (tmp_path / "strokes.json").write_text(STROKES)
    return tmp_path


WRITING = {
    "train": ("train", *SMALL),
    "import": ("import", "lenet.safetensors"),
    "export": ("export", "lenet.safetensors", "--to", "numpy"),
}
"""Every command that writes what --out names."""

PRINTING = {
    "help": ("--help",),
    "version": ("--version",),
    "train's help": ("train", "--help"),
    "classify": ("classify", "--strokes", "strokes.json"),
    "export": ("export", "lenet.safetensors", "--to", "numpy"),
    "import": ("import", "lenet.safetensors"),
    "train": ("train", *SMALL),
}


def learnt_nothing(_):
    raise AssertionError("the work was done before its place was looked at")


@pytest.mark.parametrize("command", WRITING)
@pytest.mark.parametrize(
    ("out", "sentence"),
    [
        ("folder", "folder is a folder"),
        ("none/net.py", "There is no folder none"),
        ("there.py", "there.py exists already.*--force"),
        ("x" * 400, "could not be written: File name too long"),
        pytest.param(
            "/dev/full",
            "/dev/full is a device",
            marks=pytest.mark.skipif(not Path("/dev/full").exists(), reason="Linux has it"),
        ),
        pytest.param(
            "/sys/net.py",
            "/sys/net.py could not be written: Permission denied",
            marks=pytest.mark.skipif(sys.platform != "linux", reason="needs Linux's /sys"),
        ),
    ],
)
def test_a_place_that_cannot_be_written_is_refused_before_the_work(
    here, capsys, monkeypatch, command, out, sentence
):
    (here / "folder").mkdir()
    (here / "there.py").write_text("mine")
    for work in ("train._data", "other_libraries.load_model", "other_libraries.import_weights"):
        monkeypatch.setattr(f"app.commands.{work}", learnt_nothing)
    before = names_in(here)
    assert main([*WRITING[command], "--out", out]) == 1
    error = capsys.readouterr().err
    assert error.count("\n") == 1
    assert re.search(sentence, error)
    assert names_in(here) == before
    assert (here / "there.py").read_text() == "mine"


@pytest.mark.parametrize("command", WRITING)
def test_force_replaces_what_is_there(here, command):
    (here / "there.py").write_text("mine")
    assert main([*WRITING[command], "--out", "there.py", "--force"]) == 0
    assert (here / "there.py").read_bytes() != b"mine"


@pytest.mark.parametrize(
    ("command", "names"),
    [
        ("train", ["simplecnn.safetensors", "simplecnn-2.safetensors", "simplecnn-3.safetensors"]),
        ("import", ["lenet_imported.safetensors", "lenet_imported-2.safetensors"]),
        ("export", ["lenet_numpy.py", "lenet_numpy_2.py"]),
    ],
)
def test_a_name_that_was_left_out_is_numbered(here, capsys, command, names):
    for name in names:
        assert not (here / name).exists()
        assert main([*WRITING[command]]) == 0
        assert f"Saved {name}" in capsys.readouterr().out
        (here / name).write_text(name)
    assert [(here / name).read_text() for name in names] == names


def test_a_run_to_go_on_with_takes_its_name_too(here, capsys):
    (here / "simplecnn.safetensors.checkpoint").write_text("a run")
    assert main([*WRITING["train"]]) == 0
    assert "Saved simplecnn-2.safetensors" in capsys.readouterr().out
    assert (here / "simplecnn.safetensors.checkpoint").read_text() == "a run"


def test_weights_next_to_an_export_are_not_replaced_either(here, capsys):
    (here / "net.npz").write_text("mine")
    export = ["export", "lenet.safetensors", "--to", "numpy", "--out", "net.py"]
    assert main(export) == 1
    assert "net.npz exists already" in capsys.readouterr().err
    assert not (here / "net.py").exists()
    assert main([*export, "--force"]) == 0
    assert (here / "net.npz").read_bytes() != b"mine"


def test_pictures_that_are_there_are_not_replaced(here, capsys):
    (here / "draw-light.png").write_text("mine")
    assert main(["--screenshots", str(here)]) == 1
    assert "draw-light.png exists already" in capsys.readouterr().err
    assert (here / "draw-light.png").read_text() == "mine"


def test_a_disk_with_too_little_room_is_refused(monkeypatch, tmp_path):
    monkeypatch.setattr(
        "app.commands.output_file.shutil.disk_usage", lambda _: SimpleNamespace(free=2048)
    )
    check_output(tmp_path / "a", force=False, needed=2048)
    with pytest.raises(DataError, match=r"a could not be written: about 2\.0 MiB .* 2\.0 KiB are"):
        check_output(tmp_path / "a", force=False, needed=2 * 2**20)
    assert names_in(tmp_path) == []


def test_a_name_is_numbered_until_nothing_has_it(tmp_path):
    taken = {tmp_path / "a.b.c", tmp_path / "a.b-2.c"}
    assert unused(tmp_path / "a.b.c", taken.__contains__) == tmp_path / "a.b-3.c"


# What is printed


@pytest.mark.parametrize("command", PRINTING)
def test_a_pipe_that_nobody_reads_ends_quietly(here, command):
    reading, writing = os.pipe()
    os.close(reading)
    try:
        result = cnnviz(here, *PRINTING[command], stdout=writing)
    finally:
        os.close(writing)
    assert (result.returncode, result.stderr) == (141, "")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="Linux has it")
@pytest.mark.parametrize("command", PRINTING)
def test_a_full_device_is_one_sentence(here, command):
    with Path("/dev/full").open("w") as full:
        result = cnnviz(here, *PRINTING[command], stdout=full)
    assert result.returncode == 1
    assert result.stderr == (
        "cnnviz: Standard output could not be written: No space left on device.\n"
    )


@pytest.mark.skipif(os.name == "nt", reason="a pipe is closed otherwise there")
def test_a_reader_that_leaves_in_the_middle_of_a_training_costs_nothing(here):
    arguments = [*SMALL[:-1], "1000", "--out", "net.safetensors"]
    with subprocess.Popen(
        program("train", *arguments),
        cwd=here,
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as running:
        assert running.stdout is not None
        assert running.stderr is not None
        while not running.stdout.readline().startswith("    1"):
            assert running.poll() is None
        running.stdout.close()
        assert running.wait(timeout=60) == 141
        assert running.stderr.read() == ""
    model = load_model(here / "net.safetensors")
    assert model.record is not None
    assert model.record.best_epoch >= 1
    assert (here / "net.safetensors.checkpoint").exists()


def test_making_digits_is_announced_with_their_number_before_they_are_there(capsys):
    def making(count, seed, report):
        assert f"Generating {count:,} digits.\n" in capsys.readouterr().out
        return generate_digits(count, seed, report)

    assert generated(30, 0, making).images.shape[0] == 30


def test_a_terminal_shows_how_far_the_digits_have_come(capsys, monkeypatch):
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    generated(3, 0)
    assert "digit 3 of 3" in capsys.readouterr().err
