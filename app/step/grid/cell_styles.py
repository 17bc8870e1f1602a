"""What every cell of a ``NumberGrid`` shows: its texts, its colours, and how it is drawn."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from app.look.colormaps import Table, apply, text_colour_on
from app.step.grid.grid_content import GridContent
from engine.basics.numbers import brief, show

_RGB = np.array((1 << 16, 1 << 8, 1), np.int64)
_MOST_TABLES = 16
_PACKED: dict[int, tuple[Table, NDArray[np.int64]]] = {}


class CellStyle(NamedTuple):
    """What one cell shows. Cells that look alike are equal, and have the same picture."""

    text: str
    below: str
    fill: int
    """The colour, as ``0xrrggbb``."""
    ink: str
    is_filled: bool
    is_padding: bool
    is_unread: bool
    is_covered: bool = False


CellStyles = list[list[CellStyle]]


def styles_of(content: GridContent, *, has_numbers: bool) -> CellStyles:
    """What every cell shows, row by row."""
    shape = content.values.shape
    fills = _fills(content)
    values = content.values.tolist()
    filled = _flags(content.filled, shape, otherwise=True)
    padding = _flags(content.is_padding, shape)
    unread = _flags(content.is_unread, shape)
    covered = _flags(content.covered, shape)
    texts, is_brief = content.texts if has_numbers else None, content.is_brief
    styles: CellStyles = []
    for row in range(shape[0]):
        line = []
        for column in range(shape[1]):
            is_padding, is_filled = padding[row][column], filled[row][column]
            if covered[row][column]:
                line.append(_covered_style(content.cover_text, is_padding=is_padding))
                continue
            number = ""
            if has_numbers and is_filled:
                value = values[row][column]
                number = brief(value) if is_brief else show(value).text
            expression = texts[row][column] if texts is not None else ""
            fill = fills[row][column]
            line.append(
                CellStyle(
                    expression or number,
                    number if expression else "",
                    fill if is_filled else 0,
                    _ink_on(fill),
                    is_filled,
                    is_padding,
                    unread[row][column],
                )
            )
        styles.append(line)
    return styles


def written(content: GridContent, value: float) -> str:
    """A number as the cells of a content print it."""
    return brief(value) if content.is_brief else show(value).text


def _fills(content: GridContent) -> list[list[int]]:
    """The colour of every cell, as ``app.look.colormaps.apply`` gives it, without RGBA."""
    span = content.high - content.low
    values = content.values
    if not span > 0 or np.isnan(values).any():
        colours = apply(values, content.cmap, content.low, content.high)
        fills: list[list[int]] = (colours[..., :3] @ _RGB).tolist()
        return fills
    position = (values - content.low) / span
    np.minimum(np.maximum(position, 0.0, out=position), 1.0, out=position)
    packed = _packed(content.cmap)
    found: list[list[int]] = packed[np.rint(position * 255).astype(np.uint8)].tolist()
    return found


def _packed(cmap: Table) -> NDArray[np.int64]:
    """A colour table as ``0xrrggbb``, made once: the tables of the application are few."""
    found = _PACKED.get(id(cmap))
    if found is None or found[0] is not cmap:
        if len(_PACKED) > _MOST_TABLES:
            _PACKED.clear()
        found = _PACKED[id(cmap)] = (cmap, cmap[:, :3].astype(np.int64) @ _RGB)
    return found[1]


def part_of(content: GridContent, at: tuple[slice, slice]) -> GridContent:
    """Some of the cells of a content without texts."""
    return replace(
        content,
        values=content.values[at],
        filled=None if content.filled is None else content.filled[at],
        is_padding=None if content.is_padding is None else content.is_padding[at],
        is_unread=None if content.is_unread is None else content.is_unread[at],
    )


def differs_in_cells_alone(old: GridContent, new: GridContent) -> bool:
    """Whether two contents may differ in values and in what is filled, but in nothing else."""
    return (
        old.values.shape == new.values.shape
        and (old.low, old.high, old.cover_text) == (new.low, new.high, new.cover_text)
        and old.cmap is new.cmap
        and old.is_brief is new.is_brief
        and old.is_padding is new.is_padding
        and old.is_unread is new.is_unread
        and (old.filled is None) == (new.filled is None)
        and all(part is None for part in (old.texts, new.texts, old.covered, new.covered))
    )


def changed_cells(old: CellStyles, new: CellStyles) -> set[tuple[int, int]]:
    """The cells that do not look as before, in two grids of the same shape."""
    return {
        (row, column)
        for row, (before, cells) in enumerate(zip(old, new, strict=True))
        for column, (was, style) in enumerate(zip(before, cells, strict=True))
        if was != style
    }


def shape_of(cells: CellStyles) -> tuple[int, int]:
    """Rows and columns."""
    return len(cells), len(cells[0]) if cells else 0


def _flags(
    marked: NDArray[np.bool_] | None, shape: tuple[int, ...], *, otherwise: bool = False
) -> list[list[bool]]:
    """A mask as lists, which are read one by one much faster than arrays."""
    if marked is None:
        return [[otherwise] * shape[1]] * shape[0]
    flags: list[list[bool]] = marked.tolist()
    return flags


def _covered_style(cover_text: str, *, is_padding: bool) -> CellStyle:
    text = "" if is_padding else cover_text
    return CellStyle(text, "", 0, "", False, is_padding, False, not is_padding)


@lru_cache(maxsize=2048)
def _ink_on(fill: int) -> str:
    """The colour of text on a cell; the few hundred colours of the maps are remembered."""
    return text_colour_on((fill >> 16, fill >> 8 & 255, fill & 255))
