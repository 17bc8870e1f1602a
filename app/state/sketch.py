"""The open drawing: its marks in order, their ink, and undo for every one of them."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from app.state.exact_image import ExactImage
from engine.ink.drawings import fitting_box, moved
from engine.ink.preprocess import NoInkError, ink_box
from engine.ink.rendering import BOX, Drawing, InkRaster, Mark, PastedImage, Point
from engine.ink.resample import Picture

NUMBER_BOXES = 2
"""How many boxes wide the sheet for a number is."""


class Sketch(QObject):
    """A drawing that is being made, stroke by stroke, of one digit or on a wide sheet of several.

    Signals:
        ink_changed: ``pixels`` is different, if only by the latest piece of a stroke.
        marks_replaced: Marks came or went other than by drawing: views paint from scratch.
        history_changed: What can be undone or redone may be different.
        sheet_changed: The sheet is as wide as ``boxes`` boxes now.
    """

    ink_changed = Signal()
    marks_replaced = Signal()
    history_changed = Signal()
    sheet_changed = Signal(int)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._marks: Drawing = ()
        self._boxes = 1
        self._digit: Picture | None = None
        self._raster = InkRaster()
        self._past: list[tuple[int, Drawing]] = []
        self._future: list[tuple[int, Drawing]] = []

    @property
    def marks(self) -> Drawing:
        """The finished marks, in the order in which they were made."""
        return self._marks

    @property
    def pixels(self) -> Picture:
        """The ink, live. Shape (280, boxes·280), 0 for paper and 1 for full ink."""
        return self._raster.pixels

    @property
    def boxes(self) -> int:
        """How many boxes of 280×280 the sheet is wide: 1, or more for a number."""
        return self._boxes

    @property
    def digit_marks(self) -> Drawing:
        """The drawing of one digit: the marks, or of a number the digit that was chosen."""
        if self._boxes == 1 or self._digit is None:
            return self._marks
        from engine.ink.digit_strokes import alone  # noqa: PLC0415 - not before the first paint

        return alone(self._marks, self._digit)

    def choose_digit(self, digit: Picture | None) -> None:
        """Say which digit of a number is meant, by its ink on the sheet; ``None`` if there is none.

        Shape:
            ``digit`` is as ``pixels``.
        """
        self._digit = digit

    @property
    def all_marks(self) -> tuple[Mark, ...]:
        """The finished marks, and the stroke that is being made."""
        unfinished = self._raster.unfinished
        return self._marks if unfinished is None else (*self._marks, unfinished)

    @property
    def is_drawing(self) -> bool:
        """Whether a stroke is being made."""
        return self._raster.is_drawing

    @property
    def is_blank(self) -> bool:
        """Whether there is no mark, nor the beginning of one."""
        return not self._marks and not self.is_drawing

    @property
    def can_undo(self) -> bool:
        """Whether there is something to take back."""
        return bool(self._past)

    @property
    def can_redo(self) -> bool:
        """Whether something was taken back that can be done again."""
        return bool(self._future)

    def begin(self, point: Point, width: float, *, erases: bool, pressure: float = 1.0) -> None:
        """Set the pen or the eraser down."""
        self.end()
        self._raster.begin(point, width, erases=erases, pressure=pressure)
        self.ink_changed.emit()

    def extend(self, point: Point, pressure: float = 1.0) -> None:
        """Pull the pen on; without one that is down nothing happens."""
        if self.is_drawing:
            self._raster.extend(point, pressure)
            self.ink_changed.emit()

    def end(self) -> None:
        """Lift the pen: the stroke is one step of undo. An eraser on a blank sheet is none."""
        if not self.is_drawing:
            return
        stroke = self._raster.end()
        if self._marks or not stroke.erases:
            self._remember((*self._marks, stroke))
        self.ink_changed.emit()

    def paste(self, ink: Picture) -> None:
        """Replace the drawing with a picture of ink, as large as the sheet allows.

        Shape:
            ``ink`` is (H, W), 0 for paper and 1 for full ink.
        """
        box = None if self._boxes == 1 else fitting_box(ink.shape, self._boxes)
        self.replace((PastedImage(ink, box),))

    @property
    def exact(self) -> ExactImage | None:
        """The image that goes to the network as it is, as long as nothing is drawn on it."""
        only = self._marks[0] if len(self._marks) == 1 and self._boxes == 1 else None
        return only if isinstance(only, ExactImage) and not self.is_drawing else None

    def show_exact(self, image: ExactImage) -> None:
        """Replace the drawing with an image that goes to the network as it is; on one box."""
        self.end()
        self._past.append((self._boxes, self._marks))
        self._future.clear()
        self._show(1, (image,))

    def replace(self, marks: Drawing) -> None:
        """Put other marks in place of all that is there, as one step of undo."""
        self.end()
        self._remember(marks)
        self._render()

    def set_boxes(self, boxes: int) -> None:
        """Take a sheet of another width with the same drawing, as one step of undo.

        The drawing comes to the middle, and is made smaller where it would not fit.
        """
        self.end()
        if boxes == self._boxes:
            return
        marks = self._fitted(boxes)
        if self._marks:
            self._past.append((self._boxes, self._marks))
            self._future.clear()
        self._show(boxes, marks)

    def _fitted(self, boxes: int) -> Drawing:
        try:
            _, left, _, width = ink_box(self.pixels)
        except NoInkError:
            return self._marks
        scale = min(1.0, 0.9 * boxes * BOX / width)
        shift = (boxes - self._boxes * scale) * BOX / 2
        start, end = left * scale + shift, (left + width) * scale + shift
        if start < 0 or end > boxes * BOX:
            shift += (boxes * BOX - start - end) / 2
        return moved(self._marks, shift, scale, (1 - scale) * BOX / 2)

    def clear(self) -> None:
        """Take a new sheet; undo brings the old one back."""
        self.end()
        if self._marks:
            self.replace(())

    def undo(self) -> None:
        """Take the last mark back, or the last clearing."""
        self.end()
        if self._past:
            self._future.append((self._boxes, self._marks))
            self._show(*self._past.pop())

    def redo(self) -> None:
        """Do again what was taken back."""
        self.end()
        if self._future:
            self._past.append((self._boxes, self._marks))
            self._show(*self._future.pop())

    def _show(self, boxes: int, marks: Drawing) -> None:
        is_other_sheet = boxes != self._boxes
        self._boxes, self._marks = boxes, marks
        self._raster = InkRaster(marks=marks, boxes=boxes)
        if is_other_sheet:
            self.sheet_changed.emit(boxes)
        self._announce()

    def _remember(self, marks: Drawing) -> None:
        self._past.append((self._boxes, self._marks))
        self._future.clear()
        self._marks = marks
        self.history_changed.emit()

    def _render(self) -> None:
        self._raster = InkRaster(marks=self._marks, boxes=self._boxes)
        self._announce()

    def _announce(self) -> None:
        self.marks_replaced.emit()
        self.history_changed.emit()
        self.ink_changed.emit()
