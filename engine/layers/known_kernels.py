"""Well-known kernels of image processing, as they are applied by cross-correlation.

Sources: I. Sobel, G. Feldman (1968) for the Sobel operators; R. C. Gonzalez, R. E. Woods, "Digital
Image Processing", chapter 3, for the others.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class KnownKernel:
    """One kernel: its name, what it does to an image, and its weights, shape ``(K_h, K_w)``."""

    title: str
    about: str
    weights: NDArray[np.float64]


def _kernel(title: str, about: str, rows: list[list[float]], divisor: float = 1.0) -> KnownKernel:
    return KnownKernel(title, about, np.array(rows, np.float64) / divisor)


KERNELS: dict[str, KnownKernel] = {
    "identity": _kernel(
        "Identity", "Leaves the image as it is.", [[0, 0, 0], [0, 1, 0], [0, 0, 0]]
    ),
    "box": _kernel("Box blur", "The mean of the window.", [[1, 1, 1], [1, 1, 1], [1, 1, 1]], 9),
    "gaussian": _kernel(
        "Gaussian blur",
        "A mean that weighs near cells more.",
        [[1, 2, 1], [2, 4, 2], [1, 2, 1]],
        16,
    ),
    "sharpen": _kernel(
        "Sharpen", "Adds the difference to the neighbours.", [[0, -1, 0], [-1, 5, -1], [0, -1, 0]]
    ),
    "sobel_x": _kernel(
        "Sobel, vertical edges",
        "The slope from left to right.",
        [[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]],
    ),
    "sobel_y": _kernel(
        "Sobel, horizontal edges",
        "The slope from top to bottom.",
        [[-1, -2, -1], [0, 0, 0], [1, 2, 1]],
    ),
    "laplacian": _kernel(
        "Laplacian",
        "The curvature: edges in all directions.",
        [[0, 1, 0], [1, -4, 1], [0, 1, 0]],
    ),
    "emboss": _kernel(
        "Emboss", "Light from one corner: a relief.", [[-2, -1, 0], [-1, 1, 1], [0, 1, 2]]
    ),
}
"""All of them, by a short name."""
