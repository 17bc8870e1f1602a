"""What leaves the lab: pictures, runs as files, grids as text."""

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QByteArray
from PySide6.QtGui import QGuiApplication
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QApplication

from app.kit.export.run_job import RunFormat
from tests.app.lecture.using import click


def test_the_picture_is_written_twice_as_fine(bench, tmp_path):
    file = tmp_path / "picture.png"
    bench.panel.stepper.go_to(2)
    assert bench.exports.save_png(file)
    with Image.open(file) as picture:
        assert picture.size == (2560, 1440)
        colours = picture.convert("RGB").getcolors(10_000_000)
        assert colours is not None
        assert len(colours) > 100


def test_svg_holds_numbers_as_text(bench, tmp_path):
    file = tmp_path / "picture.svg"
    bench.panel.stepper.go_to(2)
    assert bench.exports.save_svg(file)
    text = file.read_text(encoding="utf-8")
    assert QSvgRenderer(QByteArray(text.encode())).isValid()
    for number in (">16<", ">−4<", ">14 × (−1)<"):
        assert number in text


def test_a_picture_that_cannot_be_written_is_explained(bench, tmp_path):
    assert not bench.exports.save_png(tmp_path / "no folder" / "picture.png")
    (dialog,) = [w for w in QApplication.topLevelWidgets() if w.isVisible() and w is not bench]
    dialog.close()


def test_the_run_becomes_a_gif_and_leaves_the_lab_where_it_was(bench, tmp_path, qtbot):
    bench.panel.stepper.set_speed(4)
    bench.panel.stepper.go_to(3)
    file = tmp_path / "run.gif"
    with qtbot.waitSignal(bench.exports.ended, timeout=30_000):
        bench.exports.save_run(RunFormat.GIF, file)
        assert bench.exports.dialog is not None
        assert bench.exports.dialog.isVisible()
    assert bench.panel.stepper.position == 3
    with Image.open(file) as gif:
        assert getattr(gif, "n_frames", 1) == 8
        assert gif.size == (1280, 720)
        assert gif.info["duration"] == 250


def test_a_cancelled_run_leaves_nothing(bench, tmp_path, qtbot):
    with qtbot.waitSignal(bench.exports.ended, timeout=30_000):
        bench.exports.save_run(RunFormat.PICTURES, tmp_path / "run")
        assert bench.exports.dialog is not None
        click(bench.exports.dialog.buttons.buttons()[0])
    assert not list(tmp_path.glob("run*"))


def test_a_run_that_is_too_long_is_refused(bench, monkeypatch):
    monkeypatch.setattr("app.lecture.exports.MOST_STEPS", dict.fromkeys(RunFormat, 4))
    bench.exports.ask_run(RunFormat.GIF)
    (dialog,) = [w for w in QApplication.topLevelWidgets() if w.isVisible() and w is not bench]
    dialog.close()


@pytest.mark.parametrize("form", ["NumPy", "LaTeX", "CSV"])
def test_the_menu_copies_the_grids(bench, form):
    bench.panel.stepper.last()
    action = next(a for a in bench.export_menu.actions() if a.text().endswith(form))
    action.trigger()
    text = QGuiApplication.clipboard().text()
    assert "output" in text
    assert "-4" in text
    if form == "NumPy":
        names: dict[str, np.ndarray] = {}
        exec(text, names)  # noqa: S102 - our own text
        assert names["output"].tolist() == [[[-4, -4], [-4, -4]], [[1, 1], [1, 1]]]
