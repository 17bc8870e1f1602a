"""The way of a drawing to the network, as a strip of pictures: drawn, cropped, scaled, centred.

Each step can be switched off, to see what it is for. The strip is quiet: the answer is above it.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt, Signal, Slot
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
from PySide6.QtWidgets import QCheckBox, QSizePolicy, QWidget

from app.kit.buttons import allow
from app.look.icons import paint_icon
from app.look.painting import painted
from app.look.pictures import grey_image
from app.look.restyled import Restyled
from app.look.theme import current_scale, current_theme, font, px
from engine.basics.geometry import times
from engine.ink.preprocess import FITTED_SIDE, SIDE, Prepared, Steps

_GAP = 28
_LINE, _WORDS = 18, 38
"""Heights of a title, and of a title with the line below it."""
_SMALLEST_TILE, _LARGEST_TILE = 40, 64
_LEAST_STEP, _MOST_STEP = 56, 200
"""Widths of a picture with its words."""
_BESIDE, _BELOW = 8, 5
"""Between a picture and its words, next to it or under it."""
_WORDS_BESIDE, _WORDS_BELOW = 88, 76
"""Widths of the words: with less than the first they stand under the picture."""


@dataclass(frozen=True)
class _Tile:
    """One picture with its words: ``caption`` where there is room, else ``size`` alone.

    ``box``, in parts of the tile, is where the picture lies, ``frame`` what is outlined.
    """

    title: str
    caption: str
    size: str = ""
    image: QImage | None = None
    is_off: bool = False
    is_sheet: bool = False
    box: QRectF = field(default_factory=lambda: QRectF(0, 0, 1, 1))
    frame: QRectF | None = None

    @property
    def fills(self) -> bool:
        """Whether the paper around the picture is what the network sees, too."""
        return self.image is not None and not self.is_sheet


_EMPTY = (
    _Tile("Drawn", "on the canvas"),
    _Tile("Cropped", "to the ink"),
    _Tile("Scaled", f"longer side to {FITTED_SIDE}"),
    _Tile("Centred", f"by mass in {SIDE}×{SIDE}"),
)


_ABOUT = (
    "Cut to the ink. Without it the whole sheet goes on, and where you drew matters.",
    f"Make the longer side {FITTED_SIDE} pixels. Without it a small digit stays small.",
    "Bring the centre of mass to the middle. Without it the middle of the box comes there.",
)

_EXACT = "this image goes to the network as it is; draw on it, and it is prepared"


class StageStrip(Restyled, QWidget):
    """Four small tiles with arrows between them, in the grey levels that the network sees.

    The words stand next to a tile, and under it where there is little width.

    Signals:
        steps_changed: The user switched a step: the ``Steps`` that are to be taken now.
    """

    steps_changed = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tiles: tuple[_Tile, ...] = _EMPTY
        self.toggles = tuple(QCheckBox(tile.title, self) for tile in _EMPTY[1:])
        for toggle, about in zip(self.toggles, _ABOUT, strict=True):
            toggle.setToolTip(about)
            toggle.setAccessibleDescription(about)
            toggle.setProperty("role", "quiet")
            toggle.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            toggle.setChecked(True)
            toggle.toggled.connect(self._announce)
        self._tile = _LARGEST_TILE
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.follow_theme()

    @property
    def steps(self) -> Steps:
        """The steps that are to be taken."""
        return Steps(*(toggle.isChecked() for toggle in self.toggles))

    def take_all_steps(self) -> None:
        """Switch every step on again."""
        if self.steps.is_full:
            return
        for toggle in self.toggles:
            was_blocked = toggle.blockSignals(True)
            toggle.setChecked(True)
            toggle.blockSignals(was_blocked)
        self._announce()

    @Slot()
    def _announce(self) -> None:
        self.steps_changed.emit(self.steps)

    @property
    def captions(self) -> list[str]:
        """What stands under the pictures."""
        return [f"{tile.title} {tile.caption}" for tile in self._tiles]

    @property
    def images(self) -> list[QImage | None]:
        """The pictures, ``None`` where there is none."""
        return [tile.image for tile in self._tiles]

    def show_stages(self, prepared: Prepared | None) -> None:
        """Show how a drawing was prepared; ``None`` empties the strip.

        What stays as it is, such as arrows and switches, is not painted again.
        """
        before, tiles = self._captions(), self._tiles
        self._tiles = _EMPTY if prepared is None else _tiles_of(prepared)
        is_exact = prepared is not None and prepared.is_exact
        for toggle in self.toggles:
            if toggle.isEnabled() is is_exact:
                allow(toggle, _EXACT if is_exact else "", toggle.accessibleDescription())
        for index, (old, new) in enumerate(zip(before, self._captions(), strict=True)):
            self.update(_changed(tiles[index], self._tiles[index], self.tile_box(index)))
            if old != new:
                self.update(self.words_box(index))

    def _captions(self) -> list[tuple[str, bool]]:
        """What is written under each title, and whether it says that the step is off."""
        metrics = QFontMetricsF(font(11))
        widest = max(metrics.horizontalAdvance(tile.caption) for tile in self._tiles)
        has_room = widest <= self.words_box(0).width()
        return [(tile.caption if has_room else tile.size, tile.is_off) for tile in self._tiles]

    def fit(self, width: int, room: int) -> bool:
        """Make the tiles as large as the room lets them be; say whether there is any."""
        words = 0 if _is_wide(width) else px(_BELOW + _WORDS)
        high = (room - words) / current_scale()
        tile = round(max(_SMALLEST_TILE, min(high, _LARGEST_TILE)))
        if tile != self._tile:
            self._tile = tile
            self._fit()
            self.update()
        return high >= _SMALLEST_TILE and width >= self.minimumSizeHint().width()

    def tile_box(self, index: int) -> QRect:
        """Where a picture is."""
        return QRect(round(index * _pitch(self.width())), 0, px(self._tile), px(self._tile))

    def words_box(self, index: int) -> QRect:
        """Where its title is, and the line below that."""
        tile = self.tile_box(index)
        if _is_wide(self.width()):
            lead = tile.width() + px(_BESIDE)
            top = (tile.height() - px(_WORDS)) // 2
            return QRect(tile.left() + lead, top, _step(self.width()) - lead, px(_WORDS))
        return QRect(tile.left(), tile.height() + px(_BELOW), px(_WORDS_BELOW), px(_WORDS))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Take the place for the words that this width has."""
        super().resizeEvent(event)
        self._fit()

    def sizeHint(self) -> QSize:
        """Return a size at which the words stand next to the tiles."""
        return QSize(4 * px(_MOST_STEP) + 3 * px(_GAP), px(_LARGEST_TILE))

    def minimumSizeHint(self) -> QSize:
        """Return the smallest legible size."""
        width = 4 * px(_LEAST_STEP) + 3 * px(_GAP)
        return QSize(width, px(_SMALLEST_TILE))

    @painted
    def paintEvent(self, event: QPaintEvent, painter: QPainter) -> None:
        """Draw those tiles, arrows and captions that need it."""
        region = event.region()
        captions = self._captions()
        for index, tile in enumerate(self._tiles):
            box, words = self.tile_box(index), self.words_box(index)
            if region.intersects(box):
                painter.setClipRect(box)  # Qt paints into one rectangle much faster
                self._paint_tile(painter, tile, QRectF(box))
                painter.setClipping(False)
            if region.intersects(words):
                self._paint_words(painter, tile, captions[index][0], words, is_switch=index > 0)
            arrow = QRectF(0, 0, px(16), px(16))
            arrow.moveCenter(QPointF(box.left() - px(_GAP) / 2, box.height() / 2))
            if index and region.intersects(arrow.toAlignedRect()):
                paint_icon(painter, "next", arrow, current_theme().text_muted)

    def _restyle(self) -> None:
        self._fit()

    def _fit(self) -> None:
        for index, toggle in enumerate(self.toggles, 1):
            words = self.words_box(index)
            toggle.setGeometry(QRect(words.left(), words.top(), words.width(), px(_LINE)))
        self.setFixedHeight(max(self.tile_box(0).bottom(), self.words_box(0).bottom()) + 1)

    def _paint_tile(self, painter: QPainter, tile: _Tile, box: QRectF) -> None:
        theme = current_theme()
        ground = theme.raised if tile.is_sheet else theme.surface
        painter.fillRect(box, QColor("#000000" if tile.fills else ground))
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
        if tile.is_off:
            painter.setPen(QPen(QColor(theme.warning), px(2), Qt.PenStyle.DashLine))
            painter.drawRect(box.adjusted(1, 1, -1, -1))

    def _paint_words(
        self, painter: QPainter, tile: _Tile, caption: str, words: QRect, *, is_switch: bool
    ) -> None:
        theme = current_theme()
        flags = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        title, below = QRect(words), QRect(words)
        title.setHeight(px(_LINE))
        below.setTop(title.bottom() + 1)
        if not is_switch:
            painter.setFont(font(12, QFont.Weight.Medium))
            painter.setPen(QColor(theme.text))
            painter.drawText(title, flags, tile.title)
        painter.setFont(font(11))
        painter.setPen(QColor(theme.warning if tile.is_off else theme.text_muted))
        painter.drawText(below, flags, caption)


def _pitch(width: int) -> float:
    """From the left of a tile to that of the next, in a strip of this width."""
    if _is_wide(width):
        return _step(width) + px(_GAP)
    return (width - px(_WORDS_BELOW)) / 3


def _step(width: int) -> int:
    """The width of a tile with its words next to it, in a strip of this width."""
    return min((width - 3 * px(_GAP)) // 4, px(_MOST_STEP))


def _is_wide(width: int) -> bool:
    """Whether there is width for the words next to the tiles."""
    return _step(width) >= px(_LARGEST_TILE + _BESIDE + _WORDS_BESIDE)


def _tiles_of(prepared: Prepared) -> tuple[_Tile, ...]:
    if prepared.is_exact:
        size, image = times(prepared.image.shape), grey_image(prepared.image)
        steps = [tile.title for tile in _EMPTY[1:]]
        untouched = (_Tile(title, "not done", "not done", image, is_off=True) for title in steps)
        return (_Tile("Data set", f"{size}, as it is", size, image), *untouched)
    return (
        _drawn(prepared),
        _cropped(prepared),
        _scaled(prepared),
        _Tile(
            "Centred",
            f"by mass in {SIDE}×{SIDE}" if prepared.steps.centre else "off: middle of the box",
            f"{SIDE}×{SIDE}" if prepared.steps.centre else "off",
            grey_image(prepared.image),
            is_off=not prepared.steps.centre,
        ),
    )


def _drawn(prepared: Prepared) -> _Tile:
    rows, columns = prepared.raw.shape
    top, left, height, width = prepared.crop_box
    longest = max(rows, columns)
    sheet = _centred(columns / longest, rows / longest)
    crop = QRectF(left / columns, top / rows, width / columns, height / rows)
    return _Tile(
        "Drawn",
        times((rows, columns)),
        times((rows, columns)),
        grey_image(prepared.raw),
        is_sheet=True,
        box=sheet,
        frame=_within(sheet, crop) if prepared.steps.crop else None,
    )


def _cropped(prepared: Prepared) -> _Tile:
    _, _, height, width = prepared.crop_box
    longest, is_on = max(height, width), prepared.steps.crop
    return _Tile(
        "Cropped",
        f"to the ink, {times((height, width))}" if is_on else "off: the whole sheet",
        times((height, width)) if is_on else "off",
        grey_image(prepared.crop),
        is_off=not is_on,
        box=_centred(width / longest, height / longest),
    )


def _scaled(prepared: Prepared) -> _Tile:
    rows, columns = prepared.fitted.shape
    is_on = prepared.steps.scale
    return _Tile(
        "Scaled",
        f"longer side {FITTED_SIDE}, {times((rows, columns))}"
        if is_on
        else f"off: as drawn, {times((rows, columns))}",
        times((rows, columns)) if is_on else f"off, {times((rows, columns))}",
        grey_image(prepared.fitted),
        is_off=not is_on,
        box=_centred(columns / SIDE, rows / SIDE),
    )


def _changed(old: _Tile, new: _Tile, box: QRect) -> QRect:
    """Which part of a tile looks different: while the pen moves on a sheet, little of it."""
    is_same = (old.box, old.frame, old.is_off) == (new.box, new.frame, new.is_off)
    if old.image is None or new.image is None or not is_same or old.is_sheet != new.is_sheet:
        return box
    if old.image.size() != new.image.size():
        return box
    height, width = new.image.height(), new.image.width()
    before, now = (
        np.frombuffer(image.constBits(), np.uint32).reshape(height, width)
        for image in (old.image, new.image)
    )
    is_other = before != now
    rows, columns = np.flatnonzero(is_other.any(axis=1)), np.flatnonzero(is_other.any(axis=0))
    if not rows.size:
        return QRect()
    # one more on each side, as a smooth picture mixes neighbours
    left, top = (int(places[0]) - 1 for places in (columns, rows))
    right, bottom = (int(places[-1]) + 2 for places in (columns, rows))
    part = QRectF(left / width, top / height, (right - left) / width, (bottom - top) / height)
    return _within(_within(QRectF(box), new.box), part).toAlignedRect() & box


def _centred(width: float, height: float) -> QRectF:
    return QRectF((1 - width) / 2, (1 - height) / 2, width, height)


def _within(box: QRectF, part: QRectF) -> QRectF:
    return QRectF(
        box.x() + part.x() * box.width(),
        box.y() + part.y() * box.height(),
        part.width() * box.width(),
        part.height() * box.height(),
    )
