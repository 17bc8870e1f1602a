"""Resizing a picture by area averaging, as two small matrices: one per axis.

A target cell is the mean of the source area that it covers. So ``resample(picture, h, w)`` is
``rows @ picture @ columns.T``, which smooths when it shrinks and repeats cells when it enlarges.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

Picture = NDArray[np.float32]
"""A grey picture ``(H, W)`` with values from 0 to 1."""


_LARGEST_KEPT = 2**18


def area_weights(source: int, target: int) -> Picture:
    """How much of every source cell goes into every target cell; each row sums to 1.

    Target cell ``i`` covers the stretch from ``i·source/target`` to ``(i+1)·source/target``; its
    weight for source cell ``j`` is the length that both share, divided by the stretch's length.

    Shape:
        Returns ``(target, source)``, read-only because it is kept for the next call, unless it is
        large.
    """
    is_kept = source * target <= _LARGEST_KEPT
    return _kept_weights(source, target) if is_kept else _area_weights(source, target)


def _area_weights(source: int, target: int) -> Picture:
    edges = np.arange(target + 1) * (source / target)
    cells = np.arange(source)
    shared = np.minimum(edges[1:, None], cells + 1) - np.maximum(edges[:-1, None], cells)
    weights: Picture = (np.clip(shared, 0, None) * (target / source)).astype(np.float32)
    weights.flags.writeable = False
    return weights


_kept_weights = lru_cache(maxsize=512)(_area_weights)


def resample(picture: Picture, height: int, width: int) -> Picture:
    """The picture averaged into ``height`` × ``width`` cells; total brightness per area is kept.

    Shape:
        ``(H, W)`` to ``(height, width)``, float32.
    """
    rows = area_weights(picture.shape[0], height)
    columns = area_weights(picture.shape[1], width)
    smaller_first = picture.shape[0] * width < picture.shape[1] * height
    if smaller_first:
        return (rows @ (picture @ columns.T)).astype(np.float32, copy=False)
    return ((rows @ picture) @ columns.T).astype(np.float32, copy=False)
