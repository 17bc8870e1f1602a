"""Draw's view *Meddle*: what is changed in the network, and what that does to its answers."""

from __future__ import annotations

from typing import ClassVar

from PySide6.QtCore import QSize, Qt, Slot
from PySide6.QtGui import QFont
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from app.draw.meddler import answer_text
from app.draw.view import DrawContext, RowView
from app.kit.read_out import ThinBar
from app.look.icons import icon
from app.look.percentages import percent
from app.look.text import Text
from app.look.theme import px

_HOW = (
    "Click a map in the strips below. In the card that opens you can mute the map, put Sobel or "
    "another kernel in place of the trained one, or type over a single weight. What that does to "
    "the answer, and to 1,000 test images, is shown here. The network's file stays as it is."
)
_NOTHING = "\N{EN DASH}"


class MeddleView(RowView):
    """A list of edits, and a small table of before and after."""

    title: ClassVar[str] = "Meddle"
    about: ClassVar[str] = (
        "Mute maps and replace kernels: the answer and the accuracy, before and after"
    )
    wide_from: ClassVar[int] = 560

    def __init__(self, context: DrawContext, parent: QWidget | None = None) -> None:
        super().__init__(context, parent)
        self.edits = Text()
        self.figures: dict[tuple[int, int], Text] = {}
        self.data = Text(size=12, role="muted")
        self.progress = ThinBar()
        self.undo_button = QPushButton("Undo")
        self.redo_button = QPushButton("Redo")
        self.back_button = QPushButton("Put everything back")
        self._arrange()
        meddler = context.meddler
        self.undo_button.clicked.connect(meddler.undo_stack.undo)
        self.redo_button.clicked.connect(meddler.undo_stack.redo)
        self.back_button.clicked.connect(meddler.put_everything_back)
        meddler.changed.connect(self._show_if_seen)
        meddler.progressed.connect(self._show_if_seen)

    @Slot()
    def _show_if_seen(self) -> None:
        if self.isVisible():
            self.show_recognition()

    def show_recognition(self) -> None:
        """Show the edits and their effect."""
        meddler = self.context.meddler
        lines = meddler.sentences()
        self.edits.setText("\n".join(lines) or self.recognition.problem or _HOW)
        self.edits.set_role("" if lines else "muted")
        self._show_answers()
        known = meddler.accuracy
        self._show_figures(
            2,
            None if known.before is None else percent(known.before),
            None if known.after is None else percent(known.after),
        )
        self.data.setText(self._data_words())
        progress = meddler.progress
        self.progress.setVisible(progress is not None)
        if progress is not None:
            self.progress.show_share(progress)
        stack = meddler.undo_stack
        for button, text in (
            (self.undo_button, stack.undoText()),
            (self.redo_button, stack.redoText()),
        ):
            button.setEnabled(bool(text))
            button.setToolTip(text)
        self.back_button.setEnabled(meddler.is_meddled)

    def _data_words(self) -> str:
        meddler = self.context.meddler
        if meddler.accuracy.after is not None and not meddler.problem:
            return f"Accuracy on {meddler.data_words()}."
        return meddler.measuring_words()

    def _show_answers(self) -> None:
        """The answer to the drawing, by the original and by what became of it."""
        prepared, meddler = self.recognition.prepared, self.context.meddler
        if prepared is None or self.recognition.problem:
            self._show_figures(1, None, None)
            return
        between = "\n" if self.recognition.class_names else " "  # a name has a line of its own
        before, after = (
            answer_text(shares, self.recognition.name_of, between)
            for shares in meddler.probabilities(prepared.image)
        )
        self._show_figures(1, before, after if meddler.is_meddled else None)

    def _show_figures(self, row: int, before: str | None, after: str | None) -> None:
        for column, text in ((1, before), (2, after)):
            self.figures[row, column].setText(text or _NOTHING)

    def stop_and_join(self, timeout_ms: int) -> bool:
        """Give up measuring; say whether that ended in time."""
        return self.context.meddler.stop_and_join(timeout_ms)

    # Making it

    def _arrange(self) -> None:
        self.edits.setWordWrap(True)
        self.edits.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.edits.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        scroller = QScrollArea()
        scroller.setFrameShape(QFrame.Shape.NoFrame)
        scroller.setWidgetResizable(True)
        scroller.setWidget(self.edits)
        self.data.setWordWrap(True)
        self.undo_button.setIcon(icon("undo"))
        self.redo_button.setIcon(icon("redo"))
        self._buttons = QHBoxLayout()
        for button in (self.undo_button, self.redo_button, self.back_button):
            self._buttons.addWidget(button)
        self._buttons.addStretch(1)
        self._table = QGridLayout()
        for column, title in ((1, "Before"), (2, "After")):
            self._table.addWidget(Text(title, 12, role="muted"), 0, column)
        for row, title in ((1, "Answer"), (2, "Accuracy")):
            self._table.addWidget(Text(title, 13), row, 0)
            for column in (1, 2):
                figure = Text(_NOTHING, 18, QFont.Weight.DemiBold)
                self.figures[row, column] = figure
                self._table.addWidget(figure, row, column)
        self._table.setColumnStretch(2, 1)
        self._right = QVBoxLayout()
        self._right.addLayout(self._table)
        self._right.addWidget(self.progress)
        self._right.addWidget(self.data)
        self._right.addStretch(1)
        self._right.addLayout(self._buttons)
        self.row.addWidget(scroller, 4)
        self.row.addLayout(self._right, 5)
        self.follow_theme()

    def _restyle(self) -> None:
        self.row.setSpacing(px(24))
        self._right.setSpacing(px(6))
        self._buttons.setSpacing(px(8))
        self._table.setHorizontalSpacing(px(20))
        self._table.setVerticalSpacing(px(4))
        for button in (self.undo_button, self.redo_button):
            button.setIconSize(QSize(px(16), px(16)))
