"""Networks that differ in their convolutions alone, trained side by side on the same batches."""

from __future__ import annotations

from collections.abc import Generator, Sequence

import numpy as np

from engine.layers import Conv2dSpec, DenseSpec, FlattenSpec, MaxPool2dSpec, ReLUSpec
from engine.networks.network import Sequential
from engine.networks.stack import Stack
from engine.training.batch_step import Samples, one_blas_thread
from engine.training.filter_sizes import COMPARISONS, Chain
from engine.training.trainer import Event, Trainer, TrainingConfig

DIGITS = (1, 28, 28)
HALF = DIGITS[1] // 2


def classifier(chain: Chain, classes: int = 10) -> Stack:
    """A small network for digits whose middle is a chain of convolutions.

    In front of the chain a 3×3 with stride 2 makes ``chain.channels`` maps of 14×14; behind it
    they are pooled to 7×7 and go to a dense layer. Nothing else differs between two such networks.
    """
    stem = Conv2dSpec(chain.channels, (3, 3), (2, 2), (1, 1))
    tail = (MaxPool2dSpec(), FlattenSpec(), DenseSpec(classes))
    layers = (stem, ReLUSpec(), *chain.stack.layers, *tail)
    return Stack(chain.title, DIGITS, layers)


def classifiers(comparison: int, channels: int) -> tuple[Stack, ...]:
    """One classifier for each chain of a comparison (0: chains that see 7×7, 1: 5×5)."""
    chains = (Chain(kernels, channels, HALF) for kernels in COMPARISONS[comparison])
    return tuple(map(classifier, chains))


class PairedTraining:
    """Trains several stacks in turns, a batch each, on the same images in the same order.

    The seed decides the weights and the order of the images, as in any run: each network ends as
    it would have alone. Weights of layers with equal shapes at equal places begin equal.

    Args:
        stacks: What to train.
        training: What to learn.
        validation: Held out.
        config: How; the same for all.

    Raises:
        DataError: if a data set is empty or does not fit.
        ShapeError: if a stack cannot be built.
    """

    def __init__(
        self,
        stacks: Sequence[Stack],
        training: Samples,
        validation: Samples,
        config: TrainingConfig,
    ) -> None:
        networks = (Sequential(stack, np.random.default_rng(config.seed)) for stack in stacks)
        self.trainers = tuple(
            Trainer(network, training, validation, config) for network in networks
        )

    def run(self) -> Generator[tuple[int, Event]]:
        """Yield what happens, with the place of the stack that it happens to.

        Whoever diverges is out; the others go on. Closing the generator ends all runs.
        """
        with one_blas_thread():  # around all: the runs do not end in the order in which they began
            runs = [trainer.run() for trainer in self.trainers]
            try:
                going = dict(enumerate(runs))
                while going:
                    for place, run in list(going.items()):
                        event = next(run, None)
                        if event is None:
                            del going[place]
                        else:
                            yield place, event
            finally:
                for run in runs:
                    run.close()
