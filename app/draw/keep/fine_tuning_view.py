"""Fine-tuning, from what it is about to what came of it: begin, watch, compare, decide."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtGui import QFont, QShowEvent
from PySide6.QtWidgets import (
    QGridLayout,
    QHBoxLayout,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from app.draw.keep.fine_tuning import FineTuning
from app.kit.buttons import allow
from app.look.nesting import nest
from app.look.restyled import Restyled
from app.look.text import Text
from app.look.theme import px
from app.state.my_drawings import MyDrawings
from app.state.sketch import Sketch

ABOUT = (
    "A short training, from the open network's weights, with small steps, on about half of your "
    "drawings mixed with many digits by other people, so that these are not forgotten. Your other "
    "drawings are left out and show whether it helped; a drawing kept twice is never on both "
    "sides. It usually takes less than a minute, and you decide afterwards."
)

_REST = 120
"""Milliseconds that the pen rests before both networks are asked about the drawing."""


class FineTuningView(Restyled, QWidget):
    """A page with one thing to do at a time.

    Signals:
        back_wanted: The user wants to see the drawings again.
    """

    back_wanted = Signal()

    def __init__(
        self,
        tuning: FineTuning,
        drawings: MyDrawings,
        sketch: Sketch,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._tuning, self._drawings, self._sketch = tuning, drawings, sketch
        self._later = QTimer(self, singleShot=True, interval=_REST)
        self.heading = Text("Fine-tune on my drawings", 15, QFont.Weight.DemiBold)
        self.about = Text(ABOUT, 13)
        self.problem = Text(size=13, role="error")
        self.stage = Text(size=13)
        self.progress = QProgressBar()
        self.progress.setTextVisible(False)
        self.progress.setAccessibleName("How far the fine-tuning is")
        self.table = QWidget()
        self._cells = QGridLayout(self.table)
        self.account = Text(size=12, role="muted")
        self.start = self._button("Start")
        self.cancel = self._button("Cancel")
        self.use = self._button("Use it")
        self.keep_old = self._button("Keep the old one")
        self.undo = self._button("Bring the old one back")
        self.back = self._button("Back to the drawings")
        for text in (self.about, self.problem, self.account):
            text.setWordWrap(True)
        for button in (self.start, self.use):
            button.setProperty("role", "primary")
        self._lay_out()
        self._connect()
        self.follow_theme()
        self.show_state()

    @Slot()
    def show_state(self) -> None:
        """Show what can be done now."""
        tuning = self._tuning
        has_result = tuning.result is not None
        why_not = "" if tuning.is_running else tuning.why_not(self._drawings.drawings)
        in_use = has_result and tuning.can_undo
        self.about.setVisible(not has_result)
        problem = tuning.problem or ("" if has_result else why_not)
        self.problem.setText(problem)
        self.problem.setVisible(bool(problem))
        self.stage.setVisible(tuning.is_running or in_use)
        self.progress.setVisible(tuning.is_running)
        self.table.setVisible(has_result)
        self.account.setVisible(has_result)
        self.account.setText(tuning.account)
        self.start.setVisible(not tuning.is_running and (not has_result or in_use))
        self.start.setText("Once more" if in_use else "Start")
        allow(self.start, why_not, "A short training on my drawings")
        self.cancel.setVisible(tuning.is_running)
        self.use.setVisible(has_result and not in_use)
        self.keep_old.setVisible(has_result and not in_use)
        self.undo.setVisible(tuning.can_undo)
        if has_result:
            self._fill_table()
        if in_use:
            self.stage.setText("Draw uses the fine-tuned network now.")
        self._show_progress()

    @Slot()
    def _show_if_seen(self) -> None:
        """My drawings are others now; unseen, that is shown later."""
        if self.isVisible():
            self.show_state()

    @Slot()
    def _show_drawing(self) -> None:
        """The drawing in Draw is another one: ask both networks about it."""
        if self.isVisible() and self._tuning.result is not None:
            self._fill_table()

    def showEvent(self, event: QShowEvent) -> None:
        """Catch up with what happened unseen."""
        super().showEvent(event)
        self.show_state()

    @Slot()
    def _show_progress(self) -> None:
        if not self._tuning.is_running:
            return
        done, total = self._tuning.progress
        self.stage.setText(f"{self._tuning.stage}…")
        self.progress.setRange(0, total)
        self.progress.setValue(done)

    def _fill_table(self) -> None:
        while (item := self._cells.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.setParent(None)
                widget.deleteLater()
        for column, words in enumerate(("", "Before", "After")):
            self._put(Text(words, 12, role="muted"), 0, column)
        for place, row in enumerate(self._tuning.rows(self._sketch.pixels), 1):
            title, before, after = row
            self._put(Text(title, 14), place, 0)
            self._put(Text(before, 15), place, 1)
            self._put(Text(after, 15, QFont.Weight.DemiBold), place, 2)
        self._cells.setColumnStretch(0, 1)

    def _put(self, text: Text, row: int, column: int) -> None:
        side = Qt.AlignmentFlag.AlignLeft if column == 0 else Qt.AlignmentFlag.AlignRight
        self._cells.addWidget(text, row, column, side | Qt.AlignmentFlag.AlignVCenter)

    # What the user does

    @Slot()
    def _start(self) -> None:
        self._tuning.start(self._drawings.drawings)
        self.cancel.setFocus()

    @Slot()
    def _keep_old(self) -> None:
        self._tuning.keep_old()
        self.back_wanted.emit()

    # Making

    def _button(self, text: str) -> QPushButton:
        button = QPushButton(text)
        button.setAutoDefault(False)
        return button

    def _connect(self) -> None:
        self._tuning.changed.connect(self.show_state)
        self._tuning.progressed.connect(self._show_progress)
        self._drawings.changed.connect(self._show_if_seen)
        self._sketch.ink_changed.connect(self._later.start)
        self._later.timeout.connect(self._show_drawing)
        self.start.clicked.connect(self._start)
        self.cancel.clicked.connect(self._tuning.cancel)
        self.use.clicked.connect(self._tuning.use)
        self.keep_old.clicked.connect(self._keep_old)
        self.undo.clicked.connect(self._tuning.undo)
        self.back.clicked.connect(self.back_wanted)

    def _lay_out(self) -> None:
        self._column = QVBoxLayout(self)
        for widget in (
            self.heading,
            self.about,
            self.problem,
            self.table,
            self.account,
            self.stage,
            self.progress,
        ):
            self._column.addWidget(widget)
        self._column.addStretch(1)
        self._buttons = QHBoxLayout()
        self._buttons.addWidget(self.back)
        self._buttons.addStretch(1)
        for button in (self.undo, self.keep_old, self.cancel, self.start, self.use):
            self._buttons.addWidget(button)
        nest(self._column, self._buttons)

    def _restyle(self) -> None:
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(px(14))
        self._cells.setContentsMargins(0, px(8), 0, px(8))
        self._cells.setHorizontalSpacing(px(32))
        self._cells.setVerticalSpacing(px(12))
        self._buttons.setSpacing(px(8))
        self.progress.setFixedHeight(px(6))
