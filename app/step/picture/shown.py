"""What the picture of a step is made of: panes with their grids, what is lit, what is hidden."""

from __future__ import annotations

from dataclasses import dataclass

from app.kit.colour_bar import ColourRange
from app.step.grid.grid_content import GridContent, Mark
from engine.traces import Cell, Role, Step, Trace

PRODUCTS = "products"
"""The key of the pane of products; the other panes have their grid's name."""


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

    @property
    def has_covered_cells(self) -> bool:
        """Whether a cell is hidden here: the ends of the colour bar would reveal it."""
        return self.content.covered is not None and bool(self.content.covered.any())


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
