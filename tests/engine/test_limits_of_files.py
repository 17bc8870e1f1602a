"""What a file may not hold, over all kinds: lists for numbers, vast sizes, strange numbers."""

import io
import json
import time
import tracemalloc
import zipfile
from typing import Any

import numpy as np
import pytest

from engine.basics.errors import DataError, EngineError, ModelFileError, ShapeError
from engine.data.augmentation import AugmentationConfig
from engine.data.open_data import open_data
from engine.data.own_drawings import DrawingStore, export_images
from engine.ink.drawing_json import drawing_from_json, read_drawings
from engine.ink.drawings import PastedImage, Stroke, check_effort
from engine.ink.rendering import render
from engine.lab import LabState, Operation, example_state, trace_of
from engine.layers.spec import registered_specs
from engine.networks.model_file import load_model
from engine.networks.presets import PRESETS
from engine.training.checkpoint import load_checkpoint
from engine.training.config import TrainingConfig
from engine.training.run_file import RunData, RunFacts, load_run

SPECS = registered_specs()
FIELDS = [(kind, info) for kind, spec in SPECS.items() for info in spec.fields()]
STRANGE: tuple[Any, ...] = (
    [],
    [1, 1, 1],
    "1",
    "",
    None,
    {},
    [[1, 1]],
    (1.5, 2),
    10**400,
    [True, True],
)
WRONG = {
    "int": (*STRANGE, [1, 1], (1, 1), True, 1.5),
    "float": (*STRANGE, [1, 1], (1.0, 1.0), True, float("nan")),
    "bool": (*STRANGE, [True], 1, 0),
    "choice": (*STRANGE, ["same"], 1, True),
    "pair": (*STRANGE, [1], (True, True), 1.5, (1, "1")),
}


@pytest.mark.parametrize(("kind", "info"), FIELDS, ids=[f"{k}.{i.name}" for k, i in FIELDS])
def test_a_field_of_any_layer_refuses_what_is_of_another_type(kind, info):
    for value in WRONG[info.kind]:
        if value in info.choices:
            continue
        with pytest.raises(ShapeError) as refusal:
            SPECS[kind](**{info.name: value})
        assert len(str(refusal.value)) < 400, value


# Facts of runs

FACTS = RunFacts(
    "Run 1",
    "2024-01-01T10:00:00+00:00",
    PRESETS["lenet5"].stack,
    TrainingConfig(),
    RunData("mnist", "MNIST", 100, 10, class_names=("a",)),
    AugmentationConfig(),
).to_dict()
INSIDE = [(part, name) for part in ("config", "data", "augmentation") for name in FACTS[part]]
NAMES = [("", name) for name in FACTS if name not in {"config", "data", "augmentation"}]


@pytest.mark.parametrize(("part", "name"), NAMES + INSIDE)
def test_every_fact_of_a_run_is_of_its_type(tmp_path, part, name):
    path = tmp_path / "run.json"
    for value in ([[1]], {"a": [1]}, [{"a": 1}], 1e300, -(2**62)):
        facts = json.loads(json.dumps(FACTS))
        target = facts[part] if part else facts
        if type(value) is type(target[name]) and isinstance(value, dict | list):
            continue  # a recipe may be any object
        target[name] = value
        path.write_text(json.dumps(facts))
        if isinstance(value, float) and part == "config":
            continue  # a vast learning rate is a number, too
        with pytest.raises(ModelFileError):
            load_run(path)


def test_an_infinite_loss_so_far_is_what_a_new_checkpoint_has(tmp_path):
    from benchmarks.robustness.fuzz_readers import READERS  # noqa: PLC0415 - needs Qt

    path = tmp_path / "run.safetensors"
    content = READERS()["checkpoint"].files[0][1]
    assert b"Infinity" in content
    path.write_bytes(content)
    assert load_checkpoint(path)[0].position.best_loss == float("inf")


# Tensors


@pytest.mark.parametrize("dtype", ["F8_E4M3", "F8_E5M2", "BOOL", "U8"])
def test_tensors_of_other_numbers_are_refused_by_name(tmp_path, dtype):
    metadata = {
        "format": "cnnviz-network",
        "version": "1",
        "stack": PRESETS["lenet5"].stack.to_json(),
    }
    header = {
        "__metadata__": metadata,
        "0.weight": {"dtype": dtype, "shape": [4], "data_offsets": [0, 4]},
    }
    written = json.dumps(header).encode()
    path = tmp_path / "a.safetensors"
    path.write_bytes(len(written).to_bytes(8, "little") + written + b"\x01\x00\x01\x00")
    with pytest.raises(ModelFileError, match=rf"not weights: 0\.weight \({dtype}\)|damaged"):
        load_model(path)


# Archives


def archive(**changes):
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as made:
        for name in ("x_train", "y_train"):
            array = io.BytesIO()
            np.save(array, np.zeros((2, 4, 4) if name[0] == "x" else 2, np.uint8))
            made.writestr(f"{name}.npy", changes.get(name, array.getvalue()))
    return content.getvalue()


def claimed(shape, dtype="|u1"):
    header = str({"descr": dtype, "fortran_order": False, "shape": shape}).encode()
    header += b" " * (117 - len(header)) + b"\n" if len(header) < 117 else b"\n"
    return b"\x93NUMPY\x01\x00" + len(header).to_bytes(2, "little") + header


def patched(content, offset_in_entry, value):
    """The archive with two bytes of every entry changed, in both of its directories."""
    changed = bytearray(content)
    for mark, shift in ((b"PK\x03\x04", 0), (b"PK\x01\x02", 2)):
        at = changed.find(mark)
        while at >= 0:
            place = at + offset_in_entry + shift
            changed[place : place + 2] = value.to_bytes(2, "little")
            at = changed.find(mark, at + 4)
    return bytes(changed)


@pytest.mark.parametrize(
    "content",
    [
        patched(archive(), 8, 99),
        patched(archive(), 8, 12),
        patched(archive(), 6, 1),
        archive(x_train=claimed((10**12, 28, 28))),
        archive(y_train=claimed((10**13,))),
        archive(x_train=claimed((-1, 4, 4))),
        archive(x_train=claimed((2, 4, 4), "|O")),
        archive(x_train=claimed((2, 4, 4), "nonsense")),
        archive(x_train=b"\x93NUMPY\x01\x00\x10\x00" + b"(" * 16),
        archive(x_train=b"\x93NUMPY\x09\x00\x10\x00" + b"(" * 16),
    ],
    ids=[
        "compression",
        "bzip2",
        "encrypted",
        "vast",
        "vast labels",
        "negative",
        "objects",
        "dtype",
        "header",
        "version",
    ],
)
def test_an_archive_that_cannot_be_read_is_refused(tmp_path, content):
    path = tmp_path / "a.npz"
    path.write_bytes(content)
    with pytest.raises(DataError):
        open_data(path)


# Drawings


def drawing(**picture):
    ink = {"rows": 1, "columns": 1, "ink": "eJxjAAAAAQAB", "box": [0, 0, 10, 10]}
    return {"label": 1, "strokes": [{"picture": {**ink, **picture}}]}


@pytest.mark.parametrize(
    "data",
    [
        drawing(box=[0, 0, 1e5, 1e5]),
        drawing(box=[0, 0, 17_000, 17_000]),
        drawing(box=[1e9, 0, 10, 10]),
        drawing(box=[0, 0, 10]),
        drawing(box=[[0], 0, 10, 10]),
        drawing(rows=90_000),
        drawing(rows=[1]),
        drawing(ink=5),
        {"strokes": [{"points": [[1, 2]], "width": 3, "pressures": [1e9]}]},
        {"strokes": [{"points": [[1, 2]], "width": 3, "pressures": [-1]}]},
        {"strokes": [{"points": [[1, 2]], "width": 3, "pressures": ["1"]}]},
        {"strokes": [[[0, 0], [1, 1]] * 500_000]},
        {"strokes": [[[5, 5]]] * 6_000},
        {"strokes": [[[-28_000, 0], [28_000, 0]] * 5_000]},
        {"strokes": [{"points": [[0, 0], [1, 1]] * 5_000, "width": 560}]},
    ],
)
def test_a_drawing_without_limit_is_refused_at_once(data):
    start = time.monotonic()
    with pytest.raises(DataError):
        drawing_from_json(data)
    assert time.monotonic() - start < 20


def test_what_a_hand_draws_in_minutes_is_within_the_limits():
    points = tuple((140 + 100 * np.cos(t / 50), 140 + 100 * np.sin(t / 50)) for t in range(30_000))
    check_effort((Stroke(points, 24.0), PastedImage(np.ones((1120, 1120), np.float32))))


def test_pictures_of_many_sizes_keep_little_memory():
    ink = np.ones((1000, 1000), np.float32)
    tracemalloc.start()
    try:
        for size in range(600, 640):
            render((PastedImage(ink, (0, 0, size, size)),))
        kept, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert kept < 60e6


def test_a_disk_that_is_full_leaves_no_empty_images(tmp_path, monkeypatch):
    store = DrawingStore(tmp_path / "drawings")
    store.add((Stroke(((40.0, 40.0), (200.0, 200.0))),), 1)

    def full(handle):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(DataError, match="No space left"):
        export_images(store.load()[0], tmp_path / "images")
    assert [path for path in (tmp_path / "images").rglob("*") if path.is_file()] == []


def test_a_pipe_is_no_stored_file_and_is_not_waited_for(tmp_path):
    import os  # noqa: PLC0415

    if not hasattr(os, "mkfifo"):
        pytest.skip("there are no such pipes here")
    os.mkfifo(tmp_path / "1.drawing.json")
    kept, damaged = DrawingStore(tmp_path).load()
    assert (kept, len(damaged)) == ([], 1)
    os.mkfifo(tmp_path / "a.npz")
    with pytest.raises(DataError, match="no file but a device"):
        open_data(tmp_path / "a.npz")


def test_a_pipe_may_be_named_on_the_command_line(tmp_path):
    import os  # noqa: PLC0415
    import threading  # noqa: PLC0415

    if not hasattr(os, "mkfifo"):
        pytest.skip("there are no such pipes here")
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    writer = threading.Thread(target=pipe.write_text, args=("[[[[1, 2], [3, 4]]]]",))
    writer.start()
    assert len(read_drawings(pipe)) == 1
    writer.join()


# States of the lab


def state_of(operation, **arrays):
    return LabState.from_dict(example_state(operation).to_dict() | arrays)


def ones(*shape):
    return np.ones(shape).tolist()


BOMBS = {
    "outputs": (
        Operation.CONV1D,
        {"input": ones(1, 100_000), "kernel": ones(100_000, 1, 1), "bias": ones(100_000)},
    ),
    "padding": (
        Operation.CONV2D,
        {
            "input": ones(100_000, 1, 1),
            "kernel": ones(1, 100_000, 1, 1),
            "padding": [64, 64],
            "bias": [0],
        },
    ),
    "patches": (
        Operation.CONV2D,
        {"input": ones(1, 316, 316), "kernel": ones(1, 1, 158, 158), "bias": [0]},
    ),
    "steps": (Operation("relu"), {"input": ones(1, 500, 499), "grad_output": ones(1, 1, 1)}),
}


@pytest.mark.parametrize("name", BOMBS)
def test_a_scene_that_would_take_gigabytes_is_refused(name):
    operation, arrays = BOMBS[name]
    with pytest.raises(EngineError, match=r"more\s+than"):
        trace_of(state_of(operation, **arrays))


def test_a_long_trace_keeps_few_states():
    rng = np.random.default_rng(0)
    state = state_of(
        Operation.DENSE,
        input=rng.normal(size=200).tolist(),
        kernel=rng.normal(size=(100, 200)).tolist(),
        bias=ones(100),
        grad_output=ones(100),
        **{"pass": "grad_kernel"},
    )
    trace = trace_of(state)
    tracemalloc.start()
    try:
        trace.state_after(len(trace) - 1)
        kept, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert kept < 160e6
    assert np.array_equal(trace.result, np.outer(np.ones(100), state.input))


@pytest.mark.parametrize("value", [["1"], [True], [[None]], "ab", [[1, 2], [3]], [1e10], []])
def test_an_array_of_a_state_holds_numbers(value):
    with pytest.raises(DataError):
        state_of(Operation.DENSE, input=value)
