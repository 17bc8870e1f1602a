"""The stack in four figures, whether it can be trained, and the button that leads there."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QMenu,
    QPushButton,
    QToolButton,
    QWidget,
)

from app.kit.stack.figures import ACTIVATIONS, Figure
from app.look.nesting import nest
from app.look.restyled import Restyled
from app.look.text import IconLabel, Text
from app.look.theme import px
from engine.basics.geometry import times
from engine.basics.memory import memory_words
from engine.networks.stack import Report
from engine.networks.stack_table import FORMATS


class StackTotals(Restyled, QFrame):
    """Totals of a report, and its verdict.

    Signals:
        problem_clicked: The reader wants to see where the stack does not fit.
        fix_clicked: The stack is to be fixed in the way that is offered.
        copy_wanted: The table of layers is to be copied, in the format of that name.
        train_wanted: The stack is to be trained.
    """

    problem_clicked = Signal()
    copy_wanted = Signal(str)
    fix_clicked = Signal()
    train_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "card")
        self.parameters = Figure("Parameters")
        self.multiply_adds = Figure("Multiply-adds per picture")
        self.memory = Figure(ACTIVATIONS)
        self.memory.setToolTip("Memory for all layers' outputs of one picture, in float32")
        self.output = Figure("Output")
        self.figures = (self.parameters, self.multiply_adds, self.memory, self.output)
        self._problem = self._short_problem = ""
        self._icon = IconLabel("check", role="success")
        self.verdict = Text()
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
        self.fix = QPushButton()
        self.fix.setToolTip("Fix the stack in this way; undo takes it back (Ctrl+.)")
        self.fix.clicked.connect(self.fix_clicked)
        self.show_where = QToolButton()
        self.show_where.setText("Show where")
        self.show_where.clicked.connect(self.problem_clicked)
        self.train = QPushButton("Train this stack")
        self.train.setProperty("role", "primary")
        self.train.setToolTip("Go to Train with this stack")
        self.train.clicked.connect(self.train_wanted)
        self._row = QHBoxLayout(self)
        for figure in self.figures:
            self._row.addWidget(figure)
        self._says = QHBoxLayout()
        self._says.addWidget(self._icon)
        self._says.addWidget(self.verdict, 1)
        nest(self._row, self._says, 1)
        self._row.addWidget(self.fix)
        self._row.addWidget(self.show_where)
        self._row.addWidget(self.copy_table)
        self._row.addWidget(self.train)
        self.follow_theme()

    def show_report(self, report: Report, first_fix: str = "") -> None:
        """Show the totals, or why there are none; what keeps it from being trained; a fix."""
        self.fix.setText(first_fix)
        shape, faulty, problem = report.output_shape, report.faulty_row, report.problem
        if faulty is not None or shape is None:
            for figure in self.figures:
                figure.show_unknown(f"Not known while a layer does not fit. {problem}")
        else:
            self.parameters.show_value(f"{report.parameters:,}")
            self.multiply_adds.show_value(f"{report.multiply_adds:,}")
            self.memory.show_value(memory_words(report.activation_bytes))
            self.output.show_value(times(shape))
        self._problem = problem or ""
        self._short_problem = f"Layer {faulty.index + 1} does not fit." if faulty else self._problem
        role = "error" if problem else "success"
        self._icon.set_icon("warning" if problem else "check", role)
        self.verdict.set_role(role)
        for button in (self.train, self.show_where):
            button.hide()  # first: there may be no room for both
        (self.train if problem is None else self.show_where).show()
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave out, in a small window, what the cards say as well."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        self.memory.setVisible(self.width() >= px(940))
        self.copy_table.setVisible(self.width() >= px(720))
        self.fix.setVisible(bool(self.fix.text()) and self.width() >= px(820))
        says = self._problem if self.width() >= px(900) else self._short_problem
        self.verdict.setText(says or "Can be trained.")
        self.verdict.setToolTip(self._problem)
        has_words = bool(says) or self.width() >= px(720)
        self.verdict.setVisible(has_words)
        self._icon.setVisible(has_words)

    def _restyle(self) -> None:
        self._fit()
        self._row.setContentsMargins(px(16), px(10), px(12), px(10))
        self._row.setSpacing(px(28))
        self._says.setSpacing(px(10))
        self.verdict.setMinimumHeight(px(36))
