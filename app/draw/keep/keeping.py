"""Draw keeps examples: one key per digit, undo, and the window with all that were kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from app.draw.keep.keep_row import KeepRow
from app.draw.view import DrawContext
from app.kit.digit_keys import plain_digit
from app.state.my_drawings import MyDrawings, drawings_folder
from app.state.subjects import Said
from engine.basics.errors import DataError
from engine.ink.preprocess import NoInkError

if TYPE_CHECKING:
    from app.draw.keep.drawings_window import DrawingsWindow

BLANK = "There is nothing to keep: the sheet is blank. Draw a digit first."


class DrawKeeping(QObject):
    """Files the present drawing under my drawings, and opens their window.

    ``row`` is what Draw shows of it. The keys 0 to 9 arrive here when nobody in ``panel`` takes
    them, such as a field or the cell of a grid.
    """

    def __init__(self, context: DrawContext, panel: QWidget) -> None:
        super().__init__(panel)
        self._context, self._panel = context, panel
        self.drawings = MyDrawings(drawings_folder(context.settings), self)
        self.row = KeepRow()
        self.window: DrawingsWindow | None = None
        self._last: int | None = None
        self._kept = Said(self._forget, self)
        panel.installEventFilter(self)
        self.row.keep_wanted.connect(self.keep)
        self.row.undo_wanted.connect(self.undo)
        self.row.manager_wanted.connect(self.open_window)
        self.drawings.changed.connect(self._show)
        self.drawings.problem_found.connect(context.status_message)
        self._show()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Take the keys 0 to 9, of the keypad too, without Ctrl or the like."""
        if event.type() == QEvent.Type.Show:
            self._show()  # Train may have changed the folder
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            digit = plain_digit(event)
            if digit is not None and not event.isAutoRepeat():
                self.keep(digit)
                return True
        return super().eventFilter(watched, event)

    @Slot(int)
    def keep(self, label: int) -> None:
        """Keep the present drawing as an example of a digit, and take a new sheet for the next.

        Of a number one digit is kept: its sheet stays, for the others.
        """
        sketch = self._context.sketch
        sketch.end()
        try:
            self.drawings.keep(sketch.digit_marks, label)
        except NoInkError:
            self._context.status_message.emit(BLANK)
            return
        except DataError as error:
            self._context.status_message.emit(str(error))
            return
        if sketch.boxes == 1:
            sketch.clear()
        self._last = label
        self._kept.of(sketch.drawing, self.drawings.collection)
        self._show()
        count = self.drawings.count
        self._context.status_message.emit(
            f"Kept as an example of {label}. You have {count:,} drawing{'s' if count != 1 else ''}."
        )

    @Slot()
    def undo(self) -> None:
        """Take the drawing that was just kept out again, and put it back on the sheet."""
        sketch = self._context.sketch
        self.drawings.undo()
        if sketch.boxes == 1:
            sketch.undo()  # nothing was done to the sheet since it was cleared
        self._forget()
        self._context.status_message.emit("Taken out of my drawings again.")

    @Slot()
    def open_window(self) -> None:
        """Show all drawings that were kept."""
        from app.draw.keep.drawings_window import DrawingsWindow  # noqa: PLC0415 - rarely opened

        self.drawings.refresh()
        if self.window is None:
            self.window = DrawingsWindow(self.drawings, self._context, self._panel)
        self.window.show()
        self.window.raise_()
        self.window.activateWindow()

    def stop_and_join(self, timeout_ms: int) -> bool:
        """End a fine-tuning; say whether it ended in time."""
        return self.window is None or self.window.stop_and_join(timeout_ms)

    @Slot()
    def _forget(self) -> None:
        """The next drawing is begun, or another one is there: nothing was kept of it."""
        self._last = None
        self._show()

    @Slot()
    def _show(self) -> None:
        self.row.show_kept(self._last, self.drawings.count)
