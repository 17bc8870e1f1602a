"""The page *Inside* of Train: the network while it learns, as far as it costs next to nothing."""

from __future__ import annotations

from collections import deque
from functools import partial
from typing import ClassVar

import numpy as np
from PySide6.QtCore import QObject, QPoint, QPointF, QRectF, Slot
from PySide6.QtGui import QFont, QRegion, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from app.kit.maps.source_lines import SourceLines
from app.kit.maps.source_picture import picture_of_seen
from app.kit.maps.sum_line import SumLine
from app.kit.scrolling import scrolling
from app.kit.segmented import SegmentedControl
from app.look.nesting import nest
from app.look.percentages import percent
from app.look.text import ElidedText, Text
from app.look.theme import px
from app.train.inside.chosen_image import ChosenImage
from app.train.inside.image_answer import ImageAnswer, called
from app.train.inside.layer_health_table import LayerHealthTable, LayerRow
from app.train.inside.map_row import MapRow
from app.train.inside.snapshots import HeldOut, Interest, LiveSnapshot, SnapshotObserver
from app.train.part import TrainContext, TrainPart
from app.train.room import TallPage
from engine.basics.numbers import show
from engine.insight.finding_sources import traced
from engine.insight.layer_outputs import outputs_on
from engine.insight.shown_layer import Unit
from engine.insight.snapshot import NetworkSnapshot, take_snapshot
from engine.insight.sources import Source, Traced
from engine.networks.network import Sequential
from engine.training.weight_history import unpack

EMPTY = (
    "While a network learns, its kernels, what it makes of an image, and how each of its layers "
    "is doing are shown here."
)


VIEWS = (
    ("One image", "What becomes of one image on its way through the network"),
    ("Every layer", "Norms, gradients and step sizes, layer by layer"),
)
NARROW = 480
HINT = "Point at a number of a map: lines show where it comes from; a click holds it."
_THEN = "; behind {layer}: {total}"
_FOLLOWED = 24
"""Sources that lines are drawn from: each is followed back to a map that is shown."""


class InsidePage(TallPage):
    """One image on its way through the network; behind it, in numbers, how every layer is doing."""

    wanted_height: ClassVar[int] = 440
    key: ClassVar[str] = "inside"

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.choice = SegmentedControl("What is shown of the network", [name for name, _ in VIEWS])
        self.choice.set_options(self.choice.options, [about for _, about in VIEWS])
        self.sentence = Text(size=15, weight=QFont.Weight.DemiBold)
        self.sentence.setWordWrap(True)
        self.answer = ImageAnswer(can_browse=True)
        self.maps = MapRow()
        self.sum_line = SumLine(HINT)
        self.table = LayerHealthTable()
        self.note = ElidedText(size=12, role="muted")
        self._lay_out()
        self.lines = SourceLines(self)
        self.choice.chosen.connect(self.show_view)
        self.follow_theme()
        self.show_content(is_empty=True)
        self.show_view(0)

    @Slot(int)
    def show_view(self, index: int) -> None:
        """Show the image on its way (0) or the layers in numbers (1)."""
        self.choice.set_index(index)
        self._views.setCurrentIndex(index)
        self.sentence.setVisible(index == 0)

    def say(self, sentence: str) -> None:
        """What the network makes of the image, in a sentence."""
        self.sentence.setText(sentence)

    def show_sources(self, traced: Traced | None, names: tuple[str, str] = ("", "")) -> None:
        """Show where a number of the maps comes from, or nothing.

        Args:
            traced: The sum behind it, and its sources where they are seen.
            names: Of the layer that adds up, and of the one that is pointed at.
        """
        maps, picture = self.maps, None
        if traced is None:
            self.sum_line.show_sources(None)
        else:
            first, last = names
            then = (
                ""
                if traced.sum.unit == traced.unit
                else _THEN.format(layer=last, total=show(traced.total).text)
            )
            self.sum_line.show_sources(traced.sum, first, then)
        if traced is not None and maps.isVisible():
            here = QPointF(maps.mapTo(self, QPoint()))
            picture = picture_of_seen(
                traced,
                maps.cell_box(traced.unit).translated(here),
                partial(self._box_of, traced),
                tuple(tile.translated(here.toPoint()) for tile in maps.tiles),
                self.palette().color(self.backgroundRole()),
                QRegion(self.rect()),
            )
        self.lines.show_picture(picture)

    def _box_of(self, traced: Traced, source: Source) -> QRectF:
        if traced.layer >= 0:
            box = self.maps.cell_box(Unit(traced.layer, source.index))
            return QRectF() if box.isNull() else box.translated(self.maps.mapTo(self, QPointF()))
        shape = traced.sum.input_shape
        place = int(np.ravel_multi_index(source.index, shape))
        box = self.answer.pixel_box(place, shape)
        return box.translated(self.answer.mapTo(self, QPointF()))

    def _lay_out(self) -> None:
        way, layers, content = QWidget(), QWidget(), QWidget()
        self._way = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._way.addWidget(self.answer, 2)
        self._way.addWidget(self.maps, 3)
        self._seen = QVBoxLayout(way)
        self._seen.setContentsMargins(0, 0, 0, 0)
        nest(self._seen, self._way, 1)
        self._seen.addWidget(self.sum_line)
        self._layers = QVBoxLayout(layers)
        self._layers.setContentsMargins(0, 0, 0, 0)
        self._layers.addWidget(scrolling(self.table), 1)
        self._layers.addWidget(self.note)
        self._views = QStackedWidget()
        self._views.addWidget(way)
        self._views.addWidget(layers)
        self._head = QHBoxLayout()
        self._head.addWidget(self.choice)
        self._head.addStretch(1)
        self._column = QVBoxLayout(content)
        self._column.setContentsMargins(0, 0, 0, 0)
        nest(self._column, self._head)
        self._column.addWidget(self.sentence)
        self._column.addWidget(self._views, 1)
        self._hold(content, EMPTY)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put image and maps one above the other where there is little width."""
        super().resizeEvent(event)
        is_narrow = self.width() < px(NARROW)
        direction = QBoxLayout.Direction
        self._way.setDirection(direction.TopToBottom if is_narrow else direction.LeftToRight)

    def _restyle(self) -> None:
        self._way.setSpacing(px(24))
        self._seen.setSpacing(px(4))
        self._layers.setSpacing(px(4))
        self._head.setSpacing(px(12))
        self._column.setSpacing(px(8))


ABOUT = "Kernels, feature maps, and how every layer is doing, while the network learns"
NOTE = "Each layer's weights W; dW is the latest batch's gradient, ΔW what one step changed."


REMEMBERED = 240
"""Update ratios that are drawn of each layer."""


class TrainInside(TrainPart):
    """Shows the latest ``LiveSnapshot`` that the run reports, and its network on the chosen image.

    Attributes:
        image: The image that the network is shown on.
        interest: What the worker is to look at.
        latest: The latest report.
        ratio_step: The step that the latest update ratios are of: they are measured on some.
    """

    def __init__(self, context: TrainContext, parent: QObject | None = None) -> None:
        super().__init__(context, parent)
        self._session = context.session
        self.image = ChosenImage(self)
        self.interest = Interest()
        self.latest: LiveSnapshot | None = None
        self.ratio_step: int | None = None
        self._look: NetworkSnapshot | None = None
        self._network: Sequential | None = None
        self._ratios: dict[int, deque[float]] = {}
        self._hovered: Unit | None = None
        self.page = InsidePage()
        context.view.pages.add_page("Inside", self.page, ABOUT)
        context.session.observe_with(lambda _job: SnapshotObserver(self.interest))
        context.session.began.connect(self._begin)
        context.session.observed.connect(self._take)
        self.page.watched_changed.connect(self._watch)
        self.page.answer.browsed.connect(self.image.go)
        self.image.changed.connect(self._choose)
        maps = self.page.maps
        maps.unit_hovered.connect(self._point)
        maps.unit_chosen.connect(self._show_sources)
        maps.arranged.connect(self._show_sources)
        self.page.choice.chosen.connect(self._show_sources)

    @property
    def rows(self) -> tuple[LayerRow, ...]:
        """Every layer with weights."""
        if self.latest is None:
            return ()
        return tuple(
            LayerRow(health, tuple(self._ratios.get(health.index, ())))
            for health in self.latest.health
        )

    @property
    def look(self) -> NetworkSnapshot | None:
        """The latest network on the chosen image, computed here if the worker has not done it."""
        if self.latest is None or self._look is not None:
            return self._look
        network, image = self._at_present(), self.image.image
        if network is None or image is None:
            return None
        with np.errstate(all="ignore"):
            self._look = take_snapshot(network, image)
        return self._look

    def _at_present(self) -> Sequential | None:
        """The latest network, if there is an image that it takes."""
        image, job = self.image.image, self._session.job
        if self.latest is None or image is None or job is None:
            return None
        if image.shape != job.stack.input_shape:
            return None
        if self._network is None or self._network.stack != job.stack:
            self._network = Sequential(job.stack, np.random.default_rng(0))
        unpack(self._network, self.latest.values)
        return self._network

    # Where a number comes from

    @Slot(object)
    def _point(self, unit: Unit | None) -> None:
        self._hovered = unit
        self._show_sources()

    @Slot()
    def _show_sources(self) -> None:
        """Show where the held number comes from, or else the one under the pointer."""
        maps = self.page.maps
        unit = maps.chosen or self._hovered
        if unit is None or not maps.has(unit):
            self.page.show_sources(None)
            return
        network, image = self._at_present(), self.image.image
        if network is None or image is None:
            return
        with np.errstate(all="ignore"):
            values = (image, *outputs_on(network, image))
        found = traced(network, values, unit, maps.layers, _FOLLOWED)
        layers = network.stack.layers
        names = tuple(layers[place].short_title for place in (found.sum.unit.layer, unit.layer))
        self.page.show_sources(found, (names[0], names[1]))

    # What comes from the run

    @Slot()
    def _begin(self) -> None:
        if not self._session.goes_on:
            self.latest = self._look = None
            self._ratios.clear()
            self.ratio_step = None
            self._show()

    @Slot(object)
    def _take(self, observation: object) -> None:
        if isinstance(observation, HeldOut):
            self.image.take_held_out(observation)
        elif isinstance(observation, LiveSnapshot):
            self.latest = observation
            is_of_choice = observation.image_key == self.image.key
            self._look = observation.look if is_of_choice else None
            for health in observation.health:
                if health.update_ratio is not None:
                    ratios = self._ratios.setdefault(health.index, deque(maxlen=REMEMBERED))
                    ratios.append(health.update_ratio)
                    self.ratio_step = observation.step
            self._show()

    @Slot()
    def _choose(self) -> None:
        self.interest.choose(self.image.image, self.image.key)
        self._look = None
        self._show()

    @Slot(int)
    def open(self, place: int) -> None:
        """Come into sight with one of the held-out images."""
        self.image.choose(place)
        pages = self.context.view.pages
        pages.show_page(pages.stack.indexOf(self.page))

    @Slot(bool)
    def _watch(self, is_watched: bool) -> None:
        """Only while somebody looks is the run looked into while it goes on."""
        self.interest.watch(is_watched=is_watched)
        if is_watched:
            self.image.take_drawing(self.drawing())
            self._show()

    # What is shown

    def _show(self) -> None:
        """Show the latest look, if anybody can see it."""
        page, image, latest = self.page, self.image, self.latest
        if not page.isVisible():
            return
        page.show_content(is_empty=latest is None)
        if latest is None:
            return
        look = self.look
        page.answer.show_answer(
            image.title,
            image.image,
            None if look is None else look.probabilities,
            image.label,
            "No image",
            image.class_names,
        )
        page.say(_sentence(latest.step, image, look))
        sets = () if look is None else look.maps
        kernels = () if look is None or look.kernels is None else (look.kernels,)
        page.maps.show_sets((*kernels, *sets), "This network has no maps to show.")
        page.table.show_rows(self.rows)
        self._show_note(latest.step)

    def _show_note(self, step: int) -> None:
        """Say which step this is, and which one the update ratios are of, if of another."""
        note = self.page.note
        steps = f"Step {step:,}"
        if self.ratio_step is not None and self.ratio_step != step:
            steps += f", update ratio of step {self.ratio_step:,}"
        note.setText(f"{steps}. {NOTE}")
        note.setToolTip(note.text())
        note.update()


def _sentence(step: int, image: ChosenImage, look: NetworkSnapshot | None) -> str:
    """How the network reads the image after so many steps, and whether that is right."""
    if look is None:
        return ""
    if not np.isfinite(look.probabilities).all():
        return f"After step {step:,} there is no answer: a weight is no number any more."
    best = int(look.probabilities.argmax())
    sure = percent(float(look.probabilities[best]))
    read = f"After step {step:,} it is read as {called(best, image.class_names)}, {sure} sure"
    if image.label is None:
        return f"{read}."
    if best == image.label:
        return f"{read}: right."
    return f"{read}: wrong, it is {called(image.label, image.class_names)}."
