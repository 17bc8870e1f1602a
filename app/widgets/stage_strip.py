"""The way of a drawing to the network, as a strip of pictures: drawn, cropped, scaled, centred."""

from __future__ import annotations

from dataclasses import dataclass, field

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetricsF,
    QImage,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.icons import paint_icon
from app.theme import current_theme, font, px
from app.widgets.pictures import grey_image
from engine.geometry import times
from engine.preprocess import FITTED_SIDE, SIDE, Prepared

_GAP = 28
_CAPTION = 42
_SMALLEST_TILE, _LARGEST_TILE = 72, 220


@dataclass(frozen=True)
class _Tile:
    """One picture with its words: ``caption`` where there is room, else ``size`` alone.

    ``box``, in parts of the tile, is where the picture lies, ``frame`` what is outlined.
    """

    title: str
    caption: str
    size: str = ""
    image: QImage | None = None
    box: QRectF = field(default_factory=lambda: QRectF(0, 0, 1, 1))
    frame: QRectF | None = None


_EMPTY = (
    _Tile("Drawn", "on the canvas"),
    _Tile("Cropped", "to the ink"),
    _Tile("Scaled", f"longer side to {FITTED_SIDE}"),
    _Tile("Centred", f"by mass in {SIDE}×{SIDE}"),
)


class StageStrip(QWidget):
    """Four tiles with arrows between them, in the grey levels that the network sees."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tiles: tuple[_Tile, ...] = _EMPTY
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    @property
    def captions(self) -> list[str]:
        """What stands under the pictures."""
        return [f"{tile.title} {tile.caption}" for tile in self._tiles]

    @property
    def images(self) -> list[QImage | None]:
        """The pictures, ``None`` where there is none."""
        return [tile.image for tile in self._tiles]

    def show_stages(self, prepared: Prepared | None) -> None:
        """Show how a drawing was prepared; ``None`` empties the strip."""
        self._tiles = _EMPTY if prepared is None else _tiles_of(prepared)
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Be as high as the tiles of this width are."""
        super().resizeEvent(event)
        self._fit()

    def heightForWidth(self, width: int) -> int:
        """Return the height that square tiles and their captions need."""
        return self._side(width) + px(_CAPTION)

    def sizeHint(self) -> QSize:
        """Return a size at which the pixels of 28×28 are easily seen."""
        width = 4 * px(140) + 3 * px(_GAP)
        return QSize(width, self.heightForWidth(width))

    def minimumSizeHint(self) -> QSize:
        """Return the smallest legible size."""
        width = 4 * px(_SMALLEST_TILE) + 3 * px(_GAP)
        return QSize(width, px(_SMALLEST_TILE + _CAPTION))

    def changeEvent(self, event: QEvent) -> None:
        """Take the size of the new scale."""
        if event.type() == QEvent.Type.StyleChange:
            self._fit()
        super().changeEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002 - Qt's signature
        """Draw tiles, arrows and captions."""
        painter = QPainter(self)
        side = self._side(self.width())
        metrics = QFontMetricsF(font(11))
        widest = max(metrics.horizontalAdvance(tile.caption) for tile in self._tiles)
        has_room = widest <= side
        for index, tile in enumerate(self._tiles):
            left = index * (side + px(_GAP))
            self._paint_tile(painter, tile, QRectF(left, 0, side, side))
            words = tile.caption if has_room else tile.size
            self._paint_words(painter, tile.title, words, left, side)
            if index:
                arrow = QRectF(0, 0, px(16), px(16))
                arrow.moveCenter(QPointF(left - px(_GAP) / 2, side / 2))
                paint_icon(painter, "next", arrow, current_theme().text_muted)

    def _fit(self) -> None:
        self.setFixedHeight(self.heightForWidth(self.width()))

    def _side(self, width: int) -> int:
        side = (width - 3 * px(_GAP)) // 4
        return max(px(_SMALLEST_TILE), min(side, px(_LARGEST_TILE)))

    def _paint_tile(self, painter: QPainter, tile: _Tile, box: QRectF) -> None:
        theme = current_theme()
        painter.fillRect(box, QColor("#000000" if tile.image else theme.surface))
        if tile.image is not None:
            target = _within(box, tile.box)
            is_coarse = tile.image.width() <= SIDE  # its pixels are to be seen
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, not is_coarse)
            painter.drawImage(target, tile.image)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if tile.frame is not None:
            painter.setPen(QPen(QColor("#f4a45c"), px(1.5)))
            painter.drawRect(_within(box, tile.frame).adjusted(-1, -1, 1, 1) & box)
        painter.setPen(QColor(theme.border))
        painter.drawRect(box.adjusted(0.5, 0.5, -0.5, -0.5))

    def _paint_words(
        self, painter: QPainter, title: str, caption: str, left: float, side: float
    ) -> None:
        theme = current_theme()
        overhang = px(_GAP) / 2
        words = QRectF(left - overhang, side + px(6), side + 2 * overhang, px(_CAPTION))
        flags = Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop
        painter.setFont(font(12, QFont.Weight.Medium))
        painter.setPen(QColor(theme.text))
        painter.drawText(words, flags, title)
        painter.setFont(font(11))
        painter.setPen(QColor(theme.text_muted))
        painter.drawText(words.translated(0, px(17)), flags, caption)


def _tiles_of(prepared: Prepared) -> tuple[_Tile, ...]:
    rows, columns = prepared.raw.shape
    top, left, height, width = prepared.crop_box
    longest = max(height, width)
    fitted_rows, fitted_columns = prepared.fitted.shape
    return (
        _Tile(
            "Drawn",
            times((rows, columns)),
            times((rows, columns)),
            grey_image(prepared.raw),
            frame=QRectF(left / columns, top / rows, width / columns, height / rows),
        ),
        _Tile(
            "Cropped",
            f"to the ink, {times((height, width))}",
            times((height, width)),
            grey_image(prepared.crop),
            _centred(width / longest, height / longest),
        ),
        _Tile(
            "Scaled",
            f"longer side {FITTED_SIDE}, {times((fitted_rows, fitted_columns))}",
            times((fitted_rows, fitted_columns)),
            grey_image(prepared.fitted),
            _centred(fitted_columns / SIDE, fitted_rows / SIDE),
        ),
        _Tile("Centred", f"by mass in {SIDE}×{SIDE}", f"{SIDE}×{SIDE}", grey_image(prepared.image)),
    )


def _centred(width: float, height: float) -> QRectF:
    return QRectF((1 - width) / 2, (1 - height) / 2, width, height)


def _within(box: QRectF, part: QRectF) -> QRectF:
    return QRectF(
        box.x() + part.x() * box.width(),
        box.y() + part.y() * box.height(),
        part.width() * box.width(),
        part.height() * box.height(),
    )
