"""Optimisers: how a gradient becomes a step. They work on one flat vector of all parameters."""

from __future__ import annotations

from abc import ABC, abstractmethod

import numpy as np

from engine.layers.base import Array

EPSILON = 1e-8
"""Keeps RMSProp and Adam from dividing by 0."""


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
        """Take over what ``state`` returned."""
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

    def set_momentum(self, momentum: float) -> None:
        """Go on with another momentum; at 0, nothing of earlier steps is kept."""
        self.momentum = momentum
        if not momentum:
            self._velocity.fill(0)

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


class RMSProp(Optimizer):
    """Each number is divided by the running size of its gradient.

    ``s ← α·s + (1 − α)·g²``, ``w ← w − η·g/(√s + ε)``. Source: G. Hinton, lecture 6e of "Neural
    Networks for Machine Learning" (2012).
    """

    def __init__(
        self,
        parameters: Array,
        *,
        decay: float = 0.99,
        epsilon: float = EPSILON,
        weight_decay: float = 0.0,
    ) -> None:
        super().__init__(parameters, weight_decay=weight_decay)
        self.decay, self.epsilon = decay, epsilon
        self._squares = np.zeros_like(parameters)

    def step(self, gradients: Array, learning_rate: float) -> None:
        """One step."""
        self._decay(gradients)
        _average(self._squares, gradients, self.decay, self._scratch, squared=True)
        np.sqrt(self._squares, out=self._scratch)
        np.add(self._scratch, self.epsilon, out=self._scratch)
        np.divide(gradients, self._scratch, out=self._scratch)
        np.multiply(self._scratch, learning_rate, out=self._scratch)
        np.subtract(self.parameters, self._scratch, out=self.parameters)

    def state(self) -> dict[str, Array]:
        """The running squares."""
        return {"squares": self._squares}


class Adam(Optimizer):
    """Momentum and running size together, both corrected for their start at 0.

    ``m ← β₁·m + (1 − β₁)·g``, ``s ← β₂·s + (1 − β₂)·g²``,
    ``w ← w − η · m/(1 − β₁ᵗ) / (√(s/(1 − β₂ᵗ)) + ε)``. Source: D. Kingma, J. Ba, "Adam" (2015).
    """

    def __init__(
        self,
        parameters: Array,
        *,
        beta1: float = 0.9,
        beta2: float = 0.999,
        epsilon: float = EPSILON,
        weight_decay: float = 0.0,
    ) -> None:
        super().__init__(parameters, weight_decay=weight_decay)
        self.beta1, self.beta2, self.epsilon = beta1, beta2, epsilon
        self._mean = np.zeros_like(parameters)
        self._squares = np.zeros_like(parameters)
        self._steps = np.zeros((), np.int64)

    def step(self, gradients: Array, learning_rate: float) -> None:
        """One step."""
        self._decay(gradients)
        self._steps += 1
        steps = int(self._steps)
        _average(self._mean, gradients, self.beta1, self._scratch, squared=False)
        _average(self._squares, gradients, self.beta2, self._scratch, squared=True)
        np.multiply(self._squares, 1 / (1 - self.beta2**steps), out=self._scratch)
        np.sqrt(self._scratch, out=self._scratch)
        np.add(self._scratch, self.epsilon, out=self._scratch)
        np.divide(self._mean, self._scratch, out=self._scratch)
        np.multiply(self._scratch, learning_rate / (1 - self.beta1**steps), out=self._scratch)
        np.subtract(self.parameters, self._scratch, out=self.parameters)

    def state(self) -> dict[str, Array]:
        """Both running averages, and the number of steps."""
        return {"mean": self._mean, "squares": self._squares, "steps": self._steps}


class AdamW(Adam):
    """Adam whose weight decay shrinks the weights themselves: ``w ← (1 − η·λ)·w`` before the step.

    Source: I. Loshchilov, F. Hutter, "Decoupled Weight Decay Regularization" (2019).
    """

    def step(self, gradients: Array, learning_rate: float) -> None:
        """One step."""
        if self.weight_decay:
            shrink = 1 - learning_rate * self.weight_decay
            np.multiply(self.parameters, shrink, out=self.parameters)
        super().step(gradients, learning_rate)

    def _decay(self, gradients: Array) -> None:
        """Nothing: the weights were shrunk already."""


OPTIMIZERS = ("sgd", "nesterov", "rmsprop", "adam", "adamw")


def _average(average: Array, new: Array, keep: float, scratch: Array, *, squared: bool) -> None:
    """``average ← keep · average + (1 − keep) · new``, or of new², in place."""
    np.multiply(average, keep, out=average)
    if squared:
        np.multiply(new, new, out=scratch)
        np.multiply(scratch, 1 - keep, out=scratch)
    else:
        np.multiply(new, 1 - keep, out=scratch)
    np.add(average, scratch, out=average)
