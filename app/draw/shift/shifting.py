"""Asking two networks about a digit at 169 places, in a thread of its own."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from app.jobs.thread import Worker
from engine.insight.shift_map import ShiftMap, shift_map
from engine.networks.calibration import Calibration
from engine.networks.model_file import Model, load_model
from engine.networks.network import Sequential


@dataclass(frozen=True, eq=False)
class ShiftJob:
    """What is asked: the image ``(C, H, W)``, a replica of the open network, and the other one.

    ``dense`` is the other network, once it was read; until then it is read from ``dense_file``.
    """

    image: NDArray[np.floating]
    network: Sequential
    calibration: Calibration
    dense: Model | None
    dense_file: Path


class ShiftWorker(Worker):
    """All moved images in one batch through each network.

    ``maps`` (of the open network and of the dense one) and ``dense`` may be read once it has
    ended.
    """

    def __init__(self, job: ShiftJob) -> None:
        super().__init__()
        self.job = job
        self.dense = job.dense
        self.maps: tuple[ShiftMap, ShiftMap] | None = None

    def work(self) -> None:
        """Read the dense network if need be, then ask both."""
        if self.dense is None:
            self.dense = load_model(self.job.dense_file)
        own = shift_map(self.job.network, self.job.image, self.job.calibration)
        if self.control.is_stopped():
            return
        record = self.dense.record
        known = record.calibration if record is not None else None
        self.maps = own, shift_map(self.dense.network, self.job.image, known or Calibration())
