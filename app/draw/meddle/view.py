"""Draw's view *Meddle*: what is changed in the network, and what that does to its answers."""

from __future__ import annotations

from dataclasses import replace
from typing import ClassVar

from PySide6.QtCore import QSize, Qt, Slot
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from app.draw.probability_bars import Answer
from app.draw.view import DrawContext, RowView
from app.kit.buttons import allow
from app.kit.read_out import ThinBar
from app.look.icons import icon
from app.look.nesting import nest
from app.look.percentages import percent
from app.look.text import Text
from app.look.theme import px
from app.state.recognition import Recognition

_HOW = (
    "Click a map in the strips below. In the card that opens you can mute the map, put Sobel or "
    "another kernel in place of the trained one, or type over a single weight. What that does to "
    "the answer, and to 1,000 test images, is shown here. The network's file stays as it is."
)
_ACCURACY = "Accuracy {share}"
_NOTHING = "\N{EN DASH}"


class MeddleView(RowView):
    """The answer before and after, in large, the buttons under them, and a list of edits."""

    title: ClassVar[str] = "Meddle"
    about: ClassVar[str] = (
        "Mute maps and replace kernels: the answer and the accuracy, before and after"
    )
    wide_from: ClassVar[int] = 560
    stays_next_to_card: ClassVar[bool] = True

    def __init__(self, context: DrawContext, parent: QWidget | None = None) -> None:
        super().__init__(context, parent)
        self.edits = Text()
        self.answers = Answer("Answer before"), Answer("Answer after")
        self.accuracies = Text(size=15), Text(size=15)
        self.data = Text(size=12, role="muted")
        self.progress = ThinBar()
        self.undo_button = QPushButton("Undo")
        self.redo_button = QPushButton("Redo")
        self.back_button = QPushButton("Put all back")
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
        for label, share in zip(self.accuracies, (known.before, known.after), strict=True):
            label.setText(_ACCURACY.format(share=_NOTHING if share is None else percent(share)))
        self.data.setText(self._data_words())
        progress = meddler.progress
        self.progress.setVisible(progress is not None)
        if progress is not None:
            self.progress.show_share(progress)
        stack = meddler.undo_stack
        for button, text, word, why_not in (
            (self.undo_button, stack.undoText(), "Undo", "nothing was changed yet"),
            (self.redo_button, stack.redoText(), "Redo", "nothing was undone"),
        ):
            allow(button, "" if text else why_not, f"{word}: {text}" if text else word)
        nothing = "" if meddler.is_meddled else "the network is as it was trained"
        allow(self.back_button, nothing, "Take all changes of the network back")

    def _data_words(self) -> str:
        meddler = self.context.meddler
        if meddler.accuracy.after is not None and not meddler.problem:
            return f"Accuracy on {meddler.data_words()}."
        return meddler.measuring_words()

    def _show_answers(self) -> None:
        """The answer to the drawing, by the original and by what became of it."""
        prepared, meddler = self.recognition.prepared, self.context.meddler
        before, after = self.answers
        after.set_blank("nothing changed yet" if prepared is not None else "")
        if prepared is None or self.recognition.problem:
            before.show_recognition(Recognition(None))
            after.show_recognition(Recognition(None))
            return
        trained, changed = (
            replace(self.recognition, probabilities=shares)
            for shares in meddler.probabilities(prepared.image)
        )
        before.show_recognition(trained)
        after.show_recognition(changed if meddler.is_meddled else Recognition(None))

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
        self._buttons.addStretch(1)
        for button in (self.undo_button, self.redo_button, self.back_button):
            self._buttons.addWidget(button)
        self._buttons.addStretch(1)
        self._table = QGridLayout()
        for column, title in enumerate(("Before", "After")):
            for row, part in enumerate(
                (Text(title, 15), self.answers[column], self.accuracies[column])
            ):
                if isinstance(part, Text):
                    part.setAlignment(Qt.AlignmentFlag.AlignHCenter)
                self._table.addWidget(part, row, column)
        self._table.setRowStretch(1, 1)
        self._left = QVBoxLayout()
        nest(self._left, self._table, 1)
        nest(self._left, self._buttons)
        self._left.addWidget(self.progress)
        self._left.addWidget(self.data)
        nest(self.row, self._left, 5)
        self.row.addWidget(scroller, 4)
        self.follow_theme()

    def _restyle(self) -> None:
        self.row.setSpacing(px(24))
        self._left.setSpacing(px(6))
        self._buttons.setSpacing(px(8))
        self._table.setHorizontalSpacing(px(20))
        self._table.setVerticalSpacing(px(4))
        for button in (self.undo_button, self.redo_button):
            button.setIconSize(QSize(px(16), px(16)))
