"""The gradient check of a cell: which cells have one, and the card that shows it."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from app.kit.buttons import icon_button
from app.look.nesting import nest
from app.look.restyled import FONT, Restyled
from app.look.text import Text
from app.look.theme import px
from app.step.edits import StepEdits
from app.step.lab import LabModel
from app.step.picture.view import StepView
from engine.insight.gradcheck import GradientCheck
from engine.lab import LabState, Operation
from engine.lab.checking import CROSS_ENTROPY_WORDS, LOSS_WORDS, check_cell
from engine.lab.editing import Place

_NAMES = ("L at value + ε", "L at value − ε", "quotient", "backward says", "relative error")


class CheckCard(Restyled, QFrame):
    """Both losses with the number nudged, their quotient and what backward says, over the lab.

    Signals:
        possible_changed: Whether the chosen cell has a gradient that can be checked.
    """

    restyled_by = FONT

    possible_changed = Signal(bool)

    def __init__(
        self, model: LabModel, edits: StepEdits, picture: StepView, parent: QWidget
    ) -> None:
        super().__init__(parent)
        self._model, self._edits, self._picture = model, edits, picture
        self._owner = parent
        self.setProperty("role", "card")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.check: GradientCheck | None = None
        self.title = Text("", 15, QFont.Weight.DemiBold)
        self.about = Text("", 13, role="muted")
        self.verdict = Text("", 14, QFont.Weight.Medium)
        self.values = {name: Text("", 14, QFont.Weight.Medium) for name in _NAMES}
        self.close_button = icon_button("close", "Close (Esc)", self)
        self.close_button.clicked.connect(self.put_away)
        self._arrange()
        self.hide()
        edits.check_wanted.connect(self.show_check)
        picture.pinned.connect(self.show_possible)

    def _arrange(self) -> None:
        top = QHBoxLayout()
        top.addWidget(self.title, 1)
        top.addWidget(self.close_button)
        grid = QGridLayout()
        for row, (name, value) in enumerate(self.values.items()):
            value.setAlignment(Qt.AlignmentFlag.AlignRight)
            value.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            value.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            grid.addWidget(Text(name, 13, role="muted"), row, 0)
            grid.addWidget(value, row, 1)
        self._whole = QVBoxLayout(self)
        nest(self._whole, top)
        self._whole.addWidget(self.about)
        nest(self._whole, grid)
        self._whole.addWidget(self.verdict)
        self.follow_theme()

    @Slot()
    def show_possible(self) -> None:
        """Say whether there is something to check."""
        self.possible_changed.emit(self._chosen() is not None)

    def _chosen(self) -> Place | None:
        pin = self._picture.pin
        if pin is None or pin.cell is None or self._model.problem:
            return None
        return self._edits.checkable(pin.cell)

    def check_chosen(self) -> bool:
        """Check the gradient of the chosen cell; ``False`` if it has none."""
        place = self._chosen()
        if place is None:
            return False
        self.show_check(place)
        return True

    @Slot(object)
    def show_check(self, place: Place) -> None:
        """Nudge the number at a place, and show what came of it."""
        state, (name, index) = self._model.state, place
        check = check_cell(state, name, index)
        self.check = check
        where = ", ".join(str(i + 1) for i in index)
        self.title.setText(f"Gradient check of {name}[{where}]")
        self.about.setText(f"{_loss(state)};   value {check.value:.6g}, ε = {check.epsilon:g}")
        texts = (
            f"{check.loss_above:.10g}",
            f"{check.loss_below:.10g}",
            f"{check.quotient:.8g}",
            f"{check.analytic:.8g}",
            f"{check.relative_error:.1e}",
        )
        for value, text in zip(self.values.values(), texts, strict=True):
            value.setText(text.replace("-", "−"))
        self.verdict.setText(
            "Both agree: backward is right here."
            if check.agrees
            else "They differ: the loss has a kink here, as at a tie or at ReLU's zero."
        )
        self.verdict.set_role("success" if check.agrees else "warning")
        self.adjustSize()
        self.show()
        self.raise_()
        self.place()

    def place(self) -> None:
        """Stay in the lower right corner of the picture, over it."""
        right = self._owner.width() - px(28)
        bottom = self._picture.geometry().bottom() - px(8)
        self.move(max(0, right - self.width()), max(0, bottom - self.height()))

    @Slot()
    def put_away(self) -> bool:
        """Close the card and return the keys to the lab; ``False`` if it was not open."""
        if not self.isVisible():
            return False
        self.hide()
        self._owner.setFocus()
        return True

    def _restyle(self) -> None:
        self._whole.setContentsMargins(px(16), px(10), px(16), px(12))
        self._whole.setSpacing(px(6))
        self.adjustSize()


def _loss(state: LabState) -> str:
    return CROSS_ENTROPY_WORDS if state.operation is Operation.SOFTMAX else LOSS_WORDS
