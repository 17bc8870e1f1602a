"""A small grip on the canvas: pulling it drags the drawing out of the window as a PNG."""

from __future__ import annotations

from collections.abc import Callable
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
from PySide6.QtWidgets import QApplication, QWidget

from app.look.icons import paint_icon
from app.look.theme import current_theme, px

FILE_NAME = "drawing.png"
_SIDE, _FROM_EDGE = 28, 4
"""How large the grip is, and how far its icon from the edge of the sheet, at scale 1."""


class DragGrip(QWidget):
    """Drags a picture out while it is pulled.

    Args:
        picture: Gives the picture; a null one if there is nothing to drag.
        parent: The widget on which the grip lies.

    Signals:
        refused: It was pulled, but there is nothing to drag.
    """

    refused = Signal()

    def __init__(self, picture: Callable[[], QImage], parent: QWidget) -> None:
        super().__init__(parent)
        self._picture = picture
        self._pressed: QPoint | None = None
        self._folder: QTemporaryDir | None = None
        self.setCursor(Qt.CursorShape.OpenHandCursor)
        self.setToolTip("Drag the drawing out as a PNG")
        self.setAccessibleName("Drag the drawing out as a PNG")
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)

    def sizeHint(self) -> QSize:
        """Return a size that a pointer hits, up to the very corner."""
        return QSize(px(_SIDE) + px(_FROM_EDGE), px(_SIDE) + px(_FROM_EDGE))

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
        file.write_bytes(png)
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

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002 - Qt's signature
        """Draw the icon, quietly until the pointer is there."""
        theme = current_theme()
        painter = QPainter(self)
        edge = px(6) + px(_FROM_EDGE)
        inner = QRectF(self.rect()).adjusted(px(6), edge, -edge, -px(6))
        colour = theme.text if self.underMouse() else theme.text_disabled
        paint_icon(painter, "drag_out", inner, colour)


def png_of(image: QImage) -> bytes:
    """The image as the bytes of a PNG file."""
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    QImageWriter(buffer, QByteArray(b"png")).write(image)
    buffer.close()
    return bytes(data.data())
