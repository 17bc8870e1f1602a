"""A network as a run starts with it: its weights drawn by the seed, as the settings want them."""

from __future__ import annotations

from dataclasses import fields, replace

import numpy as np

from engine.networks.network import Sequential
from engine.networks.stack import Stack
from engine.training.config import AS_IN_STACK, TrainingConfig


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
