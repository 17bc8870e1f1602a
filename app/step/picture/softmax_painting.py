"""How the rows of a table of classes are painted."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter

from app.look.theme import Theme, font, px
from app.step.grid.ring_painting import hue_colour
from app.step.picture.sentence_type import split_power
from app.step.picture.softmax_places import (
    FOOT,
    GRADIENT,
    LOGIT,
    NAME,
    POWER,
    POWER_BAR,
    PROBABILITY,
    PROBABILITY_BAR,
    TARGET,
    TablePlaces,
)
from engine.traces.loss import SoftmaxTrace

_SIZES = (15, 13, 11)
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_CENTRE = Qt.AlignmentFlag.AlignCenter
_UNKNOWN = {"", "?"}


@dataclass(frozen=True)
class TablePainting:
    """Paints a table of classes with what is known of each."""

    painter: QPainter
    theme: Theme
    places: TablePlaces
    trace: SoftmaxTrace

    def paint_titles(self) -> None:
        """What the columns hold."""
        theme, places = self.theme, self.places
        for column, words, colour, flags in (
            (NAME, "class", theme.text_muted, _LEFT),
            (LOGIT, "logit", theme.input, _CENTRE),
            (PROBABILITY, "probability", theme.output, _RIGHT),
            (TARGET, "target", theme.text_muted, _CENTRE),
            (GRADIENT, "gradient", theme.gradient, _RIGHT),
        ):
            if column in places.columns:
                self._write(places.box(column, -1), words, QColor(colour), flags)
        scaled = "logit" if self.trace.temperature == 1 else "logit / T"
        words = f"{scaled} − largest" if self.trace.shift else scaled
        box = places.box(POWER, -1).united(places.box(POWER_BAR, -1))
        self._write(box, f"e to the {words}", QColor(theme.output), _LEFT)

    def paint_ground(self, row: int, rows: int, width: int) -> None:
        """Underlay the class of the step, if it is in sight."""
        if 0 <= row < rows:
            self.painter.setPen(Qt.PenStyle.NoPen)
            self.painter.setBrush(QColor(self.theme.selected))
            line = self.places.box(NAME, row)
            box = QRectF(0, line.top() + 1, width, line.height() - 2)
            self.painter.drawRoundedRect(box, px(4), px(4))

    def paint_row(self, row: int, place: int, texts: dict[str, str], hue: float) -> None:
        """One class: its name, its power, its probability, its target, each as far as known."""
        theme, places, trace = self.theme, self.places, self.trace
        colour = hue_colour(theme, hue)
        self._write_name(places.box(NAME, row).adjusted(px(4), 0, 0, 0), texts[NAME])
        self._write_power(places.box(POWER, row), texts[POWER], colour)
        if "=" in texts[POWER] and not texts[POWER].endswith("?"):
            share = trace.exponentials[place] / (trace.exponentials.max() or 1.0)
            self._bar(places.box(POWER_BAR, row), float(share), colour)
        self._write(places.box(PROBABILITY, row), texts[PROBABILITY], QColor(theme.text), _RIGHT)
        if texts[PROBABILITY] not in _UNKNOWN:
            box = places.box(PROBABILITY_BAR, row)
            self._bar(box, float(trace.probabilities[place]), colour)
        is_true = place == trace.label
        target = QColor(theme.success if is_true else theme.text_muted)
        self._write(places.box(TARGET, row), texts[TARGET], target, _CENTRE)
        if GRADIENT in places.columns:
            gradient = QColor(theme.gradient)
            self._write(places.box(GRADIENT, row), texts[GRADIENT], gradient, _RIGHT)

    def paint_foot(self, sum_text: str, remark: str, width: int) -> None:
        """The denominator under the powers; which classes are in sight."""
        below = self.places.box(POWER, self.places.rows)
        box = QRectF(below.left(), below.top(), below.width(), px(FOOT))
        self._write(box, sum_text, QColor(self.theme.output), _RIGHT)
        rest = QRectF(box.right() + px(12), box.top(), width - box.right() - px(12), px(FOOT))
        self.painter.setFont(font(12))
        self.painter.setPen(QColor(self.theme.text_muted))
        self.painter.drawText(rest, _RIGHT, remark)

    def _write(self, box: QRectF, words: str, colour: QColor, flags: Qt.AlignmentFlag) -> None:
        """Write in the largest of a few sizes that fits."""
        for size in _SIZES:
            self.painter.setFont(font(size, QFont.Weight.DemiBold))
            if self.painter.fontMetrics().horizontalAdvance(words) <= box.width():
                break
        self.painter.setPen(colour)
        self.painter.drawText(box, flags, words)

    def _write_name(self, box: QRectF, name: str) -> None:
        self.painter.setFont(font(15))
        self.painter.setPen(QColor(self.theme.text))
        metrics = self.painter.fontMetrics()
        words = metrics.elidedText(name, Qt.TextElideMode.ElideRight, int(box.width()))
        self.painter.drawText(box, _LEFT, words)

    def _write_power(self, box: QRectF, text: str, colour: QColor) -> None:
        """``e`` with its exponent raised, and what it is; right-aligned, in type that fits."""
        power, sign, value = text.partition(" = ")
        base, exponent = split_power(power)
        after = f"{sign}{value}"
        for size in _SIZES:
            raised, plain = font(max(11, size * 0.75)), font(size, QFont.Weight.DemiBold)
            widths = [
                QFontMetricsF(used).horizontalAdvance(words)
                for used, words in ((plain, base), (raised, exponent), (plain, after))
            ]
            if sum(widths) <= box.width():
                break
        self.painter.setPen(colour)
        x = box.right() - sum(widths)
        for used, words, width, lift in (
            (plain, base, widths[0], 0),
            (raised, exponent, widths[1], px(5)),
            (plain, after, widths[2], 0),
        ):
            self.painter.setFont(used)
            place = QRectF(x, box.top() - lift, width + 1, box.height())
            self.painter.drawText(place, _LEFT, words)
            x += width

    def _bar(self, box: QRectF, share: float, colour: QColor) -> None:
        if share <= 0:
            return
        high = min(px(16), box.height() * 0.5)
        self.painter.setPen(Qt.PenStyle.NoPen)
        self.painter.setBrush(colour)
        top = box.center().y() - high / 2
        bar = QRectF(box.left(), top, max(1.0, box.width() * share), high)
        self.painter.drawRoundedRect(bar, px(3), px(3))
