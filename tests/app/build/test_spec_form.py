"""The form made from a spec: labels and ranges, typing, the link of height and width, undo keys."""

import dataclasses
from dataclasses import dataclass
from typing import ClassVar

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel

from app.build.spec_form import SpecForm
from app.kit.stack.field_editors import editor_for
from engine.layers import Conv2dSpec, DenseSpec
from engine.layers.spec import FieldInfo, registered_specs, spec_field


@dataclass(frozen=True)
class Everything:
    """One field of each kind."""

    fields: ClassVar = (
        FieldInfo("count", "int", "Count", "How many.", 1, 500, "kernels"),
        FieldInfo("share", "float", "Share", "What part.", 0.0, 1.0),
        FieldInfo("is_on", "bool", "Switch", "On or off."),
        FieldInfo("rule", "choice", "Rule", "Which one.", choices=("none", "same")),
        FieldInfo("size", "pair", "Size", "Height and width.", 1, 64, "cells"),
    )
    values: ClassVar = {
        "count": 8,
        "share": 0.25,
        "is_on": True,
        "rule": "none",
        "size": (3, 3),
    }


@pytest.fixture
def form(qtbot, look):
    form = SpecForm()
    qtbot.addWidget(form)
    form.show_fields(Everything.fields, Everything.values, subject=1)
    form.resize(340, 600)
    form.show()
    qtbot.waitExposed(form)
    yield form
    form.hide()


@pytest.fixture
def edits(form):
    """What the form tells, in order."""
    told = []
    form.field_edited.connect(lambda name, value: told.append((name, value)))
    return told


def type_into(box, text):
    box.setFocus()
    box.selectAll()
    QTest.keyClicks(box.lineEdit(), text)


def texts(form):
    return [label.text() for label in form.findChildren(QLabel) if label.isVisible()]


def test_it_shows_label_help_range_and_value_of_each_field(form, edits):
    for info in Everything.fields:
        assert info.label in texts(form)
        assert info.help in texts(form)
        assert form.editors[info.name].value() == Everything.values[info.name]
    box = form.editors["count"].box
    assert (box.minimum(), box.maximum()) == (1, 500)
    assert box.text() == "8 kernels"
    assert box.toolTip() == "How many.\nFrom 1 to 500 kernels."
    assert edits == []


@pytest.mark.parametrize("spec", registered_specs().values(), ids=lambda spec: spec.kind)
def test_every_registered_layer_has_a_form(qtbot, look, spec):
    form = SpecForm()
    qtbot.addWidget(form)
    default = spec()
    values = {info.name: getattr(default, info.name) for info in spec.fields()}
    form.show_fields(spec.fields(), values)
    assert {name: editor.value() for name, editor in form.editors.items()} == values


def test_every_typed_digit_is_told_at_once(form, edits):
    type_into(form.editors["count"].box, "125")
    assert edits == [("count", 1), ("count", 12), ("count", 125)]


def test_what_is_out_of_range_cannot_be_typed(form, edits):
    type_into(form.editors["count"].box, "0999")
    assert all(1 <= value <= 500 for _, value in edits)
    assert form.editors["count"].value() <= 500


def test_arrow_keys_step(form, edits):
    box = form.editors["count"].box
    box.setFocus()
    QTest.keyClick(box, Qt.Key.Key_Up)
    QTest.keyClick(box, Qt.Key.Key_Down)
    assert edits == [("count", 9), ("count", 8)]


def test_decimals_are_written_without_zeros(form, edits):
    box = form.editors["share"].box
    assert box.text() == "0.25"
    type_into(box, "0.1250")
    assert edits[-1] == ("share", 0.125)


def test_what_is_not_used_is_said_where_the_help_stands(form):
    box = form.editors["share"].box
    type_into(box, "0.1x")
    assert "“0.1x” is no number. Write it like 0.05, 5e-2 or 1/20." in texts(form)
    help_text = next(info.help for info in Everything.fields if info.name == "share")
    assert help_text not in texts(form)
    QTest.keyClick(box, Qt.Key.Key_Backspace)
    assert help_text in texts(form)


def test_what_was_half_typed_does_not_go_to_another_layer(form):
    box = form.editors["count"].box
    type_into(box, "8x")
    form.show_fields(Everything.fields, Everything.values, subject=1)
    assert (box.text(), box.problem) == ("8x kernels", "“8x” is no number. Write it like 60000.")
    form.show_fields(Everything.fields, Everything.values, subject=2)
    assert (box.text(), box.problem) == ("8 kernels", "")


def test_decimals_step_evenly_and_finely_near_zero(form, edits):
    box = form.editors["share"].box
    QTest.keyClick(box, Qt.Key.Key_Up)
    assert edits[-1] == ("share", pytest.approx(0.3))
    box.setValue(0.00001)
    QTest.keyClick(box, Qt.Key.Key_Up)
    assert edits[-1] == ("share", pytest.approx(0.000011))
    assert box.text().endswith("000011")


def test_switch_and_choice_are_told(form, edits):
    QTest.keyClick(form.editors["is_on"].box, Qt.Key.Key_Space)
    QTest.keyClick(form.editors["rule"].box, Qt.Key.Key_Down)
    assert edits == [("is_on", False), ("rule", "same")]


def test_a_linked_pair_changes_together_in_one_edit(form, edits):
    editor = form.editors["size"]
    type_into(editor.width_box, "5")
    assert edits == [("size", (5, 5))]
    assert editor.height_box.value() == 5


def test_an_open_link_sets_height_and_width_apart(form, edits):
    editor = form.editors["size"]
    QTest.mouseClick(editor.link, Qt.MouseButton.LeftButton)
    type_into(editor.height_box, "7")
    assert edits == [("size", (7, 3))]
    QTest.mouseClick(editor.link, Qt.MouseButton.LeftButton)
    assert edits[-1] == ("size", (7, 7))


def test_unequal_values_open_the_link_and_it_stays_open_for_the_same_layer(form, edits):
    form.show_fields(Everything.fields, Everything.values | {"size": (3, 5)}, subject=1)
    assert not form.editors["size"].link.isChecked()
    form.show_fields(Everything.fields, Everything.values, subject=1)
    assert not form.editors["size"].link.isChecked()
    form.show_fields(Everything.fields, Everything.values, subject=2)
    assert form.editors["size"].link.isChecked()
    assert edits == []


def test_new_values_keep_the_editor_and_its_cursor(form):
    box = form.editors["count"].box
    type_into(box, "12")
    position = box.lineEdit().cursorPosition()
    form.show_fields(Everything.fields, Everything.values | {"count": 12}, subject=1)
    assert form.editors["count"].box is box
    assert box.hasFocus()
    assert box.lineEdit().cursorPosition() == position


def test_another_layers_fields_replace_the_editors(form, qtbot):
    spec = DenseSpec(out_features=84)
    values = {info.name: getattr(spec, info.name) for info in spec.fields()}
    form.show_fields(spec.fields(), values, subject=2)
    assert list(form.editors) == [info.name for info in DenseSpec.fields()]
    assert form.editors["out_features"].value() == 84
    qtbot.waitUntil(lambda: "Count" not in texts(form))


def test_the_wheel_changes_only_what_has_the_focus(form):
    form.editors["rule"].box.setFocus()
    box = form.editors["count"].box
    for has_focus, expected in ((False, 8), (True, 9)):
        if has_focus:
            box.setFocus()
        centre = QPointF(box.rect().center())
        event = QWheelEvent(
            centre,
            box.mapToGlobal(centre),
            QPoint(),
            QPoint(0, 120),
            Qt.MouseButton.NoButton,
            Qt.KeyboardModifier.NoModifier,
            Qt.ScrollPhase.NoScrollPhase,
            False,
        )
        QApplication.sendEvent(box, event)
        assert box.value() == expected


def test_the_first_field_takes_the_keyboard(form):
    assert form.focus_first_field()
    assert form.editors["count"].box.hasFocus()
    form.show_fields((), {})
    assert not form.focus_first_field()
    assert "Nothing to set here." in texts(form)
    form.show_fields(Everything.fields, Everything.values)
    assert "Nothing to set here." not in texts(form)


def test_an_editor_exists_for_every_kind_that_a_spec_may_declare(qtbot, look):
    kinds = {info.kind for spec in registered_specs().values() for info in spec.fields()}
    for kind in kinds:
        info = FieldInfo("x", kind, "X", "Help.", choices=("a",) if kind == "choice" else ())
        editor = editor_for(info)
        qtbot.addWidget(editor)
        assert editor.toolTip() == "" or editor.toolTip() == "Help."


def test_a_field_declared_in_a_new_spec_needs_no_code_here(qtbot, look):
    @dataclass(frozen=True)
    class FreshSpec(Conv2dSpec):
        momentum: float = spec_field(
            0.1, "Momentum", "A new one.", kind="float", minimum=0.0, maximum=1.0
        )

    form = SpecForm()
    qtbot.addWidget(form)
    spec = FreshSpec()
    form.show_fields(FreshSpec.fields(), dataclasses.asdict(spec))
    assert form.editors["momentum"].value() == 0.1


@pytest.mark.parametrize(
    ("name", "other", "without", "with_it"),
    [("sigma", "initializer", "he", "normal"), ("padding", "padding_mode", "same", "given")],
)
@pytest.mark.parametrize("kind", ["Conv1d", "Conv2d"])
def test_what_has_no_effect_cannot_be_edited_and_says_why(
    qtbot, look, kind, name, other, without, with_it
):
    form = SpecForm()
    qtbot.addWidget(form)
    fields = registered_specs()[kind].fields()
    for value in (without, with_it, without):
        spec = registered_specs()[kind]().replaced(**{other: value})
        form.show_fields(fields, {info.name: getattr(spec, info.name) for info in fields})
        has_effect = value == with_it
        assert form.editors[name].isEnabled() == has_effect
        assert (value in form.editors[name].toolTip()) is False
        assert (f": {with_it}." in form.editors[name].toolTip()) != has_effect
    assert form.editors[other].isEnabled()


@pytest.mark.parametrize("spec", registered_specs().values(), ids=lambda spec: spec.kind)
def test_an_effect_depends_on_a_field_that_is_there_and_can_have_the_value(spec):
    fields = {info.name: info for info in spec.fields()}
    for info in fields.values():
        if info.only_with is not None:
            name, value = info.only_with
            assert value in fields[name].choices
