"""One pair of keys for two kinds of edits: undo takes back what was edited last."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal, Slot

from app.state.sketch import Sketch
from app.state.undo_steps import UndoStack


class DrawUndo(QObject):
    """Undo and redo of the drawing, or of the meddling where that was what was changed last.

    Signals:
        changed: What can be undone or redone may be different.
    """

    changed = Signal()

    def __init__(self, sketch: Sketch, meddling: UndoStack, parent: QObject) -> None:
        super().__init__(parent)
        self._sketch = sketch
        self._meddling = meddling
        self._meddled_last = False
        sketch.undo_stack.indexChanged.connect(self._take_drawing)
        meddling.indexChanged.connect(self._take_meddling)

    @property
    def can_undo(self) -> bool:
        """Whether there is something to take back."""
        return self._undoes_meddling or self._sketch.undo_stack.canUndo()

    @property
    def can_redo(self) -> bool:
        """Whether something was taken back that can be done again."""
        return self._redoes_meddling or self._sketch.undo_stack.canRedo()

    def undo(self) -> None:
        """Take the last edit of the network back, or else the last mark."""
        (self._meddling if self._undoes_meddling else self._sketch).undo()

    def redo(self) -> None:
        """Do the last edit again that was taken back."""
        (self._meddling if self._redoes_meddling else self._sketch).redo()

    @property
    def _undoes_meddling(self) -> bool:
        return self._meddled_last and self._meddling.canUndo()

    @property
    def _redoes_meddling(self) -> bool:
        return self._meddled_last and self._meddling.canRedo()

    @Slot()
    def _take_drawing(self) -> None:
        self._meddled_last = False
        self.changed.emit()

    @Slot()
    def _take_meddling(self) -> None:
        self._meddled_last = True
        self.changed.emit()
