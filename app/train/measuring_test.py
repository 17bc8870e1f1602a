"""The test at the end: how many of MNIST's test images the network in Draw gets right."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal, Slot

from app.state.data_sources import FashionSource, MnistSource
from app.state.networks import NetworkHolder
from app.train.measurement import Measurement
from app.train.setup.data_choices import DataChoices
from app.train.training_view import TrainingView

TEST_HINT = (
    "How many of MNIST's 10,000 test images the network in Draw gets right. "
    "No choice is made on them."
)
NO_TEST_IMAGES = "This needs MNIST: download it, or choose a folder."


class TrainMeasuring(QObject):
    """Measures when asked, and says what came of it.

    Signals:
        changed: A measurement has begun or ended, or Draw has another network.
    """

    changed = Signal()

    def __init__(
        self, view: TrainingView, data: DataChoices, networks: NetworkHolder, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._view, self._data, self._networks = view, data, networks
        self.measurement = Measurement(networks, self)
        view.measure.clicked.connect(self.start)
        self.measurement.ended.connect(self._tell)
        networks.network_changed.connect(self._tell)
        self._show()

    @property
    def is_running(self) -> bool:
        """Whether images are being recognised."""
        return self.measurement.is_running

    def allow(self, *, is_busy: bool) -> None:
        """Let the user ask, unless something else runs or there is nothing to measure on."""
        can = self._networks.accepts_digits and self._test is not None
        self._view.measure.setEnabled(can and not is_busy)

    @property
    def _test(self) -> MnistSource | None:
        """What has the test images: clothes for a network that learnt clothes, else MNIST."""
        record = self._networks.record
        learnt_clothes = record is not None and record.data == FashionSource.title
        return self._data.fashion if learnt_clothes else self._data.mnist

    @Slot()
    def start(self) -> None:
        """Find the test accuracy of the network that Draw uses."""
        if self._test is not None and self._view.measure.isEnabled():
            self.measurement.start(self._test.load_test)
            self._tell()

    @Slot()
    def _tell(self) -> None:
        self.changed.emit()
        self._show()

    def _show(self) -> None:
        record = self._networks.record
        if self.is_running:
            text = "Measuring…"
        elif record is not None and record.test_accuracy is not None:
            right = f"{100 * record.test_accuracy:.2f} %"
            images = f"{record.test_data or 'MNIST'} test images"
            text = f"Test accuracy of {self._networks.title} in Draw: {right} ({images})"
        else:
            text = self.measurement.text or TEST_HINT
        self._view.test_text.setText(text)
        test = self._test
        hint = TEST_HINT if test is None else TEST_HINT.replace("MNIST", test.title)
        self._view.measure.setToolTip(NO_TEST_IMAGES if test is None else hint)
