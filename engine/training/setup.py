"""What a run's settings come to: starting weights, optimiser, loss, rates, seeds, memory."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields, replace

import numpy as np

from engine.basics.memory import check_free
from engine.layers.base import Array
from engine.networks.losses import Loss, make_loss
from engine.networks.network import Sequential
from engine.networks.stack import FLOAT_BYTES, Report, Stack
from engine.training.config import AS_IN_STACK, TrainingConfig
from engine.training.optimizers import SGD, Adam, AdamW, Optimizer, RMSProp
from engine.training.schedules import learning_rate_factor

COPIES = 4
"""Weights, their gradients, what the optimiser keeps of each, and the best epoch's weights."""


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
    betas = {"beta1": config.beta1, "beta2": config.beta2}
    match config.optimizer:
        case "sgd" | "nesterov" as name:
            nesterov = name == "nesterov"
            return SGD(parameters, momentum=config.momentum, nesterov=nesterov, weight_decay=decay)
        case "rmsprop":
            return RMSProp(parameters, decay=config.rms_decay, weight_decay=decay)
        case "adam":
            return Adam(parameters, **betas, weight_decay=decay)
        case "adamw":
            return AdamW(parameters, **betas, weight_decay=decay)
        case name:
            raise NotImplementedError(f"optimizer_for has no case for {name!r}.")


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


def training_bytes(report: Report, batch_size: int) -> int:
    """About how many bytes a run takes: the weights' copies, and one batch's outputs."""
    return COPIES * FLOAT_BYTES * report.parameters + batch_size * report.activation_bytes


def check_training_memory(report: Report, name: str, batch_size: int) -> None:
    """Refuse the network called ``name`` if it is larger than memory, before it is built.

    Raises:
        DataError: with what is needed and what there is.
    """
    check_free(
        training_bytes(report, batch_size),
        "{name} is too large to be trained here: {parameters:,} parameters and batches of {batch} "
        "need about {needed}, {free} are free. Make its layers or the batches smaller.",
        name=name,
        parameters=report.parameters,
        batch=batch_size,
    )


def check_paired_memory(reports: Sequence[Report], batch_size: int) -> None:
    """Refuse networks that are trained side by side and together are larger than memory.

    Raises:
        DataError: with what is needed and what there is.
    """
    check_free(
        sum(training_bytes(report, batch_size) for report in reports),
        "Trained side by side, these {count} networks need about {needed}, {free} are free. "
        "Choose fewer channels, or close other programs.",
        count=len(reports),
    )
