"""Moving ink about: every target pixel looks up where in the source it comes from.

A warp is stored backwards. For the target pixel in row r and column c it gives the source
coordinates x(r, c) and y(r, c), which lie between pixels; the value there is mixed from the four
pixels around (bilinear). So each target pixel gets a value, and none is written twice.

Affine maps and smooth random fields are both sums of few products of a function of r and a function
of c, so one small matrix per picture and axis holds the whole warp:

    x = R · X · Cᵀ        R = [rows' modes | 1 | r],  C = [columns' modes | 1 | c]

The random field is that of P. Simard, D. Steinkraus, J. Platt, "Best practices for convolutional
neural networks applied to visual document analysis" (ICDAR 2003): independent displacements per
pixel, smoothed by a Gaussian of width σ. Smoothed noise has few degrees of freedom; ``modes`` finds
them, so that only those are drawn.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

Images = NDArray[np.uint8]
Floats = NDArray[np.float32]

_NEGLIGIBLE = 1e-3
"""Modes that carry less than this share of the largest one's variance are left out."""


@lru_cache(maxsize=64)
def modes(length: int, smoothness: float) -> Floats:
    """A matrix M such that M·z, with z independent standard normal, is smoothed noise.

    White noise smoothed by a Gaussian of width σ has covariance ``exp(−(i − j)²/(4σ²))`` (scaled to
    variance 1). With its eigenvectors Q and eigenvalues Λ, ``M = Q·√Λ`` gives that covariance, and
    all but the first few columns are next to zero.

    Shape:
        Returns ``(length, K)`` with K ≤ length, read-only because it is kept for the next call.
    """
    at = np.arange(length)
    covariance = np.exp(-((at[:, None] - at) ** 2) / (4 * smoothness**2))
    variances, vectors = np.linalg.eigh(covariance)
    kept = variances > _NEGLIGIBLE * variances[-1]
    variances, vectors = variances[kept], vectors[:, kept]
    variances *= length / variances.sum()
    matrix: Floats = (vectors * np.sqrt(variances)).astype(np.float32)
    matrix.flags.writeable = False
    return matrix


@lru_cache(maxsize=64)
def axis_functions(length: int, smoothness: float | None) -> Floats:
    """The functions of one coordinate that a warp is made of: ``[modes | 1 | coordinate]``.

    The coordinate is counted from the middle. Without ``smoothness`` there are no modes.

    Shape:
        Returns ``(length, K + 2)``, read-only.
    """
    coordinate = np.arange(length) - (length - 1) / 2
    parts = [np.ones(length), coordinate]
    matrix: Floats = np.stack(parts, axis=1).astype(np.float32)
    if smoothness is not None:
        matrix = np.concatenate([modes(length, smoothness), matrix], axis=1)
    matrix.flags.writeable = False
    return matrix


def sample(images: Images, x: Floats, y: Floats) -> Images:
    """The pictures' values at the coordinates given, mixed from four pixels; outside is paper (0).

    ``v = (1−b)·((1−a)·p₀₀ + a·p₀₁) + b·((1−a)·p₁₀ + a·p₁₁)`` with a and b the fractions of x and y.
    The four pixels lie side by side in one 32-bit word, so that one lookup brings them all.

    Shape:
        ``images`` is ``(N, C, H, W)``; ``x`` (columns) and ``y`` (rows) are ``(N, H, W)`` and are
        overwritten.
    """
    N, C, H, W = images.shape
    words = _squares_of_four(images)
    # ring pixels are paper; just inside the far ring, its neighbours are never needed
    for coordinate, size in ((x, W), (y, H)):
        np.add(coordinate, 1, out=coordinate)
        np.clip(coordinate, 0, np.nextafter(np.float32(size + 1), np.float32(0)), out=coordinate)
    column, row = np.floor(x), np.floor(y)
    x -= column
    y -= row
    place = row.astype(np.int32)
    place *= W + 1
    place += column.astype(np.int32)
    first = np.arange(0, N * C * (H + 1) * (W + 1), (H + 1) * (W + 1)).reshape(N, C, 1, 1)
    four = words.take(place[:, None] + first).view(np.uint8).reshape(N, C, H, W, 4)
    upper = _mixed(four[..., 0], four[..., 1], x[:, None])
    lower = _mixed(four[..., 2], four[..., 3], x[:, None])
    lower -= upper
    lower *= y[:, None]
    upper += lower
    upper += 0.5
    return upper.astype(np.uint8)


def _mixed(here: Images, there: Images, share: Floats) -> Floats:
    """``here + share·(there − here)``."""
    start = here.astype(np.float32)
    mixture = there.astype(np.float32)
    mixture -= start
    mixture *= share
    mixture += start
    return mixture


def _squares_of_four(images: Images) -> NDArray[np.uint32]:
    """Each pixel with its right, lower and lower right neighbour; a ring of paper all round.

    Shape:
        ``(N, C, H, W)`` to ``(N·C·(H+1)·(W+1),)``.
    """
    N, C, H, W = images.shape
    ringed = np.zeros((N, C, H + 2, W + 2), np.uint8)
    ringed[..., 1:-1, 1:-1] = images
    squares = np.empty((N, C, H + 1, W + 1, 4), np.uint8)
    for place in range(4):
        a, b = divmod(place, 2)
        squares[..., place] = ringed[..., a : a + H + 1, b : b + W + 1]
    return squares.view(np.uint32).reshape(-1)
