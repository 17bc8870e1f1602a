"""Draw: a canvas, the way of the ink to the network, and the answer while the pen moves."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

from PySide6.QtCore import QEvent, Qt, QTimer, Signal, Slot
from PySide6.QtGui import (
    QFont,
    QGuiApplication,
    QImage,
    QKeySequence,
    QPainter,
    QResizeEvent,
    QShortcut,
)
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QVBoxLayout, QWidget

from app import settings as remembered
from app.actions import DRAW, Handlers, keys_of, make_actions
from app.errors import show_error
from app.panels.draw_inside import InsideArea
from app.panels.draw_view import DrawContext
from app.panels.draw_views import VIEWS
from app.panels.workspace import Workspace
from app.settings import Settings
from app.sketch import Sketch
from app.theme import px
from app.viewmodels.meddler import Meddler
from app.viewmodels.networks import NetworkHolder
from app.viewmodels.recognition import Recognition, recognise, why_unfit
from app.widgets.canvas import Canvas
from app.widgets.drawing_tools import DrawingTools
from app.widgets.field_overlay import FieldOverlay
from app.widgets.map_card import MapCard
from app.widgets.pages import Pages
from app.widgets.pictures import ink_image, pixels_of
from app.widgets.probability_bars import Answer, ProbabilityBars
from app.widgets.stage_strip import StageStrip
from app.widgets.text import Text
from engine.errors import DataError
from engine.preprocess import ink_from_image

_IMAGE_FILTER = "Images (*.png *.jpg *.jpeg *.bmp *.gif *.tif *.tiff *.webp *.pgm);;All files (*)"
_CANVAS_SHARE = 0.46
"""How much of the width the canvas may take."""


class DrawPanel(Workspace):
    """The workspace that opens first."""

    key: ClassVar[str] = "draw"
    title: ClassVar[str] = "Draw"
    icon_name: ClassVar[str] = "draw"
    keys: ClassVar[tuple[tuple[str, str], ...]] = (
        *keys_of(DRAW),
        ("Right button", "erase"),
        ("Arrows on the strips", "another layer or map; with Shift another number"),
        ("Enter, double click", "on the strips: that very window in Step"),
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
        self.sketch = Sketch(self)
        self.canvas = Canvas(self.sketch, self)
        self.actions_by_id = make_actions(DRAW, self, self._handlers())
        self.tools = DrawingTools(self.actions_by_id, settings.get(remembered.PEN_WIDTH), self)
        self.strip = StageStrip()
        self.answer = Answer()
        self.bars = ProbabilityBars()
        self.problem = Text(size=14, role="warning")
        self.meddler = Meddler(networks, self)
        context = DrawContext(
            networks,
            settings,
            self.sketch,
            self.canvas,
            self.meddler,
            self.status_message,
            self.window_wanted,
        )
        self.views = tuple(make(context) for make in VIEWS)
        self.pages = Pages("What is shown beside the drawing")
        self._side = QWidget(self)
        self._lay_out_side()
        self.card = MapCard(self)
        overlay = FieldOverlay(self.canvas)
        self.inside = InsideArea(networks, settings, overlay, self.card, self.meddler, self)
        self._coalesce = QTimer(self, singleShot=True, interval=0)
        self._look_later = QTimer(self, singleShot=True, interval=0)
        self._connect()
        self._take_width(self.tools.pen_width)
        self.set_erasing(is_on=False)
        self._show_history()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    # What the user can do

    def set_erasing(self, *, is_on: bool) -> None:
        """Take the eraser in hand, or the pen."""
        self.canvas.is_erasing = is_on
        self.actions_by_id["eraser"].setChecked(is_on)
        self.actions_by_id["pen"].setChecked(not is_on)

    def paste(self) -> None:
        """Draw what is on the clipboard: an image, or an image file."""
        data = QGuiApplication.clipboard().mimeData()
        files = [url.toLocalFile() for url in data.urls() if url.isLocalFile()]
        if files:
            self.open_image(Path(files[0]))
        elif data.hasImage():
            self._use_picture(data.imageData())
        else:
            self.status_message.emit("There is no image on the clipboard.")

    def copy(self) -> None:
        """Put the drawing on the clipboard as an image, black on white."""
        if self.sketch.is_blank:
            self.status_message.emit("There is nothing to copy: the sheet is blank.")
            return
        image = QImage(ink_image(self.sketch.pixels, "#000000"))
        paper = QImage(image.size(), QImage.Format.Format_RGB32)
        paper.fill(Qt.GlobalColor.white)
        painter = QPainter(paper)
        painter.drawImage(0, 0, image)
        painter.end()
        QGuiApplication.clipboard().setImage(paper)
        self.status_message.emit("Copied the drawing as an image of 280×280.")

    def open_image_dialog(self) -> None:
        """Ask for an image file and draw it."""
        folder = self.settings.get(remembered.LAST_FOLDER)
        name, _ = QFileDialog.getOpenFileName(self, "Open an image", folder, _IMAGE_FILTER)
        if name:
            self.settings.set(remembered.LAST_FOLDER, str(Path(name).parent))
            self.open_image(Path(name))

    @Slot(object)
    def open_image(self, path: Path) -> bool:
        """Draw what an image file shows; if it cannot, say why and leave the sheet as it is."""
        from engine.data.images import read_ink  # noqa: PLC0415 - Pillow is slow, and rarely needed

        try:
            ink = read_ink(path)
        except DataError as error:
            show_error(self.window(), error, "The image was not opened")
            return False
        self.sketch.paste(ink)
        self.status_message.emit(f"Opened {path.name}.")
        return True

    @Slot(object)
    def _use_picture(self, image: QImage) -> None:
        """Draw an image from the clipboard or dropped."""
        try:
            ink = ink_from_image(pixels_of(image))
        except DataError as error:
            show_error(self.window(), error, "The image cannot be used")
            return
        self.sketch.paste(ink)
        self.status_message.emit("")

    def stop_and_join(self, timeout_ms: int) -> bool:
        """End what the views do in the background; say whether it ended in time."""
        have_ended = [part.stop_and_join(timeout_ms) for part in (*self.views, self.meddler)]
        return all(have_ended)

    # What follows from the drawing

    @Slot()
    def _recognise(self) -> None:
        """Ask the network, and show what it was asked and what it answered."""
        self.recognition = recognise(self.sketch.pixels, self.networks, self._why_unfit)
        shares = self.recognition.probabilities
        best = self.recognition.answer
        self.strip.show_stages(self.recognition.prepared)
        self.bars.show_probabilities(shares)
        share = 0.0 if shares is None or best is None else float(shares[best])
        self.answer.show_answer(best, share, self.recognition.doubt)
        self._show_problem(self.recognition.problem)
        for view in self.views:
            view.take_recognition(self.recognition)
        self._look_later.start()  # the answer is painted first, and then the layers

    @Slot()
    def _look_inside(self) -> None:
        self.inside.take_drawing(self.recognition.prepared)

    @Slot()
    def _judge_network(self) -> None:
        self._why_unfit = why_unfit(self.networks)
        self.inside.take_network(is_fit=not self._why_unfit)
        self._recognise()

    def _show_problem(self, sentence: str) -> None:
        if self.problem.text() != sentence:
            self.problem.setText(sentence)
        self.problem.setVisible(bool(sentence))
        for view in (self.answer, self.bars):
            view.setVisible(not sentence)

    @Slot()
    def _show_history(self) -> None:
        self.actions_by_id["undo"].setEnabled(self.sketch.can_undo)
        self.actions_by_id["redo"].setEnabled(self.sketch.can_redo)
        self.actions_by_id["clear"].setEnabled(bool(self.sketch.marks))

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
            "undo": self.sketch.undo,
            "redo": self.sketch.redo,
            "clear": self.sketch.clear,
            "paste": self.paste,
            "copy": self.copy,
            "open_image": self.open_image_dialog,
            "inside": self._toggle_inside,
        }

    def _connect(self) -> None:
        self._coalesce.timeout.connect(self._recognise)
        self._look_later.timeout.connect(self._look_inside)
        self.sketch.ink_changed.connect(self._coalesce.start)
        self.sketch.history_changed.connect(self._show_history)
        self.networks.network_changed.connect(self._judge_network)
        self.tools.width_changed.connect(self._take_width)
        self.canvas.image_dropped.connect(self._use_picture)
        self.canvas.file_dropped.connect(self.open_image)
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
        answers = QHBoxLayout()
        answers.addWidget(self.answer, 1)
        answers.addWidget(self.bars, 3)
        answer_page = QWidget()
        answer_column = QVBoxLayout(answer_page)
        answer_column.setContentsMargins(0, 0, 0, 0)
        answer_column.addWidget(self.problem)
        answer_column.addLayout(answers, 1)
        self.pages.add_page("Answer", answer_page, "The probability of each digit")
        for view in self.views:
            self.pages.add_page(view.title, view, view.about)
        self._column = QVBoxLayout(self._side)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.addWidget(Text("What the network sees", 15, QFont.Weight.DemiBold))
        self._column.addWidget(self.strip)
        self._column.addSpacing(px(4))
        self._column.addWidget(Text("What it answers", 15, QFont.Weight.DemiBold))
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
        margin, gap, tools = px(16), px(36), px(40)
        self._column.setSpacing(px(10))
        self.setMinimumSize(px(660), px(400))
        whole = self.rect().adjusted(margin, px(12), -margin, -px(6))
        below = self.inside.height_within(whole.height())
        self.inside.setGeometry(whole.adjusted(0, whole.height() - below, 0, 0))
        room = whole.adjusted(0, 0, 0, -below - px(8))
        side = min(round(room.width() * _CANVAS_SHARE), room.height() - tools - px(8))
        side = max(side, px(160))
        self.canvas.setGeometry(room.left(), room.top(), side, side)
        wide = max(side, self.tools.minimumSizeHint().width())
        self.tools.setGeometry(room.left(), room.top() + side + px(8), wide, tools)
        left = room.left() + side + gap
        height = min(room.height(), side + tools + px(8))
        self._side.setGeometry(left, room.top(), room.right() - left, height)
        # the pictures must leave the ten bars their room where the strips take much of the height
        fixed = self.bars.minimumSizeHint().height() + px(2 * 24 + 4 * 10 + 42)
        self.strip.setMaximumWidth(4 * max(px(72), height - fixed) + 3 * px(28))
        self.card.setGeometry(self._side.geometry())
        self._side.setVisible(self.card.isHidden())
        self.inside.overlay.setGeometry(self.canvas.rect())
