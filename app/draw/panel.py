"""Draw: a canvas, the way of the ink to the network, and the answer while the pen moves."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

from PySide6.QtCore import QEvent, QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QFont, QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QBoxLayout, QFrame, QScrollArea, QVBoxLayout, QWidget

from app.draw.inside.area import InsideArea
from app.draw.inside.field_overlay import FieldOverlay
from app.draw.inside.map_card import MapCard
from app.draw.keep.keeping import DrawKeeping
from app.draw.meddler import Meddler
from app.draw.number.mode import NumberMode
from app.draw.probability_bars import Answer, ProbabilityBars
from app.draw.sheet.canvas import Canvas
from app.draw.sheet.canvas_grid import grid_of
from app.draw.sheet.drag_grip import DragGrip
from app.draw.sheet.drawing_tools import DrawingTools
from app.draw.sheet.exact_note import ExactNote
from app.draw.sheet.path_notice import PathNotice
from app.draw.sheet.pictures_in_and_out import Pictures
from app.draw.sheet.stage_strip import StageStrip
from app.draw.steps import comparison
from app.draw.undo import DrawUndo
from app.draw.view import DrawContext, DrawView
from app.draw.views import VIEWS
from app.kit.actions import DRAW, Handlers, keys_of, make_actions
from app.kit.pages import Pages
from app.kit.workspace import Workspace
from app.look.text import Text
from app.look.theme import px
from app.state import settings as remembered
from app.state.networks import NetworkHolder
from app.state.recognition import Recognition, recognise, recognise_exact, why_unfit
from app.state.settings import Settings
from app.state.sketch import NUMBER_BOXES, Sketch
from engine.ink.preprocess import FULL
from engine.ink.resample import Picture

_CANVAS_SHARE, _WIDE_SHARE = 0.46, 0.6
"""How much of the width the canvas may take: a square one, and one for a number."""
_USUAL_WIDTH = 660
_LEAST = QSize(500, 240)
"""From which width on there is room as wished, and what there must be, at scale 1."""
_LEAST_STAGE = 56
"""With less height than this left for the pictures of the stages, they are not shown."""


class DrawPanel(Workspace):
    """The workspace that opens first."""

    key: ClassVar[str] = "draw"
    title: ClassVar[str] = "Draw"
    keys: ClassVar[tuple[tuple[str, str], ...]] = (
        *keys_of(DRAW),
        ("Right button", "erase"),
        (", and .", "in a number: the digit before, the next digit"),
        ("0 … 9", "keep the drawing as an example of that digit"),
        ("Arrows on the strips", "another layer or map; with Shift another number"),
        ("Enter, double click", "on the strips: that very window in Step"),
        ("Enter, a digit", "on a kernel of the enlarged map: type a weight over"),
        ("Arrows in Why and Shift", "another pixel, another place"),
        ("Escape", "close the enlarged map"),
    )

    window_wanted = Signal(object)
    """One window of the network on the drawing, as a ``LabState``, is to be shown in the lab."""

    def __init__(
        self, networks: NetworkHolder, settings: Settings, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.networks = networks
        self.settings = settings
        self.recognition = Recognition(None)
        self._why_unfit = ""
        self._has_stages = True
        self.sketch = Sketch(self)
        self.canvas = Canvas(self.sketch, self)
        self.pictures = Pictures(self.sketch, settings, self)
        self.grip = DragGrip(self.pictures.picture, self.canvas)
        self.number = NumberMode(self.sketch, self.canvas, networks)
        self.meddler = Meddler(networks, self)
        self.history = DrawUndo(self.sketch, self.meddler.undo_stack, self)
        self.actions_by_id = make_actions(DRAW, self, self._handlers())
        self.tools = DrawingTools(self.actions_by_id, settings.get(remembered.PEN_WIDTH), self)
        self.strip = StageStrip()
        self.exact_note = ExactNote()
        self.notice = PathNotice()
        self.answer = Answer()
        self.bars = ProbabilityBars()
        self.problem = Text(size=14, role="warning")
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
        self.pages = Pages("What is shown beside the drawing")
        self._side = QWidget(self)
        self._seen = QWidget()
        self._lay_out_side()
        self.card = MapCard(self)
        overlay = FieldOverlay(self.canvas)
        self.inside = InsideArea(networks, settings, overlay, self.card, self.meddler, self)
        self._coalesce = QTimer(self, singleShot=True, interval=0)
        self._look_later = QTimer(self, singleShot=True, interval=0)
        self._connect()
        self._take_width(self.tools.pen_width)
        self.set_erasing(is_on=False)
        self._set_grid(is_on=settings.get(remembered.DRAW_GRID))
        self._show_history()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

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

    def _toggle_grid(self) -> None:
        self._set_grid(is_on=not self.canvas.has_grid)

    def _set_grid(self, *, is_on: bool) -> None:
        self.canvas.set_grid(is_on=is_on)
        self.actions_by_id["grid"].setChecked(is_on)
        self.settings.set(remembered.DRAW_GRID, is_on)

    def stop_and_join(self, timeout_ms: int) -> bool:
        """End what the views do in the background; say whether it ended in time."""
        parts: tuple[DrawView | Meddler, ...] = (*self.views, self.meddler)
        have_ended = [part.stop_and_join(timeout_ms) for part in parts]
        return self.keeping.stop_and_join(timeout_ms) and all(have_ended)

    # What follows from the drawing

    @Slot()
    def _recognise(self) -> None:
        """Ask the network, and show what it was asked and what it answered."""
        steps = self.strip.steps
        exact = self.sketch.exact
        if exact is not None:
            self.recognition = recognise_exact(
                exact.pixels, self.sketch.pixels, self.networks, self._why_unfit
            )
        elif self.sketch.boxes == 1:
            self.recognition = recognise(self.sketch.pixels, self.networks, self._why_unfit, steps)
        else:
            self.recognition = self.number.read(self._why_unfit, steps)
        shares, prepared = self.recognition.probabilities, self.recognition.prepared
        self.strip.show_stages(prepared)
        names = self.recognition.class_names
        self.bars.show_probabilities(shares, names)
        best = self.recognition.answer
        doubt, hint = self.recognition.doubt, self.recognition.hint
        self.answer.show_answer(best, self.recognition.share, doubt, hint, names)
        self.canvas.align_grid(None if prepared is None else grid_of(prepared))
        self.notice.show_sentence(
            comparison(FULL if exact is not None else steps, self.recognition)
        )
        was_exact = not self.exact_note.isHidden()
        self.exact_note.show_image(exact, self.recognition.top_two, names)
        if was_exact != (exact is not None):
            self._place()
        self._show_problem(self.recognition.problem)
        for view in self.views:
            view.take_recognition(self.recognition)
        self._look_later.start()  # the answer is painted first, and then the layers

    @Slot()
    def _look_inside(self) -> None:
        self.inside.take_drawing(self.recognition.prepared)

    @Slot(int)
    def _make_room(self, page: int) -> None:
        """Leave the height of the stages to a view that needs it."""
        is_tall = page > 0 and self.views[page - 1].is_tall
        self._seen.setVisible(self._has_stages and not is_tall)

    @Slot()
    def _judge_network(self) -> None:
        self._why_unfit = why_unfit(self.networks)
        had_names = bool(self.recognition.class_names)
        self.inside.take_network(is_fit=not self._why_unfit)
        self._recognise()
        if had_names or self.recognition.class_names:
            self._place()

    def _show_problem(self, sentence: str) -> None:
        if self.problem.text() != sentence:
            self.problem.setText(sentence)
        self.problem.setVisible(bool(sentence))
        is_number = self.sketch.boxes > 1
        self.answer.setVisible(not sentence and not is_number)
        self.number.answer.setVisible(not sentence and is_number)
        self.bars.setVisible(not sentence)

    @Slot()
    def _show_history(self) -> None:
        self.actions_by_id["undo"].setEnabled(self.history.can_undo)
        self.actions_by_id["redo"].setEnabled(self.history.can_redo)
        self.actions_by_id["clear"].setEnabled(bool(self.sketch.marks))

    @Slot()
    def _clear_status(self) -> None:
        self.status_message.emit("")  # what was said was about the drawing before

    @Slot()
    def _take_sheet(self) -> None:
        """The sheet is of another width: place everything anew."""
        self.actions_by_id["number"].setChecked(self.sketch.boxes > 1)
        if self.sketch.boxes > 1:  # the wide sheet has room below, but leaves little beside it
            self.tools.take_beside(self.keeping.row)
        else:
            self.pages.corner.addWidget(self.keeping.row, 1)
        self._show_problem(self.recognition.problem)
        self._place()

    @Slot()
    def _take_steps(self) -> None:
        """Other steps of the preparation are taken."""
        self._recognise()
        self._place()

    @Slot(float)
    def _take_width(self, width: float) -> None:
        self.canvas.pen_width = width
        self.settings.set(remembered.PEN_WIDTH, width)

    def _toggle_inside(self) -> None:
        self.inside.toggle()

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
        self._look_later.timeout.connect(self._look_inside)
        self.sketch.ink_changed.connect(self._coalesce.start)
        self.sketch.history_changed.connect(self._clear_status)
        self.history.changed.connect(self._show_history)
        self.networks.network_changed.connect(self._judge_network)
        self.tools.width_changed.connect(self._take_width)
        self.sketch.sheet_changed.connect(self._take_sheet)
        self.pages.page_shown.connect(self._make_room)
        self.strip.steps_changed.connect(self._take_steps)
        self.notice.reset_clicked.connect(self.strip.take_all_steps)
        self.number.digit_chosen.connect(self._recognise)
        self.pictures.status_message.connect(self.status_message)
        self.grip.refused.connect(self.pictures.refuse_drag)
        self.canvas.image_dropped.connect(self.pictures.use_picture)
        self.canvas.file_dropped.connect(self.pictures.open_image)
        self.inside.height_changed.connect(self._place)
        self.inside.card_toggled.connect(self._place)
        self.inside.window_wanted.connect(self.window_wanted)
        self.inside.status_message.connect(self.status_message)
        escape = QShortcut(QKeySequence("Escape"), self)
        escape.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        escape.activated.connect(self.inside.close_card)

    def _lay_out_side(self) -> None:
        self.problem.setWordWrap(True)
        self.problem.hide()
        self._answers = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._answers.addWidget(self.answer, 1)
        self._answers.addWidget(self.number.answer, 2)
        self._answers.addWidget(self.bars, 3)
        answer_page = QWidget()
        answer_column = QVBoxLayout(answer_page)
        answer_column.setContentsMargins(0, 0, 0, 0)
        answer_column.addWidget(self.problem)
        answer_column.addLayout(self._answers, 1)
        self.pages.add_page("Answer", answer_page, "The probability of each digit")
        for view in self.views:
            self.pages.add_page(view.title, _scrolled(view), view.about)
        self._column = QVBoxLayout(self._side)
        self._column.setContentsMargins(0, 0, 0, 0)
        seen = QVBoxLayout(self._seen)
        seen.setContentsMargins(0, 0, 0, 0)
        seen.addWidget(Text("What the network sees", 15, QFont.Weight.DemiBold))
        seen.addWidget(self.strip)
        self.pages.between.addWidget(self._seen)
        self.pages.between.addWidget(self.notice)
        self.pages.between.addWidget(self.exact_note)
        self.pages.corner.addWidget(self.keeping.row, 1)
        self._column.addWidget(self.pages, 1)

    def changeEvent(self, event: QEvent) -> None:
        """Place everything anew at another scale."""
        if event.type() == QEvent.Type.StyleChange and hasattr(self, "_column"):
            self._place()
        super().changeEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give the canvas the largest square that leaves the answers their room."""
        super().resizeEvent(event)
        self._place()

    @Slot()
    def _place(self) -> None:
        self.setMinimumSize(px(_LEAST.width()), px(_LEAST.height()))
        is_small = self.width() < px(_USUAL_WIDTH)
        margin, gap = px(10 if is_small else 16), px(16 if is_small else 36)
        tools = px(40)
        self.pages.between.setSpacing(px(10))
        whole = self.rect().adjusted(margin, px(12), -margin, -px(6))
        below = self.inside.height_within(whole.height())
        self.inside.setGeometry(whole.adjusted(0, whole.height() - below, 0, 0))
        room = whole.adjusted(0, 0, 0, -below - px(8))
        boxes = self.sketch.boxes
        share = _CANVAS_SHARE if boxes == 1 else _WIDE_SHARE
        broad = min(round(room.width() * share), room.width() - gap - self.pages.least_width)
        high = min(broad // boxes, room.height() - tools - px(8))
        high = max(high, px(160) if boxes == 1 else px(120))
        side = boxes * high
        self.canvas.setGeometry(room.left(), room.top(), side, high)
        wide = max(side, self.tools.minimumSizeHint().width())
        left, lowest = room.left() + side + gap, room.top() + high + px(8)
        height = room.height() if boxes > 1 else min(room.height(), high + tools + px(8))
        if wide > side:  # the tools end beside the answers, or else lie below them too
            beside = max(left, room.left() + wide + px(12))
            if room.right() - beside >= self.strip.minimumSizeHint().width():
                left = beside
            else:
                lowest = room.bottom() + 1 - tools
                height = room.height() - tools - px(8)
        self.tools.setGeometry(room.left(), lowest, wide, tools)
        self._side.setGeometry(left, room.top(), room.right() - left, height)
        self._place_answers()
        self._place_stages()
        self.card.setGeometry(self._side.geometry())
        self._side.setVisible(self.card.isHidden())
        self.inside.overlay.setGeometry(self.canvas.rect())
        self.number.marks.setGeometry(self.canvas.rect())
        self.grip.move(self.canvas.width() - self.grip.width() - px(4), px(4))

    def _place_answers(self) -> None:
        """Put the names that were read over the bars where there is no room beside them."""
        self._answers.setSpacing(px(20))
        least = self.number.answer.minimumSizeHint().width() + self.bars.minimumSizeHint().width()
        has_room = self.sketch.boxes == 1 or least + px(20) <= self._side.width()
        direction = QBoxLayout.Direction
        self._answers.setDirection(direction.LeftToRight if has_room else direction.TopToBottom)

    def _place_stages(self) -> None:
        """Make the pictures as large as leaves the ten bars their room, or leave them out."""
        fixed = self.bars.minimumSizeHint().height() + px(2 * 24 + 4 * 10 + 42)
        wide = self._side.width()  # a wrapped sentence's size hint does not know it
        fixed += 0 if self.strip.steps.is_full else self.notice.heightForWidth(wide) + px(10)
        fixed += 0 if self.sketch.exact is None else self.exact_note.heightForWidth(wide) + px(10)
        room = self._side.height() - fixed
        least = self.strip.minimumSizeHint().width()
        self._has_stages = room >= px(_LEAST_STAGE) and self._side.width() >= least
        self.strip.setMaximumWidth(4 * max(px(72), room) + 3 * px(28))
        self._make_room(self.pages.index)


def _scrolled(view: QWidget) -> QScrollArea:
    """A view that scrolls where it has less room than it needs."""
    scroller = QScrollArea()
    scroller.setFrameShape(QFrame.Shape.NoFrame)
    scroller.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    scroller.setWidgetResizable(True)
    scroller.setWidget(view)
    view.setAutoFillBackground(False)
    return scroller
