"""A data set with the user's own drawings mixed in: to be trained on, never to choose by."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Self

import numpy as np

from engine.basics.errors import DataError
from engine.data.dataset import Dataset, check_memory


@dataclass(frozen=True, eq=False)
class MixedDataset(Dataset):
    """Images of which the last ``own`` are the user's, repeated; none of those is held out.

    A repeated drawing on both sides would let a network be asked for what it was told.
    """

    own: int = 0

    def split(self, validation_images: int, seed: int) -> tuple[Self, Self]:
        """Hold images out that are not the user's own: (training, validation).

        Raises:
            DataError: unless images are left for both.
        """
        others = len(self) - self.own
        if not 0 < validation_images < others:
            raise DataError(
                f"Between 1 and {others - 1:,} of the {others:,} other images can be held out "
                f"for validation; asked for {validation_images:,}."
            )
        order = np.random.default_rng(seed).permutation(others)
        own = np.arange(others, len(self))
        kept = np.concatenate((order[validation_images:], own))
        return self.part(kept), replace(self.part(order[:validation_images]), own=0)


def mix(data: Dataset, own: Dataset, repeats: int) -> MixedDataset:
    """``data`` and then ``own``, so many times over.

    Raises:
        DataError: unless images and classes of both are of one kind, or if they do not fit into
            memory.
    """
    bytes_each = math.prod(data.images.shape[1:])
    check_memory("The mixture with your drawings", len(data) + len(own) * repeats, bytes_each)
    both = data.joined(replace(own, class_names=data.class_names))
    images = np.concatenate((data.images, *[own.images] * repeats))
    labels = np.concatenate((data.labels, *[own.labels] * repeats))
    times = "" if repeats == 1 else f", each {repeats} times"
    return MixedDataset(
        images,
        labels,
        both.name,
        f"{data.description} {own.description[:-1]}{times}, to train on.",
        data.classes,
        data.class_names,
        own=len(own) * repeats,
    )
