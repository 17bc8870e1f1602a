"""Compare: the open network and another one on the same drawing, side by side."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from PySide6.QtCore import Qt, QTimer, Slot
from PySide6.QtGui import QFont, QResizeEvent
from PySide6.QtWidgets import (
    QComboBox,
    QFileDialog,
    QHBoxLayout,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from app.draw.compare.paired_bars import PairedBars
from app.draw.compare.rivals import Rival, Rivals
from app.draw.probability_bars import Answer
from app.draw.view import DrawContext, DrawView
from app.kit.buttons import allow
from app.look.nesting import nest
from app.look.restyled import STYLE, Restyled
from app.look.text import ElidedText, Text
from app.look.theme import px
from app.state import settings as remembered
from app.state.recognition import Recognition, judge
from engine.basics.errors import EngineError

if TYPE_CHECKING:
    from engine.networks.network import Sequential

_NETWORKS = "Networks (*.safetensors);;All files (*)"
_REST = 250
"""Milliseconds that a drawing rests before the time per image is measured."""

_SAME = 0.005
"""Where the answers differ less than this nothing is marked."""

_LATER = "\N{NO-BREAK SPACE}"
"""Keeps the line of what is measured once the pen rests."""

_NONE = "There is no other network yet: train one, or choose a file."


class Contestant(Restyled, QWidget):
    """One side: the answer in large, and what the network costs."""

    restyled_by = STYLE

    def __init__(self, name: str) -> None:
        super().__init__()
        self.answer = Answer()
        self.answer.setAccessibleName(name)
        self.answer.setMinimumHeight(1)
        self.facts = Text(size=11, role="muted")
        self.facts.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.addWidget(self.answer, 1)
        self._column.addWidget(self.facts)
        self._is_narrow = False
        self.timed: tuple[Sequential, str] | None = None
        self.follow_theme()

    def set_narrow(self, *, is_on: bool) -> None:
        """Leave most of a narrow page to the bars."""
        self._is_narrow = is_on
        self._restyle()

    def _restyle(self) -> None:
        self._column.setSpacing(px(2))
        self.setFixedWidth(px(118 if self._is_narrow else 170))


class CompareView(DrawView):
    """The page: open network | probabilities back to back | the other network."""

    title: ClassVar[str] = "Compare"
    about: ClassVar[str] = "Two networks on the same drawing"

    def __init__(self, context: DrawContext, parent: QWidget | None = None) -> None:
        super().__init__(context, parent)
        self.rivals = Rivals(context.networks, self)
        self.rival: Rival | None = None
        self.name = ElidedText(size=13, weight=QFont.Weight.DemiBold)
        self.choice = QComboBox()
        self.bars = PairedBars()
        self.sentence = Text(size=13)
        self.file_button = QPushButton("File…")
        self.left = Contestant("Answer of the open network")
        self.right = Contestant("Answer of the other network")
        self._options: tuple[Rival, ...] = ()
        self._is_list_old = True
        self._measure_later = QTimer(self, singleShot=True, interval=_REST)
        self._arrange()
        self._measure_later.timeout.connect(self._measure)
        self.rivals.changed.connect(self._age)
        self.choice.activated.connect(self._choose)
        self.file_button.clicked.connect(self.open_dialog)

    # Choosing

    def open_dialog(self) -> None:
        """Ask for a network file to compare with."""
        settings = self.context.settings
        folder = settings.get(remembered.LAST_FOLDER)
        name, _ = QFileDialog.getOpenFileName(self, "Compare with a network", folder, _NETWORKS)
        if name:
            settings.set(remembered.LAST_FOLDER, str(Path(name).parent))
            self.open_file(Path(name))

    def open_file(self, path: Path) -> bool:
        """Compare with the network in a file; if it cannot be used, say why."""
        try:
            rival = self.rivals.open(path)
        except (EngineError, OSError) as error:
            self._say(f"{path.name} was not opened. {error}", is_warning=True)
            return False
        self._set_rival(rival)
        self.show_recognition()
        if self.rival is not rival:
            self._say(f"{path.name} holds the network that is open.", is_warning=True)
        return True

    @Slot(int)
    def _choose(self, index: int) -> None:
        if 0 <= index < len(self._options):
            self._set_rival(self._options[index])
            self.show_recognition()

    def _set_rival(self, rival: Rival) -> None:
        self.rival = rival
        self.context.settings.set(remembered.COMPARE_WITH, rival.key)

    @Slot()
    def _age(self) -> None:
        self._is_list_old = True  # a recognition follows, with which it is shown

    def _refresh_list(self) -> None:
        """Offer what there is now; what was chosen stays, else that of last time, or the first."""
        self._is_list_old = False
        wanted = self.context.settings.get(remembered.COMPARE_WITH)
        if self.rival is None:
            self.rivals.recall(wanted)
            self._is_list_old = False
        self._options = self.rivals.options()
        keys = [one.key for one in self._options]
        if self.rival is None or self.rival.key not in keys:
            place = keys.index(wanted) if wanted in keys else 0
            self.rival = self._options[place] if self._options else None
        self.choice.clear()
        titles = [one.title for one in self._options]
        self.choice.addItems(
            [one.name if titles.count(one.title) > 1 else one.title for one in self._options]
        )
        for index, one in enumerate(self._options):
            self.choice.setItemData(index, one.name, Qt.ItemDataRole.ToolTipRole)
        tip = "Network to compare with"
        if self.rival is not None:
            self.choice.setCurrentIndex(keys.index(self.rival.key))
            tip = self.rival.name
        allow(self.choice, "" if self._options else _NONE, tip)

    # Showing

    def show_recognition(self) -> None:
        """Show both answers, and where they differ."""
        if self._is_list_old:
            self._refresh_list()
        networks = self.context.networks
        meddled = ", meddled with" if networks.is_meddled else ""
        self.name.setText(f"{networks.title}{meddled}")
        self.name.setToolTip(self.name.text())
        other = self._other()
        why_none = "no answer" if self.recognition.problem else ""
        self.left.answer.show_recognition(self.recognition, why_none)
        why_none = "no network" if self.rival is None else ""
        self.right.answer.show_recognition(other or Recognition(None), why_none)
        self._show_facts()
        self._show_difference(other)
        if self.recognition.prepared is not None:
            self._measure_later.start()

    def _other(self) -> Recognition | None:
        prepared = self.recognition.prepared
        if self.rival is None or prepared is None:
            return None
        rival = self.rival
        other = judge(prepared, rival.network, rival.calibration, rival.class_names)
        return other.in_order_of(self.recognition)

    def _show_difference(self, other: Recognition | None) -> None:
        mine = self.recognition
        if mine.problem or self.rival is None:
            self.bars.show_pair(mine.probabilities, None, None)
            self._say(mine.problem or _NONE, is_warning=bool(mine.problem))
            return
        if other is None or mine.probabilities is None or other.probabilities is None:
            self.bars.show_pair(None, None, None)
            self._say("Draw a digit: both networks answer.")
            return
        from engine.insight.comparison import difference  # noqa: PLC0415 - not before the first paint

        if mine.class_names != other.class_names:
            self.bars.show_pair(mine.probabilities, None, None)  # no row is one class of both
            self._say(difference_words(mine, other, 0, is_marked=False))
            return
        found = difference(mine.probabilities, other.probabilities)
        is_marked = found.distance >= _SAME
        self.bars.show_pair(
            mine.probabilities, other.probabilities, found.most_disputed if is_marked else None
        )
        self._say(difference_words(mine, other, found.most_disputed, is_marked=is_marked))

    def _show_facts(self, seconds: tuple[float, float] | None = None) -> None:
        """Say how large both are, and how long they took when they were last measured."""
        networks = self.context.networks
        own = networks.network if networks.has_network else None
        rival = None if self.rival is None else self.rival.network
        for index, (side, network) in enumerate(((self.left, own), (self.right, rival))):
            if network is not None and seconds is not None:
                side.timed = (network, f"{1000 * seconds[index]:.2g} ms per image")
            lines = [] if network is None else [f"{network.parameter_count:,} parameters"]
            is_timed = side.timed is not None and side.timed[0] is network
            lines.append(side.timed[1] if side.timed is not None and is_timed else _LATER)
            side.facts.setText("\n".join(lines))

    @Slot()
    def _measure(self) -> None:
        """Measure how long both take, once the pen rests."""
        prepared = self.recognition.prepared
        if self.rival is None or prepared is None or not self.isVisible():
            return
        if self.recognition.problem:
            return
        from engine.insight.comparison import seconds_per_image  # noqa: PLC0415

        image = prepared.image[None]
        pair = (self.context.networks.network, self.rival.network)
        first, second = (seconds_per_image(network, image) for network in pair)
        self._show_facts((first, second))

    def _say(self, sentence: str, *, is_warning: bool = False) -> None:
        self.sentence.set_role("warning" if is_warning else "")
        self.sentence.setText(sentence)

    # Making it

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave the bars room on a narrow page."""
        super().resizeEvent(event)
        for side in (self.left, self.right):
            side.set_narrow(is_on=self.width() < px(600))

    def _arrange(self) -> None:
        self.sentence.setWordWrap(True)
        self.choice.setAccessibleName("Network to compare with")
        self.choice.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.choice.setMinimumContentsLength(16)
        self.file_button.setToolTip("Compare with a network from a file")
        self.file_button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.sentence.setAlignment(Qt.AlignmentFlag.AlignCenter)
        head = QHBoxLayout()
        head.addWidget(self.name, 1)
        head.addWidget(Text("against", role="muted"))
        head.addWidget(self.choice)
        head.addWidget(self.file_button)
        middle = QVBoxLayout()
        middle.setSpacing(px(4))
        middle.addWidget(self.sentence)
        middle.addWidget(self.bars, 1)
        row = QHBoxLayout()
        row.setSpacing(px(12))
        row.addWidget(self.left)
        nest(row, middle, 1)
        row.addWidget(self.right)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        nest(column, head)
        nest(column, row, 1)


def difference_words(
    mine: Recognition, other: Recognition, disputed: int, *, is_marked: bool
) -> str:
    """Where two answers agree, and where not."""
    ours, theirs = (
        "no digit" if one.answer is None else one.name_of(one.answer) for one in (mine, other)
    )
    if mine.class_names != other.class_names:
        return f"{ours} against {theirs}: they learnt different classes."
    agreed = "Both see no digit" if ours == "no digit" else f"Both read {ours}"
    start = agreed if ours == theirs else f"They disagree: {ours} against {theirs}"
    if not is_marked:
        return f"{start}, equally sure."
    return f"{start}; they differ most about {mine.name_of(disputed)}."
