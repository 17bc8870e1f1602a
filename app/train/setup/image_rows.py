"""Small grey images in rows."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.look.painting import painted
from app.look.restyled import Repainted
from app.look.theme import current_theme, px


class ImageRows(Repainted, QWidget):
    """As large as its width allows, pixels kept square and sharp."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._images: NDArray[np.uint8] = np.zeros((0, 0, 1, 1), np.uint8)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    @property
    def images(self) -> NDArray[np.uint8]:
        """What is shown: ``(rows, columns, H, W)``."""
        return self._images

    def show_images(self, images: NDArray[np.uint8]) -> None:
        """Show images.

        Shape:
            ``(rows, columns, H, W)``, ink bright on 0.
        """
        self._images = images
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """Room for images of 40 px."""
        rows, columns = self._images.shape[:2]
        return QSize(columns * px(42), rows * px(42))

    @painted
    def paintEvent(self, _event: QPaintEvent, painter: QPainter) -> None:
        """Draw the images, ink dark on white, whatever the theme: as on paper."""
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        rows, columns, height, width = self._images.shape
        if not rows:
            return
        step = min(self.width() / columns, self.height() / rows)
        for row in range(rows):
            for column in range(columns):
                box = QRectF(column * step, row * step, step - px(3), step - px(3))
                pixels = np.ascontiguousarray(255 - self._images[row, column])
                grey = QImage.Format.Format_Grayscale8
                painter.drawImage(box, QImage(pixels.data, width, height, width, grey).copy())
                painter.setPen(QColor(current_theme().border))
                painter.drawRect(box)
