"""Arrays of the engine as Qt images, and back."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QImage

from app.look.colormaps import Image, rgb_of
from engine.ink.resample import Picture


def grey_image(picture: Picture) -> QImage:
    """Return ink as MNIST shows it: 0 black, 1 white. Shape (H, W)."""
    levels = np.ascontiguousarray(np.rint(np.clip(picture, 0, 1) * 255).astype(np.uint8))
    height, width = levels.shape
    grey = QImage(levels.data, width, height, width, QImage.Format.Format_Grayscale8)
    # a copy, as a QImage does not keep the array alive; Qt scales this form three times as fast
    return grey.convertToFormat(QImage.Format.Format_RGB32)


def ink_image(picture: Picture, colour: str) -> QImage:
    """Return ink in a colour on transparent ground. Shape (H, W)."""
    height, width = picture.shape
    pixels = np.empty((height, width, 4), np.uint8)
    pixels[:, :, :3] = rgb_of(colour)
    pixels[:, :, 3] = np.rint(np.clip(picture, 0, 1) * 255)
    return rgba_image(pixels)


def rgba_image(pixels: Image) -> QImage:
    """Return red, green, blue, alpha as an image. Shape (H, W, 4)."""
    contiguous = np.ascontiguousarray(pixels)
    height, width = contiguous.shape[:2]
    form = QImage.Format.Format_RGBA8888
    return QImage(contiguous.data, width, height, 4 * width, form).copy()


def pixels_of(image: QImage) -> NDArray[np.uint8]:
    """Return an image's red, green, blue, alpha. Shape (H, W, 4)."""
    converted = image.convertToFormat(QImage.Format.Format_RGBA8888)
    rows = np.frombuffer(converted.constBits(), np.uint8)
    rows = rows.reshape(converted.height(), converted.bytesPerLine())
    return rows[:, : 4 * converted.width()].reshape(converted.height(), -1, 4).copy()
