"""The sentence of a step, large: every number in its role's colour, in type that fits the room."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QFont,
    QFontMetricsF,
    QGuiApplication,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
    QStaticText,
)
from PySide6.QtWidgets import QMenu, QSizePolicy, QWidget

from app.icons import icon
from app.theme import Theme, current_theme, font, px
from engine.traces.sentence import Clause, Token, TokenKind, plain

_MOST_KEPT = 2000
_SIZES = (120, 104, 90, 78, 68, 60, 53, 48, 43, 38, 34, 30, 27, 24, 22, 20, 18, 16, 14, 13, 12, 11)
_LARGEST = 38


@dataclass(frozen=True)
class _Placed:
    """A token with its place, in lines and pixels from the left."""

    token: Token
    line: int
    x: float
    width: float


class Sentence(QWidget):
    """Paints the clauses of one step; several clauses stand in columns, like the window's cells.

    The type is the largest that fits, and does not grow again until ``set_clauses`` is told that
    a new passage begins: so it stays still while steps follow each other.
    """

    token_hovered = Signal(object)
    """The cell behind the number under the pointer, or ``None``."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._first_size = _SIZES.index(_LARGEST)
        self._lead = ""
        self._cover = ""
        self._clauses: tuple[Clause, ...] = ()
        self._columns = 1
        self._lit: frozenset[object] | None = None
        self._placed: list[_Placed] = []
        self._boxes: list[QRectF] = []
        self._size_index = self._first_size
        self._lines = 0
        self._hovered: object = None
        self._fonts: dict[tuple[int, TokenKind], QFont] = {}
        self._advances: dict[tuple[int, TokenKind, str], float] = {}
        self._texts: dict[tuple[int, TokenKind, str], QStaticText] = {}
        self.setMouseTracking(True)
        self.setAccessibleName("the step in numbers")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    @property
    def text(self) -> str:
        """The sentence as text; what covers it, if it is covered."""
        if self._cover:
            return self._cover
        lead = f"{self._lead} " if self._lead else ""
        return lead + plain(self._clauses)

    @property
    def type_size(self) -> int:
        """Size of type at scale 1."""
        return _SIZES[self._size_index]

    @property
    def fits(self) -> bool:
        """Whether all of it is visible."""
        return self._height() <= self.height()

    def set_clauses(
        self, clauses: tuple[Clause, ...], *, lead: str = "", columns: int = 1, is_new: bool = False
    ) -> None:
        """Show another sentence.

        Args:
            clauses: One equation each.
            lead: Words before it.
            columns: In how many columns to set several clauses.
            is_new: A new passage begins: find the type size afresh.
        """
        self._clauses, self._lead, self._columns = clauses, lead, max(1, columns)
        if is_new:
            self._size_index = self._first_size
        self._fit()
        self.setAccessibleDescription(self.text)
        self.update()

    def set_lit(self, cells: frozenset[object] | None) -> None:
        """Dim all numbers but those of these cells; ``None`` dims nothing."""
        if cells != self._lit:
            self._lit = cells
            self.update()

    def set_cover(self, words: str) -> None:
        """Hide the sentence behind ``words``; an empty text reveals it."""
        if words != self._cover:
            self._cover = words
            self.setAccessibleDescription(self.text)
            self.update()

    def set_largest(self, size: int) -> None:
        """Let type grow to this size at scale 1: a full screen has room for more."""
        self._first_size = next(i for i, known in enumerate(_SIZES) if known <= size)
        self._size_index = self._first_size
        self._fit()

    def copy(self) -> None:
        """Put the sentence on the clipboard."""
        QGuiApplication.clipboard().setText(self.text)

    def _fit(self) -> None:
        """Place the tokens in the largest type that fits, starting from the present one."""
        while True:
            self._place()
            too_wide = any(at.x + at.width > self.width() + 0.5 for at in self._placed)
            is_smallest = self._size_index == len(_SIZES) - 1
            if is_smallest or not (too_wide or self._height() > self.height()):
                break
            self._size_index += 1
        top, height = max(0.0, (self.height() - self._height()) / 2), self._line_height()
        self._boxes = [
            QRectF(at.x, top + at.line * height, at.width + 1, height) for at in self._placed
        ]

    def _height(self) -> float:
        return self._lines * self._line_height()

    def _line_height(self) -> float:
        return px(self.type_size) * 1.42

    def _place(self) -> None:
        if len(self._clauses) > 1:
            self._place_in_columns()
        else:
            self._place_flowing()

    def _place_flowing(self) -> None:
        """Break lines between terms, never inside one."""
        metrics = self._metrics()
        space = metrics[TokenKind.NUMBER].horizontalAdvance(" ")
        tokens = [Token(self._lead, TokenKind.WORD)] if self._lead else []
        tokens += [token for clause in self._clauses for token in clause]
        self._placed = []
        x, line = 0.0, 0
        for units in _unbreakable(tokens):
            widths = [self._advance(metrics, token) for token in units]
            gaps = [0.0 if token.glued or i == 0 else space for i, token in enumerate(units)]
            start = x + space if x else 0.0
            if x and start + sum(widths) + sum(gaps) > self.width():
                start, line = 0.0, line + 1
            for token, width, gap in zip(units, widths, gaps, strict=True):
                start += gap
                self._placed.append(_Placed(token, line, start, width))
                start += width
            x = start
        self._lines = line + 1 if self._placed else 0

    def _place_in_columns(self) -> None:
        """Clause by clause in columns of equal width, centred on the equals signs' columns."""
        metrics = self._metrics()
        space = metrics[TokenKind.NUMBER].horizontalAdvance(" ")
        per_column = self.width() / self._columns
        self._placed = []
        for number, clause in enumerate(self._clauses):
            line, column = divmod(number, self._columns)
            widths = [self._advance(metrics, token) for token in clause]
            gaps = [0.0 if token.glued or i == 0 else space for i, token in enumerate(clause)]
            total = sum(widths) + sum(gaps)
            x = column * per_column + max(0.0, (per_column - total) / 2)
            if total > per_column - space:
                x = float(self.width())  # too wide at this size: look for a smaller one
            for token, width, gap in zip(clause, widths, gaps, strict=True):
                x += gap
                self._placed.append(_Placed(token, line, x, width))
                x += width
        self._lines = (len(self._clauses) + self._columns - 1) // self._columns

    def _font(self, kind: TokenKind) -> QFont:
        key = (px(self.type_size), kind)
        if key not in self._fonts:
            weight = QFont.Weight.Bold if kind is TokenKind.RESULT else QFont.Weight.Medium
            if kind in {TokenKind.WORD, TokenKind.OPERATOR}:
                weight = QFont.Weight.Normal
            self._fonts[key] = font(self.type_size, weight)
        return self._fonts[key]

    def _advance(self, metrics: dict[TokenKind, QFontMetricsF], token: Token) -> float:
        """How wide a token is; measured once per text, since the same numbers return."""
        key = (px(self.type_size), token.kind, token.text)
        if key not in self._advances:
            if len(self._advances) > _MOST_KEPT:
                self._advances.clear()
            self._advances[key] = metrics[token.kind].horizontalAdvance(token.text)
        return self._advances[key]

    def _laid_out(self, token: Token) -> QStaticText:
        """A token's text, laid out once and kept."""
        key = (px(self.type_size), token.kind, token.text)
        if key not in self._texts:
            if len(self._texts) > _MOST_KEPT:
                self._texts.clear()
            text = QStaticText(token.text)
            text.setTextFormat(Qt.TextFormat.PlainText)
            text.prepare(font=self._font(token.kind))
            self._texts[key] = text
        return self._texts[key]

    def _metrics(self) -> dict[TokenKind, QFontMetricsF]:
        return {kind: QFontMetricsF(self._font(kind)) for kind in TokenKind}

    def sizeHint(self) -> QSize:
        """Two or three lines of readable type."""
        return QSize(px(480), px(84))

    def minimumSizeHint(self) -> QSize:
        """Two lines of small type."""
        return QSize(px(200), px(48))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the tokens."""
        del event
        theme = current_theme()
        painter = QPainter(self)
        if self._cover:
            self._paint_cover(painter, theme)
            painter.end()
            return
        drop = (self._line_height() - QFontMetricsF(self._font(TokenKind.NUMBER)).height()) / 2
        kind, pen = None, None
        for placed, box in zip(self._placed, self._boxes, strict=True):
            if placed.token.kind is not kind:
                kind = placed.token.kind
                painter.setFont(self._font(kind))
            colour = self._colour(theme, placed.token)
            if colour != pen:
                pen = colour
                painter.setPen(colour)
            painter.drawStaticText(QPointF(box.x(), box.y() + drop), self._laid_out(placed.token))
        painter.end()

    def _paint_cover(self, painter: QPainter, theme: Theme) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(theme.accent), 1, Qt.PenStyle.DashLine))
        painter.setBrush(QColor(theme.selected))
        box = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        painter.drawRoundedRect(box, px(6), px(6))
        painter.setFont(font(max(16, 0.4 * _SIZES[self._first_size])))
        painter.setPen(QColor(theme.accent))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, self._cover)

    def _colour(self, theme: Theme, token: Token) -> QColor:
        colour = QColor(theme.text)
        if token.role is not None:
            colour = QColor(getattr(theme, token.role.value))
        elif token.kind in {TokenKind.OPERATOR, TokenKind.WORD}:
            colour = QColor(theme.text_muted)
        if self._lit is not None:
            colour.setAlphaF(1.0 if token.cell in self._lit else 0.25)
        elif token.is_quiet:
            colour.setAlphaF(0.55)
        return colour

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Find the type that fits."""
        self._size_index = self._first_size
        self._fit()
        super().resizeEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        """Follow theme and scale."""
        if event.type() in {QEvent.Type.PaletteChange, QEvent.Type.FontChange}:
            self._size_index = self._first_size
            self._fit()
            self.updateGeometry()
            self.update()
        super().changeEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Say which number is under the pointer."""
        self._hover(self._cell_at(event.position()))

    def leaveEvent(self, event: QEvent) -> None:
        """Nothing is hovered."""
        self._hover(None)
        super().leaveEvent(event)

    def _hover(self, cell: object) -> None:
        if cell != self._hovered:
            self._hovered = cell
            self.token_hovered.emit(cell)

    def _cell_at(self, position: QPointF) -> object:
        if self._cover:
            return None
        for placed, box in zip(self._placed, self._boxes, strict=True):
            if placed.token.cell is not None and box.contains(position):
                return placed.token.cell
        return None

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Offer to copy."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction(icon("copy"), "Copy the sentence", self.copy)
        menu.popup(event.globalPos())


def _unbreakable(tokens: list[Token]) -> list[list[Token]]:
    """Tokens that stay on one line: a term with the sign before it, ``bias`` with its value."""
    units: list[list[Token]] = []
    keeps = False
    for token in tokens:
        if units and (token.glued or keeps):
            units[-1].append(token)
        else:
            units.append([token])
        is_sign = token.kind is TokenKind.OPERATOR and not token.glued
        keeps = is_sign or (token.kind is TokenKind.WORD and token.text == "bias")
    return units
