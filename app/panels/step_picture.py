"""A step as a picture: which grids stand side by side, their numbers, outlines and what is lit.

Pure translation from a trace to what widgets take. No arithmetic of the network happens here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from app.colormaps import Table, diverging, gradient_diverging, grey
from app.panels.step_links import Hover, LitSets, lit
from app.widgets.colour_bar import ColourRange
from app.widgets.grid_content import GridContent, Mark, MarkStyle
from engine.geometry import times
from engine.traces import Cell, CellKind, Grid, Role, Rule, State, Step, Term, Trace
from engine.traces.numbers import show

PRODUCTS = "products"
"""The key of the pane of products; the other panes have their grid's name."""

MOST_THUMBS = 3
"""Small grids under a large one; of more channels, the current one's neighbours are shown."""

_MOST_TEXTS = 400
_OUT, _IN = "out", "in"
_AXES = {
    "input": (_IN,),
    "grad_input": (_IN,),
    "kernel": (_OUT, _IN),
    "rotated_kernel": (_OUT, _IN),
    "grad_kernel": (_OUT, _IN),
    "output": (_OUT,),
    "grad_output": (_OUT,),
}
_ContentOf = Callable[[tuple[int, ...]], GridContent]


@dataclass(frozen=True, eq=False)
class Thumb:
    """Another channel of a pane, small. ``axis`` is ``"out"`` or ``"in"``."""

    label: str
    axis: str
    channel: int
    content: GridContent
    is_current: bool


@dataclass(frozen=True, eq=False)
class PanePicture:
    """One grid with what stands around it.

    ``joint`` says how it follows from what is left of it: ``×``, ``=`` or words for an arrow.
    ``page`` is the sheet shown; for products, ``(group,)``. ``attached`` is a small grid under it:
    the bias, under its kernel; its cell (0, 0) is the grid's cell ``page``.
    """

    key: str
    title: str
    subtitle: str
    role: Role
    page: tuple[int, ...]
    content: GridContent
    marks: tuple[Mark, ...]
    lit: frozenset[tuple[int, int]] | None
    joint: str
    thumbs: tuple[Thumb, ...] = ()
    attached: PanePicture | None = None

    @property
    def colours(self) -> ColourRange:
        """What the colour bar shows."""
        return ColourRange(self.content.cmap, self.content.low, self.content.high)


@dataclass(frozen=True)
class Cover:
    """What is hidden from the eye: for a lecture until it is revealed, for a quiz what is asked."""

    kernel: bool = False
    result: bool = False
    sentence: bool = False
    products: bool = False
    asked: Cell | None = None


@dataclass(frozen=True)
class Focus:
    """The channels in focus, from 0."""

    channel: int
    in_channel: int

    def group(self, trace: Trace, step: Step) -> int:
        """The group of products that is shown."""
        wanted = self.channel if trace.groups_are_output_channels else self.in_channel
        return max(0, min(wanted, step.product_shape[0] - 1))


def picture(
    trace: Trace,
    step: Step,
    state: State,
    focus: Focus,
    hover: Hover | None = None,
    cover: Cover = Cover(),
) -> tuple[PanePicture, ...]:
    """The panes of one step, from left to right.

    Args:
        trace: The pass.
        step: Its window that is shown.
        state: The target after it.
        focus: Which channels to show.
        hover: What is pointed at; everything that it does not touch is dimmed.
        cover: What is hidden.
    """
    group = focus.group(trace, step)
    terms = [term for term in step.terms if term.place[0] == group]
    pages = _pages(step, group)
    shown = None if hover is None else lit(trace, step, hover)
    panes = []
    joint = "×" if trace.product_title else " "
    for number, name in enumerate(trace.operands):
        grid = trace.grids[name]
        page = pages.get(name, grid.pages[0])
        content = operand_content(trace, name, page)
        thumbs = _thumbs(grid, page, lambda at, name=name: operand_content(trace, name, at))  # type: ignore[misc]
        marks = _operand_marks(trace, step, grid, page, terms)
        pane = _pane(grid, page, content, marks, shown, joint if number else "", thumbs)
        panes.append(replace(pane, attached=_bias_picture(trace, step, name, shown)))
    if trace.product_title:
        panes.append(_product_pane(trace, step, group, shown))
    panes.append(_target_pane(trace, step, state, pages, shown))
    return tuple(_covered_pane(pane, trace, cover) for pane in panes)


def _bias_picture(
    trace: Trace, step: Step, name: str, touched: LitSets | None
) -> PanePicture | None:
    """The bias of this step, to stand under the kernel that it belongs to."""
    bias = step.updates[0].bias
    if bias is None or bias.cell is None or name not in {"kernel", "weight"}:
        return None
    grid, at = trace.grids["bias"], bias.cell.index
    lit_cells = None
    if touched is not None:
        lit_cells = (
            frozenset({(0, 0)}) if bias.cell in touched.cells else frozenset[tuple[int, int]]()
        )
    return PanePicture(
        grid.name, "bias", "", grid.role, at, _bias_content(trace, at), (), lit_cells, ""
    )


@lru_cache(maxsize=64)
def _bias_content(trace: Trace, at: tuple[int, ...]) -> GridContent:
    grid = trace.grids["bias"]
    cmap, low, high = colours_of(grid)
    return GridContent(grid.values[at].reshape(1, 1), cmap, low, high)


def _covered_pane(pane: PanePicture, trace: Trace, cover: Cover) -> PanePicture:
    """The pane with what is hidden in it covered."""
    is_target = pane.key == trace.target.name
    is_hidden = (
        (cover.kernel and (pane.role is Role.KERNEL or pane.key == PRODUCTS))
        or (cover.products and pane.key == PRODUCTS)
        or (cover.result and is_target)
    )
    if is_hidden:
        attached = pane.attached
        if attached is not None:
            attached = replace(attached, content=_all_covered(attached.content))
        return replace(
            pane,
            subtitle="hidden",
            content=_all_covered(pane.content),
            thumbs=tuple(
                replace(thumb, content=_all_covered(thumb.content)) for thumb in pane.thumbs
            ),
            attached=attached,
        )
    if is_target and cover.asked is not None and cover.asked.page == pane.page:
        covered = np.zeros(pane.content.values.shape, np.bool_)
        covered[cover.asked.row, cover.asked.column] = True
        return replace(pane, content=replace(pane.content, covered=covered, cover_text="?"))
    return pane


@lru_cache(maxsize=64)
def _all_covered(content: GridContent) -> GridContent:
    return replace(content, covered=np.ones(content.values.shape, np.bool_))


def _pages(step: Step, group: int) -> dict[str, tuple[int, ...]]:
    """The sheet of every grid that belongs to a group of products."""
    pages: dict[str, tuple[int, ...]] = {}
    for update in step.updates:
        for term in update.terms:
            if term.place[0] != group:
                continue
            pages.setdefault(update.target.grid, update.target.page)
            for factor in term.factors:
                if factor.cell is not None:
                    pages.setdefault(factor.cell.grid, factor.cell.page)
    return pages


# --- contents -----------------------------------------------------------------------------------


@lru_cache(maxsize=256)
def operand_content(trace: Trace, name: str, page: tuple[int, ...]) -> GridContent:
    """One sheet of a grid that is read; made once, since it does not change from step to step."""
    grid = trace.grids[name]
    cmap, low, high = colours_of(grid)
    return GridContent(
        grid.values[page],
        cmap,
        low,
        high,
        is_padding=_padding_of(grid),
        is_unread=grid.unread if grid.unread.any() else None,
        widest=longest_text(grid.values),
    )


def colours_of(grid: Grid) -> tuple[Table, float, float]:
    """The colour map of a grid that is read, and its range."""
    peak = float(np.abs(grid.values).max(initial=0.0)) or 1.0
    if grid.role is Role.INPUT and grid.values.min(initial=0.0) >= 0:
        return grey(), 0.0, peak
    return _signed_map(grid.role), -peak, peak


def _signed_map(role: Role) -> Table:
    return gradient_diverging() if role is Role.GRADIENT else diverging()


def longest_text(values: NDArray[np.float64]) -> str:
    """The longest of the numbers as printed."""
    found = np.unique(values)
    if found.size > _MOST_TEXTS:
        found = found[np.linspace(0, found.size - 1, _MOST_TEXTS).astype(int)]
    return max((show(float(value)).text for value in found), key=len, default="")


def _padding_of(grid: Grid) -> NDArray[np.bool_] | None:
    is_padding = grid.kinds != CellKind.VALUE
    return is_padding if is_padding.any() else None


@lru_cache(maxsize=32)
def _longest_product(trace: Trace) -> str:
    left, right = (longest_text(trace.grids[name].values) for name in trace.operands)
    lowest = show(float(trace.grids[trace.operands[1]].values.min()))
    return f"{left} × {max(right, lowest.factor_text, key=len)}"


# --- panes --------------------------------------------------------------------------------------


def _pane(
    grid: Grid,
    page: tuple[int, ...],
    content: GridContent,
    marks: tuple[Mark, ...],
    touched: LitSets | None,
    joint: str,
    thumbs: tuple[Thumb, ...],
) -> PanePicture:
    return PanePicture(
        grid.name,
        _title(grid, page),
        _subtitle(grid),
        grid.role,
        page,
        content,
        marks,
        None if touched is None else touched.on(grid.name, page),
        joint,
        thumbs,
    )


def _target_pane(
    trace: Trace,
    step: Step,
    state: State,
    pages: dict[str, tuple[int, ...]],
    touched: LitSets | None,
) -> PanePicture:
    grid = trace.target
    page = pages.get(grid.name, grid.pages[0])

    def content(at: tuple[int, ...]) -> GridContent:
        values, filled = state.values[at], state.filled[at]
        return _target_content(trace, values.tobytes(), filled.tobytes())

    joint = _target_joint(step)
    marks = _target_marks(trace, step, page)
    return _pane(grid, page, content(page), marks, touched, joint, _thumbs(grid, page, content))


@lru_cache(maxsize=128)
def _target_content(trace: Trace, values: bytes, filled: bytes) -> GridContent:
    """One sheet of the target; the same object as long as nothing changes on it."""
    grid, peak = trace.target, trace.peak or 1.0
    shape = (grid.rows, grid.columns)
    return GridContent(
        np.frombuffer(values, np.float64).reshape(shape),
        _signed_map(grid.role),
        -peak,
        peak,
        filled=np.frombuffer(filled, np.bool_).reshape(shape),
        is_padding=_padding_mask(trace),
        widest=_longest_result(trace),
    )


@lru_cache(maxsize=16)
def _padding_mask(trace: Trace) -> NDArray[np.bool_] | None:
    return _padding_of(trace.target)


@lru_cache(maxsize=16)
def _longest_result(trace: Trace) -> str:
    return longest_text(trace.result)


def _target_joint(step: Step) -> str:
    """How the target follows from what stands before it."""
    update = step.updates[0]
    if update.rule is not Rule.SUM:
        return {Rule.MAX: "max", Rule.SOFTMAX: "softmax", Rule.NEGATIVE_LOG: "−ln p"}[update.rule]
    if update.before is not None:
        return "added to"
    if update.divisor != 1:
        return "mean"
    if update.bias is not None:
        return "sum + bias"
    return "sum" if sum(1 for _ in update.terms) > 1 else "gives"


def _product_pane(trace: Trace, step: Step, group: int, touched: LitSets | None) -> PanePicture:
    role = trace.target.role
    peak = trace.product_peak or 1.0

    def content(shown: int) -> GridContent:
        shape = step.product_shape[1:]
        values, texts = np.zeros(shape), [[""] * shape[1] for _ in range(shape[0])]
        for term in step.terms:
            at_group, row, column = term.place
            if at_group == shown:
                values[row, column] = term.value
                texts[row][column] = _product_text(term)
        return GridContent(
            values,
            _signed_map(role),
            -peak,
            peak,
            texts=tuple(map(tuple, texts)),
            widest=_longest_product(trace),
        )

    groups = step.product_shape[0]
    contents = [content(n) for n in range(groups)]
    thumbs: tuple[Thumb, ...] = ()
    if groups > 1:
        axis = _OUT if trace.groups_are_output_channels else _IN
        subtotals = [show(part.subtotal).text for part in step.updates[0].groups]
        thumbs = tuple(
            Thumb(
                f"sum {subtotals[n]}" if len(subtotals) == groups else str(n + 1),
                axis,
                n,
                contents[n],
                n == group,
            )
            for n in around(group, groups)
        )
    subtitle = f"channel {group + 1}" if groups > 1 else "the window's products"
    return PanePicture(
        PRODUCTS,
        trace.product_title,
        subtitle,
        role,
        (group,),
        contents[group],
        (),
        None if touched is None else touched.in_products(group),
        "=",
        thumbs,
    )


def _product_text(term: Term) -> str:
    first, *others = (show(factor.value) for factor in term.factors)
    return " × ".join([first.text, *(other.factor_text for other in others)])


def _title(grid: Grid, page: tuple[int, ...]) -> str:
    axes = _AXES.get(grid.name, ())
    numbers = [
        str(channel + 1) for channel, size in zip(page, grid.values.shape, strict=False) if size > 1
    ]
    return f"{grid.title} {', '.join(numbers)}" if numbers and axes else grid.title


@lru_cache(maxsize=64)
def _subtitle(grid: Grid) -> str:
    is_value = grid.kinds == CellKind.VALUE
    is_outside = grid.kinds == CellKind.PADDING
    if not is_outside.any():
        return times((grid.rows, grid.columns))
    rows, columns = (~is_outside).any(axis=1).sum(), (~is_outside).any(axis=0).sum()
    spread = " spread out" if (~is_value & ~is_outside).any() else ""
    return (
        f"{times((int(rows), int(columns)))}{spread}, padded to {times((grid.rows, grid.columns))}"
    )


def _thumbs(grid: Grid, page: tuple[int, ...], content: _ContentOf) -> tuple[Thumb, ...]:
    """The other channels along the first axis that has several."""
    for position, axis in enumerate(_AXES.get(grid.name, ())[: len(page)]):
        size = grid.values.shape[position]
        if size < 2:
            continue
        return tuple(
            Thumb(str(n + 1), axis, n, _without_padding(content(at)), at == page)
            for n, at in (
                (n, (*page[:position], n, *page[position + 1 :]))
                for n in around(page[position], size)
            )
        )
    return ()


def around(current: int, count: int) -> range:
    """The few of many channels that are shown small: the current one and its neighbours."""
    start = max(0, min(current - MOST_THUMBS // 2, count - MOST_THUMBS))
    return range(start, min(count, start + MOST_THUMBS))


@lru_cache(maxsize=128)
def _without_padding(content: GridContent) -> GridContent:
    """The cells within the ring: small grids have no room for it."""
    if content.is_padding is None:
        return content
    rows, columns = (~content.is_padding).any(axis=1), (~content.is_padding).any(axis=0)
    inside = np.ix_(rows, columns)
    return GridContent(
        content.values[inside],
        content.cmap,
        content.low,
        content.high,
        filled=None if content.filled is None else content.filled[inside],
    )


# --- outlines -----------------------------------------------------------------------------------


def _operand_marks(
    trace: Trace, step: Step, grid: Grid, page: tuple[int, ...], terms: Iterable[Term]
) -> tuple[Mark, ...]:
    sliding = trace.grids[trace.operands[-1]].role
    windows = tuple(
        Mark(window.rows, window.columns, sliding.value)
        for window in step.windows
        if window.grid == grid.name and window.page == page
    )
    if windows:
        return windows
    cells = {
        factor.cell
        for term in terms
        for factor in term.factors
        if factor.cell is not None and factor.cell.grid == grid.name
    }
    if len(cells) != 1:
        return ()
    (cell,) = cells
    return (_cell_mark(cell, grid.role),)


def _target_marks(trace: Trace, step: Step, page: tuple[int, ...]) -> tuple[Mark, ...]:
    windows = tuple(
        Mark(window.rows, window.columns, Role.KERNEL.value)
        for window in step.windows
        if window.grid == trace.target.name and window.page == page
    )
    if windows or len(step.updates) != 1:
        return windows
    return (_cell_mark(step.updates[0].target, trace.target.role),)


def _cell_mark(cell: Cell, role: Role) -> Mark:
    return Mark(
        range(cell.row, cell.row + 1),
        range(cell.column, cell.column + 1),
        role.value,
        MarkStyle.TARGET,
    )
