"""Draw's view *Shift*: the digit at 13×13 places, in this network and in a dense one."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Qt, QTimer, Slot
from PySide6.QtGui import QFont, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from app.draw.heat_picture import HeatPicture
from app.draw.probability_bars import ProbabilityBars
from app.draw.shift.shift_grid import ShiftGrid
from app.draw.shift.twin_bars import TwinBars
from app.draw.view import DrawContext, RowView
from app.jobs.background import Background
from app.jobs.thread import Worker
from app.kit.colour_bar import ColourBar, ColourRange
from app.look.assets import asset
from app.look.colormaps import grey, viridis
from app.look.nesting import nest
from app.look.percentages import percent
from app.look.text import ElidedText, Text
from app.look.theme import px
from app.state.subjects import Said

if TYPE_CHECKING:  # loaded when the view is first seen
    from engine.insight.shift_map import ShiftMap
    from engine.networks.calibration import Calibration
    from engine.networks.model_file import Model
    from engine.networks.network import Sequential

DENSE_MODEL = ("models", "dense.safetensors")
_REST = 120
"""Milliseconds that the pen rests before the digit is moved."""
_HIGHEST, _HIGHEST_NAMED = 170, 260
_SIDE = 13
_MOVING = "Moving the digit, {done} of {places}, in {network}"
_PLACES = _SIDE * _SIDE
_WATCH = 30
"""Milliseconds between two looks at how far it is."""
_BLANK = (
    "Draw a digit: it is moved by up to 6 pixels each way, and the networks are asked each time."
)


class ShiftWorker(Worker):
    """All moved images in one batch through each network, in a thread of its own.

    Args:
        image: ``(1, 28, 28)``.
        network: A replica of the open network.
        calibration: The open network's.
        dense: The other network; ``None`` to read it from its file first.

    Attributes:
        dense: As read; to be used again once the work has ended.
        maps: Of the open network and of the dense one; ``None`` until the work has ended.
        done: At how many places which network was asked: the open one, 0, or the dense one, 1.
    """

    def __init__(
        self,
        image: NDArray[np.floating],
        network: Sequential,
        calibration: Calibration,
        dense: Model | None,
    ) -> None:
        super().__init__()
        self.dense = dense
        self.maps: tuple[ShiftMap, ShiftMap] | None = None
        self.done = 0, 0
        self._image, self._network, self._calibration = image, network, calibration

    def work(self) -> None:
        """Read the dense network if need be, then ask both."""
        from engine.insight.shift_map import shift_map  # noqa: PLC0415 - loads the engine
        from engine.networks.calibration import Calibration  # noqa: PLC0415
        from engine.networks.model_file import load_model  # noqa: PLC0415

        if self.dense is None:
            self.dense = load_model(asset(*DENSE_MODEL))
        own = shift_map(
            self._network, self._image, self._calibration, progress=lambda done: self._note(0, done)
        )
        if self.control.is_stopped():
            return
        record = self.dense.record
        known = record.calibration if record is not None else None
        self._note(1, 0)
        self.maps = (
            own,
            shift_map(
                self.dense.network,
                self._image,
                known or Calibration(),
                progress=lambda done: self._note(1, done),
            ),
        )

    def _note(self, network: int, done: int) -> None:
        self.done = network, done


class ShiftView(RowView):
    """Two maps of answers, and next to them the place that is pointed at."""

    title: ClassVar[str] = "Shift"
    about: ClassVar[str] = "The digit moved by up to 6 pixels: this network and a dense one"

    def __init__(self, context: DrawContext, parent: QWidget | None = None) -> None:
        super().__init__(context, parent)
        self.maps: tuple[ShiftMap, ShiftMap] | None = None
        self._dense: Model | None = None
        self._replica: tuple[Sequential, Sequential] | None = None
        self._moving: Background[ShiftWorker] = Background(self, watch_ms=_WATCH)
        self._moving.progressed.connect(self._show_progress)
        self._moving.ended.connect(self._on_ended)
        self._is_wanted = False
        self._asked = Said(self._give_up, self)
        self._shown = Said(self._take_away, self)
        self._class_names: tuple[str, ...] = ()
        self._rest = QTimer(self, singleShot=True, interval=_REST)
        self._rest.timeout.connect(self._move)
        self.grids = ShiftGrid("Answers of this network"), ShiftGrid("Answers of a dense network")
        self.names = tuple(ElidedText(size=12, weight=QFont.Weight.DemiBold) for _ in self.grids)
        self.picture = HeatPicture("The digit as it is moved")
        self.picture.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # it is the maps that are gone through
        self.bars = TwinBars("Probabilities at this place", ("this network", "dense"))
        self.named_bars = ProbabilityBars()
        self.bar = ColourBar()
        self.bar.set_range(ColourRange(viridis(), 0.0, 1.0))
        self.bar.setToolTip("The colour is the probability of the digit in the cell")
        self.place = Text(size=12)
        self.sentence = Text(size=12, role="muted")
        self._arrange()
        for grid in self.grids:
            grid.pointed_at.connect(self._show_place)
        self._name_classes(())

    def show_recognition(self) -> None:
        """Move the digit as soon as the pen rests."""
        prepared, problem = self.recognition.prepared, self.recognition.problem
        if prepared is None or problem:
            self._rest.stop()
            self._is_wanted = False
            self._show_nothing(problem or _BLANK)
        else:
            if self.maps is None:
                self._show_waiting()
            self._rest.start()

    @Slot()
    def _move(self) -> None:
        """Ask both networks about all 169 images; if they are being asked, do so afterwards."""
        prepared, networks = self.recognition.prepared, self.context.networks
        self._is_wanted = prepared is not None and self.isVisible()
        if prepared is None or not self._is_wanted or self._moving.is_running:
            return
        self._asked.of(networks.in_use)
        if self._replica is None or self._replica[0] is not networks.network:
            self._replica = networks.network, networks.network.replica()
        self._is_wanted = False
        image = prepared.image[np.newaxis].copy()
        self._moving.start(ShiftWorker(image, self._replica[1], networks.calibration, self._dense))

    @Slot(object)
    def _on_ended(self, worker: ShiftWorker) -> None:
        self._dense = worker.dense
        if self._is_wanted:
            self._move()  # the drawing changed meanwhile
        elif not self._asked.holds:
            return  # it was another network that answered
        elif worker.error is not None:
            self._show_nothing(str(worker.error))
        elif worker.maps is not None and self.recognition.prepared is not None:
            self._show(*worker.maps)

    def stop_and_join(self, timeout_ms: int) -> bool:
        """Move nothing any more; say whether that ended in time."""
        self._rest.stop()
        self._is_wanted = False
        return self._moving.join(timeout_ms)

    # Showing

    def _show(self, own: ShiftMap, dense: ShiftMap) -> None:
        self.maps = own, dense
        self._shown.of(self.context.networks.in_use)
        self._name_classes(self.recognition.class_names)
        for grid, label, name, found in zip(
            self.grids, self.names, self._titles, self.maps, strict=True
        ):
            grid.show_answers(found.answers, found.confidences)
            same = f"{found.same} of {found.answers.size}"
            label.setText(
                f"{name}: {same} same", f"{name}: {same}", f"{name} {found.same}", f"{found.same}"
            )
            label.setToolTip(
                f"{name}: at {found.same} of {found.answers.size} places the answer is the same as "
                "in the middle, where the digit is not moved"
            )
        self.sentence.setText(self._sentence(own, dense))
        self._show_place(own.reach, own.reach)

    def _sentence(self, own: ShiftMap, dense: ShiftMap) -> str:
        shares = [found.same / found.answers.size for found in (own, dense)]
        name = self.context.networks.title
        if self._class_names:
            return (
                f"Moved by up to {own.reach} pixels within its 28×28, the drawing keeps its answer "
                f"at {percent(shares[0])} of the places in {name}. The cells hold the numbers of "
                "the classes. The dense network reads digits: it is not asked. On the canvas you "
                "can move the drawing freely: the preprocessing centres it."
            )
        return (
            f"Moved by up to {own.reach} pixels within its 28×28, the digit keeps its answer at "
            f"{percent(shares[0])} of the places in {name}, at {percent(shares[1])} in the dense "
            "network. On the canvas you can move it freely: the preprocessing centres it. Here you "
            "see how much the network itself can take."
        )

    def _name_classes(self, names: tuple[str, ...]) -> None:
        """Of classes with names there is one network to ask, and each has a bar with its name."""
        self._class_names = names
        for part in (self.grids[1], self.names[1], self.bars):
            part.setHidden(bool(names))
        self.named_bars.setVisible(bool(names))
        for place, share in enumerate((5, 8) if names else (8, 5)):
            self.row.setStretch(place, share)
        self._grids.setStretch(1, 0 if names else 1)

    def _give_up(self) -> None:
        """Another network is in use: what is being computed is none of its."""
        self._moving.stop()

    def _take_away(self) -> None:
        """Another network is in use: the maps are none of its."""
        self._show_waiting()

    @property
    def _titles(self) -> tuple[str, str]:
        return self.context.networks.title, "Dense"

    @Slot(object)
    def _show_progress(self, worker: ShiftWorker) -> None:
        """Say how far it is, unless there is something to see of a drawing before."""
        if self.maps is None and self._asked.holds:
            network, done = worker.done
            self._say_progress(self._titles[network], done)

    def _show_waiting(self) -> None:
        """Show what there will be, and that it is being computed."""
        self._show_nothing("")
        self._say_progress(self._titles[0], 0)

    def _say_progress(self, network: str, done: int) -> None:
        self.sentence.setText(_MOVING.format(done=done, places=_PLACES, network=network))

    def _show_nothing(self, sentence: str) -> None:
        self.maps = None
        for grid, label, name in zip(self.grids, self.names, self._titles, strict=True):
            grid.show_answers(None, np.zeros((_SIDE, _SIDE)))
            label.setText(name)
        self.picture.show_nothing("")
        self.bars.clear()
        self.named_bars.show_probabilities(None)
        self.place.setText("")
        self.sentence.setText(sentence)

    @Slot(int, int)
    def _show_place(self, row: int, column: int) -> None:
        """Show the moved image and its bars."""
        if self.maps is None:
            return
        own, dense = self.maps
        for grid in self.grids:
            grid.mark((row, column))
        self.picture.show_heat(own.images[row, column, 0], ColourRange(grey(), 0.0, 1.0))
        self.bars.show_probabilities(
            own.probabilities[row, column], dense.probabilities[row, column]
        )
        numbered = tuple(f"{label} {name}" for label, name in enumerate(self._class_names))
        self.named_bars.show_probabilities(own.probabilities[row, column], numbered)
        self.place.setText(self._place_words(row - own.reach, column - own.reach))

    def _place_words(self, down: int, right: int) -> str:
        if self.maps is None:
            return ""
        own, dense = self.maps
        moves = [
            f"{abs(pixels)} {forward if pixels > 0 else back}"
            for pixels, forward, back in ((down, "down", "up"), (right, "right", "left"))
            if pixels
        ]
        at = down + own.reach, right + own.reach
        asked = (("", own),) if self._class_names else (("", own), ("the dense network ", dense))
        answers = ", ".join(
            f"{who}{self.recognition.name_of(int(found.answers[at]))} "
            f"({percent(float(found.confidences[at]))})"
            for who, found in asked
        )
        lost = 1 - float(own.kept_ink[at])
        cut = f"; {percent(lost)} of the ink cut off" if lost > 0.0005 else ""
        return f"{' and '.join(moves) or 'As it is'}: {answers}{cut}"

    # Making it

    def _arrange(self) -> None:
        for words in (self.place, self.sentence):
            words.setWordWrap(True)
            words.setAlignment(Qt.AlignmentFlag.AlignTop)
            words.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        grids = QHBoxLayout()
        self._columns: list[QVBoxLayout] = []
        for grid, label in zip(self.grids, self.names, strict=True):
            column = QVBoxLayout()
            column.addWidget(label)
            column.addWidget(grid, 1)
            self._columns.append(column)
            nest(grids, column, 1)
        self._bars_row = QHBoxLayout()
        self._bars_row.addWidget(self.picture, 2)
        self._bars_row.addWidget(self.bars, 5)
        self._bars_row.addWidget(self.named_bars, 5)
        last = QVBoxLayout()
        nest(last, self._bars_row, 1)
        last.addWidget(self.place)
        last.addWidget(self.bar)
        last.addWidget(self.sentence)
        last.addStretch(1)
        self._columns.append(last)
        self._grids = grids
        nest(self.row, grids, 8)
        nest(self.row, last, 5)
        self.follow_theme()

    def _restyle(self) -> None:
        self.row.setSpacing(px(14))
        self._grids.setSpacing(px(14))
        self._bars_row.setSpacing(px(10))
        for column in self._columns:
            column.setSpacing(px(4))
        self.bar.setMaximumWidth(px(240))
        self.place.setFixedHeight(px(32))  # two lines, so that nothing jumps
        for part in (self.picture, self.bars):
            part.setMaximumHeight(px(_HIGHEST))
        self.named_bars.setMaximumHeight(px(_HIGHEST_NAMED))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave the colour bar out where there is little width."""
        super().resizeEvent(event)
        self.bar.setVisible(self.is_wide)
