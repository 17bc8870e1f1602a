"""A whole number with a slider: it goes no further than the other settings allow."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QSignalBlocker, Qt, Signal, Slot
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QSlider, QWidget

from app.kit.number_boxes import WholeBox, range_words
from app.look.restyled import Restyled
from app.look.theme import px

_BOX_WIDTH, _LEAST_SLIDER = 64, 48


class SliderBox(Restyled, QWidget):
    """A slider and, next to it, a box that shows the number and takes a typed one.

    Attributes:
        box: The box for the number; ``box.problem`` says why what was typed is not used.
        slider: The slider, of the values that make sense.

    Signals:
        value_edited: The user chose this number.
        edit_confirmed: The number is as the user wants it: what follows is another edit.
        problem_changed: Why what was typed is not used; empty when there is nothing to say.
    """

    value_edited = Signal(int)
    edit_confirmed = Signal()
    problem_changed = Signal(str)

    def __init__(
        self, name: str, box: WholeBox | None = None, parent: QWidget | None = None
    ) -> None:
        """Make it; ``box`` is one of the caller's own, with keys of its own perhaps."""
        super().__init__(parent)
        self._name = name
        self.box = box or WholeBox()
        self.box.setAccessibleName(name)
        self.box.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self._told = self.box.value()
        self.slider.setAccessibleName(f"{name}, slider")
        self.slider.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.slider.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        row = self._row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.slider, 1)
        row.addWidget(self.box)
        self.setFocusProxy(self.box)
        self.box.valueChanged.connect(self._take_typed)
        self.box.editingFinished.connect(self.edit_confirmed)
        self.box.problem_changed.connect(self.problem_changed)
        self.slider.valueChanged.connect(self._take_slid)
        self.slider.installEventFilter(self)
        self.slider.sliderReleased.connect(self.edit_confirmed)
        self.follow_theme()

    def value(self) -> int:
        """The number."""
        return self.box.value()

    def show_setting(
        self, value: int, least: int, most: int, typed_most: int | None = None
    ) -> None:
        """Show a number, and go from ``least`` to ``most``, without telling of it.

        Up to ``typed_most`` can be typed, where that is more. What is shown may lie outside.
        """
        with QSignalBlocker(self.box):
            self.box.setRange(min(least, value), max(most, typed_most or most, value))
        self.box.show_value(value)
        self._told = value
        with QSignalBlocker(self.slider):
            self.slider.setRange(min(least, value), max(least, most, value))
        self.slider.setToolTip(f"{self._name}: {range_words(least, most)}")
        self.slider.setEnabled(self.slider.minimum() < self.slider.maximum())
        self._show_on_slider()

    @Slot()
    def take_keys(self) -> None:
        """What is typed next replaces the number, wherever on this the click before it landed."""
        self.box.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.box.selectAll()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Who has slid, or clicked next to the handle, may type a number as well."""
        if watched is self.slider and event.type() == QEvent.Type.MouseButtonRelease:
            self.take_keys()
        return super().eventFilter(watched, event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A click between slider and box means the box."""
        super().mousePressEvent(event)
        self.take_keys()

    def begin_again(self) -> None:
        """Belong to something else from now on: nothing half typed is left."""
        self.box.begin_again()

    @Slot()
    def _take_typed(self) -> None:
        self._show_on_slider()
        if self.value() != self._told:  # a box tells of its number again when it is confirmed
            self._told = self.value()
            self.value_edited.emit(self._told)

    @Slot(int)
    def _take_slid(self, value: int) -> None:
        if value != self.value() or self.box.problem:
            self.box.setValue(value)

    def _show_on_slider(self) -> None:
        with QSignalBlocker(self.slider):
            self.slider.setValue(self.value())

    def _restyle(self) -> None:
        self._row.setSpacing(px(8))
        self.box.setFixedWidth(px(_BOX_WIDTH))
        self.slider.setMinimumWidth(px(_LEAST_SLIDER))
