"""What meddling did, in words and figures."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from app.draw.meddler import Meddler
from app.look.percentages import percent

if TYPE_CHECKING:
    from engine.ink.preprocess import Prepared

Probabilities = NDArray[np.floating]
_ARROW = "\N{NO-BREAK SPACE}\N{RIGHTWARDS ARROW}\N{NO-BREAK SPACE}"


def answer_text(
    probabilities: Probabilities, name_of: Callable[[int], str] = str, between: str = " "
) -> str:
    """The most probable class, a digit unless ``name_of`` knows its name, and its probability."""
    best = int(probabilities.argmax())
    return f"{name_of(best)}{between}({percent(float(probabilities[best]))})"


def data_text(meddler: Meddler) -> str:
    """Which images the accuracies are of: ``1,000 test images of MNIST``."""
    known = meddler.accuracy
    if known.data == "Generated digits":
        return f"{known.images:,} generated digits that no training uses"
    return f"{known.images:,} of {known.data}'s test images"


def accuracy_text(meddler: Meddler) -> str:
    """Accuracy before and after, or that it is measured: a per cent here would pass for it."""
    known = meddler.accuracy
    if known.before is not None and known.after is not None:
        return f"{data_text(meddler)}: {percent(known.before)}{_ARROW}{percent(known.after)}"
    if meddler.problem:
        return f"The test images cannot be used: {meddler.problem}"
    is_measuring = meddler.progress is not None
    return "Measuring the accuracy \N{HORIZONTAL ELLIPSIS}" if is_measuring else ""


def result_text(meddler: Meddler, prepared: Prepared | None) -> str:
    """What all edits together did to the answer and to the accuracy; empty if there are none."""
    if not meddler.is_meddled:
        return ""
    parts = []
    if prepared is not None:
        before, after = meddler.probabilities(prepared.image)
        answers = (answer_text(shares, meddler.name_of) for shares in (before, after))
        parts.append(f"Answer: {_ARROW.join(answers)}")
    accuracy = accuracy_text(meddler)
    if accuracy:
        parts.append(accuracy)
    return "   ·   ".join(parts)
