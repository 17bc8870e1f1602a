"""A setting along both axes: a slider and a box for each, one of both while they are linked."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QGridLayout, QToolButton, QWidget

from app.kit.slider_box import SliderBox
from app.kit.stack.field_editors import explanation
from app.look.icons import icon
from app.look.restyled import LOOKS, Restyled
from app.look.text import Text
from app.look.theme import px
from engine.basics.geometry import Pair
from engine.basics.window_limits import Limits
from engine.layers.spec import FieldInfo

_AXES = ("height", "width")


class FieldLabel(Text):
    """The name of a field; a click on it chooses what stands in the field, as one into it does."""

    def __init__(self, info: FieldInfo, field: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(info.label, parent=parent)
        self.setToolTip(explanation(info))
        self.setBuddy(field)
        self._field = field

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take the keys to the field."""
        super().mousePressEvent(event)
        if isinstance(self._field, SettingSliders):
            self._field.sliders[0].take_keys()
        else:
            self._field.setFocus(Qt.FocusReason.ShortcutFocusReason)


class SettingSliders(Restyled, QWidget):
    """Height and width of a setting, kept equal while the link between them is closed.

    Signals:
        value_edited: The user chose other numbers.
        problem_changed: Why what was typed is not used; empty when there is nothing to say.
    """

    restyled_by = LOOKS

    value_edited = Signal()
    problem_changed = Signal(str)

    def __init__(self, info: FieldInfo, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.info = info
        self._limits = (Limits(int(info.minimum or 0), int(info.minimum or 0)),) * 2
        self._typed_most: int | None = None
        self.sliders = tuple(SliderBox(f"{info.label}, {axis}") for axis in _AXES)
        self._names = tuple(Text(axis, 12, role="muted") for axis in _AXES)
        self.link = QToolButton()
        self.link.setCheckable(True)
        self.link.setChecked(True)
        self.link.setAutoRaise(True)
        self.link.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.link.setAccessibleName(f"{info.label}: height and width equal")
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setColumnStretch(1, 1)
        for row, (name, slider) in enumerate(zip(self._names, self.sliders, strict=True)):
            self._grid.addWidget(name, row, 0)
            self._grid.addWidget(slider, row, 1)
        self._grid.addWidget(self.link, 0, 2)
        self.setFocusProxy(self.sliders[0])
        self.link.clicked.connect(self._take_link)
        for slider in self.sliders:
            slider.box.setToolTip(explanation(info))
            slider.value_edited.connect(self._tell)
            slider.problem_changed.connect(lambda _: self.problem_changed.emit(self.problem))
        self._show_link()
        self.follow_theme()

    def value(self) -> Pair:
        """Height and width."""
        height, width = (slider.value() for slider in self.sliders)
        return (height, height) if self.link.isChecked() else (height, width)

    @property
    def problem(self) -> str:
        """Why the text in one of the boxes is not used."""
        height, width = (slider.box.problem for slider in self.sliders)
        return height or ("" if self.link.isChecked() else width)

    def set_value(self, value: Pair) -> None:
        """Show other numbers, whatever was being typed; the link is closed if they are equal."""
        self.link.setChecked(value[0] == value[1])
        self._show(value)
        for slider in self.sliders:
            slider.begin_again()
        self._show_link()

    def show_limits(self, limits: tuple[Limits, Limits], typed_most: int | None = None) -> None:
        """How far the others let height and width go; up to ``typed_most`` can be typed."""
        self._limits, self._typed_most = limits, typed_most
        self._show(self.value())

    def _show(self, value: Pair) -> None:
        limits = self._limits
        if self.link.isChecked():
            limits = (limits[0].within(limits[1]),) * 2
        for slider, number, limit in zip(self.sliders, value, limits, strict=True):
            slider.show_setting(number, limit.least, limit.most, self._typed_most)

    @Slot()
    def _tell(self) -> None:
        self.value_edited.emit()

    @Slot()
    def _take_link(self) -> None:
        height, width = (slider.value() for slider in self.sliders)
        self.sliders[1].show_setting(height, *self._range_of_width(), self._typed_most)
        self._show_link()
        self.sliders[0].take_keys()
        if height != width:
            self.value_edited.emit()

    def _range_of_width(self) -> tuple[int, int]:
        return self._limits[1].least, self._limits[1].most

    def _show_link(self) -> None:
        is_linked = self.link.isChecked()
        for part in (*self._names, self.sliders[1]):
            part.setHidden(is_linked)
        self._restyle()

    def _restyle(self) -> None:
        is_linked = self.link.isChecked()
        self.link.setIcon(icon("link" if is_linked else "unlink"))
        self.link.setToolTip(f"Height and width change {'together' if is_linked else 'separately'}")
        self.link.setFixedSize(px(28), px(28))
        self.link.setIconSize(QSize(px(18), px(18)))
        self._grid.setHorizontalSpacing(px(6))
        self._grid.setVerticalSpacing(px(4))
