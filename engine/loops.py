"""The layers once more, loop by loop, straight from their definitions: to read, and to check by.

Nothing here is fast, and nothing is shared with ``engine.layers``. Arrays are NCHW (NCL in 1-D),
weights as in PyTorch. Every function works on any floating-point or integer dtype.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = [
    "NO_PADDING",
    "Around",
    "Array",
    "Pair",
    "average_pool2d",
    "average_pool2d_backward",
    "conv1d",
    "conv2d",
    "conv2d_backward",
    "dense",
    "max_pool2d",
    "max_pool2d_backward",
    "numerical_gradient",
]

Array = NDArray[Any]
Pair = tuple[int, int]
Around = tuple[Pair, Pair]
"""Padding as ((top, bottom), (left, right))."""

NO_PADDING: Around = ((0, 0), (0, 0))


def conv2d(
    x: Array,
    weight: Array,
    bias: Array | None = None,
    stride: Pair = (1, 1),
    padding: Around = NO_PADDING,
    dilation: Pair = (1, 1),
    groups: int = 1,
) -> Array:
    """2-D convolution (cross-correlation): for every output cell, sum over its window.

    ``y[n, o, i, j] = bias[o] + Σ_c Σ_a Σ_b x[n, c, i·s + a·d, j·s + b·d] · weight[o, c, a, b]``
    with stride s and dilation d, x being padded. With groups, each kernel reads its own channels.

    Shape:
        x ``(N, C, H, W)``, weight ``(O, C/groups, K_h, K_w)``, bias ``(O,)``, result
        ``(N, O, H_out, W_out)`` with ``H_out = ⌊(H + padding − d·(K_h − 1) − 1) / s⌋ + 1``.
    """
    padded = np.pad(x, ((0, 0), (0, 0), *padding))
    N, _, H, W = padded.shape
    O, C, K_h, K_w = weight.shape
    H_out = (H - dilation[0] * (K_h - 1) - 1) // stride[0] + 1
    W_out = (W - dilation[1] * (K_w - 1) - 1) // stride[1] + 1
    y = np.zeros((N, O, H_out, W_out), np.result_type(x, weight))
    for n in range(N):
        for o in range(O):
            first_channel = o // (O // groups) * C
            for i in range(H_out):
                for j in range(W_out):
                    total = 0 if bias is None else bias[o]
                    for c in range(C):
                        for a in range(K_h):
                            for b in range(K_w):
                                row = i * stride[0] + a * dilation[0]
                                column = j * stride[1] + b * dilation[1]
                                cell = padded[n, first_channel + c, row, column]
                                total = total + cell * weight[o, c, a, b]
                    y[n, o, i, j] = total
    return y


def conv2d_backward(
    grad_output: Array,
    x: Array,
    weight: Array,
    stride: Pair = (1, 1),
    padding: Around = NO_PADDING,
    dilation: Pair = (1, 1),
    groups: int = 1,
) -> tuple[Array, Array, Array]:
    """Gradients of input, weight and bias: each product of the forward pass the other way.

    Where forward has ``y += x · w``, backward has ``grad_x += grad_y · w`` and
    ``grad_w += grad_y · x``; the bias gets the sum of ``grad_y``.

    Shape:
        grad_output as the output of ``conv2d``; the results as x, weight and bias ``(O,)``.
    """
    padded = np.pad(x, ((0, 0), (0, 0), *padding))
    grad_padded = np.zeros(padded.shape, np.result_type(grad_output, weight))
    grad_weight = np.zeros(weight.shape, np.result_type(grad_output, x))
    O, C, K_h, K_w = weight.shape
    for n, o, i, j in np.ndindex(grad_output.shape):
        first_channel = o // (O // groups) * C
        for c in range(C):
            for a in range(K_h):
                for b in range(K_w):
                    row = i * stride[0] + a * dilation[0]
                    column = j * stride[1] + b * dilation[1]
                    at = (n, first_channel + c, row, column)
                    grad_padded[at] += grad_output[n, o, i, j] * weight[o, c, a, b]
                    grad_weight[o, c, a, b] += grad_output[n, o, i, j] * padded[at]
    (top, _), (left, _) = padding
    H, W = x.shape[2:]
    grad_x = grad_padded[:, :, top : top + H, left : left + W]
    return grad_x, grad_weight, grad_output.sum(axis=(0, 2, 3))


def conv1d(
    x: Array,
    weight: Array,
    bias: Array | None = None,
    stride: int = 1,
    padding: Pair = (0, 0),
    dilation: int = 1,
) -> Array:
    """1-D convolution: ``y[n, o, i] = bias[o] + Σ_c Σ_k x[n, c, i·s + k·d] · weight[o, c, k]``.

    Shape:
        x ``(N, C, L)``, weight ``(O, C, K)``, bias ``(O,)``, result ``(N, O, L_out)``.
    """
    padded = np.pad(x, ((0, 0), (0, 0), padding))
    O, C, K = weight.shape
    L_out = (padded.shape[2] - dilation * (K - 1) - 1) // stride + 1
    y = np.zeros((x.shape[0], O, L_out), np.result_type(x, weight))
    for n, o, i in np.ndindex(y.shape):
        total = 0 if bias is None else bias[o]
        for c in range(C):
            for k in range(K):
                total = total + padded[n, c, i * stride + k * dilation] * weight[o, c, k]
        y[n, o, i] = total
    return y


def max_pool2d(
    x: Array, kernel_size: Pair, stride: Pair, padding: Pair = (0, 0)
) -> tuple[Array, Array]:
    """The maximum of each window, and where it lies in the padded input, as (row, column).

    ``y[n, c, i, j] = max_(a, b) x[n, c, i·s + a, j·s + b]``, padding being −∞. Of equal values, the
    first in row-major order counts.

    Shape:
        x ``(N, C, H, W)``, results ``(N, C, H_out, W_out)`` and ``(N, C, H_out, W_out, 2)``.
    """
    around = ((0, 0), (0, 0), (padding[0],) * 2, (padding[1],) * 2)
    padded = np.pad(x.astype(float), around, constant_values=-np.inf)
    N, C, H, W = padded.shape
    H_out = (H - kernel_size[0]) // stride[0] + 1
    W_out = (W - kernel_size[1]) // stride[1] + 1
    y = np.zeros((N, C, H_out, W_out), padded.dtype)
    where = np.zeros((N, C, H_out, W_out, 2), int)
    for n, c, i, j in np.ndindex(y.shape):
        best = -np.inf
        for a in range(kernel_size[0]):
            for b in range(kernel_size[1]):
                row, column = i * stride[0] + a, j * stride[1] + b
                if padded[n, c, row, column] > best:
                    best = padded[n, c, row, column]
                    where[n, c, i, j] = row, column
        y[n, c, i, j] = best
    return y, where


def max_pool2d_backward(
    grad_output: Array, where: Array, size: Pair, padding: Pair = (0, 0)
) -> Array:
    """Each gradient goes, whole, to the cell in ``where``: ``grad_x[where] += grad_y``.

    Shape:
        grad_output ``(N, C, H_out, W_out)``, result ``(N, C, H, W)``; ``size`` is (H, W).
    """
    N, C = grad_output.shape[:2]
    H, W = size
    grad = np.zeros((N, C, H + 2 * padding[0], W + 2 * padding[1]), grad_output.dtype)
    for n, c, i, j in np.ndindex(grad_output.shape):
        row, column = where[n, c, i, j]
        grad[n, c, row, column] += grad_output[n, c, i, j]
    return grad[:, :, padding[0] : padding[0] + H, padding[1] : padding[1] + W]


def average_pool2d(
    x: Array,
    kernel_size: Pair,
    stride: Pair,
    padding: Pair = (0, 0),
    *,
    count_padding: bool = True,
) -> Array:
    """The mean of each window; with ``count_padding`` its padding counts as zeros.

    ``y[n, c, i, j] = Σ_a Σ_b x[n, c, i·s + a, j·s + b] / cells``.

    Shape:
        x ``(N, C, H, W)``, result ``(N, C, H_out, W_out)``.
    """
    total, counts = _pool_sums(x, kernel_size, stride, padding)
    return total / (kernel_size[0] * kernel_size[1]) if count_padding else total / counts


def average_pool2d_backward(
    grad_output: Array,
    size: Pair,
    kernel_size: Pair,
    stride: Pair,
    padding: Pair = (0, 0),
    *,
    count_padding: bool = True,
) -> Array:
    """Each cell of a window gets the same share of its gradient: ``grad_x += grad_y / cells``.

    Shape:
        grad_output ``(N, C, H_out, W_out)``, result ``(N, C, H, W)``; ``size`` is (H, W).
    """
    N, C = grad_output.shape[:2]
    H, W = size
    _, counts = _pool_sums(np.ones((N, C, H, W)), kernel_size, stride, padding)
    grad = np.zeros((N, C, H + 2 * padding[0], W + 2 * padding[1]), grad_output.dtype)
    for n, c, i, j in np.ndindex(grad_output.shape):
        cells = kernel_size[0] * kernel_size[1] if count_padding else counts[n, c, i, j]
        for a in range(kernel_size[0]):
            for b in range(kernel_size[1]):
                at = (n, c, i * stride[0] + a, j * stride[1] + b)
                grad[at] += grad_output[n, c, i, j] / cells
    return grad[:, :, padding[0] : padding[0] + H, padding[1] : padding[1] + W]


def _pool_sums(x: Array, kernel_size: Pair, stride: Pair, padding: Pair) -> tuple[Array, Array]:
    """Sums of each window, and how many of its cells lie in the input itself."""
    N, C, H, W = x.shape
    H_out = (H + 2 * padding[0] - kernel_size[0]) // stride[0] + 1
    W_out = (W + 2 * padding[1] - kernel_size[1]) // stride[1] + 1
    total = np.zeros((N, C, H_out, W_out))
    counts = np.zeros((N, C, H_out, W_out))
    for n, c, i, j in np.ndindex(total.shape):
        for a in range(kernel_size[0]):
            for b in range(kernel_size[1]):
                row, column = i * stride[0] + a - padding[0], j * stride[1] + b - padding[1]
                if 0 <= row < H and 0 <= column < W:
                    total[n, c, i, j] += x[n, c, row, column]
                    counts[n, c, i, j] += 1
    return total, counts


def dense(x: Array, weight: Array, bias: Array | None = None) -> Array:
    """Dense layer, every output a weighted sum: ``y[n, o] = bias[o] + Σ_i x[n, i] · weight[o, i]``.

    Shape:
        x ``(N, in)``, weight ``(out, in)``, bias ``(out,)``, result ``(N, out)``.
    """
    y = np.zeros((x.shape[0], weight.shape[0]), np.result_type(x, weight))
    for n in range(x.shape[0]):
        for o in range(weight.shape[0]):
            total = 0 if bias is None else bias[o]
            for i in range(x.shape[1]):
                total = total + x[n, i] * weight[o, i]
            y[n, o] = total
    return y


def numerical_gradient(function: Callable[[], float], array: Array, epsilon: float = 1e-6) -> Array:
    """Central differences ``(f(v + ε) − f(v − ε)) / 2ε`` for every number ``v`` of ``array``.

    ``function`` must read ``array``, which is nudged in place and put back. Use float64.
    """
    gradient = np.zeros(array.shape)
    for at in np.ndindex(array.shape):
        kept = array[at]
        array[at] = kept + epsilon
        above = function()
        array[at] = kept - epsilon
        below = function()
        array[at] = kept
        gradient[at] = (above - below) / (2 * epsilon)
    return gradient
