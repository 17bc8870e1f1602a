"""The test at the end: how many of MNIST's test images the network in Draw gets right.

It is made only when asked for, and labelled; no choice is made on these images.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QObject, Signal, Slot

from app.jobs.background import Background
from app.jobs.considerate import considerate
from app.jobs.thread import Worker
from app.state.data_sources import FashionSource, MnistSource
from app.train.part import TrainContext, TrainPart
from engine.data.dataset import Dataset
from engine.networks.network import Sequential
from engine.training.trainer import evaluate

CHUNK = 2000
TEST_HINT = (
    "How many of MNIST's 10,000 test images the network in Draw gets right. "
    "No choice is made on them."
)
NO_TEST_IMAGES = "This needs MNIST: download it, or choose a folder."


class MeasureWorker(Worker):
    """Counts how many test images a network classifies correctly.

    ``accuracy``, ``images`` and ``data_name`` are there once it has ended; ``accuracy`` is
    ``None`` if it was stopped before. It works on a copy of ``network``.
    """

    def __init__(self, network: Sequential, load_test: Callable[[], Dataset]) -> None:
        super().__init__()
        self.network = network
        self.accuracy: float | None = None
        self.images = 0
        self.data_name = ""
        self._copy = network.copy()
        self._load_test = load_test

    def work(self) -> None:
        """Load the test images, then go through them in chunks."""
        with considerate():
            test = self._load_test()
            correct = 0
            for start in range(0, len(test), CHUNK):
                if self.control.is_stopped():
                    return
                part = slice(start, start + CHUNK)
                chunk = replace(test, images=test.images[part], labels=test.labels[part])
                _, accuracy = evaluate(self._copy, chunk)
                correct += round(accuracy * len(chunk))
            self.images, self.data_name = len(test), test.name
            self.accuracy = correct / len(test)


class TrainMeasuring(TrainPart):
    """Measures when asked, says what came of it, and notes it in the network's training record.

    Attributes:
        text: The last result, or what went wrong.

    Signals:
        changed: A measurement has begun or ended, or Draw has another network.
    """

    changed = Signal()

    def __init__(self, context: TrainContext, parent: QObject) -> None:
        super().__init__(context, parent)
        self.text = ""
        self._measuring = Background[MeasureWorker](self)
        self._measuring.ended.connect(self._on_ended)
        context.view.measure.clicked.connect(self.start)
        context.networks.network_changed.connect(self._tell)
        self._show()

    @property
    def is_running(self) -> bool:
        """Whether images are being recognised."""
        return self._measuring.is_running

    def allow(self, *, is_busy: bool) -> None:
        """Let the user ask, unless something else runs or there is nothing to measure on."""
        can = self.context.networks.accepts_digits and self._test is not None
        self.context.view.measure.setEnabled(can and not is_busy)

    @property
    def _test(self) -> MnistSource | None:
        """What has the test images: clothes for a network that learnt clothes, else MNIST."""
        record, data = self.context.networks.record, self.context.data
        learnt_clothes = record is not None and record.data == FashionSource.title
        return data.fashion if learnt_clothes else data.mnist

    @Slot()
    def start(self) -> None:
        """Measure the network that Draw uses, as it was before any meddling."""
        test = self._test
        if test is not None and not self.is_running and self.context.view.measure.isEnabled():
            self._measuring.start(MeasureWorker(self.context.networks.original, test.load_test))
            self._tell()

    @Slot(object)
    def _on_ended(self, worker: MeasureWorker) -> None:
        if worker.error is not None:
            self.text = f"The test images could not be used: {worker.error}"
        elif worker.accuracy is not None:
            right = f"{100 * worker.accuracy:.2f} %"
            images = f"{worker.data_name}'s {worker.images:,} test images"
            self.text = f"Test accuracy: {right} of {images}"
            self._note(worker, worker.accuracy)
        self._tell()

    def _note(self, worker: MeasureWorker, accuracy: float) -> None:
        networks = self.context.networks
        is_same = networks.has_network and networks.original is worker.network
        if is_same and networks.record is not None:
            networks.set_record(
                replace(networks.record, test_accuracy=accuracy, test_data=worker.data_name)
            )

    @Slot()
    def _tell(self) -> None:
        self.changed.emit()
        self._show()

    def _show(self) -> None:
        networks, view, test = self.context.networks, self.context.view, self._test
        record = networks.record
        if self.is_running:
            text = "Measuring…"
        elif record is not None and record.test_accuracy is not None:
            right = f"{100 * record.test_accuracy:.2f} %"
            images = f"{record.test_data or 'MNIST'} test images"
            text = f"Test accuracy of {networks.title} in Draw: {right} ({images})"
        else:
            text = self.text or TEST_HINT
        view.test_text.setText(text)
        hint = TEST_HINT if test is None else TEST_HINT.replace("MNIST", test.title)
        view.measure.setToolTip(NO_TEST_IMAGES if test is None else hint)
