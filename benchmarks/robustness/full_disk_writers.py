"""All that writes files, each as it is called by what the user clicks or types."""

from __future__ import annotations

import io
import os
from collections.abc import Callable
from contextlib import chdir, redirect_stderr, redirect_stdout
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import lru_cache, partial
from importlib.util import find_spec
from pathlib import Path
from unittest.mock import patch

import numpy as np
from PySide6.QtWidgets import QApplication, QWidget

from app.build.network_picture import NetworkPicture
from app.cli import main
from app.draw.sheet.pictures_in_and_out import Pictures
from app.kit.curves import TrainingCurves
from app.kit.errors import ErrorDialog, words_of
from app.kit.export.run_files import shared_palette, write_gif, write_numbered
from app.lecture.scenes import Lecture, Scene, save_lecture
from app.shell.application import make_application
from app.shell.autosave import Autosave
from app.state.document import StackDocument
from app.state.own_presets import OwnPresets
from app.state.settings import LAST_FOLDER, Settings
from app.state.sketch import Sketch
from app.step.exports import StepExports
from app.step.stepper import Stepper
from app.train.export import save_curves
from app.train.runs.run_keeper import NotKept, RunKeeper
from app.train.runs.run_store import RunStore
from app.train.training_view import TrainingView
from engine.basics.errors import EngineError
from engine.data.augmentation import AugmentationConfig
from engine.data.generated.digits import generate_digits
from engine.data.own_drawings import (
    DrawingStore,
    KeptDrawing,
    export_drawings,
    export_images,
)
from engine.export import Target, export, targets
from engine.ink.drawings import Stroke
from engine.lab import example_state
from engine.networks.model_file import Model, save_model, save_stack
from engine.networks.network import Sequential
from engine.networks.presets import PRESETS
from engine.networks.stack import Stack, describe
from engine.training.config import TrainingConfig
from engine.training.events import BatchDone
from engine.training.run_file import RunData, RunFacts
from engine.training.run_log import RunLog
from engine.training.trainer import Trainer

SMALL = ("--preset", "simplecnn", "--digits", "60", "--batch-size", "16", "--epochs", "1")
MOMENT = datetime(2024, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Writer:
    """One writer: ``write`` puts its content 0 or 1 into a folder, and returns what was said.

    What it ``may_leave`` is meant to be there although not all could be written.
    """

    write: Callable[[Path, int], str]
    may_leave: tuple[str, ...] = ()


@lru_cache(maxsize=1)
def WRITERS() -> dict[str, Writer]:  # noqa: N802 - a table, made when it is asked for first
    """Every writer by its name."""
    make_application()
    table = {
        "network": Writer(_network),
        "stack": Writer(_stack),
        "lecture": Writer(_lecture),
        "own preset": Writer(_preset),
        "own preset, renamed": Writer(_renamed_preset),
        "kept drawing": Writer(_kept_drawing),
        "drawings": Writer(_drawings),
        "drawings as images": Writer(_drawings_as_images),
        "drawing as PNG": Writer(_drawing_as_png),
        "autosave": Writer(_autosave),
        "settings": Writer(_settings),
        "checkpoint": Writer(_checkpoint),
        "run begun": Writer(_run_begun),
        "run known": Writer(_run_known),
        "run taken up again": Writer(_run_taken_up),
        "GIF": Writer(_gif),
        "numbered pictures": Writer(_numbered_pictures),
        "cnnviz train": Writer(_train, may_leave=("net.safetensors.checkpoint",)),
        "cnnviz export": Writer(_export),
        "cnnviz import": Writer(_import),
    }
    for suffix in ("png", "svg"):
        table[f"network as {suffix.upper()}"] = Writer(partial(_network_picture, suffix))
        table[f"Step as {suffix.upper()}"] = Writer(partial(_step_picture, suffix))
    for suffix in ("csv", "png", "svg"):
        table[f"curves as {suffix.upper()}"] = Writer(partial(_curves, suffix))
    has_onnx = find_spec("onnx") is not None
    for target in (one for one in targets() if one.is_text or has_onnx):
        table[f"code for {target.title}"] = Writer(partial(_code, target))
    return table


def _told(work: Callable[[], object]) -> str:
    """What the user is told of an error, as dialogs and notices have it; "" if there is none."""
    try:
        work()
    except (EngineError, OSError) as error:
        return words_of(error)[0]
    return _in_dialogs()


def _in_dialogs() -> str:
    """What open dialogs say; they are closed."""
    found = [each for each in QApplication.topLevelWidgets() if isinstance(each, ErrorDialog)]
    said = [each.sentence for each in found if each.isVisible()]
    for each in found:
        each.close()
    return " ".join(said)


def _command(folder: Path, *arguments: str) -> str:
    """What a command complains of, in a folder; "" if it ends well."""
    said = io.StringIO()
    with chdir(folder), redirect_stdout(io.StringIO()), redirect_stderr(said):
        status = main(arguments)
    return said.getvalue() if status else ""


# What is written


@lru_cache(maxsize=2)
def _model(which: int) -> Sequential:
    return Sequential(PRESETS["simplecnn"].stack, np.random.default_rng(which))


def _some_stack(which: int) -> Stack:
    return replace(PRESETS[("simplecnn", "lenet5")[which]].stack, name=f"Stack {which}")


def _some_drawings(which: int) -> list[KeptDrawing]:
    strokes = Stroke(((40.0, 40.0 + 20 * which), (200.0, 60.0), (130.0, 230.0)), 16.0)
    return [KeptDrawing(f"{label}", label, (strokes,)) for label in range(1 + 2 * which)]


def _facts(which: int) -> RunFacts:
    data = RunData("mnist", "MNIST", 100, 10, {"shape": [1, 28, 28], "outputs": 10})
    return RunFacts(
        f"Run {which}",
        MOMENT.isoformat(),
        _some_stack(which),
        TrainingConfig(),
        data,
        AugmentationConfig(),
    )


def _frames(which: int) -> list[np.ndarray[tuple[int, ...], np.dtype[np.uint8]]]:
    rng = np.random.default_rng(which)
    return [rng.integers(0, 256, (20, 30, 3), np.uint8) for _ in range(3)]


# Who writes


def _network(folder: Path, which: int) -> str:
    return _told(lambda: save_model(folder / "a.safetensors", _model(which)))


def _stack(folder: Path, which: int) -> str:
    return _told(lambda: save_stack(folder / "a.cnnviz", _some_stack(which)))


def _lecture(folder: Path, which: int) -> str:
    scenes = tuple(Scene(f"Scene {n}", example_state().to_dict()) for n in range(1 + which))
    return _told(
        lambda: save_lecture(folder / "a.cnnviz-lecture", Lecture(f"Lecture {which}", scenes))
    )


def _preset(folder: Path, which: int) -> str:
    return _told(lambda: OwnPresets(folder / "presets").keep(_some_stack(which)))


def _renamed_preset(folder: Path, which: int) -> str:
    presets = OwnPresets(folder)
    if not which:
        return _told(lambda: presets.keep(_some_stack(which)))
    return _told(lambda: presets.rename(presets.all()[0], "Another name"))


def _kept_drawing(folder: Path, which: int) -> str:
    store = DrawingStore(folder / "drawings")
    return _told(lambda: store.put(_some_drawings(which)[0]))


def _drawings(folder: Path, which: int) -> str:
    return _told(lambda: export_drawings(_some_drawings(which), folder / "a.json"))


def _drawings_as_images(folder: Path, which: int) -> str:
    return _told(lambda: export_images(_some_drawings(which), folder / "images"))


def _drawing_as_png(folder: Path, which: int) -> str:
    panel, sketch = QWidget(), Sketch()
    sketch.begin((40.0, 40.0), 16.0 + 8 * which, erases=False)
    sketch.extend((200.0, 200.0 - 90 * which))
    sketch.end()
    pictures = Pictures(sketch, Settings(folder.parent / "none.ini"), panel)
    return _told(lambda: pictures.save(folder / "a.png"))


def _autosave(folder: Path, which: int) -> str:
    said: list[str] = []
    document = StackDocument()
    autosave = Autosave(document, folder / "autosave")
    autosave.failed.connect(said.append)
    document.replace_stack(_some_stack(which), "Replace")
    document.rename("Edited")
    autosave.write()
    return " ".join(said)


def _settings(folder: Path, which: int) -> str:
    settings = Settings(folder / "a.ini")
    settings.set(LAST_FOLDER, f"/folder {which}" * 40)
    return _told(settings.save)


def _checkpoint(folder: Path, which: int) -> str:
    data = generate_digits(20, which)
    config = TrainingConfig(epochs=1, batch_size=10)
    trainer = Trainer(_model(which).copy(), data, data, config)
    keeper = RunKeeper(folder / "run.safetensors", trainer.network.stack, config, RunLog())
    said = [one.message for one in keeper.began(trainer) if isinstance(one, NotKept)]
    return " ".join(said)


def _run_begun(folder: Path, which: int) -> str:
    store = RunStore(folder / "runs", now=lambda: MOMENT.replace(hour=which))
    said = _told(lambda: store.begin(_facts(which)))
    if store.live is not None:
        store.conclude(store.live.facts.state)
    return said


def _run_known(folder: Path, which: int) -> str:
    if not which:
        return _run_begun(folder, 0)
    store = RunStore(folder / "runs")
    store.read()
    store.know(store.runs[0].key, _facts(1))
    return " ".join(store.problems)


def _run_taken_up(folder: Path, which: int) -> str:
    if not which:
        return _run_begun(folder, 0)
    store = RunStore(folder / "runs")
    store.read()
    said = _told(lambda: store.go_on(store.runs[0].key, name="Taken up"))
    said = said or " ".join(store.problems)
    if store.live is not None:
        store.conclude(store.live.facts.state)
    return said


def _network_picture(suffix: str, folder: Path, which: int) -> str:
    picture = NetworkPicture()
    picture.show_report(describe(_some_stack(which)))
    return _told(lambda: picture.save_to(folder / f"a.{suffix}"))


def _step_picture(suffix: str, folder: Path, which: int) -> str:
    window, stepper = QWidget(), Stepper()
    for _ in range(which):
        stepper.next()
    exports = StepExports(stepper, Settings(folder.parent / "none.ini"), window)
    return _told(lambda: exports.save_picture(folder / f"a.{suffix}", suffix.upper()))


def _curves(suffix: str, folder: Path, which: int) -> str:
    curves = TrainingCurves(10)
    for step in range(1, 20 + 10 * which):
        curves.append_batch(BatchDone(step, 1, step, 40, 1 / step, 0.5, 0.05, step * 8, 320))
    return _told(lambda: save_curves(folder / f"a.{suffix}", curves, _view(which)))


@lru_cache(maxsize=2)
def _view(which: int) -> TrainingView:
    view = TrainingView()
    view.resize(500 + 100 * which, 600)
    return view


def _code(target: Target, folder: Path, which: int) -> str:
    path = folder / f"a{target.suffix}"
    if which:  # other weights of that name would be refused, so there is something else yet
        return _told(lambda: export(Model(_model(0), None), target, path))
    path.write_text("old")
    return ""


def _gif(folder: Path, which: int) -> str:
    frames = _frames(which)
    return _told(
        lambda: write_gif(folder / "a.gif", frames, len(frames), 100, shared_palette(frames))
    )


def _numbered_pictures(folder: Path, which: int) -> str:
    frames = _frames(which)
    return _told(lambda: write_numbered(folder / f"run {which}", frames, len(frames)))


def _train(folder: Path, which: int) -> str:
    with (
        patch.dict(os.environ, {"CNNVIZ_DATA": str(folder / "none")}),
        patch("app.commands.train.GENERATED_TEST_IMAGES", 20),
        patch("app.commands.train.find_mnist", lambda _: None),
    ):
        force = ["--force"] * which
        return _command(folder, "train", *SMALL, "--seed", f"{which}", "--out", NAME, *force)


NAME = "net.safetensors"


def _export(folder: Path, which: int) -> str:
    if not which:
        save_model(folder / NAME, _model(0))
        return ""
    return _command(folder, "export", NAME, "--to", "keras")


def _import(folder: Path, which: int) -> str:
    if not which:
        save_model(folder / NAME, _model(0))
        return ""
    return _command(folder, "import", NAME, "--preset", "simplecnn")
