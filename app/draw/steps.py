"""What is said while steps of the preparation are switched off."""

from __future__ import annotations

from app.look.percentages import percent
from app.state.recognition import Recognition, without_words
from engine.ink.preprocess import Steps


def comparison(steps: Steps, recognition: Recognition) -> str:
    """The answer without some steps beside that with all of them; nothing if all are taken."""
    if steps.is_full:
        return ""
    words = without_words(steps).capitalize()
    if recognition.full is None:
        return f"{words}: what the network sees is not as in training."
    return f"{words}: {_answer(recognition)}.  All steps: {_answer(recognition.full)}."


def _answer(recognition: Recognition) -> str:
    if recognition.answer is None:
        return "no digit"
    return f"{recognition.name_of(recognition.answer)}, {percent(recognition.share)}"
