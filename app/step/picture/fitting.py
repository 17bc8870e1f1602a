"""How large the cells of the lab's panes are: as large as fits, and what gives way to them."""

from __future__ import annotations

from dataclasses import dataclass, replace

from PySide6.QtGui import QFont, QFontMetricsF

from app.look.theme import font, px
from app.step.grid.grid_painting import OUTLINE_ROOM
from app.step.picture.pane import ATTACHED, BAR, THUMB_LABEL, broken, thumbs_width, title_height
from app.step.picture.shown import PRODUCTS, PanePicture

_PRODUCT_WIDTH, _PRODUCT_HEIGHT = 1.7, 1.12
_LEAST_PANE, _LEAST_PANE_IF_NARROW, _LEAST_PANE_WITH_BIAS = 104, 64, 104


@dataclass(frozen=True)
class Around:
    """What stands around the cells, as far as there is room for it."""

    has_wide_words: bool = True
    """Titles on one line, subtitles as wide as they are."""
    has_subtitles: bool = True
    has_joint_words: bool = True
    """What an arrow stands for is written over it."""
    has_bars: bool = True
    has_expressions: bool = True
    """Room for ``6 × 1`` in the cells of the products, not for their values alone."""


_BARE = Around(has_wide_words=False, has_subtitles=False, has_joint_words=False)
ROOMS = (
    Around(),
    Around(has_wide_words=False),
    Around(has_wide_words=False, has_subtitles=False),
    _BARE,
    replace(_BARE, has_bars=False),
    replace(_BARE, has_bars=False, has_expressions=False),
)
"""What gives way to the cells, in this order: words before colours before digits."""


@dataclass(frozen=True)
class PaneSize:
    """How many cells a pane has, how large one is in units, and what its grid has around it."""

    rows: int
    columns: int
    cell_width: float = 1.0
    cell_height: float = 1.0
    above: float = 0.0
    below: float = 0.0
    least_width: int = 0
    room: int = 0

    def width(self, unit: float) -> int:
        """Width of the cells."""
        return round(self.columns * self.cell_width * unit)

    def height(self, unit: float) -> int:
        """Height of the cells."""
        return round(self.rows * self.cell_height * unit)


def largest_unit(sizes: list[PaneSize], width: float, height: float, limit: int) -> int:
    """The largest cell, in whole pixels, with which all panes fit, centred on one line."""
    for unit in range(limit, 4, -1):
        if _fits(sizes, [unit] * len(sizes), width, height):
            return unit
    return 4


def reach(sizes: list[PaneSize], units: list[int]) -> tuple[float, float]:
    """How far the panes reach above and below the line through the middle of their grids."""
    heights = [size.height(unit) / 2 for size, unit in zip(sizes, units, strict=True)]
    return (
        max(size.above + height for size, height in zip(sizes, heights, strict=True)),
        max(size.below + height for size, height in zip(sizes, heights, strict=True)),
    )


def units_that_fit(
    sizes: list[PaneSize], width: float, height: float, limit: int, comfortable: int
) -> list[int]:
    """The cell of every pane: the same in all, but where that is small, small grids grow more."""
    units = [largest_unit(sizes, width, height, limit)] * len(sizes)
    if units[0] >= comfortable:
        return units
    growing = list(range(len(sizes)))
    while growing:
        at = min(growing, key=units.__getitem__)
        wider = [unit + (number == at) for number, unit in enumerate(units)]
        if wider[at] > comfortable or not _fits(sizes, wider, width, height):
            growing.remove(at)
        else:
            units = wider
    return units


def _fits(sizes: list[PaneSize], units: list[int], width: float, height: float) -> bool:
    across = sum(
        max(size.least_width, size.width(unit) + size.room)
        for size, unit in zip(sizes, units, strict=True)
    )
    return across <= width and sum(reach(sizes, units)) <= height


def pane_size(
    shown: PanePicture, thumb_unit: int, zoom: float, most: int, around: Around
) -> PaneSize:
    """What a pane needs: its cells, and in pixels what stands around them.

    Args:
        shown: What is in it.
        thumb_unit: Cell of its small grids; 0 if there is no room for them.
        zoom: How much what is written is enlarged.
        most: How wide the small grids may be together.
        around: What stands around the cells.
    """
    rows, columns = shown.content.values.shape
    room = px(OUTLINE_ROOM)
    below = room + (px(BAR * zoom) if around.has_bars else 0)
    below += px(ATTACHED * zoom) if shown.attached is not None else 0
    across_thumbs = 0
    if shown.thumbs and thumb_unit:
        across_thumbs = min(most, thumbs_width(shown.thumbs, thumb_unit))
        tallest = max(thumb.content.values.shape[0] for thumb in shown.thumbs)
        below += tallest * thumb_unit + 2 * room + px(THUMB_LABEL)
    is_products = shown.key == PRODUCTS
    has_expressions = is_products and around.has_expressions
    metrics = QFontMetricsF(font(15 * zoom, QFont.Weight.DemiBold))
    title = metrics.horizontalAdvance(shown.title) + px(24 * zoom)
    subtitle = QFontMetricsF(font(12 * zoom)).horizontalAdvance(shown.subtitle) + px(4)
    least, words = _LEAST_PANE, max(title, subtitle)
    if not around.has_wide_words:
        least = _LEAST_PANE_IF_NARROW if shown.attached is None else _LEAST_PANE_WITH_BIAS
        lines = broken(shown.title)
        words = max(metrics.horizontalAdvance(line) for line in lines) + px(24 * zoom)
    return PaneSize(
        rows,
        columns,
        _PRODUCT_WIDTH if has_expressions else 1.0,
        _PRODUCT_HEIGHT if has_expressions else 1.0,
        above=room + title_height(shown, zoom, has_subtitle=around.has_subtitles),
        below=below,
        least_width=round(max(px(least * zoom), words, across_thumbs)),
        room=2 * room,
    )
