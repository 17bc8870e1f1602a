"""The mode of Draw in which several digits on a wide sheet are read as a number."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal, Slot

from app.draw.number.digit_marks import DigitMarks
from app.draw.number.number_answer import NumberAnswer
from app.draw.number.number_reading import NumberReader, NumberReading
from app.draw.sheet.canvas import Canvas
from app.state.networks import NetworkHolder
from app.state.recognition import Recognition
from app.state.sketch import Sketch
from engine.ink.drawings import Mark, Stroke
from engine.ink.preprocess import Steps


class NumberMode(QObject):
    """Reads the number, marks its digits on the canvas, and remembers which one is looked into.

    That one is known by its place on the sheet, because digits come and go as strokes do: the one
    that is being drawn, or the one that was chosen last.

    Signals:
        digit_chosen: Another digit is to be looked into.
    """

    digit_chosen = Signal()

    def __init__(self, sketch: Sketch, canvas: Canvas, networks: NetworkHolder) -> None:
        super().__init__(canvas)
        self._sketch = sketch
        self._networks = networks
        self._reader = NumberReader()
        self._place = 0.0
        self._newest: Mark | None = None
        self.reading = NumberReading()
        self.marks = DigitMarks(canvas)
        self.answer = NumberAnswer()
        canvas.button_at = self.marks.chip_at
        self.marks.hide()
        self.answer.hide()
        self.marks.digit_chosen.connect(self.choose)
        self.answer.digit_chosen.connect(self.choose)
        sketch.sheet_changed.connect(self._take_sheet)
        networks.network_changed.connect(self._ask_again)

    @property
    def chosen(self) -> int:
        """Which digit is looked into, from the left; 0 also where there is none."""
        return self.reading.nearest(self._place) or 0

    def read(self, problem: str, steps: Steps) -> Recognition:
        """Read the number and show it; returns what is made of the digit that is looked into."""
        marks = self._sketch.all_marks
        newest = marks[-1] if marks else None
        if newest is not self._newest and isinstance(newest, Stroke):
            self._place = newest.points[-1][0]
        self._newest = newest
        self.reading = self._reader.read(marks, self._sketch.pixels, self._networks, problem, steps)
        self._show(NumberReading() if problem else self.reading)
        if not self.reading.digits:
            self._sketch.choose_digit(None)
            return Recognition(None, problem=problem)
        found = self.reading.digits[self.chosen].recognition
        self._sketch.choose_digit(None if found.prepared is None else found.prepared.raw)
        return found

    @Slot(int)
    def choose(self, index: int) -> None:
        """Look into another digit."""
        if 0 <= index < len(self.reading.digits):
            box = self.reading.digits[index].box
            self._place = box[1] + box[3] / 2
            self._show(self.reading)
            self.digit_chosen.emit()

    def step(self, way: int) -> None:
        """Go to the digit before (−1) or after (1)."""
        self.choose(self.chosen + way)

    @Slot()
    def _ask_again(self) -> None:
        """The network is another one, or was meddled with: what it answered is of no use."""
        self._reader.forget()

    @Slot()
    def _take_sheet(self) -> None:
        self._reader.forget()
        self.reading = NumberReading()
        self._show(self.reading)
        self.marks.setVisible(self._sketch.boxes > 1)

    def _show(self, reading: NumberReading) -> None:
        self.marks.show_digits(reading.digits, self.chosen)
        self.answer.show_number(reading, self.chosen)
