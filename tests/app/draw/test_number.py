"""Draw's mode for numbers: a wide sheet, digits told apart, each with its answer."""

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from app.draw.number import number_reading
from app.draw.number.number_reading import NumberReader, NumberReading
from engine.data.generated.digits import digit_drawing
from engine.data.own_drawings import DrawingStore
from engine.ink.drawings import moved
from engine.ink.pieces import pieces_of
from engine.ink.preprocess import ink_box, prepare
from engine.ink.rendering import PastedImage, Stroke, render
from engine.layers.dense import DenseSpec
from engine.layers.flatten import FlattenSpec
from engine.networks.network import Sequential
from engine.networks.stack import Stack
from tests.app.draw.drawn import make_panel
from tests.app.hand import FOUR, ONE, SEVEN, draw

TWO_STROKE_FIVE = (
    ((0.36, 0.25), (0.33, 0.48), (0.55, 0.47), (0.6, 0.62), (0.5, 0.76), (0.32, 0.72)),
    ((0.36, 0.24), (0.6, 0.23)),
)


@pytest.fixture
def panel(qtbot, settings, look):
    made = make_panel(qtbot, settings, height=640)
    made.activateWindow()
    made.setFocus()
    return made


def beside(strokes, place, count=3):
    """A digit's strokes, in shares of a square, as shares of a wide sheet."""
    return [[((x * 0.6 + place) / count, y) for x, y in stroke] for stroke in strokes]


def a_number(panel):
    QTest.keyClick(panel, Qt.Key.Key_N)
    for place, digit in enumerate((SEVEN, TWO_STROKE_FIVE, ONE)):
        draw(panel.canvas, beside(digit, place + 0.2))


def test_digits_drawn_side_by_side_are_read_as_a_number(panel, qtbot):
    a_number(panel)
    qtbot.waitUntil(lambda: panel.number.answer.text == "751")
    assert panel.number.answer.isVisible()
    assert not panel.side.answer.isVisible()
    assert panel.canvas.width() == 2 * panel.canvas.height()
    words = [chip.words for chip in panel.number.marks.chips if chip.isVisible()]
    assert [text[0] for text in words] == ["7", "5", "1"]
    assert all(text.endswith("%") for text in words)


def test_a_chosen_digit_is_what_stages_bars_and_strips_show(panel, qtbot):
    a_number(panel)
    qtbot.waitUntil(lambda: panel.number.answer.text == "751")
    assert panel.recognition.answer == 1  # the one that was drawn last
    chips = panel.number.marks.chips
    QTest.mouseClick(chips[0], Qt.MouseButton.LeftButton)
    assert panel.recognition.answer == 7
    assert chips[0].isChecked()
    QTest.mouseClick(chips[0], Qt.MouseButton.LeftButton)
    assert chips[0].isChecked()
    assert len(panel.sketch.marks) == 4  # a click on the chip draws nothing
    alone = panel.number.reading.digits[0].box
    assert panel.recognition.prepared.crop_box == alone
    QTest.keyClick(panel, Qt.Key.Key_Period)
    assert panel.recognition.answer == 5
    QTest.keyClick(panel.number.answer, Qt.Key.Key_Right)
    assert panel.recognition.answer == 1
    QTest.keyClick(panel.number.answer, Qt.Key.Key_Right)
    assert panel.number.chosen == 2
    middle = panel.number.answer.box_of(1).center().toPoint()
    QTest.mouseClick(panel.number.answer, Qt.MouseButton.LeftButton, pos=middle)
    assert panel.recognition.answer == 5
    assert not panel.number.answer.grab().isNull()
    qtbot.waitUntil(lambda: np.array_equal(panel.seen_pixels, panel.recognition.prepared.raw))


def test_ink_that_is_no_digit_is_a_question_mark_and_counted_as_doubtful(panel, qtbot):
    QTest.keyClick(panel, Qt.Key.Key_N)
    draw(panel.canvas, beside(SEVEN, 0.2, count=2))
    zigzag = [(0.55 + 0.04 * i, 0.2 if i % 2 else 0.8) for i in range(9)]
    draw(panel.canvas, [zigzag])
    qtbot.waitUntil(lambda: len(panel.number.answer.text) == 2)
    assert panel.number.answer.text == "7?"
    assert panel.number.answer.words == "2 digits, 1 doubtful"
    assert panel.number.marks.chips[1].words == "? no digit"
    assert not panel.grab().isNull()


def test_the_sheet_and_its_drawing_come_back_by_undo(panel, qtbot):
    draw(panel.canvas, SEVEN)
    qtbot.waitUntil(lambda: panel.side.answer.text == "7")
    before = panel.sketch.marks
    panel.actions_by_id["number"].trigger()
    assert panel.sketch.boxes == 2
    qtbot.waitUntil(lambda: panel.number.answer.text == "7")
    assert panel.number.answer.words == "1 digit, no doubt"
    panel.actions_by_id["undo"].trigger()
    assert panel.sketch.boxes == 1
    assert panel.sketch.marks == before
    assert not panel.actions_by_id["number"].isChecked()
    assert panel.canvas.width() == panel.canvas.height()
    qtbot.waitUntil(lambda: panel.side.answer.isVisible() and panel.side.answer.text == "7")
    panel.actions_by_id["redo"].trigger()
    assert panel.sketch.boxes == 2


def test_back_to_one_digit_everything_fits_on_the_square(panel, qtbot):
    a_number(panel)
    panel.actions_by_id["number"].trigger()
    assert panel.sketch.pixels.shape == (280, 280)
    _, left, _, width = ink_box(panel.sketch.pixels)
    assert left > 0
    assert left + width < 280
    assert len(panel.sketch.marks) == 4
    assert not panel.number.marks.isVisible()
    assert not any(chip.isVisible() for chip in panel.number.marks.chips)


def test_a_pasted_picture_of_a_number_is_read(panel, qtbot):
    panel.actions_by_id["number"].trigger()
    digits = (digit_drawing(digit, np.random.default_rng(3)) for digit in (4, 0))
    ink = np.hstack([render(drawing) for drawing in digits])
    panel.sketch.paste(ink)
    qtbot.waitUntil(lambda: len(panel.number.reading.digits) == 2)
    assert panel.number.answer.text == "40"


def test_another_network_reads_the_number_anew(panel, qtbot):
    a_number(panel)
    qtbot.waitUntil(lambda: panel.number.answer.text == "751")
    before = panel.number.reading.digits[0].recognition
    panel.networks.network.parameters[:] = 0
    panel.networks.network_changed.emit()
    after = panel.number.reading.digits[0].recognition
    assert after.probabilities == pytest.approx(0.1)
    assert before.answer == 7


def test_digits_that_stay_are_read_once(panel, qtbot):
    a_number(panel)
    qtbot.waitUntil(lambda: panel.number.answer.text == "751")
    first = panel.number.reading.digits[0]
    draw(panel.canvas, beside(ONE, 2.5))
    qtbot.waitUntil(lambda: len(panel.number.reading.digits) == 4)
    assert panel.number.reading.digits[0] is first


def test_a_blank_wide_sheet_says_so(panel, qtbot):
    panel.actions_by_id["number"].trigger()
    assert panel.number.answer.text == ""
    assert panel.number.answer.words == "nothing drawn"
    assert not panel.number.answer.grab().isNull()
    QTest.keyClick(panel, Qt.Key.Key_Comma)
    assert panel.recognition.prepared is None


def test_a_network_that_reads_no_digits_leaves_no_marks(panel, qtbot):
    a_number(panel)
    qtbot.waitUntil(lambda: panel.number.answer.text == "751")
    stack = Stack("Tiny", (1, 8, 8), (FlattenSpec(), DenseSpec(out_features=3)))
    panel.networks.set_network(Sequential.from_stack(stack, np.random.default_rng(0)), None)
    assert not panel.number.answer.isVisible()
    assert not any(chip.isVisible() for chip in panel.number.marks.chips)


def test_the_reader_keeps_what_it_found_of_finished_strokes(qapp, monkeypatch):
    asked = []

    def counted(mark, boxes):
        asked.append(mark)
        return pieces_of(mark, boxes)

    monkeypatch.setattr(number_reading, "pieces_of", counted)
    reader = NumberReader()
    marks = tuple(
        mark for place in (0, 200) for mark in moved((Stroke(((90, 60), (90, 200))),), place)
    )
    pixels = render(marks, boxes=2)
    first = reader.pictures(marks, pixels)
    erased = (*marks, Stroke(((90, 40), (90, 220)), 60, erases=True))
    second = reader.pictures(erased, render(erased, boxes=2))
    assert (len(first), len(second)) == (2, 1)
    assert asked == list(erased)


def test_the_nearest_digit_of_none_is_none():
    assert NumberReading().nearest(3.0) is None
    assert NumberReading().text == ""


def test_a_drawing_moves_with_its_pens_and_pictures():
    drawing = (Stroke(((10, 20),), 8), PastedImage(np.ones((4, 4), np.float32), (0, 0, 40, 40)))
    stroke, picture = moved(drawing, 5, 0.5, 7)
    assert isinstance(stroke, Stroke)
    assert isinstance(picture, PastedImage)
    assert (stroke.points, stroke.width) == (((10, 17),), 4)
    assert picture.box == (5, 7, 20, 20)


def test_four_of_two_strokes_stays_one_digit(panel, qtbot):
    QTest.keyClick(panel, Qt.Key.Key_N)
    draw(panel.canvas, beside(FOUR, 0.2))
    qtbot.waitUntil(lambda: panel.number.answer.text == "4")


def test_a_digit_of_a_number_is_kept_with_its_strokes(panel, qtbot, settings):
    a_number(panel)
    qtbot.waitUntil(lambda: panel.number.answer.text == "751")
    QTest.keyClick(panel, Qt.Key.Key_Comma)
    QTest.keyClick(panel, Qt.Key.Key_5)
    (kept,) = DrawingStore(settings.folder / "drawings").load()[0]
    lengths = [len(mark.points) for mark in kept.drawing if isinstance(mark, Stroke)]
    assert lengths == [len(mark.points) for mark in panel.sketch.marks[1:3]]
    shown = panel.recognition.prepared.image
    assert np.allclose(prepare(render(kept.drawing)).image, shown, atol=1 / 255 + 1e-6)
