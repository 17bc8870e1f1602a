"""An image that a network is to see exactly as it is, not prepared like a drawing."""

from __future__ import annotations

from dataclasses import dataclass

from engine.ink.drawings import PastedImage
from engine.ink.preprocess import SIDE


@dataclass(frozen=True, eq=False)
class ExactImage(PastedImage):
    """One held-out image, which fills the sheet, and the class that it is labelled with.

    Moved or scaled it becomes a pasted picture like any other.
    """

    label: int = 0

    @property
    def fills_the_input(self) -> bool:
        """Whether it has as many pixels as a network that reads drawings takes."""
        return self.pixels.shape == (SIDE, SIDE)
