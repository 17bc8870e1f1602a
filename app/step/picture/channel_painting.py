"""What stands around the grids of an unfolded convolution: titles, labels, lines to the plus."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPainterPath, QPen

from app.look.theme import current_theme, font, px
from app.step.picture.channel_places import LABEL, SUBTOTAL, Places
from app.step.picture.unfolded import Unfolded

_PLUS_RADIUS, _WIDEST_LINE = 13, 6.0
_SUBTOTAL_SIZES = (15, 13, 11)
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_CENTRE = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextDontClip


@dataclass(frozen=True)
class ChannelPainting:
    """Paints around the grids of the rows in sight.

    Attributes:
        shown: The step.
        places: Where everything stands.
        in_sight: The rows that are shown.
        labels: What stands over each of them.
        pointed: The row under the pointer.
        result_top: Where the grid of the result begins.
    """

    shown: Unfolded
    places: Places
    in_sight: range
    labels: tuple[str, ...]
    pointed: int | None
    result_top: int

    def paint(self, painter: QPainter) -> None:
        """Paint all of it."""
        self._paint_titles(painter)
        for number, place in enumerate(self.in_sight):
            self._paint_label(painter, number, place)
            self._paint_signs(painter, number)
            self._paint_line(painter, number, place)
        self._paint_lines_of_others(painter)
        self._paint_plus(painter)
        self._paint_arrow(painter)

    def _paint_titles(self, painter: QPainter) -> None:
        count, theme = self.shown.trace.case.out_channels, current_theme()
        number = f"{self.shown.output_channel + 1} of {count}"
        above = self.places.top - px(4)
        for name, words, colour, bottom in (
            ("input", "input", theme.input, above),
            ("kernel", f"kernel {number}", theme.kernel, above),
            ("partial", "partial map", theme.output, above),
            ("result", f"output {number}", theme.output, self.result_top),
        ):
            column = self.places.columns[name]
            middle = column.left + column.width / 2
            painter.setFont(font(15, QFont.Weight.DemiBold))
            painter.setPen(QColor(colour))
            box = QRectF(middle - px(90), bottom - px(24), px(180), px(22))
            painter.drawText(box, _CENTRE, words)

    def _paint_label(self, painter: QPainter, number: int, place: int) -> None:
        theme, is_pointed = current_theme(), place == self.pointed
        painter.setFont(font(12, QFont.Weight.DemiBold if is_pointed else QFont.Weight.Normal))
        painter.setPen(QColor(theme.accent if is_pointed else theme.text_muted))
        left, top = self.places.columns["input"].left, self.places.row_top(number)
        painter.drawText(QRectF(left, top, px(400), px(LABEL)), _LEFT, self.labels[number])

    def _paint_signs(self, painter: QPainter, number: int) -> None:
        middle, columns = self.places.row_middle(number), self.places.columns
        painter.setFont(font(20))
        painter.setPen(QColor(current_theme().text_muted))
        for sign, left, right in (("×", "input", "kernel"), ("=", "kernel", "partial")):
            start, end = columns[left].right, columns[right].left
            painter.drawText(QRectF(start, middle - px(14), end - start, px(28)), _CENTRE, sign)

    def _paint_line(self, painter: QPainter, number: int, place: int) -> None:
        """The line to the plus, as wide as what the channel adds now, and that number."""
        theme, text = current_theme(), self.shown.subtotal_text(place)
        middle = self.places.row_middle(number)
        box = QRectF(self.places.columns["partial"].right, middle - px(12), px(SUBTOTAL), px(24))
        for size in _SUBTOTAL_SIZES:
            painter.setFont(font(size, QFont.Weight.DemiBold))
            if painter.fontMetrics().horizontalAdvance(text) <= box.width() - px(8):
                break
        painter.setPen(QColor(theme.output))
        painter.drawText(box, _CENTRE, text)
        share = 0.0 if text == "?" else abs(self.shown.subtotal(place)) / self.shown.peak
        colour = QColor(theme.output)
        colour.setAlphaF(0.55)
        painter.setPen(QPen(colour, px(1) + px(_WIDEST_LINE) * share))
        self._draw_to_plus(painter, middle)

    def _paint_lines_of_others(self, painter: QPainter) -> None:
        """Where channels that are out of sight come from."""
        painter.setPen(QPen(QColor(current_theme().text_muted), px(1), Qt.PenStyle.DashLine))
        if self.in_sight.start:
            self._draw_to_plus(painter, self.places.top)
        if self.in_sight.stop < len(self.shown.sums.channels):
            self._draw_to_plus(painter, self.places.row_top(self.places.rows))

    def _draw_to_plus(self, painter: QPainter, height: float) -> None:
        places = self.places
        start = QPointF(places.columns["partial"].right + px(SUBTOTAL), height)
        end = QPointF(places.plus - px(_PLUS_RADIUS), places.middle)
        bend = (start.x() + end.x()) / 2
        path = QPainterPath(start)
        path.cubicTo(QPointF(bend, start.y()), QPointF(bend, end.y()), end)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPath(path)

    def _paint_plus(self, painter: QPainter) -> None:
        theme, radius = current_theme(), px(_PLUS_RADIUS)
        centre = QPointF(self.places.plus, self.places.middle)
        painter.setPen(QPen(QColor(theme.text_muted), px(1)))
        painter.setBrush(QColor(theme.surface))
        painter.drawEllipse(centre, radius, radius)
        painter.setFont(font(18, QFont.Weight.DemiBold))
        painter.setPen(QColor(theme.text))
        corner = QPointF(radius, radius)
        painter.drawText(QRectF(centre - corner, centre + corner), _CENTRE, "+")

    def _paint_arrow(self, painter: QPainter) -> None:
        """From the plus to the result; under it the bias, which is added there."""
        theme, middle = current_theme(), self.places.middle
        start = self.places.plus + px(_PLUS_RADIUS)
        tip = QPointF(self.places.columns["result"].left - px(4), middle)
        painter.setPen(QPen(QColor(theme.text_muted), px(2)))
        painter.drawLine(QPointF(start, middle), tip)
        for turn in (-1, 1):
            painter.drawLine(tip, tip + QPointF(-px(6), turn * px(4)))
        words = self.shown.bias_words
        box = QRectF(self.places.plus, middle + px(6), tip.x() - self.places.plus, px(22))
        painter.setFont(font(15, QFont.Weight.DemiBold))
        if painter.fontMetrics().horizontalAdvance(words) > box.width() - px(14):
            painter.setFont(font(12, QFont.Weight.DemiBold))
        painter.setPen(QColor(theme.kernel))
        painter.drawText(box, _RIGHT, words)
