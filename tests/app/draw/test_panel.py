"""Draw, driven by mouse, pen, keys, clipboard and drops: what is drawn is what is answered."""

import numpy as np
import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import (
    QColor,
    QDragEnterEvent,
    QDropEvent,
    QGuiApplication,
    QImage,
    QInputDevice,
    QPainter,
    QPen,
    QPointingDevice,
    QTabletEvent,
)
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.draw.panel import DrawPanel
from app.kit.errors import ErrorDialog
from app.state.networks import NetworkHolder
from app.state.settings import PEN_WIDTH
from engine.ink.preprocess import prepare
from engine.ink.rendering import PastedImage, Stroke, render
from engine.lab import Operation, trace_of
from engine.layers.dense import DenseSpec
from engine.layers.flatten import FlattenSpec
from engine.networks.network import Sequential
from engine.networks.stack import Stack
from tests.app.draw.drawn import draw_seven, make_panel
from tests.app.hand import FOUR, ONE, SEVEN, ZERO, drag, draw


@pytest.fixture
def panel(qtbot, settings, look):
    return make_panel(qtbot, settings, height=640)


def seven_picture(ink: str = "#000000", paper: str = "#ffffff", side: int = 200) -> QImage:
    """A 7 as somebody else's program would draw it."""
    image = QImage(side, side, QImage.Format.Format_RGB32)
    image.fill(QColor(paper))
    painter = QPainter(image)
    pen = QPen(QColor(ink), side / 14)
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    painter.setPen(pen)
    corners = [QPointF(x * side, y * side) for x, y in SEVEN[0]]
    painter.drawPolyline(corners)
    painter.end()
    return image


@pytest.mark.parametrize(("strokes", "digit"), [(SEVEN, "7"), (ONE, "1"), (ZERO, "0"), (FOUR, "4")])
def test_a_digit_drawn_with_the_mouse_is_recognised(panel, qtbot, strokes, digit):
    draw(panel.canvas, strokes)
    qtbot.waitUntil(lambda: panel.side.answer.text == digit)
    best = panel.side.bars.texts[int(digit)]
    assert best.endswith("%")
    assert panel.recognition.probabilities.sum() == pytest.approx(1.0, abs=1e-5)


def test_a_scribble_is_not_called_a_digit(panel, qtbot):
    zigzag = [(0.15 + 0.07 * i, 0.2 if i % 2 else 0.8) for i in range(11)]
    draw(panel.canvas, [zigzag])
    qtbot.waitUntil(lambda: panel.side.answer.words == "Looks like no digit")
    assert panel.side.answer.text == ""
    panel.sketch.clear()
    qtbot.waitUntil(lambda: panel.side.answer.words == "nothing drawn")


NO_DIGITS = {
    "a cross": [[(0.3, 0.25), (0.7, 0.75)], [(0.7, 0.25), (0.3, 0.75)]],
    "a plus": [[(0.5, 0.25), (0.5, 0.75)], [(0.25, 0.5), (0.75, 0.5)]],
    "a W": [[(0.2, 0.25), (0.35, 0.75), (0.5, 0.4), (0.65, 0.75), (0.8, 0.25)]],
    "an E": [[(0.65, 0.2), (0.35, 0.2), (0.35, 0.8), (0.65, 0.8)], [(0.35, 0.5), (0.6, 0.5)]],
}


@pytest.mark.parametrize("strokes", NO_DIGITS.values(), ids=NO_DIGITS)
def test_signs_and_letters_are_not_called_digits(panel, qtbot, strokes):
    draw(panel.canvas, strokes)
    qtbot.waitUntil(lambda: panel.side.answer.words == "Looks like no digit")
    assert panel.side.answer.toolTip() == panel.recognition.hint
    assert panel.recognition.hint.startswith("The nearest digit is ")


def test_a_three_is_called_a_digit(panel, qtbot):
    three = (
        (0.36, 0.28), (0.46, 0.2), (0.58, 0.22), (0.62, 0.34), (0.56, 0.45), (0.47, 0.49),
        (0.58, 0.53), (0.64, 0.64), (0.58, 0.77), (0.46, 0.8), (0.35, 0.73),
    )  # fmt: skip
    draw(panel.canvas, [three])
    qtbot.waitUntil(lambda: panel.side.answer.text == "3")
    assert "nearest" not in panel.side.answer.toolTip()


def test_the_answer_moves_while_the_pen_is_down(panel, qtbot):
    stroke = SEVEN[0]
    points = [(int(x * panel.canvas.width()), int(y * panel.canvas.height())) for x, y in stroke]
    QTest.mousePress(panel.canvas, Qt.MouseButton.LeftButton, pos=_point(points[0]))
    qtbot.waitUntil(lambda: panel.recognition.probabilities is not None)
    answers = [panel.recognition.probabilities.tolist()]
    for point in points[1:]:
        QTest.mouseMove(panel.canvas, _point(point))
        qtbot.waitUntil(lambda: panel.recognition.probabilities.tolist() != answers[-1])
        answers.append(panel.recognition.probabilities.tolist())
    assert panel.sketch.is_drawing
    QTest.mouseRelease(panel.canvas, Qt.MouseButton.LeftButton, pos=_point(points[-1]))


def test_the_strip_shows_what_the_engine_prepared(panel, qtbot):
    draw(panel.canvas, SEVEN)
    qtbot.waitUntil(lambda: panel.side.answer.text == "7")
    expected = prepare(render(panel.sketch.marks))
    image = panel.side.strip.images[3]
    assert (image.width(), image.height()) == (28, 28)
    levels = [[image.pixelColor(x, y).red() for x in range(28)] for y in range(28)]
    np.testing.assert_array_equal(levels, expected.pixels)
    assert [i.size().toTuple() for i in panel.side.strip.images[:3]] == [
        (280, 280),
        expected.crop.shape[::-1],
        expected.fitted.shape[::-1],
    ]


def test_a_blank_sheet_is_not_called_a_digit(panel, qtbot):
    assert panel.side.answer.text == ""
    assert panel.side.bars.texts == []
    draw(panel.canvas, SEVEN)
    qtbot.waitUntil(lambda: panel.side.answer.text == "7")
    panel.actions_by_id["clear"].trigger()
    qtbot.waitUntil(lambda: panel.side.answer.text == "")
    assert panel.side.strip.images == [None] * 4


def test_keys_undo_redo_and_clear(panel, qtbot):
    panel.activateWindow()
    panel.setFocus()
    qtbot.waitUntil(panel.hasFocus)
    draw(panel.canvas, FOUR)
    assert len(panel.sketch.marks) == 2
    QTest.keyClick(panel, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert len(panel.sketch.marks) == 1
    QTest.keyClick(
        panel,
        Qt.Key.Key_Z,
        Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier,
    )
    assert len(panel.sketch.marks) == 2
    QTest.keyClick(panel, Qt.Key.Key_Delete)
    assert panel.sketch.is_blank
    assert panel.actions_by_id["undo"].isEnabled()
    assert not panel.actions_by_id["clear"].isEnabled()


def test_the_eraser_and_the_right_button_erase(panel, qtbot):
    draw(panel.canvas, ONE)
    drag(panel.canvas, ((0.3, 0.5), (0.7, 0.5)), Qt.MouseButton.RightButton)
    assert panel.sketch.pixels[140, 140] == 0
    panel.sketch.undo()
    panel.activateWindow()
    panel.setFocus()
    QTest.keyClick(panel, Qt.Key.Key_E)
    assert panel.canvas.is_erasing
    assert panel.actions_by_id["eraser"].isChecked()
    draw(panel.canvas, (((0.3, 0.5), (0.7, 0.5)),))
    assert panel.sketch.pixels[140, 140] == 0
    assert panel.sketch.marks[-1].erases
    QTest.keyClick(panel, Qt.Key.Key_P)
    assert not panel.canvas.is_erasing


def test_the_pens_width_is_what_the_next_stroke_has_and_is_remembered(panel, settings):
    panel.tools.slider.setValue(30)
    draw(panel.canvas, ONE)
    assert panel.sketch.marks[-1].width == 30
    assert settings.get(PEN_WIDTH) == 30
    panel.activateWindow()
    panel.setFocus()
    QTest.keyClick(panel, Qt.Key.Key_BracketLeft)
    assert panel.canvas.pen_width == 28


def test_what_is_shown_on_the_canvas_lies_where_the_ink_is(panel, look):
    draw(panel.canvas, SEVEN)
    picture = panel.canvas.grab().toImage()
    side = picture.width()
    for x, y in ((140, 70), (185, 100), (140, 20), (60, 200)):
        shown = picture.pixelColor(int(x * side / 280), int(y * side / 280)).lightness() < 128
        assert shown == (panel.sketch.pixels[y, x] > 0.5)


def test_a_tablet_pen_presses_and_its_other_end_erases(panel):
    _tablet_stroke(panel.canvas, QPointingDevice.PointerType.Pen, pressure=0.4)
    mark = panel.sketch.marks[-1]
    assert isinstance(mark, Stroke)
    assert not mark.erases
    assert len(set(mark.pressures)) == 1
    assert 0 < mark.pressures[0] < 1
    _tablet_stroke(panel.canvas, QPointingDevice.PointerType.Eraser, pressure=1.0)
    assert panel.sketch.marks[-1].erases


def test_one_finger_draws_and_a_second_one_does_not_disturb_it(panel):
    device = QTest.createTouchDevice()
    canvas = panel.canvas
    side = canvas.width()
    QTest.touchEvent(canvas, device).press(0, _point((side // 4, side // 2)), canvas).commit()
    QTest.touchEvent(canvas, device).move(0, _point((side // 2, side // 2)), canvas).press(
        1, _point((10, 10)), canvas
    ).commit()
    QTest.touchEvent(canvas, device).release(0, _point((side // 2, side // 2)), canvas).release(
        1, _point((10, 10)), canvas
    ).commit()
    assert len(panel.sketch.marks) == 1
    assert panel.sketch.pixels[140, 100] == 1
    assert panel.sketch.pixels[5:20, 5:20].max() == 0


@pytest.mark.parametrize(
    ("ink", "paper"), [("#000000", "#ffffff"), ("#ffffff", "#000000"), ("#204080", "#f0e0c0")]
)
def test_a_pasted_image_is_read_whatever_its_colours(panel, qtbot, ink, paper):
    QGuiApplication.clipboard().setImage(seven_picture(ink, paper))
    panel.actions_by_id["paste"].trigger()
    qtbot.waitUntil(lambda: panel.side.answer.text == "7")
    assert isinstance(panel.sketch.marks[0], PastedImage)


def test_a_clipboard_without_an_image_says_so_and_changes_nothing(panel, qtbot):
    draw(panel.canvas, ONE)
    before = panel.sketch.marks
    QGuiApplication.clipboard().setText("seven")
    with qtbot.waitSignal(panel.status_message) as blocker:
        panel.actions_by_id["paste"].trigger()
    assert blocker.args == ["There is no image on the clipboard."]
    assert panel.sketch.marks == before


def test_what_is_copied_can_be_pasted_and_reads_the_same(panel, qtbot):
    draw(panel.canvas, SEVEN)
    qtbot.waitUntil(lambda: panel.side.answer.text == "7")
    panel.actions_by_id["copy"].trigger()
    copied = QGuiApplication.clipboard().image()
    assert copied.size().toTuple() == (280, 280)
    panel.actions_by_id["clear"].trigger()
    qtbot.waitUntil(lambda: panel.side.answer.text == "")
    panel.actions_by_id["paste"].trigger()
    qtbot.waitUntil(lambda: panel.side.answer.text == "7")


def test_a_dropped_file_and_a_dropped_image_are_drawn(panel, qtbot, tmp_path):
    file = tmp_path / "seven.png"
    seven_picture().save(str(file))
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(file))])
    _drop(panel.canvas, data)
    qtbot.waitUntil(lambda: panel.side.answer.text == "7")
    panel.sketch.clear()
    data = QMimeData()
    data.setImageData(seven_picture("#ffffff", "#101010"))
    _drop(panel.canvas, data)
    qtbot.waitUntil(lambda: panel.side.answer.text == "7")


@pytest.mark.parametrize("content", [b"", b"this is no image", b"\x89PNG\r\n\x1a\n cut short"])
def test_a_file_that_is_no_image_is_explained_and_the_drawing_stays(
    panel, qtbot, tmp_path, content
):
    draw(panel.canvas, ONE)
    before = panel.sketch.marks
    file = tmp_path / "picture.png"
    file.write_bytes(content)
    assert not panel.open_image(file)
    dialog = _open_error(panel)
    assert "picture.png" in dialog.sentence
    assert panel.sketch.marks == before
    dialog.accept()


def test_an_image_of_one_colour_is_explained(panel):
    image = QImage(40, 40, QImage.Format.Format_RGB32)
    image.fill(QColor("#808080"))
    QGuiApplication.clipboard().setImage(image)
    panel.actions_by_id["paste"].trigger()
    dialog = _open_error(panel)
    assert "one colour" in dialog.sentence
    dialog.accept()


def test_a_network_that_does_not_fit_is_explained_in_place(panel, qtbot):
    draw(panel.canvas, SEVEN)
    stack = Stack("Tiny", (1, 8, 8), (FlattenSpec(), DenseSpec(out_features=3)))
    panel.networks.set_network(Sequential.from_stack(stack, np.random.default_rng(0)), None)
    assert panel.side.problem.isVisible()
    assert "Tiny takes images of 1×8×8 and gives 3 outputs" in panel.side.problem.text()
    assert not panel.side.bars.isVisible()
    panel.networks.load_bundled()
    qtbot.waitUntil(lambda: panel.side.answer.text == "7")
    assert panel.side.bars.isVisible()
    assert not panel.side.problem.isVisible()


def test_without_any_network_the_panel_says_what_to_do(qtbot, settings, look):
    panel = make_panel(qtbot, settings, networks=NetworkHolder())
    assert "no network yet" in panel.side.problem.text()
    draw(panel.canvas, SEVEN)
    qtbot.waitUntil(lambda: panel.side.strip.images[3] is not None)


def test_drawing_survives_another_theme_and_another_size(panel, look, qtbot):
    draw(panel.canvas, SEVEN)
    look.set_mode("dark")
    look.set_scale(1.5)
    panel.resize(1500, 900)
    qtbot.waitUntil(lambda: panel.side.answer.text == "7")
    picture = panel.canvas.grab().toImage()
    middle = picture.pixelColor(picture.width() // 2, picture.height() // 4)
    assert middle.lightness() > 200
    assert panel.canvas.width() == panel.canvas.height()


def _point(place):
    return QPointF(*place).toPoint()


def _tablet_stroke(canvas, kind, pressure):
    device = QPointingDevice(
        "stylus",
        1,
        QInputDevice.DeviceType.Stylus,
        kind,
        QInputDevice.Capability.Position | QInputDevice.Capability.Pressure,
        1,
        3,
    )
    types = QTabletEvent.Type
    steps = ((types.TabletPress, 0.3), (types.TabletMove, 0.6), (types.TabletRelease, 0.6))
    for what, share in steps:
        place = QPointF(share * canvas.width(), canvas.height() / 2)
        left = Qt.MouseButton.LeftButton
        event = QTabletEvent(
            what, device, place, canvas.mapToGlobal(place), pressure, 0, 0, 0, 0, 0,
            Qt.KeyboardModifier.NoModifier, left, left,
        )  # fmt: skip
        QApplication.sendEvent(canvas, event)


def _drop(canvas, data):
    how = (Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton)
    none = Qt.KeyboardModifier.NoModifier
    enter = QDragEnterEvent(QPoint(50, 50), *how, none)
    QApplication.sendEvent(canvas, enter)
    assert enter.isAccepted()
    event = QDropEvent(QPointF(50, 50), *how, none)
    QApplication.sendEvent(canvas, event)
    assert event.isAccepted()


def _open_error(panel: DrawPanel) -> ErrorDialog:
    dialogs = [child for child in panel.window().findChildren(ErrorDialog) if child.isVisible()]
    assert len(dialogs) == 1
    return dialogs[0]


def test_a_click_on_the_answer_opens_the_softmax_of_this_drawings_logits(window, qtbot):
    panel = window.workspaces.draw
    image = draw_seven(panel, qtbot)
    QTest.mouseClick(panel.side.answer, Qt.MouseButton.LeftButton)
    assert window.workspaces.current_key == "step"
    state = window.workspaces.step.model.state
    assert state.operation is Operation.SOFTMAX
    np.testing.assert_allclose(state.input, panel.networks.network.logits(image)[0], rtol=1e-6)
    assert state.label == panel.recognition.answer == 7
    shares = trace_of(state).result
    np.testing.assert_allclose(np.ravel(shares), panel.recognition.probabilities, atol=1e-6)


def test_a_blank_answer_says_what_it_waits_for(panel):
    said: list[str] = []
    panel.status_message.connect(said.append)
    panel.side.answer.setFocus()
    QTest.keyClick(panel.side.answer, Qt.Key.Key_Return)
    assert said == ["Draw a digit first."]
