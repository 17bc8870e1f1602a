"""What leaves the lab: pictures, runs as files, grids as text."""

from dataclasses import replace

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QByteArray
from PySide6.QtGui import QGuiApplication
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QApplication, QMenu

from app.kit.export.run_job import RunFormat
from app.step.exports import StepExports


@pytest.fixture
def exports(panel, settings):
    return StepExports(panel.stepper, settings, panel)


def only_dialog(panel):
    others = [w for w in QApplication.topLevelWidgets() if w.isVisible() and w is not panel]
    (dialog,) = others
    return dialog


def test_the_picture_is_written_twice_as_fine(exports, panel, tmp_path):
    file = tmp_path / "picture.png"
    panel.stepper.go_to(2)
    assert exports.save_picture(file, "PNG")
    with Image.open(file) as picture:
        assert picture.size == (2560, 1440)
        colours = picture.convert("RGB").getcolors(10_000_000)
        assert colours is not None
        assert len(colours) > 100


def test_svg_holds_numbers_as_text(exports, panel, tmp_path):
    file = tmp_path / "picture.svg"
    panel.stepper.go_to(2)
    assert exports.save_picture(file, "SVG")
    text = file.read_text(encoding="utf-8")
    assert QSvgRenderer(QByteArray(text.encode())).isValid()
    for number in (">16<", ">−4<", ">14 × (−1)<"):
        assert number in text


def test_of_an_impossible_geometry_no_entry_of_the_menu_exports_anything(exports, panel):
    """Each says why instead, and asks for no file."""
    menu, said = QMenu(), list[str]()
    exports.fill(menu)
    exports.said.connect(said.append)
    model = panel.model
    model.set_state(replace(model.state, kernel=np.ones((1, 1, 7, 7))))
    entries = [action for action in menu.actions() if not action.isSeparator()]
    for action in entries:
        action.trigger()
    assert len(said) == len(entries) >= 5
    assert set(said) == {f"There is nothing to export yet. {model.problem}"}


def test_a_picture_that_cannot_be_written_is_explained(exports, panel, tmp_path):
    assert not exports.save_picture(tmp_path / "no folder" / "picture.png", "PNG")
    only_dialog(panel).close()


def test_the_run_becomes_a_gif_and_leaves_the_lab_where_it_was(exports, panel, tmp_path, qtbot):
    panel.stepper.set_speed(4)
    panel.stepper.go_to(3)
    file = tmp_path / "run.gif"
    with qtbot.waitSignal(exports.ended, timeout=30_000):
        exports.save_run(RunFormat.GIF, file)
        assert exports.dialog is not None
        assert exports.dialog.isVisible()
    assert panel.stepper.position == 3
    with Image.open(file) as gif:
        assert getattr(gif, "n_frames", 1) == 8
        assert gif.size == (1280, 720)
        assert gif.info["duration"] == 250


def test_a_cancelled_run_leaves_nothing(exports, panel, tmp_path, qtbot):
    with qtbot.waitSignal(exports.ended, timeout=30_000):
        exports.save_run(RunFormat.PICTURES, tmp_path / "run")
        assert exports.dialog is not None
        exports.dialog.buttons.buttons()[0].click()
    assert not list(tmp_path.glob("run*"))


def test_a_run_that_is_too_long_is_refused(exports, panel, monkeypatch):
    monkeypatch.setattr("app.step.exports.MOST_STEPS", dict.fromkeys(RunFormat, 4))
    exports.ask_run(RunFormat.GIF)
    only_dialog(panel).close()


@pytest.mark.parametrize("form", ["NumPy", "LaTeX", "CSV"])
def test_the_menu_copies_the_grids(exports, panel, form):
    panel.stepper.last()
    menu = QMenu(panel)
    exports.fill(menu)
    action = next(a for a in menu.actions() if a.text().endswith(form))
    action.trigger()
    text = QGuiApplication.clipboard().text()
    assert "output" in text
    assert "-4" in text
    if form == "NumPy":
        names: dict[str, np.ndarray] = {}
        exec(text, names)  # noqa: S102 - our own text
        assert names["output"].tolist() == [[[-4, -4], [-4, -4]], [[1, 1], [1, 1]]]
