"""Build: the stack as a picture, as code and as a table."""

import runpy

import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog

from app.kit.errors import ErrorDialog
from engine.networks.network import Sequential
from engine.networks.presets import PRESETS
from engine.networks.stack_table import FORMATS

LEFT = Qt.MouseButton.LeftButton
LENET5 = PRESETS["lenet5"].stack


def show(panel, number):
    QTest.mouseClick(panel.views.button(number), LEFT)


def trained(panel):
    network = Sequential(LENET5, np.random.default_rng(2))
    panel.networks.set_network(network, None)
    return network


def titles(panel):
    return [one.block.title for one in panel.picture.canvas.placed]


# Picture


def test_the_picture_has_a_box_for_each_layer_that_gives_something_new(panel):
    show(panel, 1)
    dense = ["Dense"] * 3
    pair = ["Convolution", "Max pool"]
    assert titles(panel) == ["Input", *pair, *pair, "Flatten", *dense]
    assert panel.picture.canvas.placed[1].block.also == ("ReLU",)


def test_boxes_are_to_scale(panel):
    show(panel, 1)
    image, conv, pool = panel.picture.canvas.placed[:3]
    assert conv.front.height() == pytest.approx(image.front.height())
    assert pool.front.height() == pytest.approx(conv.front.height() / 2)
    assert pool.front.width() == pytest.approx(conv.front.width())
    second = panel.picture.canvas.placed[3]
    assert second.front.width() / conv.front.width() == pytest.approx(16 / 6)


def test_a_click_and_the_arrows_open_a_layer(panel):
    show(panel, 1)
    canvas = panel.picture.canvas
    box = canvas.placed[3]
    middle = (box.column.center() + canvas.origin()).toPoint()
    QTest.mouseClick(canvas, LEFT, pos=middle)
    assert panel.inspector.title.text() == "4  Convolution 2-D"
    QTest.keyClick(canvas, Qt.Key.Key_Right)
    assert panel.inspector.title.text() == "6  Max pooling 2-D"
    assert canvas.layer_at(QPointF(-5, -5)) is None


def test_the_picture_ends_where_a_layer_does_not_fit(panel):
    panel.document.remove_layer(6)
    show(panel, 1)
    assert titles(panel)[-1] == "Max pool"
    assert "before layer 7" in panel.picture.caption.text()


def test_the_picture_is_saved_as_svg_and_png(panel, tmp_path, monkeypatch):
    show(panel, 1)
    path = tmp_path / "net"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(path), "SVG (*.svg)"))
    QTest.mouseClick(panel.picture.save, LEFT)
    renderer = QSvgRenderer(str(path.with_suffix(".svg")))
    assert renderer.isValid()
    assert "Convolution" in path.with_suffix(".svg").read_text()
    assert panel.picture.save_to(tmp_path / "net.png")
    picture = QImage(str(tmp_path / "net.png"))
    assert picture.width() > 1000
    assert len({picture.pixel(x, picture.height() // 2) for x in range(0, picture.width(), 3)}) > 5


def test_another_ending_is_refused(panel, tmp_path):
    show(panel, 1)
    assert not panel.picture.save_to(tmp_path / "net.bmp")
    dialog = panel.findChild(ErrorDialog)
    assert ".svg or .png" in dialog.sentence
    dialog.accept()
    assert list(tmp_path.iterdir()) == []


# Code


def test_the_code_follows_the_stack(panel):
    show(panel, 2)
    assert "nn.Conv2d(1, 6, kernel_size=5, padding=2)" in panel.code.text.toPlainText()
    panel.document.change_layer(0, LENET5.layers[0].replaced(out_channels=7))
    assert "nn.Conv2d(1, 7" in panel.code.text.toPlainText()
    QTest.mouseClick(panel.code.copy, LEFT)
    assert QGuiApplication.clipboard().text() == panel.code.text.toPlainText()


def test_a_stack_that_does_not_fit_has_no_code_and_says_why(panel):
    show(panel, 2)
    panel.document.remove_layer(6)
    assert panel.code.text.toPlainText() == ""
    assert "Flatten" in panel.code.note.text()
    assert not panel.code.save.isEnabled()


def test_weights_go_with_the_code_only_if_they_are_this_stacks(panel, tmp_path):
    show(panel, 2)
    assert not panel.code.with_weights.isEnabled()
    network = trained(panel)
    QTest.mouseClick(panel.code.choice.button(2), LEFT)
    assert panel.code.with_weights.isChecked()
    assert panel.code.save_to(tmp_path / "lenet.py")
    assert len(list(tmp_path.iterdir())) == 2
    script = runpy.run_path(str(tmp_path / "lenet.py"), run_name="lenet")
    assert script
    del network
    panel.document.remove_layer(1)
    assert not panel.code.with_weights.isEnabled()
    assert panel.code.save_to(tmp_path / "other.py")
    assert len(list(tmp_path.iterdir())) == 3


def test_onnx_needs_the_weights(panel):
    show(panel, 2)
    QTest.mouseClick(panel.code.choice.button(3), LEFT)
    assert not panel.code.save.isEnabled()
    assert "train this stack first" in panel.code.note.text()
    trained(panel)
    assert panel.code.save.isEnabled()


# Table


@pytest.mark.parametrize("name", FORMATS)
def test_the_table_is_copied(panel, name):
    (action,) = (a for a in panel.totals.copy_table.menu().actions() if a.text() == name)
    action.trigger()
    assert QGuiApplication.clipboard().text() == FORMATS[name](panel.document.report)
