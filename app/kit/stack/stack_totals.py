"""The stack in four figures: parameters, multiply-adds, output, and whether it can be trained."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QFont, QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QMenu,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.look.icons import icon
from app.look.restyled import LOOKS, Restyled, give_role
from app.look.theme import font, px
from engine.basics.geometry import times
from engine.basics.memory import memory_words
from engine.networks.stack import Report
from engine.networks.stack_table import FORMATS


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


class StackTotals(Restyled, QFrame):
    """Totals of a report, and its verdict.

    Signals:
        problem_clicked: The reader wants to see where the stack does not fit.
        mend_clicked: The stack is to be mended in the way that is offered.
        copy_wanted: The table of layers is to be copied, in the format of that name.
    """

    restyled_by = LOOKS

    problem_clicked = Signal()
    copy_wanted = Signal(str)
    mend_clicked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "card")
        self.parameters = Figure("Parameters")
        self.multiply_adds = Figure("Multiply-adds per picture")
        self.memory = Figure("Activations")
        self.memory.setToolTip("Memory for all layers' outputs of one picture, in float32")
        self.output = Figure("Output")
        self._problem = self._short_problem = ""
        self._icon = QLabel()
        self._icon_name, self._icon_role = "check", "success"
        self.verdict = QLabel()
        self.verdict.setWordWrap(True)
        self.copy_table = QToolButton()
        self.copy_table.setText("Copy table")
        self.copy_table.setToolTip("Copy the layers with their costs as a table")
        self.copy_table.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        menu = QMenu(self.copy_table)
        for name in FORMATS:
            menu.addAction(name).triggered.connect(
                lambda _=False, name=name: self.copy_wanted.emit(name)
            )
        self.copy_table.setMenu(menu)
        self.mend = QPushButton()
        self.mend.setToolTip("Mend it in this way; undo takes it back (Ctrl+.)")
        self.mend.clicked.connect(self.mend_clicked)
        self.show_where = QToolButton()
        self.show_where.setText("Show where")
        self.show_where.clicked.connect(self.problem_clicked)
        self._row = QHBoxLayout(self)
        for figure in self._figures:
            self._row.addWidget(figure)
        self._says = QHBoxLayout()
        self._says.addWidget(self._icon)
        self._says.addWidget(self.verdict, 1)
        self._row.addLayout(self._says, 1)
        self._row.addWidget(self.mend)
        self._row.addWidget(self.show_where)
        self._row.addWidget(self.copy_table)
        self.follow_theme()

    @property
    def _figures(self) -> tuple[Figure, ...]:
        return (self.parameters, self.multiply_adds, self.memory, self.output)

    def show_report(self, report: Report, first_fix: str = "") -> None:
        """Show the totals of all layers that fit, and what keeps it from being trained; a fix."""
        self.memory.value.setText(memory_words(report.activation_bytes))
        self.mend.setText(first_fix)
        shape = report.output_shape
        self.parameters.value.setText(f"{report.parameters:,}")
        self.multiply_adds.value.setText(f"{report.multiply_adds:,}")
        self.output.value.setText("?" if shape is None else times(shape))
        problem = report.problem
        self._problem, faulty = problem or "", report.faulty_row
        self._short_problem = f"Layer {faulty.index + 1} does not fit." if faulty else self._problem
        self._icon_name = "warning" if problem else "check"
        self._icon_role = "error" if problem else "success"
        give_role(self.verdict, self._icon_role)
        self.show_where.setVisible(problem is not None)
        self._fit()
        self._show_icon()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave out, in a small window, what the cards say as well."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        self.memory.setVisible(self.width() >= px(940))
        self.copy_table.setVisible(self.width() >= px(720))
        self.mend.setVisible(bool(self.mend.text()) and self.width() >= px(820))
        says = self._problem if self.width() >= px(900) else self._short_problem
        self.verdict.setText(says or "Can be trained.")
        self.verdict.setToolTip(self._problem)

    def _restyle(self) -> None:
        self._fit()
        self._row.setContentsMargins(px(16), px(10), px(12), px(10))
        self._row.setSpacing(px(28))
        self._says.setSpacing(px(10))
        for figure in self._figures:
            figure.restyle()
        self.verdict.setFont(font(13))
        self.verdict.setMinimumHeight(px(36))
        self._show_icon()

    def _show_icon(self) -> None:
        side = px(20)
        self._icon.setPixmap(icon(self._icon_name, self._icon_role).pixmap(QSize(side, side)))
