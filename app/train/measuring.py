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
from app.state.data_sources import FashionSource, MnistSource, class_names_of
from app.state.subjects import Said
from app.train.part import TrainContext, TrainPart
from engine.data.dataset import Dataset
from engine.data.fitting import numbered_by
from engine.networks.network import Sequential
from engine.training.trainer import evaluate

CHUNK = 2000
TEST_HINT = (
    "How many of {title}'s 10,000 test images the network in Draw gets right. "
    "No choice is made on them."
)
NO_TEST_IMAGES = "This needs {title}: download it, or choose a folder."
OTHER_CLASSES = (
    "No test images are known of the classes {classes}, which this network learnt; classes are "
    "compared by their names."
)
BUSY = "This waits for the end of what is going on."
DIGITS = tuple(map(str, range(10)))


class MeasureWorker(Worker):
    """Counts how many test images a network classifies correctly.

    ``accuracy``, ``images`` and ``data_name`` are there once it has ended; ``accuracy`` is
    ``None`` if it was stopped before. It works on a copy of ``network``, whose classes are called
    ``class_names``.
    """

    def __init__(
        self,
        network: Sequential,
        load_test: Callable[[], Dataset],
        class_names: tuple[str, ...] = DIGITS,
    ) -> None:
        super().__init__()
        self._class_names = class_names
        self.network = network
        self.accuracy: float | None = None
        self.images = 0
        self.data_name = ""
        self._copy = network.copy()
        self._load_test = load_test

    def work(self) -> None:
        """Load the test images, then go through them in chunks."""
        with considerate():
            test = numbered_by(self._load_test(), self._class_names)
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
        self._is_busy = False
        self._said = Said(self._forget, self)
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
        """Let the user ask, unless something else runs or there is nothing to measure on, now."""
        can = self.context.networks.accepts_digits and self._test is not None
        self.context.view.measure.setEnabled(can and not is_busy)
        self._is_busy = is_busy
        self._show()

    @property
    def _test(self) -> MnistSource | None:
        """What has test images of the classes that the network learnt; ``None`` if nothing has."""
        known = (self.context.data.mnist, self.context.data.fashion)
        return next((one for one in known if one is not None and self._fits(one)), None)

    def _fits(self, source: MnistSource | type[MnistSource]) -> bool:
        return set(class_names_of(source)) <= set(self.context.networks.all_class_names)

    @property
    def _hints(self) -> tuple[str, str]:
        """What would be measured or why nothing can be, and the same for the button."""
        wanted = next((kind for kind in (MnistSource, FashionSource) if self._fits(kind)), None)
        if wanted is None:
            classes = ", ".join(self.context.networks.all_class_names)
            none_known = OTHER_CLASSES.format(classes=classes[:200])
            return none_known, none_known
        hint = TEST_HINT.format(title=wanted.title if self._test is None else self._test.title)
        return hint, hint if self._test is not None else NO_TEST_IMAGES.format(title=wanted.title)

    @Slot()
    def start(self) -> None:
        """Measure the network that Draw uses, as it was before any meddling."""
        test = self._test
        if test is not None and not self.is_running and self.context.view.measure.isEnabled():
            networks, self.text = self.context.networks, ""
            names = networks.all_class_names
            self._said.of(networks.opened)
            self._measuring.start(MeasureWorker(networks.original, test.load_test, names))
            self._tell()

    @Slot(object)
    def _on_ended(self, worker: MeasureWorker) -> None:
        if not self._said.holds:
            pass  # nobody asks about that network any more
        elif worker.error is not None:
            self.text = f"The test images could not be used: {worker.error}"
        elif worker.accuracy is not None:
            right = f"{100 * worker.accuracy:.2f} %"
            images = f"{worker.data_name}'s {worker.images:,} test images"
            self.text = f"Test accuracy: {right} of {images}"
            self._note(worker, worker.accuracy)
        self._tell()

    def _note(self, worker: MeasureWorker, accuracy: float) -> None:
        networks = self.context.networks
        if networks.record is not None:
            networks.set_record(
                replace(networks.record, test_accuracy=accuracy, test_data=worker.data_name)
            )

    def _forget(self) -> None:
        """Another network is in Draw: what is known, or being measured, is of the one before."""
        self.text = ""
        self._measuring.stop()

    @Slot()
    def _tell(self) -> None:
        self.changed.emit()
        self._show()

    def _show(self) -> None:
        networks, view = self.context.networks, self.context.view
        hint, button_hint = self._hints
        record = networks.record
        if self.is_running:
            text = "Measuring…"
        elif record is not None and record.test_accuracy is not None:
            right = f"{100 * record.test_accuracy:.2f} %"
            images = f"{record.test_data or 'MNIST'} test images"
            text = f"Test accuracy of {networks.title} in Draw: {right} ({images})"
        else:
            text = self.text or hint
        view.test_text.setText(text)
        view.measure.setToolTip(BUSY if self._is_busy else button_hint)
