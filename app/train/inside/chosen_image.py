"""The image that a network is shown on: the drawing, or one of the held-out images."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QObject, Signal

from app.train.inside.snapshots import HeldOut
from engine.ink.resample import Picture
from engine.layers.base import Array
from engine.training.batch_step import as_floats

DRAWING = -1
"""The place of the drawing, before the first held-out image."""


class ChosenImage(QObject):
    """Goes through the images, one at a time and in a circle.

    Signals:
        changed: Another image is chosen, or the chosen one is different.
    """

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._held_out: HeldOut | None = None
        self._drawing: Picture | None = None
        self._place = 0
        self._key = 0

    @property
    def key(self) -> int:
        """Another number for every choice, so that late answers are recognised."""
        return self._key

    @property
    def held_out(self) -> HeldOut | None:
        """The images of the present or last run."""
        return self._held_out

    @property
    def image(self) -> Array | None:
        """The chosen image as the network takes it, ``(C, H, W)`` from 0 to 1."""
        if self._place == DRAWING:
            return None if self._drawing is None else self._drawing[np.newaxis]
        if self._held_out is None or not len(self._held_out.labels):
            return None
        return np.asarray(as_floats(self._held_out.images[self._place], np.float32))

    @property
    def label(self) -> int | None:
        """The class that a held-out image has been labelled with."""
        if self._held_out is None or self._place == DRAWING or not len(self._held_out.labels):
            return None
        return int(self._held_out.labels[self._place])

    @property
    def class_names(self) -> tuple[str, ...]:
        """What the classes are called; empty where they are called by their numbers."""
        return () if self._held_out is None else self._held_out.class_names

    @property
    def title(self) -> str:
        """Which image it is, in words."""
        if self._place == DRAWING:
            return "Your drawing"
        if self._held_out is None or self.label is None:
            return ""
        return f"Held-out image {self._place + 1} of {len(self._held_out.labels)}"

    def take_held_out(self, held_out: HeldOut) -> None:
        """Choose among these images from now on."""
        self._held_out = held_out
        if self._place >= len(held_out.labels):
            self._place = 0
        self._tell()

    def take_drawing(self, drawing: Picture | None) -> None:
        """Offer the drawing, ``(28, 28)``, as well; ``None`` if there is none."""
        is_same = (
            drawing is None
            if self._drawing is None
            else drawing is not None and np.array_equal(drawing, self._drawing)
        )
        if is_same:
            return
        self._drawing = drawing
        if self._place == DRAWING:
            self._place = 0 if drawing is None else DRAWING
            self._tell()

    def go(self, by: int) -> None:
        """Go so many images on, or back."""
        count = len(self._held_out.labels) if self._held_out is not None else 0
        first = 0 if self._drawing is None else DRAWING
        if count - first:
            self._place = first + (self._place - first + by) % (count - first)
            self._tell()

    def choose(self, place: int) -> None:
        """Choose one of the held-out images by its place."""
        if self._held_out is not None and 0 <= place < len(self._held_out.labels):
            self._place = place
            self._tell()

    def _tell(self) -> None:
        self._key += 1
        self.changed.emit()
