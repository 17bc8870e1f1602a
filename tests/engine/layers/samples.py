"""Every layer with representative settings, and inputs that it takes: found from its spec alone."""

from typing import Any

import pytest

from engine.basics.errors import ShapeError
from engine.basics.geometry import Shape
from engine.layers.spec import FieldInfo, LayerSpec, registered_specs
from engine.networks.stack import Stack

INPUTS: tuple[Shape, ...] = ((4, 7, 6), (4, 9), (12,))
"""Maps, a sequence, a row of features: even numbers of channels, so that groups divide them."""


def samples(kind: type[LayerSpec]) -> list[LayerSpec]:
    """The usual settings, and each setting in turn at other values."""
    usual = kind()
    values = {info.name: getattr(usual, info.name) for info in kind.fields()}
    others = [
        usual.replaced(**needed, **{info.name: value})
        for info in kind.fields()
        for needed in [dict([info.only_with]) if info.only_with else {}]
        for value in _other_values(info, values[info.name])
    ]
    return [usual, *others]


def _other_values(info: FieldInfo, usual: Any) -> list[Any]:
    match info.kind:
        case "bool":
            return [not usual]
        case "choice":
            return [choice for choice in info.choices if choice != usual]
        case "float":
            return [(usual + (1 if info.maximum is None else min(info.maximum, usual + 1))) / 2]
        case "int":
            return [usual + 1] if usual < 8 else [usual - 2]
        case "pair":
            return [(usual[0], usual[1] + 1), (usual[0] + 1, usual[1])]
    pytest.fail(f"{info.name} is of a kind without an example: add {info.kind} to _other_values")


def shapes_for(spec: LayerSpec) -> list[Shape]:
    """The inputs that a layer takes, at least one."""
    found = []
    for shape in INPUTS:
        try:
            spec.output_shape(shape)
        except ShapeError:
            continue
        found.append(shape)
    if not found:
        pytest.fail(f"{spec} takes none of the inputs: add the shape of one to INPUTS, in samples")
    return found


EVERY_KIND = list(registered_specs().values())
EVERY_SAMPLE = [spec for kind in EVERY_KIND for spec in samples(kind)]
STACKS = {
    f"{spec}-{'x'.join(map(str, shape))}": Stack("One", shape, (spec,))
    for spec in EVERY_SAMPLE
    for shape in shapes_for(spec)
}
"""Each sample alone on each input that it takes."""
EVERY_CASE = [
    pytest.param(stack.layers[0], stack.input_shape, id=name) for name, stack in STACKS.items()
]
