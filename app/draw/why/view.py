"""Draw's view *Why*: occlusion, saliency and Grad-CAM, on the drawing, of any class's score."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import ClassVar

import numpy as np
from PySide6.QtCore import Qt, QTimer, Slot
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from app.draw.heat_picture import HeatPicture
from app.draw.view import DrawContext, RowView
from app.draw.why.reasons import FILLS, PATCHES, Method, Question, Reason, Reasons
from app.kit.colour_bar import ColourBar, ColourRange
from app.kit.read_out import ReadOut
from app.kit.segmented import SegmentedControl
from app.look.colormaps import diverging, gradient_diverging, symmetric_range, viridis
from app.look.nesting import nest
from app.look.text import Text
from app.look.theme import px
from engine.basics.numbers import show

_REST = 120
"""Milliseconds that the pen rests before a patch begins to slide."""
_METHODS = (
    ("Occlusion", "A patch hides one place after the other"),
    ("Saliency", "The gradient of the score at every pixel"),
    ("Grad-CAM", "Feature maps of a convolution, weighted by their gradients"),
)
_SLOPES = (
    ("size, of the logit", False, False),
    ("sign, of the logit", False, True),
    ("size, of the probability", True, False),
    ("sign, of the probability", True, True),
)
"""Of saliency: words, whether it is the probability's slope, and whether its sign is kept."""
_COVERS = tuple((side, fill) for side in PATCHES for fill in range(len(FILLS)))
"""Of occlusion: the side of the patch, and the index of what it shows."""
_HIDING = "{score}   \N{MIDDLE DOT}   hiding, {done} of {places} places"
_OWN_RANGE = "The colours run to this picture's own largest value."
_BLANK = "Draw a digit to see what its score depends on."
_NO_CONVOLUTION = "Grad-CAM needs a convolution. This network has none."


class WhyView(RowView):
    """Asks again with every movement of the pen; a patch slides once the pen rests."""

    title: ClassVar[str] = "Why"
    about: ClassVar[str] = "What the score of a class depends on: occlusion, saliency, Grad-CAM"

    def __init__(self, context: DrawContext, parent: QWidget | None = None) -> None:
        super().__init__(context, parent)
        self.question = Question()
        self.reasons = Reasons(context.networks)
        self.reason: Reason | None = None
        self._rows: Iterator[Reason] | None = None
        self._rest = QTimer(self, singleShot=True, interval=_REST)
        self._rest.timeout.connect(self._begin_to_slide)
        self._slide = QTimer(self, interval=0)
        self._slide.timeout.connect(self._next_row)
        self.picture = HeatPicture("What the score depends on")
        self.method = SegmentedControl("Method", [title for title, _ in _METHODS])
        self.method.set_options(self.method.options, [about for _, about in _METHODS])
        self.method.set_index(0)
        self.label = _choice("Class", ("its answer", *(f"class {digit}" for digit in range(10))))
        self.slope = _choice("Slope: its size, or its sign too", [words for words, *_ in _SLOPES])
        self.layer = _choice("Convolution", ())
        self.patch = _choice(
            "Patch", [f"{side}×{side} of {FILLS[fill][0]}" for side, fill in _COVERS]
        )
        self.patch.setCurrentIndex(_COVERS.index((self.question.patch, self.question.fill)))
        self.bar = ColourBar()
        self.own_range = Text(_OWN_RANGE, 12, role="muted")
        self.read_out = ReadOut(13)
        self.sentence = Text(size=15)
        self._arrange()
        self._connect()
        self._show_options()

    # Asking

    def show_recognition(self) -> None:
        """Ask about the drawing as it is now."""
        self._stop()
        prepared = self.recognition.prepared
        problem = self.recognition.problem
        if prepared is None or problem:
            self._show_nothing(problem or _BLANK)
            return
        self.reasons.follow()
        self._name_classes()
        self._offer_layers()
        if self.question.method is Method.OCCLUSION:
            if self.reason is None or self.reason.patch == 0:
                self._show_nothing("")
            self._rest.start()
        elif self.question.method is Method.GRAD_CAM and not self.reasons.convolutions:
            self._show_nothing(_NO_CONVOLUTION)
        else:
            self._show(
                self.reasons.gradient_reason(self.question, prepared.image, self._asked_class())
            )

    def _name_classes(self) -> None:
        """Call the classes by their names, if the network's have any."""
        names = self.recognition.class_names or tuple(f"class {label}" for label in range(10))
        for place, name in enumerate(names, 1):
            if self.label.itemText(place) != name:
                self.label.setItemText(place, name)

    def _asked_class(self) -> int:
        """The class that is asked about: of a scribble, which has no answer, the most probable."""
        if self.question.label is not None:
            return self.question.label
        shares = self.recognition.probabilities
        return 0 if shares is None else int(np.argmax(shares))

    @Slot()
    def _begin_to_slide(self) -> None:
        prepared = self.recognition.prepared
        if prepared is not None and self.isVisible():
            self._rows = self.reasons.occlusion(self.question, prepared.image, self._asked_class())
            self._slide.start()

    @Slot()
    def _next_row(self) -> None:
        """One row of places at a time, so that the window stays awake."""
        reason = None if self._rows is None else next(self._rows, None)
        if reason is None or not self.isVisible():
            self._stop()
        else:
            self._show(reason)

    def _stop(self) -> None:
        self._rest.stop()
        self._slide.stop()
        self._rows = None

    def stop_and_join(self, timeout_ms: int) -> bool:
        """Let no patch slide any more; say that it has ended."""
        del timeout_ms
        self._stop()
        return True

    # Showing

    def _show(self, reason: Reason) -> None:
        self.reason = reason
        prepared = self.recognition.prepared
        known = reason.values[np.isfinite(reason.values)]
        low, high = symmetric_range(known)
        table = gradient_diverging() if reason.is_gradient else diverging()
        colours = ColourRange(table, low, high)
        if not reason.is_signed:
            colours = ColourRange(viridis(), 0.0, high)
        ink = None if prepared is None else prepared.image
        self.picture.show_heat(reason.values, colours, ink, reason.patch)
        self.bar.set_range(_rounded(colours))
        self.own_range.setText(_OWN_RANGE)
        if self.sentence.text() != reason.sentence:
            self.sentence.setText(reason.sentence)
        self._show_pixel()

    def _show_nothing(self, sentence: str) -> None:
        self.reason = None
        self.picture.show_nothing("")
        self.own_range.setText("\N{NO-BREAK SPACE}")
        self.read_out.set_text("")
        self.sentence.setText(sentence)

    @Slot()
    def _show_pixel(self) -> None:
        """Say what the pixel under the pointer is, or else the score."""
        if self.reason is None:
            return
        row, column = self.picture.place
        if row < 0:
            self.read_out.set_text(self._score_words(self.reason))
            return
        value = float(self.reason.values[row, column])
        number = "not known yet" if np.isnan(value) else show(value).text
        self.read_out.set_text(f"Row {row + 1}, column {column + 1}: {self.reason.unit} {number}")

    @staticmethod
    def _score_words(reason: Reason) -> str:
        """The score, and how far a patch that still slides has come."""
        done, places = int(np.isfinite(reason.values).sum()), reason.values.size
        if not reason.patch or done == places:
            return reason.score
        return _HIDING.format(score=reason.score, done=done, places=places)

    # Choosing

    @Slot()
    def _choose(self) -> None:
        """Take the question from the choices."""
        _, of_probability, is_signed = _SLOPES[self.slope.currentIndex()]
        patch, fill = _COVERS[self.patch.currentIndex()]
        self.question = replace(
            self.question,
            method=tuple(Method)[self.method.index],
            label=None if self.label.currentIndex() == 0 else self.label.currentIndex() - 1,
            of_probability=of_probability,
            is_signed=is_signed,
            layer=self.layer.currentIndex(),
            patch=patch,
            fill=fill,
        )
        self._show_options()
        self.show_recognition()

    def _show_options(self) -> None:
        """Offer what belongs to the method."""
        method = self.question.method
        self.slope.setVisible(method is Method.SALIENCY)
        self.layer.setVisible(method is Method.GRAD_CAM and self.layer.count() > 0)
        self.patch.setVisible(method is Method.OCCLUSION)

    def _offer_layers(self) -> None:
        """The convolutions of this network; the last one is chosen, as in the paper."""
        offered = self.reasons.convolutions
        if offered != tuple(self.layer.itemText(i) for i in range(self.layer.count())):
            self.layer.blockSignals(True)
            self.layer.clear()
            self.layer.addItems(list(offered))
            self.layer.setCurrentIndex(len(offered) - 1)
            self.layer.blockSignals(False)
            self.question = replace(self.question, layer=len(offered) - 1)
            self._show_options()

    # Making it

    def _arrange(self) -> None:
        self.sentence.setWordWrap(True)
        self.sentence.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.sentence.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._options = QHBoxLayout()
        for choice in (self.label, self.slope, self.layer, self.patch):
            self._options.addWidget(choice)
        self._options.addStretch(1)
        self._column = QVBoxLayout()
        self._column.addWidget(self.method)
        nest(self._column, self._options)
        self._column.addWidget(self.bar)
        self._column.addWidget(self.own_range)
        self._column.addWidget(self.read_out)
        self._column.addWidget(self.sentence)
        self._column.addStretch(1)
        self.row.addWidget(self.picture, 2)
        nest(self.row, self._column, 3)
        self.follow_theme()

    def _restyle(self) -> None:
        self.row.setSpacing(px(14))
        self._column.setSpacing(px(6))
        self._options.setSpacing(px(6))
        self.bar.setMaximumWidth(px(320))

    def _connect(self) -> None:
        self.method.chosen.connect(self._choose)
        for choice in (self.label, self.slope, self.layer, self.patch):
            choice.currentIndexChanged.connect(self._choose)
        self.picture.pointed_at.connect(self._show_pixel)


def _choice(name: str, options: tuple[str, ...] | list[str]) -> QComboBox:
    box = QComboBox()
    box.setAccessibleName(name)
    box.setToolTip(name)
    box.addItems(list(options))
    box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
    box.setMinimumContentsLength(7)
    return box


def _rounded(colours: ColourRange) -> ColourRange:
    """The ends to three digits, as they are printed."""
    low, high = (float(f"{value:.3g}") for value in (colours.low, colours.high))
    return ColourRange(colours.cmap, low, high)
