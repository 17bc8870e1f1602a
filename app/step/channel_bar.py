"""Which channels are looked at: buttons for a few, a number box and their count for many."""

from __future__ import annotations

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from app.kit.segmented import SegmentedControl
from app.look.restyled import FONT, Restyled
from app.look.theme import px
from app.step.geometry_fields import GeometryBox

_MOST_BUTTONS = 9
_TIP = "{name} {first} to {last}: type a number, or turn the wheel"


class ChannelChoice(Restyled, QWidget):
    """Chooses one of several channels; the count stands next to it where not all are in sight.

    Args:
        name: What a channel is called, such as ``"Kernel"``.
        most_buttons: Up to so many have a button each; 0 for none.
        parent: Qt owner.
    """

    restyled_by = FONT

    chosen = Signal(int)
    """A channel, from 0."""
    left = Signal()
    problem_changed = Signal(str)

    def __init__(
        self, name: str, parent: QWidget | None = None, *, most_buttons: int = _MOST_BUTTONS
    ) -> None:
        super().__init__(parent)
        self._name, self._most_buttons, self._count = name, most_buttons, 0
        self.label = QLabel(name, self)
        self.buttons = SegmentedControl(name.lower(), [], self)
        self.box = GeometryBox(name.lower(), 1, 1, self)
        self.count_label = QLabel(self)
        self._row = layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        for widget in (self.label, self.buttons, self.box, self.count_label):
            layout.addWidget(widget)
        self.buttons.chosen.connect(self.chosen)
        self.box.valueChanged.connect(self._choose)
        self.box.left.connect(self.left)
        self.box.problem_changed.connect(self.problem_changed)
        self.follow_theme()

    @property
    def index(self) -> int:
        """The channel that is looked at, from 0."""
        return self.buttons.index if self.has_buttons else int(self.box.value()) - 1

    @property
    def has_buttons(self) -> bool:
        """Whether each channel has a button."""
        return self._count <= self._most_buttons

    @Slot(float)
    def _choose(self, number: float) -> None:
        self.chosen.emit(int(number) - 1)

    def show_channels(self, name: str, count: int, index: int) -> None:
        """Offer so many channels under a name, one of which is looked at."""
        if (name, count) != (self._name, self._count):
            self._name, self._count = name, count
            self.label.setText(name)
            self.count_label.setText(f"of {count}")
            if self.has_buttons:
                self.buttons.set_options([str(number + 1) for number in range(count)])
            self.box.begin_again()
            self.box.setAccessibleName(name.lower())
            self.box.setToolTip(_TIP.format(name=name, first=1, last=count))
            self.buttons.setVisible(self.has_buttons)
            self.box.setVisible(not self.has_buttons)
            self.count_label.setVisible(not self.has_buttons)
        self.show_index(index)

    def show_index(self, index: int) -> None:
        """Show which one is looked at."""
        if self.has_buttons:
            self.buttons.set_index(index)
        elif self._count:
            self.box.show_setting(index + 1, 1, self._count)

    def show_name(self, is_shown: bool) -> None:
        """Say what a channel is called, or not, where room is short."""
        self.label.setVisible(is_shown)

    def _restyle(self) -> None:
        self._row.setSpacing(px(6))
        self.box.set_slim(is_slim=True)
