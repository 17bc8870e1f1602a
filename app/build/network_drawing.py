"""Draws a network to scale: maps as boxes as high and deep as they are, and as wide as channels."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QBrush, QColor, QFont, QFontMetricsF, QPainter, QPen, QPolygonF

from app.look.theme import font
from app.look.theme_colours import Theme
from engine.basics.geometry import Shape, times
from engine.networks.stack import Report

MARGIN = 24.0
GAP = 18.0
_DEPTH = 0.42  # how far one cell of width goes to the right and up, against one of height
_ROOM_FOR_WORDS = 64.0
_TALLEST = 190.0
_WIDEST = 110.0
_THINNEST = 3.0
_ROW_WIDTH = 14.0
_JOINED = ("activation", "regularisation")


@dataclass(frozen=True)
class Block:
    """What one layer gives, and the layers that change it without changing its shape.

    ``layer`` is the row in the stack, −1 for the input.
    """

    layer: int
    title: str
    family: str
    shape: Shape
    also: tuple[str, ...] = ()


@dataclass(frozen=True)
class Placed:
    """A block with the box that it is drawn as: front face, and how far it goes back."""

    block: Block
    front: QRectF
    depth: float
    column: QRectF


def blocks_of(report: Report) -> tuple[Block, ...]:
    """One block per layer that gives something new, up to the first that does not fit."""
    blocks = [Block(-1, "Input", "input", report.stack.input_shape)]
    for row in report.rows:
        if row.output_shape is None:
            break
        last = blocks[-1]
        if row.spec.family in _JOINED and last.layer >= 0 and row.output_shape == last.shape:
            also = (*last.also, row.spec.title)
            blocks[-1] = Block(last.layer, last.title, last.family, last.shape, also)
            continue
        title = row.spec.short_title.replace(" pooling", " pool")
        title = title.replace("Global average", "Global avg.").replace("normalisation", "norm.")
        blocks.append(Block(row.index, title, row.spec.family, row.output_shape))
    return tuple(blocks)


def place(blocks: tuple[Block, ...], scale: float = 1.0) -> tuple[tuple[Placed, ...], QSizeF]:
    """Lay the blocks out from left to right on one middle line; also the size of the whole."""
    per_cell = scale * _TALLEST / max([_height(b.shape) for b in blocks if len(b.shape) > 1] or [1])
    per_feature = scale * _TALLEST / max([b.shape[0] for b in blocks if len(b.shape) == 1] or [1])
    channels = [b.shape[0] for b in blocks if len(b.shape) > 1] or [1]
    per_channel = min(scale * _WIDEST / max(channels), scale * 4.0)
    tallest = scale * _TALLEST * (1 + _DEPTH)
    words = QFontMetricsF(font(12, QFont.Weight.DemiBold))
    lines = 2 + max(len(block.also) for block in blocks)
    below = MARGIN * scale + tallest + GAP * scale / 2
    whole_height = below + lines * words.lineSpacing() + scale * 12
    x, placed = MARGIN * scale, []
    middle = MARGIN * scale + tallest / 2
    for block in blocks:
        if len(block.shape) > 1:
            height = max(per_cell * _height(block.shape), _THINNEST)
            width = max(per_channel * block.shape[0], _THINNEST * scale)
            depth = per_cell * _DEPTH * block.shape[-1]
        else:
            height, width = max(per_feature * block.shape[0], _THINNEST), _ROW_WIDTH * scale
            depth = 0.0
        said = (block.title, times(block.shape), *block.also)
        wide = max(width + depth, *(words.horizontalAdvance(word) for word in said))
        left = x + (wide - width - depth) / 2
        front = QRectF(left, middle - (height - depth) / 2, width, height)
        column = QRectF(x - GAP * scale / 2, 2, wide + GAP * scale, whole_height - 4)
        placed.append(Placed(block, front, depth, column))
        x += wide + GAP * scale
    return tuple(placed), QSizeF(x - GAP * scale + MARGIN * scale, whole_height)


def draw(
    painter: QPainter,
    placed: tuple[Placed, ...],
    size: QSizeF,
    theme: Theme,
    chosen: int | None = None,
    hovered: int | None = None,
) -> None:
    """Draw everything: boxes, and under each its words."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    lines = 2 + max(len(one.block.also) for one in placed)
    metrics = QFontMetricsF(font(12, QFont.Weight.DemiBold))
    first_line = size.height() - lines * metrics.lineSpacing() - 8
    for one in placed:
        _draw_ground(painter, one, theme, chosen, hovered)
    for one in placed:
        _draw_box(painter, one, theme)
        _draw_words(painter, one, first_line, theme)


def _height(shape: Shape) -> int:
    return shape[1] if len(shape) > 2 else 1


def _draw_ground(
    painter: QPainter, one: Placed, theme: Theme, chosen: int | None, hovered: int | None
) -> None:
    if one.block.layer not in {chosen, hovered}:
        return
    is_chosen = one.block.layer == chosen
    painter.setPen(QPen(QColor(theme.accent), 1.5) if is_chosen else Qt.PenStyle.NoPen)
    painter.setBrush(QColor(theme.selected if is_chosen else theme.hover))
    painter.drawRoundedRect(one.column, 8, 8)


def _draw_box(painter: QPainter, one: Placed, theme: Theme) -> None:
    """Front, top and side; the input, what is learnt and what comes out in their own colours."""
    roles = {"input": theme.input, "convolution": theme.kernel, "dense": theme.output}
    colour = QColor(roles.get(one.block.family, theme.text_muted))
    front, back = one.front, QPointF(one.depth, -one.depth)
    painter.setPen(QPen(QColor(theme.surface), 1))
    painter.setBrush(QBrush(colour))
    painter.drawRect(front)
    if not one.depth:
        return
    top = [front.topLeft(), front.topRight(), front.topRight() + back, front.topLeft() + back]
    side = [front.topRight(), front.bottomRight()]
    side += [front.bottomRight() + back, front.topRight() + back]
    painter.setBrush(colour.lighter(135))
    painter.drawPolygon(QPolygonF(top))
    painter.setBrush(colour.darker(125))
    painter.drawPolygon(QPolygonF(side))


def _draw_words(painter: QPainter, one: Placed, y: float, theme: Theme) -> None:
    strong, plain = font(12, QFont.Weight.DemiBold), font(12)
    metrics = QFontMetricsF(strong)
    said = [(one.block.title, strong, theme.text), (times(one.block.shape), plain, theme.text)]
    said += [(word, plain, theme.text_muted) for word in one.block.also]
    for words, face, colour in said:
        painter.setFont(face)
        painter.setPen(QColor(colour))
        room = QRectF(one.column.left(), y, one.column.width(), metrics.lineSpacing())
        painter.drawText(room, Qt.AlignmentFlag.AlignCenter, words)
        y += metrics.lineSpacing()
