"""All readers of files, each with whole files to spoil and with what is done with what it read."""

from __future__ import annotations

import gzip
import io
import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image
from PySide6.QtCore import QCoreApplication, QMimeData

from app.build.layer_mime import MIME_TYPE, layers_in, mime_of
from app.lecture.scenes import Lecture, Scene, load_lecture
from app.shell.autosave import FORMAT as AUTOSAVE
from app.shell.autosave import Autosave
from app.shell.recent_files import RecentFiles
from app.state.document import StackDocument
from app.state.own_presets import OwnPresets
from app.state.run_folders import CHECKPOINT_FILE, FACTS_FILE, UNFINISHED_FILE
from app.state.settings import RECENT_FILES, Setting, Settings
from app.train.runs.run_comparison import settings_of
from app.train.runs.run_store import RunStore
from app.train.setup.data_files import FILES, DataFiles
from engine.data.augmentation import AugmentationConfig
from engine.data.images import open_ink
from engine.data.open_data import open_data
from engine.data.own_drawings import DrawingStore, import_drawings
from engine.export.from_pytorch import import_weights
from engine.ink.drawing_json import drawing_to_json, read_drawings
from engine.ink.drawings import Drawing, PastedImage, Stroke
from engine.ink.rendering import render
from engine.lab import LabState, Operation, example_state, trace_of
from engine.layers.spec import registered_specs
from engine.networks.model_file import TrainingRecord, load_model, load_stack, model_bytes
from engine.networks.network import Sequential
from engine.networks.presets import PRESETS
from engine.networks.stack import Stack, describe
from engine.training.checkpoint import (
    Checkpoint,
    Position,
    checkpoint_bytes,
    load_checkpoint,
    load_log,
    load_progress,
)
from engine.training.config import TrainingConfig
from engine.training.events import BatchDone, Changed, EpochDone
from engine.training.run_file import RunData, RunFacts, load_run
from engine.training.run_log import RunLog


@dataclass(frozen=True)
class Reader:
    """One reader: whole ``files`` by name, and what reads one of them and uses it."""

    files: list[tuple[str, bytes]]
    read: Callable[[Path], object]

    def clear(self, folder: Path) -> None:
        """Leave the folder empty, whatever the reader put there."""
        for child in folder.iterdir():
            if child.is_dir():
                shutil.rmtree(child, ignore_errors=True)
            else:
                child.unlink(missing_ok=True)


@lru_cache(maxsize=1)
def READERS() -> dict[str, Reader]:  # noqa: N802 - a table, made when it is asked for first
    """Every reader by its name."""
    return {
        "autosave": Reader([("stack-1.json", _autosave())], _read_autosave),
        "checkpoint": Reader([(CHECKPOINT_FILE, _checkpoint())], _read_checkpoint),
        "CSV": Reader([("a.csv", _csv())], open_data),
        "drawings": Reader([("a.json", _drawings())], _read_drawings),
        "dropped layers": Reader([("a.json", _layers())], _read_layers),
        "IDX": Reader([("a-images-idx3-ubyte", _idx()), ("b-idx3.gz", _packed())], _read_idx),
        "images": Reader(_images(), open_ink),
        "imported weights": Reader([("a.safetensors", _network())], _read_weights),
        "kept drawing": Reader([("1.drawing.json", _drawing())], _read_kept),
        "lecture": Reader([("a.cnnviz-lecture", _lecture())], _read_lecture),
        "network": Reader([("a.safetensors", _network())], load_model),
        "NPZ": Reader([("a.npz", _npz(np.savez)), ("b.npz", _npz(np.savez_compressed))], open_data),
        "own preset": Reader([("a.cnnviz", _stack())], _read_presets),
        "run": Reader([(FACTS_FILE, _facts())], _read_run),
        "settings": Reader([("a.ini", _settings())], _read_settings),
        "stack": Reader([("a.cnnviz", _stack())], _read_stack),
        "runs of Train": Reader([(FACTS_FILE, _facts())], partial(_read_runs, CHECKPOINT_FILE)),
        "curves of Train": Reader(
            [(CHECKPOINT_FILE, _checkpoint())], partial(_read_runs, FACTS_FILE)
        ),
    }


# Whole files


def _every_layer() -> Stack:
    """A stack with a layer of every kind; it need not fit together."""
    specs = registered_specs().values()
    layers = tuple(spec() for spec in specs)
    return Stack("Every <b>layer", (1, 28, 28), layers)


def _stack() -> bytes:
    return _every_layer().to_json().encode()


def _layers() -> bytes:
    return bytes(mime_of(_every_layer().layers).data(MIME_TYPE).data())


def _small() -> Sequential:
    return Sequential(PRESETS["simplecnn"].stack, np.random.default_rng(0))


def _network() -> bytes:
    settings: dict[str, Any] = {"moment": "before", "augmentation": None}
    record = TrainingRecord(
        "MNIST", 100, 2, 0.9, 1, "2024-01-01", settings=settings, class_names=("a", "b")
    )
    return model_bytes(_small(), record)


def _checkpoint() -> bytes:
    network, log = _small(), RunLog()
    for step in range(1, 5):
        log.take(BatchDone(step, 1, step, 4, 0.5, 0.8, 0.05, step * 8, 32))
    log.take(EpochDone(1, 2, 0.5, 0.8, 0.4, 0.9, 3.0, is_best=True))
    state = network.state_dict()
    change = Changed(2, 0.5, "learning_rate", 0.05, 0.01)
    checkpoint = Checkpoint(state, state, {}, Position(best_epoch=1), (change,))
    return checkpoint_bytes(checkpoint, network.stack, TrainingConfig(), log.tensors())


def _facts() -> bytes:
    recipe = {"directory": "/none", "classes": [1, 2], "repeats": 2, "drawings_folder": "/none"}
    recipe |= {"shape": [1, 28, 28], "outputs": 10}
    data = RunData("mnist", "MNIST", 100, 10, recipe, class_names=("a", "b"))
    facts = RunFacts(
        "Run 1",
        "2024-01-01T10:00:00+00:00",
        PRESETS["simplecnn"].stack,
        TrainingConfig(),
        data,
        AugmentationConfig(),
        changes=(Changed(2, 0.5, "learning_rate", 0.05, 0.01),),
        validation_accuracy=0.9,
    )
    return json.dumps(facts.to_dict()).encode()


def _autosave() -> bytes:
    stack = _every_layer().to_dict()
    return json.dumps({"format": AUTOSAVE, "saved_as": "/none/a.cnnviz", "stack": stack}).encode()


_INK = np.linspace(0, 1, 48, dtype=np.float32).reshape(6, 8)
_DRAWN: Drawing = (
    Stroke(((40.0, 40.0), (200.0, 60.0), (130.0, 230.0)), 16.0, pressures=(1.0, 0.5, 0.8)),
    Stroke(((40.0, 40.0),), 16.0, erases=True),
    PastedImage(_INK, (10.0, 20.0, 80.0, 60.0)),
)


def _drawing() -> bytes:
    return json.dumps(drawing_to_json(_DRAWN, 3)).encode()


def _drawings() -> bytes:
    return json.dumps([drawing_to_json(_DRAWN, 3), [[[1, 2], [30, 40.5]], [[5, 5]]]]).encode()


def _lecture() -> bytes:
    states = [example_state(operation) for operation in Operation]
    scenes = tuple(Scene(f"Scene {n}", state.to_dict()) for n, state in enumerate(states))
    return Lecture("All <b>operations", scenes).to_json().encode()


def _settings() -> bytes:
    return (
        b'[files]\nrecent="[\\"/none/a.cnnviz\\", \\"/none/b\\"]"\nfolder=/none\n'
        b'[train]\nfiles="[{\\"path\\": \\"/none\\", \\"title\\": \\"a\\", \\"about\\": \\"b\\", '
        b'\\"images\\": 5, \\"class_names\\": [\\"x\\"], \\"labels\\": [1]}]"\n'
        b"[look]\nscale=1.5\ntheme=dark\n[draw]\npen_width=18\ngrid=true\n"
        b"[window]\ngeometry=@ByteArray(\\x1\\xd9)\n"
    )


_LEVELS = np.arange(12 * 16, dtype=np.uint8).reshape(12, 4, 4)
_LABELS = np.arange(12) % 10


def _npz(save: Callable[..., None]) -> bytes:
    content = io.BytesIO()
    save(content, x_train=_LEVELS, y_train=_LABELS, x_test=_LEVELS, y_test=_LABELS)
    return content.getvalue()


def _csv() -> bytes:
    rows = np.column_stack([_LABELS, _LEVELS.reshape(12, 16)])
    return "\n".join(",".join(map(str, row)) for row in rows.tolist()).encode()


def _idx() -> bytes:
    return b"\x00\x00\x08\x03" + np.array(_LEVELS.shape, ">u4").tobytes() + _LEVELS.tobytes()


def _packed() -> bytes:
    return gzip.compress(_idx())


def _images() -> list[tuple[str, bytes]]:
    picture = Image.fromarray(np.kron(np.eye(8, dtype=np.uint8) * 255, np.ones((3, 3), np.uint8)))
    files = []
    for kind in ("PNG", "JPEG", "GIF", "TIFF", "BMP", "WEBP"):
        content = io.BytesIO()
        picture.save(content, kind)
        files.append((f"a.{kind.lower()}", content.getvalue()))
    return files


# What is done with what was read


def _must(is_so: bool, words: str) -> None:
    if not is_so:
        raise RuntimeError(words)


def _read_stack(path: Path) -> None:
    report = describe(load_stack(path))
    for row in report.rows:
        row.spec.words()


def _read_layers(path: Path) -> None:
    data = QMimeData()
    data.setData(MIME_TYPE, path.read_bytes())
    layers_in(data)


def _read_checkpoint(path: Path) -> None:
    load_progress(path)
    list(load_log(path).batches())
    checkpoint, stack, _ = load_checkpoint(path)
    Sequential(stack, np.random.default_rng(0)).load_state_dict(checkpoint.weights)


def _read_run(path: Path) -> None:
    settings_of(load_run(path))


def _read_weights(path: Path) -> None:
    import_weights(path, PRESETS["simplecnn"].stack)


def _read_drawings(path: Path) -> None:
    import_drawings(path, lambda drawing, _: render(drawing))
    for drawing in read_drawings(path):
        render(drawing)


def _read_kept(path: Path) -> None:
    for kept in DrawingStore(path.parent).load()[0]:
        render(kept.drawing)


def _read_lecture(path: Path) -> None:
    """Open every scene, at its first and its last step; one that is refused is passed by."""
    refused = None
    for scene in load_lecture(path).scenes:
        try:
            trace = trace_of(LabState.from_dict(dict(scene.lab)))
            trace[0], trace.state_after(0), trace.peak, trace.result
        except ValueError as error:
            refused = error
    if refused is not None:
        raise refused


def _read_idx(path: Path) -> None:
    labels = b"\x00\x00\x08\x01" + np.array([12], ">u4").tobytes() + _LABELS.astype("u1").tobytes()
    name = path.name.replace("images", "labels").replace("idx3", "idx1").removesuffix(".gz")
    path.with_name(name).write_bytes(labels)
    open_data(path)


@lru_cache(maxsize=1)
def _application() -> QCoreApplication:
    return QCoreApplication.instance() or QCoreApplication([])


def _read_autosave(path: Path) -> None:
    """The bad file must not hide the good one, nor lie in the way again."""
    _application()
    (path.parent / "stack-2.json").write_bytes(_autosave())
    found = Autosave(StackDocument(), path.parent).leftovers()
    _must(bool(found), "the good file is hidden")
    for leftover in found:
        leftover.lock.unlock()


def _read_presets(path: Path) -> None:
    _application()
    (path.parent / "good.cnnviz").write_bytes(_stack())
    presets = OwnPresets(path.parent).all()
    _must(bool(presets), "the good preset is hidden")
    for preset in presets:
        describe(preset.stack)


def _read_runs(other: str, path: Path) -> None:
    """A folder of runs in which one file is spoiled: the whole run is still found."""
    _application()
    folder = path.parent / "runs"
    for name in ("20240101-100000-001", "20240101-100000-002"):
        (folder / name).mkdir(parents=True)
        (folder / name / FACTS_FILE).write_bytes(_facts())
        (folder / name / CHECKPOINT_FILE).write_bytes(_checkpoint())
        (folder / name / UNFINISHED_FILE).touch()
    spoilt = folder / "20240101-100000-001"
    kept = (spoilt / other).read_bytes()
    shutil.copy(path, spoilt / path.name)
    (spoilt / other).write_bytes(kept)
    store = RunStore(folder)
    store.read()
    _must(store.run("20240101-100000-002") is not None, "the good run is hidden")
    for run in store.runs:
        settings_of(run.facts)
    count = len(store.problems)
    store.read()
    _must(len(store.problems) == count, "a problem is said again")


_DEFAULTS: tuple[Any, ...] = (0, 1.5, True, "", b"")


def _read_settings(path: Path) -> None:
    _application()
    settings = Settings(path)
    settings.get(RECENT_FILES), settings.get(FILES)
    for default in _DEFAULTS:
        for key in ("files/recent", "look/scale", "draw/grid", "window/geometry", "train/files"):
            value = settings.get(Setting(key, default))
            _must(type(value) is type(default), f"{key} is of another type")
    RecentFiles(settings).paths()
    _must(all(source.key for source in DataFiles(settings).sources), "a source has no key")
