"""Ways to repair a stack: proposed by rule, offered only if the report says that they help."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from engine.basics.geometry import Shape, times
from engine.layers import (
    AvgPool1dSpec,
    AvgPool2dSpec,
    Conv1dSpec,
    Conv2dSpec,
    DenseSpec,
    FlattenSpec,
    GlobalAvgPoolSpec,
    MaxPool1dSpec,
    MaxPool2dSpec,
)
from engine.layers.pooling import Pooling2dSpec
from engine.layers.reading import UnknownSettingSpec
from engine.layers.spec import LayerSpec
from engine.networks.stack import Report, Stack, describe

MOST = 3
"""No more fixes than these are offered: a choice, not a list."""


@dataclass(frozen=True)
class Fix:
    """A stack in which the first problem is fixed.

    ``label`` says what is done, as on a button; ``row`` is the layer to look at afterwards, −1 for
    the input.
    """

    label: str
    stack: Stack
    row: int


@dataclass(frozen=True)
class _Edit:
    """A candidate, not yet known to help: the layers then, and the one to look at."""

    label: str
    layers: tuple[LayerSpec, ...]
    row: int


def propose_fixes(
    stack: Stack, classes: int | None = None, input_shape: Shape | None = None
) -> tuple[Fix, ...]:
    """Ways to fix the first problem of a stack, the most natural first; ``()`` if it has none.

    Args:
        stack: What to fix.
        classes: How many numbers the stack must end in, if that matters.
        input_shape: What the stack must accept, if that matters.
    """
    report = describe(stack, classes)
    faulty = report.faulty_row
    if report.problem is None:
        return _input_fixes(stack, classes, input_shape)
    at = len(stack.layers) if faulty is None else faulty.index
    edits = _ending_edits(report, classes or 1) if faulty is None else _layer_edits(report, at)
    fixes: list[Fix] = []
    for edit in edits:
        fixed = stack.with_layers(edit.layers)
        is_new = all(fix.stack != fixed for fix in fixes)
        moved_to = at + len(edit.layers) - len(stack.layers)
        if is_new and _helps(describe(fixed, classes), report, moved_to):
            fixes.append(Fix(edit.label, fixed, edit.row))
        if len(fixes) == MOST:
            break
    return tuple(fixes)


def _helps(after: Report, before: Report, at: int) -> bool:
    """Whether all up to ``at``, where the faulty layer now stands, works; and not to fail again."""
    if after.problem is None:
        return True
    faulty = after.faulty_row
    is_further = faulty.index > at if faulty is not None else at < len(after.rows)
    return is_further and after.problem != before.problem


def _input_fixes(stack: Stack, classes: int | None, wanted: Shape | None) -> tuple[Fix, ...]:
    if wanted is None or stack.input_shape == wanted:
        return ()
    fixed = replace(stack, input_shape=wanted)
    if describe(fixed, classes).problem is not None:
        return ()
    return (Fix(f"Set the input to {times(wanted)}", fixed, -1),)


# A layer that does not fit


def _layer_edits(report: Report, at: int) -> Iterator[_Edit]:
    layers = report.stack.layers
    spec, shape = layers[at], report.rows[at].input_shape or ()
    for rule in _RULES:
        yield from rule(layers, at, spec, shape)
    yield _without(layers, at, f"Remove {_named(spec)}")


_Rule = Callable[[tuple[LayerSpec, ...], int, LayerSpec, Shape], Iterator[_Edit]]


def _without_strange_settings(
    layers: tuple[LayerSpec, ...], at: int, spec: LayerSpec, shape: Shape
) -> Iterator[_Edit]:
    """A setting of a newer cnnviz."""
    del shape
    if isinstance(spec, UnknownSettingSpec):
        yield _changed(layers, at, spec.known, f"Leave out {' and '.join(spec.strange)}")


def _flatten_first(
    layers: tuple[LayerSpec, ...], at: int, spec: LayerSpec, shape: Shape
) -> Iterator[_Edit]:
    """Feature maps before a dense layer."""
    if isinstance(spec, DenseSpec) and len(shape) > 1:
        yield _inserted(layers, at, FlattenSpec(), "Insert Flatten")
        yield _inserted(layers, at, GlobalAvgPoolSpec(), "Insert global average pooling")


def _move_before_flatten(
    layers: tuple[LayerSpec, ...], at: int, spec: LayerSpec, shape: Shape
) -> Iterator[_Edit]:
    """A row of features before a layer that needs feature maps."""
    if len(shape) != 1:
        return
    flattening = [
        row for row in range(at) if isinstance(layers[row], FlattenSpec | GlobalAvgPoolSpec)
    ]
    if flattening:
        to = flattening[-1]
        rest = (*layers[:at], *layers[at + 1 :])
        moved = (*rest[:to], spec, *rest[to:])
        yield _Edit(f"Move it before {layers[to].title}", moved, to)


def _other_dimension(
    layers: tuple[LayerSpec, ...], at: int, spec: LayerSpec, shape: Shape
) -> Iterator[_Edit]:
    """A layer for sequences among feature maps, or the other way round."""
    other: LayerSpec | None = None
    if len(shape) == 3:
        if isinstance(spec, Conv1dSpec):
            other = Conv2dSpec(spec.out_channels, (spec.kernel_size, spec.kernel_size))
        elif isinstance(spec, MaxPool1dSpec | AvgPool1dSpec):
            other = MaxPool2dSpec() if isinstance(spec, MaxPool1dSpec) else AvgPool2dSpec()
    elif len(shape) == 2:
        if isinstance(spec, Conv2dSpec):
            other = Conv1dSpec(spec.out_channels, spec.kernel_size[1])
        elif isinstance(spec, Pooling2dSpec):
            other = MaxPool1dSpec() if isinstance(spec, MaxPool2dSpec) else AvgPool1dSpec()
    if other is not None:
        yield _changed(layers, at, other, f"Use {other.title} instead")


def _groups_that_divide(
    layers: tuple[LayerSpec, ...], at: int, spec: LayerSpec, shape: Shape
) -> Iterator[_Edit]:
    if isinstance(spec, Conv2dSpec | Conv1dSpec) and shape and shape[0] % spec.groups:
        common = math.gcd(shape[0], spec.groups)
        yield _changed(layers, at, replace(spec, groups=common), f"Set the groups to {common}")
    if isinstance(spec, Conv2dSpec | Conv1dSpec) and spec.groups > 1:
        yield _changed(layers, at, replace(spec, groups=1), "Set the groups to 1")


def _padding_of_pooling(
    layers: tuple[LayerSpec, ...], at: int, spec: LayerSpec, shape: Shape
) -> Iterator[_Edit]:
    """Pooling may be padded by half its window at most."""
    del shape
    if isinstance(spec, Pooling2dSpec) and spec.padding != (0, 0):
        half = (
            min(spec.padding[0], spec.kernel_size[0] // 2),
            min(spec.padding[1], spec.kernel_size[1] // 2),
        )
        amount = _once(half)
        yield _changed(layers, at, replace(spec, padding=half), f"Set its padding to {amount}")


def _window_that_fits(
    layers: tuple[LayerSpec, ...], at: int, spec: LayerSpec, shape: Shape
) -> Iterator[_Edit]:
    """A kernel larger than what is left of the picture."""
    if len(shape) != 3:
        return
    if isinstance(spec, Conv2dSpec):
        yield _changed(layers, at, *_keeping_size(spec, "Set its padding to"))
    elif isinstance(spec, Pooling2dSpec):
        yield _without(layers, at, "Remove this pooling")
    for row in reversed(range(at)):
        earlier = layers[row]
        if isinstance(earlier, Pooling2dSpec):
            yield _without(layers, row, f"Remove the pooling of layer {row + 1}", at - 1)
            break
    if isinstance(spec, Conv2dSpec | Pooling2dSpec):
        K_h, K_w = spec.kernel_size
        kernel = (min(K_h, shape[1]), min(K_w, shape[2]))
        word = "kernel" if isinstance(spec, Conv2dSpec) else "window"
        smaller = (
            replace(spec, kernel_size=kernel, dilation=(1, 1))
            if isinstance(spec, Conv2dSpec)
            else replace(spec, kernel_size=kernel)
        )
        yield _changed(layers, at, smaller, f"Set the {word} to {kernel[0]}×{kernel[1]}")
    for row in reversed(range(at)):
        earlier = layers[row]
        if isinstance(earlier, Conv2dSpec) and earlier.padding == (0, 0):
            padded, words = _keeping_size(earlier, f"Pad layer {row + 1} by")
            yield _changed(layers, row, padded, words)


_RULES: tuple[_Rule, ...] = (
    _without_strange_settings,
    _flatten_first,
    _move_before_flatten,
    _other_dimension,
    _groups_that_divide,
    _padding_of_pooling,
    _window_that_fits,
)


def _keeping_size(spec: Conv2dSpec, words: str) -> tuple[Conv2dSpec, str]:
    """The convolution padded so that stride 1 keeps the size, and what to call that."""
    gaps = [d * (k - 1) for d, k in zip(spec.dilation, spec.kernel_size, strict=True)]
    padding = (gaps[0] // 2, gaps[1] // 2)
    is_possible = all(gap % 2 == 0 and gap // 2 <= 512 for gap in gaps)
    if not is_possible:
        return replace(spec, padding_mode="same"), f"{words} ‘same’"
    padded = replace(spec, padding=padding, padding_mode="given")
    return padded, f"{words} {_once(padding)}"


# A stack that does not end in one number per class


def _ending_edits(report: Report, classes: int) -> Iterator[_Edit]:
    layers, shape = report.stack.layers, report.output_shape or ()
    dense = [row for row, layer in enumerate(layers) if isinstance(layer, DenseSpec)]
    if len(shape) == 1:
        if dense:
            last = dense[-1]
            width = layers[last].replaced(out_features=classes)
            words = f"Give layer {last + 1} {classes} outputs"
            yield _changed(layers, last, width, words)
        words = f"Add Dense with {classes} outputs"
        yield _Edit(words, (*layers, DenseSpec(classes)), len(layers))
        return
    ending = (FlattenSpec(), DenseSpec(classes))
    words = f"Add Flatten and Dense with {classes} outputs"
    yield _Edit(words, (*layers, *ending), len(layers) + 1)
    mean = GlobalAvgPoolSpec()
    if len(shape) == 3:
        words = "Add global average pooling"
        yield _Edit(words, (*layers, mean), len(layers))
        words = f"Add a 1×1 convolution to {classes} channels, and their means"
        yield _Edit(words, (*layers, Conv2dSpec(classes, (1, 1)), mean), len(layers) + 1)


# Edits


def _inserted(layers: tuple[LayerSpec, ...], at: int, new: LayerSpec, label: str) -> _Edit:
    return _Edit(label, (*layers[:at], new, *layers[at:]), at)


def _changed(layers: tuple[LayerSpec, ...], at: int, new: LayerSpec, label: str) -> _Edit:
    return _Edit(label, (*layers[:at], new, *layers[at + 1 :]), at)


def _without(layers: tuple[LayerSpec, ...], at: int, label: str, row: int | None = None) -> _Edit:
    return _Edit(label, (*layers[:at], *layers[at + 1 :]), max(at - 1, -1) if row is None else row)


def _named(spec: LayerSpec) -> str:
    return "the layer" if spec.family == "other" else spec.title


def _once(values: tuple[int, int]) -> str:
    return str(values[0]) if values[0] == values[1] else f"{values[0]}×{values[1]}"
