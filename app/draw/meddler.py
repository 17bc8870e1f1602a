"""Meddling with the open network: every edit with undo, and what it does to answer and accuracy."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal, Slot

from app.jobs.background import Background
from app.look.percentages import percent
from app.state.networks import NetworkHolder
from app.state.undo_steps import StateStep, UndoStack

if TYPE_CHECKING:  # loaded with the first edit
    from app.draw.meddled_accuracy import MeddledAccuracyWorker
    from engine.data.dataset import Dataset
    from engine.ink.preprocess import Prepared
    from engine.insight.meddling import Meddling, Place
    from engine.networks.network import Sequential

_WATCH_MS = 100
_EDITED = ", then edited"
_ARROW = "\N{NO-BREAK SPACE}\N{RIGHTWARDS ARROW}\N{NO-BREAK SPACE}"
Values = NDArray[np.floating]


@dataclass(frozen=True)
class Accuracy:
    """Shares of right answers, from 0 to 1; ``None`` as long as they are not known."""

    before: float | None = None
    after: float | None = None
    images: int = 0
    data: str = ""


class Meddler(QObject):
    """Changes a copy of the open network, which the holder then gives to everybody who asks.

    Attributes:
        undo_stack: The edits; another network clears them.
        data_directory: Where MNIST is looked for first.

    Signals:
        changed: Something was edited, or accuracies became known.
        progressed: The measuring of accuracies moved on.
    """

    changed = Signal()
    progressed = Signal()

    def __init__(self, networks: NetworkHolder, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.undo_stack = UndoStack(self)
        self.data_directory: Path | None = None
        self.problem = ""
        self._networks = networks
        self._meddling: Meddling | None = None
        self._original: Sequential | None = None
        self._accuracy = Accuracy()
        self._images: Dataset | None = None
        self._measuring: Background[MeddledAccuracyWorker] = Background(self, _WATCH_MS)
        self._measuring.progressed.connect(self.progressed)
        self._measuring.ended.connect(self._on_ended)
        self._is_stale = False
        networks.network_changed.connect(self._forget)

    # What is known

    @property
    def meddling(self) -> Meddling:
        """All edits in force."""
        from engine.insight.meddling import Meddling  # noqa: PLC0415 - not before the first paint

        if self._meddling is None:
            self._meddling = Meddling()
        return self._meddling

    @property
    def is_meddled(self) -> bool:
        """Whether anything is changed."""
        return self._networks.is_meddled

    @property
    def accuracy(self) -> Accuracy:
        """On the test images."""
        return self._accuracy

    @property
    def progress(self) -> float | None:
        """How far the measuring is, 0 to 1; ``None`` if nothing is measured."""
        worker = self._measuring.worker
        if worker is None:
            return None
        done, total = worker.progress
        return done / total if total else 0.0

    def can_mute(self, layer: int) -> bool:
        """Whether maps of this layer can be muted."""
        from engine.insight.meddling import can_mute  # noqa: PLC0415

        return self._networks.has_network and can_mute(self._networks.original.stack, layer)

    def is_muted(self, place: Place) -> bool:
        """Whether this map is muted."""
        return self._meddling is not None and place in self._meddling.muted

    def muted_in(self, layer: int) -> tuple[int, ...]:
        """The muted maps of a layer."""
        if self._meddling is None:
            return ()
        return tuple(sorted(channel for index, channel in self._meddling.muted if index == layer))

    def kernel_title(self, place: Place) -> str:
        """What stands in place of the trained kernel; empty if nothing does."""
        kernel = None if self._meddling is None else self._meddling.kernels.get(place)
        return "" if kernel is None else kernel.title

    def sentences(self) -> tuple[str, ...]:
        """All edits in force, a line each, layer by layer."""
        if self._meddling is None or not self._networks.has_network:
            return ()
        layers = self._networks.original.stack.layers
        kernels, muted = self._meddling.kernels, self._meddling.muted
        whats = {(*place, 0): f"kernel {place[1] + 1}: {kernels[place].title}" for place in kernels}
        whats |= {(*place, 1): f"map {place[1] + 1}: muted" for place in muted}
        return tuple(
            f"{layer + 1} {layers[layer].short_title}, {what}"
            for (layer, *_), what in sorted(whats.items())
        )

    def data_words(self) -> str:
        """Which images the accuracies are of: ``1,000 test images of MNIST``."""
        known = self._accuracy
        if known.data == "Generated digits":
            return f"{known.images:,} generated digits that no training uses"
        return f"{known.images:,} of {known.data}'s test images"

    def measuring_words(self) -> str:
        """Why there is no accuracy: it is being measured, or cannot be; empty if there is one."""
        if self.problem:
            return f"The test images cannot be used: {self.problem}"
        is_measured = self._accuracy.after is not None or self.progress is None
        return "" if is_measured else "Measuring the accuracy \N{HORIZONTAL ELLIPSIS}"

    def result_words(self, prepared: Prepared | None) -> str:
        """What all edits together did to answer and accuracy; empty if there are none.

        As long as an accuracy is measured no percentage stands for it: it would pass for one.
        """
        if not self.is_meddled:
            return ""
        parts = []
        if prepared is not None:
            answers = (
                answer_text(shares, self._networks.name_of)
                for shares in self.probabilities(prepared.image)
            )
            parts.append(f"Answer: {_ARROW.join(answers)}")
        known = self._accuracy
        if known.before is not None and known.after is not None:
            change = f"{percent(known.before)}{_ARROW}{percent(known.after)}"
            parts.append(f"{self.data_words()}: {change}")
        elif words := self.measuring_words():
            parts.append(words)
        return "   ·   ".join(parts)

    # Edits

    def set_muted(self, place: Place, *, is_muted: bool) -> None:
        """Mute a map, or let it be heard again."""
        if is_muted != self.is_muted(place):
            what = "Mute" if is_muted else "Unmute"
            text = f"{what} map {place[1] + 1} of layer {place[0] + 1}"
            self._push(text, self.meddling.with_muted(place, is_muted=is_muted))

    def set_weight(self, place: Place, index: tuple[int, ...], value: float) -> None:
        """Change one cell of a kernel; ``index`` is (input channel, row, column)."""
        from engine.insight.meddling import NewKernel  # noqa: PLC0415
        from engine.layers.known_kernels import KERNELS  # noqa: PLC0415

        trained = self._weights(place, self._networks.original)
        weights = self._weights(place, self._networks.network).copy()
        if weights[index] == np.asarray(value, weights.dtype):
            return
        weights[index] = value
        changed = int(np.count_nonzero(weights != trained))
        title = f"{changed} {'cell' if changed == 1 else 'cells'} changed by hand"
        replaced = self.kernel_title(place).removesuffix(_EDITED)
        if replaced in {kernel.title for kernel in KERNELS.values()}:
            title = f"{replaced}{_EDITED}"
        kernel = NewKernel(weights, title) if changed else None
        self._push("Change a cell of a kernel", self.meddling.with_kernel(place, kernel))

    def replace_kernel(self, place: Place, key: str) -> None:
        """Put a well-known kernel in a trained one's place, by its key in ``KERNELS``.

        Raises:
            ShapeError: if it does not fit; nothing is changed.
        """
        from engine.insight.meddling import NewKernel, fitted_kernel  # noqa: PLC0415
        from engine.layers.known_kernels import KERNELS  # noqa: PLC0415

        trained = self._weights(place, self._networks.original)
        weights = fitted_kernel(KERNELS[key], trained.shape).astype(trained.dtype)
        title = KERNELS[key].title
        self._push(title, self.meddling.with_kernel(place, NewKernel(weights, title)))

    def put_kernel_back(self, place: Place) -> None:
        """The trained kernel again."""
        if self.kernel_title(place):
            self._push("Put the trained kernel back", self.meddling.with_kernel(place, None))

    @Slot()
    def put_everything_back(self) -> None:
        """The network as it was; this, too, can be undone."""
        from engine.insight.meddling import Meddling  # noqa: PLC0415

        if self.is_meddled:
            self._push("Put everything back", Meddling())

    def _show(self, meddling: Meddling) -> None:
        self._meddling = meddling
        self._accuracy = replace(self._accuracy, after=None)
        self._original = self._networks.original
        changed = None if meddling.is_none else meddling.apply(self._original)
        self._networks.meddle_with(changed)
        self._measure()
        self.changed.emit()

    def probabilities(self, image: Values) -> tuple[Values, Values]:
        """Of every class, before and after. Shape: ``image`` is (28, 28)."""
        from engine.networks.calibration import class_scores  # noqa: PLC0415

        calibration = self._networks.calibration
        before, after = (
            calibration.probabilities(class_scores(network, image[np.newaxis, np.newaxis]))[0]
            for network in (self._networks.original, self._networks.network)
        )
        return before, after

    def _push(self, text: str, after: Meddling) -> None:
        self.undo_stack.push(StateStep(self._show, self.meddling, after, text))

    @staticmethod
    def _weights(place: Place, network: Sequential) -> Values:
        weights: Values = network.layers[place[0]].parameters["weight"][place[1]]
        return weights

    @Slot()
    def _forget(self) -> None:
        """Forget everything when another network is open."""
        if not self._networks.has_network or self._networks.original is self._original:
            return
        had = self._original is not None
        self._original, self._meddling, self._accuracy = self._networks.original, None, Accuracy()
        self._images, self.problem = None, ""  # of other classes, it may be
        if had:
            self.undo_stack.clear()
            self._measuring.stop()
            self.changed.emit()

    # Accuracy

    def _measure(self) -> None:
        """Begin to measure; what is being measured now is given up first."""
        if self._measuring.is_running:
            self._is_stale = True
            self._measuring.stop()
            return
        if not self.is_meddled:
            return
        from app.draw.meddled_accuracy import MeddledAccuracyWorker  # noqa: PLC0415

        before = None if self._accuracy.before is not None else self._networks.original.copy()
        after = self._networks.network.copy()
        self._measuring.start(
            MeddledAccuracyWorker(
                before, after, self._images, self.data_directory, self._networks.class_names
            )
        )

    @Slot(object)
    def _on_ended(self, worker: MeddledAccuracyWorker) -> None:
        is_current = not self._is_stale and self._networks.original is self._original
        self._is_stale = False
        self._images = worker.images if worker.images is not None else self._images
        if not is_current:
            self._measure()
            return
        self._take(worker)
        self.changed.emit()

    def _take(self, worker: MeddledAccuracyWorker) -> None:
        self.problem = "" if worker.error is None else f"{worker.error}"
        if worker.images is not None and worker.accuracy_after is not None and self.is_meddled:
            before = worker.accuracy_before
            self._accuracy = Accuracy(
                self._accuracy.before if before is None else before,
                worker.accuracy_after,
                len(worker.images),
                worker.images.name,
            )

    def stop_and_join(self, timeout_ms: int) -> bool:
        """Give up measuring and wait for the thread; say whether it ended in time."""
        self._is_stale = False
        return self._measuring.join(timeout_ms)


def answer_text(probabilities: Values, name_of: Callable[[int], str] = str) -> str:
    """The most probable class, a digit unless ``name_of`` knows its name, and its probability."""
    best = int(probabilities.argmax())
    return f"{name_of(best)} ({percent(float(probabilities[best]))})"
