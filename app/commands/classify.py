"""``cnnviz classify``: what a network makes of drawings and images, by the canvas's own path."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from app.commands.terminal import complain, say
from engine.calibration import Calibration, class_scores
from engine.data.images import read_ink
from engine.drawings import read_drawings
from engine.errors import DataError, EngineError
from engine.ink import render
from engine.model_file import load_model
from engine.network import Sequential
from engine.preprocess import NoInkError, prepare

DIGITS_IN = (1, 28, 28)


def classify_strokes(model: Path, strokes: Path) -> int:
    """One line of ten probabilities per drawing; a drawing without ink gives a line that says so.

    Raises:
        EngineError: if the model or the file of drawings cannot be used.
    """
    network, calibration = _digit_network(model)
    for drawing in read_drawings(strokes):
        try:
            probabilities = recognise(network, render(drawing), calibration)
        except NoInkError as error:
            say(f"refused: {error}")
        else:
            say(_line(probabilities))
    return 0


def classify_images(model: Path, images: list[Path]) -> int:
    """A line per image: its name, the digit, and the ten probabilities. 1 if any was refused.

    Raises:
        EngineError: if the model cannot be used.
    """
    network, calibration = _digit_network(model)
    status = 0
    for path in images:
        try:
            probabilities = recognise(network, read_ink(path), calibration)
        except EngineError as error:
            complain(f"cnnviz: {error}")
            status = 1
        else:
            best = int(probabilities.argmax())
            say(f"{path}: {best} ({probabilities[best]:.1%})  {_line(probabilities)}")
    return status


def recognise(
    network: Sequential,
    picture: NDArray[np.floating],
    calibration: Calibration | None = None,
) -> NDArray[np.floating]:
    """Ten calibrated probabilities for a picture of ink, ``(H, W)`` from 0 to 1.

    Raises:
        NoInkError: if the picture is blank.
    """
    image = prepare(picture).image
    scores = class_scores(network, image[None, None])
    return np.asarray((calibration or Calibration()).probabilities(scores)[0])


def _digit_network(path: Path) -> tuple[Sequential, Calibration | None]:
    model = load_model(path)
    network = model.network
    if network.stack.input_shape != DIGITS_IN:
        raise DataError(
            f"{path.name} takes input of {network.stack.input_shape}, but drawings become "
            f"{DIGITS_IN}. Choose a network for images of 28×28 in one channel."
        )
    return network, model.record.calibration if model.record else None


def _line(probabilities: NDArray[np.floating]) -> str:
    return " ".join(f"{value:.6f}" for value in probabilities)
