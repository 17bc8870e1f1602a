"""Labelled images, as every source of data gives them and training takes them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Self

import numpy as np
from numpy.typing import NDArray

from engine.basics.errors import DataError
from engine.basics.memory import check_free

Images = NDArray[np.uint8]
Labels = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Dataset:
    """Images in grey levels 0 to 255 with the class of each.

    ``name`` is short, for lists and records; ``description`` says in a sentence where they come
    from. ``class_names`` is empty where a class is called by its number.

    Shape:
        ``images`` is ``(N, C, H, W)``, uint8; ``labels`` is ``(N,)``, int64, from 0 to classes − 1.

    Raises:
        DataError: if the arrays have other shapes or types, differ in length, a label is out of
            range, or there is not one name for each class.
    """

    images: Images
    labels: Labels
    name: str
    description: str
    classes: int = 10
    class_names: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.images.ndim != 4 or self.images.dtype != np.uint8:
            raise DataError(
                "Images need shape (N, C, H, W) and type uint8; "
                f"they have {self.images.shape} and {self.images.dtype}."
            )
        if self.labels.ndim != 1 or self.labels.dtype != np.int64:
            raise DataError(
                "Labels need shape (N,) and type int64; "
                f"they have {self.labels.shape} and {self.labels.dtype}."
            )
        if len(self.images) != len(self.labels):
            raise DataError(
                f"Every image needs one label; there are {len(self.images):,} images "
                f"and {len(self.labels):,} labels."
            )
        if len(self.labels) and not 0 <= self.labels.min() <= self.labels.max() < self.classes:
            raise DataError(
                f"Labels must be from 0 to {self.classes - 1}; "
                f"they run from {self.labels.min()} to {self.labels.max()}."
            )
        if self.class_names and len(self.class_names) != self.classes:
            raise DataError(
                f"Every class needs one name; there are {self.classes} classes "
                f"and {len(self.class_names)} names."
            )

    def __len__(self) -> int:
        return len(self.labels)

    def name_of(self, label: int) -> str:
        """What a class is called: by its name, or by its number."""
        return self.class_names[label] if self.class_names else str(label)

    @property
    def own_names(self) -> tuple[str, ...]:
        """The classes' names if they say more than their numbers, as those of clothes do."""
        is_numbered = self.class_names == tuple(map(str, range(self.classes)))
        return () if is_numbered else self.class_names

    def keep_classes(self, kept: Collection[int]) -> Self:
        """The images of some classes only. Labels, and so a network's outputs, stay as they are.

        Raises:
            DataError: if no image is of these classes.
        """
        part = self.part(np.flatnonzero(np.isin(self.labels, sorted(kept))))
        if not len(part):
            names = ", ".join(self.name_of(label) for label in sorted(kept)) or "none"
            raise DataError(f"{self.name} has no image of the classes that are kept ({names}).")
        return part

    def take(self, count: int, seed: int | None = None) -> Self:
        """The first ``count`` images, or with a seed as many drawn at random; all, if fewer.

        Raises:
            DataError: if ``count`` is negative.
        """
        if count < 0:
            raise DataError(f"The number of images must not be negative; it is {count}.")
        if seed is None:
            return self.part(slice(count))
        return self.part(np.random.default_rng(seed).permutation(len(self))[:count])

    def in_turn(self, count: int) -> Self:
        """The first ``count`` images when one of each class is taken in turn; all, if fewer."""
        return self.part(places_in_turn(self.labels, count))

    def spread(self, count: int) -> Self:
        """So many images from all over, at even distances; all, if there are fewer."""
        places = np.linspace(0, len(self), min(count, len(self)), endpoint=False)
        return self.part(places.astype(int))

    def split(self, validation_images: int, seed: int) -> tuple[Self, Self]:
        """Hold ``validation_images`` out, chosen at random: (training, validation).

        Raises:
            DataError: unless images are left for both.
        """
        if not 0 < validation_images < len(self):
            raise DataError(
                f"Between 1 and {len(self) - 1:,} of the {len(self):,} images can be held out "
                f"for validation; asked for {validation_images:,}."
            )
        order = np.random.default_rng(seed).permutation(len(self))
        return self.part(order[validation_images:]), self.part(order[:validation_images])

    def joined(self, other: Self) -> Self:
        """These images and then those of ``other``, under both names.

        Raises:
            DataError: unless images and classes of both are of one kind.
        """
        kinds = [(*data.images.shape[1:], data.classes) for data in (self, other)]
        if kinds[0] != kinds[1]:
            raise DataError(
                f"Data sets can be joined if images and classes agree; {self.name} has {kinds[0]}, "
                f"{other.name} {kinds[1]} (channels, height, width, classes)."
            )
        return replace(
            self,
            images=np.concatenate((self.images, other.images)),
            labels=np.concatenate((self.labels, other.labels)),
            name=f"{self.name} and {other.name[:1].lower()}{other.name[1:]}",
            description=f"{self.description} {other.description}",
        )

    def part(self, which: slice | Sequence[int] | NDArray[np.int64]) -> Self:
        """The images at these places, in this order; a place may come more than once."""
        return replace(self, images=self.images[which], labels=self.labels[which])


COPIES = 2
"""Images are held once as read, and once more when they are shuffled and held out."""


def check_memory(what: str, images: int, bytes_each: int, spare: int = 0) -> None:
    """Refuse a data set that is larger than memory, before anything is read of it.

    Args:
        what: its name, to begin the sentence with.
        images: how many there are.
        bytes_each: of one image, as it is kept.
        spare: bytes needed in addition while it is read.

    Raises:
        DataError: with both numbers.
    """
    check_free(
        images * bytes_each * COPIES + spare,
        "{what} does not fit into memory: its {images:,} images need {needed}, {free} are free. "
        "Close other programs, or make a smaller data set.",
        what=what,
        images=images,
    )


def places_in_turn(labels: Labels, count: int) -> NDArray[np.intp]:
    """Where the first ``count`` images lie when one of each class is taken in turn.

    Shape:
        ``labels`` is ``(N,)``; the places are ``(min(count, N),)``.
    """
    turn = np.zeros(len(labels), np.intp)
    for label in np.unique(labels):
        of_label = np.flatnonzero(labels == label)
        turn[of_label] = np.arange(len(of_label))
    return np.lexsort((labels, turn))[:count]
