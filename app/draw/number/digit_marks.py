"""On the sheet of a number: a frame around each digit, and under it what was read."""

from __future__ import annotations

from itertools import zip_longest

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QAbstractButton, QWidget

from app.draw.number.number_reading import DigitReading
from app.look.painting import painted
from app.look.restyled import STYLE, Restyled
from app.look.theme import current_theme, font, px
from engine.ink.rendering import BOX

_HIGH = 24
_SPACE = 4


class DigitChip(Restyled, QAbstractButton):
    """What was read, under its digit: a click chooses the digit.

    The pen goes through it to the canvas, which presses it when it is clicked.
    """

    restyled_by = STYLE

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._digit: DigitReading | None = None
        self.setCheckable(True)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.follow_theme()

    def show_digit(self, digit: DigitReading, *, is_chosen: bool) -> None:
        """Show the digit and its probability, or what is doubtful."""
        self.setChecked(is_chosen)
        if digit == self._digit:
            return
        self._digit = digit
        self.setToolTip(digit.doubt or "Show this digit's way through the network")
        self.setAccessibleName(f"{digit.text}, {digit.doubt or digit.words}")
        self.resize(self.sizeHint())
        self.update()

    def _restyle(self) -> None:
        self.resize(self.sizeHint())

    @property
    def words(self) -> str:
        """What is written on it."""
        return "" if self._digit is None else f"{self._digit.text} {self._digit.words}"

    def sizeHint(self) -> QSize:
        """Return the size of digit and words."""
        wide = 0.0
        if self._digit is not None:
            bold = QFontMetricsF(font(14, QFont.Weight.DemiBold))
            wide += bold.horizontalAdvance(self._digit.text)
            wide += QFontMetricsF(font(12)).horizontalAdvance(self._digit.words)
        return QSize(round(wide) + px(20), px(_HIGH))

    @painted
    def paintEvent(self, _event: QPaintEvent, painter: QPainter) -> None:
        """Draw a small label, filled with the accent if the digit is chosen."""
        if self._digit is None:
            return
        theme, is_doubtful = current_theme(), bool(self._digit.doubt)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        colour = theme.warning if is_doubtful else theme.text
        ground = theme.surface
        if self.isChecked():
            colour, ground = theme.accent_text, theme.accent
        edge = theme.text if self.hasFocus() else theme.warning if is_doubtful else ""
        painter.setPen(QPen(QColor(edge or theme.border), px(1.5) if edge else 1))
        painter.setBrush(QColor(ground))
        painter.drawRoundedRect(box, px(6), px(6))
        painter.setPen(QColor(colour))
        inner = box.adjusted(px(7), 0, -px(7), 0)
        flags = Qt.AlignmentFlag.AlignVCenter
        painter.setFont(font(14, QFont.Weight.DemiBold))
        painter.drawText(inner, flags | Qt.AlignmentFlag.AlignLeft, self._digit.text)
        painter.setFont(font(12))
        painter.drawText(inner, flags | Qt.AlignmentFlag.AlignRight, self._digit.words)


class DigitMarks(QWidget):
    """Lies over the canvas and lets the pen through, as its chips do.

    Signals:
        digit_chosen: A chip was clicked: which digit, from the left.
    """

    digit_chosen = Signal(int)

    def __init__(self, canvas: QWidget) -> None:
        super().__init__(canvas)
        self._canvas = canvas
        self._digits: tuple[DigitReading, ...] = ()
        self._chosen = 0
        self.chips: list[DigitChip] = []
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)

    def chip_at(self, place: QPointF) -> DigitChip | None:
        """The chip at a place of the canvas, if there is one."""
        spot = place.toPoint()
        return next(
            (chip for chip in self.chips if chip.isVisible() and chip.geometry().contains(spot)),
            None,
        )

    def show_digits(self, digits: tuple[DigitReading, ...], chosen: int) -> None:
        """Mark the digits of a number; without any, the sheet is clear of marks."""
        before, after = (
            [(digit, index == which) for index, digit in enumerate(shown)]
            for shown, which in ((self._digits, self._chosen), (digits, chosen))
        )
        self._digits, self._chosen = digits, chosen
        if before == after:
            return
        for old, new in zip_longest(before, after):
            for marked in (old, new):
                if old != new and marked is not None:
                    reach = px(_SPACE)
                    frame = self._frame(marked[0]).adjusted(-reach, -reach, reach, reach)
                    self.update(frame.toAlignedRect())
        while len(self.chips) < len(digits):
            chip = DigitChip(self._canvas)
            chip.clicked.connect(self._choose)
            self.chips.append(chip)
        for index, chip in enumerate(self.chips):
            is_used = index < len(digits)
            if is_used:
                chip.show_digit(digits[index], is_chosen=index == chosen)
            chip.setVisible(is_used)
        self._place()

    def _choose(self) -> None:
        sender = self.sender()
        if isinstance(sender, DigitChip):
            sender.setChecked(True)  # a second click does not take the choice back
            self.digit_chosen.emit(self.chips.index(sender))

    def _frame(self, digit: DigitReading) -> QRectF:
        scale = self.height() / BOX
        top, left, height, width = (part * scale for part in digit.box)
        grown = px(_SPACE)
        return QRectF(left, top, width, height).adjusted(-grown, -grown, grown, grown)

    def _place(self) -> None:
        """Put each chip under its digit, or above it where the sheet ends, none over another."""
        right = 0.0
        for chip, digit in zip(self.chips, self._digits, strict=False):
            frame = self._frame(digit)
            top = frame.bottom() + px(_SPACE)
            if top + chip.height() > self.height() - px(2):
                top = max(float(px(2)), frame.top() - px(_SPACE) - chip.height())
            left = frame.center().x() - chip.width() / 2
            left = max(right, min(left, self.width() - chip.width() - px(2)))
            chip.move(QPointF(left, top).toPoint())
            right = left + chip.width() + px(_SPACE)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Go with the sheet."""
        super().resizeEvent(event)
        self._place()

    @painted
    def paintEvent(self, _event: QPaintEvent, painter: QPainter) -> None:
        """Draw the frames: the chosen one in the accent, doubtful ones dashed."""
        theme = current_theme()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for index, digit in enumerate(self._digits):
            is_chosen = index == self._chosen
            colour = theme.warning if digit.doubt else theme.text_disabled
            pen = QPen(QColor(theme.accent if is_chosen else colour), px(2 if is_chosen else 1))
            if digit.doubt:
                pen.setStyle(Qt.PenStyle.DashLine)
            painter.setPen(pen)
            painter.drawRoundedRect(self._frame(digit), px(4), px(4))
