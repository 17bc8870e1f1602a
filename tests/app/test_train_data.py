"""Train's data: opened, dropped, downloaded, in part, mixed with drawings; what goes wrong."""
# ruff: noqa: F811 - fixtures are imported under the names that tests ask for them by

import numpy as np
import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog

from app.panels.train_data import DATA_FOLDER
from app.settings import Settings
from app.viewmodels.data_choices import DataChoices
from app.viewmodels.my_drawings import drawings_folder
from app.viewmodels.run_jobs import facts_of, source_of
from app.workers.composed_data import ComposedSource, Composition
from app.workers.data import DrawingsSource, FileFacts, FileSource
from app.workers.reading import in_turn
from engine.data import memory
from engine.data.digits import digit_drawing
from engine.data.fashion import CLASS_NAMES
from engine.data.mixing import MixedDataset
from engine.data.own_drawings import DrawingStore
from engine.errors import DataError
from tests.app.small_data import BarsSource, bars
from tests.app.test_train import (  # noqa: F401 - fixtures
    Server,
    _no_data_and_no_proxy,
    click,
    make_panel,
    panel,
    small_mnist,
)

Image = pytest.importorskip("PIL.Image")
LEFT = Qt.MouseButton.LeftButton
TIMEOUT = 20_000


def never():
    return False


def ignore(*_):
    """Progress that nobody reads."""


@pytest.fixture
def npz(tmp_path):
    data = bars(120, 1)
    np.savez(tmp_path / "my.npz", x_train=data.images[:, 0], y_train=data.labels)
    return tmp_path / "my.npz"


@pytest.fixture
def shapes(tmp_path):
    """A folder of three classes, in colour and of another size."""
    for label, name in enumerate(("cat", "dog", "eel")):
        (tmp_path / "pets" / name).mkdir(parents=True)
        for number in range(10):
            pixels = np.zeros((20, 30, 3), np.uint8)
            pixels[5 * label + 3 : 5 * label + 6, 5:25] = (200, 20, 20)
            Image.fromarray(pixels).save(tmp_path / "pets" / name / f"{number}.png")
    return tmp_path / "pets"


@pytest.fixture
def store(settings):
    kept, rng = DrawingStore(drawings_folder(settings)), np.random.default_rng(0)
    for label in (0, 1, 1, 2):
        kept.add(digit_drawing(label, rng), label)
    return kept


def opened(qtbot, panel, path):
    with qtbot.waitSignal(panel.data.files.ended, timeout=TIMEOUT):
        panel.sources.open(path)


def start_and_wait(qtbot, panel):
    panel.form.run.boxes["epochs"].setValue(1)
    click(panel.form.start)
    qtbot.waitUntil(lambda: panel.session.result is not None, timeout=TIMEOUT)
    qtbot.waitUntil(lambda: not panel.session.is_active, timeout=TIMEOUT)


# Opening


def test_a_file_is_opened_by_its_button_and_trained_on(qtbot, panel, npz, monkeypatch):
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(npz), ""))
    with qtbot.waitSignal(panel.data.files.ended, timeout=TIMEOUT):
        click(panel.form.picker.file)
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
    assert "0.3 MB, 0.1 MB are free" in panel.view.notice.text
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
        from app.viewmodels.data_files import FILES  # noqa: PLC0415

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
            click(panel.form.picker.fashion)
    assert panel.view.notice.text == "Fashion-MNIST is here, checked, and ready to train on."
    assert panel.choices.source.key == "fashion"
    assert not panel.form.picker.fashion.isVisible()
    assert panel.form.picker.download.isVisible()
    assert panel.choices.source.load(20, 0, ignore, never).class_names == CLASS_NAMES
    panel.data.fashion.largest = panel.data.fashion.usual = 120  # of these small files
    panel.sources.choose_source("fashion")
    start_and_wait(qtbot, panel)
    assert panel.networks.record.data == "Fashion-MNIST"
    qtbot.waitUntil(panel.view.measure.isEnabled, timeout=TIMEOUT)
    click(panel.view.measure)
    qtbot.waitUntil(lambda: panel.networks.record.test_data == "Fashion-MNIST", timeout=TIMEOUT)
    assert "40 test images" in panel.measuring.measurement.text
    assert (tmp_path / "fashion-mnist").is_dir()
    assert not (tmp_path / "cache").exists()


def test_a_fashion_download_can_be_cancelled_and_leaves_nothing(qtbot, make_panel, tmp_path):
    with Server(small_mnist(), stalls=True) as server:
        panel = make_panel(fashion_download=server.download)
        click(panel.form.picker.fashion)
        click(panel.form.picker.cancel)
        with qtbot.waitSignal(panel.data.download_ended, timeout=TIMEOUT):
            server.may_go_on.set()
    assert panel.data.fashion is None
    assert not (tmp_path / "fashion-mnist").exists()


# Classes and drawings


def test_classes_are_kept_and_drawings_mixed_in_by_clicking(qtbot, panel, store):
    click(panel.form.picker.details)
    dialog = panel.composition.dialog
    qtbot.waitExposed(dialog)
    qtbot.waitUntil(dialog.images.isVisible, timeout=TIMEOUT)
    for label in range(2, 10):
        dialog.boxes[label].click()
    assert panel.choices.kept_classes == (0, 1)
    dialog.repeats.setValue(5)
    assert panel.form.picker.choice.text() == (
        "Only 0 and 1. Mixed with your drawings, each 5 times: 15 images more to train on."
    )
    dialog.boxes[0].click()
    assert dialog.boxes[0].isChecked()  # one class alone teaches nothing
    QTest.mouseClick(dialog.close_button, LEFT)
    start_and_wait(qtbot, panel)
    assert panel.networks.record.data == "Bars and my drawings"
    assert set(panel.session.mistakes.labels.tolist()) == {0, 1}
    job = panel.session.job
    data = job.source.load(job.images, 0, ignore, never)
    training, _ = data.split(job.validation_images, 0)
    assert len(training) == panel.choices.training_images
    assert set(training.labels.tolist()) == {0, 1}


def test_drawings_are_never_held_out():
    drawings = bars(4, 9)
    mixed = MixedDataset(
        np.concatenate((bars(30, 1).images, np.tile(drawings.images, (3, 1, 1, 1)))),
        np.concatenate((bars(30, 1).labels, np.tile(drawings.labels, 3))),
        "Both",
        "Both.",
        own=12,
    )
    training, held_out = mixed.split(10, 0)
    assert (len(training), len(held_out)) == (32, 10)
    own = {image.tobytes() for image in drawings.images}
    assert not own & {image.tobytes() for image in held_out.images}
    with pytest.raises(DataError, match="Between 1 and 29 of the 30 other images"):
        mixed.split(30, 0)


def test_a_composed_source_can_be_had_again_from_what_is_kept_of_a_run(
    panel,
    store,
    settings,
    npz,
    qtbot,
):
    opened(qtbot, panel, npz)
    panel.choices.keep_classes({3, 8})
    panel.choices.set_own_repeats(2)
    job = panel.choices.job(panel.document.stack)
    data = facts_of(job).data
    again = source_of(data, DataChoices(settings=Settings(settings.folder / "other.ini")))
    assert isinstance(again, ComposedSource)
    assert again.composition == job.source.composition
    assert again.composition.classes == (3, 8)


def test_more_classes_than_outputs_are_said_with_a_way_out(qtbot, panel, tmp_path):
    data = bars(130, 1)
    np.savez(tmp_path / "many.npz", x=data.images[:, 0], y=np.arange(130) % 13)
    opened(qtbot, panel, tmp_path / "many.npz")
    assert "many has 13 classes; the network has 10 outputs" in panel.form.picker.problem.text()
    source = ComposedSource(panel.choices.source, Composition())
    with pytest.raises(DataError, match="has 13 classes; this network has 10 outputs"):
        source.load(130, 0, ignore, never)
    panel.choices.keep_classes({10, 11, 12})
    kept = ComposedSource(panel.choices.source, Composition((10, 11, 12)))
    data = kept.load(130, 0, ignore, never)
    assert (data.classes, sorted(set(data.labels.tolist()))) == (10, [0, 1, 2])
    assert data.name_of(0) == "10"


def test_own_drawings_are_a_source_of_their_own(store):
    source = DrawingsSource(store.folder)
    assert source.largest == 4
    assert source.load(4, 0, ignore, never).labels.tolist() == [0, 1, 1, 2]
    assert "4 drawings that you kept" in source.about


def test_drawings_do_not_go_with_clothes(panel, store, qtbot, shapes):
    panel.choices.set_own_repeats(3)
    assert panel.choices.own_images == 12
    opened(qtbot, panel, shapes)
    assert panel.choices.own_images == 0
    click(panel.form.picker.details)
    dialog = panel.composition.dialog
    assert not dialog.repeats.isEnabled()
    assert "cannot be mixed with other classes" in dialog.mix_words.text()
    assert [box.text() for box in dialog.boxes] == ["cat", "dog", "eel"]
    dialog.close()


def test_samples_take_the_classes_in_turn_and_show_in_the_preview(qtbot, panel):
    few = in_turn(bars(50, 0), 12)
    assert few.labels.tolist() == [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 1]
    panel.form.more.toggle.setChecked(True)
    panel.form.more.augments.setChecked(True)
    qtbot.waitUntil(lambda: "Bars" in panel.form.more.preview_text.text(), timeout=TIMEOUT)
    shown = panel.form.more.preview.images
    assert shown.shape == (3, 6, 28, 28)
    assert (shown[0, 2, 7:10, 4:24] == 230).all()


def test_a_failed_file_at_the_start_of_a_run_is_said(qtbot, panel, tmp_path):
    facts = FileFacts(str(tmp_path / "gone.npz"), "gone", "Gone.", 100)
    panel.data.files._sources = [FileSource(facts)]
    panel.sources.choose_source(FileSource(facts).key)
    click(panel.form.start)
    qtbot.waitUntil(lambda: panel.session.result is not None, timeout=TIMEOUT)
    assert panel.view.notice.kind == "error"
    assert "There is no file" in panel.view.notice.text


def test_bars_stay_what_they_were():
    assert len(BarsSource().load(20, 0, ignore, never)) == 20
