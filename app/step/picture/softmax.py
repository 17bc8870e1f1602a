"""Softmax as a table of its classes: logits, powers of e, probabilities, the true class."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QSignalBlocker, Qt, Signal, Slot
from PySide6.QtGui import (
    QFontMetricsF,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QScrollBar, QWidget

from app.kit.scrolling import WheelRows
from app.look.colormaps import diverging
from app.look.painting import painted
from app.look.theme import current_theme, font, px
from app.step.grid.editable_grid import CellEdits, EditableGrid
from app.step.grid.grid_content import GridContent
from app.step.grid.grid_painting import OUTLINE_ROOM
from app.step.picture.contents import longest_text
from app.step.picture.links import Hover
from app.step.picture.pane import Editing
from app.step.picture.shown import Cover
from app.step.picture.softmax_painting import TablePainting
from app.step.picture.softmax_places import (
    GRADIENT,
    LOGIT,
    NAME,
    POWER,
    PROBABILITY,
    TARGET,
    TablePlaces,
    places_in,
)
from app.step.picture.stage import Fitted
from engine.basics.numbers import show
from engine.traces import Cell, Step
from engine.traces.loss import CrossEntropyBackward, SoftmaxTerms, SoftmaxTrace

_BAR = 12
_MOST_HUES = 12
_FADED = 0.5
_IN_SIGHT = "classes {first} to {last} of {count}"


@dataclass(frozen=True, eq=False)
class _Shown:
    """A step of softmax, its loss, or its gradient."""

    trace: SoftmaxTrace
    step: Step
    position: int
    names: tuple[str, ...]
    cover: Cover

    @property
    def count(self) -> int:
        """How many classes there are."""
        return len(self.names)

    @property
    def is_growing(self) -> bool:
        """Whether the step adds a term to the denominator."""
        return isinstance(self.trace, SoftmaxTerms) and self.trace.is_growing(self.step.index)

    @property
    def powers(self) -> int:
        """How many powers of e are there."""
        return self.step.index + 1 if self.is_growing else self.count

    @property
    def in_focus(self) -> int:
        """The class of the step."""
        target = self.step.updates[0].target
        return self.trace.label if target.grid == "loss" else target.column

    def has_probability(self, place: int) -> bool:
        """Whether a class has its probability."""
        trace = self.trace
        if trace.target.name != "output":
            return True
        if self.is_growing:
            return False
        done = self.position - (self.count if isinstance(trace, SoftmaxTerms) else 0)
        return place <= done or place == self.in_focus

    def is_asked(self, place: int) -> bool:
        """Whether a quiz asks for the number of a class."""
        asked = self.cover.asked
        return asked is not None and asked.grid != "loss" and asked.column == place


class SoftmaxView(Fitted):
    """A row per class. Pointing at one lights its term in the sentence, and the other way round."""

    hovered = Signal(object)
    pinned = Signal(object)
    refused = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.editing: Editing | None = None
        self.logits = EditableGrid("logits", self)
        self.bar = QScrollBar(Qt.Orientation.Vertical, self)
        self.bar.setAccessibleName("classes")
        self.bar.valueChanged.connect(self.scroll_to)
        self.logits.cell_hovered.connect(self._hover_logit)
        self.logits.hover_ended.connect(self._end_hover)
        self.logits.cell_chosen.connect(self._pin)
        self.logits.choice_ended.connect(self._unpin)
        self.logits.refused.connect(self.refused)
        self._shown: _Shown | None = None
        self._places: TablePlaces | None = None
        self._first = 0
        self._wheel = WheelRows()
        self._lit: int | None = None
        self._pointed: tuple[int, bool] | None = None
        self.setMouseTracking(True)

    # --- what is shown ---------------------------------------------------------------------------

    @property
    def count(self) -> int:
        """How many classes there are."""
        return 0 if self._shown is None else self._shown.count

    @property
    def in_sight(self) -> range:
        """The classes whose rows are shown."""
        rows = 1 if self._places is None else self._places.rows
        return range(self._first, min(self.count, self._first + rows))

    @property
    def name_in_focus(self) -> str:
        """What the class of the step is called."""
        return "" if self._shown is None else self._shown.names[self._shown.in_focus]

    @property
    def lit(self) -> int | None:
        """The class whose row is lit."""
        return self._lit

    def texts_of(self, place: int) -> dict[str, str]:
        """What the row of a class says, by column: powers as ``e^1``, or ``e^1 = 2.72``."""
        shown = self._shown
        if shown is None:
            return {}
        trace, cover = shown.trace, shown.cover
        power = probability = gradient = ""
        if place < shown.powers:
            value = show(float(trace.exponentials[place])).text
            is_hidden = shown.is_growing and shown.is_asked(place)
            power = "?" if is_hidden else value
        if shown.has_probability(place):
            is_hidden = cover.result or (not shown.is_growing and shown.is_asked(place))
            is_hidden &= trace.target.name == "output"
            probability = "?" if is_hidden else show(float(trace.probabilities[place])).text
        if isinstance(trace, CrossEntropyBackward) and place <= max(
            shown.position, shown.in_focus if place == shown.in_focus else -1
        ):
            is_hidden = cover.result or shown.is_asked(place)
            gradient = "?" if is_hidden else show(float(trace.result[place])).text
        exponent = show(float(trace.exponents[place])).factor_text
        return {
            NAME: shown.names[place],
            POWER: f"e^{exponent} = {power}" if power else f"e^{exponent}",
            PROBABILITY: probability,
            TARGET: "1" if place == trace.label else "0",
            GRADIENT: gradient,
        }

    @property
    def sum_text(self) -> str:
        """The denominator as far as it has come."""
        shown = self._shown
        if shown is None:
            return ""
        if shown.is_growing and shown.cover.asked is not None:
            return "sum ?"
        return f"sum {show(shown.trace.denominator(shown.powers)).text}"

    @staticmethod
    def hue_of(place: int) -> float:
        """The hue of a class; of very many classes they return."""
        return (place % _MOST_HUES) / _MOST_HUES

    def hues(self) -> dict[object, float]:
        """The hue of every logit's cell."""
        count = range(self.count)
        return {Cell("input", (0, place)): self.hue_of(place) for place in count}

    def set_step(
        self,
        trace: SoftmaxTrace,
        step: Step,
        position: int,
        names: tuple[str, ...],
        hover: Hover | None,
        cover: Cover,
    ) -> None:
        """Show a step while the run stands at ``position``; its class is brought into sight."""
        old = self._shown
        self._shown = shown = _Shown(trace, step, position, names, cover)
        cell = None if hover is None else hover.cell
        self._lit = cell.column if cell is not None and cell.grid != "loss" else None
        if old is None or old.trace is not trace:
            self._lay_out()
        if old is None or old.in_focus != shown.in_focus or old.trace is not trace:
            self._bring_into_sight(shown.in_focus)
        self._fill()

    def _bring_into_sight(self, place: int) -> None:
        sight = self.in_sight
        if place < sight.start:
            self.scroll_to(place)
        elif place >= sight.stop:
            self.scroll_to(place - len(sight) + 1)

    @Slot(int)
    def scroll_to(self, first: int) -> None:
        """Let a class be the first in sight, as far as there are enough."""
        rows = 1 if self._places is None else self._places.rows
        first = max(0, min(first, self.count - rows))
        if first != self._first:
            self.logits.choose(None)
            self._first = first
        with QSignalBlocker(self.bar):
            self.bar.setValue(self._first)
        self._fill()

    def _fill(self) -> None:
        shown, sight = self._shown, self.in_sight
        if shown is None:
            return
        grid = shown.trace.grids.get("input")
        values = shown.trace.logits[sight.start : sight.stop, np.newaxis]
        content = self.logits.content
        if content is None or not np.array_equal(content.values, values):
            logits = shown.trace.logits
            peak, widest = float(np.abs(logits).max()) or 1.0, longest_text(logits)
            self.logits.set_content(GridContent(values, diverging(), -peak, peak, widest=widest))
        edits = None
        if self.editing is not None and grid is not None:
            edits = self.editing.edits_of("input", (), False)
        self.logits.set_edits(None if edits is None else _turned(edits, sight.start))
        self.setAccessibleDescription(self.remark)
        self.update()

    @property
    def remark(self) -> str:
        """Which classes are in sight, where not all are."""
        sight = self.in_sight
        if len(sight) == self.count:
            return ""
        return _IN_SIGHT.format(first=sight.start + 1, last=sight.stop, count=f"{self.count:,}")

    def release(self) -> None:
        """Let the chosen logit go."""
        self.logits.choose(None)

    # --- laying out ------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        shown = self._shown
        if shown is None:
            return
        metrics = QFontMetricsF(font(15))
        longest = max((metrics.horizontalAdvance(name) for name in shown.names), default=0.0)
        has_gradient = isinstance(shown.trace, CrossEntropyBackward)
        width = self.width() - px(_BAR) - px(4)
        self._places = places = places_in(
            width, self.height(), shown.count, longest, has_gradient=has_gradient
        )
        self._first = max(0, min(self._first, shown.count - places.rows))
        room, box = px(OUTLINE_ROOM), places.box(LOGIT, 0)
        high = places.rows * places.row_height
        self.logits.setGeometry(
            round(box.left()) - room, round(box.top()) - room,
            round(box.width()) + 2 * room, high + 2 * room,
        )  # fmt: skip
        with QSignalBlocker(self.bar):
            self.bar.setRange(0, max(0, shown.count - places.rows))
            self.bar.setPageStep(places.rows)
            self.bar.setValue(self._first)
        self.bar.setVisible(shown.count > places.rows)
        self.bar.setGeometry(self.width() - px(_BAR), round(box.top()), px(_BAR), high)
        self._bring_into_sight(shown.in_focus)
        self._fill()

    # --- pointing --------------------------------------------------------------------------------

    def _hover_logit(self, row: int, _column: int) -> None:
        self.hovered.emit(Hover(cell=Cell("input", (0, self._first + row))))

    @Slot()
    def _end_hover(self) -> None:
        self._pointed = None
        self.hovered.emit(None)

    def _pin(self, row: int, _column: int) -> None:
        self.pinned.emit(Hover(cell=Cell("input", (0, self._first + row))))

    @Slot()
    def _unpin(self) -> None:
        self.pinned.emit(None)

    def _point(self, position: QPointF) -> None:
        """Point at the logit of a row; from the probability on, at that."""
        shown, places = self._shown, self._places
        row = None if places is None else places.row_at(position.y())
        pointed = None
        if shown is not None and places is not None and row is not None:
            place, target = self._first + row, shown.trace.target
            is_target = target.name != "loss" and (position.x() >= places.columns[PROBABILITY][0])
            if place < self.count:
                pointed = (place, is_target)
        if pointed == self._pointed:
            return
        self._pointed = pointed
        if pointed is None or shown is None:
            self.hovered.emit(None)
        else:
            grid = shown.trace.target.name if pointed[1] else "input"
            self.hovered.emit(Hover(cell=Cell(grid, (0, pointed[0]))))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Light the row under the pointer."""
        self._point(event.position())
        super().mouseMoveEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        """Light nothing."""
        if self._pointed is not None:
            self._end_hover()
        super().leaveEvent(event)

    def event(self, event: QEvent) -> bool:
        """Say a name that is cut short in full."""
        if event.type() == QEvent.Type.ToolTip:
            names = () if self._shown is None else self._shown.names
            self.setToolTip(names[self._pointed[0]] if self._pointed is not None else "")
        return super().event(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Scroll by whole rows."""
        if rows := self._wheel.turned_by(event):
            self.scroll_to(self._first + rows)

    @painted
    def paintEvent(self, _event: QPaintEvent, painter: QPainter) -> None:
        """Paint titles, names, powers, bars and the sum."""
        shown, places, sight = self._shown, self._places, self.in_sight
        if shown is None or places is None:
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        table = TablePainting(painter, current_theme(), places, shown.trace)
        table.paint_titles()
        width = self.width() - px(_BAR) - px(4)
        table.paint_ground(shown.in_focus - sight.start, len(sight), width)
        for row, place in enumerate(sight):
            painter.setOpacity(1.0 if self._lit in {None, place} else _FADED)
            table.paint_row(row, place, self.texts_of(place), self.hue_of(place))
        painter.setOpacity(1.0)
        table.paint_foot(self.sum_text, self.remark, width)


def _turned(edits: CellEdits, first: int) -> CellEdits:
    """Edits of a row of logits, for a column that begins with one of them."""
    return replace(
        edits,
        can_edit=lambda row, _: edits.can_edit(0, first + row),
        text=lambda row, _: edits.text(0, first + row),
        commit=lambda row, _, text: edits.commit(0, first + row, text),
        paste=lambda row, _, text: edits.paste(0, first + row, text),
    )
