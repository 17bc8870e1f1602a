"""Images side by side, each with the answer to it: painted in one widget, only what has changed."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFont,
    QHelpEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from app.kit.keys_and_pointer import ARROWS
from app.look.painting import painted
from app.look.percentages import percent
from app.look.pictures import grey_image
from app.look.restyled import LOOKS
from app.look.theme import current_theme, font, px
from app.train.inside.image_answer import called
from engine.insight.present_answers import NO_ANSWER, PresentAnswers

_GAP, _LEAST_GAP = 8, 3
_CAPTION = 20
_LEAST_SIDE, _MOST_SIDE = 40, 150
_WORTH_IT = 0.85
"""Whole rows are taken if their images are at least so large, to the largest's 1."""
_PALEST, _STRONGEST = 0.12, 0.5
"""How strong the ground of an answer is, from one that is not sure at all to one that is."""
RIGHT, WRONG = "✓", "✗"


class AnswerTiles(QWidget):
    """One tile an image: the picture, and below it ✓ or ✗ and the answer, stronger when surer.

    Signals:
        opened: The place of an image that was clicked, or chosen by Enter.
        pointed: The place of the image under the pointer or the keys; −1 if there is none.
    """

    opened = Signal(int)
    pointed = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._images: list[QImage] = []
        self._scaled: list[QImage] = []
        self._names: tuple[str, ...] = ()
        self._labels: NDArray[np.int64] = np.zeros(0, np.int64)
        self._answers: PresentAnswers | None = None
        self._turned: NDArray[np.bool_] = np.zeros(0, bool)
        self._columns, self._side, self._gap = 1, 0, 0
        self._pointed = -1
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setAccessibleName("Held-out images with the answers of the network")

    # What is shown

    @property
    def count(self) -> int:
        """How many images there are."""
        return len(self._images)

    @property
    def answers(self) -> PresentAnswers | None:
        """The answers that are shown."""
        return self._answers

    @property
    def turned(self) -> NDArray[np.bool_]:
        """Which answers are others than the last time; their tiles have a thicker frame."""
        return self._turned

    def show_images(
        self, images: NDArray[np.uint8], labels: NDArray[np.int64], names: Sequence[str]
    ) -> None:
        """Show other images, without answers yet.

        Shape:
            ``images`` (N, C, H, W), grey levels 0 to 255; ``labels`` (N,). ``names`` is empty where
            classes are called by their numbers.
        """
        self._images = [grey_image(image.mean(axis=0) / 255) for image in images]
        self._labels, self._names = labels, tuple(names)
        self._answers, self._turned = None, np.zeros(len(labels), bool)
        self._pointed = -1
        self._arrange()
        self.update()

    def show_answers(self, answers: PresentAnswers | None) -> None:
        """Show other answers to the same images; what has not changed is not painted again."""
        before, self._answers = self._answers, answers
        marked = self._turned
        self._turned = np.zeros(self.count, bool)
        if answers is None or before is None:
            self.update()
            return
        self._turned = answers.turned_since(before)
        strength = np.abs(answers.shares - before.shares) > 1 / 32
        for place in np.flatnonzero(marked | self._turned | strength).tolist():
            self.update(self._box(place).toAlignedRect())

    def words(self, place: int) -> str:
        """What is to be said of an image: its label, the answer, how sure that is."""
        label = f"label {called(int(self._labels[place]), self._names)}"
        if self._answers is None:
            return label
        answer = int(self._answers.answers[place])
        if answer == NO_ANSWER:
            return f"{label}: no answer, as a weight is no number any more"
        sure = percent(float(self._answers.shares[place]))
        mark = RIGHT if self._answers.is_right[place] else WRONG
        return f"{label}: answer {called(answer, self._names)}, {sure} {mark}"

    def caption(self, place: int) -> str:
        """What stands below an image."""
        if self._answers is None:
            return ""
        answer = int(self._answers.answers[place])
        if answer == NO_ANSWER:
            return f"{WRONG} –"
        mark = RIGHT if self._answers.is_right[place] else WRONG
        return f"{mark} {self._names[answer] if answer < len(self._names) else answer}"

    # Where it lies

    def place_at(self, at: QPointF) -> int:
        """The image at a point; −1 if there is none."""
        boxes = (place for place in range(self.count) if self._box(place).contains(at))
        return next(boxes, -1)

    def box(self, place: int) -> QRect:
        """Where an image with its answer lies."""
        return self._box(place).toAlignedRect()

    def _box(self, place: int) -> QRectF:
        row, column = divmod(place, self._columns)
        wide, high = self._side + self._gap, self._side + px(_CAPTION) + self._gap
        return QRectF(column * wide, row * high, self._side, self._side + px(_CAPTION))

    def _arrange(self) -> None:
        """Let the images be as large as they fit, in whole rows unless that makes them smaller."""
        self._gap = px(_GAP if self.width() >= px(600) else _LEAST_GAP)
        sides = {columns: self._side_in(columns) for columns in range(1, max(1, self.count) + 1)}
        whole = {columns: side for columns, side in sides.items() if self.count % columns == 0}
        best = max(sides, key=lambda columns: sides[columns])
        regular = max(whole, key=lambda columns: whole[columns])
        self._columns = regular if sides[regular] >= _WORTH_IT * sides[best] else best
        self._side = sides[self._columns]
        if self._side < px(_LEAST_SIDE):  # too low for all of them: the others are scrolled to
            step = px(_LEAST_SIDE) + self._gap
            self._columns = max(1, min(self.count, (self.width() + self._gap) // step))
            wide = (self.width() - (self._columns - 1) * self._gap) // self._columns
            self._side = max(0, min(wide, px(_LEAST_SIDE)))
        rows = math.ceil(self.count / self._columns)
        high = rows * (px(_LEAST_SIDE) + px(_CAPTION) + self._gap) - self._gap
        self.setMinimumHeight(high if self._side <= px(_LEAST_SIDE) else px(_LEAST_SIDE))
        ratio = self.devicePixelRatioF()
        pixels = max(1, round(self._side * ratio))
        keep, smooth = (
            Qt.AspectRatioMode.KeepAspectRatio,
            Qt.TransformationMode.SmoothTransformation,
        )
        self._scaled = [image.scaled(pixels, pixels, keep, smooth) for image in self._images]
        for image in self._scaled:
            image.setDevicePixelRatio(ratio)

    def _side_in(self, columns: int) -> int:
        """How large an image is with so many in a row."""
        rows = math.ceil(max(1, self.count) / columns)
        wide = (self.width() - (columns - 1) * self._gap) // columns
        high = (self.height() - (rows - 1) * self._gap) // rows - px(_CAPTION)
        return min(wide, high, px(_MOST_SIDE))

    def sizeHint(self) -> QSize:
        """Ten comfortable tiles in a row, five rows."""
        return QSize(10 * px(72), 5 * px(72 + _CAPTION))

    def minimumSizeHint(self) -> QSize:
        """One small tile; those that have no room are scrolled to."""
        return QSize(px(_LEAST_SIDE), px(_LEAST_SIDE + _CAPTION))

    # Events

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Use the room there is."""
        super().resizeEvent(event)
        self._arrange()

    def changeEvent(self, event: QEvent) -> None:
        """Follow theme and scale."""
        if event.type() in LOOKS:
            self.updateGeometry()
            self._arrange()
            self.update()
        super().changeEvent(event)

    def event(self, event: QEvent) -> bool:
        """Say of the image under the pointer what there is to say."""
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            place = self.place_at(QPointF(event.pos()))
            QToolTip.showText(event.globalPos(), self.words(place) if place >= 0 else "", self)
            return True
        return super().event(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Point at an image."""
        self._point_at(self.place_at(event.position()))

    def leaveEvent(self, event: QEvent) -> None:
        """Point at none."""
        super().leaveEvent(event)
        self._point_at(-1)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Open the image that was clicked."""
        place = self.place_at(event.position())
        if event.button() == Qt.MouseButton.LeftButton and place >= 0:
            self.opened.emit(place)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Walk from image to image; Enter opens one."""
        key = Qt.Key(event.key())
        if key in ARROWS and self.count:
            down, right = ARROWS[key]
            wanted = self._pointed + right + down * self._columns if self._pointed >= 0 else 0
            self._point_at(min(max(wanted, 0), self.count - 1))
        elif key in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and self._pointed >= 0:
            self.opened.emit(self._pointed)
        else:
            super().keyPressEvent(event)

    def _point_at(self, place: int) -> None:
        if place != self._pointed:
            for one in (place, self._pointed):
                if one >= 0:
                    self.update(self._box(one).toAlignedRect().adjusted(-2, -2, 2, 2))
            self._pointed = place
            self.pointed.emit(place)

    # Painting

    @painted
    def paintEvent(self, event: QPaintEvent, painter: QPainter) -> None:
        """Draw the tiles that have changed."""
        if self._side < 4:
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        dirty = QRectF(event.rect())
        for place in range(self.count):
            box = self._box(place)
            if dirty.intersects(box):
                self._paint_tile(painter, place, box)

    def _paint_tile(self, painter: QPainter, place: int, box: QRectF) -> None:
        theme = current_theme()
        picture, image = (
            QRectF(box.left(), box.top(), box.width(), box.width()),
            self._scaled[place],
        )
        painter.fillRect(picture, QColor("black"))
        place_of_image = QRectF(QPointF(), image.deviceIndependentSize())
        place_of_image.moveCenter(picture.center())
        painter.drawImage(place_of_image.topLeft(), image)
        caption = box.adjusted(0, box.width(), 0, 0)
        painter.fillRect(caption, QColor(theme.raised))
        colour = QColor(theme.border)
        if self._answers is not None:
            colour = QColor(theme.accent if self._answers.is_right[place] else theme.warning)
            ground = QColor(colour)
            sure = float(self._answers.shares[place])
            ground.setAlphaF(_PALEST + (_STRONGEST - _PALEST) * sure)
            painter.fillRect(caption, ground)
        painter.setPen(QColor(theme.text))
        painter.setFont(font(13 if self._side >= px(40) else 11, QFont.Weight.DemiBold))
        room = caption.adjusted(px(2), 0, -px(2), 0)
        elide = Qt.TextElideMode.ElideRight
        words = painter.fontMetrics().elidedText(self.caption(place), elide, int(room.width()))
        painter.drawText(room, int(Qt.AlignmentFlag.AlignCenter), words)
        has_turned = bool(self._turned[place])
        is_wrong = self._answers is not None and not self._answers.is_right[place]
        width = px(3) if has_turned or place == self._pointed else px(2) if is_wrong else 1
        colour = QColor(theme.text) if place == self._pointed else colour
        painter.setBrush(Qt.BrushStyle.NoBrush)
        pen = QPen(colour, width)
        pen.setJoinStyle(Qt.PenJoinStyle.MiterJoin)
        painter.setPen(pen)
        inner = width / 2
        painter.drawRect(box.adjusted(inner, inner, -inner, -inner))
