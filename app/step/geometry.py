"""The lab's geometry in one row: sizes, kernel, stride, padding and dilation, per axis."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from PySide6.QtCore import QPoint, QRect, QSize, Qt, Signal, Slot
from PySide6.QtGui import QMouseEvent, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QLabel, QToolButton, QWidget

from app.look.icons import icon
from app.look.nesting import nest
from app.look.restyled import Restyled
from app.look.text import Text
from app.look.theme import px
from app.step.geometry_fields import GeometryBox, SettingSlider
from app.step.settings import OF_WINDOWS, SETTINGS, Setting, title_of
from app.step.temperature import TemperatureControl
from engine.basics.errors import EngineError
from engine.lab import OPERATIONS, LabState, Operation, axes, example_state
from engine.lab.limits import limits_in

_LARGEST_IN, _LARGEST_OUT = 3, 4
_SLIDER = 52


class GeometryStrip(Restyled, QWidget):
    """Shows the geometry of a state; a change gives another state."""

    edited = Signal(object, str, str)
    """The new state, what was changed, and a key under which changes count as one."""
    edit_confirmed = Signal()
    """A box is left, or Enter was pressed: what follows is another edit."""
    left = Signal()
    closed = Signal()
    """Enter or Escape in a box: no other setting follows."""
    problem_changed = Signal(str)
    """Why what was typed into a box is not used; empty when there is nothing to say."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._state = example_state()
        self._wanted_sliders: set[str] = set()
        self.link = QToolButton(self)
        self.boxes: dict[str, list[GeometryBox]] = {}
        self.sliders: dict[str, SettingSlider] = {}
        self._labels: dict[str, list[QLabel]] = {}
        self._whole = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._whole.setContentsMargins(0, 0, 0, 0)
        self._rows = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._sizes, self._windows = QHBoxLayout(), QHBoxLayout()
        nest(self._rows, self._sizes)
        nest(self._rows, self._windows, 1)
        nest(self._whole, self._rows, 1)
        for key, setting in SETTINGS.items():
            self._add(key, setting)
        self._sizes.addStretch(0)
        self._make_link()
        self.temperature = TemperatureControl(self)
        self.temperature.edited.connect(self._change_temperature)
        self.temperature.edit_confirmed.connect(self.edit_confirmed)
        self.temperature.problem_changed.connect(self.problem_changed)
        self._windows.addWidget(self.temperature)
        self._windows.addStretch(1)
        self.formula = Text("", 14, parent=self)
        self.formula.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.formula.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._whole.addWidget(self.formula)
        self.follow_theme()

    def _make_link(self) -> None:
        self.link.setCheckable(True)
        self.link.setChecked(True)
        self.link.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.link.setAccessibleName("the same for height and width")
        self.link.toggled.connect(self._show_link)
        self._show_link()
        self._windows.addWidget(self.link)

    @Slot()
    def _show_link(self) -> None:
        is_on = self.link.isChecked()
        self.link.setIcon(icon("link" if is_on else "unlink"))
        self.link.setToolTip(
            "Stride, padding and dilation change in both directions at once, where they are alike"
            if is_on
            else "Stride, padding and dilation change in one direction alone"
        )

    def box(self, key: str, which: int = 0) -> GeometryBox:
        """One of the boxes, such as ``("stride", 1)``: the stride along the width."""
        return self.boxes[key][which]

    def focus_first(self) -> None:
        """Let the first box that is shown take the keys."""
        shown = (box for boxes in self.boxes.values() for box in boxes if not box.isHidden())
        first = next(shown, None)
        if first is not None:
            first.setFocus()

    def show_state(self, state: LabState) -> None:
        """Show the geometry of a state."""
        is_other = state.operation is not self._state.operation
        self._state = state
        wanted = OPERATIONS[state.operation].settings
        for key, setting in SETTINGS.items():
            is_there = key in wanted
            values = setting.read(state) if is_there else ()
            is_one_row = state.operation is Operation.CONV1D and setting.joint == "×"
            for which, box in enumerate(self.boxes[key]):
                is_shown = which < len(values) and not (is_one_row and which == 0)
                box.setVisible(is_shown)
                if is_other:
                    box.begin_again()
                if is_shown:
                    box.show_setting(values[which], setting.least, self._most(key, which, state))
            if key in self.sliders:
                self._show_slider(key, state, is_there=is_there)
            title, *joints = self._labels[key]
            title.setVisible(is_there)
            title.setText(title_of(key, state))
            for joint in joints:
                joint.setVisible(len(values) > 1 and not is_one_row)
        self.temperature.setVisible("temperature" in wanted)
        self.temperature.show_temperature(state.temperature)
        self.link.setVisible(
            state.operation is not Operation.CONV1D and any(key in wanted for key in OF_WINDOWS)
        )
        self.formula.setText(formula_of(state))
        self.formula.setVisible(bool(self.formula.text()))
        self._fit()

    def _show_slider(self, key: str, state: LabState, *, is_there: bool) -> None:
        """The slider of a setting: of both directions, where it changes both."""
        slider = self.sliders[key]
        self._wanted_sliders.discard(key)
        if not is_there:
            slider.hide()
            return
        self._wanted_sliders.add(key)
        values, setting = SETTINGS[key].read(state), SETTINGS[key]
        which = self._slid_first(state)
        limits = limits_in(state).get(key)
        if limits is None:
            slider.show_setting(values[which], setting.least, setting.most)
            return
        reach = limits[which]
        if self._slides_both(key, values):
            reach = reach.within(limits[1 - which])
        slider.show_setting(values[which], reach.least, reach.most)

    @staticmethod
    def _slid_first(state: LabState) -> int:
        """Which of a pair a slider shows: of a sequence there is only the width."""
        return 1 if state.operation is Operation.CONV1D else 0

    def _slides_both(self, key: str, values: tuple[int, ...]) -> bool:
        """Whether a slider changes height and width at once."""
        is_one_row = self._state.operation is Operation.CONV1D
        is_joined = key not in OF_WINDOWS or self.link.isChecked()
        return is_joined and not is_one_row and len(set(values)) == 1

    def _slide(self, key: str, value: int) -> None:
        setting = SETTINGS[key]
        values, which = setting.read(self._state), self._slid_first(self._state)
        state = setting.write(replace(self._state, step=0), which, value)
        if self._slides_both(key, values):
            state = setting.write(state, 1 - which, value)
        self.edited.emit(state, f"change the {setting.title}", f"{key} slid")

    def _fit(self) -> None:
        """The formula next to the boxes if there is room, or below; else the boxes in two rows.

        Arrows give way first, then the second row is used, then sliders give way.
        """
        shown = [box for boxes in self.boxes.values() for box in boxes if not box.isHidden()]
        room = self.width()
        beside = self.formula.sizeHint().width() + px(16) if not self.formula.isHidden() else 0
        is_slim, has_sliders = True, False
        for test, (slim, slid) in (
            (lambda rows: sum(rows) + beside, (False, True)),
            (lambda rows: sum(rows) + beside, (True, True)),
            (max, (False, True)),
            (max, (True, True)),
            (max, (False, False)),
        ):
            self._show_sliders(are_shown=slid)
            if test(self._widths(shown, is_slim=slim)) <= room:
                is_slim, has_sliders = slim, slid
                break
        self._show_sliders(are_shown=has_sliders)
        for box in shown:
            box.set_slim(is_slim)
        rows = self._widths(shown, is_slim=is_slim)
        boxes = sum(rows) + px(8)
        across, down = QBoxLayout.Direction.LeftToRight, QBoxLayout.Direction.TopToBottom
        has_two_rows = boxes > self.width()
        self._rows.setDirection(down if has_two_rows else across)
        wide = max(rows) if has_two_rows else boxes
        is_in_line = wide + self.formula.sizeHint().width() + px(8) <= self.width()
        self._whole.setDirection(across if is_in_line else down)

    def _widths(self, shown: list[GeometryBox], *, is_slim: bool) -> tuple[int, int]:
        """What the boxes of sizes and those of windows need, with arrows or without."""
        sizes, windows = (
            row.sizeHint().width()
            + sum(
                box.width_of(is_slim=is_slim) - box.minimumWidth()
                for box in shown
                if row.indexOf(box) >= 0
            )
            for row in (self._sizes, self._windows)
        )
        return sizes, windows

    def _show_sliders(self, *, are_shown: bool) -> None:
        for key, slider in self.sliders.items():
            slider.setVisible(are_shown and key in self._wanted_sliders)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A press next to a box is meant for it: what is typed then is to arrive there."""
        shown = [box for boxes in self.boxes.values() for box in boxes if not box.isHidden()]
        if shown:
            place = event.position().toPoint()
            nearest = min(shown, key=lambda box: _distance(box.geometry(), place))
            nearest.setFocus()
            nearest.selectAll()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Set the formula next to the boxes or below."""
        super().resizeEvent(event)
        self._fit()

    @staticmethod
    def _most(key: str, which: int, state: LabState) -> int:
        if key == "channels":
            return _LARGEST_OUT if which else _LARGEST_IN
        if key == "label":
            return int(state.input.shape[0]) - 1
        return SETTINGS[key].most

    def _add(self, key: str, setting: Setting) -> None:
        row = self._windows if key in OF_WINDOWS else self._sizes
        title = QLabel(setting.title, self)
        title.setProperty("role", "muted")
        row.addWidget(title)
        self._labels[key], self.boxes[key] = [title], []
        if key in {"kernel", "window", *OF_WINDOWS}:
            slider = self.sliders[key] = SettingSlider(setting.title, self)
            slider.valueChanged.connect(partial(self._slide, key))
            slider.sliderReleased.connect(self.edit_confirmed)
            row.addWidget(slider)
        for which, name in enumerate(setting.names):
            if which:
                joint = QLabel(setting.joint, self)
                joint.setProperty("role", "muted")
                self._labels[key].append(joint)
                row.addWidget(joint)
            box = GeometryBox(name, setting.least, setting.most, self)
            box.valueChanged.connect(self._changer(key, which))
            box.left.connect(self.left)
            box.closed.connect(self.closed)
            box.editingFinished.connect(self.edit_confirmed)
            box.problem_changed.connect(self.problem_changed)
            row.addWidget(box)
            self.boxes[key].append(box)

    def _changer(self, key: str, which: int) -> Callable[[float], None]:
        setting = SETTINGS[key]

        def change(number: float) -> None:
            value = int(number)
            values = setting.read(self._state)
            state = setting.write(replace(self._state, step=0), which, value)
            if self._is_linked(key) and len(set(values)) == 1:
                state = setting.write(state, 1 - which, value)
                self.edited.emit(state, f"change the {setting.title}", f"{key} both")
            else:
                self.edited.emit(state, f"change the {setting.names[which]}", f"{key} {which}")

        return change

    @Slot(float)
    def _change_temperature(self, temperature: float) -> None:
        state = replace(self._state, temperature=temperature)
        self.edited.emit(state, "change the temperature", "temperature")

    def _is_linked(self, key: str) -> bool:
        """Whether a setting is to stay the same for height and width."""
        is_one_row = self._state.operation is Operation.CONV1D
        return key in OF_WINDOWS and self.link.isChecked() and not is_one_row

    def _restyle(self) -> None:
        for slider in self.sliders.values():
            slider.setFixedWidth(px(_SLIDER))
        self.link.setIconSize(QSize(px(14), px(14)))
        for row in (self._sizes, self._windows, self._rows):
            row.setSpacing(px(3))
        self._whole.setSpacing(px(2))
        for labels in self._labels.values():
            for number, label in enumerate(labels):
                label.setContentsMargins(px(5) if number == 0 else 0, 0, 0, 0)
        self._fit()


def _distance(box: QRect, place: QPoint) -> int:
    """How far a place is from a box, mostly across: rows are lower than they are wide."""
    across = max(box.left() - place.x(), place.x() - box.right(), 0)
    down = max(box.top() - place.y(), place.y() - box.bottom(), 0)
    return across + 4 * down


def formula_of(state: LabState) -> str:
    """The output size, worked out with its numbers; empty if there are no windows, or none fits."""
    try:
        rows, columns = axes(state)
    except EngineError:
        return ""
    if state.operation is Operation.CONV1D:
        return columns.formula()
    if rows.formula() == columns.formula():
        return rows.formula()
    return f"height {rows.formula()},  width {columns.formula()}"


def unread_reason(state: LabState) -> str:
    """Why some rows or columns are read by no window; empty if all are."""
    try:
        pair = axes(state)
    except EngineError:
        return ""
    parts = []
    for axis, word in zip(pair, ("row", "column"), strict=True):
        if axis.unread_input:
            count = axis.unread_input
            words = f"last {word} is" if count == 1 else f"last {count} {word}s are"
            parts.append(
                f"The {words} read by no window: stride {axis.stride} does not divide "
                f"{axis.padded} − {axis.extent} = {axis.padded - axis.extent}."
            )
        elif axis.stride > axis.extent or (axis.dilation > 1 and axis.stride % axis.dilation == 0):
            gaps = sorted(set(range(axis.padded)) - {i for w in axis.windows() for i in w})
            if gaps:
                parts.append(f"Some {word}s lie between the cells that windows read.")
    return " ".join(parts)
