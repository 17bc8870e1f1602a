"""What a plot of a training run is given: curves, and marks where something was changed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Values = NDArray[np.float64]


class CurveValues(Protocol):
    """What is drawn. Positions are in epochs since the start."""

    @property
    def positions(self) -> Values:
        """Where each training batch ended."""

    @property
    def per_batch(self) -> Values:
        """The metric of each training batch."""

    @property
    def smoothed(self) -> Values:
        """The same, averaged over recent batches."""

    @property
    def validation_positions(self) -> Values:
        """Where each measurement on validation images was made."""

    @property
    def validation(self) -> Values:
        """The metric on the validation images."""

    @property
    def batches_per_point(self) -> int:
        """How many training batches each point stands for."""


@dataclass(frozen=True)
class PlotMark:
    """Something that took place at ``position``: a short ``label``, and the ``words`` for it."""

    position: float
    label: str
    words: str
