"""A number typed is the number used: in every field, cell, paste and option, in every locale."""

import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QLocale, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractSpinBox, QToolTip, QWidget

import app
from app.build.spec_form import SpecForm
from app.commands.parser import build_parser
from app.draw.inside.editable_map import EditableMap
from app.kit.number_boxes import NumberBox, WholeBox
from app.shell.application import make_application
from app.step.panel import StepPanel
from app.train.setup.data_dialog import DataDialog
from engine.basics.typed_numbers import read_number
from engine.layers.spec import registered_specs
from tests.app.typed_texts import TEXTS, WAYS, type_text

Key = Qt.Key
FEW = ("0,05", "5E-4", "1,000", "1e")


def check(box, text):
    """Type a text: it is the box's number, or stands there marked and changes nothing."""
    before = box.value()
    box.setFocus()
    box.selectAll()
    type_text(box, text)
    if not box.keyboardTracking() and not box.problem:
        box.interpretText()
        assert box.value() == TEXTS[text][1]
        box.setValue(before)
        return
    reading = TEXTS[text][isinstance(box, WholeBox)]
    is_right = reading is not None and box.minimum() <= reading <= box.maximum()
    shown = box.lineEdit().text()
    assert shown == f"{text}{box.suffix()}", box.accessibleName()
    if is_right:
        assert (box.value(), box.problem) == (reading, ""), box.accessibleName()
    else:
        assert (box.value(), box.property("role")) == (before, "error"), box.accessibleName()
        assert box.problem
        box.clearFocus()
        assert box.lineEdit().text() == shown
    box.setFocus()
    box.setValue(before)
    assert box.problem == ""


def views_of(window) -> Iterator[QWidget]:
    """Each workspace, with every field of it in sight once."""
    for name in ("build", "train", "step"):
        window.workspaces.open(name)
        if name == "train":
            window.workspaces.train.form.more.toggle.setChecked(True)
            window.workspaces.train.form.more.augments.setChecked(True)
        yield window.workspaces.current
    window.workspaces.open("reference")
    pages = window.workspaces.reference.pages
    for number in range(pages.count()):
        pages.setCurrentIndex(number)
        yield pages.currentWidget()


def test_no_field_of_the_window_swallows_a_key(window):
    tried = 0
    for view in views_of(window):
        for box in view.findChildren(QAbstractSpinBox):
            assert isinstance(box, NumberBox)
            if box.isEnabled() and box.isVisible():
                for text in FEW:
                    check(box, text)
                tried += 1
    assert tried > 40


@pytest.mark.parametrize("spec", registered_specs().values(), ids=lambda spec: spec.kind)
def test_no_field_of_any_layer_swallows_a_key(qtbot, look, spec):
    form = SpecForm()
    qtbot.addWidget(form)
    default = spec()
    form.show_fields(spec.fields(), {info.name: getattr(default, info.name) for info in
                                     spec.fields()})  # fmt: skip
    form.show()
    for box in form.findChildren(QAbstractSpinBox):
        assert isinstance(box, NumberBox)
        if box.isEnabled():
            for text in FEW:
                check(box, text)
    form.hide()


def test_the_dialog_of_the_data_swallows_no_key(qtbot, look):
    dialog = DataDialog()
    qtbot.addWidget(dialog)
    dialog.show_drawings(3, 2, fits=True)
    dialog.show()
    for text in TEXTS:
        check(dialog.repeats, text)
    dialog.hide()


def test_no_other_boxes_and_no_locale_are_used_for_numbers():
    allowed = {"number_boxes.py": {"QDoubleSpinBox"}, "application.py": {"QLocale"}}
    names = ("QSpinBox", "QDoubleSpinBox", "QLocale", "QIntValidator", "QDoubleValidator")
    found = []
    for path in Path(app.__file__).parent.rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        used = {name for name in names if re.search(rf"\b{name}\b", text)}
        found += [(path.name, name) for name in used - allowed.get(path.name, set())]
    assert found == []


def test_what_qt_writes_by_itself_has_latin_digits_and_a_point(qapp):
    before = QLocale()
    QLocale.setDefault(QLocale("ar_EG"))
    try:
        make_application()
        assert QLocale().toString(1234.5) == "1234.5"
    finally:
        QLocale.setDefault(before)


# Cells


@pytest.fixture
def lab(qtbot, look) -> Iterator[StepPanel]:
    panel = StepPanel(rng=np.random.default_rng(0))
    qtbot.addWidget(panel)
    panel.resize(1216, 640)
    panel.show()
    panel.activateWindow()
    qtbot.waitUntil(panel.isActiveWindow)
    yield panel
    panel.hide()


@pytest.mark.parametrize("way", WAYS)
def test_every_text_in_a_cell_of_the_lab_is_read_or_visibly_refused(lab, locale, way):
    grid = lab.picture.stage.pane("input").grid
    for text, (expected, _) in TEXTS.items():
        grid.choose((1, 1))
        grid.setFocus()
        before = lab.model.state.input[0, 1, 1]
        QTest.keyClick(grid, Key.Key_F2)
        editor = grid.editor
        assert read_number(editor.text()) == before
        WAYS[way](editor, text)
        assert editor.text() == text
        QTest.keyClick(editor, Key.Key_Return)
        if expected is not None:
            assert lab.model.state.input[0, 1, 1] == expected
            continue
        grid.setFocus()
        assert grid.editor is editor
        assert (editor.text(), editor.is_refused) == (text, True)
        assert editor.toolTip().endswith(".")
        assert lab.model.state.input[0, 1, 1] == before
        QTest.keyClick(editor, Key.Key_Escape)
        assert grid.editor is None
    QToolTip.hideText()


def test_a_text_that_cannot_be_used_is_not_left_by_a_click_on_another_cell(lab):
    grid = lab.picture.stage.pane("input").grid
    grid.choose((1, 1))
    QTest.keyClicks(grid, "1")
    QTest.keyClicks(grid.editor, "e")
    there = grid.cell_rect(2, 2).center().toPoint()
    QTest.mouseClick(grid, Qt.MouseButton.LeftButton, pos=there)
    assert (grid.editor.text(), grid.cursor_cell) == ("1e", (1, 1))
    grid.editor.end(False)
    QTest.keyClicks(grid.editor, "2")
    QTest.mouseClick(grid, Qt.MouseButton.LeftButton, pos=there)
    assert lab.model.state.input[0, 1, 1] == 1e2
    assert grid.cursor_cell == (2, 2)
    QToolTip.hideText()


@pytest.mark.parametrize("way", WAYS)
def test_every_text_over_a_weight_is_read_or_visibly_refused(qtbot, look, locale, way):
    kernel = EditableMap(120, "kernel")
    qtbot.addWidget(kernel)
    kernel.resize(300, 300)
    kernel.show_maps(np.full((1, 3, 3), 1.125, np.float32), signed=True)
    kernel.show()
    typed: list[float] = []
    said: list[str] = []
    kernel.value_typed.connect(lambda _, value: typed.append(value))
    kernel.problem_met.connect(said.append)
    for text, (expected, _) in TEXTS.items():
        typed.clear()
        kernel.begin()
        editor = kernel.editor
        assert editor is not None
        assert read_number(editor.text()) == 1.125
        WAYS[way](editor, text)
        QTest.keyClick(editor, Key.Key_Return)
        if expected is not None:
            assert typed == [expected]
            continue
        kernel.setFocus()
        assert kernel.editor is editor
        assert (editor.text(), editor.is_refused, editor.toolTip()) == (text, True, said[-1])
        assert typed == []
        QTest.keyClick(editor, Key.Key_Escape)
        assert said[-1] == ""  # the sentence goes with the text
    kernel.hide()


def test_what_is_typed_over_a_weight_is_not_used_for_another_kernel(qtbot, look):
    kernel = EditableMap(120, "kernel")
    qtbot.addWidget(kernel)
    kernel.resize(300, 300)
    kernel.show_maps(np.ones((1, 3, 3), np.float32), signed=True)
    kernel.show()
    kernel.begin("5")
    is_open = []
    for same_or_other in (1, 0):
        kernel.show_maps(np.full((1, 3, 3), same_or_other, np.float32), signed=True)
        is_open.append(kernel.editor is not None)
    assert is_open == [True, False]
    kernel.hide()


def test_an_answer_that_cannot_be_read_is_marked_until_it_is_changed(lab):
    lab.quiz.toggle()
    bar = lab.quiz_bar
    QTest.keyClicks(bar.field, "1e")
    QTest.keyClick(bar.field, Key.Key_Return)
    assert (bar.field.text(), bar.field.property("role")) == ("1e", "error")
    assert "no number" in bar.feedback.text()
    QTest.keyClicks(bar.field, "1")
    assert bar.field.property("role") != "error"


# The command line


@pytest.mark.parametrize("text", [text for text in TEXTS if text])
def test_options_are_read_as_fields_are(text, capsys):
    parser = build_parser()
    for option, is_whole in (("learning_rate", False), ("seed", True)):
        expected = TEXTS[text][is_whole]
        arguments = ["train", f"--{option.replace('_', '-')}={text}"]
        if expected is None:
            with pytest.raises(SystemExit):
                parser.parse_args(arguments)
            assert f"“{text}” " in capsys.readouterr().err
        else:
            assert getattr(parser.parse_args(arguments), option) == expected


def test_counts_say_what_they_need(capsys):
    with pytest.raises(SystemExit):
        build_parser().parse_args(["train", "--images", "0"])
    assert "“0” is not a whole number of at least 1." in capsys.readouterr().err
    assert build_parser().parse_args(["train", "--images", "60 000"]).images == 60_000
