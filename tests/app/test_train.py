"""Train: real clicks and keys from Start to the network that Draw uses, and everything between."""

import gzip
import hashlib
import struct
import threading
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog

from app.document import StackDocument
from app.panels.train import TrainPanel
from app.settings import Settings
from app.viewmodels.data_choices import DataChoices
from app.viewmodels.networks import NetworkHolder
from app.viewmodels.training_choices import SOURCE
from app.viewmodels.training_session import SessionState
from engine.architectures import PRESETS
from engine.data.download import PublishedFile
from engine.data.mnist import download_mnist
from tests.app.small_data import BarsSource, bars

LEFT = Qt.MouseButton.LeftButton
CTRL = Qt.KeyboardModifier.ControlModifier
TIMEOUT = 20_000
NAMES = [
    "train-images-idx3-ubyte.gz",
    "train-labels-idx1-ubyte.gz",
    "t10k-images-idx3-ubyte.gz",
    "t10k-labels-idx1-ubyte.gz",
]


def small_mnist() -> dict[str, bytes]:
    """Four files in MNIST's format: 120 images to train on, 40 to test with."""
    files = {}
    for part, count in (("train", 120), ("t10k", 40)):
        data = bars(count, seed=len(part))
        header = struct.pack(">IIII", 0x803, count, 28, 28)
        files[f"{part}-images-idx3-ubyte.gz"] = gzip.compress(header + data.images.tobytes())
        header = struct.pack(">II", 0x801, count)
        labels = data.labels.astype(np.uint8).tobytes()
        files[f"{part}-labels-idx1-ubyte.gz"] = gzip.compress(header + labels)
    return files


class Server:
    """Serves files on the loopback interface; with ``stalls``, the first half of each only."""

    def __init__(self, files: dict[str, bytes], *, stalls: bool = False) -> None:
        may_go_on = self.may_go_on = threading.Event()

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                content = files[self.path.rsplit("/", 1)[1]]
                self.send_response(200)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                half = len(content) // 2
                self.wfile.write(content[:half])
                if stalls:
                    self.wfile.flush()
                    may_go_on.wait()
                self.wfile.write(content[half:])

            def log_message(self, *_args) -> None:
                """Keep quiet."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = False
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.01,))
        published = [
            PublishedFile(name, hashlib.sha256(content).hexdigest(), len(content))
            for name, content in files.items()
        ]
        url = f"http://127.0.0.1:{self.server.server_port}/"
        self.download = partial(download_mnist, mirrors=(url,), files=published)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_args) -> None:
        self.may_go_on.set()
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


@pytest.fixture(autouse=True)
def _no_data_and_no_proxy(monkeypatch, tmp_path):
    monkeypatch.delenv("CNNVIZ_DATA", raising=False)
    monkeypatch.setenv("NO_PROXY", "*")
    monkeypatch.setattr("engine.data.mnist.cache_directory", lambda: tmp_path / "cache")


@pytest.fixture
def make_panel(qtbot, look, settings, tmp_path):
    panels = []

    def make(**options) -> TrainPanel:
        settings.set(SOURCE, "bars")
        data = DataChoices(more=(BarsSource(),), cache=tmp_path / "cache", **options)
        document = StackDocument(PRESETS["simplecnn"].stack)
        panel = TrainPanel(document, NetworkHolder(), settings, data=data)
        panels.append(panel)
        qtbot.addWidget(panel)
        panel.resize(1216, 644)
        panel.show()
        qtbot.waitExposed(panel)
        panel.activateWindow()
        return panel

    yield make
    for panel in panels:
        assert panel.stop_and_join(TIMEOUT)
        panel.hide()


@pytest.fixture
def panel(make_panel):
    return make_panel()


def click(button) -> None:
    assert button.isEnabled()
    QTest.mouseClick(button, LEFT)


def type_into(box, text: str) -> None:
    box.setFocus()
    box.selectAll()
    QTest.keyClicks(box, text)
    QTest.keyClick(box, Qt.Key.Key_Tab)


def start_long_run(qtbot, panel: TrainPanel) -> None:
    type_into(panel.form.run.boxes["epochs"], "900")
    click(panel.form.start)
    qtbot.waitUntil(lambda: panel.view.plots[0].point_counts[0] > 0, timeout=TIMEOUT)


def state_of(panel: TrainPanel) -> SessionState:
    return panel.session.state


def test_start_leads_to_points_on_the_curves_and_a_network_in_draw(qtbot, panel):
    type_into(panel.form.run.boxes["epochs"], "2")
    type_into(panel.form.run.boxes["batch_size"], "16")
    with qtbot.waitSignal(panel.session.ended, timeout=TIMEOUT):
        click(panel.form.start)
    assert [plot.point_counts for plot in panel.view.plots] == [(28, 2), (28, 2)]
    assert panel.networks.accepts_digits
    assert panel.networks.record.epochs == 2
    assert panel.view.notice.kind == "success"
    assert "Draw now uses SimpleCNN" in panel.view.notice.text
    assert panel.view.status.headline.text() == "Finished"
    assert panel.view.status.bar.share == 1.0


def test_every_epoch_is_a_row_and_the_best_is_marked(qtbot, panel):
    type_into(panel.form.run.boxes["epochs"], "3")
    with qtbot.waitSignal(panel.session.ended, timeout=TIMEOUT):
        click(panel.form.start)
    model = panel.view.epochs.model()
    rows = [
        [model.index(row, column).data() for column in range(6)] for row in range(model.rowCount())
    ]
    assert [row[0].removeprefix("best").strip() for row in rows] == ["1", "2", "3"]
    assert sum(row[0].startswith("best") for row in rows) == 1
    last = panel.session.curves.epochs[-1]
    assert rows[2][4] == f"{100 * last.validation_accuracy:.2f} %"


def test_after_the_run_one_can_go_on_to_draw(qtbot, panel):
    type_into(panel.form.run.boxes["epochs"], "1")
    with qtbot.waitSignal(panel.session.ended, timeout=TIMEOUT):
        QTest.keyClick(panel, Qt.Key.Key_Return, CTRL)
    with qtbot.waitSignal(panel.workspace_wanted) as wanted:
        click(panel.view.notice.buttons[0])
    assert wanted.args == ["draw"]


def test_pause_and_resume_by_button_and_key(qtbot, panel):
    start_long_run(qtbot, panel)
    click(panel.form.pause)
    assert state_of(panel) is SessionState.PAUSED
    assert panel.form.pause.text() == "Resume"
    qtbot.waitUntil(panel.session._worker.control.is_waiting, timeout=TIMEOUT)
    panel.session._collect()
    held = panel.session.curves.batches
    QTest.keyClick(panel, Qt.Key.Key_Space)
    assert state_of(panel) is SessionState.RUNNING
    qtbot.waitUntil(lambda: panel.session.curves.batches > held, timeout=TIMEOUT)
    QTest.keyClick(panel.form.pause, Qt.Key.Key_Space)
    assert state_of(panel) is SessionState.PAUSED


def test_settings_are_locked_during_a_run_and_free_after_a_stop(qtbot, panel):
    start_long_run(qtbot, panel)
    assert not panel.form.run.boxes["epochs"].isEnabled()
    assert not panel.form.start.isEnabled()
    with qtbot.waitSignal(panel.session.ended, timeout=TIMEOUT):
        QTest.keyClick(panel, Qt.Key.Key_Period, CTRL)
    assert panel.form.run.boxes["epochs"].isEnabled()
    assert panel.form.start.isEnabled()
    assert not panel.form.stop.isEnabled()
    assert panel.view.notice.text.startswith("Stopped after")
    assert panel.networks.has_network


def test_a_stopped_run_leaves_its_curves_and_can_be_started_again(qtbot, panel):
    start_long_run(qtbot, panel)
    with qtbot.waitSignal(panel.session.ended, timeout=TIMEOUT):
        click(panel.form.stop)
    assert panel.view.plots[0].point_counts[0] == panel.session.curves.batches
    start_long_run(qtbot, panel)
    assert panel.view.notice.text == ""


def test_build_edits_a_copy_while_a_network_trains(qtbot, panel):
    start_long_run(qtbot, panel)
    started = panel.session.stack
    panel.document.remove_layer(0)
    assert panel.session.stack == started
    assert "Build edits a copy" in panel.view.status.note.text()
    with qtbot.waitSignal(panel.session.ended, timeout=TIMEOUT):
        click(panel.form.stop)
    assert panel.networks.network.stack == started
    assert not panel.view.status.note.isVisible()


def test_closing_during_a_run_joins(qtbot, panel):
    start_long_run(qtbot, panel)
    thread = panel.session._thread
    assert panel.stop_and_join(TIMEOUT)
    assert thread._thread.isFinished()
    assert state_of(panel) is SessionState.IDLE


def test_a_run_goes_on_unseen_and_is_caught_up_with(qtbot, panel):
    start_long_run(qtbot, panel)
    panel.hide()
    seen = panel.view.plots[0].point_counts[0]
    qtbot.waitUntil(lambda: panel.session.curves.batches > seen + 20, timeout=TIMEOUT)
    assert panel.view.plots[0].point_counts[0] == seen
    panel.show()
    assert panel.view.plots[0].point_counts[0] > seen + 20


def test_divergence_says_where_and_what_to_try_and_keeps_finite_weights(qtbot, panel):
    type_into(panel.form.run.boxes["learning_rate"], "10000")
    with qtbot.waitSignal(panel.session.ended, timeout=TIMEOUT):
        click(panel.form.start)
    notice = panel.view.notice
    assert notice.kind == "error"
    assert "batch" in notice.text
    assert "layer" in notice.text
    assert "1000" in notice.text  # a smaller learning rate to try
    assert "Draw still has the network from before" in notice.text
    assert not panel.networks.has_network
    click(notice.buttons[0])
    assert np.isfinite(panel.networks.network.parameters).all()


def test_a_faulty_stack_disables_start_says_why_and_leads_to_build(qtbot, panel):
    layers = len(panel.document.stack.layers)
    panel.document.remove_layer(layers - 1)
    assert not panel.form.start.isEnabled()
    assert "10 classes" in panel.view.notice.text
    QTest.keyClick(panel, Qt.Key.Key_Return, CTRL)
    assert state_of(panel) is SessionState.IDLE
    with qtbot.waitSignal(panel.workspace_wanted) as wanted:
        click(panel.view.notice.buttons[0])
    assert wanted.args == ["build"]
    panel.document.undo_stack.undo()
    assert panel.form.start.isEnabled()
    assert panel.view.notice.text == ""


def test_settings_are_remembered(qtbot, panel, settings, tmp_path):
    type_into(panel.form.run.boxes["learning_rate"], "0.0125")
    type_into(panel.form.more.others.boxes["seed"], "77")
    type_into(panel.form.images.boxes["images"], "400")
    type_into(panel.form.images.boxes["validation"], "60")
    settings.save()
    again = TrainPanel(
        StackDocument(),
        NetworkHolder(),
        Settings(tmp_path / "settings.ini"),
        data=DataChoices(more=(BarsSource(),), cache=tmp_path / "cache"),
    )
    qtbot.addWidget(again)
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
    assert [combo.itemText(row) for row in range(combo.count())] == ["Bars", "Generated digits"]
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
    assert panel.networks.record.data == "Generated digits"


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
    assert all("Press Start" in plot.empty_text for plot in panel.view.plots)


def test_mnist_is_downloaded_trained_on_and_tested_with(qtbot, make_panel):
    with Server(small_mnist()) as server:
        panel = make_panel(download=server.download)
        assert not panel.view.measure.isEnabled()
        with qtbot.waitSignal(panel.data.download_ended, timeout=TIMEOUT):
            click(panel.form.picker.download)
    assert panel.view.notice.kind == "success"
    assert panel.choices.source.title == "MNIST"
    assert not panel.form.picker.download.isVisible()
    type_into(panel.form.images.boxes["images"], "120")
    with qtbot.waitSignal(panel.session.ended, timeout=TIMEOUT):
        click(panel.form.start)
    assert panel.networks.record.test_data == ""
    with qtbot.waitSignal(panel.measuring.measurement.ended, timeout=TIMEOUT):
        click(panel.view.measure)
    accuracy = panel.networks.record.test_accuracy
    assert accuracy is not None
    assert accuracy > 0.9
    assert panel.view.test_text.text().startswith("Test accuracy of SimpleCNN in Draw")


def test_a_download_can_be_cancelled_and_leaves_nothing(qtbot, make_panel, tmp_path):
    with Server(small_mnist(), stalls=True) as server:
        panel = make_panel(download=server.download)
        click(panel.form.picker.download)
        assert panel.form.picker.cancel.isVisible()
        assert not panel.form.picker.download.isVisible()
        click(panel.form.picker.cancel)
        with qtbot.waitSignal(panel.data.download_ended, timeout=TIMEOUT):
            server.may_go_on.set()
    assert panel.form.picker.download.isVisible()
    assert not (tmp_path / "cache").exists()
    assert panel.view.notice.text == ""


def test_a_download_that_fails_says_why(qtbot, make_panel):
    files = small_mnist()
    with Server(files) as server:
        files[NAMES[0]] = b"something else"
        panel = make_panel(download=server.download)
        with qtbot.waitSignal(panel.data.download_ended, timeout=TIMEOUT):
            click(panel.form.picker.download)
    assert panel.view.notice.kind == "error"
    assert "checksum" in panel.view.notice.text
    assert panel.data.mnist is None


def test_a_folder_is_chosen(qtbot, panel, monkeypatch, tmp_path):
    for name, content in small_mnist().items():
        (tmp_path / name).write_bytes(content)
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_args: str(tmp_path))
    click(panel.form.picker.folder)
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


def test_at_double_scale_nothing_is_squeezed(panel, look):
    look.set_scale(2.0)
    for plot in panel.view.plots:
        assert plot.height() >= 300
    buttons = (panel.form.start, panel.form.pause, panel.form.stop)
    assert all(button.width() >= button.sizeHint().width() for button in buttons)
