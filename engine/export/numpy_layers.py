"""The layers in a few lines of NumPy each, forward only: the text of an exported script.

The export copies these functions as they stand, so they use nothing but ``np`` and each other.
``x`` is ``(N, C, H, W)`` or, for a sequence, ``(N, C, L)``; sizes, strides and paddings are tuples
with one entry for each of the axes after the channels.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]


def pad(x: Array, around: tuple[tuple[int, int], ...], value: float = 0.0) -> Array:
    """Put cells of ``value`` around the maps: a pair (before, after) for each axis."""
    return np.pad(x, ((0, 0), (0, 0), *around), constant_values=value)


def window_cells(
    x: Array,
    kernel_size: tuple[int, ...],
    stride: tuple[int, ...],
    dilation: tuple[int, ...] | None = None,
) -> Iterator[tuple[tuple[int, ...], Array]]:
    """Give for each cell of the kernel what all windows have there, at once.

    Window i begins at ``i * stride``, so the cells at ``k * dilation`` in all windows are one
    slice with the stride as its step. Gives (position in the kernel, array with a cell a window).
    """
    dilation = dilation or (1,) * len(stride)
    axes = list(zip(x.shape[2:], kernel_size, stride, dilation, strict=True))
    for position in np.ndindex(*kernel_size):
        seen: list[Any] = [..., *position]
        for axis, (size, kernel, step, gap) in enumerate(axes, start=1):
            windows = (size - gap * (kernel - 1) - 1) // step + 1
            first = seen[axis] * gap
            seen[axis] = slice(first, first + step * (windows - 1) + 1, step)
        yield position, x[tuple(seen)]


def convolution(
    x: Array,
    weight: Array,
    bias: Array | None = None,
    stride: tuple[int, ...] = (1, 1),
    around: tuple[tuple[int, int], ...] = ((0, 0), (0, 0)),
    dilation: tuple[int, ...] = (1, 1),
    groups: int = 1,
) -> Array:
    """Slide kernels over the maps: each output cell is the sum of window times kernel.

    weight is (out_channels, in_channels / groups, kernel height, kernel width).
    """
    x = pad(x, around)
    out_channels, in_channels, *kernel_size = weight.shape
    outputs = []
    for group in range(groups):
        maps = x[:, group * in_channels : (group + 1) * in_channels]
        kernels = weight[group * out_channels // groups : (group + 1) * out_channels // groups]
        total: Any = 0
        for position, cells in window_cells(maps, tuple(kernel_size), stride, dilation):
            # this cell of every kernel times what lies under it, summed over the channels
            under: Any = (..., *position)
            total = total + np.einsum("nc...,oc->no...", cells, kernels[under])
        outputs.append(total)
    y = np.concatenate(outputs, axis=1)
    if bias is not None:
        y = y + bias.reshape(-1, *[1] * len(kernel_size))
    return y


def max_pool(
    x: Array,
    kernel_size: tuple[int, ...],
    stride: tuple[int, ...],
    around: tuple[tuple[int, int], ...],
) -> Array:
    """Keep the largest value of each window; padding never wins."""
    largest: Any = -np.inf
    for _, cells in window_cells(pad(x, around, -np.inf), kernel_size, stride):
        largest = np.maximum(largest, cells)
    return np.asarray(largest, x.dtype)


def average_pool(
    x: Array,
    kernel_size: tuple[int, ...],
    stride: tuple[int, ...],
    around: tuple[tuple[int, int], ...],
    count_padding: bool = True,
) -> Array:
    """Take the mean of each window, over its padding too or over the map's own cells only."""
    inside = np.ones((1, 1, *x.shape[2:]), x.dtype)
    counted = pad(inside, around, 1.0 if count_padding else 0.0)
    total = sum(cells for _, cells in window_cells(pad(x, around), kernel_size, stride))
    count = sum(cells for _, cells in window_cells(counted, kernel_size, stride))
    return np.asarray(total / count)


def global_average_pool(x: Array) -> Array:
    """Take the mean of each whole map: (N, C, H, W) to (N, C)."""
    return np.asarray(x.mean(axis=(2, 3)))


def flatten(x: Array) -> Array:
    """Lay each sample out in one row, map by map, row by row."""
    return x.reshape(len(x), -1)


def dense(x: Array, weight: Array, bias: Array | None = None) -> Array:
    """Give the weighted sums of all inputs; weight is (out_features, in_features)."""
    y = x @ weight.T
    return np.asarray(y if bias is None else y + bias)


def softmax(x: Array) -> Array:
    """Make probabilities along the axis after the batch."""
    powers = np.exp(x - x.max(axis=1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=1, keepdims=True))


def batch_norm(
    x: Array, weight: Array, bias: Array, mean: Array, variance: Array, epsilon: float
) -> Array:
    """Bring each channel to mean 0 and variance 1 by the running averages; scale and shift."""
    mean, variance, weight, bias = (v[:, None, None] for v in (mean, variance, weight, bias))
    return (x - mean) / np.sqrt(variance + epsilon) * weight + bias
