"""What a run's settings come to: starting weights, optimiser, loss, learning rates and seeds."""

from __future__ import annotations

from dataclasses import fields, replace

import numpy as np

from engine.layers.base import Array
from engine.networks.losses import Loss, make_loss
from engine.networks.network import Sequential
from engine.networks.stack import Stack
from engine.training.config import AS_IN_STACK, TrainingConfig
from engine.training.optimizers import SGD, Adam, AdamW, Optimizer, RMSProp
from engine.training.schedules import learning_rate_factor


def starting_network(stack: Stack, config: TrainingConfig) -> Sequential:
    """A network of ``stack``, whose layers say themselves how they start unless ``config`` does."""
    network = Sequential.from_stack(stack, np.random.default_rng(config.seed))
    if config.initialization != AS_IN_STACK:
        other = with_initializer(stack, config.initialization)
        twin = Sequential.from_stack(other, np.random.default_rng(config.seed))
        network.load_state_dict(twin.state_dict())
    return network


def with_initializer(stack: Stack, name: str) -> Stack:
    """The stack with every layer that has weights starting them by the initialiser ``name``."""
    return stack.with_layers(
        [
            replace(spec, initializer=name)  # type: ignore[call-arg]  # only where there is one
            if any(field.name == "initializer" for field in fields(spec))
            else spec
            for spec in stack.layers
        ]
    )


def optimizer_for(config: TrainingConfig, parameters: Array) -> Optimizer:
    """The optimiser that the settings name, for these parameters ``(P,)``."""
    decay = config.weight_decay
    if config.optimizer in {"sgd", "nesterov"}:
        nesterov = config.optimizer == "nesterov"
        return SGD(parameters, momentum=config.momentum, nesterov=nesterov, weight_decay=decay)
    if config.optimizer == "rmsprop":
        return RMSProp(parameters, decay=config.rms_decay, weight_decay=decay)
    kind = AdamW if config.optimizer == "adamw" else Adam
    return kind(parameters, beta1=config.beta1, beta2=config.beta2, weight_decay=decay)


def loss_for(network: Sequential, config: TrainingConfig) -> Loss:
    """The loss that the settings name, for what the network puts out."""
    return make_loss(config.loss, of_probabilities=network.ends_in_softmax)


def learning_rate_at(config: TrainingConfig, epoch: int, image: int, count: int) -> float:
    """The learning rate after ``image`` of an epoch's ``count`` images; epochs count from 1.

    The schedule counts steps of the present batch size, in fractions where it has changed.
    """
    batches = -(-count // config.batch_size)
    return config.learning_rate * learning_rate_factor(
        config.schedule,
        (epoch - 1) * batches + image / config.batch_size,
        batches * config.epochs,
        warm_up=round(config.warm_up_epochs * batches),
    )


def epoch_order(seed: int, epoch: int, count: int) -> Array:
    """In which order the ``count`` images of an epoch are seen."""
    return np.random.default_rng((seed, epoch)).permutation(count)


def step_seed(seed: int, step: int) -> int:
    """A number for the generators of one step: the same for the same seed and step, always."""
    return (seed * 1_000_003 + step) % 2**63
