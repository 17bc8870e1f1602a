"""The page *Freeze* of Train: the next step of a paused run, walked through stage by stage."""

from __future__ import annotations

from functools import partial

import numpy as np
from PySide6.QtCore import QObject, Slot

from app.train.freeze.frozen_page import FrozenPage
from app.train.freeze.frozen_texts import SYMBOLS, sentences_of, title_of
from app.train.freeze.frozen_walk import FrozenWalk, StageKind
from app.train.part import TrainContext, TrainPart
from engine.insight.frozen_step import ParameterUpdate
from engine.insight.shown_layer import Unit
from engine.insight.snapshot import MOST_MAPS, MapSet

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
        page.show_update(is_update=stage.kind is StageKind.UPDATE)
        if stage.kind is StageKind.UPDATE:
            page.show_updates([_sets(part) for part in walk.updates_here])
        else:
            page.forward.show_layers(walk.forward_looks)
            page.backward.show_layers(walk.backward_looks)
            page.show_layer(self._layer_in_sight())
        page.step_button.setEnabled(self._chosen is not None and stage.kind is not StageKind.UPDATE)

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
        page.answer.browsed.connect(walk.browse)
        for strips, backward in ((page.forward, False), (page.backward, True)):
            strips.unit_chosen.connect(partial(self._choose, backward=backward))
            strips.window_wanted.connect(partial(self._open, backward=backward))
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
