"""What is said of each stage of a training step that is held still."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from app.train.freeze.step_walk import FrozenWalk, StageKind
from app.train.inside.layer_health_table import norm
from engine.basics.geometry import times
from engine.basics.numbers import show
from engine.insight.frozen_step import FrozenStep, ParameterUpdate
from engine.insight.layer_outputs import statistics

SYMBOLS = {"weight": "W", "bias": "b", "gamma": "γ", "beta": "β"}
"""What a layer's arrays are called in formulas."""

_NAMES = {"weight": "weights", "bias": "biases", "gamma": "γ", "beta": "β"}


def title_of(walk: FrozenWalk) -> str:
    """The stage in a few words."""
    stage, frozen = walk.stage, walk.frozen
    if frozen is None:
        return ""
    layer = "" if stage.layer < 0 else _layer(frozen, stage.layer)
    return {
        StageKind.IMAGE: f"Step {frozen.step.number:,}, epoch {frozen.step.epoch}",
        StageKind.FORWARD: f"Forward: {layer}",
        StageKind.LOSS: "Loss",
        StageKind.BACKWARD: f"Backward: {layer}",
        StageKind.UPDATE: f"Update: {layer}",
    }[stage.kind]


def sentences_of(walk: FrozenWalk) -> tuple[str, ...]:
    """What happens in the stage, with its numbers, a line each."""
    frozen, image, stage = walk.frozen, walk.image, walk.stage
    if frozen is None or image is None:
        return ()
    if stage.kind is StageKind.IMAGE:
        rate = show(frozen.step.learning_rate, 4).text
        what = f"{frozen.batch_size:,} images at once and the learning rate {rate}"
        here = f"Here is image {image.index + 1}, labelled {_called(frozen, image.label)}."
        return (f"This is what the run would do next, with {what}. {here}",)
    if stage.kind is StageKind.FORWARD:
        return (_forward(walk, frozen, stage.layer),)
    if stage.kind is StageKind.LOSS:
        return _loss(walk, frozen)
    if stage.kind is StageKind.BACKWARD:
        return _backward(walk, frozen, stage.layer)
    return tuple(line for update in walk.updates_here for line in update_lines(frozen, update))


def _layer(frozen: FrozenStep, layer: int) -> str:
    return f"{layer + 1} {frozen.step.stack.layers[layer].title}"


def _forward(walk: FrozenWalk, frozen: FrozenStep, layer: int) -> str:
    assert walk.image is not None  # noqa: S101 - asked before
    before, after = walk.image.values[layer], walk.image.values[layer + 1]
    words = frozen.step.stack.layers[layer].words()
    return f"{words}. {times(before.shape)} numbers become {times(after.shape)}, {_range(after)}."


def _loss(walk: FrozenWalk, frozen: FrozenStep) -> tuple[str, ...]:
    image = walk.image
    assert image is not None  # noqa: S101 - asked before
    right = float(image.probabilities[image.label])
    label = _called(frozen, image.label)
    own, mean = show(image.loss, 4).text, show(walk.loss, 4).text
    if frozen.step.config.loss == "cross-entropy" and right > 0:
        first = f"Its label is {label}; the network gives that {show(right, 4).text}. "
        first += f"Its loss is −ln {show(right, 4).text} ≈ {own}."
    else:
        first = f"Its label is {label}, and its loss is {own}."
    return (
        f"{first} The mean over the {frozen.batch_size:,} images is {mean}.",
        f"From here on: how much that mean rises per unit of each number, {_range_of_last(walk)}.",
    )


def _range_of_last(walk: FrozenWalk) -> str:
    assert walk.image is not None  # noqa: S101 - asked before
    return _range(walk.image.gradients[-1])


def _backward(walk: FrozenWalk, frozen: FrozenStep, layer: int) -> tuple[str, ...]:
    assert walk.image is not None  # noqa: S101 - asked before
    arriving, leaving = walk.image.gradients[layer + 1], walk.image.gradients[layer]
    comes = f"The gradient of its {times(arriving.shape)} outputs arrives"
    goes = f"that of its {times(leaving.shape)} inputs goes on to layer {layer}"
    lines = [f"{comes}; {goes}, {_range(leaving)}."]
    updates = [update for update in walk.updates if update.layer == layer]
    if updates:
        names = " and ".join(_NAMES.get(update.name, update.name) for update in updates)
        lines.append(f"Its {names} get theirs, too: the sum over all {frozen.batch_size:,} images.")
    return tuple(lines)


def update_lines(frozen: FrozenStep, update: ParameterUpdate) -> tuple[str, ...]:
    """The update of one array: its size, then the equation of the weight that changes most."""
    index = update.most_changed
    name = _NAMES.get(update.name, update.name)
    where = ", ".join(str(part + 1) for part in index)
    equation = frozen.equation(update, index)
    before, gradient, change = (show(norm).text for norm in update.norms)
    letter = SYMBOLS.get(update.name, update.name)
    sizes = (
        f"{times(update.before.shape)} {name}: {norm(letter)} = {before}, "
        f"{norm(f'd{letter}')} = {gradient}, {norm(f'Δ{letter}')} = {change}. "
        f"The one at ({where}) changes most:"
    )
    own = f"{letter.lower()} ←"
    return sizes, ";   ".join(line.replace("w ←", own, 1) for line in equation.lines)


def _called(frozen: FrozenStep, label: int) -> str:
    names = frozen.step.class_names
    return f"{label} {names[label]}" if names else str(label)


def _range(values: NDArray[np.floating]) -> str:
    found = statistics(values)
    return f"from {show(found.least).text} to {show(found.largest).text}"
