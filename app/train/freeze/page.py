"""The page *Freeze* of Train: the next step of a paused run, walked through stage by stage."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import ClassVar

import numpy as np
from PySide6.QtCore import QObject, QPointF, QRectF, Qt, Signal, Slot
from PySide6.QtGui import QFont, QKeyEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from app.kit.buttons import icon_button
from app.kit.maps.layer_strips import LayerStrips
from app.kit.maps.source_lines import SourceLines
from app.kit.maps.source_picture import picture_in
from app.kit.maps.sum_line import SumLine
from app.kit.scrolling import scrolling
from app.kit.scrubber import Scrubber
from app.kit.segmented import SegmentedControl
from app.look.icons import icon
from app.look.nesting import nest
from app.look.text import ElidedText, Text
from app.look.theme import px
from app.train.freeze.stage_texts import SYMBOLS, sentences_of, title_of
from app.train.freeze.step_walk import FrozenWalk, StageKind
from app.train.inside.image_answer import ImageAnswer
from app.train.inside.map_row import MapRow
from app.train.part import TrainContext, TrainPart
from app.train.room import TallPage
from engine.basics.geometry import Shape
from engine.insight.frozen_step import ParameterUpdate
from engine.insight.shown_layer import Unit
from engine.insight.snapshot import MOST_MAPS, MapSet
from engine.insight.sources import Sources

EMPTY = (
    "Pause a run, or press “One batch”: the step that comes next is held still here, to be walked "
    "through forward, loss, backward and update, with its real numbers."
)


PARTS = (
    (StageKind.FORWARD, "Forward", "The numbers that each layer makes of the image"),
    (StageKind.BACKWARD, "Backward", "How much the mean loss rises per unit of each of them"),
    (StageKind.UPDATE, "Update", "What the step changes in the weights of a layer"),
)
"""The parts of a step, each of which has a view of its own."""

HINT = "Point at a number: lines show where it comes from; a click holds it, Escape lets go."

ANSWER_HEIGHT, ANSWER_WIDTH = 160, 330


class FrozenPage(TallPage):
    """The stages, the image and a sentence; below, one strip over the whole width or an update.

    Signals:
        part_wanted: A ``StageKind``: forward, backward or update.
        place_wanted: A stage, by its number.
        moved: So many stages on or back.
        scrolled: Another part of the forward strip is in sight.
    """

    wanted_height: ClassVar[int] = 470
    key: ClassVar[str] = "frozen"

    part_wanted = Signal(object)
    place_wanted = Signal(int)
    moved = Signal(int)
    scrolled = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.title = ElidedText(size=15, weight=QFont.Weight.DemiBold)
        self.scrubber = Scrubber(self)
        self.first = icon_button("first", "The first stage (Home)")
        self.previous = icon_button("previous", "The previous stage (←, PageUp)")
        self.next = icon_button("next", "The next stage (→, PageDown)")
        self.last = icon_button("last", "The last stage (End)")
        self.direction = SegmentedControl("Part of the step", [title for _, title, _ in PARTS])
        self.direction.set_options(self.direction.options, [about for *_, about in PARTS])
        self.answer = ImageAnswer(can_browse=True)
        self.forward, self.backward = LayerStrips(), LayerStrips()
        self.backward.setAccessibleName("Gradients of the layers")
        self.sum_line = SumLine(HINT)
        self.maps, self.more_maps = MapRow(), MapRow()
        self.maps.setAccessibleName("What the step does to the weights")
        self.more_maps.setAccessibleName("What the step does to the biases")
        self.sentence = Text(size=13)
        self.sentence.setWordWrap(True)
        self.step_button = QPushButton("Open in Step")
        self.step_button.setIcon(icon("step"))
        self.step_button.setToolTip("The chosen number's own window (double click, Enter)")
        self._lay_out()
        self.lines = SourceLines(self)
        self._connect()
        self.follow_theme()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.show_content(is_empty=True)

    def show_place(self, place: int, count: int) -> None:
        """Show where in the step one is."""
        self.scrubber.set_state(place, max(count, 1))
        for button, is_possible in (
            (self.first, place > 0),
            (self.previous, place > 0),
            (self.next, place < count - 1),
            (self.last, place < count - 1),
        ):
            button.setEnabled(is_possible)

    def show_layer(self, layer: int) -> None:
        """Scroll the strips so that a layer's can be seen."""
        looks = len(self.forward.layers)
        for strips, scroller in zip((self.forward, self.backward), self._scrollers, strict=True):
            if looks:
                each = strips.width() / looks
                scroller.ensureVisible(round((layer + 0.5) * each), 0, round(each), 0)

    def show_part(self, kind: StageKind) -> None:
        """Show the strip of a stage's part of the step, or what an update does."""
        kinds = [kind for kind, *_ in PARTS]
        index = kinds.index(kind) if kind in kinds else 0
        self._views.setCurrentIndex(index)
        self.direction.set_index(index)

    def show_sources(self, sources: Sources | None) -> None:
        """Show where a number of the forward strip comes from, or nothing."""
        title = "" if sources is None else self.forward.layers[sources.unit.layer].title
        self.sum_line.show_sources(sources, title)
        is_seen = self.forward.isVisible()
        words = (self.sum_line, self.sentence, self.direction, self.answer.words)
        found = picture_in(self.forward, sources, self, self._pixel, words) if is_seen else None
        self.lines.show_picture(found)

    def _pixel(self, place: int, shape: Shape) -> QRectF:
        found = self.answer.pixel_box(place, shape)
        return found.translated(self.answer.mapTo(self, QPointF()))

    def show_updates(self, updates: Sequence[Sequence[MapSet]]) -> None:
        """Show what happens to a layer's weights and, below, to its biases, if it has any."""
        for row, sets in zip((self.maps, self.more_maps), (*updates, (), ()), strict=False):
            row.show_sets(sets)
            row.setVisible(bool(sets))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go from stage to stage."""
        steps = {
            Qt.Key.Key_Right: 1,
            Qt.Key.Key_PageDown: 1,
            Qt.Key.Key_Left: -1,
            Qt.Key.Key_PageUp: -1,
            Qt.Key.Key_Home: -10_000,
            Qt.Key.Key_End: 10_000,
        }
        if event.key() in steps:
            self.moved.emit(steps[Qt.Key(event.key())])
        else:
            super().keyPressEvent(event)

    # Making

    def _lay_out(self) -> None:
        self._head = QHBoxLayout()
        self._head.addWidget(self.title, 1)
        for button in (self.first, self.previous, self.next, self.last):
            self._head.addWidget(button)
        self._head.addWidget(self.scrubber, 1)
        self._head.addWidget(self.step_button)
        self._scrollers = (scrolling(self.forward), scrolling(self.backward))
        self._views = QStackedWidget()  # a layout of no widget yet would show its first as a window
        forward = QWidget()
        self._forward = QVBoxLayout(forward)
        self._forward.setContentsMargins(0, 0, 0, 0)
        self._forward.addWidget(self.sum_line)
        self._forward.addWidget(self._scrollers[0], 1)
        self._views.addWidget(forward)
        self._views.addWidget(self._scrollers[1])
        updates = QWidget()
        self._updates = QVBoxLayout(updates)
        self._updates.setContentsMargins(0, 0, 0, 0)
        self._updates.addWidget(self.maps, 3)
        self._updates.addWidget(self.more_maps, 2)
        self._views.addWidget(updates)
        self._words = QVBoxLayout()
        self._words.addWidget(self.sentence, 1, Qt.AlignmentFlag.AlignTop)
        self._words.addWidget(self.direction)
        self._middle = QHBoxLayout()
        self._middle.addWidget(self.answer, 2)
        nest(self._middle, self._words, 5)
        content = QWidget()
        self._column = QVBoxLayout(content)
        self._column.setContentsMargins(0, 0, 0, 0)
        nest(self._column, self._head)
        nest(self._column, self._middle)
        self._column.addWidget(self._views, 1)
        self._hold(content, EMPTY)

    def _connect(self) -> None:
        self.first.clicked.connect(lambda: self.moved.emit(-10_000))
        self.previous.clicked.connect(lambda: self.moved.emit(-1))
        self.next.clicked.connect(lambda: self.moved.emit(1))
        self.last.clicked.connect(lambda: self.moved.emit(10_000))
        self.scrubber.moved.connect(self.place_wanted)
        self._scrollers[0].horizontalScrollBar().valueChanged.connect(self.scrolled)
        self.direction.chosen.connect(lambda index: self.part_wanted.emit(PARTS[index][0]))

    def _restyle(self) -> None:
        self.title.setMinimumWidth(px(110))
        self.title.setMaximumWidth(px(230))
        for row in (self.maps, self.more_maps):
            row.setMinimumWidth(px(130))
        self._head.setSpacing(px(6))
        self._column.setSpacing(px(8))
        self._middle.setSpacing(px(20))
        self._words.setSpacing(px(8))
        self._forward.setSpacing(px(4))
        self._updates.setSpacing(px(8))
        self.sentence.setMinimumHeight(px(38))
        self.answer.setMaximumHeight(px(ANSWER_HEIGHT))
        self.answer.setMaximumWidth(px(ANSWER_WIDTH))


_LONGEST_ROW = 24
"""Biases in one row."""

ABOUT = "The next step of a paused run: forward, loss, backward and update, with its real numbers"


class TrainFreeze(TrainPart):
    """Joins the step that is held still to its page."""

    def __init__(self, context: TrainContext, parent: QObject | None = None) -> None:
        super().__init__(context, parent)
        self.walk = FrozenWalk(context.session, self)
        self.page = FrozenPage()
        self._chosen: tuple[Unit, bool] | None = None
        self._hovered: Unit | None = None
        context.view.pages.add_page("Freeze", self.page, ABOUT)
        self._connect()

    # What the user does

    @Slot(int)
    def _move(self, by: int) -> None:
        self.walk.go_to(self.walk.place + by)

    def _choose(self, unit: Unit, *, backward: bool) -> None:
        self._chosen = (unit, backward)
        chosen, other = self.page.forward, self.page.backward
        if backward:
            chosen, other = other, chosen
        chosen.choose(unit)
        other.choose(None)
        self._show()

    @Slot(object)
    def _point(self, unit: Unit | None) -> None:
        self._hovered = unit
        self._show_sources()

    @Slot()
    def _release(self) -> None:
        """Let go of what was chosen."""
        self._chosen = None
        self._show()

    @Slot()
    def _show_sources(self) -> None:
        """Show where the chosen number comes from, or else the one under the pointer."""
        unit = self.page.forward.chosen or self._hovered
        is_there = self.page.forward.has(unit)
        self.page.show_sources(self.walk.sources_of(unit) if unit and is_there else None)

    @Slot()
    def open_chosen(self) -> None:
        """Show in Step how the chosen number comes about."""
        if self._chosen is not None:
            unit, backward = self._chosen
            self._open(unit, backward=backward)

    def _open(self, unit: Unit, *, backward: bool) -> None:
        state, reason = self.walk.window_of(unit, backward=backward)
        if state is None:
            self.context.status_message.emit(reason)
        else:
            self.context.window_wanted.emit(state)

    # What is shown

    @Slot(bool)
    def _watch(self, is_watched: bool) -> None:
        self.walk.watch(is_watched=is_watched)
        self._show()

    @Slot()
    def _show(self) -> None:
        page, walk = self.page, self.walk
        if not page.isVisible():
            return
        page.show_content(is_empty=not walk.is_ready)
        if walk.image is None or walk.frozen is None:
            return
        stage = walk.stage
        kinds = {one.kind for one in walk.stages[: walk.place + 1]}
        page.title.setText(title_of(walk))
        page.title.setToolTip(title_of(walk))
        page.sentence.setText("\n".join(sentences_of(walk)))
        page.show_place(walk.place, len(walk.stages))
        has_answered = StageKind.LOSS in kinds
        page.answer.show_answer(
            f"Image {walk.image.index + 1} of {walk.frozen.batch_size:,}",
            walk.image.values[0],
            walk.image.probabilities if has_answered else None,
            walk.image.label,
            "No image",
            walk.frozen.step.class_names,
        )
        page.show_part(self._part_of(stage.kind))
        if stage.kind is StageKind.UPDATE:
            page.show_updates([_sets(part) for part in walk.updates_here])
        else:
            page.forward.show_layers(walk.forward_looks)
            page.backward.show_layers(walk.backward_looks)
            page.show_layer(self._layer_in_sight())
        self._show_sources()
        page.step_button.setEnabled(self._chosen is not None and stage.kind is not StageKind.UPDATE)

    @staticmethod
    def _part_of(kind: StageKind) -> StageKind:
        """The part of the step that a stage belongs to: the loss is where the way back begins."""
        return {StageKind.IMAGE: StageKind.FORWARD, StageKind.LOSS: StageKind.BACKWARD}.get(
            kind, kind
        )

    def _layer_in_sight(self) -> int:
        """The layer whose strips the stage fills."""
        stage = self.walk.stage
        if stage.kind is StageKind.LOSS:
            return len(self.walk.forward_looks) - 1
        return max(0, stage.layer - (stage.kind is StageKind.BACKWARD))

    def _connect(self) -> None:
        page, walk = self.page, self.walk
        page.watched_changed.connect(self._watch)
        page.place_wanted.connect(walk.go_to)
        page.moved.connect(self._move)
        page.part_wanted.connect(walk.turn_to)
        page.answer.browsed.connect(walk.browse)
        for strips, backward in ((page.forward, False), (page.backward, True)):
            strips.unit_chosen.connect(partial(self._choose, backward=backward))
            strips.window_wanted.connect(partial(self._open, backward=backward))
            strips.unit_released.connect(self._release)
        page.forward.unit_hovered.connect(self._point)
        page.forward.arranged.connect(self._show_sources)
        page.scrolled.connect(self._show_sources)
        page.step_button.clicked.connect(self.open_chosen)
        walk.changed.connect(self._show)


def _sets(update: ParameterUpdate) -> list[MapSet]:
    """An array before the step, its gradient, and what the step changes, as maps."""
    letter = SYMBOLS.get(update.name, update.name)
    parts = (
        (f"{letter} before", update.before),
        (f"Gradient d{letter}", update.gradient),
        (f"Change Δ{letter}", update.change),
    )
    return [
        MapSet(title, "maps", _maps(values)[:MOST_MAPS], len(_maps(values)), is_signed=True)
        for title, values in parts
    ]


def _maps(values: np.ndarray) -> np.ndarray:
    """Any array as maps ``(n, H, W)``: kernels each for itself, a dense layer's weights as one.

    Biases are one map, in rows that are short enough to be seen.
    """
    if values.ndim >= 2:
        return values.reshape(-1, *values.shape[-2:])
    fitting = (width for width in range(min(values.size, _LONGEST_ROW), 1, -1))
    width = next((width for width in fitting if values.size % width == 0), values.size)
    return values.reshape(1, -1, max(width, 1))
