"""One small image next to what a network answers: a column per class, and the answer in words."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QImage, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from app.kit.buttons import icon_button
from app.look.nesting import nest
from app.look.painting import painted
from app.look.percentages import percent
from app.look.pictures import grey_image
from app.look.restyled import Restyled
from app.look.text import ElidedText
from app.look.theme import current_theme, font, px

Values = NDArray[np.floating]

_LEAST_SIDE, _MOST_SIDE = 64, 280
_LEAST_COLUMNS = 150
_LEAST_STEP = 14
"""Room for a column with its number; where there are more classes the most probable are shown."""
_SHARE = 0.45
"""How much of the width the image may take."""


class _Picture(QWidget):
    """The image, and the columns to its right."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.image: QImage | None = None
        self.shares: Values | None = None
        self.label: int | None = None
        self.empty = ""
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def sizeHint(self) -> QSize:
        """Image and columns at a size that a room can read."""
        return QSize(px(112 + 12 + 190), px(112))

    def minimumSizeHint(self) -> QSize:
        """The smallest size at which the columns have their digits below."""
        return QSize(px(_LEAST_SIDE + 12 + _LEAST_COLUMNS), px(_LEAST_SIDE))

    @property
    def image_box(self) -> QRectF:
        """Where the image is."""
        side = min(self.height() - 1, px(_MOST_SIDE), round(_SHARE * self.width()))
        return QRectF(0.5, 0.5, side - 1, side - 1)

    @painted
    def paintEvent(self, _event: QPaintEvent, painter: QPainter) -> None:
        """Draw image, columns and digits."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        theme = current_theme()
        box = self.image_box
        side = box.width() + 1
        painter.fillRect(box, QColor(theme.raised))
        if self.image is None:
            painter.setPen(QColor(theme.text_muted))
            painter.setFont(font(12))
            flags = int(Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap)
            inner = box.adjusted(px(6), 0, -px(6), 0)
            painter.drawText(inner, flags, self.empty)
        else:
            painter.drawImage(box, self.image)
        painter.setPen(QColor(theme.border))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(box)
        left = side + px(12)
        self._paint_columns(painter, QRectF(left, 0, self.width() - left, side))

    def columns(self, width: float) -> list[int]:
        """The classes that have a column: all, or as many of the most probable as have room."""
        count = 10 if self.shares is None else len(self.shares)
        digits = max(len(str(count - 1)), 1)
        room = max(2, int(width // px(_LEAST_STEP + 7 * (digits - 1))))
        if count <= room or self.shares is None:
            return list(range(max(count, 1)))
        best = np.argsort(-np.nan_to_num(self.shares), kind="stable")[:room].tolist()
        if self.label is not None and self.label not in best:
            best[-1] = self.label
        return sorted(best)

    def _paint_columns(self, painter: QPainter, area: QRectF) -> None:
        theme = current_theme()
        shown = self.columns(area.width())
        step = min(area.width() / len(shown), px(30))
        foot = px(18)
        ground = area.bottom() - foot
        painter.setFont(font(12))
        best = None if self.shares is None else int(np.argmax(self.shares))
        for place, digit in enumerate(shown):
            track = QRectF(area.left() + place * step, area.top(), step, ground - area.top())
            track.adjust(step * 0.18, 0, -step * 0.18, 0)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(theme.raised))
            painter.drawRect(track)
            if self.shares is not None and np.isfinite(self.shares[digit]):
                filled = QRectF(track)
                filled.setTop(ground - track.height() * float(self.shares[digit]))
                painter.setBrush(QColor(theme.accent if digit == best else theme.text_disabled))
                painter.drawRect(filled)
            words = QRectF(area.left() + place * step, ground + px(2), step, foot - px(2))
            is_label = digit == self.label
            painter.setPen(QColor(theme.text if is_label or digit == best else theme.text_muted))
            painter.setFont(font(12, QFont.Weight.DemiBold if is_label else QFont.Weight.Normal))
            painter.drawText(words, Qt.AlignmentFlag.AlignCenter, str(digit))
            if is_label:
                line = QRectF(words.center().x() - px(5), words.bottom() - px(2), px(10), px(2))
                painter.fillRect(line, QColor(theme.text))


class ImageAnswer(Restyled, QWidget):
    """A title with arrows to browse by, the image with its columns, and a line below.

    Signals:
        browsed: So many images on (1) or back (−1) were asked for.
    """

    browsed = Signal(int)

    def __init__(self, *, can_browse: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.title = ElidedText(size=12, weight=QFont.Weight.Medium)
        self.words = ElidedText(size=12, role="muted")
        self.picture = _Picture(self)
        self.previous = icon_button("previous", "The image before")
        self.next = icon_button("next", "The next image")
        self.previous.clicked.connect(lambda: self.browsed.emit(-1))
        self.next.clicked.connect(lambda: self.browsed.emit(1))
        self._head = QHBoxLayout()
        self._head.addWidget(self.title, 1)
        for button in (self.previous, self.next):
            button.setAutoRepeat(True)
            self._head.addWidget(button)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        nest(self._column, self._head)
        for button in (self.previous, self.next):
            button.setVisible(can_browse)  # in its place by now: else a window would flash up
        self._column.addWidget(self.picture, 100)
        self._column.addWidget(self.words)
        self._column.addStretch(1)
        self.follow_theme()

    def show_answer(
        self,
        title: str,
        image: Values | None,
        shares: Values | None,
        label: int | None = None,
        empty: str = "",
        names: tuple[str, ...] = (),
    ) -> None:
        """Show an image with its answer; ``names`` is empty where classes are called by number.

        Shape:
            ``image`` (H, W) or (C, H, W) from 0 to 1; ``shares`` (classes,).
        """
        self.title.setText(title)
        self.title.update()
        picture = None
        if image is not None:
            picture = grey_image(image if image.ndim == 2 else image.mean(axis=0))
        self.picture.image, self.picture.shares = picture, shares
        self.picture.label, self.picture.empty = label, empty
        self.words.setText(_sentence(shares, label, names))
        listed = ", ".join(f"{place} {name}" for place, name in enumerate(names))
        self.picture.setToolTip(listed)
        self.words.update()
        self.picture.setAccessibleDescription(self.words.text())
        self.picture.update()

    def pixel_box(self, place: int, shape: tuple[int, ...]) -> QRectF:
        """Where a number of the image is shown: of several channels, all on one.

        Args:
            place: The number, counted through the image.
            shape: The image's, ``(C, H, W)``.
        """
        *_, row, column = np.unravel_index(place, shape)
        box = self.picture.image_box
        wide, high = box.width() / shape[-1], box.height() / shape[-2]
        found = QRectF(box.left() + column * wide, box.top() + row * high, wide, high)
        return found.translated(self.picture.mapTo(self, QPointF()))

    def _restyle(self) -> None:
        self._column.setSpacing(px(4))
        self._head.setSpacing(px(2))
        self.title.setMinimumHeight(px(24))
        self._limit()

    def _limit(self) -> None:
        """Let the picture be no higher than its image will be, so that the words stay with it."""
        self.picture.setMaximumHeight(min(px(_MOST_SIDE), round(_SHARE * self.width()) + 1))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give the image as much as the width allows."""
        super().resizeEvent(event)
        self._limit()
        for button in (self.previous, self.next):
            button.setFixedSize(px(24), px(24))
            button.setIconSize(QSize(px(16), px(16)))


def _sentence(shares: Values | None, label: int | None, names: tuple[str, ...]) -> str:
    """The answer, its probability, and whether it is right."""
    known = "" if label is None else f"label {called(label, names)}"
    if shares is None or not np.isfinite(shares).all():
        return known
    best = int(np.argmax(shares))
    answer = f"answer {called(best, names)}, {percent(float(shares[best]))}"
    if label is None:
        return answer
    return f"{answer}  ·  {known}, {'right' if best == label else 'wrong'}"


def called(label: int, names: tuple[str, ...]) -> str:
    """A class by the number below its column, and by its name if it has one."""
    return f"{label} {names[label]}" if label < len(names) else str(label)
