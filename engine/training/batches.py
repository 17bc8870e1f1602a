"""Mini-batches for a loop of one's own: shuffled once, then one after another."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from engine.basics.errors import ShapeError
from engine.layers.base import Array


def get_mini_batch(
    X: Array, y: Array, batch_size: int = 20, seed: int = 0
) -> Iterator[tuple[Array, Array]]:
    """Each sample once, in random order, ``batch_size`` at a time; the last batch may be smaller.

    Shape:
        X ``(N, …)`` and y ``(N, …)``; each batch has up to ``batch_size`` in place of N.

    Raises:
        ShapeError: if there is nothing, or X and y differ in length.
    """
    if len(X) != len(y):
        raise ShapeError(f"X and y need the same length; got {len(X)} and {len(y)}.")
    if len(X) == 0 or batch_size < 1:
        raise ShapeError(
            f"Mini-batches need samples and a batch size of at least 1; got {len(X)} samples and "
            f"batch size {batch_size}."
        )
    order = np.random.default_rng(seed).permutation(len(X))
    for start in range(0, len(X), batch_size):
        picked = order[start : start + batch_size]
        yield X[picked], y[picked]
