"""Optimisers: how a gradient becomes a step. They work on one flat vector of all parameters."""

from __future__ import annotations

from abc import ABC, abstractmethod

import numpy as np

from engine.layers.base import Array


class Optimizer(ABC):
    """Changes ``parameters`` (P,) in place, given gradients of the same shape.

    ``weight_decay`` adds ``weight_decay · parameters`` to the gradient (L2 regularisation).
    """

    def __init__(self, parameters: Array, *, weight_decay: float = 0.0) -> None:
        self.parameters = parameters
        self.weight_decay = weight_decay
        self._scratch = np.empty_like(parameters)

    @abstractmethod
    def step(self, gradients: Array, learning_rate: float) -> None:
        """Step ``learning_rate`` times the direction; ``gradients`` may be overwritten."""

    @abstractmethod
    def state(self) -> dict[str, Array]:
        """What must be kept to go on exactly from here, by name."""

    def load_state(self, state: dict[str, Array]) -> None:
        """Take over what ``state`` gave."""
        own = self.state()
        for name, value in state.items():
            np.copyto(own[name], value)

    def _decay(self, gradients: Array) -> None:
        if self.weight_decay:
            np.multiply(self.parameters, self.weight_decay, out=self._scratch)
            np.add(gradients, self._scratch, out=gradients)


class SGD(Optimizer):
    """Stochastic gradient descent with momentum: ``v ← m·v + g``, ``w ← w − η·v``.

    With ``nesterov`` the step looks ahead: ``w ← w − η·(g + m·v)``. Source: I. Sutskever et al.,
    "On the importance of initialization and momentum in deep learning" (2013), in the form in
    which PyTorch has it (η outside v).
    """

    def __init__(
        self,
        parameters: Array,
        *,
        momentum: float = 0.0,
        nesterov: bool = False,
        weight_decay: float = 0.0,
    ) -> None:
        super().__init__(parameters, weight_decay=weight_decay)
        self.momentum, self.nesterov = momentum, nesterov
        self._velocity = np.zeros_like(parameters)

    def step(self, gradients: Array, learning_rate: float) -> None:
        """One step."""
        self._decay(gradients)
        direction = gradients
        if self.momentum:
            np.multiply(self._velocity, self.momentum, out=self._velocity)
            np.add(self._velocity, gradients, out=self._velocity)
            direction = self._velocity
            if self.nesterov:
                np.multiply(self._velocity, self.momentum, out=self._scratch)
                direction = np.add(self._scratch, gradients, out=self._scratch)
        np.multiply(direction, learning_rate, out=self._scratch)
        np.subtract(self.parameters, self._scratch, out=self.parameters)

    def state(self) -> dict[str, Array]:
        """The velocity."""
        return {"velocity": self._velocity}
