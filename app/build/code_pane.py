"""The stack as source code of other frameworks: to read, to copy, to save, also with weights."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtGui import QFontDatabase, QGuiApplication, QResizeEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QCheckBox,
    QFileDialog,
    QHBoxLayout,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from app.kit.errors import show_error
from app.kit.segmented import SegmentedControl
from app.look.icons import icon
from app.look.nesting import nest
from app.look.restyled import Restyled
from app.look.text import Text
from app.look.theme import px
from engine.basics.errors import EngineError
from engine.export import Target, export, targets
from engine.networks.model_file import Model, write_whole
from engine.networks.stack import Report


class CodePane(Restyled, QWidget):
    """Shows a report's stack as source code.

    Signals:
        message_arose: A sentence for the status bar.
    """

    message_arose = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._report: Report | None = None
        self._model: Model | None = None
        self._targets = targets()
        self.choice = SegmentedControl("Code for", [target.title for target in self._targets])
        self.choice.set_options(self.choice.options, [target.about for target in self._targets])
        self.choice.set_index(0)
        self.text = QPlainTextEdit()
        self.text.setReadOnly(True)
        self.text.setAccessibleName("The stack as source code")
        self.text.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.note = Text(size=12)
        self.note.setWordWrap(True)
        self.with_weights = QCheckBox("With weights")
        self.copy = QPushButton("Copy")
        self.save = QPushButton("Save…")
        self._lay_out()
        self.choice.chosen.connect(self._show)
        self.copy.clicked.connect(self._copy)
        self.save.clicked.connect(self.save_dialog)
        self.follow_theme()

    def _lay_out(self) -> None:
        self._buttons = QHBoxLayout()
        for widget in (self.with_weights, self.copy, self.save):
            self._buttons.addWidget(widget)
        self._below = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._below.addWidget(self.note, 1)
        nest(self._below, self._buttons)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.addWidget(self.choice)
        self._column.addWidget(self.text, 1)
        nest(self._column, self._below)

    @property
    def target(self) -> Target:
        """The language or format chosen."""
        return self._targets[max(self.choice.index, 0)]

    def show_report(self, report: Report, model: Model | None) -> None:
        """Show another stack; ``model`` is the trained network if it has exactly that stack."""
        if (model is None) != (self._model is None) or self._report is None:
            self.with_weights.setChecked(model is not None)
        self._report, self._model = report, model
        self._show()

    def _show(self) -> None:
        if self._report is None:
            return
        target, problem, code = self.target, self._report.problem, ""
        if target.is_text:
            problem = None
            try:
                code = target.code(self._report.stack)
            except EngineError as error:
                problem = str(error)
        if code != self.text.toPlainText():
            self.text.setPlainText(code)
        self.text.setPlaceholderText("" if target.is_text else f"{target.title}: {target.about}")
        has_weights = self._model is not None
        self.with_weights.setEnabled(has_weights and target.is_text)
        self.with_weights.setVisible(target.is_text)
        self.copy.setEnabled(bool(code))
        self.save.setEnabled(problem is None and (target.is_text or has_weights))
        self.note.setText(problem or self._says())
        self.note.set_role("error" if problem else "muted")

    def _says(self) -> str:
        if self._model is not None:
            return "The weights of the trained network can go with it."
        if self.target.is_text:
            return "Once this stack is trained, its weights can be saved with the code."
        return f"An {self.target.title} file holds the weights: train this stack first."

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.text.toPlainText())
        self.message_arose.emit(f"Copied the {self.target.title} code.")

    def save_dialog(self) -> None:
        """Ask for a file name and save there."""
        target, report = self.target, self._report
        if report is None:
            return
        stem = "".join(c if c.isalnum() else "_" for c in report.stack.name.lower()).strip("_")
        suggestion = str(Path.home() / f"{stem or 'network'}{target.suffix}")
        pattern = f"{target.title} (*{target.suffix})"
        name, _ = QFileDialog.getSaveFileName(self, f"Save as {target.title}", suggestion, pattern)
        if name:
            path = Path(name)
            self.save_to(path if path.suffix else path.with_suffix(target.suffix))

    def save_to(self, path: Path) -> bool:
        """Save the code, and the weights if that is wanted; return whether that succeeded."""
        target, wants_weights = self.target, self.with_weights.isChecked()
        try:
            if self._model is not None and (wants_weights or not target.is_text):
                written = export(self._model, target, path)
            else:
                write_whole(path, self.text.toPlainText().encode())
                written = (path,)
        except (EngineError, OSError) as error:
            show_error(self, error, "The code was not saved")
            return False
        self.message_arose.emit(f"Saved {' and '.join(file.name for file in written)}.")
        return True

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The buttons go under the note where there is little room."""
        super().resizeEvent(event)
        direction = QBoxLayout.Direction
        is_wide = self.width() >= px(420)
        self._below.setDirection(direction.LeftToRight if is_wide else direction.TopToBottom)

    def _restyle(self) -> None:
        self._column.setSpacing(px(8))
        for row in (self._below, self._buttons):
            row.setSpacing(px(8))
        fixed = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
        fixed.setPixelSize(px(13))
        self.text.setFont(fixed)
        self.copy.setIcon(icon("copy"))
        self.save.setIcon(icon("save"))
