"""The top row of the lab: what is explained, which pass of it, which way; and the tools."""

from __future__ import annotations

from enum import IntEnum

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QToolButton, QVBoxLayout, QWidget

from app.kit.layout.folding_choice import SnugBox
from app.kit.layout.more_button import MoreButton
from app.kit.layout.summary_button import SummaryButton
from app.kit.segmented import SegmentedControl
from app.look.icons import icon
from app.look.nesting import nest
from app.look.restyled import Restyled
from app.look.theme import px
from app.step.folding import facts_of
from app.step.geometry import GeometryStrip
from engine.lab import OPERATIONS, LabState, Operation, Pass, PictureKind

_OPERATIONS = tuple(Operation)
_SETTINGS_WIDTH = 620


class Fold(IntEnum):
    """How much is folded so that the picture has room."""

    NOTHING = 0
    GEOMETRY = 1
    """The geometry to one button, the tools to "⋯" where the row has no room for them."""
    CHOICES = 2
    """The passes and ways to drop-downs as well, so that everything stands in one row."""


class StepControls(Restyled, QWidget):
    """Shows what a state looks at; what its parts do when used, its owner says.

    Args:
        strip: The geometry, which is opened from here where it is folded.
        parent: Qt owner.
    """

    operation_chosen = Signal(object)
    pass_chosen = Signal(object)
    way_chosen = Signal(int)

    def __init__(self, strip: GeometryStrip, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._fold = Fold.NOTHING
        self.operations = SnugBox("operation", self)
        for operation in _OPERATIONS:
            self.operations.addItem(OPERATIONS[operation].title, operation)
        self.passes = SegmentedControl("pass", [], self)
        self.ways = SegmentedControl("way", [], self)
        self.pass_box, self.way_box = SnugBox("pass", self), SnugBox("way", self)
        self.summary = SummaryButton(strip, "geometry", _SETTINGS_WIDTH, strip.focus_first, self)
        self.more = MoreButton(self)
        self.data = self._button("Data", "What is worked on: examples, kernels, drawing, network")
        self.data.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.data.setIcon(icon("data"))
        self.data.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.im2col = self._button("im2col", "The same step as a row of the im2col matrix (I)")
        self.channels = self._button(
            "Channels", "The same step unfolded, a row for each input channel (U)"
        )
        self.check = self._button("Check", "Check the gradient of the chosen cell (C)")
        self.quiz = self._button("Quiz", "Predict the next cell (Q)")
        self.hues = self._button(
            "Hues", "Pointing at an output shows its inputs in the hues of their weights (H)"
        )
        for button in (self.im2col, self.channels, self.quiz, self.hues):
            button.setCheckable(True)
        self.hues.setChecked(True)
        self._pass_keys: tuple[Pass, ...] = ()
        self._has_ways = False
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
        buttons = (self.data, self.channels, self.im2col, self.check, self.quiz, self.hues)
        self._tool_buttons = buttons
        self.more.set_buttons(buttons)
        for button in buttons:
            self._tool_row.addWidget(button)
        self._rows = tuple(QHBoxLayout() for _ in range(3))
        self._placed: tuple[tuple[QWidget, ...], ...] = ()
        self._whole = QVBoxLayout(self)
        self._whole.setContentsMargins(0, 0, 0, 0)
        for row in self._rows:
            nest(self._whole, row)
        self.follow_theme()

    def _connect(self) -> None:
        self.operations.activated.connect(
            lambda index: self.operation_chosen.emit(_OPERATIONS[index])
        )
        for passes in (self.passes.chosen, self.pass_box.activated):
            passes.connect(lambda index: self.pass_chosen.emit(self._pass_keys[index]))
        self.ways.chosen.connect(self.way_chosen)
        self.way_box.activated.connect(self.way_chosen)

    def set_fold(self, fold: Fold) -> None:
        """Fold more or less."""
        if fold is not self._fold:
            self._fold = fold
            self._fit()

    def show_state(self, state: LabState) -> None:
        """Show what a state looks at."""
        info = OPERATIONS[state.operation]
        self.operations.setCurrentIndex(_OPERATIONS.index(state.operation))
        self._pass_keys = info.pass_keys
        self.passes.set_options([part.title for part in info.passes])
        index = self._pass_keys.index(info.pass_info(state.pass_).key)
        self.passes.set_index(index)
        _fill(self.pass_box, self.passes.options, index)
        ways = info.pass_info(state.pass_).ways
        self._has_ways = len(ways) > 1
        if self._has_ways:
            self.ways.set_options([way.title for way in ways], [way.about for way in ways])
            self.ways.set_index(state.way)
            _fill(self.way_box, self.ways.options, state.way)
        self.summary.show_facts(facts_of(state))
        has_others = has_other_pictures(state)
        for button, kind in (
            (self.im2col, PictureKind.IM2COL),
            (self.channels, PictureKind.CHANNELS),
        ):
            button.setEnabled(has_others)
            button.setChecked(has_others and state.picture is kind)
        self._fit()

    def _restyle(self) -> None:
        self._whole.setSpacing(0)
        for row in self._rows:
            row.setSpacing(px(8))
        self._tool_row.setSpacing(px(2))
        side = px(16)
        for button in self._tool_buttons:
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
                if widget in {self._tools, self.more} and self._stands_right(wanted):
                    row.addStretch(1)
                row.addWidget(widget)
            if not (self._stands_right(wanted) and widgets[-1] in {self._tools, self.more}):
                row.addStretch(1)
        shown = {widget for widgets in wanted for widget in widgets}
        for widget in (
            self.passes, self.ways, self.pass_box, self.way_box, self.summary, self._tools,
            self.more,
        ):  # fmt: skip
            widget.setVisible(widget in shown)
        for number, row in enumerate(self._rows):
            row.setContentsMargins(0, px(6) if 0 < number < len(wanted) else 0, 0, 0)

    def _stands_right(self, rows: tuple[tuple[QWidget, ...], ...]) -> bool:
        """Whether the tools stand at the right end of their row."""
        return len(rows) == 1 or self._fold is not Fold.NOTHING

    def _arrangement(self) -> tuple[tuple[QWidget, ...], ...]:
        """Rows of what stands side by side: one row, if there is room for it."""
        ways = (self.ways,) if self._has_ways else ()
        chosen = (self.operations, self.passes)
        self._set_snug(is_snug=False)
        if self._fold is not Fold.NOTHING:
            return self._folded_arrangement((*chosen, *ways))
        if self._has_room(*chosen, *ways, self._tools):
            return ((*chosen, *ways, self._tools),)
        if self._has_room(*chosen):
            return chosen, (*ways, self._tools)
        if not ways:
            return (self.operations, self._tools), (self.passes,)
        return (self.operations, *ways), (self.passes,), (self._tools,)

    def _folded_arrangement(self, chosen: tuple[QWidget, ...]) -> tuple[tuple[QWidget, ...], ...]:
        """One row if it has the room, with tools or "⋯"; else two, or drop-downs in one."""
        for tools in (self._tools, self.more):
            if self._has_room(*chosen, self.summary, tools):
                return ((*chosen, self.summary, tools),)
        if self._fold is Fold.GEOMETRY:
            first, choices = self.operations, chosen[1:]
            for tools in (self._tools, self.more):
                if self._has_room(first, self.summary, tools) and self._has_room(*choices):
                    return (first, self.summary, tools), choices
        ways = (self.way_box,) if self._has_ways else ()
        boxes = (self.operations, self.pass_box, *ways)
        self._set_snug(is_snug=True)
        last = (self.summary, self.more)
        if self._has_room(*boxes, self.more, besides=self.summary.widths()[0]):
            return ((*boxes, *last),)
        if self._has_room(*boxes):
            return boxes, last
        return boxes[:2], (*ways, *last)

    def _set_snug(self, *, is_snug: bool) -> None:
        for box in (self.operations, self.pass_box, self.way_box):
            box.set_snug(is_snug=is_snug)

    def _has_room(self, *widgets: QWidget, besides: int = 0) -> bool:
        gaps = px(8) * (len(widgets) - 1 + bool(besides))
        return sum(widget.sizeHint().width() for widget in widgets) + besides + gaps <= self.width()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Set the controls in as few rows as possible."""
        super().resizeEvent(event)
        self._fit()


def has_other_pictures(state: LabState) -> bool:
    """Whether a step can be shown as a row of the im2col matrix, or channel by channel."""
    is_convolution = state.operation in {Operation.CONV2D, Operation.CONV1D}
    return is_convolution and state.pass_ is Pass.FORWARD


def _fill(box: QComboBox, options: tuple[str, ...], index: int) -> None:
    """Offer these options, this one chosen."""
    if tuple(box.itemText(number) for number in range(box.count())) != options:
        box.clear()
        box.addItems(options)
    box.setCurrentIndex(index)
