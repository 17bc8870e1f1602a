"""The window: its workspaces, header, keys, look, what it remembers, and how it closes."""

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QObject, QPoint, QSize, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSpinBox,
    QApplication,
    QFileDialog,
    QLabel,
    QLineEdit,
    QMessageBox,
    QScrollArea,
    QToolButton,
    QWidget,
)

from app.kit.errors import ErrorDialog
from app.kit.keys_overlay import KeysOverlay
from app.look.assets import asset
from app.look.theme import DARK, LIGHT, current_theme
from app.shell.main_window import MainWindow
from app.shell.workspaces import KEYS
from app.state import settings as remembered
from app.state.settings import Setting
from app.train.setup.data_choices import DataChoices
from app.train.setup.training_choices import TrainingChoices
from engine.networks.model_file import load_model
from tests.app.hand import SEVEN, draw

CONTROL = Qt.KeyboardModifier.ControlModifier


def press(window: MainWindow, key: Qt.Key, modifiers=Qt.KeyboardModifier.NoModifier) -> None:
    """Press a key wherever the focus is."""
    QTest.keyClick(QApplication.focusWidget() or window, key, modifiers)


def answer_with(text: str) -> None:
    """Press the button with this text in the next message box."""

    def click() -> None:
        box = QApplication.activeModalWidget()
        if not isinstance(box, QMessageBox):
            QTimer.singleShot(10, click)
            return
        button = next(b for b in box.buttons() if b.text().replace("&", "") == text)
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)

    QTimer.singleShot(10, click)


def choose_short_training(settings, images: int = 600, epochs: int = 1) -> None:
    """Let the next run be short, on generated digits."""
    choices = TrainingChoices(settings, DataChoices())
    choices.choose_source("generated")
    for name, value in (("images", images), ("validation", 100), ("epochs", epochs)):
        choices.set_value(name, value)


def test_draw_opens_first_with_the_bundled_network(window):
    assert window.workspaces.current_key == "draw"
    assert window.header.title.text() == "LeNet-5"
    assert "61,706 parameters" in window.header.details.text()
    assert "MNIST" in window.header.details.text()
    assert "test images" in window.header.details.text()


def test_a_digit_drawn_in_the_window_is_recognised(window, qtbot):
    draw(window.workspaces.draw.canvas, SEVEN)
    qtbot.waitUntil(lambda: window.workspaces.draw.side.answer.text == "7")


@pytest.mark.parametrize("key", KEYS)
def test_the_rail_opens_each_workspace(window, key):
    QTest.mouseClick(window.rail.button(key), Qt.MouseButton.LeftButton)
    assert window.workspaces.current_key == key
    assert window.workspaces.current.isVisible()
    assert window.rail.button(key).isChecked()


@pytest.mark.parametrize(("number", "key"), tuple(enumerate(KEYS, start=1)))
def test_control_and_a_number_open_each_workspace(window, number, key):
    press(window, Qt.Key(Qt.Key.Key_0 + number), CONTROL)
    assert window.workspaces.current_key == key


def test_a_training_is_shown_in_every_workspace_and_leads_to_train(window):
    assert window.header.training.isHidden()
    window.header.set_training("Epoch 1 of 5")
    QTest.mouseClick(window.header.training, Qt.MouseButton.LeftButton)
    assert window.workspaces.current_key == "train"
    window.header.set_training("")
    assert window.header.training.isHidden()


@pytest.mark.parametrize("key", KEYS)
def test_the_question_mark_shows_the_keys_and_any_key_hides_them(window, qtbot, key):
    window.open_workspace(key)
    press(window, Qt.Key.Key_Question)
    overlays = window.findChildren(KeysOverlay)
    assert len(overlays) == 1
    assert overlays[0].isVisible()
    assert window.workspaces.current.keys
    QTest.keyClick(overlays[0], Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: not window.findChildren(KeysOverlay))
    assert window.workspaces.current_key == key


@pytest.mark.parametrize("key", KEYS)
def test_the_keys_fit_into_a_small_window_without_scrolling(window, qtbot, key):
    window.resize(1280, 720)
    window.open_workspace(key)
    press(window, Qt.Key.Key_Question)
    (overlay,) = window.findChildren(KeysOverlay)
    (area,) = overlay.findChildren(QScrollArea)
    qtbot.waitUntil(lambda: area.widget().height() <= area.viewport().height())
    assert area.widget().width() <= area.viewport().width()
    QTest.keyClick(overlay, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: not window.findChildren(KeysOverlay))


def test_where_the_keys_do_not_fit_the_arrows_scroll_them(qtbot):
    below = QWidget()
    below.resize(600, 200)
    qtbot.addWidget(below)
    below.show()
    many = tuple((str(number), f"key number {number}") for number in range(12))
    overlay = KeysOverlay("Many", many, many, below)
    overlay.show()
    bar = overlay.findChildren(QScrollArea)[0].verticalScrollBar()
    qtbot.waitUntil(lambda: bar.maximum() > 0)
    QTest.keyClick(overlay, Qt.Key.Key_PageDown)
    assert bar.value() > 0
    assert overlay.isVisible()
    QTest.keyClick(overlay, Qt.Key.Key_Space)
    assert not overlay.isVisible()


def focus_a_box(window: MainWindow) -> None:
    window.open_workspace("train")
    window.workspaces.train.form.run.boxes["epochs"].setFocus()


def focus_a_line(window: MainWindow) -> None:
    line = QLineEdit(window)
    line.show()
    line.setFocus()


@pytest.mark.parametrize("focus", [focus_a_box, focus_a_line])
def test_f1_shows_the_keys_while_a_field_has_the_focus(window, qtbot, focus):
    focus(window)
    assert isinstance(QApplication.focusWidget(), (QAbstractSpinBox, QLineEdit))
    press(window, Qt.Key.Key_F1)
    overlay = window.findChild(KeysOverlay)
    assert overlay is not None
    assert overlay.isVisible()
    hints = [label.text() for label in window.statusBar().findChildren(QLabel)]
    assert any("? or F1" in hint for hint in hints)
    QTest.keyClick(overlay, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: not window.findChildren(KeysOverlay))


def test_a_click_hides_the_keys(window, qtbot):
    press(window, Qt.Key.Key_Question)
    overlay = window.findChildren(KeysOverlay)[0]
    QTest.mouseClick(overlay, Qt.MouseButton.LeftButton, pos=QPoint(3, 3))
    qtbot.waitUntil(lambda: not window.findChildren(KeysOverlay))


def test_the_look_is_switched_by_button_and_keys(window):
    switch = window.header.findChildren(QToolButton)[0]
    QTest.mouseClick(switch, Qt.MouseButton.LeftButton)
    assert current_theme() is DARK
    assert window.palette().window().color().name() == DARK.window
    window.actions_by_id["toggle_dark"].trigger()
    assert current_theme() is LIGHT
    press(window, Qt.Key.Key_Plus, CONTROL)
    press(window, Qt.Key.Key_Plus, CONTROL)
    assert window.look.scale == 1.25
    press(window, Qt.Key.Key_Minus, CONTROL)
    assert window.look.scale == 1.1
    press(window, Qt.Key.Key_0, CONTROL)
    assert window.look.scale == 1.0


def test_nothing_grows_past_what_the_screen_can_show_and_the_status_bar_says_so(window):
    assert window.screen().size() == QSize(800, 800)  # 512×360 1.56 times
    for _ in range(8):
        press(window, Qt.Key.Key_Plus, CONTROL)
    assert window.look.scale == 1.5
    assert window.statusBar().currentMessage() == (
        "At 175% not every page fits on this screen of 800×800 pixels."
    )


def test_every_workspace_follows_the_look_while_it_is_hidden(window):
    for key in KEYS:
        window.open_workspace(key)
    window.look.set_mode("dark")
    for key in KEYS:
        window.open_workspace(key)
        ground = window.workspaces.current.grab().toImage().pixelColor(1, 1)
        assert ground.lightness() < 128, key


def test_every_workspace_fits_at_the_largest_scale_of_a_lecture_hall(window):
    window.resize(1920, 1080)
    window.look.set_scale(1.75)
    for key in KEYS:
        window.open_workspace(key)
        assert not window.grab().isNull()


def text_sizes(window: MainWindow) -> dict[QWidget, int]:
    """How large the text of every label and button of all workspaces is."""
    for key in KEYS:
        window.open_workspace(key)
        window.grab()
    kinds = (QLabel, QAbstractButton)
    return {one: one.font().pixelSize() for kind in kinds for one in window.findChildren(kind)}


def test_all_text_grows_with_the_scale(window):
    text_sizes(window)  # what is made on the first visit is there before the sizes are compared
    before = text_sizes(window)
    window.look.set_scale(1.5)
    window.look.set_scale(2.0)
    assert text_sizes(window) == {one: 2 * size for one, size in before.items()}


def test_the_window_never_needs_to_be_larger_than_the_screen(window):
    window.look.set_scale(3.0)
    screen = window.screen().availableSize()
    frame = window.windowHandle().frameMargins()
    assert window.minimumWidth() + frame.left() + frame.right() <= screen.width()
    assert window.minimumHeight() + frame.top() + frame.bottom() <= screen.height()
    assert window.minimumHeight() > 0.8 * screen.height()  # as large as it can


def test_no_window_flashes_up_while_the_workspaces_are_made(window, qapp):
    shown: list[str] = []

    class Watch(QObject):
        def eventFilter(self, watched: QObject, event: QEvent) -> bool:
            if event.type() == QEvent.Type.Show and isinstance(watched, QWidget):
                shown.extend([type(watched).__name__] if watched.isWindow() else [])
            return False

    watch = Watch()
    qapp.installEventFilter(watch)
    for key in KEYS:
        window.open_workspace(key)
    qapp.removeEventFilter(watch)
    assert not shown


def test_full_screen_has_no_menu_bar_and_f11_leaves_it(window):
    press(window, Qt.Key.Key_F11)
    assert window.isFullScreen()
    assert not window.menuBar().isVisible()
    press(window, Qt.Key.Key_3, CONTROL)
    assert window.workspaces.current_key == "train"
    press(window, Qt.Key.Key_F11)
    assert not window.isFullScreen()
    assert window.menuBar().isVisible()


def test_a_question_mark_typed_into_a_field_is_text(window, qtbot):
    window.open_workspace("build")
    field = window.workspaces.build.findChild(QLineEdit)
    field.setFocus()
    field.selectAll()
    QTest.keyClicks(field, "why?")
    assert field.text() == "why?"
    assert not window.findChildren(KeysOverlay)


def test_what_is_remembered_comes_back(qtbot, settings, look):
    first = MainWindow(settings, look)
    first.resize(1000, 700)  # the offscreen screen has room for no more
    first.show()
    look.set_mode("dark")
    look.set_scale(1.25)
    first.open_workspace("step")
    first.workspaces.draw.tools.slider.setValue(31)
    first.close()
    first.deleteLater()
    assert settings.get(remembered.THEME) == "dark"
    assert settings.get(remembered.SCALE) == 1.25
    second = MainWindow(settings, look)
    qtbot.addWidget(second)
    assert second.workspaces.current_key == "step"
    assert second.height() == 700
    assert second.workspaces.draw.canvas.pen_width == 31


def test_settings_that_make_no_sense_open_the_window_all_the_same(qtbot, settings, look):
    settings.set(Setting("window/geometry", ""), "nonsense")
    settings.set(Setting("window/workspace", ""), "greenhouse")
    window = MainWindow(settings, look)
    qtbot.addWidget(window)
    assert window.workspaces.current_key == "draw"


def test_a_file_to_open_is_opened_whatever_its_kind(window, tmp_path, qtbot):
    model = tmp_path / "net.safetensors"
    assert window.files.save_network(model)
    assert load_model(model).stack.name == "LeNet-5"
    assert window.files.open(model)
    stack = tmp_path / "mine.cnnviz"
    window.workspaces.document.rename("Mine")
    window.workspaces.document.save(stack)
    window.workspaces.document.rename("Other")
    window.workspaces.document.undo_stack.setClean()
    assert window.files.open(stack)
    assert window.workspaces.current_key == "build"
    assert window.workspaces.document.stack.name == "Mine"
    draw(window.workspaces.draw.canvas, SEVEN)
    picture = tmp_path / "seven.png"
    window.workspaces.draw.canvas.grab().save(str(picture))
    window.workspaces.draw.sketch.clear()
    assert window.files.open(picture)
    qtbot.waitUntil(lambda: window.workspaces.draw.side.answer.text == "7")


def test_a_model_that_cannot_be_opened_is_explained_and_the_open_one_stays(window, tmp_path):
    broken = tmp_path / "broken.safetensors"
    broken.write_bytes(asset("models", "lenet5.safetensors").read_bytes()[:5000])
    before = window.networks.network
    assert not window.files.open(broken)
    dialog = next(d for d in window.findChildren(ErrorDialog) if d.isVisible())
    assert "broken.safetensors" in dialog.sentence
    assert window.networks.network is before
    dialog.accept()


def test_save_network_asks_where_and_writes(window, tmp_path, monkeypatch):
    chosen = tmp_path / "mine"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(chosen), ""))
    window.actions_by_id["save_network"].trigger()
    saved = load_model(tmp_path / "mine.safetensors")
    np.testing.assert_array_equal(
        saved.network.state_dict()["0.weight"], window.networks.network.state_dict()["0.weight"]
    )


def test_open_asks_and_opens(window, monkeypatch):
    file = asset("models", "lenet5.safetensors")
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(file), ""))
    window.actions_by_id["open"].trigger()
    assert "lenet5" in window.statusBar().currentMessage()
    assert window.settings.get(remembered.LAST_FOLDER) == str(file.parent)


def test_without_its_bundled_network_the_window_opens_and_says_so(
    qtbot, settings, look, monkeypatch, tmp_path
):
    monkeypatch.setattr("app.state.networks.asset", tmp_path.joinpath)
    window = MainWindow(settings, look)
    qtbot.addWidget(window)
    window.show()
    qtbot.waitUntil(lambda: "cannot be used" in window.statusBar().currentMessage())
    assert window.header.title.text() == "No network"
    assert "no network yet" in window.workspaces.draw.side.problem.text()


def test_closing_while_training_asks_and_can_be_refused(window, settings, qtbot):
    choose_short_training(settings, images=20_000)
    window.open_workspace("train")
    session = window.workspaces.train.session
    window.workspaces.train.start()
    assert session.is_active
    qtbot.waitUntil(window.header.training.isVisible)
    answer_with("Keep training")
    window.close()
    assert window.isVisible()
    assert session.is_active
    answer_with("Stop and close")
    window.close()
    assert not window.isVisible()
    assert not session.is_active
    assert window.header.training.isHidden()


def test_closing_with_an_edited_stack_asks(window, qtbot):
    window.open_workspace("build")
    window.workspaces.document.rename("Changed")
    answer_with("Cancel")
    window.close()
    assert window.isVisible()
    answer_with("Discard")
    window.close()
    assert not window.isVisible()


def test_the_header_tells_of_a_newly_trained_network(window, settings, qtbot):
    choose_short_training(settings, epochs=6)
    window.open_workspace("train")
    window.workspaces.train.start()
    session = window.workspaces.train.session
    qtbot.waitUntil(lambda: not session.is_active, timeout=60_000)
    assert "Generated digits" in window.header.details.text()
    assert "validation images" in window.header.details.text()
    draw(window.workspaces.draw.canvas, SEVEN)
    window.actions_by_id["use_bundled"].trigger()
    assert "MNIST" in window.header.details.text()


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("digits.csv", b"label,a,b,c\n1,0,0,9\n2,0,0,9\n", "is a table (CSV). Train opens it"),
        ("net.pth", b"\x80\x02}q\x00.", "is a PyTorch file"),
        ("package.json", b'{"name": "x"}', "is a JSON file of another program"),
        ("mine.cnnviz", b"<html>", "is a web page"),
        ("notes.txt", b"Read me", "is nothing that cnnviz opens. It opens networks"),
        ("net.safetensors", b"nonsense", "damaged"),
    ],
)
def test_a_file_that_is_not_opened_here_is_called_what_it_is(
    window, tmp_path, qtbot, name, content, sentence
):
    (tmp_path / name).write_bytes(content)
    assert not window.files.open(tmp_path / name)
    (dialog,) = window.findChildren(ErrorDialog)
    assert sentence in dialog.sentence
    assert name in dialog.sentence
    dialog.accept()


def test_a_file_is_opened_by_its_content_whatever_its_name(window, tmp_path):
    stack = tmp_path / "mine.json"
    window.workspaces.document.rename("Mine")
    window.workspaces.document.save(stack)
    window.workspaces.document.rename("Other")
    window.workspaces.document.undo_stack.setClean()
    assert window.files.open(stack)
    assert window.workspaces.document.stack.name == "Mine"
