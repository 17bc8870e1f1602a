"""The left side of Train: what is trained, on what and how, and the buttons that run it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QToolButton, QVBoxLayout, QWidget

from app.kit.layout.settings_panel import SettingsPanel
from app.kit.layout.top_row import TopRow
from app.kit.number_boxes import NumberBox
from app.look.icons import icon
from app.look.text import Text
from app.look.theme import px
from app.train.run_buttons import RunButtons
from app.train.setup.data_picker import DataPicker
from app.train.setup.more_settings import MoreSettings
from app.train.setup.number_form import NumberForm

CHANGE_TEXT = "It takes effect with the next batch, and is marked on the curves."


class TrainingForm(SettingsPanel):
    """Sections one below the other, scrolling if need be; the buttons always in view.

    While a run goes on, what it was started with is a few lines, above what can still be changed.
    """

    _is_whole = False

    def __init__(self, top_row: TopRow, parent: QWidget | None = None) -> None:
        super().__init__(top_row, "Settings", parent)
        self.network = Text(size=15, weight=QFont.Weight.DemiBold)
        self.network_facts = Text(size=12, role="muted")
        self.picker = DataPicker()
        self.images = NumberForm()
        self.validation_note = Text(size=12, role="muted")
        self.facts = Text(size=13)
        self.run = NumberForm()
        self.change_note = Text(CHANGE_TEXT, 12, role="muted")
        self.more = MoreSettings()
        self.failures = QToolButton()
        self.failures.setText(" Failures to watch")
        self.failures.setToolTip("Runs that go wrong on purpose, with the reason and a way out")
        self.failures.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.failures.setIcon(icon("warning"))
        self.failures.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.failures.setAutoRaise(True)
        self.buttons = buttons = RunButtons(self.bar)
        self.start, self.pause, self.stop = buttons.start, buttons.pause, buttons.stop
        self.one_batch, self.one_epoch = buttons.one_batch, buttons.one_epoch
        self.more_epochs = buttons.more_epochs
        self._is_own = True
        self._lay_out()
        self._is_whole = True
        self._restyle()

    def number_boxes(self) -> Iterator[NumberBox]:
        """The fields for numbers that are unfolded, wherever the panel is."""
        for box in self._content.findChildren(NumberBox):
            if box.isVisibleTo(self._content):
                yield box

    def show_network(self, name: str, layers: int, parameters: int | None) -> None:
        """Name what a run would train; ``None`` parameters while a layer does not fit."""
        self.network.setText(name)
        unit = "layer" if layers == 1 else "layers"
        many = "one of which does not fit" if parameters is None else f"{parameters:,} parameters"
        self.network_facts.setText(f"{layers} {unit}, {many}")

    def show_split(self, training: int, held_out: int) -> None:
        """Say how many images are for what."""
        self.validation_note.setText(
            f"{training:,} to train on, {held_out:,} held out for choosing the best epoch. "
            "Test images stay untouched."
        )

    def lock(self, names: tuple[str, ...] | None, facts: Sequence[str] = ()) -> None:
        """Fold what a run that goes on was started with to ``facts``, a line each.

        The settings that are named can still be changed and stay; ``None`` opens all again.
        """
        is_editable = names is None
        for widget in (self.picker.combo, self.images):
            widget.setEnabled(is_editable)
        self.run.lock_except(names)
        self.more.lock(names)
        self.facts.setText("\n".join(facts))
        self._show_parts(is_editable=is_editable)

    def add_to_network(self, widget: QWidget) -> None:
        """Put a widget under what is said of the network."""
        self._network_parts.addWidget(widget)

    def show_own_network(self, *, is_own: bool) -> None:
        """Show what was added to the user's own network, or hide it while another is trained."""
        self._is_own = is_own
        self._network_added.setVisible(is_own and self.images.isEnabled())

    def set_folded(self, *, is_folded: bool) -> None:
        """Fold it to its summary, the single steps with it, or open it in its place."""
        super().set_folded(is_folded=is_folded)
        if is_folded:
            self.add(self.buttons)
        else:
            self._column.insertWidget(1, self.buttons)
        self.buttons.show()

    def _show_parts(self, *, is_editable: bool) -> None:
        for widget in self._before_a_run:
            widget.setVisible(is_editable)
        for widget in self._in_a_run:
            widget.setVisible(not is_editable)
        self._how.setText("How" if is_editable else "Can still be changed")
        self._network_added.setVisible(self._is_own and is_editable)

    def _lay_out(self) -> None:
        for label in (
            self.network, self.network_facts, self.validation_note, self.facts, self.change_note,
        ):  # fmt: skip
            label.setWordWrap(True)
        self._network_added = QWidget()
        self._network_parts = QVBoxLayout(self._network_added)
        self._network_parts.setContentsMargins(0, 0, 0, 0)
        self.add_section("Network", self.network, self.network_facts, self._network_added)
        self.add_section("Images", self.picker, self.images, self.validation_note)
        self.add_section("This run", self.facts)
        self.add_section("How", self.run, self.more, self.change_note, self.failures)
        _, images, this_run, self._how = self._headings
        self._before_a_run = (
            images, self.picker, self.images, self.validation_note, self.failures,
        )  # fmt: skip
        self._in_a_run = (this_run, self.facts, self.change_note)
        self._column.insertWidget(1, self.buttons)
        self._show_parts(is_editable=True)

    def _restyle(self) -> None:
        super()._restyle()
        if self._is_whole:
            margin = 0 if self.is_folded else px(12)
            self.buttons.setContentsMargins(margin, 0, margin, 0)
            self.failures.setIconSize(QSize(px(16), px(16)))
