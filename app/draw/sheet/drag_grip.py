"""A small grip next to the tools: pulling it drags the drawing out of the window as a PNG."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from PySide6.QtCore import (
    QBuffer,
    QByteArray,
    QIODevice,
    QMimeData,
    QPoint,
    QRectF,
    QSize,
    Qt,
    QTemporaryDir,
    QUrl,
    Signal,
)
from PySide6.QtGui import (
    QDrag,
    QImage,
    QImageWriter,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPixmap,
)
from PySide6.QtWidgets import QApplication, QSizePolicy, QWidget

from app.look.icons import paint_icon
from app.look.painting import painted
from app.look.theme import current_theme, px
from engine.basics.whole_file import write_whole

FILE_NAME = "drawing.png"
_SIDE, _MARGIN = 28, 4
"""How large the grip is, and what is left around its icon, at scale 1."""


class DragGrip(QWidget):
    """Drags a picture out while it is pulled.

    Args:
        picture: Gives the picture; a null one if there is nothing to drag.
        parent: Qt owner.

    Signals:
        refused: It was pulled, but there is nothing to drag.
    """

    refused = Signal()

    def __init__(self, picture: Callable[[], QImage], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._picture = picture
        self._pressed: QPoint | None = None
        self._folder: QTemporaryDir | None = None
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.OpenHandCursor)
        self.setToolTip("Drag the drawing out as a PNG")
        self.setAccessibleName("Drag the drawing out as a PNG")
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)

    def sizeHint(self) -> QSize:
        """Return a size that a pointer hits."""
        return QSize(px(_SIDE), px(_SIDE))

    def mime_data(self) -> QMimeData | None:
        """The drawing as an image, as PNG and as a file; ``None`` if there is none."""
        image = self._picture()
        if image.isNull():
            return None
        data = QMimeData()
        data.setImageData(image)
        png = png_of(image)
        data.setData("image/png", png)
        self._folder = QTemporaryDir()  # lives until the next drag: the receiver may read it later
        file = Path(self._folder.filePath(FILE_NAME))
        with suppress(OSError):  # the disk is full: it is still an image
            write_whole(file, png)
            data.setUrls([QUrl.fromLocalFile(str(file))])
        return data

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take hold."""
        if event.button() == Qt.MouseButton.LeftButton:
            self._pressed = event.position().toPoint()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Begin to drag once it is clear that the grip is pulled."""
        if self._pressed is None:
            return
        way = (event.position().toPoint() - self._pressed).manhattanLength()
        if way >= QApplication.startDragDistance():
            self._pressed = None
            self.drag()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: ARG002 - Qt's signature
        """Let go."""
        self._pressed = None

    def drag(self) -> None:
        """Drag the picture until it is dropped somewhere."""
        data = self.mime_data()
        if data is None:
            self.refused.emit()
            return
        small = QPixmap.fromImage(self._picture()).scaledToHeight(
            px(96), Qt.TransformationMode.SmoothTransformation
        )
        drag = QDrag(self)
        drag.setMimeData(data)
        drag.setPixmap(small)
        drag.setHotSpot(small.rect().center())
        self.carry_out(drag)

    def carry_out(self, drag: QDrag) -> None:
        """Let the window system drag it; it returns once it is dropped."""
        drag.exec(Qt.DropAction.CopyAction)

    @painted
    def paintEvent(self, _event: QPaintEvent, painter: QPainter) -> None:
        """Draw the icon, quietly until the pointer is there."""
        theme = current_theme()
        inner = QRectF(0, 0, px(_SIDE) - 2 * px(_MARGIN), px(_SIDE) - 2 * px(_MARGIN))
        inner.moveCenter(QRectF(self.rect()).center())
        colour = theme.text if self.underMouse() else theme.text_muted
        paint_icon(painter, "drag_out", inner, colour)


def png_of(image: QImage) -> bytes:
    """The image as the bytes of a PNG file."""
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    QImageWriter(buffer, QByteArray(b"png")).write(image)
    buffer.close()
    return bytes(data.data())
