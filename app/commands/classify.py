"""``cnnviz classify``: what a network reads in drawings and images, prepared as in Draw."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from app.commands.terminal import complain, say
from app.state.guard import bundled_guard
from engine.basics.errors import DataError, EngineError
from engine.data.images import read_ink
from engine.ink.certainty import DigitJudge
from engine.ink.drawing_json import read_drawings
from engine.ink.drawings import (
    BOX,
    PEN_SHARE,
    Drawing,
    Stroke,
    fitting_width,
    within_box,
)
from engine.ink.plausibility import looks_like_digit, nearest_words
from engine.ink.preprocess import prepare
from engine.ink.rendering import render
from engine.ink.resample import Picture
from engine.ink.segmentation import digits_in, digits_of
from engine.networks.calibration import Calibration, class_scores
from engine.networks.model_file import load_model
from engine.networks.network import Sequential
from engine.networks.stack import describe

DIGITS_IN = (1, 28, 28)

_MOST_BOXES = 40

_FEWEST = 2
"""So many digits make a number."""

UNREAD = "?"
"""What stands in a number for ink that looks like no digit."""


class NoDigitError(DataError):
    """There is ink, but it looks like no digit."""


@dataclass(frozen=True, eq=False)
class Reader:
    """A network that drawings are shown to; it reads digits unless its classes have names."""

    network: Sequential
    calibration: Calibration
    class_names: tuple[str, ...] = ()

    @property
    def reads_digits(self) -> bool:
        """Whether its classes are the digits."""
        return not self.class_names

    def name_of(self, label: int) -> str:
        """What a class is called: by its name, or by its digit."""
        return self.class_names[label] if self.class_names else str(label)

    @cached_property
    def judge(self) -> DigitJudge | None:
        """What tells digits that touch apart; none if something else than digits is read."""
        if not self.reads_digits:
            return None
        return DigitJudge(self.network, self.calibration, bundled_guard())

    def probabilities(self, picture: NDArray[np.floating]) -> NDArray[np.floating]:
        """Ten calibrated probabilities for a picture of ink, ``(H, W)`` from 0 to 1.

        Raises:
            NoInkError: if the picture is blank.
            NoDigitError: if it looks like no digit, by the rule that Draw has too.
        """
        prepared = prepare(picture)
        scores = class_scores(self.network, prepared.image[None, None])
        found = np.asarray(self.calibration.probabilities(scores)[0])
        if self.reads_digits and not looks_like_digit(prepared, bundled_guard()):
            raise NoDigitError(f"It looks like no digit. {nearest_words(found)}")
        return found


def classify_drawings(model: Path, strokes: Path, *, as_numbers: bool) -> int:
    """A line per drawing: ten probabilities, or its number, or why it is refused.

    Raises:
        EngineError: if the model or the file of drawings cannot be used.
    """
    reader = open_reader(model)
    for drawing in read_drawings(strokes):
        digits = partial(_digits_of_drawing, reader, drawing)
        try:
            if as_numbers:
                say(_number_line(reader, digits()))
            else:
                say(_line(_probabilities(reader, render(within_box(drawing)), digits)))
        except DataError as error:
            say(f"refused: {error}")
    return 0


def classify_images(model: Path, images: list[Path], *, as_numbers: bool) -> int:
    """A line per image: its name, its class and all probabilities, or its number.

    Returns 1 if any image was refused.

    Raises:
        EngineError: if the model cannot be used.
    """
    reader = open_reader(model)
    status = 0
    for path in images:
        try:
            picture = read_ink(path)
            digits = partial(digits_in, picture, reader.judge)
            if as_numbers:
                say(f"{path}: {_number_line(reader, digits())}")
                continue
            found = _probabilities(reader, picture, digits)
        except EngineError as error:
            named = f"{path.name}: " if isinstance(error, NoDigitError) else ""
            complain(f"cnnviz: {named}{error}")
            status = 1
        else:
            best = int(found.argmax())
            say(f"{path}: {reader.name_of(best)} ({found[best]:.1%})  {_line(found)}")
    return status


def _probabilities(
    reader: Reader, picture: Picture, digits: Callable[[], Sequence[Picture]]
) -> NDArray[np.floating]:
    """Ten probabilities; a drawing that is no digit because it is a number is refused saying so."""
    try:
        return reader.probabilities(picture)
    except NoDigitError as error:
        answers = [_digit_words(reader, digit)[0] for digit in digits()]
        if len(answers) < _FEWEST or UNREAD in answers:
            raise
        hint = f"{len(answers)} digits side by side? --number reads {''.join(answers)}."
        raise NoDigitError(f"{error} {hint}") from error


def _digits_of_drawing(reader: Reader, drawing: Drawing) -> Sequence[Picture]:
    """The digits of a drawing, on a sheet that is wide enough, with a pen that suits them.

    Strokes that were given without a pen have one that suits a single digit as large as the whole
    number; a number's height is what its digits have.
    """
    strokes = [mark for mark in drawing if isinstance(mark, Stroke)]
    points = [point for stroke in strokes for point in stroke.points]
    if not points:
        return ()
    usual = fitting_width([stroke.points for stroke in strokes])
    height = max(y for _, y in points) - min(y for _, y in points)
    pen = max(1.0, PEN_SHARE * height)
    marks = tuple(
        replace(mark, width=pen) if isinstance(mark, Stroke) and mark.width == usual else mark
        for mark in drawing
    )
    boxes = math.ceil((max(x for x, _ in points) + usual) / BOX)
    return digits_of(marks, max(1, min(boxes, _MOST_BOXES)), reader.judge)


def _number_line(reader: Reader, digits: Sequence[Picture]) -> str:
    if not digits:
        return "refused: There is no ink to recognise: draw a number first."
    answers = [_digit_words(reader, picture) for picture in digits]
    if reader.class_names:
        return ", ".join(f"{name} ({share})" for name, share in answers)
    number = "".join(digit for digit, _ in answers)
    return f"{number} ({', '.join(share for _, share in answers)})"


def _digit_words(reader: Reader, picture: Picture) -> tuple[str, str]:
    """A digit and its probability; a question mark for what looks like none."""
    try:
        shares = reader.probabilities(picture)
    except NoDigitError:
        return UNREAD, "no digit"
    return reader.name_of(int(shares.argmax())), f"{shares.max():.1%}"


def _line(probabilities: NDArray[np.floating]) -> str:
    return " ".join(f"{value:.6f}" for value in probabilities)


def open_reader(path: Path) -> Reader:
    """The network in a file.

    Raises:
        EngineError: if it cannot be read, or takes other images than drawings become.
    """
    model = load_model(path)
    if model.stack.input_shape != DIGITS_IN:
        raise DataError(
            f"{path.name} takes input of {model.stack.input_shape}, but drawings become "
            f"{DIGITS_IN}. Choose a network for images of 28×28 in one channel."
        )
    record = model.record
    calibration = (record.calibration if record else None) or Calibration()
    names = record.class_names if record else ()  # of garments, say, rather than digits
    if describe(model.stack).output_shape != (len(names),):
        names = ()
    return Reader(model.network, calibration, names)
