"""From the ink on the canvas to ten probabilities, and to words when there are none."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from app.state.guard import bundled_guard
from app.state.networks import NetworkHolder
from engine.basics.geometry import times
from engine.ink.plausibility import looks_like_digit, nearest_words
from engine.ink.preprocess import FULL, NoInkError, Prepared, Steps, as_it_is, prepare
from engine.ink.resample import Picture
from engine.networks.calibration import class_scores

if TYPE_CHECKING:  # the window is painted before the engine is loaded
    from engine.networks.calibration import Calibration
    from engine.networks.network import Sequential
    from engine.networks.stack import Stack

Probabilities = NDArray[np.floating]

DIGIT_INPUT, DIGIT_OUTPUT = (1, 28, 28), (10,)
"""What a network takes and gives that reads digits."""

SURE = 0.8
"""An answer less probable than this is shown with the next one: the calibration makes it mean that
fewer than four in five such answers are right."""

_NO_NUMBERS = (
    "{name} gives values that are no finite numbers for this drawing. Put its weights back in "
    "Meddle, or open another network."
)
_ANOTHER = "Open another, or choose Use the bundled LeNet-5 in the menu File."


@dataclass(frozen=True, eq=False)
class Recognition:
    """What the network makes of a drawing.

    ``prepared`` is ``None`` on a blank sheet, ``probabilities`` (10 of them) also where there is
    no network that fits; ``problem`` then says so. ``is_digit`` is false of scribbles, blots, signs
    and letters, whatever the network makes of them. ``full`` is what all steps of the preparation
    lead to, where some were left out. ``class_names`` is empty where the classes are the digits.
    """

    prepared: Prepared | None
    probabilities: Probabilities | None = None
    problem: str = ""
    is_digit: bool = True
    full: Recognition | None = None
    class_names: tuple[str, ...] = ()

    def name_of(self, label: int) -> str:
        """What a class is called: by its name, or by its digit."""
        return self.class_names[label] if self.class_names else str(label)

    def in_order_of(self, other: Recognition) -> Recognition:
        """The same with its classes in another's order, if both have the same, by their names."""
        digits = tuple(map(str, range(DIGIT_OUTPUT[0])))
        mine, theirs = self.class_names or digits, other.class_names or digits
        if self.probabilities is None or mine == theirs or set(mine) != set(theirs):
            return self
        order = [mine.index(name) for name in theirs]
        return replace(self, probabilities=self.probabilities[order], class_names=other.class_names)

    @property
    def answer(self) -> int | None:
        """The most probable digit; none on a blank sheet, and none of a scribble."""
        if self.probabilities is None or not self.is_digit:
            return None
        return int(np.argmax(self.probabilities))

    @property
    def share(self) -> float:
        """The probability of the answer; 0 where there is none."""
        if self.answer is None or self.probabilities is None:
            return 0.0
        return float(self.probabilities[self.answer])

    @property
    def top_two(self) -> tuple[int, int, float] | None:
        """The two most probable digits, and by how much of probability the first is ahead."""
        if self.probabilities is None:
            return None
        second, first = (int(digit) for digit in np.argsort(self.probabilities)[-2:])
        return first, second, float(self.probabilities[first] - self.probabilities[second])

    @property
    def doubt(self) -> str:
        """What makes the answer uncertain, in words; empty if nothing does."""
        if self.probabilities is None:
            return ""
        if not self.is_digit:
            return "Looks like no digit"
        likely = np.argsort(self.probabilities)[::-1]
        if self.probabilities[likely[0]] >= SURE:
            return ""
        first, second = (self.name_of(int(label)) for label in likely[:2])
        return f"Not sure: {first} or {second}"

    @property
    def hint(self) -> str:
        """Which digit comes nearest, where the drawing is taken for none; empty otherwise."""
        if self.probabilities is None or self.is_digit:
            return ""
        return nearest_words(self.probabilities)


def recognise_exact(
    image: Picture, pixels: Picture, networks: NetworkHolder, problem: str = ""
) -> Recognition:
    """Ask the network about an image that is one of its inputs already, as it is.

    Shape:
        ``image`` is (28, 28), ``pixels`` (H, W) the sheet that it fills.
    """
    prepared = as_it_is(image, pixels)
    if problem:
        return Recognition(prepared, problem=problem)
    return judge(prepared, networks.network, networks.calibration, networks.class_names)


def recognise(
    pixels: Picture, networks: NetworkHolder, problem: str = "", steps: Steps = FULL
) -> Recognition:
    """Prepare a picture of ink as MNIST was, and ask the network.

    ``problem`` is what ``why_unfit`` says of the network; with one, it is not asked. ``steps`` are
    the steps of the preparation that are taken; where some are not, the answer with all of them is
    there as well, as ``full``.

    Shape:
        ``pixels`` is (H, W), 0 for paper and 1 for full ink.
    """
    try:
        prepared = prepare(pixels)
    except NoInkError:
        return Recognition(None, problem=problem)
    if problem:
        shown = prepared if steps.is_full else prepare(pixels, steps)
        return Recognition(shown, problem=problem)
    network, calibration, names = networks.network, networks.calibration, networks.class_names
    full = judge(prepared, network, calibration, names)
    if steps.is_full:
        return full
    shortened = judge(prepare(pixels, steps), network, calibration, names)
    return replace(shortened, full=full)


def judge(
    prepared: Prepared,
    network: Sequential,
    calibration: Calibration,
    class_names: tuple[str, ...] = (),
) -> Recognition:
    """What a network makes of a prepared drawing.

    One whose weights were meddled with may give no finite numbers: then the ``problem`` says so.
    Only of one that reads digits it is asked whether the drawing is a digit at all: a network with
    ``class_names`` of its own reads something else.
    """
    scores = class_scores(network, prepared.image[np.newaxis, np.newaxis])
    probabilities = calibration.probabilities(scores)[0]
    if not np.isfinite(probabilities).all():
        return Recognition(prepared, problem=_NO_NUMBERS.format(name=network.stack.name[:200]))
    if len(class_names) != len(probabilities):
        class_names = ()  # a file that was tampered with
    is_digit = bool(class_names) or looks_like_digit(prepared, bundled_guard())
    return Recognition(prepared, probabilities, is_digit=is_digit, class_names=class_names)


def without_words(steps: Steps) -> str:
    """Which steps are left out: ``without cropping and centring``; nothing if none is."""
    names = (
        ("cropping", steps.crop),
        ("scaling", steps.scale),
        ("centring", steps.centre),
    )
    left_out = [name for name, is_taken in names if not is_taken]
    if not left_out:
        return ""
    last = left_out.pop()
    return f"without {', '.join(left_out)}{' and ' if left_out else ''}{last}"


def why_unfit(networks: NetworkHolder) -> str:
    """Say why the open network cannot read digits; an empty text if it can."""
    if not networks.has_network:
        return "There is no network yet. Open one, or build and train one."
    words = unfit_words(networks.network.stack)
    return f"{words} {_ANOTHER}" if words else ""


def unfit_words(stack: Stack) -> str:
    """Say why a network of this stack cannot read digits; an empty text if it can."""
    from engine.networks.stack import describe  # noqa: PLC0415 - not before the first paint

    output = describe(stack).output_shape
    if stack.input_shape == DIGIT_INPUT and output == DIGIT_OUTPUT:
        return ""
    gives = times(output) if output else "no"
    return (
        f"{stack.name} takes images of {times(stack.input_shape)} and gives {gives} outputs. "
        "A drawing needs a network that takes 1×28×28 and gives 10."
    )
