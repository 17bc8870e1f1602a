"""Files that version 0.1.0 wrote open in the engine, and the names that it offered are there."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import engine
from engine import PRESETS, Sequential, Stack, describe
from engine import layers as all_layers
from engine import reference as loops
from engine.data.open_data import open_data
from engine.data.own_drawings import (
    DrawingStore,
    import_drawings,
)
from engine.data.progress import ignore_progress, never_cancelled
from engine.export.from_pytorch import import_weights, read_tensors
from engine.ink.drawing_json import read_drawings
from engine.ink.drawings import Drawing, PastedImage
from engine.lab import OPERATIONS, LabState, Operation, Pass, PictureKind, trace_of
from engine.layers.reading import spec_from_dict
from engine.layers.spec import registered_specs
from engine.networks.calibration import Calibration, class_scores
from engine.networks.model_file import load_model, load_stack, save_model, save_stack
from engine.training.checkpoint import load_checkpoint, load_log, load_progress
from engine.training.run_file import RunState, load_run, save_run
from tests.first_version import FOLDER, check, expected

NETWORKS = sorted((FOLDER / "networks").iterdir())
STACKS = sorted((FOLDER / "stacks").glob("*.cnnviz"))
RUNS = sorted((FOLDER / "settings_folder" / "runs").iterdir())
DRAWINGS = FOLDER / "drawings"
LECTURE = FOLDER / "lectures" / "operations.cnnviz-lecture"


def test_all_files_are_there() -> None:
    assert [path.name for path in NETWORKS] == [
        "command.safetensors",
        "means.safetensors",
        "named.safetensors",
        "series.safetensors",
        "window.safetensors",
    ]
    assert [path.name for path in STACKS] == [
        "maps.cnnviz",
        "means.cnnviz",
        "newer.cnnviz",
        "series.cnnviz",
    ]
    assert len(RUNS) == 5


# Networks


def wave(stack: Stack) -> np.ndarray:
    """An image, or a series, that is the same always. Shape ``(1, *input_shape)``."""
    count = int(np.prod(stack.input_shape))
    return (0.5 + 0.5 * np.sin(np.arange(count, dtype=np.float32) / 7)).reshape(
        1, *stack.input_shape
    )


def outputs(network: Sequential) -> dict[str, Any]:
    """What a network answers to the wave."""
    image = wave(network.stack)
    return {
        "forward": network.forward(image)[0].tolist(),
        "scores": class_scores(network, image)[0].tolist(),
        "probabilities": network.predict_proba(image)[0].tolist(),
    }


def network_facts(path: Path) -> dict[str, Any]:
    model = load_model(path)
    record = model.record
    return {
        "stack": model.stack.to_dict(),
        "parameters": model.network.parameter_count,
        "names": sorted(model.network.state_dict()),
        "record": None if record is None else asdict(record),
        "outputs": outputs(model.network),
    }


@pytest.mark.parametrize("path", NETWORKS, ids=lambda path: path.stem)
def test_a_network_answers_as_it_did(path: Path) -> None:
    check(network_facts(path), expected("networks")[path.stem])


@pytest.mark.parametrize("path", NETWORKS, ids=lambda path: path.stem)
def test_a_network_can_be_written_again(path: Path, tmp_path: Path) -> None:
    model = load_model(path)
    save_model(tmp_path / "again.safetensors", model.network, model.record)
    check(network_facts(tmp_path / "again.safetensors"), expected("networks")[path.stem])


def test_the_temperature_and_the_names_are_those_that_were_kept() -> None:
    record = load_model(FOLDER / "networks" / "named.safetensors").record
    assert record is not None
    assert record.class_names == (
        "null",
        "eins",
        "zwei",
        "drei",
        "vier",
        "fünf",
        "шесть",
        "七",
        "huit — 8",
        "ñueve",
    )
    assert isinstance(record.calibration, Calibration)
    assert record.calibration.temperature != 1


@pytest.mark.parametrize("path", NETWORKS, ids=lambda path: path.stem)
def test_the_weights_fit_the_stack_as_a_state_dict(path: Path) -> None:
    model = load_model(path)
    network, match = import_weights(path, model.stack)
    assert match.fits
    for name, value in model.network.state_dict().items():
        np.testing.assert_array_equal(network.state_dict()[name], value)
    assert sorted(read_tensors(path)) == expected("networks")[path.stem]["names"]


# Stacks


def stack_facts(path: Path) -> dict[str, Any]:
    stack = load_stack(path)
    report = describe(stack)
    return {
        "stack": stack.to_dict(),
        "parameters": report.parameters,
        "multiply_adds": report.multiply_adds,
        "shapes": [row.output_shape and list(row.output_shape) for row in report.rows],
        "fields": [row.receptive_field and list(row.receptive_field) for row in report.rows],
        "fits": report.problem is None,
    }


@pytest.mark.parametrize("path", STACKS, ids=lambda path: path.stem)
def test_a_stack_is_what_it_was(path: Path, tmp_path: Path) -> None:
    check(stack_facts(path), expected("stacks")[path.stem])
    save_stack(tmp_path / path.name, load_stack(path))
    check(stack_facts(tmp_path / path.name), expected("stacks")[path.stem])


@pytest.mark.parametrize("path", STACKS, ids=lambda path: path.stem)
def test_nothing_of_a_stack_file_is_lost(path: Path) -> None:
    written = json.loads(path.read_text(encoding="utf-8"))
    check(load_stack(path).to_dict(), written)


def test_the_stacks_hold_every_kind_of_layer() -> None:
    kinds = {layer.to_dict()["kind"] for path in STACKS for layer in load_stack(path).layers}
    assert kinds - {"Attention"} == set(KINDS)


def test_layers_as_they_were_copied_can_be_read() -> None:
    items = json.loads((FOLDER / "stacks" / "copied_layers.json").read_text(encoding="utf-8"))
    layers = tuple(spec_from_dict(item) for item in items)
    assert layers == load_stack(FOLDER / "stacks" / "maps.cnnviz").layers


# Runs


def run_facts(folder: Path) -> dict[str, Any]:
    facts = load_run(folder / "run.json")
    file = folder / "run.safetensors"
    checkpoint, stack, config = load_checkpoint(file)
    assert load_progress(file) == (checkpoint.position, checkpoint.changes)
    log = load_log(file)
    best = Sequential(stack, np.random.default_rng(0))
    best.load_state_dict(checkpoint.best_weights)
    latest = Sequential(stack, np.random.default_rng(0))
    latest.load_state_dict(checkpoint.weights)
    return {
        "facts": json.loads(json.dumps(facts.to_dict())),
        "parameters": facts.parameters,
        "epochs_left": facts.epochs_left,
        "stack": stack.to_dict(),
        "config": config.to_dict(),
        "position": asdict(checkpoint.position),
        "changes": [asdict(change) for change in checkpoint.changes],
        "optimizer": {
            name: [list(value.shape), float(np.abs(value).sum())]
            for name, value in checkpoint.optimizer.items()
        },
        "outputs": None if facts.state is RunState.DIVERGED else outputs(latest),
        "best_outputs": None if facts.state is RunState.DIVERGED else outputs(best),
        "batches": [asdict(batch) for batch in log.batches()],
        "epochs": [asdict(epoch) for epoch in log.epochs],
        "every": log.every,
    }


@pytest.mark.parametrize("folder", RUNS, ids=lambda folder: folder.name)
def test_a_run_is_what_it_was(folder: Path, tmp_path: Path) -> None:
    check(run_facts(folder), expected("runs")[folder.name])
    save_run(tmp_path / "run.json", load_run(folder / "run.json"))
    assert load_run(tmp_path / "run.json") == load_run(folder / "run.json")


def test_every_state_of_a_run_is_among_them() -> None:
    states = {load_run(folder / "run.json").state for folder in RUNS}
    assert states == {RunState.RUNNING, RunState.STOPPED, RunState.FINISHED, RunState.DIVERGED}
    assert {state.value for state in states} == {"running", "stopped", "finished", "diverged"}


# Drawings


def drawing_facts(drawing: Drawing) -> list[Any]:
    return [
        [list(mark.pixels.shape), float(mark.pixels.sum()), list(mark.placed_box)]
        if isinstance(mark, PastedImage)
        else [
            mark.width,
            mark.erases,
            [list(point) for point in mark.points],
            list(mark.pressures),
        ]
        for mark in drawing
    ]


def kept_facts() -> dict[str, Any]:
    kept, damaged = DrawingStore(FOLDER / "settings_folder" / "drawings").load()
    assert damaged == {}
    return {each.key: [each.label, drawing_facts(each.drawing)] for each in kept}


def test_kept_drawings_are_what_they_were() -> None:
    check(kept_facts(), expected("kept_drawings"))
    assert len(kept_facts()) == 31


def test_exported_drawings_come_back(tmp_path: Path) -> None:
    store = DrawingStore(tmp_path / "drawings")
    taken, passed_over = import_drawings(DRAWINGS / "my drawings.json", store.add)
    assert (taken, passed_over) == (31, [])
    back = [[each.label, drawing_facts(each.drawing)] for each in store.load()[0]]
    check(back, list(expected("kept_drawings").values()))
    assert len(read_drawings(DRAWINGS / "my drawings.json")) == 31


def test_strokes_for_classify_can_be_read() -> None:
    found = [drawing_facts(drawing) for drawing in read_drawings(DRAWINGS / "strokes.json")]
    check(found, expected("strokes"))


def test_exported_images_are_data() -> None:
    data, test = open_data(DRAWINGS / "exported", (1, 28, 28), ignore_progress, never_cancelled)
    assert test is None
    assert data.images.shape == (31, 1, 28, 28)
    assert (data.classes, data.class_names) == (10, ())
    check(
        {"labels": data.labels.tolist(), "ink": data.images.sum(axis=(1, 2, 3)).tolist()},
        expected("exported_images"),
    )


# The lab


def lab_facts() -> list[dict[str, Any]]:
    scenes = json.loads(LECTURE.read_text(encoding="utf-8"))["scenes"]
    facts = []
    for scene in scenes:
        state = LabState.from_dict(scene["lab"])
        trace = trace_of(state)
        facts.append(
            {
                "state": state.to_dict(),
                "steps": len(trace),
                "result": np.nan_to_num(trace.state_after(len(trace) - 1).values).tolist(),
            }
        )
    return facts


def test_states_of_the_lab_give_the_numbers_that_they_gave() -> None:
    wanted = expected("lab")
    for fact in wanted:  # written for every operation then, read where it means something
        if fact["state"]["operation"] != Operation("leaky_relu"):
            del fact["state"]["slope"]
    check(lab_facts(), wanted)


def test_they_hold_every_operation_pass_and_way() -> None:
    states = [LabState.from_dict(each["state"]) for each in expected("lab")]
    offered = {
        (operation, info.key, way)
        for operation in OPERATIONS
        for info in OPERATIONS[operation].passes
        for way in range(len(info.ways))
    }
    found = {(state.operation, state.pass_, state.way) for state in states}
    assert found <= offered
    assert len(found) == 31
    assert {state.operation.value for state in states} == set(OPERATION_VALUES)
    assert {state.picture.value for state in states} == {"grids", "im2col"}


# Names. Later versions may have more of them.

OPERATION_VALUES = (
    "conv2d",
    "conv1d",
    "max_pool",
    "avg_pool",
    "relu",
    "leaky_relu",
    "sigmoid",
    "tanh",
    "dense",
    "softmax",
)
KINDS = (
    "Conv2d",
    "MaxPool2d",
    "AvgPool2d",
    "GlobalAvgPool",
    "ReLU",
    "LeakyReLU",
    "Sigmoid",
    "Tanh",
    "Softmax",
    "Flatten",
    "Linear",
    "Dropout",
    "BatchNorm2d",
    "Conv1d",
    "MaxPool1d",
    "AvgPool1d",
)


def test_the_words_of_the_lab_are_there() -> None:
    assert set(OPERATION_VALUES) <= {operation.value for operation in Operation}
    assert {"forward", "loss", "grad_input", "grad_kernel", "grad_bias"} <= {
        each.value for each in Pass
    }
    assert {"grids", "im2col"} <= {picture.value for picture in PictureKind}


def test_the_kinds_of_layers_are_there_with_their_settings() -> None:
    known = registered_specs()
    assert set(KINDS) <= set(known)
    settings = {kind: [info.name for info in known[kind].fields()] for kind in KINDS}
    conv = ["out_channels", "kernel_size", "stride", "padding", "padding_mode", "dilation"]
    weights = ["bias", "initializer", "sigma"]
    for kind, names in {
        "Conv2d": [*conv, "groups", *weights],
        "Conv1d": [*conv, "groups", *weights],
        "MaxPool2d": ["kernel_size", "stride", "padding"],
        "MaxPool1d": ["kernel_size", "stride", "padding"],
        "AvgPool2d": ["kernel_size", "stride", "padding", "count_padding"],
        "AvgPool1d": ["kernel_size", "stride", "padding", "count_padding"],
        "LeakyReLU": ["slope"],
        "Linear": ["out_features", *weights],
        "Dropout": ["p"],
        "BatchNorm2d": ["momentum", "epsilon"],
    }.items():
        assert set(names) <= set(settings[kind]), kind


def test_the_presets_are_there() -> None:
    assert {
        "lenet5",
        "lenet5-unpadded",
        "lenet5-1998",
        "simplecnn",
        "scratch2dcnn",
        "dense",
        "all-convolutional",
        "three-3x3",
        "one-7x7",
        "nin",
        "small-vgg",
        "lenet5-batchnorm",
        "lenet5-dropout",
        "wide-lenet",
        "deep-cnn",
    } <= set(PRESETS)


ENGINE_NAMES = [
    "PRESETS",
    "SGD",
    "Adam",
    "AdamW",
    "AvgPool1d",
    "AvgPool2d",
    "BatchNorm2d",
    "Conv1d",
    "Conv2d",
    "CrossEntropy",
    "DataError",
    "Dense",
    "Dropout",
    "EngineError",
    "Flatten",
    "GlobalAvgPool",
    "LeakyReLU",
    "MaxPool1d",
    "MaxPool2d",
    "MeanSquaredError",
    "ModelFileError",
    "NotReadyError",
    "RMSProp",
    "ReLU",
    "Scratch2dCNNClassifier",
    "Sequential",
    "ShapeError",
    "Sigmoid",
    "Softmax",
    "SoftmaxCrossEntropy",
    "Stack",
    "Tanh",
    "Trainer",
    "TrainingConfig",
    "conv_output_size",
    "conv_parameter_count",
    "describe",
    "evaluate",
    "get_mini_batch",
    "softmax",
]
LAYER_NAMES = [
    "AvgPool1d",
    "AvgPool1dSpec",
    "AvgPool2d",
    "AvgPool2dSpec",
    "BatchNorm2d",
    "BatchNorm2dSpec",
    "Conv1d",
    "Conv1dSpec",
    "Conv2d",
    "Conv2dSpec",
    "Dense",
    "DenseSpec",
    "Dropout",
    "DropoutSpec",
    "Flatten",
    "FlattenSpec",
    "GlobalAvgPool",
    "GlobalAvgPoolSpec",
    "Layer",
    "LeakyReLU",
    "LeakyReLUSpec",
    "MaxPool1d",
    "MaxPool1dSpec",
    "MaxPool2d",
    "MaxPool2dSpec",
    "ReLU",
    "ReLUSpec",
    "Sigmoid",
    "SigmoidSpec",
    "Softmax",
    "SoftmaxSpec",
    "Tanh",
    "TanhSpec",
]
REFERENCE_NAMES = [
    "Around",
    "Array",
    "NO_PADDING",
    "Pair",
    "average_pool2d",
    "average_pool2d_backward",
    "conv1d",
    "conv2d",
    "conv2d_backward",
    "dense",
    "max_pool2d",
    "max_pool2d_backward",
    "numerical_gradient",
]


def test_the_names_of_the_course_are_there() -> None:
    assert set(ENGINE_NAMES) <= set(engine.__all__)
    assert all(getattr(engine, name) is not None for name in ENGINE_NAMES)


def test_the_layers_are_there() -> None:
    assert set(LAYER_NAMES) <= set(all_layers.__all__)
    assert all(getattr(all_layers, name) is not None for name in LAYER_NAMES)


def test_the_loops_are_there() -> None:
    assert set(REFERENCE_NAMES) <= set(dir(loops))
