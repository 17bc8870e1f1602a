"""The top row of the lab: what is explained, which pass of it, which way; and the tools."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QToolButton, QVBoxLayout, QWidget

from app.kit.segmented import SegmentedControl
from app.look.icons import icon
from app.look.restyled import Restyled
from app.look.theme import px
from engine.lab import OPERATIONS, LabState, Operation, Pass, PictureKind

_OPERATIONS = tuple(Operation)


class StepControls(Restyled, QWidget):
    """Shows what a state looks at; what its parts do when used, its owner says."""

    operation_chosen = Signal(object)
    pass_chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.operations = QComboBox(self)
        self.operations.setAccessibleName("operation")
        self.operations.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        for operation in _OPERATIONS:
            self.operations.addItem(OPERATIONS[operation].title, operation)
        self.passes = SegmentedControl("pass", [], self)
        self.ways = SegmentedControl("way", [], self)
        self.data = self._button("Data", "What is worked on: examples, kernels, drawing, network")
        self.data.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.data.setIcon(icon("data"))
        self.data.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.im2col = self._button("im2col", "The same step as a row of the im2col matrix (I)")
        self.check = self._button("Check", "Check the gradient of the chosen cell (C)")
        self.quiz = self._button("Quiz", "Predict the next cell (Q)")
        for button in (self.im2col, self.quiz):
            button.setCheckable(True)
        self._pass_keys: tuple[Pass, ...] = ()
        self._arrange()
        self._connect()

    def _button(self, text: str, tip: str) -> QToolButton:
        button = QToolButton(self)
        button.setText(text)
        button.setToolTip(tip)
        button.setAccessibleName(text)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        return button

    def _arrange(self) -> None:
        self._tools = QWidget(self)
        self._tool_row = QHBoxLayout(self._tools)
        self._tool_row.setContentsMargins(0, 0, 0, 0)
        for button in (self.data, self.im2col, self.check, self.quiz):
            self._tool_row.addWidget(button)
        self._rows = tuple(QHBoxLayout() for _ in range(3))
        self._placed: tuple[tuple[QWidget, ...], ...] = ()
        self._whole = QVBoxLayout(self)
        self._whole.setContentsMargins(0, 0, 0, 0)
        for row in self._rows:
            self._whole.addLayout(row)
        self.follow_theme()

    def _connect(self) -> None:
        self.operations.activated.connect(
            lambda index: self.operation_chosen.emit(_OPERATIONS[index])
        )
        self.passes.chosen.connect(lambda index: self.pass_chosen.emit(self._pass_keys[index]))

    def show_state(self, state: LabState) -> None:
        """Show what a state looks at."""
        info = OPERATIONS[state.operation]
        self.operations.setCurrentIndex(_OPERATIONS.index(state.operation))
        self._pass_keys = info.pass_keys
        self.passes.set_options([part.title for part in info.passes])
        self.passes.set_index(self._pass_keys.index(info.pass_info(state.pass_).key))
        ways = info.pass_info(state.pass_).ways
        self.ways.setVisible(len(ways) > 1)
        if len(ways) > 1:
            self.ways.set_options([way.title for way in ways], [way.about for way in ways])
            self.ways.set_index(state.way)
        has_im2col = has_im2col_view(state)
        self.im2col.setEnabled(has_im2col)
        self.im2col.setChecked(has_im2col and state.picture is PictureKind.IM2COL)
        self._fit()

    def _restyle(self) -> None:
        self._whole.setSpacing(0)
        for row in self._rows:
            row.setSpacing(px(8))
        self._tool_row.setSpacing(px(2))
        side = px(16)
        for button in (self.data, self.im2col, self.check, self.quiz):
            button.setIconSize(QSize(side, side))
        self._fit()

    def _fit(self) -> None:
        """Place everything in as few rows as there is room for."""
        wanted = self._arrangement()
        if wanted == self._placed:
            return
        self._placed = wanted
        for row in self._rows:
            while row.takeAt(0) is not None:
                pass
        for row, widgets in zip(self._rows, wanted, strict=False):
            for widget in widgets:
                if widget is self._tools and len(wanted) == 1:
                    row.addStretch(1)
                row.addWidget(widget)
            if len(wanted) > 1:
                row.addStretch(1)
        for number, row in enumerate(self._rows):
            row.setContentsMargins(0, px(6) if 0 < number < len(wanted) else 0, 0, 0)

    def _arrangement(self) -> tuple[tuple[QWidget, ...], ...]:
        """Rows of what stands side by side: one row, if there is room for it."""
        ways = () if self.ways.isHidden() else (self.ways,)
        chosen = (self.operations, self.passes)
        if self._has_room(*chosen, *ways, self._tools):
            return ((*chosen, *ways, self._tools),)
        if self._has_room(*chosen):
            return chosen, (*ways, self._tools)
        if not ways:
            return (self.operations, self._tools), (self.passes,)
        return (self.operations, *ways), (self.passes,), (self._tools,)

    def _has_room(self, *widgets: QWidget) -> bool:
        gaps = px(8) * (len(widgets) - 1)
        return sum(widget.sizeHint().width() for widget in widgets) + gaps <= self.width()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Set the controls in as few rows as possible."""
        super().resizeEvent(event)
        self._fit()


def has_im2col_view(state: LabState) -> bool:
    """Whether a step can be shown as a row of the im2col matrix."""
    is_convolution = state.operation in {Operation.CONV2D, Operation.CONV1D}
    return is_convolution and state.pass_ is Pass.FORWARD
