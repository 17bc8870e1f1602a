"""A widget as a picture: pixels at any resolution, or SVG with text as text."""

from __future__ import annotations

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QPoint, QRect, QSize
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtSvg import QSvgGenerator
from PySide6.QtWidgets import QWidget

from app.look.theme import current_theme

_PIXELS_PER_INCH = 96


def image_of(widget: QWidget, ratio: float = 1.0) -> QImage:
    """Paint a widget, which need not be on the screen, ``ratio`` times as fine as it is large."""
    image = QImage(widget.size() * ratio, QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(ratio)
    image.fill(QColor(current_theme().surface))
    with QPainter(image) as painter:
        widget.render(painter, QPoint(), renderFlags=QWidget.RenderFlag.DrawChildren)
    return image


def png_of(image: QImage) -> bytes:
    """The content of a PNG file."""
    content = QByteArray()
    buffer = QBuffer(content)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")  # type: ignore[call-overload]  # the stubs know file names only
    buffer.close()
    return bytes(content.data())


def svg_of(widget: QWidget, title: str) -> bytes:
    """The content of an SVG file: shapes and text; bars of colour are pixels."""
    size: QSize = widget.size()
    content = QByteArray()
    buffer = QBuffer(content)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    generator = QSvgGenerator()
    generator.setOutputDevice(buffer)
    generator.setSize(size)
    generator.setViewBox(QRect(QPoint(), size))
    generator.setResolution(_PIXELS_PER_INCH)
    generator.setTitle(title)
    with QPainter(generator) as painter:
        painter.fillRect(QRect(QPoint(), size), QColor(current_theme().surface))
        widget.render(painter, QPoint(), renderFlags=QWidget.RenderFlag.DrawChildren)
    buffer.close()
    return bytes(content.data())
