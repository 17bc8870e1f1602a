"""What stands over the sentence: where the step is, and a remark where there is room for it."""

from __future__ import annotations

from PySide6.QtCore import QEvent
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from app.look.theme import px

_BETWEEN = 16
_MOST_KEPT = 1000


class StepHeading(QWidget):
    """Two labels on one line.

    They are placed here and not by a layout: other words at every step would have every layout up
    to the window's ask all over again how much room its widgets want.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.where = QLabel(self)
        self.note = QLabel(self)
        self._allows_note = True
        self._widths: dict[str, int] = {}
        for label in (self.where, self.note):
            label.setProperty("role", "muted")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.fit()

    def set_words(self, where: str, note: str) -> None:
        """Show other words."""
        if (where, note) != (self.where.text(), self.note.text()):
            for label, words in ((self.where, where), (self.note, note)):
                if label.text() != words:
                    label.setText(words)
            self._place()

    def leave_out_note(self) -> None:
        """Show no remarks: what they explain, the lecturer says."""
        self._allows_note = False
        self._place()

    def fit(self) -> None:
        """Be as high as the type asks for."""
        self._widths.clear()
        self.setFixedHeight(max(label.sizeHint().height() for label in (self.where, self.note)))
        self._place()

    def _place(self) -> None:
        """Leave the note out where it would cover what the sentence is about."""
        where, note = self._width(self.where), self._width(self.note)
        width, height = self.width(), self.height()
        fits = where + px(_BETWEEN) + note <= width
        self.note.setVisible(self._allows_note and fits)
        self.where.setGeometry(0, 0, min(where, width), height)
        self.note.setGeometry(width - note, 0, note, height)
        tip = "" if fits else self.note.text()
        if tip != self.where.toolTip():
            self.where.setToolTip(tip)

    def _width(self, label: QLabel) -> int:
        """How wide a label's words are; both labels are set alike, and words return."""
        words = label.text()
        width = self._widths.get(words)
        if width is None:
            if len(self._widths) > _MOST_KEPT:
                self._widths.clear()
            width = self._widths[words] = label.sizeHint().width()
        return width

    # --- Qt --------------------------------------------------------------------------------------

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Use the room there is."""
        super().resizeEvent(event)
        self._place()

    def changeEvent(self, event: QEvent) -> None:
        """Follow the scale."""
        if event.type() in {QEvent.Type.FontChange, QEvent.Type.StyleChange}:
            self.fit()
        super().changeEvent(event)
