"""A short training that starts from a network's weights, on a few drawings of one hand.

Few drawings alone would make a network forget all others, so they are mixed with many digits of
other hands, which also hold it in place; the steps are small. What is measured before and after is
measured on drawings and images that are never trained on.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain

import numpy as np

from engine.basics.errors import DataError
from engine.data.augmentation import Augmentation, AugmentationConfig
from engine.data.dataset import Dataset
from engine.networks.network import Sequential
from engine.training.trainer import Event, Trainer, TrainingConfig, evaluate

FEWEST = 4
"""With fewer drawings there is nothing to learn from and to measure on."""

OWN_SHARE = 0.25
"""How much of an epoch is the user's own drawings, each repeated in many changed forms."""

MOST_REPEATS = 100

CONFIG = TrainingConfig(epochs=3, batch_size=32, learning_rate=0.005, weight_decay=0.0, seed=1)
"""Smaller steps than for learning from nothing, fewer of them, along a cosine to 0."""

_HELD_BACK = 10
"""One in so many of the other digits tells, while it trains, how it does on them."""


@dataclass(frozen=True)
class Halves:
    """The user's drawings, split: about half to train on, the others to measure on."""

    training: Dataset
    left_out: Dataset


@dataclass(frozen=True)
class Accuracy:
    """Right answers of so many, on the drawings left out and on other images."""

    left_out: float
    others: float


def halve(own: Dataset, seed: int = 0) -> Halves:
    """Half of the different drawings of each digit to train on, the others to measure on.

    Of an odd number, the one more is trained on; of a digit drawn once, it is. Copies, which the
    network cannot tell apart, stay together, whatever digit they are called: what is measured on
    is never trained on.

    Raises:
        DataError: if there are too few to measure anything on.
    """
    copies: dict[bytes, list[int]] = {}
    for index in np.random.default_rng(seed).permutation(len(own)):
        copies.setdefault(own.images[index].tobytes(), []).append(int(index))
    training: list[int] = []
    left_out: list[int] = []
    for label in np.unique(own.labels):
        of_label = [same for same in copies.values() if own.labels[same[0]] == label]
        half = (len(of_label) + 1) // 2
        training += chain.from_iterable(of_label[:half])
        left_out += chain.from_iterable(of_label[half:])
    if len(copies) < FEWEST or not left_out:
        raise DataError(
            f"Fine-tuning needs at least {FEWEST} different drawings, two of the same digit among "
            "them: about half are trained on, the others measured on. There "
            f"{_are(len(own), len(copies))}."
        )
    return Halves(own.part(sorted(training)), own.part(sorted(left_out)))


def fine_tune(
    network: Sequential, own: Dataset, others: Dataset, config: TrainingConfig = CONFIG
) -> Iterator[Event]:
    """Train ``network`` in place on a mixture of both; the caller may end it at any event.

    Raises:
        DataError: if one of them is empty or does not fit the network.
        ShapeError: if the network does not answer with ten numbers.
    """
    kept = max(1, len(others) // _HELD_BACK)
    learnt, watched = others.split(kept, config.seed)
    trainer = Trainer(network, mixed(learnt, own), watched, config, Augmentation(GENTLE))
    return trainer.run()


GENTLE = AugmentationConfig(
    rotation=8.0, scale=0.08, stretch=0.06, slant=0.1, elastic=0.4, thickness=0.3
)
"""How each image is changed each time: few drawings then teach more than their very pixels."""


def mixed(others: Dataset, own: Dataset) -> Dataset:
    """Other digits with the user's own, repeated so that they are a quarter of all."""
    wanted = len(others) * OWN_SHARE / (1 - OWN_SHARE)
    repeats = min(max(1, round(wanted / len(own))), MOST_REPEATS)
    return others.joined(own.part(list(range(len(own))) * repeats))


def measure(network: Sequential, halves: Halves, others: Dataset) -> Accuracy:
    """The share of right answers, 0 to 1, on the drawings left out and on other images."""
    return Accuracy(evaluate(network, halves.left_out)[1], evaluate(network, others)[1])


def _are(count: int, different: int) -> str:
    are = "is 1" if count == 1 else f"are {count:,}"
    return are if different == count else f"{are}, of which {different:,} can be told apart"
