"""Paints the cards of a stack: icon, words, output shape, parameters, multiply-adds, and faults."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPen
from PySide6.QtWidgets import (
    QAbstractItemView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
)

from app.build.stack_model import CARD_ROLE, Card, CardState
from app.kit.stack.figures import ACTIVATIONS
from app.look.icons import paint_icon
from app.look.theme import Theme, current_theme, font, px

AnyIndex = QModelIndex | QPersistentModelIndex

CARD_HEIGHT = 54
GAP = 8
MARGIN = 12
TILE = 34
NUMBER_WIDTH = 22
WIDTH_FOR_WORDS = 150
COLUMN_GAP = 12
FIX_HEIGHT = 28


@dataclass(frozen=True)
class Column:
    """One column of numbers: its caption, the card's attribute, and its width at scale 1."""

    caption: str
    attribute: str
    width: int


COLUMNS = (
    Column("Output", "output", 78),
    Column("Parameters", "parameters", 76),
    Column("Multiply-adds", "multiply_adds", 88),
    Column(ACTIVATIONS, "memory", 72),
    Column("Receptive field", "receptive_field", 92),
)


def shows_icon(width: int) -> bool:
    """Whether there is room for the icon; in the narrowest cards the words come first."""
    return width >= px(
        MARGIN + NUMBER_WIDTH + TILE + 2 * MARGIN + WIDTH_FOR_WORDS + COLUMNS[0].width
    )


def visible_columns(width: int) -> tuple[tuple[Column, int, int], ...]:
    """Columns with left and right edge, for cards ``width`` pixels wide; the last ones go first."""
    columns = list(COLUMNS)
    spare = width - px(MARGIN + NUMBER_WIDTH + TILE + MARGIN + WIDTH_FOR_WORDS + MARGIN)
    while len(columns) > 1 and sum(px(c.width + COLUMN_GAP) for c in columns) > spare:
        columns.pop()
    placed: list[tuple[Column, int, int]] = []
    right = width - px(MARGIN)
    for column in reversed(columns):
        placed.insert(0, (column, right - px(column.width), right))
        right -= px(column.width + COLUMN_GAP)
    return tuple(placed)


def blend(foreground: str, background: str, share: float) -> QColor:
    """``share`` of one colour over another, for quiet tints."""
    front, back = QColor(foreground), QColor(background)
    return QColor(
        *(
            round(share * a + (1 - share) * b)
            for a, b in zip(front.getRgb()[:3], back.getRgb()[:3], strict=True)  # type: ignore[index]
        )
    )


class CardDelegate(QStyledItemDelegate):
    """Draws one ``Card`` per row; a faulty one grows to hold its reason."""

    def sizeHint(self, option: QStyleOptionViewItem, index: AnyIndex) -> QSize:
        """The view's width, and as high as the card needs."""
        width = _row_width(option)
        card: Card = index.data(CARD_ROLE)
        extra = _reason_height(card, width) + _fixes_height(card, width)
        return QSize(width, px(CARD_HEIGHT + GAP) + extra)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: AnyIndex) -> None:
        """Draw the card, and the line that leads from the one above to the one below."""
        card: Card = index.data(CARD_ROLE)
        theme = current_theme()
        row: QRect = option.rect
        box = row.adjusted(1, px(GAP // 2), -1, -px(GAP // 2))
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        _paint_flow(painter, row, box, index, theme)
        _paint_frame(painter, box, card, option, theme)
        line = QRect(box.left(), box.top(), box.width(), px(CARD_HEIGHT))
        _paint_numbers(painter, line, card, theme)
        _paint_words(painter, line, card, theme)
        _paint_share(painter, line, card, theme)
        if card.problem:
            _paint_reason(painter, box, card, theme)
        hovered = getattr(option.widget, "hovered_fix", None)
        for number, chip in enumerate(fix_boxes(card, row)):
            is_hovered = hovered == (index.row(), number)
            _paint_fix(painter, chip, card.fixes[number], theme, is_hovered=is_hovered)
        painter.restore()


def fix_boxes(card: Card, row: QRect) -> tuple[QRect, ...]:
    """Where the buttons of a faulty card's fixes lie in the rectangle of its row."""
    if not card.fixes:
        return ()
    metrics = QFontMetrics(font(13, QFont.Weight.DemiBold))
    width = row.width()
    left = _text_left(row.left(), width)
    x, y = left, row.top() + px(CARD_HEIGHT + GAP // 2) + _reason_height(card, width)
    boxes = []
    for label in card.fixes:
        size = QSize(metrics.horizontalAdvance(label) + px(24), px(FIX_HEIGHT))
        if x > left and x + size.width() > left + _reason_width(width):
            x, y = left, y + size.height() + px(6)
        boxes.append(QRect(x, y, size.width(), size.height()))
        x += size.width() + px(8)
    return tuple(boxes)


def _fixes_height(card: Card, width: int) -> int:
    boxes = fix_boxes(card, QRect(0, 0, width, 0))
    return boxes[-1].bottom() - boxes[0].top() + px(10) if boxes else 0


def _paint_fix(
    painter: QPainter, box: QRect, label: str, theme: Theme, *, is_hovered: bool
) -> None:
    painter.setBrush(QColor(theme.hover if is_hovered else theme.surface))
    painter.setPen(QPen(QColor(theme.accent), px(1)))
    painter.drawRoundedRect(QRectF(box).adjusted(0.5, 0.5, -0.5, -0.5), px(6), px(6))
    painter.setFont(font(13, QFont.Weight.DemiBold))
    painter.setPen(QColor(theme.accent))
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, label)


def _paint_share(painter: QPainter, line: QRect, card: Card, theme: Theme) -> None:
    """A thin bar under the parameters: how much of the whole stack's they are."""
    if card.share <= 0 or card.state is not CardState.FITS:
        return
    for column, left, right in visible_columns(line.width()):
        if column.attribute == "parameters":
            track = QRectF(line.left() + left, line.bottom() - px(13), right - left, px(4))
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(theme.grid))
            painter.drawRoundedRect(track, px(2), px(2))
            track.setWidth(max(px(4), card.share * track.width()))
            painter.setBrush(QColor(theme.kernel))
            painter.drawRoundedRect(track, px(2), px(2))


def _row_width(option: QStyleOptionViewItem) -> int:
    view = option.widget
    return view.viewport().width() if isinstance(view, QAbstractItemView) else px(600)


def _text_left(box_left: int, width: int) -> int:
    icon = TILE + MARGIN if shows_icon(width) else 0
    return box_left + px(MARGIN + NUMBER_WIDTH + icon)


def _reason_width(width: int) -> int:
    return width - _text_left(0, width) - px(MARGIN)


def _reason_height(card: Card, width: int) -> int:
    if not card.problem:
        return 0
    room = QRect(0, 0, _reason_width(width), 10_000)
    flags = Qt.TextFlag.TextWordWrap
    return QFontMetrics(font(13)).boundingRect(room, flags, card.problem).height() + px(10)


def _paint_flow(painter: QPainter, row: QRect, box: QRect, index: AnyIndex, theme: Theme) -> None:
    """The way that the numbers take from card to card."""
    x = box.left() + px(MARGIN + NUMBER_WIDTH) + px(TILE) / 2
    painter.setPen(QPen(QColor(theme.border), px(2)))
    if index.row() > 0:
        painter.drawLine(QPointF(x, row.top()), QPointF(x, box.top()))
    if index.row() < index.model().rowCount() - 1:
        painter.drawLine(QPointF(x, box.bottom()), QPointF(x, row.bottom() + 1))


def _paint_frame(
    painter: QPainter, box: QRect, card: Card, option: QStyleOptionViewItem, theme: Theme
) -> None:
    state: QStyle.StateFlag = option.state
    is_selected = bool(state & QStyle.StateFlag.State_Selected)
    is_hovered = bool(state & QStyle.StateFlag.State_MouseOver)
    fill, border, width = QColor(theme.surface), QColor(theme.border), 1.0
    if card.state is CardState.UNKNOWN:
        fill = QColor(theme.window)
    if card.state is CardState.FAULTY:
        fill, border = blend(theme.error, theme.surface, 0.09), QColor(theme.error)
    elif is_hovered:
        border = QColor(theme.text_disabled)
    if is_selected:
        if card.state is not CardState.FAULTY:
            fill, border = QColor(theme.selected), QColor(theme.accent)
        width = 2.0
    painter.setBrush(fill)
    painter.setPen(QPen(border, px(width)))
    inset = px(width) / 2
    radius = px(8)
    painter.drawRoundedRect(QRectF(box).adjusted(inset, inset, -inset, -inset), radius, radius)


def _colours(card: Card, theme: Theme) -> tuple[str, str]:
    """Colours of the words that matter and of those that explain."""
    if card.state is CardState.UNKNOWN:
        return theme.text_disabled, theme.text_disabled
    return theme.text, theme.text_muted


def _paint_words(painter: QPainter, line: QRect, card: Card, theme: Theme) -> None:
    strong, quiet = _colours(card, theme)
    number = QRect(line.left() + px(4), line.top(), px(NUMBER_WIDTH), line.height())
    if card.layer is not None:
        _paint_text(
            painter, number, str(card.layer + 1), font(12), quiet, Qt.AlignmentFlag.AlignRight
        )
    if shows_icon(line.width()):
        _paint_tile(painter, line, card, theme, quiet)
    left = _text_left(line.left(), line.width())
    right = visible_columns(line.width())[0][1] + line.left() - px(COLUMN_GAP)
    room = QRect(left, line.top() + px(8), right - left, px(20))
    title_font = font(14, QFont.Weight.DemiBold)
    _paint_text(painter, room, card.title, title_font, strong)
    _paint_note(painter, room, QFontMetrics(title_font).horizontalAdvance(card.title), card, theme)
    room.translate(0, px(20))
    _paint_text(painter, room, card.words, font(12), quiet)


def _paint_note(painter: QPainter, room: QRect, taken: int, card: Card, theme: Theme) -> None:
    """The note behind the title on a tinted ground, if there is room for all of it."""
    metrics = QFontMetrics(font(11, QFont.Weight.Medium))
    width = metrics.horizontalAdvance(card.note) + px(14)
    left = room.left() + taken + px(8)
    if not card.note or left + width > room.right():
        return
    height = metrics.height() + px(2)
    box = QRectF(left, room.center().y() - height / 2 + 0.5, width, height)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(blend(theme.warning, theme.surface, 0.14))
    painter.drawRoundedRect(box, height / 2, height / 2)
    painter.setFont(font(11, QFont.Weight.Medium))
    painter.setPen(QColor(theme.warning))
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, card.note)


def _paint_tile(painter: QPainter, line: QRect, card: Card, theme: Theme, quiet: str) -> None:
    side = px(TILE)
    tile = QRectF(
        line.left() + px(MARGIN + NUMBER_WIDTH), line.top() + (line.height() - side) / 2, side, side
    )
    colour = theme.text_muted
    if card.layer is None:
        colour = theme.input if card.icon == "image" else theme.output
    if card.state is CardState.UNKNOWN:
        colour = quiet
    elif card.state is CardState.FAULTY:
        colour = theme.error
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(blend(colour, theme.surface, 0.12))
    painter.drawRoundedRect(tile, px(8), px(8))
    inset = px(7)
    paint_icon(painter, card.icon, tile.adjusted(inset, inset, -inset, -inset), colour)


def _paint_numbers(painter: QPainter, line: QRect, card: Card, theme: Theme) -> None:
    strong, quiet = _colours(card, theme)
    for column, left, right in visible_columns(line.width()):
        text: str = getattr(card, column.attribute)
        is_shape = column.attribute == "output"
        weight = QFont.Weight.DemiBold if is_shape else QFont.Weight.Normal
        colour = quiet if text == "0" else strong
        room = QRect(line.left() + left, line.top(), right - left, line.height())
        _paint_text(painter, room, text, font(13, weight), colour, Qt.AlignmentFlag.AlignRight)


def _paint_reason(painter: QPainter, box: QRect, card: Card, theme: Theme) -> None:
    left = _text_left(box.left(), box.width())
    top = box.top() + px(CARD_HEIGHT) - px(2)
    room = QRect(left, top, _reason_width(box.width()), box.bottom() - top + 1)
    if shows_icon(box.width()):
        side = px(18)
        x = box.left() + px(MARGIN + NUMBER_WIDTH) + (px(TILE) - side) / 2
        paint_icon(painter, "warning", QRectF(x, room.top(), side, side), theme.error)
    painter.setFont(font(13))
    painter.setPen(QColor(theme.error))
    painter.drawText(room, Qt.TextFlag.TextWordWrap, card.problem)


def _paint_text(
    painter: QPainter,
    room: QRect,
    text: str,
    text_font: QFont,
    colour: str,
    alignment: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignLeft,
) -> None:
    shown = QFontMetrics(text_font).elidedText(text, Qt.TextElideMode.ElideRight, room.width())
    painter.setFont(text_font)
    painter.setPen(QColor(colour))
    painter.drawText(room, alignment | Qt.AlignmentFlag.AlignVCenter, shown)
