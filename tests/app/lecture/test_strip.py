"""The scenes beside the lab, edited with real keys and clicks."""

import pytest
from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget

from app.lecture.document import LectureDocument
from app.lecture.files import LectureFiles
from app.lecture.scenes import Hidden
from app.lecture.strip import LectureStrip

Key = Qt.Key
ALT = Qt.KeyboardModifier.AltModifier
CONTROL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def document(qapp):
    document = LectureDocument()
    for title in "abcd":
        document.record(title, {"of": title})
    return document


@pytest.fixture
def strip(qtbot, look, document, settings):
    window = QWidget()
    qtbot.addWidget(window)
    strip = LectureStrip(document, LectureFiles(document, settings, window))
    qtbot.addWidget(strip)
    strip.resize(strip.width(), 640)
    strip.show()
    strip.activateWindow()
    qtbot.waitExposed(strip)
    return strip


def titles(document):
    return "".join(scene.title for scene in document.scenes)


def click(button):
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def click_row(strip, row):
    box = strip.list.visualRect(strip.list.model().index(row, 0))
    QTest.mouseClick(strip.list.viewport(), Qt.MouseButton.LeftButton, pos=box.center())


def test_a_click_opens_a_scene(strip, document, qtbot):
    with qtbot.waitSignal(document.scene_opened) as opened:
        click_row(strip, 1)
    assert opened.args[0].title == "b"
    assert document.index == 1
    with qtbot.waitSignal(document.scene_opened):
        click(strip.next)
    click(strip.previous)
    assert document.index == 1


def test_arrows_go_from_scene_to_scene(strip, document):
    click_row(strip, 0)
    strip.list.setFocus()
    QTest.keyClick(strip.list, Key.Key_Down)
    assert document.index == 1


def test_scenes_move_by_keys_and_buttons(strip, document):
    click_row(strip, 3)
    strip.list.setFocus()
    QTest.keyClick(strip.list, Key.Key_Up, ALT)
    assert (titles(document), document.index) == ("abdc", 2)
    click(strip.move_up)
    assert (titles(document), document.index) == ("adbc", 1)
    click(strip.move_down)
    assert (titles(document), strip.list.row) == ("abdc", 2)


@pytest.mark.parametrize(
    ("source", "before", "order"), [(0, 3, "bcad"), (3, 0, "dabc"), (1, 4, "acdb"), (2, 3, "abcd")]
)
def test_scenes_are_dragged(strip, document, source, before, order):
    model = strip.list.model()
    data = model.mimeData([model.index(source, 0)])
    accepted = model.dropMimeData(data, Qt.DropAction.MoveAction, before, 0, QModelIndex())
    assert not accepted
    assert titles(document) == order


def test_f2_renames_in_place(strip, document, qtbot):
    click_row(strip, 2)
    strip.list.setFocus()
    QTest.keyClick(strip.list, Key.Key_F2)
    qtbot.waitUntil(lambda: isinstance(QApplication.focusWidget(), QLineEdit))
    editor = QApplication.focusWidget()
    assert isinstance(editor, QLineEdit)
    assert editor.text() == "c"
    editor.selectAll()
    QTest.keyClicks(editor, "Third")
    QTest.keyClick(editor, Key.Key_Return)
    qtbot.waitUntil(lambda: document.scenes[2].title == "Third")
    assert strip.list.model().index(2, 0).data() == "3  Third"


def test_delete_and_undo_by_keys(strip, document):
    click_row(strip, 1)
    strip.list.setFocus()
    QTest.keyClick(strip.list, Key.Key_Delete)
    assert (titles(document), document.index) == ("acd", 1)
    QTest.keyClick(strip.list, Key.Key_Z, CONTROL)
    assert (titles(document), strip.list.row) == ("abcd", 1)
    QTest.keyClick(strip.list, Key.Key_Z, CONTROL | Qt.KeyboardModifier.ShiftModifier)
    assert titles(document) == "acd"


def test_what_is_hidden_the_size_and_the_notes_belong_to_the_scene(strip, document):
    click_row(strip, 0)
    QTest.keyClick(strip.hides["kernel"], Key.Key_Space)
    QTest.keyClick(strip.hides["sentence"], Key.Key_Space)
    assert document.scenes[0].hidden == Hidden(kernel=True, sentence=True)
    strip.notes.setFocus()
    QTest.keyClicks(strip.notes, "Ask first.")
    assert document.scenes[0].notes == "Ask first."
    strip.scale.setFocus()
    QTest.keyClick(strip.scale, Key.Key_Home)
    strip.scale.activated.emit(0)
    assert document.scenes[0].scale == 0.5
    click_row(strip, 1)
    assert not strip.hides["kernel"].isChecked()
    assert strip.notes.toPlainText() == ""
    assert strip.scale.currentText() == "100 %"
    click_row(strip, 0)
    assert strip.hides["kernel"].isChecked()
    assert strip.notes.toPlainText() == "Ask first."


def test_an_empty_lecture_says_how_to_begin(strip, document):
    document.new()
    assert strip.empty.isVisible()
    assert not strip.list.isVisible()
    assert not strip.details.isVisible()
    click(strip.ready)
    assert len(document.scenes) == 15
    assert strip.list.isVisible()
    assert not strip.empty.isVisible()


def test_unsaved_changes_are_marked(strip, document, tmp_path):
    document.set_title("My lecture")
    assert strip.title.text() == "My lecture •"
    document.save(tmp_path / "a.cnnviz-lecture")
    assert strip.title.text() == "My lecture"
