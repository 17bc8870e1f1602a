"""Conv1d as the 2-D convolution that it is, on maps one row high."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from engine.traces.conv2d_case import Conv2dCase
from engine.traces.model import exact


def conv1d_case(
    input: ArrayLike,  # noqa: A002 - the field's name for it
    kernel: ArrayLike,
    bias: ArrayLike | None = None,
    grad_output: ArrayLike | None = None,
    *,
    stride: int = 1,
    padding: int = 0,
    dilation: int = 1,
    groups: int = 1,
) -> Conv2dCase:
    """A case for all traces of Conv2d; their results have one row.

    Shape:
        input ``(C, L)``; kernel ``(O, C/groups, K)``; bias ``(O,)``; grad_output ``(O, L_out)``.

    Raises:
        ShapeError: if the arrays do not fit together.
    """
    x = exact(input, 2, "input", "(C, L); take one sample of a batch with x[0]")
    w = exact(kernel, 3, "kernel", "(out_channels, in_channels/groups, K)")
    gradient = None
    if grad_output is not None:
        gradient = exact(grad_output, 2, "grad_output", "(out_channels, L_out)")[:, np.newaxis]
    return Conv2dCase(
        x[:, np.newaxis],
        w[:, :, np.newaxis],
        bias,
        gradient,
        stride=(1, stride),
        padding=(0, padding),
        dilation=(1, dilation),
        groups=groups,
    )
