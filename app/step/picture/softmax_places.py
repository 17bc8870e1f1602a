"""Where the columns and rows of a table of classes stand."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QRectF

from app.look.theme import px

HEAD, FOOT = 30, 30
"""Heights at scale 1 of the titles above the rows and of the sum below them."""
_LEAST_ROW, _LARGEST_ROW = 28, 72
_LOGIT, _POWER, _NUMBER, _TARGET, _GAP = 70, 150, 84, 52, 12
_NAME_SHARE, _LEAST_NAME = 0.26, 64
NAME, LOGIT, POWER, POWER_BAR = "name", "logit", "power", "power bar"
PROBABILITY, PROBABILITY_BAR, TARGET, GRADIENT = "probability", "bar", "target", "gradient"


@dataclass(frozen=True)
class TablePlaces:
    """Columns by name, as left edge and width; rows of one height below the titles."""

    columns: dict[str, tuple[int, int]]
    row_height: int
    rows: int

    def box(self, column: str, row: int) -> QRectF:
        """Where a cell stands; row −1 has the titles, the one after the last the sum."""
        left, width = self.columns[column]
        top = px(HEAD) + row * self.row_height
        if row < 0:
            return QRectF(left, 0, width, px(HEAD))
        return QRectF(left, top, width, self.row_height)

    def row_at(self, y: float) -> int | None:
        """The row in sight at a height."""
        row = int((y - px(HEAD)) // self.row_height)
        return row if 0 <= row < self.rows else None


def places_in(
    width: int, height: int, classes: int, name_width: float, *, has_gradient: bool
) -> TablePlaces:
    """Where everything stands; as many rows as have the room, each whole.

    Args:
        width: Of the room.
        height: Of the room.
        classes: How many rows there are, in sight or not.
        name_width: What the longest name needs.
        has_gradient: Whether the gradients have a column.
    """
    free = height - px(HEAD) - px(FOOT)
    row_height = max(px(_LEAST_ROW), min(px(_LARGEST_ROW), free // classes))
    rows = max(1, min(classes, free // row_height))
    name = round(max(px(_LEAST_NAME), min(name_width + px(8), _NAME_SHARE * width)))
    fixed = {NAME: name, LOGIT: px(_LOGIT), POWER: px(_POWER), PROBABILITY: px(_NUMBER)}
    fixed |= {TARGET: px(_TARGET)}
    if has_gradient:
        fixed |= {GRADIENT: px(_NUMBER)}
    order = [NAME, LOGIT, POWER, POWER_BAR, PROBABILITY, PROBABILITY_BAR, TARGET]
    order += [GRADIENT] if has_gradient else []
    gaps = px(_GAP) * (len(order) - 1)
    bar = max(0, (width - sum(fixed.values()) - gaps) // 2)
    columns, x = {}, 0
    for column in order:
        wide = fixed.get(column, bar)
        columns[column] = (x, wide)
        x += wide + px(_GAP)
    return TablePlaces(columns, row_height, rows)
