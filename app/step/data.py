"""The menu of what the lab works on: examples, kernels, the drawing, layers of the network."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QMenu, QWidget

from app.state.networks import NetworkHolder
from app.state.recognition import why_unfit
from app.step.lab import LabModel
from engine.basics.errors import DataError, EngineError
from engine.ink.preprocess import NoInkError, prepare
from engine.ink.resample import Picture
from engine.lab import OPERATIONS, LabState, Operation, example_state
from engine.lab.editing import with_known_kernel, with_random_numbers
from engine.lab.examples import course_pooling
from engine.lab.layers import LayerState, busiest_patch, network_states
from engine.lab.opening import opened
from engine.layers.known_kernels import KERNELS

_CONVOLUTIONS = {Operation.CONV2D, Operation.CONV1D}
_TITLES = {Operation.CONV2D: "The 4×4 example"}
_BLANK = "The sheet in Draw is blank: draw a digit there first."
_WHOSE_GRADIENTS = (
    "Gradients are those of the loss if the network's second choice were the true class."
)


class StepSources:
    """The drawing, and the network at work on it, as they are when asked for.

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
        return opened(replace(example_state(), input=patch[np.newaxis]))

    def layers(self) -> tuple[LayerState, ...]:
        """Every layer of the network on the drawing.

        Raises:
            DataError: if the sheet is blank, or no network reads drawings.
        """
        problem = why_unfit(self._networks)
        if problem:
            raise DataError(problem)
        classes = self._networks.class_names
        return network_states(self._networks.network, self._image()[np.newaxis], classes=classes)

    def _image(self) -> Picture:
        exact = self._exact()
        if exact is not None:
            return exact
        try:
            return prepare(self._pixels()).image
        except NoInkError as error:
            raise DataError(_BLANK) from error


class DataMenu(QMenu):
    """Puts other numbers into the model; each choice is one step of undo."""

    refused = Signal(str)
    remarked = Signal(str)
    """What should be known about the numbers that were just put in."""

    def __init__(
        self,
        model: LabModel,
        sources: StepSources | None,
        rng: np.random.Generator,
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self._model = model
        self._sources = sources
        self._rng = rng
        self.example = self.addAction("", self._use_example)
        self.course = self.addAction("1 to 16 row by row, as in the course", self._use_course)
        self.random = self.addAction("Random whole numbers", self._use_random)
        self.kernels = self.addMenu("Well-known kernel")
        for name, kernel in KERNELS.items():
            action = self.kernels.addAction(kernel.title, lambda name=name: self.use_kernel(name))
            action.setToolTip(kernel.about)
        self.kernels.setToolTipsVisible(True)
        self.addSeparator()
        self.patch = self.addAction("A patch of the drawing", self.use_patch)
        self.layers = self.addMenu("A layer of the network on the drawing")
        self.layers.setToolTipsVisible(True)
        self.layers.aboutToShow.connect(self.fill_layers)
        self.addSeparator()
        self.undo = self.addAction("Undo", model.undo_stack.undo)
        self.redo = self.addAction("Redo", model.undo_stack.redo)
        for action in (self.patch, self.layers.menuAction()):
            action.setVisible(sources is not None)
        self.aboutToShow.connect(self._prepare)
        self._prepare()

    def _prepare(self) -> None:
        operation, undo_stack = self._model.state.operation, self._model.undo_stack
        title = OPERATIONS[operation].title.lower()
        self.example.setText(_TITLES.get(operation, f"The example of {title}"))
        self.course.setVisible(operation is Operation.MAX_POOL)
        self.kernels.menuAction().setVisible(operation in _CONVOLUTIONS)
        self.undo.setText(f"Undo: {undo_stack.undoText()}\tCtrl+Z")
        self.undo.setVisible(undo_stack.canUndo())
        self.redo.setText(f"Redo: {undo_stack.redoText()}\tCtrl+Shift+Z")
        self.redo.setVisible(undo_stack.canRedo())

    def use_kernel(self, name: str) -> None:
        """Put a well-known kernel into the output channel in focus."""
        state, kernel = self._model.state, KERNELS[name]
        if state.operation in _CONVOLUTIONS:
            changed = with_known_kernel(state, kernel.weights, state.channel)
            self._model.set_state(replace(changed, step=0), f"use the kernel {kernel.title}")

    def use_patch(self) -> None:
        """Work on a patch of the drawing."""
        if self._sources is None:
            return
        try:
            self._model.set_state(self._sources.patch(), "use a patch of the drawing")
        except EngineError as error:
            self.refused.emit(str(error))

    def fill_layers(self) -> None:
        """List the layers of the network as it now is."""
        self.layers.clear()
        if self._sources is None:
            return
        try:
            found = self._sources.layers()
        except EngineError as error:
            self.layers.addAction(str(error)).setEnabled(False)
            return
        for layer in found:
            action = self.layers.addAction(layer.title)
            if layer.state is None:
                action.setEnabled(False)
                action.setText(f"{layer.title}: {layer.reason}")
            else:
                action.triggered.connect(lambda _=False, layer=layer: self._use_layer(layer))
        self.layers.addSeparator()
        self.layers.addAction(_WHOSE_GRADIENTS).setEnabled(False)

    def _use_layer(self, layer: LayerState) -> None:
        if layer.state is not None:
            self._model.set_state(opened(layer.state), layer.title)
            self.remarked.emit(_WHOSE_GRADIENTS)

    def _use_example(self) -> None:
        operation = self._model.state.operation
        self._model.set_state(example_state(operation), "use the example")

    def _use_course(self) -> None:
        self._model.set_state(course_pooling(self._model.state.operation), "use 1 to 16")

    def _use_random(self) -> None:
        self._model.set_state(with_random_numbers(self._model.state, self._rng), "random numbers")
