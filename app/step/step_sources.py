"""What the lab takes from elsewhere: the drawing, and the network at work on it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from app.state.networks import NetworkHolder
from app.state.recognition import why_unfit
from engine.basics.errors import DataError
from engine.ink.preprocess import NoInkError, prepare
from engine.ink.resample import Picture
from engine.lab import LabState, example_state
from engine.lab.layers import LayerState, busiest_patch, network_states

_BLANK = "The sheet in Draw is blank: draw a digit there first."


class StepSources:
    """Reads drawing and network when they are asked for.

    Args:
        networks: Holds the open network.
        pixels: Gives the ink of the drawing, (H, W), 0 for paper and 1 for full ink.
        exact: Gives the image that goes to the network as it is, if one lies on the sheet.
    """

    def __init__(
        self,
        networks: NetworkHolder,
        pixels: Callable[[], Picture],
        exact: Callable[[], Picture | None] = lambda: None,
    ) -> None:
        self._networks = networks
        self._pixels, self._exact = pixels, exact

    def patch(self) -> LabState:
        """The busiest patch of the drawing, under the kernels of the example.

        Raises:
            DataError: if the sheet is blank.
        """
        patch = busiest_patch(self._image())
        return replace(example_state(), input=patch[np.newaxis])

    def layers(self) -> tuple[LayerState, ...]:
        """Every layer of the network on the drawing.

        Raises:
            DataError: if the sheet is blank, or no network reads drawings.
        """
        problem = why_unfit(self._networks)
        if problem:
            raise DataError(problem)
        return network_states(self._networks.network, self._image()[np.newaxis])

    def _image(self) -> Picture:
        exact = self._exact()
        if exact is not None:
            return exact
        try:
            return prepare(self._pixels()).image
        except NoInkError as error:
            raise DataError(_BLANK) from error
