"""Nothing is lost: unsaved changes survive a crash, and files come in by menu and by drop."""

import json
import shutil

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMessageBox

from app.shell.autosave import Autosave
from app.shell.main_window import MainWindow
from app.shell.recent_files import MOST, RecentFiles
from app.state.document import StackDocument
from engine.networks.model_file import load_stack, save_stack
from engine.networks.presets import PRESETS

LEFT = Qt.MouseButton.LeftButton
LENET5 = PRESETS["lenet5"].stack


@pytest.fixture
def document(qapp):
    return StackDocument()


def files(folder):
    return sorted(path.name for path in folder.glob("*.json"))


def crashed(folder, into):
    """What lies there after a crash: the file, and no living process that has its lock."""
    into.mkdir(parents=True, exist_ok=True)
    for path in folder.glob("*.json"):
        shutil.copy(path, into / path.name)


def test_an_edit_is_written_soon_and_gone_once_saved(document, qtbot, tmp_path):
    autosave = Autosave(document, tmp_path / "a")
    document.remove_layer(0)
    qtbot.waitUntil(lambda: files(tmp_path / "a") == ["stack-1.json"])
    document.save(tmp_path / "mine.cnnviz")
    assert files(tmp_path / "a") == []
    document.remove_layer(0)
    autosave.write()
    kept = json.loads((tmp_path / "a" / "stack-1.json").read_text())
    assert kept["saved_as"].endswith("mine.cnnviz")
    document.undo_stack.undo()
    assert files(tmp_path / "a") == []
    autosave.close()


def test_what_a_crash_left_is_found_and_recovered_as_one_step(document, tmp_path):
    before = Autosave(document, tmp_path / "a")
    document.remove_layer(0)
    lost = document.stack
    before.write()
    crashed(tmp_path / "a", tmp_path / "b")
    other = StackDocument()
    after = Autosave(other, tmp_path / "b")
    (leftover,) = after.leftovers()
    after.recover(leftover)
    assert other.stack == lost
    assert other.undo_stack.undoText() == "Recover"
    assert len(files(tmp_path / "b")) == 1  # it is still unsaved
    other.undo_stack.undo()
    assert other.stack == LENET5
    assert files(tmp_path / "b") == []
    for autosave in (before, after):
        autosave.close()


def test_windows_leave_each_others_files_alone(qapp, tmp_path):
    documents = [StackDocument(), StackDocument()]
    autosaves = [Autosave(document, tmp_path) for document in documents]
    for document, autosave in zip(documents, autosaves, strict=True):
        document.remove_layer(0)
        autosave.write()
    assert files(tmp_path) == ["stack-1.json", "stack-2.json"]
    assert all(autosave.leftovers() == () for autosave in autosaves)
    for autosave in autosaves:
        autosave.close()
    assert files(tmp_path) == []


def test_a_damaged_leftover_is_put_aside_and_said_and_a_discarded_one_goes(document, tmp_path):
    (tmp_path / "stack-1.json").write_text("{")
    data = {"stack": LENET5.to_dict()}
    (tmp_path / "stack-2.json").write_text(json.dumps(data))
    autosave = Autosave(document, tmp_path)
    (leftover,) = autosave.leftovers()
    autosave.discard(leftover)
    assert files(tmp_path) == []
    assert (tmp_path / "stack-1.json.unreadable").read_text() == "{"
    (problem,) = autosave.problems
    assert problem.endswith("It is kept as stack-1.json.unreadable.")
    assert autosave.leftovers() == ()
    assert autosave.problems == ()
    autosave.close()


def test_a_folder_that_cannot_be_made_stops_nothing_and_is_said_once(document, tmp_path):
    (tmp_path / "a").write_text("")
    autosave = Autosave(document, tmp_path / "a")
    said: list[str] = []
    autosave.failed.connect(said.append)
    document.remove_layer(0)
    autosave.write()
    autosave.write()
    assert len(said) == 1
    assert said[0].startswith("Unsaved changes would be lost in a crash: ")
    autosave.close()


def test_the_window_offers_what_was_lost(qtbot, settings, look, tmp_path):
    stack = PRESETS["nin"].stack
    (settings.folder / "autosave").mkdir()
    data = {"stack": stack.to_dict()}
    (settings.folder / "autosave" / "stack-1.json").write_text(json.dumps(data))
    window = MainWindow(settings, look)
    window.show()
    qtbot.waitExposed(window)
    window.start_up()
    build = window.workspaces.build
    assert window.workspaces.current_key == "build"
    assert "the changes to NiN with 1×1" in build.notice.text
    QTest.mouseClick(build.notice.buttons[0], LEFT)
    assert build.document.stack == stack
    assert build.notice.isHidden()
    build.document.undo_stack.setClean()
    window.close()
    window.deleteLater()
    assert files(settings.folder / "autosave") == []


def test_the_recovered_stack_has_its_file_back_and_is_modified(document, tmp_path):
    path = tmp_path / "mine.cnnviz"
    document.save(path)
    before = Autosave(document, tmp_path / "a")
    document.remove_layer(0)
    before.write()
    crashed(tmp_path / "a", tmp_path / "b")
    other = StackDocument()
    after = Autosave(other, tmp_path / "b")
    (leftover,) = after.leftovers()
    after.recover(leftover)
    assert (other.path, other.is_modified) == (path, True)
    other.save()
    assert load_stack(path) == document.stack
    assert files(tmp_path / "b") == []
    other.undo_stack.undo()
    assert (other.path, other.is_modified) == (None, False)
    for autosave in (before, after):
        autosave.close()


def test_a_recovered_stack_that_its_file_holds_already_is_not_modified(document, tmp_path):
    path = tmp_path / "mine.cnnviz"
    save_stack(path, PRESETS["nin"].stack)
    data = {"stack": PRESETS["nin"].stack.to_dict(), "saved_as": str(path)}
    (tmp_path / "stack-1.json").write_text(json.dumps(data))
    autosave = Autosave(document, tmp_path)
    autosave.recover(*autosave.leftovers())
    assert document.path == path
    assert not document.is_modified
    assert files(tmp_path) == []
    autosave.close()


@pytest.fixture
def three_lost(settings, look, qtbot, tmp_path):
    """A window at whose start three stacks are found: NiN of a file, SimpleCNN, VGG."""
    folder = settings.folder / "autosave"
    folder.mkdir()
    for number, key in enumerate(("nin", "simplecnn", "small-vgg"), 1):
        file = str(tmp_path / "mine.cnnviz") if key == "nin" else ""
        data = {"stack": PRESETS[key].stack.to_dict(), "saved_as": file}
        (folder / f"stack-{number}.json").write_text(json.dumps(data))
    window = MainWindow(settings, look)
    window.show()
    qtbot.waitExposed(window)
    window.start_up()
    yield window
    window.workspaces.document.undo_stack.setClean()
    window.close()
    window.deleteLater()


def answer(build, text):
    (button,) = [each for each in build.notice.buttons if each.text() == text]
    QTest.mouseClick(button, LEFT)


def test_several_are_offered_one_after_the_other_and_none_is_dropped(three_lost, settings):
    build, folder = three_lost.workspaces.build, settings.folder / "autosave"
    assert build.notice.text.endswith("NiN with 1×1 were saved in mine.cnnviz (1 of 3).")
    answer(build, "Recover")
    assert build.document.stack == PRESETS["nin"].stack
    assert build.document.path.name == "mine.cnnviz"
    assert "SimpleCNN" in build.notice.text
    assert "(2 of 3)" in build.notice.text
    answer(build, "Keep among my presets")
    assert [preset.title for preset in build.own_presets.all()] == ["SimpleCNN"]
    answer(build, "At the next start")
    assert build.notice.isHidden()
    assert "stack-3.json" in files(folder)
    assert "stack-2.json" not in files(folder)


def test_a_second_one_is_recovered_once_the_first_is_saved_or_given_up(three_lost, monkeypatch):
    build = three_lost.workspaces.build
    answer(build, "Recover")
    monkeypatch.setattr(QMessageBox, "question", lambda *_: QMessageBox.StandardButton.Cancel)
    answer(build, "Recover")
    assert build.document.stack == PRESETS["nin"].stack
    assert "(2 of 3)" in build.notice.text
    monkeypatch.setattr(QMessageBox, "question", lambda *_: QMessageBox.StandardButton.Discard)
    answer(build, "Recover")
    assert build.document.stack == PRESETS["simplecnn"].stack
    answer(build, "Discard")
    assert build.notice.isHidden()


# Recent files, and files dropped


def test_recent_files_are_the_latest_first_and_each_once(settings, tmp_path):
    recent = RecentFiles(settings)
    for number in (*range(MOST + 3), 5):
        recent.add(tmp_path / f"{number}.cnnviz")
    names = [path.stem for path in recent.paths()]
    assert names == ["5", "10", "9", "8", "7", "6", "4", "3"]
    assert RecentFiles(settings).paths() == recent.paths()


def test_a_file_that_was_opened_is_in_the_menu(window, tmp_path):
    path = tmp_path / "mine & yours.cnnviz"
    save_stack(path, PRESETS["nin"].stack)
    assert window.files.open(path)
    menu = window.recent_menu
    menu.refresh()
    window.files.open(path)
    window.workspaces.document.remove_layer(0)
    window.workspaces.document.undo_stack.undo()
    first = menu.actions()[0]
    assert first.text() == "&1  mine && yours.cnnviz"
    window.workspaces.document.replace_stack(LENET5, "Open preset")
    window.workspaces.document.undo_stack.setClean()
    first.trigger()
    assert window.workspaces.document.stack == PRESETS["nin"].stack
    path.unlink()
    menu.refresh()
    assert not menu.actions()[0].isEnabled()
    menu.actions()[-1].trigger()
    menu.refresh()
    assert [action.text() for action in menu.actions()] == ["No files yet"]


def drop(window, data):
    action, nothing = Qt.DropAction.CopyAction, Qt.KeyboardModifier.NoModifier
    enter = QDragEnterEvent(QPointF(40, 400).toPoint(), action, data, LEFT, nothing)
    QApplication.sendEvent(window, enter)
    if enter.isAccepted():
        event = QDropEvent(QPointF(40, 400), action, data, LEFT, nothing)
        QApplication.sendEvent(window, event)
    return enter.isAccepted()


def test_a_file_dropped_on_the_window_is_opened(window, qtbot, tmp_path):
    path = tmp_path / "mine.cnnviz"
    save_stack(path, PRESETS["nin"].stack)
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    assert drop(window, data)
    qtbot.waitUntil(lambda: window.workspaces.document.path == path)
    assert window.workspaces.document.stack == PRESETS["nin"].stack


def test_other_things_cannot_be_dropped(window):
    data = QMimeData()
    data.setText("words")
    assert not drop(window, data)
    data.setUrls([QUrl("https://example.org/a.cnnviz")])
    assert not drop(window, data)
