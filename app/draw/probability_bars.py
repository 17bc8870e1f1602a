"""Ten probabilities as bars with their percentages, and the answer in large next to them.

Where classes have names, these stand in place of the digits.
"""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetricsF,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.draw.painted import Painted, paint_bar
from app.look.painting import painted
from app.look.percentages import percent
from app.look.theme import current_scale, current_theme, font, px
from app.state.recognition import Recognition

Probabilities = NDArray[np.floating]

_LARGEST_ROW = 44
_BAR, _BEST_BAR = 14, 18
"""How high a bar is, and that of the answer."""
_NUMERAL = 120
"""The height of the answer."""
_CLASSES = 10
_NUMBER, _LEAST_TRACK = 76, 24
"""Width of the percentages, and of the shortest bars, at scale 1."""
_OPENS = "Click to see in Step how softmax makes probabilities of the logits"
_LEAST_NAME = 14
"""Font size of the longest names of classes, in pixels at scale 1."""


def _label_size(row: QRectF) -> float:
    return min(15, max(12, row.height() / current_scale() * 0.5))


class ProbabilityBars(Painted):
    """One bar per class, always in the same place; the answer's is larger, in the accent colour.

    Where the answer is in doubt, no bar stands out.
    """

    usual: ClassVar[tuple[int, int]] = (320, 260)
    least: ClassVar[tuple[int, int]] = (200, 150)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Probabilities of the ten digits", parent)
        self._probabilities: Probabilities | None = None
        self._names: tuple[str, ...] = ()
        self._is_sure = True

    @property
    def texts(self) -> list[str]:
        """The percentages shown, from digit 0 to 9; empty when there is no answer."""
        if self._probabilities is None:
            return []
        return [percent(float(share)) for share in self._probabilities]

    @property
    def labels(self) -> tuple[str, ...]:
        """What stands before the bars: names, or digits."""
        return self._names or tuple(map(str, range(_CLASSES)))

    def show_probabilities(
        self,
        probabilities: Probabilities | None,
        names: tuple[str, ...] = (),
        *,
        is_sure: bool = True,
    ) -> None:
        """Show ten probabilities, or none. Only rows that look different are painted again.

        ``names`` is empty where the classes are the digits; unless it ``is_sure``, the most
        probable one is shown like the others.
        """
        if names != self._names:
            self._names = names
            what = "classes" if names else "digits"
            self.setAccessibleName(f"Probabilities of the ten {what}")
            self.updateGeometry()
            self.update()
        before = self._looks()
        self._probabilities, self._is_sure = probabilities, is_sure
        row = self._row_height()
        for digit, (old, new) in enumerate(zip(before, self._looks(), strict=True)):
            if old != new:
                box = QRectF(0, digit * row, self.width(), row)
                self.update(box.toAlignedRect())

    def _looks(self) -> list[tuple[str, int, bool]]:
        """What is seen of each row: its text, its length in pixels, whether it is the answer."""
        if self._probabilities is None:
            return [("", 0, False)] * _CLASSES
        best = self.standing_out
        long = self.width() * self.devicePixelRatioF()
        return [
            (percent(share), round(share * long), digit == best)
            for digit, share in enumerate(self._probabilities.tolist())
        ]

    @property
    def standing_out(self) -> int | None:
        """Which row is larger and in colour: the answer's; none where there is a doubt."""
        if self._probabilities is None or not self._is_sure:
            return None
        return int(np.argmax(self._probabilities))

    def _row_height(self) -> float:
        return min(self.height() / _CLASSES, px(_LARGEST_ROW))

    def _label_width(self, row: QRectF) -> float:
        """Room before the bars: for a digit, or for the longest name as far as there is any."""
        if not self._names:
            return px(24)
        wanted = self._longest_name(_label_size(row)) + px(14)
        return min(wanted, row.width() - px(_NUMBER + _LEAST_TRACK))

    def _longest_name(self, size: float) -> float:
        metrics = QFontMetricsF(font(size, QFont.Weight.DemiBold))
        return max((metrics.horizontalAdvance(name) for name in self._names), default=0.0)

    def minimumSizeHint(self) -> QSize:
        """Return the smallest size at which the rows do not touch and names are whole."""
        wide = round(self._longest_name(12)) + px(14 + _NUMBER + _LEAST_TRACK)
        return super().minimumSizeHint().expandedTo(QSize(wide, 0))

    def changeEvent(self, event: QEvent) -> None:
        """Take the size of the new scale."""
        if event.type() == QEvent.Type.StyleChange:
            self.updateGeometry()
        super().changeEvent(event)

    @painted
    def paintEvent(self, event: QPaintEvent, painter: QPainter) -> None:
        """Draw those of the ten rows that need it."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        row = self._row_height()
        region = event.region()
        shares = self._probabilities
        best = self.standing_out
        for digit in range(_CLASSES):
            box = QRectF(0, digit * row, self.width(), row)
            if not region.intersects(box.toAlignedRect()):
                continue
            share = None if shares is None else float(shares[digit])
            self._paint_row(painter, box, digit, share, is_best=digit == best)

    def _paint_row(
        self, painter: QPainter, box: QRectF, digit: int, share: float | None, *, is_best: bool
    ) -> None:
        theme = current_theme()
        label, number = self._label_width(box), px(_NUMBER)
        painter.setFont(
            font(_label_size(box), QFont.Weight.DemiBold if is_best else QFont.Weight.Normal)
        )
        painter.setPen(QColor(theme.text if is_best else theme.text_muted))
        left = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        words = QRectF(box.left() + px(2), box.top(), label - px(6), box.height())
        name = self.labels[digit]
        if self._names:
            name = painter.fontMetrics().elidedText(
                name, Qt.TextElideMode.ElideRight, int(words.width())
            )
        painter.drawText(words, left, name)
        thickness = min(box.height(), px(_BEST_BAR if is_best else _BAR))
        track = QRectF(box.left() + label, 0, box.width() - label - number, thickness)
        track.moveCenter(track.center() + box.center() - track.center())
        track.moveLeft(box.left() + label)
        paint_bar(painter, track, share, is_best=is_best)
        if share is None:
            return
        painter.setPen(QColor(theme.text if is_best else theme.text_muted))
        painter.drawText(box, right, percent(share))


class Answer(Painted):
    """The digit or class that was read, as large as fits, over its probability or a doubt."""

    usual: ClassVar[tuple[int, int]] = (150, 180)
    least: ClassVar[tuple[int, int]] = (136, 148)

    def __init__(self, name: str = "Answer", parent: QWidget | None = None) -> None:
        super().__init__(name, parent)
        self._blank = ""
        self._known = Recognition(None)
        self._why_none = ""
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Expanding)

    @property
    def text(self) -> str:
        """The digit or the name shown, or nothing."""
        answer = self._known.answer
        return "" if answer is None else self._known.name_of(answer)

    @property
    def words(self) -> str:
        """What stands under the digit: its probability, what is doubtful, or that none is there."""
        if self._doubt:
            return self._doubt
        if self._known.answer is None:
            return self._blank or "nothing drawn"
        return percent(self._known.share)

    @property
    def _doubt(self) -> str:
        return self._why_none or self._known.doubt

    def set_blank(self, words: str) -> None:
        """What is said where there is no answer, if it is not that nothing is drawn."""
        if words != self._blank:
            self._blank = words
            self.update()

    def show_recognition(self, recognition: Recognition, why_none: str = "") -> None:
        """Show an answer with its probability or with a doubt, or that there is none.

        ``why_none`` says why, if it is not for want of a drawing.
        """
        before = self.text, self.words
        self._known = Recognition(None) if why_none else recognition
        self._why_none = why_none
        self.setToolTip(self._known.hint)
        if (self.text, self.words) != before:
            described = (self.text, self._doubt, self._known.hint)
            self.setAccessibleDescription(" ".join(filter(None, described)))
            self.update()

    @painted
    def paintEvent(self, _event: QPaintEvent, painter: QPainter) -> None:
        """Draw the digit and the percentage, or a quiet dash."""
        theme = current_theme()
        flags = Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignVCenter
        is_doubtful = bool(self._doubt)
        below = px(38 if self._known.class_names and is_doubtful else 24)  # of two names, two lines
        size = min(
            (self.height() - below) / current_scale() - 2,
            self.width() / current_scale() * 0.9,
            _NUMERAL,
        )
        block = px(size) + below + px(2)
        top = max(0.0, (min(self.height(), _CLASSES * px(_LARGEST_ROW)) - block) / 2)
        box = QRectF(0, top, self.width(), px(size))
        is_empty = self._known.answer is None
        painter.setFont(font(size, self._weight))
        colour = theme.border if is_empty else theme.text_muted if is_doubtful else theme.text
        painter.setPen(QColor(colour))
        if len(self.text) > 1:
            painter.setFont(self._name_font(size))
            flags |= Qt.TextFlag.TextWordWrap
        painter.drawText(box, int(flags), self.text or "?")
        painter.setFont(font(13 if is_empty or is_doubtful else 15))
        painter.setPen(QColor(theme.warning if is_doubtful else theme.text_muted))
        words = QRectF(0, box.bottom(), self.width(), below)
        painter.drawText(words, flags, self.words)

    @property
    def _weight(self) -> QFont.Weight:
        """What is in doubt is not bold."""
        return QFont.Weight.Normal if self._doubt else QFont.Weight.DemiBold

    def _name_font(self, largest: float) -> QFont:
        """The largest font in which each word of a name fits."""
        size = largest
        while size > _LEAST_NAME:
            metrics = QFontMetricsF(font(size, self._weight))
            longest = max(metrics.horizontalAdvance(word) for word in self.text.split())
            if longest <= self.width() and _lines(self.text) * metrics.height() <= px(largest):
                break
            size -= 2
        return font(size, self._weight)


def _lines(name: str) -> int:
    """The most lines that a name can take."""
    return len(name.split())


class OpeningAnswer(Answer):
    """An answer that a click opens: how its probability comes of the logits.

    Signals:
        open_wanted: It was clicked, or Enter was pressed on it.
    """

    open_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)

    def show_recognition(self, recognition: Recognition, why_none: str = "") -> None:
        """Show an answer, and that it can be opened."""
        super().show_recognition(recognition, why_none)
        has_logits = recognition.probabilities is not None and not why_none
        hand, arrow = Qt.CursorShape.PointingHandCursor, Qt.CursorShape.ArrowCursor
        if self.cursor().shape() != (hand if has_logits else arrow):
            self.setCursor(hand if has_logits else arrow)
        if has_logits:
            self.setToolTip(recognition.hint or _OPENS)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Ask for it to be opened."""
        if event.button() == Qt.MouseButton.LeftButton:
            self.open_wanted.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter does as a click."""
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self.open_wanted.emit()
        else:
            super().keyPressEvent(event)
