"""The curves in the panel: pointed at, on a logarithmic scale, saved."""

import csv
import xml.etree.ElementTree as ET

import numpy as np
import pytest
from PySide6.QtCore import QPoint
from PySide6.QtGui import QColor, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog

from app.look.theme import current_theme
from tests.app.train.driving import TIMEOUT, click, type_into


@pytest.fixture
def trained(qtbot, panel):
    type_into(panel.form.run.boxes["epochs"], "2")
    with qtbot.waitSignal(panel.session.ended, timeout=TIMEOUT):
        click(panel.form.start)
    return panel


def test_pointing_at_a_plot_tells_the_values_there(qtbot, trained):
    plot = trained.view.plots[0]
    middle = QPoint(plot.canvas.width() // 2, plot.canvas.height() // 2)
    QTest.mouseMove(plot.canvas, middle)
    qtbot.waitUntil(lambda: plot.pointer.text != "")
    assert "batch" in plot.pointer.text
    loss = trained.session.curves.loss
    told = float(plot.pointer.text.split("running mean ")[1].split("\n")[0])
    assert np.abs(loss.smoothed - told).min() < 0.001
    QTest.mouseMove(plot.canvas, QPoint(1, 1))  # over the axis
    qtbot.waitUntil(lambda: plot.pointer.text == "")


def test_pointing_at_an_empty_plot_says_nothing(panel):
    plot = panel.view.plots[0]
    QTest.mouseMove(plot.canvas, plot.canvas.rect().center())
    assert plot.pointer.text == ""


def test_the_loss_has_a_logarithmic_scale(trained):
    loss, accuracy = trained.view.plots
    assert not accuracy.header.log.isVisible()
    click(loss.header.log)
    bottom, top = loss.view_range[1]
    smallest = min(
        trained.session.curves.loss.smoothed.min(), *trained.session.curves.loss.validation
    )
    assert bottom == pytest.approx(np.log10(smallest) - 0.1, abs=1e-6)
    assert top < 1.5
    click(loss.header.log)
    assert loss.view_range[1][0] == 0


def test_curves_are_saved_as_a_table(trained, monkeypatch, tmp_path):
    path = tmp_path / "run"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_args: (str(path), "Table (*.csv)"))
    click(trained.view.save_curves)
    with path.with_suffix(".csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    curves = trained.session.curves
    assert [float(row["training_loss"]) for row in rows] == curves.loss.per_batch.tolist()
    with_validation = [row for row in rows if row["validation_loss"]]
    assert [float(row["epochs"]) for row in with_validation] == [1.0, 2.0]
    told = [float(row["validation_accuracy"]) for row in with_validation]
    assert told == [epoch.validation_accuracy for epoch in curves.epochs]


def test_curves_are_saved_as_a_picture(trained, monkeypatch, tmp_path):
    path = tmp_path / "run.png"
    monkeypatch.setattr(
        QFileDialog, "getSaveFileName", lambda *_args: (str(path), "Picture (*.png)")
    )
    click(trained.view.save_curves)
    picture = QImage(str(path))
    assert picture.width() > 1000
    blue = QColor(current_theme().curve_training).rgb()
    pixels = {picture.pixel(x, y) for x in range(0, 900, 2) for y in range(60, 300, 2)}
    assert blue in pixels


def test_curves_are_saved_as_a_drawing_of_lines_and_words(trained, monkeypatch, tmp_path):
    path = tmp_path / "run"
    answer = (str(path), "Drawing (*.svg)")
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_args: answer)
    click(trained.view.save_curves)
    drawing = ET.parse(path.with_suffix(".svg")).getroot()  # noqa: S314 - our own file
    kinds = [element.tag.rpartition("}")[2] for element in drawing.iter()]
    assert "image" not in kinds
    assert kinds.count("polyline") + kinds.count("path") > 20
    words = " ".join(text for text in drawing.itertext() if text.strip())
    assert "Loss" in words
    assert "epochs" in words


def test_a_folder_that_cannot_be_written_to_is_told(trained, monkeypatch, tmp_path):
    (tmp_path / "file").write_text("")
    path = tmp_path / "file" / "run.csv"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_args: (str(path), ""))
    click(trained.view.save_curves)
    assert trained.view.notice.kind == "error"


def test_there_is_nothing_to_save_before_a_run(panel):
    assert not panel.view.save_curves.isEnabled()
