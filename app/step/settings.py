"""The settings of the lab's geometry: what each shows of a state, and what a change makes of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from engine.basics.geometry import Pair
from engine.lab import LabState, Operation, PictureKind
from engine.lab.editing import (
    resized_input,
    resized_kernel,
    with_features,
    with_in_channels,
    with_out_channels,
)
from engine.lab.state import LARGEST_SIDE


@dataclass(frozen=True)
class Setting:
    """One name with one or two boxes: what they show of a state, and what a change makes of it."""

    title: str
    names: tuple[str, ...]
    least: int
    most: int
    read: Callable[[LabState], tuple[int, ...]]
    write: Callable[[LabState, int, int], LabState]
    joint: str = "×"


def _size(state: LabState) -> tuple[int, ...]:
    return (1, state.input.shape[1]) if state.input.ndim == 2 else state.input.shape[1:]


def _kernel(state: LabState) -> tuple[int, ...]:
    return (1, state.kernel.shape[2]) if state.kernel.ndim == 3 else state.kernel.shape[2:]


def _channels(state: LabState) -> tuple[int, ...]:
    if state.operation in {Operation.CONV2D, Operation.CONV1D}:
        return state.input.shape[0], state.kernel.shape[0]
    return (state.input.shape[0],)


def _with_channels(state: LabState, which: int, count: int) -> LabState:
    """Other channels; the second input channel unfolds a convolution."""
    if which:
        return with_out_channels(state, count)
    is_second = len(state.input) == 1 < count and state.picture is PictureKind.GRIDS
    if is_second and state.operation in {Operation.CONV2D, Operation.CONV1D}:
        state = replace(state, picture=PictureKind.CHANNELS)
    return with_in_channels(state, count)


def _with_features(state: LabState, which: int, count: int) -> LabState:
    if which == 0:
        return with_features(state, count)
    return with_out_channels(state, count)


def _features(state: LabState) -> tuple[int, ...]:
    if state.operation is Operation.DENSE:
        return state.input.shape[0], state.bias.shape[0]
    return (state.input.shape[0],)


def _pair(name: str) -> Callable[[LabState], Pair]:
    return lambda state: getattr(state, name)


def _with_pair(name: str) -> Callable[[LabState, int, int], LabState]:
    def write(state: LabState, which: int, value: int) -> LabState:
        first, second = getattr(state, name)
        changed = (value, second) if which == 0 else (first, value)
        return replace(state, **{name: changed})  # type: ignore[arg-type]

    return write


def _with_label(state: LabState, _: int, value: int) -> LabState:
    return replace(state, label=min(value, state.input.shape[0] - 1))


def _both(words: str) -> tuple[str, str]:
    return f"{words}, height", f"{words}, width"


SETTINGS: dict[str, Setting] = {
    "size": Setting("input", _both("input"), 1, LARGEST_SIDE, _size, resized_input),
    "channels": Setting(
        "channels", ("input channels", "output channels"), 1, 4, _channels, _with_channels, "→"
    ),
    "features": Setting(
        "features", ("inputs", "outputs"), 1, LARGEST_SIDE, _features, _with_features, "→"
    ),
    "label": Setting(
        "true class", ("true class",), 0, LARGEST_SIDE - 1, lambda s: (s.label,), _with_label
    ),
    "kernel": Setting("kernel", _both("kernel"), 1, LARGEST_SIDE, _kernel, resized_kernel),
    "window": Setting(
        "window", _both("window"), 1, LARGEST_SIDE, _pair("window"), _with_pair("window")
    ),
    "stride": Setting("stride", _both("stride"), 1, 12, _pair("stride"), _with_pair("stride")),
    "padding": Setting("padding", _both("padding"), 0, 6, _pair("padding"), _with_pair("padding")),
    "dilation": Setting(
        "dilation", _both("dilation"), 1, 6, _pair("dilation"), _with_pair("dilation")
    ),
}


def title_of(key: str, state: LabState) -> str:
    """What a setting is called; the features of softmax are classes."""
    is_classes = key == "features" and state.operation is Operation.SOFTMAX
    return "classes" if is_classes else SETTINGS[key].title


OF_WINDOWS = ("stride", "padding", "dilation")
