"""The card of a gradient check: both nudged losses, the quotient, and what backward says."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFont
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.look.icons import icon
from app.look.restyled import FONT, Restyled, give_role
from app.look.theme import font, px
from engine.insight.gradcheck import GradientCheck
from engine.lab import LabState, Operation
from engine.lab.checking import CROSS_ENTROPY_WORDS, LOSS_WORDS, check_cell
from engine.lab.editing import Place

_NAMES = ("L at value + ε", "L at value − ε", "quotient", "backward says", "relative error")


class CheckCard(Restyled, QFrame):
    """Lies over the lab until it is closed."""

    restyled_by = FONT

    closed = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setProperty("role", "card")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.check: GradientCheck | None = None
        self.title = QLabel(self)
        self.about = QLabel(self)
        self.about.setProperty("role", "muted")
        self.verdict = QLabel(self)
        self.values = {name: QLabel(self) for name in _NAMES}
        self._names = {name: QLabel(name, self) for name in _NAMES}
        self.close_button = QToolButton(self)
        self.close_button.setIcon(icon("close"))
        self.close_button.setToolTip("Close (Esc)")
        self.close_button.setAccessibleName("Close")
        self.close_button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.close_button.clicked.connect(self.closed)
        self._arrange()
        self.hide()

    def _arrange(self) -> None:
        top = QHBoxLayout()
        top.addWidget(self.title, 1)
        top.addWidget(self.close_button)
        grid = QGridLayout()
        for row, name in enumerate(_NAMES):
            self._names[name].setProperty("role", "muted")
            self.values[name].setAlignment(Qt.AlignmentFlag.AlignRight)
            self.values[name].setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            self.values[name].setFocusPolicy(Qt.FocusPolicy.NoFocus)
            grid.addWidget(self._names[name], row, 0)
            grid.addWidget(self.values[name], row, 1)
        self._whole = QVBoxLayout(self)
        self._whole.addLayout(top)
        self._whole.addWidget(self.about)
        self._whole.addLayout(grid)
        self._whole.addWidget(self.verdict)
        self.follow_theme()

    def show_check(self, state: LabState, place: Place) -> None:
        """Nudge the number at a place, and show what came of it."""
        name, index = place
        check = check_cell(state, name, index)
        self.check = check
        where = ", ".join(str(i + 1) for i in index)
        self.title.setText(f"Gradient check of {name}[{where}]")
        is_loss = state.operation is Operation.SOFTMAX
        words = CROSS_ENTROPY_WORDS if is_loss else LOSS_WORDS
        self.about.setText(f"{words};   value {check.value:.6g}, ε = {check.epsilon:g}")
        texts = (
            f"{check.loss_above:.10g}",
            f"{check.loss_below:.10g}",
            f"{check.quotient:.8g}",
            f"{check.analytic:.8g}",
            f"{check.relative_error:.1e}",
        )
        for key, text in zip(_NAMES, texts, strict=True):
            self.values[key].setText(text.replace("-", "−"))
        self.verdict.setText(
            "Both agree: backward is right here."
            if check.agrees
            else "They differ: the loss has a kink here, as at a tie or at ReLU's zero."
        )
        give_role(self.verdict, "success" if check.agrees else "warning")
        self.adjustSize()
        self.show()
        self.raise_()

    def _restyle(self) -> None:
        self._whole.setContentsMargins(px(16), px(10), px(16), px(12))
        self._whole.setSpacing(px(6))
        self.title.setFont(font(15, QFont.Weight.DemiBold))
        self.about.setFont(font(13))
        self.verdict.setFont(font(14, QFont.Weight.Medium))
        for name in _NAMES:
            self._names[name].setFont(font(13))
            self.values[name].setFont(font(14, QFont.Weight.Medium))
        self.adjustSize()
