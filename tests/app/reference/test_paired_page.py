"""Reference, filter sizes: networks trained side by side, their curves and what came of them."""

from __future__ import annotations

import numpy as np
import pyqtgraph as pg
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest

from app.reference.joint_plot import JointCurve
from app.reference.paired_page import PairedPage
from engine.data.dataset import Dataset
from engine.training.config import TrainingConfig
from engine.training.events import BatchDone
from engine.training.paired_training import PairedTraining, classifiers

LEFT = Qt.MouseButton.LeftButton


class FewDigits:
    """Twelve images of a bar whose place tells the class."""

    key, title, about = "few", "A few bars", "Bars."
    largest = usual = 120

    def load(self, images, seed, report, is_cancelled):  # noqa: ARG002 - as every source
        rng = np.random.default_rng(seed)
        labels = rng.integers(0, 10, images)
        pictures = np.zeros((images, 1, 28, 28), np.uint8)
        for picture, label in zip(pictures, labels, strict=True):
            picture[0, :, 2 * label : 2 * label + 4] = 255
        return Dataset(pictures, labels, "bars", "bars")


@pytest.fixture
def page(qtbot, look):
    page = PairedPage(FewDigits())
    qtbot.addWidget(page)
    page.resize(1180, 520)
    page.show()
    qtbot.waitExposed(page)
    yield page
    assert page.runs.stop_and_join(5000)
    page.hide()


def cells(page, row):
    model = page.table.proxy
    return [model.index(row, column).data() for column in range(model.columnCount())]


def test_before_training_the_costs_stand_there(page):
    # 12 channels: stem 120, dense 5,890; 7×7 is 49·144 + 12, each 3×3 is 9·144 + 12
    assert cells(page, 0)[:2] == ["7×7", "13,078"]
    assert cells(page, 2)[:2] == ["3×3 + 3×3 + 3×3", "9,934"]
    assert cells(page, 0)[3:] == ["–", "–", "–"]
    QTest.mouseClick(page.choice.button(1), LEFT)
    assert [cells(page, row)[0] for row in range(page.table.proxy.rowCount())] == [
        "5×5",
        "3×3 + 3×3",
    ]


def test_training_shows_the_engines_own_numbers(page, qtbot):
    page.editors["channels"].set_value(3)
    page.editors["images"].set_value(100)
    page.editors["epochs"].set_value(2)
    QTest.mouseClick(page.choice.button(1), LEFT)
    QTest.mouseClick(page.start_button, LEFT)
    assert page.start_button.text() == "Stop"
    assert not page.choice.isEnabled()
    qtbot.waitUntil(lambda: not page.runs.is_running, timeout=20_000)
    assert page.runs.has_finished
    training, validation = FewDigits().load(100, 0, None, None).split(20, 0)
    config = TrainingConfig(epochs=2, learning_rate=0.05, seed=0)
    events = list(PairedTraining(classifiers(1, 3), training, validation, config).run())
    for place in (0, 1):
        expected = [
            event.loss for who, event in events if who == place and isinstance(event, BatchDone)
        ]
        np.testing.assert_array_equal(page.runs.runs[place].curves.loss.per_batch, expected)
        np.testing.assert_array_equal(
            page.plots[0].curves[place].values, page.runs.runs[place].curves.loss.smoothed
        )
    right = page.runs.runs[1].accuracy
    assert cells(page, 1)[4] == f"{100 * right:.1f} %"
    assert page.verdict.text().startswith("After 2 epochs, accuracy on 20 held-out images: 5×5 ")


def test_stop_ends_it_and_keeps_what_was_measured(page, qtbot):
    page.editors["epochs"].set_value(100)
    page.editors["images"].set_value(120)
    QTest.mouseClick(page.start_button, LEFT)
    qtbot.waitUntil(lambda: bool(page.runs.runs[0].curves.batches), timeout=20_000)
    QTest.mouseClick(page.start_button, LEFT)
    qtbot.waitUntil(lambda: not page.runs.is_running, timeout=20_000)
    assert not page.runs.has_finished
    assert page.runs.runs[0].curves.batches
    assert page.start_button.text() == "Train all"


def test_another_setting_forgets_the_last_comparison(page, qtbot):
    page.editors["images"].set_value(100)
    page.editors["epochs"].set_value(1)
    QTest.mouseClick(page.start_button, LEFT)
    qtbot.waitUntil(lambda: not page.runs.is_running, timeout=20_000)
    assert cells(page, 0)[4] != "–"
    page.editors["channels"].box.setFocus()
    QTest.keyClick(page.editors["channels"].box, Qt.Key.Key_Up)
    assert cells(page, 0)[4] == "–"
    assert page.plots[0].curves[0].values.size == 0


def test_a_failure_is_said(page, qtbot, monkeypatch):
    def fails(*_):
        raise MemoryError

    monkeypatch.setattr(page.source, "load", fails)
    QTest.mouseClick(page.start_button, LEFT)
    qtbot.waitUntil(lambda: not page.runs.is_running, timeout=20_000)
    assert "Not enough memory" in page.verdict.text()


def test_the_mouse_over_a_plot_says_what_each_run_has_there(page, qtbot):
    names = ("7×7", "5×5 + 3×3")
    curves = [
        JointCurve(name, np.array([1.0, 2.0]), np.array([start, start + 1.5]), has_points=True)
        for name, start in zip(names, (91.0, 92.25), strict=True)
    ]
    plot = page.plots[1]
    plot.show_curves(curves, 4)
    view = plot.findChild(pg.PlotWidget)
    box = view.getPlotItem().getViewBox()
    at = view.mapFromScene(box.mapViewToScene(QPointF(1.9, 95)))
    QTest.mouseMove(view.viewport(), at - QPoint(3, 0))
    QTest.mouseMove(view.viewport(), at)
    qtbot.waitUntil(lambda: bool(plot.pointer.text))
    assert plot.pointer.text == "epoch 2\n7×7: 92.5 %\n5×5 + 3×3: 93.8 %"


@pytest.mark.parametrize("width", [1180, 700])
def test_no_setting_is_cut_off(page, width, qtbot):
    page.resize(width, 520)
    parts = (page.choice, page.start_button, *page.editors.values())

    def fit():
        return all(
            part.width() >= part.minimumSizeHint().width()
            and part.mapTo(page, part.rect().topRight()).x() < width
            for part in parts
        )

    qtbot.waitUntil(fit)
