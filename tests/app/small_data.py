"""A data source that is small, quick and easy to learn: class k is a bright bar at height 2k+3."""

import numpy as np

from engine.data.dataset import Dataset
from engine.data.progress import CancelledError, IsCancelled, Progress


def bars(count: int, seed: int, name: str = "Bars") -> Dataset:
    rng = np.random.default_rng(seed)
    labels = np.arange(count) % 10
    images = rng.integers(0, 40, (count, 1, 28, 28), dtype=np.uint8)
    for image, label in zip(images, labels, strict=True):
        image[0, 2 * label + 3 : 2 * label + 6, 4:24] = 230
    return Dataset(images, labels.astype(np.int64), name, "Bars at ten heights.")


class BarsSource:
    """Loads at once; counts how often it was asked."""

    key = "bars"
    title = "Bars"
    about = "Ten bars."
    largest = 100_000
    usual = 240

    def __init__(self) -> None:
        self.loads = 0

    def load(
        self,
        images: int,
        seed: int,
        report: Progress,
        is_cancelled: IsCancelled,  # noqa: ARG002 - quick enough
    ) -> Dataset:
        self.loads += 1
        report(images, images)
        return bars(images, seed)


class EndlessSource(BarsSource):
    """Never has all its images; gives up when cancelled."""

    def load(
        self,
        images: int,
        seed: int,  # noqa: ARG002 - there are no images
        report: Progress,
        is_cancelled: IsCancelled,
    ) -> Dataset:
        report(1, images)
        while not is_cancelled():
            pass
        raise CancelledError("Cancelled.")
