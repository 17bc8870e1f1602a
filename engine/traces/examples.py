"""The 4×4 example of the course (problem 2): small enough to check every number by hand."""

from __future__ import annotations

import numpy as np

from engine.traces.conv2d_case import Conv2dCase


def four_by_four(padding: int = 0) -> Conv2dCase:
    """1…16 through two 3×3 kernels, bias 0, stride 1.

    The gradient that arrives is 2×2 per kernel; with padding, where the output is larger, it lies
    in the output's top left corner, with zeros elsewhere.
    """
    kernels = np.zeros((2, 1, 3, 3))
    kernels[0, 0, 1, 1], kernels[0, 0, 2, 1] = 1, -1
    kernels[1, 0, 1, 1], kernels[1, 0, 1, 2] = -1, 1
    side = 2 + 2 * padding
    grad_output = np.zeros((2, side, side))
    grad_output[:, :2, :2] = [[[-4, -4], [10, 11]], [[1, -7], [1, -11]]]
    image = np.arange(1, 17).reshape(1, 4, 4)
    return Conv2dCase(image, kernels, np.zeros(2), grad_output, padding=padding)
