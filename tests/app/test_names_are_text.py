"""A name is shown as it is, whatever is in it: no label, tip or dialog takes it for markup."""

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import (
    QApplication,
    QInputDialog,
    QLabel,
    QMessageBox,
    QToolTip,
    QWidget,
)

from app.kit.errors import show_error
from app.lecture.scenes import Lecture, Scene, save_lecture
from app.look.text import MarkedUp
from app.state.own_presets import OwnPresets
from engine.lab import example_state
from engine.networks.model_file import TrainingRecord
from engine.networks.network import Sequential
from engine.networks.presets import PRESETS

NAME = '<img src="x"><b>bold'


def labels(widget: QWidget) -> list[QLabel]:
    return widget.findChildren(QLabel)


def marked_up(widgets: list[QLabel]) -> list[str]:
    """The texts of labels that might take a name for markup, those of our own markup apart."""
    return [
        label.text()
        for label in widgets
        if label.textFormat() != Qt.TextFormat.PlainText and not isinstance(label, MarkedUp)
    ]


def test_no_label_of_any_workspace_takes_a_name_for_markup(qtbot, window, settings, tmp_path):
    stack = replace(PRESETS["lenet5"].stack, name=NAME)
    OwnPresets(settings.folder / "presets").keep(stack)
    classes = tuple(f"{NAME} {number}" for number in range(10))
    record = TrainingRecord(NAME, 100, 1, 0.9, 0, "2024-01-01", 0.9, NAME, class_names=classes)
    window.networks.set_network(Sequential(stack, np.random.default_rng(0)), record)
    window.workspaces.document.replace_stack(stack, NAME)
    for key in ("draw", "build", "train", "step", "reference"):
        window.workspaces.open(key)
        QApplication.processEvents()
    lecture = tmp_path / "a.cnnviz-lecture"
    save_lecture(lecture, Lecture(NAME, (Scene(NAME, example_state().to_dict(), notes=NAME),)))
    window.workspaces.open("step")
    assert window.workspaces.lectures.files.open(lecture)
    QApplication.processEvents()
    shown = [label for label in labels(window) if label.isVisibleTo(window)]
    assert marked_up(labels(window)) == []
    assert any(NAME in label.text() for label in shown)
    window.workspaces.lectures.document.undo_stack.setClean()


def test_a_dialog_shows_a_name_as_it_is(qtbot, window):
    box = QMessageBox(QMessageBox.Icon.NoIcon, NAME, NAME, parent=window)
    box.setInformativeText(NAME)
    asking = QInputDialog(window)
    asking.setLabelText(NAME)
    error = show_error(window, f"{NAME} cannot be read.", NAME)
    for dialog in (box, asking, error):
        dialog.open()
        qtbot.waitExposed(dialog)
        assert any(NAME in label.text() for label in labels(dialog))
        assert marked_up(labels(dialog)) == []
        dialog.close()


def test_a_tool_tip_shows_a_name_as_it_is(qtbot, window):
    QToolTip.showText(QPoint(40, 40), NAME, window)
    tips = [
        widget
        for widget in QApplication.allWidgets()
        if isinstance(widget, QLabel) and widget.text() == NAME and widget.isVisible()
    ]
    assert tips
    assert marked_up(tips) == []
    QToolTip.hideText()


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_it_holds_for_plain_labels_in_every_look_and_markup_of_ours_stays(qtbot, look, mode):
    holder = QWidget()
    qtbot.addWidget(holder)
    label, ours = QLabel(NAME, holder), MarkedUp("<b>New.</b>", parent=holder)
    holder.show()
    look.set_mode(mode)
    look.set_scale(1.5)
    assert label.textFormat() == Qt.TextFormat.PlainText
    assert ours.textFormat() == Qt.TextFormat.RichText
