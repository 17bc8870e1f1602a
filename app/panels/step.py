"""The workspace *Step*: the 4×4 convolution, forward and backward, window by window."""

from __future__ import annotations

from functools import partial
from typing import ClassVar

from PySide6.QtCore import QEvent, QSize, Qt, Slot
from PySide6.QtGui import QFont, QHideEvent, QKeySequence, QResizeEvent, QShortcut, QShowEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLayout,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from app.panels.step_links import Hover, lit
from app.panels.step_picture import Focus, picture
from app.panels.step_stage import Stage
from app.panels.workspace import Workspace
from app.theme import font, px
from app.viewmodels.stepper import SPEEDS, Operation, Stepper
from app.widgets.segmented import SegmentedControl
from app.widgets.sentence import Sentence
from app.widgets.transport import Transport
from engine.traces import Cell, sentence

_LONGEST_UNFOLDED = 36
_LEAST_CONTENT = QSize(560, 400)
_OPERATIONS = tuple(Operation)
_CROSS_CORRELATION = (
    "The kernel is not flipped: this is cross-correlation, which the field calls convolution."
)


class StepPanel(Workspace):
    """Three linked grids, the sentence under them, and the transport."""

    key = "step"
    title = "Step"
    icon_name = "step"
    keys: ClassVar[tuple[tuple[str, str], ...]] = (
        ("Space", "play, pause"),
        ("→ or PageDown", "step on"),
        ("← or PageUp", "step back"),
        ("Home, End", "first and last step"),
        ("1 … 9", "choose the output channel"),
        ("G", "gradients, and back to forward"),
        ("Ctrl+C", "copy the grid that has the focus"),
    )

    def __init__(self, stepper: Stepper | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.stepper = stepper if stepper is not None else Stepper(parent=self)
        self._hover: Hover | None = None
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._make_controls()
        self._make_stage()
        self._arrange()
        self._connect()
        self._add_keys()
        self._show_trace()

    # --- making ----------------------------------------------------------------------------------

    def _make_controls(self) -> None:
        self.operations = SegmentedControl("pass", [item.value for item in Operation], self)
        self.ways = SegmentedControl("way", [], self)
        self.channels = SegmentedControl("kernel", ["1", "2"], self)
        self.paddings = SegmentedControl("padding", ["0", "1"], self)
        self._channel_label = QLabel("Kernel", self)
        self._padding_label = QLabel("Padding", self)
        self.formula = QLabel(self)
        self.formula.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.formula.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.note = QLabel(_CROSS_CORRELATION, self)
        self.note.setProperty("role", "muted")

    def _make_stage(self) -> None:
        self.stage = Stage(self)
        self.where = QLabel(self)
        self.where.setProperty("role", "muted")
        self.sentence = Sentence(self)
        self.transport = Transport(SPEEDS, self)

    def _arrange(self) -> None:
        left, right = QHBoxLayout(), QHBoxLayout()
        left.addWidget(self.operations)
        left.addWidget(self.ways)
        left.addStretch(1)
        right.addWidget(self._channel_label)
        right.addWidget(self.channels)
        right.addWidget(self._padding_label)
        right.addWidget(self.paddings)
        right.addStretch(1)
        self._controls = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._controls.addLayout(left, 1)
        self._controls.addLayout(right)
        self._lines = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._lines.addWidget(self.formula)
        self._lines.addStretch(1)
        self._lines.addWidget(self.note)
        self.card = QFrame(self)
        self.card.setProperty("role", "card")
        self._card = QVBoxLayout(self.card)
        self._card.addWidget(self.where)
        self._card.addWidget(self.sentence, 1)
        self._content = QWidget()
        self._whole = QVBoxLayout(self._content)
        self._whole.setSizeConstraint(QLayout.SizeConstraint.SetNoConstraint)
        self._whole.addLayout(self._controls)
        self._whole.addLayout(self._lines)
        self._whole.addWidget(self.stage, 1)
        self._whole.addWidget(self.card)
        self._whole.addWidget(self.transport)
        self._scroller = QScrollArea(self)
        self._scroller.setFrameShape(QFrame.Shape.NoFrame)
        self._scroller.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroller.setWidgetResizable(True)
        self._scroller.setWidget(self._content)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self._scroller)
        self._restyle()

    def _restyle(self) -> None:
        # Where type is large and the window small, the rest is reached by scrolling.
        self._content.setMinimumSize(px(_LEAST_CONTENT.width()), px(_LEAST_CONTENT.height()))
        self._whole.setContentsMargins(px(20), px(12), px(20), px(8))
        self._whole.setSpacing(px(6))
        self._card.setContentsMargins(px(16), px(8), px(16), px(8))
        self._card.setSpacing(px(2))
        for layout in (self._controls, self._lines):
            layout.setSpacing(px(10))
        self.formula.setFont(font(14, QFont.Weight.Medium))
        self.where.setFont(font(13))
        self.note.setFont(font(13))
        self._fit_rows()

    def _connect(self) -> None:
        stepper, transport = self.stepper, self.transport
        self.operations.chosen.connect(self._choose_operation)
        self.ways.chosen.connect(stepper.set_way)
        self.channels.chosen.connect(stepper.set_channel)
        self.paddings.chosen.connect(stepper.set_padding)
        self.stage.channel_chosen.connect(self._choose_channel)
        self.stage.hovered.connect(self._set_hover)
        self.sentence.token_hovered.connect(self._hover_cell)
        transport.first_requested.connect(stepper.first)
        transport.previous_requested.connect(stepper.previous)
        transport.play_toggled.connect(stepper.toggle_play)
        transport.next_requested.connect(stepper.next)
        transport.last_requested.connect(stepper.last)
        transport.position_requested.connect(stepper.go_to)
        transport.speed_requested.connect(stepper.set_speed)
        stepper.trace_changed.connect(self._show_trace)
        stepper.position_changed.connect(self._show_step)
        stepper.channel_changed.connect(self._show_step)
        stepper.playing_changed.connect(transport.set_playing)
        stepper.speed_changed.connect(transport.set_speed)

    def _add_keys(self) -> None:
        stepper = self.stepper
        bindings = (
            ("Space", stepper.toggle_play),
            ("Right", stepper.next),
            ("PgDown", stepper.next),
            ("Left", stepper.previous),
            ("PgUp", stepper.previous),
            ("Home", stepper.first),
            ("End", stepper.last),
            ("G", stepper.toggle_gradients),
        )
        for keys, slot in bindings:
            self._shortcut(keys).activated.connect(slot)
        for number in range(1, 10):
            slot = partial(stepper.set_channel, number - 1)
            self._shortcut(str(number)).activated.connect(slot)

    def _shortcut(self, keys: str) -> QShortcut:
        shortcut = QShortcut(QKeySequence(keys), self)
        shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        shortcut.setAutoRepeat(keys not in {"Space", "G"})
        return shortcut

    # --- showing ---------------------------------------------------------------------------------

    @Slot()
    def _show_trace(self) -> None:
        stepper = self.stepper
        self._hover = None
        self.operations.set_index(_OPERATIONS.index(stepper.operation))
        ways = stepper.ways
        self.ways.setVisible(len(ways) > 1)
        if len(ways) > 1:
            self.ways.set_options([way.title for way in ways], [way.about for way in ways])
            self.ways.set_index(stepper.way)
        self.paddings.set_index(stepper.padding)
        self.formula.setText(self._formula())
        self.transport.set_speed(stepper.speed)
        self.transport.set_playing(stepper.is_playing)
        self._fit_rows()
        self._refresh(is_new=True)

    @Slot()
    def _show_step(self) -> None:
        self._refresh()

    def _refresh(self, *, is_new: bool = False) -> None:
        stepper = self.stepper
        trace, step = stepper.trace, stepper.step
        self.channels.set_index(stepper.channel)
        focus = Focus(stepper.channel, stepper.in_channel)
        panes = picture(trace, step, trace.state_after(step.index), focus, self._hover)
        self.stage.set_picture(panes)
        self.where.setText(f"{step.title} {step.lead}" if len(step.updates) > 1 else step.title)
        is_long = sum(1 for _ in step.terms) > _LONGEST_UNFOLDED
        self.sentence.set_clauses(
            sentence(step, trace.target.role, unfold=focus.group(trace, step) if is_long else None),
            lead="" if len(step.updates) > 1 else step.lead,
            columns=step.product_shape[2],
            is_new=is_new,
        )
        touched = None if self._hover is None else lit(trace, step, self._hover).cells
        self.sentence.set_lit(touched)
        has_sections = trace.channel_of(0) is not None
        sections = trace.output_channels if has_sections else 1
        self.transport.set_position(stepper.position, stepper.count, sections)

    def _formula(self) -> str:
        case = self.stepper.case
        rows, columns = case.rows.formula(), case.columns.formula()
        if rows == columns:
            return f"Output height and width   {rows}"
        return f"Output height   {rows}    width   {columns}"

    # --- answering -------------------------------------------------------------------------------

    @Slot(int)
    def _choose_operation(self, index: int) -> None:
        self.stepper.set_operation(_OPERATIONS[index])

    @Slot(str, int)
    def _choose_channel(self, axis: str, channel: int) -> None:
        if axis == "out":
            self.stepper.set_channel(channel)
        else:
            self.stepper.set_in_channel(channel)

    @Slot(object)
    def _set_hover(self, hover: Hover | None) -> None:
        if hover is not None:
            self.stepper.pause()
        if hover != self._hover:
            self._hover = hover
            self._refresh()

    @Slot(object)
    def _hover_cell(self, cell: Cell | None) -> None:
        self._set_hover(None if cell is None else Hover(cell=cell))

    # --- Qt --------------------------------------------------------------------------------------

    def showEvent(self, event: QShowEvent) -> None:
        """Take the keys."""
        super().showEvent(event)
        self.setFocus(Qt.FocusReason.OtherFocusReason)

    def hideEvent(self, event: QHideEvent) -> None:
        """Do not play on unseen."""
        self.stepper.pause()
        super().hideEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Set the controls in one row or two, the sentence in more room or less."""
        super().resizeEvent(event)
        self._fit_rows()

    def minimumSizeHint(self) -> QSize:
        """Small enough for any screen: what does not fit is set below, and scrolls at last."""
        return QSize(600, 440)

    def changeEvent(self, event: QEvent) -> None:
        """Follow the scale."""
        if event.type() == QEvent.Type.FontChange and hasattr(self, "_whole"):
            self._restyle()
        super().changeEvent(event)

    def _fit_rows(self) -> None:
        direction = QBoxLayout.Direction
        left = self.operations.sizeHint().width()
        if not self.ways.isHidden():
            left += self.ways.sizeHint().width() + px(10)
        right = sum(
            item.sizeHint().width() + px(10)
            for item in (self._channel_label, self.channels, self._padding_label, self.paddings)
        )
        room = max(self.width(), self._content.minimumWidth()) - px(40)
        fits = left + right + px(10) <= room
        self._controls.setDirection(direction.LeftToRight if fits else direction.TopToBottom)
        lines = self.formula.sizeHint().width() + self.note.sizeHint().width() + px(20)
        self._lines.setDirection(direction.LeftToRight if lines <= room else direction.TopToBottom)
        height = max(self.height(), self._content.minimumHeight())
        is_low = height < px(560)
        self.note.setVisible(lines <= room or not is_low)
        self.formula.setToolTip(_CROSS_CORRELATION)
        self.card.setFixedHeight(max(px(82 if is_low else 104), min(px(210), round(height * 0.17))))
