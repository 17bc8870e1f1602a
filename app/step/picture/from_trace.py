"""A step as a picture: which grids stand side by side, their numbers, outlines and what is lit.

Pure translation from a trace to what widgets take. No arithmetic of the network happens here.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache

import numpy as np

from app.step.grid.grid_content import GridContent, Mark
from app.step.picture.contents import (
    bias_content,
    longest_product,
    operand_content,
    product_text,
    signed_map,
    target_content,
    without_padding,
)
from app.step.picture.links import Hover, LitSets, lit
from app.step.picture.outlines import operand_marks, place_marks, target_marks
from app.step.picture.shown import PRODUCTS, Cover, Focus, PanePicture, Thumb
from engine.basics.geometry import times
from engine.basics.numbers import show
from engine.traces import Cell, CellKind, Grid, Role, Rule, State, Step, Trace

MOST_THUMBS = 3
"""Small grids under a large one; of more channels, the current one's neighbours are shown."""

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
_WEIGHTS = {"weight", "weight_by_input"}
_ContentOf = Callable[[tuple[int, ...]], GridContent]
_NOTHING_HIDDEN = Cover()


def picture(
    trace: Trace,
    step: Step,
    state: State,
    focus: Focus,
    hover: Hover | None = None,
    cover: Cover = _NOTHING_HIDDEN,
    *,
    has_hues: bool = False,
) -> tuple[PanePicture, ...]:
    """The panes of one step, from left to right.

    Args:
        trace: The pass.
        step: Its window that is shown.
        state: The target after it.
        focus: Which channels to show.
        hover: What is pointed at; everything that it does not touch is dimmed.
        cover: What is hidden.
        has_hues: Whether the inputs of an output that is pointed at are in the hues of their
            places in the kernel.
    """
    group = focus.group(trace, step)
    terms = [term for term in step.terms if term.place[0] == group]
    pages = _pages(step, group, len(trace.operands) + 1)
    shown = None if hover is None else lit(trace, step, hover)
    panes = []
    joint = "×" if trace.product_title else " "
    for number, name in enumerate(trace.operands):
        grid = trace.grids[name]
        page = pages.get(name, grid.pages[0])
        content = operand_content(trace, name, page)
        thumbs = _thumbs(grid, page, lambda at, name=name: operand_content(trace, name, at))  # type: ignore[misc]
        marks = operand_marks(trace, step, grid, page, terms)
        pane = _pane(grid, page, content, marks, shown, joint if number else "", thumbs)
        panes.append(replace(pane, attached=_bias_picture(trace, step, name, shown)))
    if trace.product_title:
        panes.append(_product_pane(trace, step, group, shown))
    if has_hues and trace.product_title and _points_at_output(step, hover):
        panes = [
            replace(pane, marks=pane.marks + place_marks(step, pane.key, pane.page, terms))
            for pane in panes
        ]
    panes.append(_target_pane(trace, step, state, pages, shown, cover))
    return tuple(_covered_pane(pane, trace, cover) for pane in panes)


def _points_at_output(step: Step, hover: Hover | None) -> bool:
    """Whether the one cell that the step fills is pointed at."""
    is_one = len(step.updates) == 1
    return hover is not None and is_one and hover.cell == step.updates[0].target


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
        grid.name, "bias", "", grid.role, at, bias_content(trace, at), (), lit_cells, ""
    )


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
            thumbs=tuple(_covered_thumb(thumb) for thumb in pane.thumbs),
            attached=attached,
        )
    return pane


def _covered_thumb(thumb: Thumb) -> Thumb:
    """The small grid covered, with the sum that may stand under it."""
    label = "sum ?" if thumb.label.startswith("sum ") else thumb.label
    return replace(thumb, label=label, content=_all_covered(thumb.content))


def _asked_covered(content: GridContent, asked: Cell) -> GridContent:
    """The sheet with the cell that a quiz asks for covered."""
    covered = np.zeros(content.values.shape, np.bool_)
    covered[asked.row, asked.column] = True
    return replace(content, covered=covered, cover_text="?")


@lru_cache(maxsize=64)
def _all_covered(content: GridContent) -> GridContent:
    return replace(content, covered=np.ones(content.values.shape, np.bool_))


def _pages(step: Step, group: int, grids: int) -> dict[str, tuple[int, ...]]:
    """The sheet of every grid that belongs to a group of products; there are ``grids`` of them."""
    pages: dict[str, tuple[int, ...]] = {}
    for update in step.updates:
        for term in update.terms:
            if term.place[0] != group:
                continue
            pages.setdefault(update.target.grid, update.target.page)
            for factor in term.factors:
                if factor.cell is not None:
                    pages.setdefault(factor.cell.grid, factor.cell.page)
            if len(pages) == grids:
                return pages
    return pages


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
    cover: Cover,
) -> PanePicture:
    grid = trace.target
    page = pages.get(grid.name, grid.pages[0])
    asked = None if cover.result else cover.asked

    def content(at: tuple[int, ...]) -> GridContent:
        values, filled = state.values[at], state.filled[at]
        shown = target_content(trace, values.tobytes(), filled.tobytes())
        return _asked_covered(shown, asked) if asked is not None and asked.page == at else shown

    joint = trace.symbol or _target_joint(step)
    marks = target_marks(trace, step, page)
    return _pane(grid, page, content(page), marks, touched, joint, _thumbs(grid, page, content))


_JOINTS = {
    Rule.MAX: "max",
    Rule.SOFTMAX: "softmax",
    Rule.NEGATIVE_LOG: "−ln p",
}


def _target_joint(step: Step) -> str:
    """How the target follows from what stands before it."""
    update = step.updates[0]
    if update.rule is not Rule.SUM:
        return _JOINTS[update.rule]
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

    groups, rows, columns = step.product_shape
    values = [[[0.0] * columns for _ in range(rows)] for _ in range(groups)]
    texts = [[""] * columns for _ in range(rows)]
    for term in step.terms:
        at_group, row, column = term.place
        values[at_group][row][column] = term.value
        if at_group == group:  # the others are shown small, without numbers
            texts[row][column] = product_text(term)
    contents = [
        GridContent(
            np.array(values[n]),
            signed_map(role),
            -peak,
            peak,
            texts=tuple(map(tuple, texts)) if n == group else None,
            widest=longest_product(trace),
        )
        for n in range(groups)
    ]
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
    subtitle = f"channel {group + 1} of {groups}" if groups > 1 else _products_words(step)
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


def _products_words(step: Step) -> str:
    """What stands over products of one group: not everything that is multiplied is a window."""
    if any(window.grid not in _WEIGHTS for window in step.windows):
        return "the window's products"
    return "the products" if sum(1 for _ in step.terms) > 1 else "the product"


def _title(grid: Grid, page: tuple[int, ...]) -> str:
    axes = _AXES.get(grid.name, ())
    numbers = [
        f"{channel + 1} of {size}" if size > MOST_THUMBS else str(channel + 1)
        for channel, size in zip(page, grid.values.shape, strict=False)
        if size > 1
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
            Thumb(str(n + 1), axis, n, without_padding(content(at)), at == page)
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
