"""The top row of the lab: what is explained, which pass of it, which way; and the tools."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QComboBox, QHBoxLayout, QToolButton, QWidget

from app.icons import icon
from app.theme import px
from app.widgets.segmented import SegmentedControl
from engine.lab import OPERATIONS, LabState, Operation, Pass, PictureKind

_OPERATIONS = tuple(Operation)


class StepControls(QWidget):
    """Shows what a state looks at; what is chosen goes out as signals."""

    operation_chosen = Signal(object)
    pass_chosen = Signal(object)
    way_chosen = Signal(int)
    picture_toggled = Signal()
    quiz_toggled = Signal()
    check_wanted = Signal()

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
        self.quiz = self._button("Quiz", "Be asked for the next cell (Q)")
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
        self._left, self._right = QHBoxLayout(), QHBoxLayout()
        self._left.addWidget(self.operations)
        self._left.addWidget(self.passes)
        self._left.addWidget(self.ways)
        self._left.addStretch(1)
        for button in (self.data, self.im2col, self.check, self.quiz):
            self._right.addWidget(button)
        self._right.addStretch(1)
        self._whole = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._whole.setContentsMargins(0, 0, 0, 0)
        self._whole.addLayout(self._left, 1)
        self._whole.addLayout(self._right)
        self._restyle()

    def _connect(self) -> None:
        self.operations.activated.connect(
            lambda index: self.operation_chosen.emit(_OPERATIONS[index])
        )
        self.passes.chosen.connect(lambda index: self.pass_chosen.emit(self._pass_keys[index]))
        self.ways.chosen.connect(self.way_chosen)
        self.im2col.clicked.connect(self.picture_toggled)
        self.quiz.clicked.connect(self.quiz_toggled)
        self.check.clicked.connect(self.check_wanted)

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

    def set_checkable(self, *, is_checkable: bool) -> None:
        """Offer the gradient check, when a cell is chosen that has a gradient."""
        self.check.setEnabled(is_checkable)

    def set_quiz(self, *, is_on: bool) -> None:
        """Show whether the quiz is on."""
        self.quiz.setChecked(is_on)

    def _restyle(self) -> None:
        self._whole.setSpacing(px(8))
        self._left.setSpacing(px(8))
        self._right.setSpacing(px(2))
        side = px(16)
        for button in (self.data, self.im2col, self.check, self.quiz):
            button.setIconSize(QSize(side, side))
        self._fit()

    def _fit(self) -> None:
        """One row if there is room for it, else two: the ways then stand with the tools."""
        left = self.operations.sizeHint().width() + self.passes.sizeHint().width() + px(16)
        if not self.ways.isHidden():
            left += self.ways.sizeHint().width() + px(8)
        buttons = (self.data, self.im2col, self.check, self.quiz)
        right = sum(button.sizeHint().width() + px(2) for button in buttons)
        direction = QBoxLayout.Direction
        is_wide = left + right + px(8) <= self.width()
        self._whole.setDirection(direction.LeftToRight if is_wide else direction.TopToBottom)
        belongs_left, is_left = is_wide, self._left.indexOf(self.ways) >= 0
        if belongs_left != is_left:
            old, new = (self._left, self._right) if is_left else (self._right, self._left)
            old.removeWidget(self.ways)
            new.insertWidget(2 if belongs_left else 0, self.ways)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Set the controls in one row or two."""
        super().resizeEvent(event)
        self._fit()

    def changeEvent(self, event: QEvent) -> None:
        """Follow theme and scale."""
        if event.type() in {QEvent.Type.FontChange, QEvent.Type.StyleChange} and hasattr(
            self, "_whole"
        ):
            self._restyle()
        super().changeEvent(event)


def has_im2col_view(state: LabState) -> bool:
    """Whether a step can be shown as a row of the im2col matrix."""
    is_convolution = state.operation in {Operation.CONV2D, Operation.CONV1D}
    return is_convolution and state.pass_ is Pass.FORWARD
