"""Measuring the network that Draw uses on MNIST's test images: only when asked, and labelled."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QObject, Signal, Slot

from app.jobs.background import Background
from app.state.networks import NetworkHolder
from app.train.measuring import MeasureWorker
from engine.data.dataset import Dataset
from engine.networks.network import Sequential


class Measurement(QObject):
    """Test accuracy of the network in the holder, noted in its training record.

    Signals:
        ended: ``text`` tells the result or what went wrong.
    """

    ended = Signal()

    def __init__(self, networks: NetworkHolder, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._networks = networks
        self._measured: Sequential | None = None
        self._measuring = Background[MeasureWorker](self)
        self._measuring.ended.connect(self._on_ended)
        self.text = ""

    @property
    def is_running(self) -> bool:
        """Whether a measurement is going on."""
        return self._measuring.is_running

    def start(self, load_test: Callable[[], Dataset]) -> None:
        """Measure a copy of the network that Draw uses now, as it was before any meddling."""
        if self.is_running:
            return
        self._measured = self._networks.original
        self._measuring.start(MeasureWorker(self._measured.copy(), load_test))

    def stop_and_join(self, timeout_ms: int) -> bool:
        """Give up and wait for the thread; say whether it ended in time."""
        return self._measuring.join(timeout_ms)

    @Slot(object)
    def _on_ended(self, worker: MeasureWorker) -> None:
        if worker.error is not None:
            self.text = f"The test images could not be used: {worker.error}"
        elif worker.accuracy is not None:
            self._note(worker.accuracy, worker.images, worker.data_name)
        self.ended.emit()

    def _note(self, accuracy: float, images: int, data_name: str) -> None:
        self.text = f"Test accuracy: {100 * accuracy:.2f} % of {data_name}'s {images:,} test images"
        is_same = self._networks.has_network and self._networks.original is self._measured
        if is_same and self._networks.record is not None:
            record = replace(self._networks.record, test_accuracy=accuracy, test_data=data_name)
            self._networks.set_record(record)
