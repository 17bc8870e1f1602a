"""The open drawing: its marks in order, their ink, and undo for every one of them."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal

from app.state.subjects import Subject
from app.state.undo_steps import StateStep, UndoStack
from engine.ink.drawings import fitting_box, moved
from engine.ink.preprocess import SIDE, NoInkError, ink_box
from engine.ink.rendering import BOX, Drawing, InkRaster, Mark, PastedImage, Point
from engine.ink.resample import Picture

NUMBER_BOXES = 2
"""How many boxes wide the sheet for a number is."""


@dataclass(frozen=True, eq=False)
class ExactImage(PastedImage):
    """One held-out image, which fills the sheet, and the name of the class that it belongs to.

    A network is to see it exactly as it is, not prepared like a drawing. Moved or scaled it becomes
    a pasted picture like any other.
    """

    label: str = ""

    @property
    def fills_the_input(self) -> bool:
        """Whether it has as many pixels as a network that reads drawings takes."""
        return self.pixels.shape == (SIDE, SIDE)


@dataclass(frozen=True, eq=False)
class Sheet:
    """How many boxes wide the sheet is, and the finished marks on it."""

    boxes: int = 1
    marks: Drawing = ()


class Sketch(QObject):
    """A drawing that is being made, stroke by stroke, of one digit or on a wide sheet of several.

    Attributes:
        undo_stack: A step for each mark, and for whatever else was done to the sheet.
        drawing: What is said of the drawing is said of this subject; every mark makes another.

    Signals:
        ink_changed: ``pixels`` is different, if only by the latest piece of a stroke.
        marks_replaced: Marks came or went other than by drawing: views paint from scratch.
        sheet_changed: The sheet is as wide as ``boxes`` boxes now.
    """

    ink_changed = Signal()
    marks_replaced = Signal()
    sheet_changed = Signal(int)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._sheet = Sheet()
        self._digit: Picture | None = None
        self._raster = InkRaster()
        self.drawing = Subject(self)
        self.undo_stack = UndoStack(self)

    @property
    def marks(self) -> Drawing:
        """The finished marks, in the order in which they were made."""
        return self._sheet.marks

    @property
    def pixels(self) -> Picture:
        """The ink, live. Shape (280, boxes·280), 0 for paper and 1 for full ink."""
        return self._raster.pixels

    @property
    def boxes(self) -> int:
        """How many boxes of 280×280 the sheet is wide: 1, or more for a number."""
        return self._sheet.boxes

    @property
    def digit_marks(self) -> Drawing:
        """The drawing of one digit: the marks, or of a number the digit that was chosen."""
        if self.boxes == 1 or self._digit is None:
            return self.marks
        from engine.ink.digit_strokes import alone  # noqa: PLC0415 - not before the first paint

        return alone(self.marks, self._digit)

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
        return self.marks if unfinished is None else (*self.marks, unfinished)

    @property
    def is_drawing(self) -> bool:
        """Whether a stroke is being made."""
        return self._raster.is_drawing

    @property
    def is_blank(self) -> bool:
        """Whether there is no mark, nor the beginning of one."""
        return not self.marks and not self.is_drawing

    def begin(self, point: Point, width: float, *, erases: bool, pressure: float = 1.0) -> None:
        """Set the pen or the eraser down."""
        self.end()
        self._raster.begin(point, width, erases=erases, pressure=pressure)
        self.drawing.move_on()
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
        if self.marks or not stroke.erases:
            before = self._sheet
            self._sheet = Sheet(self.boxes, (*self.marks, stroke))  # its ink is there already
            self._push(before, self._sheet, "Erase" if stroke.erases else "Draw")
        self.ink_changed.emit()

    def paste(self, ink: Picture) -> None:
        """Replace the drawing with a picture of ink, as large as the sheet allows.

        Shape:
            ``ink`` is (H, W), 0 for paper and 1 for full ink.
        """
        box = None if self.boxes == 1 else fitting_box(ink.shape, self.boxes)
        self.replace((PastedImage(ink, box),))

    @property
    def exact(self) -> ExactImage | None:
        """The image that goes to the network as it is, as long as nothing is drawn on it."""
        only = self.marks[0] if len(self.marks) == 1 and self.boxes == 1 else None
        return only if isinstance(only, ExactImage) and not self.is_drawing else None

    def show_exact(self, image: ExactImage) -> None:
        """Replace the drawing with an image that goes to the network as it is; on one box."""
        self._change(Sheet(1, (image,)), "Show an image")

    def replace(self, marks: Drawing) -> None:
        """Put other marks in place of all that is there, as one step of undo."""
        self._change(Sheet(self.boxes, marks), "Replace the drawing")

    def set_boxes(self, boxes: int) -> None:
        """Take a sheet of another width with the same drawing, as one step of undo.

        The drawing comes to the middle, and is made smaller where it would not fit.
        """
        self.end()
        if boxes == self.boxes:
            return
        sheet = Sheet(boxes, self._fitted(boxes))
        if self.marks:
            self._change(sheet, "Take another sheet")
        else:
            self._show(sheet)

    def _fitted(self, boxes: int) -> Drawing:
        try:
            _, left, _, width = ink_box(self.pixels)
        except NoInkError:
            return self.marks
        scale = min(1.0, 0.9 * boxes * BOX / width)
        shift = (boxes - self.boxes * scale) * BOX / 2
        start, end = left * scale + shift, (left + width) * scale + shift
        if start < 0 or end > boxes * BOX:
            shift += (boxes * BOX - start - end) / 2
        return moved(self.marks, shift, scale, (1 - scale) * BOX / 2)

    def clear(self) -> None:
        """Take a new sheet; undo brings the old one back."""
        self.end()
        if self.marks:
            self.replace(())

    def undo(self) -> None:
        """Take the last mark back, or the last clearing."""
        self.end()
        self.undo_stack.undo()

    def redo(self) -> None:
        """Do again what was taken back."""
        self.end()
        self.undo_stack.redo()

    def _change(self, sheet: Sheet, text: str) -> None:
        self.end()
        self._push(self._sheet, sheet, text)

    def _push(self, before: Sheet, after: Sheet, text: str) -> None:
        self.undo_stack.push(StateStep(self._show, before, after, text))

    def _show(self, sheet: Sheet) -> None:
        before, self._sheet = self._sheet, sheet
        if sheet is before:  # drawn stroke by stroke: nothing is to be rendered
            return
        self._raster = InkRaster(marks=sheet.marks, boxes=sheet.boxes)
        self.drawing.move_on()
        if sheet.boxes != before.boxes:
            self.sheet_changed.emit(sheet.boxes)
        self.marks_replaced.emit()
        self.ink_changed.emit()
