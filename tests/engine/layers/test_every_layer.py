"""What holds for every registered layer, so that no part of a new one can be forgotten."""

from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, ClassVar
from unittest.mock import Mock

import numpy as np
import pytest

import engine
import engine.layers
from engine.basics.errors import ShapeError
from engine.export import target_named
from engine.export.onnx_graph import onnx_nodes
from engine.export.place import Place
from engine.insight.attribution import cam_layers
from engine.lab import OPERATIONS, Operation, Pass, trace_of
from engine.lab.checking import gradient_of
from engine.lab.layers import trace_layer
from engine.lab.state import ARRAYS
from engine.layers import Conv2dSpec, FlattenSpec
from engine.layers.elementwise import ActivationSpec, activation_specs
from engine.layers.spec import FAMILIES, KINDS, LayerSpec, Signs, register, registered_specs
from engine.networks.network import Sequential
from engine.networks.stack import Stack
from tests.engine.layers.checks import check_gradients
from tests.engine.layers.samples import EVERY_CASE, EVERY_KIND, INPUTS, samples, shapes_for

ICONS = Path(__file__).parents[3] / "resources" / "icons"
every_kind = pytest.mark.parametrize("kind", EVERY_KIND, ids=lambda kind: kind.kind)
every_case = pytest.mark.parametrize(("spec", "shape"), EVERY_CASE)


def one_layer(spec, shape, dtype: Any = np.float64):
    """A network of that layer alone, with random parameters, and a batch of two."""
    network = Sequential(Stack("One", shape, (spec,)), np.random.default_rng(0), dtype)
    rng = np.random.default_rng(1)
    network.parameters[...] = rng.standard_normal(network.parameters.shape)
    return network, rng.standard_normal((2, *shape)).astype(dtype)


@every_case
def test_gradients_equal_finite_differences(spec, shape):
    network, x = one_layer(spec, shape)
    (layer,) = network.layers
    layer.needs_input_grad = True
    check_gradients(layer, x)


@every_case
def test_the_lab_computes_what_the_layer_computes_or_says_why_not(spec, shape):
    network, x = one_layer(spec, shape)
    (layer,) = network.layers
    layer.needs_input_grad = True
    output = layer.forward(x, training=True)
    grad_output = np.random.default_rng(2).standard_normal(output.shape)
    grad_input = layer.backward(grad_output)[1]
    try:
        state = trace_layer(
            spec,
            {name: value.astype(np.float64) for name, value in layer.parameters.items()},
            x[1],
            grad_output[1],
        )
    except ShapeError:  # it says why, and has an entry of its own for it
        assert trace_layer.dispatch(type(spec)) is not trace_layer.dispatch(LayerSpec)
        return
    info = OPERATIONS[state.operation]
    np.testing.assert_allclose(trace_of(state).result.ravel(), output[1].ravel(), atol=1e-12)
    if "grad_output" in ARRAYS[state.operation]:  # the loss begins backward by itself
        for way in range(len(info.pass_info(Pass.GRAD_INPUT).ways)):
            back = trace_of(replace(state, pass_=Pass.GRAD_INPUT, way=way)).result
            np.testing.assert_allclose(back.ravel(), grad_input.ravel(), atol=1e-12)
    layer.forward(x[1:], training=True)
    layer.backward(grad_output[1:])
    for name, ours in {"weight": "kernel", "bias": "bias"}.items():
        if name in layer.gradients:
            found = gradient_of(state, ours).ravel()
            np.testing.assert_allclose(found, layer.gradients[name].ravel(), atol=1e-12)


@every_case
def test_the_exported_numpy_script_computes_what_the_layer_computes(spec, shape):
    network, x = one_layer(spec, shape)
    names: dict[str, Any] = {"__name__": "exported", "__file__": __file__}
    exec(compile(target_named("numpy").code(network.stack), "exported.py", "exec"), names)  # noqa: S102
    found = names["forward"](x, network.state_dict())
    np.testing.assert_allclose(found, network.forward(x), atol=1e-10)


@every_kind
@pytest.mark.parametrize("key", ["pytorch", "keras"])
def test_every_setting_that_changes_the_outputs_is_exported(kind, key):
    usual, *others = samples(kind)
    for spec in others:
        for shape in shapes_for(spec):
            network, x = one_layer(spec, shape)
            outputs = one_layer(usual, shape)[0].forward(x)
            code = [target_named(key).code(Stack("One", shape, (s,))) for s in (usual, spec)]
            if not np.array_equal(outputs, network.forward(x)):
                assert code[0] != code[1], f"{spec}: the same source as with the usual settings"


@pytest.mark.parametrize("key", ["pytorch", "keras"])
@pytest.mark.parametrize("shape", INPUTS)
def test_no_two_kinds_are_exported_as_the_same(key, shape):
    code = [
        target_named(key).code(Stack("One", shape, (kind(),)))
        for kind in EVERY_KIND
        if shape in shapes_for(kind())
    ]
    assert max(Counter(code).values()) == 1


@every_case
def test_every_layer_and_setting_reaches_onnx(spec, shape):
    graph = Mock()
    onnx_nodes(spec, Place(0, spec, shape, spec.output_shape(shape)), graph)
    operators = [call.args[1] for call in graph.add.call_args_list]
    assert operators
    assert all(operators)
    if isinstance(spec, ActivationSpec):
        attributes = graph.add.call_args.kwargs
        assert sorted(attributes.values()) == sorted(spec.settings.values())


def worked_out(formula):
    """What the left side of a formula on screen comes to."""
    for shown, python in {"·": "*", "−": "-", "⌊": "int(", "⌋": ")"}.items():
        formula = formula.replace(shown, python)
    return eval(formula, {"int": int})  # noqa: S307


@every_case
def test_every_formula_comes_to_the_size_that_it_names(spec, shape):
    output = spec.output_shape(shape)
    sizes = {
        "height": output[1:2],
        "width": output[2:3],
        "length": output[1:2],
        "features": output[:1],
        "parameters": (spec.cost(shape).parameters,),
    }
    names = set()
    for line in spec.formulas(shape):
        name, formula = line.split(" ", 1)
        left, right = formula.split(" = ")
        assert (int(right),) == sizes[name] == (worked_out(left),)
        names.add(name)
    if spec.windows(shape):
        assert names >= ({"length"} if len(output) == 2 else {"height", "width"})


@every_kind
def test_every_kind_has_an_icon_and_words_of_its_own(kind):
    assert (ICONS / f"{kind.icon}.svg").is_file(), f"draw resources/icons/{kind.icon}.svg"
    assert kind().words()
    for name in ("kind", "title", "about", "icon"):
        values = [getattr(other, name) for other in EVERY_KIND]
        assert values.count(getattr(kind, name)) == 1, f"two kinds have the same {name}"


def sizes(spec):
    """What a layer's windows, output and cost are on the inputs that it takes."""
    return {
        shape: (spec.windows(shape), spec.output_shape(shape), spec.cost(shape).multiply_adds)
        for shape in shapes_for(spec)
    }


def in_words(value):
    return "×".join(map(str, value)) if isinstance(value, tuple) else str(value)


@every_kind
def test_a_layers_words_name_each_setting_that_changes_its_sizes(kind):
    usual, *others = samples(kind)
    for spec in others:
        parts = set(spec.words().split(", ")) - set(usual.words().split(", "))
        changed = [
            in_words(getattr(spec, info.name))
            for info in kind.fields()
            if getattr(spec, info.name) != getattr(usual, info.name)
        ]
        if sizes(spec) != sizes(usual):
            (part,) = parts
            assert any(value in part.split() for value in changed), (spec, part)


@every_kind
def test_every_kind_says_which_signs_its_outputs_have(kind):
    shape = shapes_for(kind())[0]
    network, x = one_layer(kind(), shape)
    assert kind.signs is Signs.ANY or network.forward(np.abs(x)).min() >= 0
    assert kind.signs is not Signs.NEVER_NEGATIVE or network.forward(x).min() >= 0


@every_kind
def test_what_belongs_to_a_convolution_keeps_its_maps(kind):
    assert kind.family in FAMILIES
    assert kind.belongs_to_convolution or not issubclass(kind, ActivationSpec)
    if kind.belongs_to_convolution:
        assert kind().output_shape(INPUTS[0]) == INPUTS[0]
        stack = Stack("Two", INPUTS[0], (Conv2dSpec(2), kind()))
        assert [found.layer for found in cam_layers(stack)] == [1]


@every_kind
def test_every_class_can_be_imported_from_the_engine(kind):
    layer = type(kind().build(shapes_for(kind())[0], np.random.default_rng(0), np.float64))
    assert kind.__name__ == f"{layer.__name__}Spec"
    for module, exported in ((engine, layer), (engine.layers, layer), (engine.layers, kind)):
        name = exported.__name__
        assert name in module.__all__, f"add {name} to {module.__name__}"
        assert getattr(module, name) is exported


def test_every_spec_that_can_be_imported_is_registered():
    names = {name for name in engine.layers.__all__ if name.endswith("Spec")}
    assert names == {kind.__name__ for kind in EVERY_KIND}


def test_every_activation_is_an_operation_of_the_lab():
    kinds = [kind for kind in EVERY_KIND if issubclass(kind, ActivationSpec)]
    assert list(activation_specs().values()) == kinds
    for kind in kinds:
        operation = Operation(kind.record.operation)
        assert Operation[operation.upper()] is operation
        assert OPERATIONS[operation].title == kind.title
    assert list(OPERATIONS) == list(Operation) == list(ARRAYS)


def test_the_lab_offers_its_operations_in_the_order_of_the_palette():
    names = [kind.record.operation for kind in activation_specs().values()]
    before = ["conv2d", "conv1d", "max_pool", "avg_pool"]
    assert [*Operation] == [*before, *names, "dense", "softmax"]


def test_a_spec_that_leaves_something_out_is_refused():
    with pytest.raises(TypeError, match="ForgetfulSpec must say its signs, belongs_to_convolution"):

        @register
        @dataclass(frozen=True)
        class ForgetfulSpec(LayerSpec):  # pragma: no cover
            kind: ClassVar[str] = "Forgetful"
            title: ClassVar[str] = "Forgetful"
            about: ClassVar[str] = "Forgets what it is."
            icon: ClassVar[str] = "flatten"
            family: ClassVar[str] = "other"

    with pytest.raises(TypeError, match="Flatten is a layer already"):
        register(FlattenSpec)
    assert registered_specs()["Flatten"] is FlattenSpec


def test_every_module_that_registers_a_layer_is_asked_for_it():
    folder = Path(engine.layers.__file__).parent
    found = {
        file.stem for file in folder.glob("*.py") if "\n@register\n" in file.read_text("utf-8")
    }
    assert {name.rpartition(".")[2] for name in KINDS} == found
