"""Which boxes the sources of a unit have in strips of layers, and on the image before them."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import partial
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPoint, QPointF, QRect, QRectF
from PySide6.QtGui import QColor, QRegion
from PySide6.QtWidgets import QWidget

from app.kit.maps.layer_strips import LayerStrips
from app.kit.maps.source_lines import Mark, SourcePicture
from app.kit.maps.strip import HEAD, Strip
from app.look.theme import px
from engine.basics.geometry import Shape
from engine.insight.sources import Source, Sources, Traced, Way

MOST_OF_DENSE = 10
"""Of a dense layer, which reads everything, so many sources are shown."""
_MOST = 160
"""Lines that can be told apart at all; of an image with 512 maps there would be thousands."""
_LEAST_PART = 0.03
"""Lines of less than this share of the widest could not be seen."""

Boxes = Callable[[int], QRectF]
"""Where a number of a layer is, counted through the layer, in the coordinates of some widget."""


class Pixels(Protocol):
    """Where a number of an image of some shape is, likewise."""

    def __call__(self, place: int, shape: Shape) -> QRectF:
        """The box of a number, counted through the image."""
        ...


def picture_in(
    strips: LayerStrips,
    sources: Sources | None,
    over: QWidget,
    image: Pixels | None = None,
    passed: Sequence[QWidget] = (),
) -> SourcePicture | None:
    """What to draw over ``over``, which holds the strips, for a unit in them.

    Args:
        strips: The layers; what lies outside the part of them in sight is not drawn.
        sources: Of the unit; with ``None`` there is nothing to draw.
        over: The widget that the lines are drawn over.
        image: Where the network's input is shown, in the coordinates of ``over``; ``None`` if it
            is not, so that a unit of the first layer has no lines.
        passed: Words between the image and the strips, which lines from it pass behind.
    """
    if sources is None:
        return None
    unit = sources.unit
    origin = QPointF(strips.mapTo(over, QPoint(0, 0)))
    in_sight = strips.visibleRegion().boundingRect().translated(origin.toPoint())
    target = strips.cell_box(unit).translated(origin)
    before = unit.layer - 1
    boxes = _boxes_in(strips.strip(before), origin) if before >= 0 else None
    if before < 0 and image is not None:
        boxes = partial(image, shape=sources.input_shape)
    marks = () if boxes is None else _marks(sources, boxes)
    outlines = () if boxes is None else _outlines(sources, boxes)
    faded = _within([strip.tile.translated(origin.toPoint()) for strip in strips.strips], in_sight)
    clip = QRegion(in_sight)
    if before < 0 and outlines:
        for box in outlines:
            in_sight = in_sight.united(box.toAlignedRect())
        titles = QRect(0, 0, strips.width(), px(HEAD)).translated(origin.toPoint())
        clip = QRegion(in_sight.adjusted(-6, -6, 6, 6)) - QRegion(titles)
        for words in passed:
            clip -= QRegion(words.rect().translated(words.mapTo(over, QPoint(0, 0))))
    return SourcePicture(target, marks, outlines, faded, strips.ground, clip)


def picture_of_seen(
    traced: Traced,
    target: QRectF,
    boxes: Callable[[Source], QRectF],
    faded: tuple[QRect, ...],
    ground: QColor,
    clip: QRegion,
) -> SourcePicture:
    """What to draw where only some layers are shown: the strongest sources, each for itself."""
    largest = max((abs(one.product) for one in traced.seen), default=0.0)
    found = [(boxes(one), one.product) for one in traced.seen]
    found = [(box, product) for box, product in found if not box.isNull()]
    outlines = tuple(box for box, _ in found)
    marks = tuple(
        Mark(box, product / largest)
        for box, product in found
        if 0 < largest < math.inf and abs(product) >= _LEAST_PART * largest
    )
    return SourcePicture(target, marks, outlines, faded, ground, clip)


def _boxes_in(strip: Strip, origin: QPointF) -> Boxes:
    return lambda place: strip.cell_box(place).translated(origin)


def _strongest(sources: Sources) -> NDArray[np.intp]:
    """Which sources are looked at, the strongest first."""
    is_dense = sources.way is Way.SUM and sources.indices.shape[1] == 1
    return sources.by_strength[: MOST_OF_DENSE if is_dense else _MOST]


def _places(sources: Sources, which: NDArray[np.intp]) -> list[int]:
    """Some sources, counted through the layer that they are in."""
    found = np.ravel_multi_index(tuple(sources.indices[which].T), sources.input_shape)
    return [int(place) for place in found]


def _marks(sources: Sources, boxes: Boxes) -> tuple[Mark, ...]:
    """The sources that have a line: those that can be seen next to the largest contribution."""
    chosen = _strongest(sources)
    if sources.way is Way.LARGEST:  # even one of 0 has won
        (place,) = _places(sources, chosen[:1])
        return (Mark(boxes(place), 1.0 if sources.total >= 0 else -1.0),)
    largest = float(np.abs(sources.products).max(initial=0))
    if not 0 < largest < math.inf:
        return ()
    chosen = chosen[np.abs(sources.products[chosen]) >= _LEAST_PART * largest]
    parts = (sources.products[chosen] / largest).tolist()
    marks = zip(_places(sources, chosen), parts, strict=True)
    return tuple(Mark(boxes(place), part) for place, part in marks)


def _outlines(sources: Sources, boxes: Boxes) -> tuple[QRectF, ...]:
    """A window on each map that is read; where single numbers are read, these."""
    if not sources.count:  # of a muted map
        return ()
    if sources.indices.shape[1] == 1 or sources.way is Way.SHARE:
        return tuple(boxes(place) for place in _places(sources, _strongest(sources)))
    ends = []
    channels = sources.indices[:, 0]
    starts = np.flatnonzero(np.diff(channels, prepend=-1))
    stops = np.append(starts[1:], len(channels)) - 1
    for first, last in zip(_places(sources, starts), _places(sources, stops), strict=True):
        ends.append(boxes(first).united(boxes(last)))
    return tuple(ends)


def _within(boxes: Sequence[QRect], room: QRect) -> tuple[QRect, ...]:
    return tuple(found for box in boxes if not (found := box.intersected(room)).isEmpty())
