"""What Train learns from: how many images, held out, generated, downloaded or in a folder."""

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog

from app.train.runs.page import TrainRuns
from app.train.training_session import SessionState
from tests.app.train.driving import (
    TIMEOUT,
    click,
    entries,
    part_of,
    state_of,
    take_entry,
    type_into,
)
from tests.app.train.small_mnist import NAMES, Server, small_mnist


def test_settings_are_remembered(panel, panel_again):
    type_into(panel.form.run.boxes["learning_rate"], "0.0125")
    type_into(panel.form.more.others.boxes["seed"], "77")
    type_into(panel.form.images.boxes["images"], "400")
    type_into(panel.form.images.boxes["validation"], "60")
    again = panel_again()
    assert again.form.run.value("learning_rate") == 0.0125
    assert again.form.more.others.whole("seed") == 77
    assert again.form.images.whole("images") == 400
    assert again.form.images.whole("validation") == 60


def test_no_more_than_half_of_the_images_are_held_out(panel):
    type_into(panel.form.images.boxes["images"], "40")
    type_into(panel.form.images.boxes["validation"], "20")
    assert panel.form.images.whole("validation") == 20
    assert panel.form.images.boxes["validation"].maximum() == 20
    assert panel.view.status.figures.text() == "20 images in 1 batch an epoch"


def test_what_is_held_out_follows_to_a_fifth_when_it_no_longer_fits(panel):
    form = panel.form
    QTest.keyClick(form.picker.combo, Qt.Key.Key_Down)
    assert (form.images.whole("images"), form.images.whole("validation")) == (10_000, 1000)
    assert "9,000 to train on, 1,000 held out" in form.validation_note.text()
    type_into(form.images.boxes["images"], "1000")
    assert form.images.whole("validation") == 200
    assert "800 to train on, 200 held out" in form.validation_note.text()
    job = panel.choices.job(panel.document.stack)
    assert (job.images, job.validation_images) == (1000, 200)
    type_into(form.images.boxes["validation"], "300")
    assert "700 to train on, 300 held out" in form.validation_note.text()
    type_into(form.images.boxes["images"], "20")
    assert "10 to train on, 10 held out" in form.validation_note.text()


def test_each_source_says_what_it_is_and_has_numbers_of_its_own(panel):
    combo = panel.form.picker.combo
    assert [combo.itemText(row) for row in (0, 1)] == ["Bars", "Generated digits"]
    assert entries(panel)[:3] == ["Choose classes…", "Open a file…", "Open a folder…"]
    QTest.keyClick(combo, Qt.Key.Key_Down)
    assert panel.choices.source.key == "generated"
    assert "strokes" in panel.form.picker.about.text()
    assert panel.form.images.whole("images") == 10_000
    QTest.keyClick(combo, Qt.Key.Key_Up)
    assert panel.form.images.whole("images") == 240


def test_generated_digits_are_made_with_progress_and_then_trained_on(qtbot, panel):
    QTest.keyClick(panel.form.picker.combo, Qt.Key.Key_Down)
    type_into(panel.form.images.boxes["images"], "60")
    type_into(panel.form.run.boxes["epochs"], "1")
    with qtbot.waitSignal(panel.session.ended, timeout=TIMEOUT):
        click(panel.form.start)
    runs = part_of(panel, TrainRuns).store.runs
    assert [run.facts.data.name for run in runs] == ["Generated digits"]


def test_generating_can_be_stopped(qtbot, panel):
    QTest.keyClick(panel.form.picker.combo, Qt.Key.Key_Down)
    type_into(panel.form.images.boxes["images"], "100000")
    click(panel.form.start)
    assert state_of(panel) is SessionState.PREPARING
    assert panel.view.status.headline.text() == "Preparing the images"
    assert all("being prepared" in plot.empty_text for plot in panel.view.plots)
    with qtbot.waitSignal(panel.session.ended, timeout=TIMEOUT):
        click(panel.form.stop)
    assert not panel.networks.has_network
    assert all("Train this stack" in plot.empty_text for plot in panel.view.plots)


def test_mnist_is_downloaded_trained_on_and_tested_with(qtbot, make_panel):
    with Server(small_mnist()) as server:
        panel = make_panel(download=server.download)
        assert not panel.view.measure.isEnabled()
        with qtbot.waitSignal(panel.data.download_ended, timeout=TIMEOUT):
            take_entry(panel, "mnist")
    assert panel.view.notice.kind == "success"
    assert panel.choices.source.title == "MNIST"
    assert "Download MNIST, 11.6 MB…" not in entries(panel)
    type_into(panel.form.images.boxes["images"], "120")
    with qtbot.waitSignal(panel.session.ended, timeout=TIMEOUT):
        click(panel.form.start)
    assert panel.networks.record.test_data == ""
    click(panel.view.measure)
    qtbot.waitUntil(lambda: not panel.measuring.is_running, timeout=TIMEOUT)
    accuracy = panel.networks.record.test_accuracy
    assert accuracy is not None
    assert accuracy > 0.9
    assert panel.view.test_text.text().startswith("Test accuracy of SimpleCNN in Draw")


def test_a_download_can_be_cancelled_and_leaves_nothing(qtbot, make_panel, tmp_path):
    with Server(small_mnist(), stalls=True) as server:
        panel = make_panel(download=server.download)
        take_entry(panel, "mnist")
        assert panel.form.picker.cancel.isVisible()
        assert "Download MNIST, 11.6 MB…" not in entries(panel)
        click(panel.form.picker.cancel)
        with qtbot.waitSignal(panel.data.download_ended, timeout=TIMEOUT):
            server.may_go_on.set()
    assert "Download MNIST, 11.6 MB…" in entries(panel)
    assert not (tmp_path / "cache").exists()
    assert panel.view.notice.text == ""


def test_a_download_that_fails_says_why(qtbot, make_panel):
    files = small_mnist()
    with Server(files) as server:
        files[NAMES[0]] = b"something else"
        panel = make_panel(download=server.download)
        with qtbot.waitSignal(panel.data.download_ended, timeout=TIMEOUT):
            take_entry(panel, "mnist")
    assert panel.view.notice.kind == "error"
    assert "checksum" in panel.view.notice.text
    assert panel.data.mnist is None


def test_a_folder_is_chosen(qtbot, panel, monkeypatch, tmp_path):
    for name, content in small_mnist().items():
        (tmp_path / name).write_bytes(content)
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_args: str(tmp_path))
    take_entry(panel, "folder")
    assert panel.data.mnist is not None
    assert panel.choices.source.title == tmp_path.name  # these are not the published files
    assert panel.form.images.whole("images") == 120


def test_a_folder_without_the_files_changes_nothing_and_is_told(qtbot, panel, tmp_path):
    (tmp_path / "empty").mkdir()
    with qtbot.waitSignal(panel.data.files.ended, timeout=TIMEOUT):
        panel.sources.open(tmp_path / "empty")
    assert panel.view.notice.kind == "error"
    assert "labels are missing" in panel.view.notice.text
    assert panel.data.mnist is None
    assert panel.choices.source.key == "bars"
