"""Draw: a canvas, the way of the ink to the network, and the answer while the pen moves."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import ClassVar

import numpy as np
from PySide6.QtCore import Qt, QTimer, Slot
from PySide6.QtWidgets import QGridLayout, QWidget

from app.draw.answer_side import AnswerSide
from app.draw.arrangement import DrawLayout
from app.draw.compare.view import CompareView
from app.draw.inside.area import InsideArea
from app.draw.inside.field_overlay import FieldOverlay
from app.draw.inside.map_card import MapCard
from app.draw.keep.keeping import DrawKeeping
from app.draw.meddle.view import MeddleView
from app.draw.meddler import Meddler
from app.draw.number.mode import NumberMode
from app.draw.sheet.canvas import Canvas
from app.draw.sheet.canvas_grid import grid_of
from app.draw.sheet.drag_grip import DragGrip
from app.draw.sheet.drawing_tools import DrawingTools
from app.draw.sheet.pictures_in_and_out import Pictures
from app.draw.shift.view import ShiftView
from app.draw.undo import DrawUndo
from app.draw.view import DrawContext, DrawView
from app.draw.why.view import WhyView
from app.kit.actions import DRAW, Handlers, keys_of, make_actions, tool_tip_of
from app.kit.buttons import allow
from app.kit.keys_and_pointer import shortcut
from app.kit.workspace import ShownPage, Workspace
from app.state import settings as remembered
from app.state.networks import NetworkHolder
from app.state.recognition import Recognition, recognise, recognise_exact, why_unfit
from app.state.settings import Settings
from app.state.sketch import NUMBER_BOXES, Sketch
from engine.ink.resample import Picture

VIEWS: tuple[type[DrawView], ...] = (WhyView, MeddleView, ShiftView, CompareView)
"""What can be shown in place of the answer, in the order of the buttons."""


class DrawPanel(Workspace):
    """The workspace that opens first."""

    keys: ClassVar[tuple[tuple[str, str], ...]] = (
        *keys_of(DRAW),
        ("Right button", "erase"),
        (", and .", "in a number: the digit before, the next digit"),
        ("0 … 9", "keep the drawing as an example of that digit"),
        ("Arrows on the strips", "next number; with Shift another map"),
        ("Enter, double click", "on the strips or the answer: its sum in Step"),
        ("Enter, a digit", "on a kernel of the enlarged map: type a weight over"),
        ("Arrows in Why and Shift", "another pixel, another place"),
        ("Escape", "close the map, let the lines go"),
    )

    def __init__(
        self, networks: NetworkHolder, settings: Settings, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.networks = networks
        self.settings = settings
        self.recognition = Recognition(None)
        self._why_unfit = ""
        self.sketch = Sketch(self)
        self.subjects = (networks.in_use, self.sketch.drawing)
        self.canvas = Canvas(self.sketch, self)
        self.pictures = Pictures(self.sketch, settings, self)
        self.number = NumberMode(self.sketch, self.canvas, networks)
        self.meddler = Meddler(networks, self)
        self.history = DrawUndo(self.sketch, self.meddler.undo_stack, self)
        self.actions_by_id = make_actions(DRAW, self, self._handlers())
        self.tools = DrawingTools(self.actions_by_id, settings.get(remembered.PEN_WIDTH), self)
        self.grip = DragGrip(self.pictures.picture)
        self.tools.append(self.grip)
        context = DrawContext(
            networks,
            settings,
            self.sketch,
            self.canvas,
            self.meddler,
            self.status_message,
            self.window_wanted,
        )
        self.keeping = DrawKeeping(context, self)
        self.views = tuple(make(context) for make in VIEWS)
        self.side = AnswerSide(self.number.answer, self.views, self)
        self.side.pages.corner.addWidget(self.keeping.row, 1)
        self.card = MapCard(self.meddler, self)
        overlay = FieldOverlay(self.canvas)
        self.inside = InsideArea(networks, settings, overlay, self.card, self.meddler, self)
        on_sheet = QGridLayout(self.canvas)
        on_sheet.setContentsMargins(0, 0, 0, 0)
        on_sheet.addWidget(overlay, 0, 0)
        on_sheet.addWidget(self.number.marks, 0, 0)
        DrawLayout(self, self.canvas, self.tools, self.side, self.card, self.inside)
        self._coalesce = QTimer(self, singleShot=True, interval=0)
        self._inside_later = QTimer(self, singleShot=True, interval=0)
        self._connect()
        self._take_width(self.tools.pen_width)
        self.set_erasing(is_on=False)
        self._set_grid(is_on=settings.get(remembered.DRAW_GRID))
        self._show_history()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        if networks.has_network:  # it was loaded before somebody opened Draw
            self._judge_network()

    # What the user can do

    def set_erasing(self, *, is_on: bool) -> None:
        """Take the eraser in hand, or the pen."""
        self.canvas.is_erasing = is_on
        self.actions_by_id["eraser"].setChecked(is_on)
        self.actions_by_id["pen"].setChecked(not is_on)

    def open_image(self, path: Path) -> bool:
        """Draw what an image file shows; if it cannot, say why and leave the sheet as it is."""
        return self.pictures.open_image(path)

    @property
    def seen_pixels(self) -> Picture:
        """The ink that the network is asked about: the drawing, or the chosen digit of a number."""
        prepared = self.recognition.prepared
        if self.sketch.boxes == 1 or prepared is None:
            return self.sketch.pixels
        return prepared.raw

    def _toggle_number(self) -> None:
        self.sketch.set_boxes(NUMBER_BOXES if self.sketch.boxes == 1 else 1)

    def _toggle_inside(self) -> None:
        self.inside.toggle()

    def _toggle_grid(self) -> None:
        self._set_grid(is_on=not self.canvas.has_grid)

    def _set_grid(self, *, is_on: bool) -> None:
        self.canvas.set_grid(is_on=is_on)
        self.actions_by_id["grid"].setChecked(is_on)
        self.settings.set(remembered.DRAW_GRID, is_on)

    def page_list(self) -> tuple[ShownPage, ...]:
        """The answer and the views next to the drawing; the strips below belong to them all."""
        pages = self.side.pages
        return tuple(
            ShownPage(
                title,
                partial(pages.show_page, number),
                lambda: (self.canvas, pages.stack, self.inside),
            )
            for number, title in enumerate(pages.titles)
        )

    def stop_and_join(self, timeout_ms: int) -> bool:
        """End what the views do in the background; say whether it ended in time."""
        parts: tuple[DrawView | Meddler, ...] = (*self.views, self.meddler)
        have_ended = [part.stop_and_join(timeout_ms) for part in parts]
        return self.keeping.stop_and_join(timeout_ms) and all(have_ended)

    # What follows from the drawing

    @property
    def is_up_to_date(self) -> bool:
        """Whether answer and layers are of the drawing and the network as they are now."""
        return not (self._coalesce.isActive() or self._inside_later.isActive())

    @Slot()
    def _recognise(self) -> None:
        """Ask the network, and show what it was asked and what it answered."""
        steps = self.side.strip.steps
        exact = self.sketch.exact
        if exact is not None:
            self.recognition = recognise_exact(
                exact.pixels, self.sketch.pixels, self.networks, self._why_unfit
            )
        elif self.sketch.boxes == 1:
            self.recognition = recognise(self.sketch.pixels, self.networks, self._why_unfit, steps)
        else:
            self.recognition = self.number.read(self._why_unfit, steps)
        prepared = self.recognition.prepared
        self.canvas.align_grid(None if prepared is None else grid_of(prepared))
        self.side.show_recognition(self.recognition, exact)
        self._inside_later.start()  # the answer is painted first, and then the layers

    @Slot()
    def _open_softmax(self) -> None:
        """Show in Step how softmax makes the probabilities of this drawing's logits."""
        known, prepared = self.recognition, self.recognition.prepared
        if prepared is None or known.top_two is None:
            self.status_message.emit("Draw a digit first.")
            return
        from engine.lab.layers import network_states  # noqa: PLC0415 - not before the first paint

        last = network_states(self.networks.network, prepared.image[np.newaxis])[-1]
        if last.state is None:
            self.status_message.emit(f"{last.title}: {last.reason}.")
        else:
            state = replace(
                last.state,
                label=known.top_two[0],
                classes=known.class_names,
                temperature=self.networks.calibration.temperature,
            )
            self.window_wanted.emit(state)

    @Slot()
    def _look_inside(self) -> None:
        self.inside.take_drawing(self.recognition.prepared)

    @Slot()
    def _judge_network(self) -> None:
        self._why_unfit = why_unfit(self.networks)
        self.inside.take_network(is_fit=not self._why_unfit)
        self._recognise()

    @Slot()
    def _show_history(self) -> None:
        for name, is_possible, why_not in (
            ("undo", self.history.can_undo, "nothing was done yet"),
            ("redo", self.history.can_redo, "nothing was undone"),
            ("clear", bool(self.sketch.marks), "the sheet is blank"),
        ):
            reason = "" if is_possible else why_not
            allow(self.actions_by_id[name], reason, tool_tip_of(name, DRAW))

    @Slot()
    def _take_sheet(self) -> None:
        """Make room for a sheet of another width."""
        is_number = self.sketch.boxes > 1
        self.actions_by_id["number"].setChecked(is_number)
        if is_number:  # the wide sheet has room below, but leaves little at its side
            self.tools.take_in(self.keeping.row)
        else:
            self.side.pages.corner.addWidget(self.keeping.row, 1)
        self.side.set_number(is_on=is_number)
        self.canvas.updateGeometry()

    @Slot()
    def _toggle_side(self) -> None:
        """The enlarged map takes the place of the answers, or stands next to Meddle."""
        layout = self.layout()
        if layout is not None:
            layout.invalidate()
            layout.activate()

    @Slot()
    def _leave_card(self) -> None:
        """Another page than the one that the enlarged map stands next to is wanted."""
        if not self.side.stays_next_to_card:
            self.inside.close_card()

    @Slot(float)
    def _take_width(self, width: float) -> None:
        self.canvas.pen_width = width
        self.settings.set(remembered.PEN_WIDTH, width)

    # Making it

    def _handlers(self) -> Handlers:
        return {
            "pen": lambda: self.set_erasing(is_on=False),
            "eraser": lambda: self.set_erasing(is_on=not self.canvas.is_erasing),
            "thinner": lambda: self.tools.step_width(-1),
            "thicker": lambda: self.tools.step_width(1),
            "undo": self.history.undo,
            "redo": self.history.redo,
            "clear": self.sketch.clear,
            "number": self._toggle_number,
            "previous_digit": lambda: self.number.step(-1),
            "next_digit": lambda: self.number.step(1),
            "grid": self._toggle_grid,
            "paste": self.pictures.paste,
            "copy": self.pictures.copy,
            "open_image": self.pictures.open_image_dialog,
            "save_drawing": self.pictures.save_dialog,
            "inside": self._toggle_inside,
        }

    def _connect(self) -> None:
        self._coalesce.timeout.connect(self._recognise)
        self._inside_later.timeout.connect(self._look_inside)
        self.sketch.ink_changed.connect(self._coalesce.start)
        self.history.changed.connect(self._show_history)
        self.tools.width_changed.connect(self._take_width)
        self.sketch.sheet_changed.connect(self._take_sheet)
        self.side.strip.steps_changed.connect(self._recognise)
        self.number.digit_chosen.connect(self._recognise)
        self.side.answer.open_wanted.connect(self._open_softmax)
        self.pictures.status_message.connect(self.status_message)
        self.grip.refused.connect(self.pictures.refuse_drag)
        self.canvas.image_dropped.connect(self.pictures.use_picture)
        self.canvas.file_dropped.connect(self.pictures.open_image)
        self.inside.card_toggled.connect(self._toggle_side)
        self.side.pages.page_shown.connect(self._leave_card)
        self.inside.window_wanted.connect(self.window_wanted)
        self.inside.status_message.connect(self.status_message)
        shortcut(self, "Escape", self.inside.close_card)
        self.networks.follow(self._judge_network)
