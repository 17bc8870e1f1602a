"""The stack in four figures: parameters, multiply-adds, output, and whether it can be trained."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QToolButton, QVBoxLayout, QWidget

from app.icons import icon
from app.theme import font, px
from engine.geometry import times
from engine.stack import Report


class Figure(QWidget):
    """A caption and, under it, a number."""

    def __init__(self, caption: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.caption = QLabel(caption)
        self.caption.setProperty("role", "muted")
        self.value = QLabel()
        self.value.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.value.setAccessibleName(caption)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.caption)
        column.addWidget(self.value)
        self.restyle()

    def restyle(self) -> None:
        """Follow the theme's sizes."""
        self.caption.setFont(font(12))
        self.value.setFont(font(16, QFont.Weight.DemiBold))


class StackTotals(QFrame):
    """Totals of a report, and its verdict.

    Signals:
        problem_clicked: The reader wants to see where the stack does not fit.
    """

    problem_clicked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "card")
        self.parameters = Figure("Parameters")
        self.multiply_adds = Figure("Multiply-adds per picture")
        self.output = Figure("Output")
        self._icon = QLabel()
        self._icon_name, self._icon_role = "check", "success"
        self.verdict = QLabel()
        self.verdict.setWordWrap(True)
        self.show_where = QToolButton()
        self.show_where.setText("Show where")
        self.show_where.clicked.connect(self.problem_clicked)
        self._row = QHBoxLayout(self)
        for figure in (self.parameters, self.multiply_adds, self.output):
            self._row.addWidget(figure)
        self._says = QHBoxLayout()
        self._says.addWidget(self._icon)
        self._says.addWidget(self.verdict, 1)
        self._row.addLayout(self._says, 1)
        self._row.addWidget(self.show_where)
        self._restyle()

    def show_report(self, report: Report) -> None:
        """Show the totals of all layers that fit, and what keeps the stack from being trained."""
        shape = report.output_shape
        self.parameters.value.setText(f"{report.parameters:,}")
        self.multiply_adds.value.setText(f"{report.multiply_adds:,}")
        self.output.value.setText("?" if shape is None else times(shape))
        problem = report.problem
        self.verdict.setText(problem or "Can be trained.")
        self._icon_name = "warning" if problem else "check"
        self._icon_role = "error" if problem else "success"
        self.verdict.setProperty("role", self._icon_role)
        self.verdict.style().unpolish(self.verdict)
        self.verdict.style().polish(self.verdict)
        self.show_where.setVisible(problem is not None)
        self._show_icon()

    def changeEvent(self, event: QEvent) -> None:
        """Follow the theme."""
        if event.type() in {
            QEvent.Type.StyleChange,
            QEvent.Type.FontChange,
            QEvent.Type.PaletteChange,
        }:
            self._restyle()
        super().changeEvent(event)

    def _restyle(self) -> None:
        if not hasattr(self, "_row"):
            return
        self._row.setContentsMargins(px(16), px(10), px(12), px(10))
        self._row.setSpacing(px(28))
        self._says.setSpacing(px(10))
        for figure in (self.parameters, self.multiply_adds, self.output):
            figure.restyle()
        self.verdict.setFont(font(13))
        self.verdict.setMinimumHeight(px(36))
        self._show_icon()

    def _show_icon(self) -> None:
        side = px(20)
        self._icon.setPixmap(icon(self._icon_name, self._icon_role).pixmap(QSize(side, side)))
