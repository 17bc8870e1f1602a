"""The sheet of Draw: grid, dragging out, saving, switched steps, odd drawings and images."""

import struct
import zlib

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QEvent, QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import (
    QDragEnterEvent,
    QGuiApplication,
    QImage,
    QInputDevice,
    QPointingDevice,
    QTabletEvent,
)
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QCheckBox

from app.draw.panel import DrawPanel
from app.draw.sheet.canvas_grid import Grid, grid_of, plain_grid
from app.draw.sheet.notices import comparison
from app.kit.errors import ErrorDialog
from app.state.networks import NetworkHolder
from app.state.recognition import Recognition, recognise, without_words
from app.state.settings import DRAW_GRID
from engine.ink.preprocess import Steps, prepare
from engine.ink.rendering import Stroke
from tests.app.draw.drawn import make_panel
from tests.app.hand import ONE, SEVEN, draw


@pytest.fixture
def panel(qtbot, settings, look):
    made = make_panel(qtbot, settings, height=640)
    made.activateWindow()
    made.setFocus()
    return made


def open_errors(panel) -> list[ErrorDialog]:
    return [child for child in panel.window().findChildren(ErrorDialog) if child.isVisible()]


# The grid


def test_the_grid_is_switched_by_key_and_remembered(panel, qtbot, settings):
    draw(panel.canvas, ONE)
    plain = panel.canvas.grab().toImage()
    QTest.keyClick(panel, Qt.Key.Key_G)
    assert panel.canvas.has_grid
    assert settings.get(DRAW_GRID)
    assert panel.canvas.grab().toImage() != plain
    again = DrawPanel(panel.networks, settings)
    qtbot.addWidget(again)
    assert again.canvas.has_grid
    assert again.actions_by_id["grid"].isChecked()


def test_the_grid_lies_where_the_network_looks(panel, qtbot):
    draw(panel.canvas, SEVEN)
    qtbot.waitUntil(lambda: panel.side.answer.text == "7")
    prepared = panel.recognition.prepared
    grid = grid_of(prepared)
    top, left, height, _ = prepared.crop_box
    assert grid.top + prepared.offset[0] * grid.high == pytest.approx(top)
    assert grid.left + prepared.offset[1] * grid.wide == pytest.approx(left)
    assert grid.high == pytest.approx(height / 20)
    assert plain_grid(2) == Grid(0, 0, 10, 10, 56, 28)


# Out of the window


def test_the_grip_drags_the_drawing_out_as_a_png(panel, monkeypatch):
    dragged: list[object] = []
    monkeypatch.setattr(panel.grip, "carry_out", dragged.append)
    draw(panel.canvas, SEVEN)
    before = panel.sketch.marks
    grip = panel.grip
    QTest.mousePress(grip, Qt.MouseButton.LeftButton, pos=QPoint(8, 8))
    QTest.mouseMove(grip, QPoint(8, 10))
    assert dragged == []
    QTest.mouseMove(grip, QPoint(60, 60))
    assert len(dragged) == 1
    data = grip.mime_data()
    assert data.hasImage()
    picture = QImage.fromData(data.data("image/png"))
    assert picture.size().toTuple() == (280, 280)
    assert picture.pixelColor(140, 70).lightness() < 60
    assert picture.pixelColor(10, 10).lightness() == 255
    file = data.urls()[0].toLocalFile()
    assert QImage(file) == picture
    assert panel.sketch.marks == before
    QTest.mouseRelease(grip, Qt.MouseButton.LeftButton)


def test_nothing_is_dragged_of_a_blank_sheet(panel, qtbot):
    with qtbot.waitSignal(panel.status_message) as blocker:
        panel.grip.drag()
    assert "sheet is blank" in blocker.args[0]
    assert panel.grip.mime_data() is None


def test_what_was_dragged_from_the_canvas_is_not_dropped_on_it(panel, monkeypatch):
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile("/nowhere.png")])
    button, none = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    enter = QDragEnterEvent(QPoint(5, 5), Qt.DropAction.CopyAction, data, button, none)
    monkeypatch.setattr(type(enter), "source", lambda _: panel.grip)
    enter.ignore()
    panel.canvas.dragEnterEvent(enter)
    assert not enter.isAccepted()


def test_an_address_in_the_web_is_not_taken_for_a_file(panel):
    data = QMimeData()
    data.setUrls([QUrl("https://example.com/seven.png")])
    button, none = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    enter = QDragEnterEvent(QPoint(5, 5), Qt.DropAction.CopyAction, data, button, none)
    enter.ignore()
    panel.canvas.dragEnterEvent(enter)
    assert not enter.isAccepted()


def test_what_was_said_of_one_image_is_not_left_beside_another_ones_error(panel, tmp_path):
    said: list[str] = []
    panel.status_message.connect(said.append)
    Image.new("L", (9, 9), 255).save(tmp_path / "blank.png")
    assert not panel.open_image(tmp_path / "blank.png")
    assert said == [""]
    assert "one colour" in open_errors(panel)[0].sentence


def test_what_was_said_of_the_blank_sheet_goes_with_the_first_stroke(panel):
    said: list[str] = []
    panel.status_message.connect(said.append)
    panel.pictures.copy()
    assert "sheet is blank" in said[-1]
    draw(panel.canvas, ONE)
    assert said[-1] == ""


def test_a_saved_drawing_opens_again_and_reads_the_same(panel, qtbot, tmp_path):
    draw(panel.canvas, SEVEN)
    assert panel.pictures.save(tmp_path / "seven")
    panel.sketch.clear()
    assert panel.open_image(tmp_path / "seven.png")
    qtbot.waitUntil(lambda: panel.side.answer.text == "7")


def test_a_drawing_that_cannot_be_saved_is_explained(panel, tmp_path):
    draw(panel.canvas, SEVEN)
    assert not panel.pictures.save(tmp_path / "gone" / "seven.png")
    (dialog,) = open_errors(panel)
    dialog.accept()


def test_copying_and_saving_a_blank_sheet_say_so(panel, qtbot):
    for name in ("copy", "save_drawing"):
        with qtbot.waitSignal(panel.status_message) as blocker:
            panel.actions_by_id[name].trigger()
        assert "the sheet is blank" in blocker.args[0]


# Pen


def test_a_harder_press_makes_a_wider_line(panel):
    device = QPointingDevice(
        "stylus", 1, QInputDevice.DeviceType.Stylus, QPointingDevice.PointerType.Pen,
        QInputDevice.Capability.Position | QInputDevice.Capability.Pressure, 1, 3,
    )  # fmt: skip
    kinds, left = QTabletEvent.Type, Qt.MouseButton.LeftButton
    steps = ((kinds.TabletPress, 0.2, 0.1), (kinds.TabletMove, 0.5, 0.1),
             (kinds.TabletMove, 0.55, 1.0), (kinds.TabletMove, 0.8, 1.0),
             (kinds.TabletRelease, 0.8, 1.0))  # fmt: skip
    for kind, share, pressure in steps:
        place = QPointF(share * panel.canvas.width(), panel.canvas.height() / 2)
        event = QTabletEvent(
            kind, device, place, panel.canvas.mapToGlobal(place), pressure, 0, 0, 0, 0, 0,
            Qt.KeyboardModifier.NoModifier, left, left,
        )  # fmt: skip
        QApplication.sendEvent(panel.canvas, event)
    thickness = panel.sketch.pixels.sum(axis=0)
    assert thickness[int(0.7 * 280)] > 1.8 * thickness[int(0.35 * 280)]
    picture = panel.canvas.grab().toImage()
    dark = [
        sum(picture.pixelColor(int(x * picture.width()), y).lightness() < 128
            for y in range(picture.height()))
        for x in (0.35, 0.7)
    ]  # fmt: skip
    assert dark[1] > 1.8 * dark[0]


def test_another_display_gets_the_marks_at_its_own_resolution(panel, monkeypatch):
    draw(panel.canvas, SEVEN)
    monkeypatch.setattr(panel.canvas, "devicePixelRatioF", lambda: 2.0)
    QApplication.sendEvent(panel.canvas, QEvent(QEvent.Type.DevicePixelRatioChange))
    assert panel.canvas.layer.width() == 2 * panel.canvas.width()


# The honest path


def test_the_stages_keep_their_size_from_one_switch_to_the_next(panel, qtbot):
    draw(panel.canvas, SEVEN)
    crop, scale, _ = panel.side.strip.findChildren(QCheckBox)
    crop.click()
    tile = panel.side.strip.tile_box(1)
    scale.click()
    assert panel.side.strip.tile_box(1) == tile
    assert panel.side.bars.height() >= panel.side.bars.minimumSizeHint().height()


def test_switching_a_step_off_changes_the_picture_and_says_what_it_does(panel, qtbot):
    draw(panel.canvas, [[(x * 0.3, y * 0.3) for x, y in SEVEN[0]]])
    qtbot.waitUntil(lambda: panel.recognition.prepared is not None)
    crop, scale, centre = panel.side.strip.toggles
    assert not panel.side.notice.isVisible()
    for toggle in (crop, scale, centre):
        toggle.click()
    expected = prepare(panel.sketch.pixels, Steps(crop=False, scale=False, centre=False))
    assert np.array_equal(panel.recognition.prepared.image, expected.image)
    assert panel.recognition.full.answer == 7
    assert panel.side.notice.isVisible()
    assert "Without cropping, scaling and centring" in panel.side.notice.sentence.text()
    assert "All steps: 7" in panel.side.notice.sentence.text()
    assert [text.split(" ", 1)[1][:3] for text in panel.side.strip.captions[1:]] == ["off"] * 3
    assert not panel.grab().isNull()
    QTest.mouseClick(panel.side.notice.button, Qt.MouseButton.LeftButton)
    assert panel.side.strip.steps.is_full
    assert not panel.side.notice.isVisible()
    assert panel.recognition.full is None
    assert panel.side.answer.text == "7"


def test_switched_steps_are_not_remembered(panel, qtbot, settings):
    panel.side.strip.toggles[1].click()
    again = DrawPanel(panel.networks, settings)
    qtbot.addWidget(again)
    assert again.side.strip.steps.is_full


def test_a_step_is_switched_by_the_keyboard(panel):
    toggle = panel.side.strip.toggles[2]
    toggle.setFocus()
    QTest.keyClick(toggle, Qt.Key.Key_Space)
    assert panel.side.strip.steps == Steps(centre=False)
    assert panel.side.notice.sentence.text().startswith("Without centring")


def test_the_words_for_steps_that_are_left_out():
    assert without_words(Steps()) == ""
    assert without_words(Steps(crop=False)) == "without cropping"
    assert without_words(Steps(scale=False, centre=False)) == "without scaling and centring"
    shares = np.eye(10, dtype=np.float32)
    shortened = Recognition(None, shares[3], full=Recognition(None, shares[5]))
    words = comparison(Steps(centre=False), shortened).replace("\N{NO-BREAK SPACE}", " ")
    assert words == "Without centring: 3, 100.0 %.  All steps: 5, 100.0 %."


# Odd drawings


def odd_drawings():
    edge = np.zeros((280, 280), np.float32)
    edge[279, 0] = 1
    dot = np.zeros((280, 280), np.float32)
    dot[130:146, 130:146] = 1
    return {"one pixel at the edge": edge, "a dot": dot, "all ink": np.ones((280, 280), np.float32)}


@pytest.mark.parametrize("name", odd_drawings())
@pytest.mark.parametrize("steps", [Steps(), Steps(crop=False, scale=False, centre=False)])
def test_odd_drawings_get_a_sensible_answer(qapp, name, steps):
    networks = NetworkHolder()
    networks.load_bundled()
    found = recognise(odd_drawings()[name], networks, steps=steps)
    assert found.probabilities is not None
    assert found.probabilities.sum() == pytest.approx(1, abs=1e-5)
    if steps.is_full:
        assert found.doubt == "Looks like no digit"


def test_a_single_click_and_a_full_sheet_are_called_no_digit(panel, qtbot):
    QTest.mouseClick(panel.canvas, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: panel.side.answer.words == "Looks like no digit")
    panel.sketch.replace((Stroke(((0, 140), (280, 140)), 560),))
    qtbot.waitUntil(lambda: panel.sketch.pixels.min() == 1)
    qtbot.waitUntil(lambda: panel.side.answer.words == "Looks like no digit")


# Odd images


def test_of_several_pages_the_first_is_read_and_this_is_said(panel, qtbot, tmp_path):
    page = np.full((60, 40), 255, np.uint8)
    page[10:50, 18:23] = 0
    first, second = Image.fromarray(page), Image.fromarray(255 - page)
    for name in ("pages.tiff", "frames.gif"):
        file = tmp_path / name
        first.save(file, save_all=True, append_images=[second, first])
        with qtbot.waitSignal(panel.status_message, check_params_cb=bool) as blocker:
            assert panel.open_image(file)
        assert blocker.args == [f"Opened {name} (page 1 of 3)."]
        qtbot.waitUntil(lambda: panel.side.answer.text == "1")


def test_a_large_image_is_scaled_and_this_is_said(panel, qtbot, tmp_path):
    page = np.full((1600, 1200), 255, np.uint8)
    page[300:1300, 560:640] = 0
    Image.fromarray(page).save(tmp_path / "large.png")
    with qtbot.waitSignal(panel.status_message, check_params_cb=bool) as blocker:
        assert panel.open_image(tmp_path / "large.png")
    assert blocker.args == ["Opened large.png (scaled down from 1200×1600)."]
    assert max(panel.sketch.marks[0].pixels.shape) == 1120


def test_a_monstrous_image_is_refused_before_it_is_unpacked(panel, tmp_path):
    file = tmp_path / "monster.png"
    Image.new("L", (1, 1), 1).save(file)
    content = bytearray(file.read_bytes())
    content[16:24] = struct.pack(">II", 20_000, 20_000)  # what the header says of its size
    content[29:33] = struct.pack(">I", zlib.crc32(content[12:29]))
    file.write_bytes(content)
    assert not panel.open_image(file)
    (dialog,) = open_errors(panel)
    assert "monster.png is too large" in dialog.sentence
    assert panel.sketch.is_blank
    dialog.accept()


@pytest.mark.parametrize("size", [(1, 1), (1, 40)])
def test_a_tiny_image_of_one_colour_is_explained(panel, tmp_path, size):
    file = tmp_path / "tiny.png"
    Image.new("L", size, 0).save(file)
    assert not panel.open_image(file)
    (dialog,) = open_errors(panel)
    assert "one colour" in dialog.sentence
    dialog.accept()


def test_a_large_clipboard_image_is_made_smaller(panel, qtbot):
    image = QImage(3000, 200, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.white)
    for x in range(1480, 1520):
        for y in range(20, 180):
            image.setPixel(x, y, 0)
    QGuiApplication.clipboard().setImage(image)
    panel.actions_by_id["paste"].trigger()
    qtbot.waitUntil(lambda: bool(panel.sketch.marks))
    assert max(panel.sketch.marks[0].pixels.shape) == 1120


def test_an_empty_picture_is_refused_in_words(panel, qtbot):
    with qtbot.waitSignal(panel.status_message) as blocker:
        panel.pictures.use_picture(QImage())
    assert "empty" in blocker.args[0]
    assert panel.sketch.is_blank
