"""The sentence of a step, large: every number in its role's colour, in type that fits the room."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QGuiApplication,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
    QStaticText,
)
from PySide6.QtWidgets import QMenu, QSizePolicy, QWidget

from app.look.icons import icon
from app.look.painting import painted
from app.look.theme import Theme, current_theme, font, px
from app.step.grid.ring_painting import hue_colour
from app.step.picture.sentence_type import SentenceType, split_power
from engine.traces.sentence import Clause, Token, TokenKind, plain

_SIZES = (120, 104, 90, 78, 68, 60, 53, 48, 43, 38, 34, 30, 27, 24, 22, 20, 18, 16, 14, 13, 12, 11)
_LARGEST = 38
_NOT_LIT = 0.45
_ORPHAN, _MOST_SIZES_LESS = 0.2, 2


class Placed(NamedTuple):
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
    part_clicked = Signal(int)
    """A part of a long sum was clicked: one that is folded up, or the bracket of an open one."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._first_size = _SIZES.index(_LARGEST)
        self._lead = ""
        self._cover = ""
        self._clauses: tuple[Clause, ...] = ()
        self._columns = 1
        self._lit: frozenset[object] | None = None
        self.placed: list[Placed] = []
        """The tokens where they now stand, line after line."""
        self._reach = self._end = 0.0
        self._top = 0.0
        self._size_index = self._first_size
        self._lines = 0
        self._hovered: object = None
        self._hues: Mapping[object, float] = {}
        self._types: dict[int, SentenceType] = {}
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
            is_new: A new passage begins: find the type size again.
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

    def set_hues(self, hues: Mapping[object, float]) -> None:
        """Give the numbers of some cells hues of their own, 0 to 1."""
        if hues != self._hues:
            self._hues = hues
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
            too_wide = self._reach > self.width() + 0.5
            is_smallest = self._size_index == len(_SIZES) - 1
            if is_smallest or not (too_wide or self._height() > self.height()):
                break
            self._size_index += 1
        if self._lines == 2 and len(self._clauses) == 1 and self._end < _ORPHAN * self.width():
            self._draw_together()
        self._top = max(0.0, (self.height() - self._height()) / 2)

    def _draw_together(self) -> None:
        """Rather one line of slightly smaller type than a result that stands alone below."""
        present = self._size_index
        for size in range(present + 1, min(present + _MOST_SIZES_LESS, len(_SIZES) - 1) + 1):
            self._size_index = size
            self._place()
            if self._lines == 1:
                return
        self._size_index = present
        self._place()

    def _height(self) -> float:
        return self._lines * self._type.line_height

    @property
    def _type(self) -> SentenceType:
        """The type of the present size and scale."""
        size = self.type_size
        found = self._types.get(size)
        if found is None or found.scaled != px(size):
            found = self._types[size] = SentenceType(size)
        return found

    def _place(self) -> None:
        if len(self._clauses) > 1:
            self._place_in_columns()
        else:
            self._place_flowing()

    def _place_flowing(self) -> None:
        """Break lines between terms, never inside one."""
        type_ = self._type
        space, most = type_.space, self.width()
        tokens = [Token(self._lead, TokenKind.WORD)] if self._lead else []
        tokens += [token for clause in self._clauses for token in clause]
        placed: list[Placed] = []
        x, line, reach = 0.0, 0, 0.0
        for units in _unbreakable(tokens):
            parts, total = _measured(units, type_, space)
            start = x + space if x else 0.0
            if x and start + total > most:
                start, line = 0.0, line + 1
            placed += [Placed(token, line, start + at, width) for token, at, width in parts]
            x = start + total
            reach = max(reach, x)
        self.placed, self._reach, self._end = placed, reach, x
        self._lines = line + 1 if placed else 0

    def _place_in_columns(self) -> None:
        """Clause by clause in columns of equal width, centred on the equals signs' columns."""
        type_ = self._type
        space = type_.space
        per_column = self.width() / self._columns
        placed: list[Placed] = []
        reach = 0.0
        for number, clause in enumerate(self._clauses):
            line, column = divmod(number, self._columns)
            parts, total = _measured(clause, type_, space)
            x = column * per_column + max(0.0, (per_column - total) / 2)
            if total > per_column - space:
                x = float(self.width())  # too wide at this size: look for a smaller one
            placed += [Placed(token, line, x + at, width) for token, at, width in parts]
            reach = max(reach, x + total)
        self.placed, self._reach = placed, reach
        self._lines = (len(self._clauses) + self._columns - 1) // self._columns

    def sizeHint(self) -> QSize:
        """Two or three lines of readable type."""
        return QSize(px(480), px(84))

    def minimumSizeHint(self) -> QSize:
        """Two lines of small type."""
        return QSize(px(200), px(48))

    @painted
    def paintEvent(self, _event: QPaintEvent, painter: QPainter) -> None:
        """Paint the tokens."""
        theme = current_theme()
        if self._cover:
            self._paint_cover(painter, theme)
            return
        type_, lit = self._type, self._lit
        top, height = self._top + type_.drop, type_.line_height
        alike: dict[tuple[object, ...], list[Placed]] = {}
        for at in self.placed:
            token = at.token
            is_lit = lit is None or token.cell in lit
            hue = self._hues.get(token.cell) if self._hues else None
            pen = (token.kind, token.role, token.is_quiet, is_lit, token.part is None, hue)
            alike.setdefault(pen, []).append(at)
        for found in alike.values():
            first = found[0].token
            painter.setFont(type_.fonts[first.kind])
            painter.setPen(self._colour(theme, first))
            for token, line, x, _ in found:
                spot = QPointF(x, top + line * height)
                if "^" in token.text:
                    self._paint_power(painter, spot, token)
                else:
                    text = type_.laid_out(token.kind, token.text)
                    painter.drawStaticText(spot, text)

    def _paint_power(self, painter: QPainter, spot: QPointF, token: Token) -> None:
        """A power of e, its exponent raised."""
        type_ = self._type
        base, exponent = split_power(token.text)
        painter.drawStaticText(spot, type_.laid_out(token.kind, base))
        across = type_.advance(token.kind, base)
        painter.setFont(type_.raised_font)
        painter.drawStaticText(spot + QPointF(across, 0), QStaticText(exponent))
        painter.setFont(type_.fonts[token.kind])

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
        if token.part is not None:
            colour = QColor(theme.accent)
        elif self._hues and token.cell in self._hues:
            colour = hue_colour(theme, self._hues[token.cell])
        elif token.role is not None:
            colour = QColor(getattr(theme, token.role.value))
        elif token.kind in {TokenKind.OPERATOR, TokenKind.WORD}:
            colour = QColor(theme.text_muted)
        if self._lit is not None and token.cell is not None:
            colour.setAlphaF(1.0 if token.cell in self._lit else _NOT_LIT)
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
        token = self._token_at(event.position())
        self._hover(None if token is None else token.cell)
        self._offer(token is not None and token.part is not None)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Ask for a part of a long sum to be opened or closed."""
        token = self._token_at(event.position())
        if event.button() != Qt.MouseButton.LeftButton or token is None or token.part is None:
            super().mousePressEvent(event)
            return
        self.part_clicked.emit(token.part)

    def _offer(self, is_offered: bool) -> None:
        """A hand, and what a click does, over what can be clicked."""
        shape = Qt.CursorShape.PointingHandCursor if is_offered else Qt.CursorShape.ArrowCursor
        if self.cursor().shape() is not shape:
            self.setCursor(shape)
            self.setToolTip("Click to open or close this part (F: all)" if is_offered else "")

    def leaveEvent(self, event: QEvent) -> None:
        """Nothing is hovered."""
        self._hover(None)
        super().leaveEvent(event)

    def _hover(self, cell: object) -> None:
        if cell != self._hovered:
            self._hovered = cell
            self.token_hovered.emit(cell)

    def _token_at(self, position: QPointF) -> Token | None:
        """The number or part of a sum at a point."""
        if self._cover:
            return None
        found = (
            at.token
            for at in self.placed
            if (at.token.cell is not None or at.token.part is not None)
            and self.box_of(at).contains(position)
        )
        return next(found, None)

    def box_of(self, at: Placed) -> QRectF:
        """Where a token stands."""
        height = self._type.line_height
        return QRectF(at.x, self._top + at.line * height, at.width + 1, height)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Offer to copy."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction(icon("copy"), "Copy the sentence", self.copy)
        menu.popup(event.globalPos())


def _measured(
    tokens: Sequence[Token], type_: SentenceType, space: float
) -> tuple[list[tuple[Token, float, float]], float]:
    """How far from the first each token begins, how wide it is, and how wide all are together."""
    parts: list[tuple[Token, float, float]] = []
    x = 0.0
    for token in tokens:
        if parts and not token.glued:
            x += space
        width = type_.advance(token.kind, token.text)
        parts.append((token, x, width))
        x += width
    return parts, x


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
