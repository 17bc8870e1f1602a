"""Softmax builds up: a table of classes, a denominator that grows, a temperature."""

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from engine.lab import LabState, Operation, Pass
from engine.lab.checking import check_cell
from engine.lab.opening import opened
from engine.traces import Cell
from tests.app.step.reading import Key
from tests.app.step.using import choose_operation, keys

NAMES = ("airplane", "cat", "dog", "ship")
LOGITS = [1.0, 0.0, 3.0, -1.0]


def state():
    return opened(LabState(Operation.SOFTMAX, input=np.array(LOGITS), classes=NAMES, label=1))


@pytest.fixture
def view(panel):
    panel.model.set_state(state())
    return panel.picture.softmax


def column(view, name):
    return [view.texts_of(place)[name] for place in range(view.count)]


def test_it_opens_at_the_answer_with_names_and_the_one_hot_target(panel, view):
    assert panel.picture.where.text() == "Class 2: dog"
    assert panel.picture.sentence.text == "e^3 / (e^1 + e^0 + e^3 + e^(−1)) ≈ 0.831"
    assert column(view, "name") == list(NAMES)
    assert column(view, "target") == ["0", "1", "0", "0"]
    choose_operation(panel, Operation.CONV2D)
    choose_operation(panel, Operation.SOFTMAX)
    assert panel.picture.where.text() == "Class 2: dog"
    keys(panel, "g")
    assert panel.picture.where.text() == "Class 1: cat"
    keys(panel, "g")
    assert panel.picture.where.text() == "Class 2: dog"


def test_the_denominator_grows_term_by_term_in_the_hues_of_the_classes(panel, view):
    QTest.keyClick(panel, Key.Key_Home)
    said = []
    for _ in range(4):
        said.append((panel.picture.sentence.text, view.sum_text, column(view, "power")[-1]))
        assert column(view, "probability") == ["", "", "", ""]
        QTest.keyClick(panel, Key.Key_Right)
    assert said == [
        ("e^1 ≈ 2.72", "sum 2.72", "e^(−1)"),
        ("e^1 + e^0 ≈ 3.72", "sum 3.72", "e^(−1)"),
        ("e^1 + e^0 + e^3 ≈ 23.8", "sum 23.8", "e^(−1)"),
        ("e^1 + e^0 + e^3 + e^(−1) ≈ 24.17", "sum 24.17", "e^(−1) = 0.368"),
    ]
    assert column(view, "probability") == ["0.112", "", "", ""]
    hues = view.hues()
    assert len({hues[Cell("input", (0, place))] for place in range(4)}) == 4


def test_pointing_at_a_term_lights_its_logit_and_the_other_way_round(panel, view):
    sentence = panel.picture.sentence
    sentence.token_hovered.emit(Cell("input", (0, 3)))
    lit = [view.lit]
    sentence.token_hovered.emit(None)
    lit.append(view.lit)
    assert lit == [3, None]
    grid = view.logits
    QTest.mouseMove(panel, QPoint(2, 2))  # a pointer that is there already does not move
    QTest.mouseMove(grid, grid.cell_rect(1, 0).center().toPoint())
    lit.append(view.lit)
    QApplication.sendEvent(grid, QEvent(QEvent.Type.Leave))
    lit.append(view.lit)
    assert lit[2:] == [1, None]


def test_pointing_at_a_probability_shows_its_fraction(panel, view):
    at = view.logits.geometry().center()
    at.setX(3 * view.width() // 4)
    QTest.mouseMove(panel, QPoint(2, 2))
    QTest.mouseMove(view, at)
    pointed = view.lit
    assert panel.picture.where.text() == f"Class {pointed}: {NAMES[pointed]}"
    assert panel.transport.label.text() == f"{5 + pointed} / 8"


def test_a_temperature_moves_everything_and_can_be_undone(panel, view):
    control = panel.geometry_strip.temperature
    control.slider.setValue(control.slider.minimum())
    assert panel.model.state.temperature == 0.1
    assert panel.picture.sentence.text.startswith("e^30 / (e^10 + ")
    assert column(view, "probability")[2] == "1"
    control.box.setFocus()
    control.box.selectAll()
    keys(panel, "4", Key.Key_Return)
    assert panel.model.state.temperature == 4
    assert column(view, "probability")[2] == "0.409"
    for pass_ in (Pass.LOSS, Pass.GRAD_INPUT):
        panel.model.choose_pass(pass_)
    assert check_cell(panel.model.state, "input", (1,)).agrees
    for _ in range(2):
        panel.model.undo_stack.undo()
    assert panel.model.state.temperature == 1


def test_a_logit_is_typed(panel, view):
    grid = view.logits
    at = grid.cell_rect(3, 0).center().toPoint()
    QTest.mouseClick(grid, Qt.MouseButton.LeftButton, pos=at)
    keys(panel, "7", Key.Key_Return)
    assert panel.model.state.input.tolist() == [1, 0, 3, 7]


def test_a_quiz_hides_what_it_asks_for(panel, view):
    QTest.keyClick(panel, Key.Key_Q)
    assert column(view, "probability")[2] == "?"
    panel.stepper.first()
    assert column(view, "power")[0] == "e^1 = ?"
    assert view.sum_text == "sum ?"


@pytest.mark.parametrize("count", [1, 2, 10, 1000])
@pytest.mark.parametrize("size", [(600, 440), (1216, 640)])
def test_any_number_of_classes_with_long_names_stands_in_its_place(panel, count, size):
    names = tuple(f"{number} {'long name ' * 6}"[:60] for number in range(count))
    logits = np.linspace(-1e9, 1e9, count)
    panel.model.set_state(opened(LabState(Operation.SOFTMAX, input=logits, classes=names)))
    panel.resize(*size)
    QApplication.processEvents()
    view = panel.picture.softmax
    answer = int(logits.argmax())
    assert answer in view.in_sight
    assert column(view, "probability")[answer] == "1"
    assert view.rect().contains(view.logits.geometry())
    if len(view.in_sight) < count:
        assert view.bar.isVisible()
        assert view.remark.endswith(f"of {count:,}")
        view.bar.setValue(0)
        assert view.in_sight.start == 0
    assert view.grab().size() == view.size()


def test_what_is_shown_of_a_state_is_kept_in_its_file():
    shown = replace(state(), temperature=0.5)
    assert LabState.from_dict(shown.to_dict()) == shown
    old = shown.to_dict()
    del old["temperature"], old["classes"]
    read = LabState.from_dict(old)
    assert (read.temperature, read.class_names[1]) == (1, "class 1")
