"""What is done to each picture of a batch, as numbers, and doing it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from engine.basics.errors import ShapeError
from engine.data.augmentation.config import AugmentationConfig
from engine.data.augmentation.thickness import change_thickness
from engine.data.augmentation.warp import axis_functions, modes, sample

Images = NDArray[np.uint8]
Floats = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Distortions:
    """The changes of N pictures, each about the picture's middle.

    A point p goes to ``m + s + A·(p − m)`` with m the middle, s the shift and
    ``A = rotation · slant · scale`` (first scaled, then slanted, then turned):

        A = [cos θ  −sin θ] · [1  −k] · [sx   0]
            [sin θ   cos θ]   [0   1]   [ 0  sy]

    in (x to the right, y down). Then the elastic field moves points by ``elastic`` px, and
    ``thickness`` moves the pen's edge.

    Shape:
        All are ``(N,)`` float32, but ``field``: ``(2, N, K_rows, K_columns)`` standard normal
        weights of the field's modes, for x and for y, or ``None`` for no field. ``shift_x`` and
        ``shift_y`` are in px, right and down; ``rotation`` in degrees, clockwise; ``scale_x`` and
        ``scale_y`` factors; ``slant`` the lean to the right per px of height; ``thickness`` in px.
    """

    shift_x: Floats
    shift_y: Floats
    rotation: Floats
    scale_x: Floats
    scale_y: Floats
    slant: Floats
    thickness: Floats
    field: Floats | None = None
    elastic: float = 0.0
    smoothness: float = 1.0

    @classmethod
    def draw(
        cls, config: AugmentationConfig, count: int, size: tuple[int, int], rng: np.random.Generator
    ) -> Self:
        """Draw the changes of ``count`` pictures of ``size`` (height, width).

        Shifts, angles, slants and thickness are uniform in ± their range, sizes uniform on a
        logarithmic scale, so that a half is as likely as a double. Every number is drawn whatever
        the ranges, so that changing one range leaves the others' draws as they were.
        """
        uniform = rng.uniform(-1, 1, (7, count)).astype(np.float32)
        larger = np.float32(1 + config.scale) ** uniform[3]
        wider = np.float32(1 + config.stretch) ** (uniform[4] / 2)
        weights = None
        if config.elastic:
            many = tuple(modes(length, config.smoothness).shape[1] for length in size)
            weights = rng.standard_normal((2, count, *many), np.float32)
        return cls(
            shift_x=config.shift * uniform[0],
            shift_y=config.shift * uniform[1],
            rotation=config.rotation * uniform[2],
            scale_x=larger * wider,
            scale_y=larger / wider,
            slant=config.slant * uniform[5],
            thickness=config.thickness * uniform[6],
            field=weights,
            elastic=config.elastic,
            smoothness=config.smoothness,
        )

    @property
    def moves_ink(self) -> bool:
        """Whether any pixel may look up its value elsewhere than where it is."""
        sizes = ((self.scale_x != 1) | (self.scale_y != 1)).any()
        others = (self.shift_x, self.shift_y, self.rotation, self.slant)
        return bool(self.field is not None or sizes or any(value.any() for value in others))

    def apply(self, images: Images) -> Images:
        """The changed pictures, in new memory: first the pen, then the warp, in one lookup.

        Shape:
            ``(N, C, H, W)`` to the same.

        Raises:
            ShapeError: if the number of pictures differs.
        """
        if len(images) != len(self.shift_x):
            raise ShapeError(f"Changes of {len(self.shift_x)} pictures; got {len(images)} of them.")
        result = change_thickness(images, self.thickness)
        if self.moves_ink:
            x, y = self.sources((images.shape[2], images.shape[3]))
            result = sample(result, x, y)
        return result

    def sources(self, size: tuple[int, int]) -> tuple[Floats, Floats]:
        """For each target pixel, the column and row in the source that it shows.

        Shape:
            Two arrays ``(N, H, W)``, for ``size`` (H, W).
        """
        smoothness = None if self.field is None else self.smoothness
        rows, columns = (axis_functions(length, smoothness) for length in size)
        middle_y, middle_x = ((length - 1) / 2 for length in size)
        weights = np.zeros((2, len(self.shift_x), rows.shape[1], columns.shape[1]), np.float32)
        if self.field is not None:
            np.multiply(self.field, np.float32(self.elastic), out=weights[..., :-2, :-2])
        (xx, xy), (yx, yy) = self._inverse()
        for into, across, down, middle in (
            (weights[0], xx, xy, middle_x),
            (weights[1], yx, yy, middle_y),
        ):
            into[:, -2, -2] = middle - across * self.shift_x - down * self.shift_y
            into[:, -2, -1] = across
            into[:, -1, -2] = down
        x, y = rows @ (weights @ columns.T)
        return x, y

    def _inverse(self) -> tuple[tuple[Floats, Floats], tuple[Floats, Floats]]:
        """The entries of ``A⁻¹``: turned back, upright again, then back to size."""
        angle = np.deg2rad(self.rotation)
        cosine: Floats = np.cos(angle)
        sine: Floats = np.sin(angle)
        xx: Floats = np.divide(cosine - self.slant * sine, self.scale_x)
        xy: Floats = np.divide(sine + self.slant * cosine, self.scale_x)
        return (xx, xy), (-sine / self.scale_y, cosine / self.scale_y)
