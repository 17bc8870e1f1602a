"""One training step held still: forward, loss, backward and update with all its numbers.

``freeze`` takes from a trainer, between two events, everything that its next step depends on.
``FrozenStep`` then takes that step on a copy, layer by layer, and keeps what it computes on the
way. The trainer's own next step gives the same weights.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.insight.update_equation import Equation, state_at, update_equation
from engine.networks.losses import softmax
from engine.networks.network import Sequential
from engine.networks.stack import Stack
from engine.training.batch_step import Augment, as_floats, parts_for
from engine.training.config import TrainingConfig
from engine.training.setup import epoch_order, learning_rate_at, loss_for, optimizer_for, step_seed
from engine.training.trainer import Trainer

Array = NDArray[Any]
Part = tuple[list[Array], list[Array], float, Array]
"""Of one piece of the batch: values, gradients, share of the loss, gradient of the parameters."""


@dataclass(frozen=True, eq=False)
class NextStep:
    """What the next step depends on; all arrays are copies.

    Attributes:
        stack: The layers.
        weights: As ``Sequential.state_dict`` gives them.
        optimizer: The optimiser's state.
        config: The settings at this moment.
        number: The step that comes, from 1.
        epoch: The epoch that it belongs to, from 1.
        learning_rate: With which it is taken.
        images: ``(N, C, H, W)``, 0 to 1, changed already if the run changes its images.
        labels: ``(N,)``.
        class_names: Empty where a class is called by its number.
    """

    stack: Stack
    weights: Mapping[str, Array]
    optimizer: dict[str, Array]
    config: TrainingConfig
    number: int
    epoch: int
    learning_rate: float
    images: Array
    labels: Array
    class_names: tuple[str, ...] = ()


def freeze(trainer: Trainer) -> NextStep | None:
    """What comes next in a run; ``None`` if no batch follows. The trainer is left as it is."""
    position, config, count = trainer.position, trainer.config, len(trainer.training)
    epoch, image = position.epoch, position.image
    if image >= count:
        epoch, image = epoch + 1, 0
    if epoch > config.epochs:
        return None
    picked = epoch_order(config.seed, epoch, count)[image : image + config.batch_size]
    seed = step_seed(config.seed, position.step + 1)
    return NextStep(
        trainer.network.stack,
        trainer.snapshot(),
        {name: value.copy() for name, value in trainer.optimizer.state().items()},
        config,
        position.step + 1,
        epoch,
        learning_rate_at(config, epoch, image, count),
        as_floats(_changed(trainer, picked, trainer.augment, seed), trainer.network.dtype),
        trainer.training.labels[picked].copy(),
        getattr(trainer.training, "own_names", ()),
    )


def _changed(trainer: Trainer, picked: Array, augment: Augment | None, seed: int) -> Array:
    grey = trainer.training.images[picked]
    if augment is None:
        return grey
    changed = [
        augment(grey[part], np.random.default_rng((seed, index)))
        for index, part in enumerate(parts_for(trainer.network, len(picked)))
    ]
    return np.concatenate(changed)


@dataclass(frozen=True, eq=False)
class ParameterUpdate:
    """What the step does to one array of parameters: ``after = before + change``.

    ``offset`` is where the array begins in the network's flat vector.
    """

    layer: int
    name: str
    offset: int
    before: Array
    gradient: Array
    change: Array
    after: Array

    @property
    def norms(self) -> tuple[float, float, float]:
        """Euclidean lengths of the weights before, of their gradient and of the change."""
        parts = (self.before, self.gradient, self.change)
        before, gradient, change = (float(np.linalg.norm(part)) for part in parts)
        return before, gradient, change

    @property
    def most_changed(self) -> tuple[int, ...]:
        """Where the weight stands that changes most."""
        place = np.unravel_index(int(np.argmax(np.abs(self.change))), self.change.shape)
        return tuple(int(part) for part in place)


@dataclass(frozen=True, eq=False)
class FrozenImage:
    """One image of the batch on its way.

    Attributes:
        index: Which of the batch, from 0.
        label: Its class.
        values: The image, then every layer's output, without batch axis.
        gradients: Of the batch's mean loss, with respect to each of ``values``.
        probabilities: Of the classes.
        loss: Its own loss; the batch's is the mean of these.
    """

    index: int
    label: int
    values: tuple[Array, ...]
    gradients: tuple[Array, ...]
    probabilities: Array
    loss: float


class FrozenStep:
    """The step that comes, computed on a copy.

    Raises:
        ModelFileError: if the weights do not fit the stack.
    """

    def __init__(self, step: NextStep) -> None:
        self.step = step
        self._latest: tuple[int, Part] | None = None  # of one piece alone: batches may be large
        self._seed = step_seed(step.config.seed, step.number)

    @cached_property
    def network(self) -> Sequential:
        """A network with the weights from before the step."""
        network = Sequential.from_stack(self.step.stack, np.random.default_rng(0))
        network.load_state_dict(self.step.weights)
        if network.layers:
            network.layers[0].needs_input_grad = True
        return network

    @property
    def batch_size(self) -> int:
        """Images in the batch; the gradient is their mean."""
        return len(self.step.labels)

    @cached_property
    def loss(self) -> float:
        """The batch's mean loss."""
        return self._whole[0]

    def image(self, index: int) -> FrozenImage:
        """One image on its way through all layers and back."""
        place = next(n for n, part in enumerate(self._pieces) if part.start <= index < part.stop)
        values, gradients, _, _ = self._part(place)
        row = index - self._pieces[place].start
        output = values[-1][row]
        label = int(self.step.labels[index])
        is_scaled = self.network.ends_in_softmax
        shares = output if is_scaled else softmax(output[np.newaxis].astype(np.float64))[0]
        loss = loss_for(self.network, self.step.config)
        own = loss.forward(output[np.newaxis], np.array([label]), 1)
        return FrozenImage(
            index,
            label,
            tuple(value[row] for value in values),
            tuple(gradient[row] for gradient in gradients),
            shares,
            own,
        )

    @cached_property
    def updates(self) -> tuple[ParameterUpdate, ...]:
        """What happens to every array of parameters, in the order of the layers."""
        network, step = self.network.copy(), self.step
        before = network.parameters.copy()
        gradient = self._whole[1]
        optimizer = optimizer_for(step.config, network.parameters)
        optimizer.load_state({name: value.copy() for name, value in step.optimizer.items()})
        optimizer.step(gradient.copy(), step.learning_rate)
        found, start = [], 0
        for number, layer in enumerate(network.layers):
            for name, value in layer.parameters.items():
                here, shape = slice(start, start + value.size), value.shape
                old, new = before[here].reshape(shape), network.parameters[here].reshape(shape)
                slope = gradient[here].reshape(shape)
                found.append(
                    ParameterUpdate(number, name, start, old, slope, new - old, new.copy())
                )
                start += value.size
        return tuple(found)

    def equation(self, update: ParameterUpdate, index: tuple[int, ...]) -> Equation:
        """How the weight at ``index`` of an array gets its new value."""
        place = update.offset + int(np.ravel_multi_index(index, update.before.shape))
        return update_equation(
            self.step.config,
            self.step.learning_rate,
            float(update.before[index]),
            float(update.gradient[index]),
            state_at(self.step.optimizer, place),
        )

    @cached_property
    def _whole(self) -> tuple[float, Array]:
        """The batch's mean loss and its gradient, over all pieces."""
        loss, total = 0.0, np.zeros_like(self.network.parameters)
        for index in range(len(self._pieces)):
            _, _, share, gradient = self._part(index)
            loss += share
            total += gradient
        return loss, total

    @cached_property
    def _pieces(self) -> list[slice]:
        return parts_for(self.network, self.batch_size)

    def _part(self, index: int) -> Part:
        """What a piece of the batch gives."""
        if self._latest is None or self._latest[0] != index:
            self._latest = (index, self._compute(index))
        return self._latest[1]

    def _compute(self, index: int) -> Part:
        network, step, part = self.network, self.step, self._pieces[index]
        network.reseed((self._seed, index, 1))
        values = [step.images[part]]
        with np.errstate(all="ignore"):  # a run that diverges may be looked at, too
            for layer in network.layers:
                values.append(np.array(layer.forward(values[-1], training=True)))
            loss = loss_for(network, step.config)
            share = loss.forward(values[-1], step.labels[part], self.batch_size)
            gradients = [np.array(loss.backward())]
            for layer in reversed(network.layers):
                gradients.append(np.array(layer.backward(gradients[-1])))
        return values, gradients[::-1], share, network.gradients.copy()
