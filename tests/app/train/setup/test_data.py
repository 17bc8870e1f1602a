"""Data of one's own in Train: files and folders opened, remembered, dropped; Fashion-MNIST."""

import json
from dataclasses import asdict

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QFileDialog

from app.state.data_sources import FileFacts, FileSource
from app.state.settings import Settings
from app.train.choosing_data import DATA_FOLDER
from app.train.setup.data_choices import DataChoices
from app.train.setup.data_files import FILES
from engine.basics import memory
from engine.basics.errors import DataError
from engine.data.fashion import CLASS_NAMES
from tests.app.train.driving import LEFT, TIMEOUT, click, entries, take_entry
from tests.app.train.files import ignore, never, opened, start_and_wait
from tests.app.train.small_mnist import Server, small_mnist

# Opening


def test_a_file_is_opened_by_its_button_and_trained_on(qtbot, panel, npz, monkeypatch):
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(npz), ""))
    with qtbot.waitSignal(panel.data.files.ended, timeout=TIMEOUT):
        take_entry(panel, "file")
    assert panel.form.picker.combo.currentText() == "my"
    assert panel.form.picker.about.text() == "The 120 images of my.npz."
    assert panel.form.images.whole("images") == 120
    start_and_wait(qtbot, panel)
    assert panel.session.result.is_in_use
    assert panel.networks.record.data == "my"


def test_a_folder_by_class_is_said_and_trained_on_with_ten_outputs(qtbot, panel, shapes):
    opened(qtbot, panel, shapes)
    assert "30 images were scaled to 28×28. 30 images were colour" in panel.view.notice.text
    assert panel.choices.source.class_names == ("cat", "dog", "eel")
    start_and_wait(qtbot, panel)
    assert panel.networks.network.stack == panel.document.stack
    mistakes = panel.session.mistakes
    assert mistakes.name_of(1) == "1 dog"


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.csv", b"1,0,0,0,0\n2,0,0,x,0\n", "line 2, column 4"),
        ("a.npz", b"PK\x03\x04 broken", "damaged or no NumPy archive"),
        ("a.idx", b"\x00\x00\x08\x03", "labels for a.idx are missing"),
        ("a.txt", b"hello\n", "a.txt"),
    ],
)
def test_what_cannot_be_read_is_said_and_changes_nothing(
    qtbot,
    panel,
    tmp_path,
    name,
    content,
    message,
):
    (tmp_path / name).write_bytes(content)
    opened(qtbot, panel, tmp_path / name)
    assert panel.view.notice.kind == "error"
    assert message in panel.view.notice.text
    assert panel.choices.source.key == "bars"
    assert panel.data.files.sources == ()


def test_a_data_set_larger_than_memory_is_refused_with_the_numbers(
    qtbot,
    panel,
    npz,
    monkeypatch,
):
    monkeypatch.setattr(memory, "free_memory", lambda: 100_000)
    opened(qtbot, panel, npz)
    assert "KiB, 97.7 KiB are free" in panel.view.notice.text
    assert panel.choices.source.key == "bars"


def test_what_was_opened_is_offered_again_and_read_when_it_is_needed(
    qtbot,
    panel,
    npz,
    settings,
):
    opened(qtbot, panel, npz)
    settings.save()
    again = DataChoices(settings=settings)
    source = again.files.sources[0]
    assert source.key == panel.choices.source_key
    assert (source.title, source.largest) == ("my", 120)
    assert len(source.load(50, 0, ignore, never)) == 50
    npz.unlink()
    lost = FileSource(source.facts)
    with pytest.raises(DataError, match="There is no file"):
        lost.load(50, 0, ignore, never)


def test_remembered_files_that_make_no_sense_are_dropped(tmp_path):
    settings = Settings(tmp_path / "settings.ini")
    for text in ("[1, {}]", "nonsense", '{"a": 1}'):
        settings.set(DATA_FOLDER, text)
        settings.set(FILES, text)
        assert DataChoices(settings=settings).files.sources == ()


def test_a_dropped_folder_is_opened_and_other_files_are_left_to_the_window(
    qtbot,
    panel,
    shapes,
    tmp_path,
):
    def drop(path):
        data = QMimeData()
        data.setUrls([QUrl.fromLocalFile(str(path))])
        copy, none = Qt.DropAction.CopyAction, Qt.KeyboardModifier.NoModifier
        enter = QDragEnterEvent(QPoint(50, 50), copy, data, LEFT, none)
        enter.ignore()
        QApplication.sendEvent(panel, enter)
        if not enter.isAccepted():
            return False
        event = QDropEvent(QPointF(50, 50), copy, data, LEFT, none)
        with qtbot.waitSignal(panel.data.files.ended, timeout=TIMEOUT):
            QApplication.sendEvent(panel, event)
        return True

    stack = tmp_path / "stack.json"
    stack.write_text("{}")
    assert not drop(stack)
    assert drop(shapes)
    assert panel.choices.source.title == "pets"


# Fashion-MNIST


def test_fashion_mnist_is_downloaded_and_its_classes_have_names(qtbot, make_panel, tmp_path):
    with Server(small_mnist()) as server:
        panel = make_panel(fashion_download=server.download)
        with qtbot.waitSignal(panel.data.download_ended, timeout=TIMEOUT):
            take_entry(panel, "fashion")
    assert panel.view.notice.text == "Fashion-MNIST is here, checked, and ready to train on."
    assert panel.choices.source.key == "fashion"
    assert "Download Fashion-MNIST, 30.9 MB…" not in entries(panel)
    assert "Download MNIST, 11.6 MB…" in entries(panel)
    assert panel.choices.source.load(20, 0, ignore, never).class_names == CLASS_NAMES
    panel.data.fashion.largest = panel.data.fashion.usual = 120  # of these small files
    panel.sources.choose_source("fashion")
    start_and_wait(qtbot, panel)
    assert panel.networks.record.data == "Fashion-MNIST"
    qtbot.waitUntil(panel.view.measure.isEnabled, timeout=TIMEOUT)
    click(panel.view.measure)
    qtbot.waitUntil(lambda: panel.networks.record.test_data == "Fashion-MNIST", timeout=TIMEOUT)
    assert "40 test images" in panel.measuring.text
    assert (tmp_path / "fashion-mnist").is_dir()
    assert not (tmp_path / "cache").exists()


def test_a_fashion_download_can_be_cancelled_and_leaves_nothing(qtbot, make_panel, tmp_path):
    with Server(small_mnist(), stalls=True) as server:
        panel = make_panel(fashion_download=server.download)
        take_entry(panel, "fashion")
        click(panel.form.picker.cancel)
        with qtbot.waitSignal(panel.data.download_ended, timeout=TIMEOUT):
            server.may_go_on.set()
    assert panel.data.fashion is None
    assert not (tmp_path / "fashion-mnist").exists()


# Classes and drawings


def test_a_failed_file_at_the_start_of_a_run_is_said(qtbot, panel, tmp_path):
    facts = FileFacts(str(tmp_path / "gone.npz"), "gone", "Gone.", 100)
    panel.settings.set(FILES, json.dumps([asdict(facts)]))
    panel.data.use_settings(panel.settings)
    panel.sources.choose_source(FileSource(facts).key)
    click(panel.form.start)
    qtbot.waitUntil(lambda: panel.session.result is not None, timeout=TIMEOUT)
    assert panel.view.notice.kind == "error"
    assert "There is no file" in panel.view.notice.text
