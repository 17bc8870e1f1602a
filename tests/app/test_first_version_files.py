"""Files that version 0.1.0 wrote open in the window and on the command line, as they did in it."""

import re
import shutil
from collections.abc import Iterator
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QMimeData
from pytestqt.qtbot import QtBot

from app.build.layer_mime import MIME_TYPE, layers_in
from app.cli import main
from app.commands.parser import build_parser
from app.lecture.bench import COUNTER_IS_SHOWN, SAME_FOR_BOTH, STRIP_IS_OPEN
from app.lecture.scenes import SUFFIX as LECTURE_SUFFIX
from app.lecture.scenes import load_lecture, save_lecture
from app.look.theme import ThemeController
from app.shell.files import IMAGE_SUFFIXES, NETWORK_SUFFIX, STACK_SUFFIX
from app.shell.main_window import MainWindow
from app.shell.recent_files import RecentFiles
from app.shell.workspaces import LAST_WORKSPACE
from app.state.my_drawings import MyDrawings, drawings_folder
from app.state.networks import NetworkHolder
from app.state.own_presets import OwnPresets
from app.state.run_folders import has_interrupted_run, runs_folder
from app.state.settings import (
    COMPARE_WITH,
    DRAW_GRID,
    INSIDE_OPEN,
    INSIDE_SHARE,
    LAST_FOLDER,
    PEN_WIDTH,
    RECENT_FILES,
    SCALE,
    THEME,
    WINDOW_GEOMETRY,
    Setting,
    Settings,
)
from app.step.lab import LabModel
from app.train.choosing_data import DATA_FOLDER
from app.train.freeze.page import FrozenPage
from app.train.inside.page import InsidePage
from app.train.rewind.page import RewindPage
from app.train.runs.page import TrainRuns
from app.train.runs.run_jobs import curves_of, job_of, network_of, source_of
from app.train.runs.run_store import Run, RunStatus, RunStore
from app.train.setup.data_files import FILES, DataFiles
from app.train.setup.training_choices import OWN_REPEATS, SOURCE
from app.train.setup.training_fields import (
    AUGMENTS,
    CHOICES,
    FIELDS,
    SHOWS_MORE,
    augmentation_fields,
    images_field,
    learning_rate_field,
    validation_field,
)
from engine.lab import LabState
from engine.networks.model_file import load_model, load_stack
from engine.networks.stack import Stack
from engine.training.checkpoint import load_log
from engine.training.run_file import RunState
from tests.first_version import FOLDER, check, expected

SETTINGS_FILE = "cnnviz.ini"
LECTURE = FOLDER / "lectures" / "operations.cnnviz-lecture"
NAMED = FOLDER / "networks" / "named.safetensors"
TIMEOUT = 20_000
CLASSES = ("drei", "eins", "fünf", "huit — 8", "null", "vier", "zwei", "ñueve", "шесть", "七")
"""The folders of images that the window's runs learnt from, in the order of their labels."""
DIGITS = (3, 1, 5, 8, 0, 4, 2, 9, 6, 7)
"""The digits that lie in them."""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The settings' folder as version 0.1.0 left it, to be written to."""
    return Path(shutil.copytree(FOLDER / "settings_folder", tmp_path / "settings_folder"))


@pytest.fixture
def kept(folder: Path) -> Settings:
    """Its settings."""
    return Settings(folder / SETTINGS_FILE)


@pytest.fixture
def window(
    qtbot: QtBot, kept: Settings, look: ThemeController, no_mnist: Path
) -> Iterator[MainWindow]:
    """The window as it starts on that folder."""
    made = MainWindow(kept, look)
    made.resize(1280, 800)
    made.show()
    qtbot.waitExposed(made)
    made.start_up()
    yield made
    made.workspaces.document.undo_stack.setClean()
    made.close()
    made.deleteLater()


# Settings

SETTINGS: dict[str, Setting[Any]] = {
    "WINDOW_GEOMETRY": WINDOW_GEOMETRY,
    "THEME": THEME,
    "SCALE": SCALE,
    "LAST_WORKSPACE": LAST_WORKSPACE,
    "LAST_FOLDER": LAST_FOLDER,
    "RECENT_FILES": RECENT_FILES,
    "PEN_WIDTH": PEN_WIDTH,
    "DRAW_GRID": DRAW_GRID,
    "COMPARE_WITH": COMPARE_WITH,
    "INSIDE_OPEN": INSIDE_OPEN,
    "INSIDE_SHARE": INSIDE_SHARE,
    "DATA_FOLDER": DATA_FOLDER,
    "FILES": FILES,
    "SOURCE": SOURCE,
    "OWN_REPEATS": OWN_REPEATS,
    "AUGMENTS": AUGMENTS,
    "SHOWS_MORE": SHOWS_MORE,
    "STRIP_IS_OPEN": STRIP_IS_OPEN,
    "SAME_FOR_BOTH": SAME_FOR_BOTH,
    "COUNTER_IS_SHOWN": COUNTER_IS_SHOWN,
}


def training_settings() -> dict[str, Setting[Any]]:
    """The settings of a run, by the names of their fields."""
    rates = [learning_rate_field(name) for name in ("sgd", "nesterov", "rmsprop", "adam", "adamw")]
    source = (images_field("generated", 100_000, 10_000), validation_field("generated", 10_000))
    fields: tuple[Any, ...] = (*FIELDS, *augmentation_fields(), *rates, *source, *CHOICES)
    return {field.info.name: field.setting for field in fields}


def setting_facts(kept: Settings) -> dict[str, Any]:
    every = SETTINGS | training_settings()
    values = {setting.key: kept.get(setting) for setting in every.values()}
    return {key: list(v) if isinstance(v, bytes) else v for key, v in values.items()}


def test_every_setting_is_read_as_it_was_set(kept: Settings) -> None:
    check(setting_facts(kept), expected("settings"))


def test_every_setting_of_then_is_another_than_the_default(kept: Settings) -> None:
    every = (SETTINGS | training_settings()).values()
    usual = {setting.key for setting in every if kept.get(setting) == setting.default}
    assert usual.isdisjoint(expected("settings"))


def test_the_settings_have_the_keys_that_they_had() -> None:
    assert {name: setting.key for name, setting in SETTINGS.items()} == {
        "WINDOW_GEOMETRY": "window/geometry",
        "THEME": "look/theme",
        "SCALE": "look/scale",
        "LAST_WORKSPACE": "window/workspace",
        "LAST_FOLDER": "files/folder",
        "RECENT_FILES": "files/recent",
        "PEN_WIDTH": "draw/pen_width",
        "DRAW_GRID": "draw/grid",
        "COMPARE_WITH": "draw/compare_with",
        "INSIDE_OPEN": "draw/inside_open",
        "INSIDE_SHARE": "draw/inside_share",
        "DATA_FOLDER": "train/folder",
        "FILES": "train/files",
        "SOURCE": "train/source",
        "OWN_REPEATS": "train/own_repeats",
        "AUGMENTS": "train/augment",
        "SHOWS_MORE": "train/shows_more",
        "STRIP_IS_OPEN": "step/lecture_strip",
        "SAME_FOR_BOTH": "step/same_for_both",
        "COUNTER_IS_SHOWN": "step/presentation_counter",
    }
    assert {setting.key for setting in training_settings().values()} >= {
        "train/epochs",
        "train/batch_size",
        "train/momentum",
        "train/rms_decay",
        "train/beta1",
        "train/beta2",
        "train/warm_up_epochs",
        "train/weight_decay",
        "train/patience",
        "train/seed",
        "train/optimizer",
        "train/schedule",
        "train/initialization",
        "train/learning_rate",
        "train/nesterov/learning_rate",
        "train/rmsprop/learning_rate",
        "train/adam/learning_rate",
        "train/adamw/learning_rate",
        "train/generated/images",
        "train/generated/validation",
        "train/augment/shift",
        "train/augment/rotation",
        "train/augment/scale",
        "train/augment/stretch",
        "train/augment/slant",
        "train/augment/elastic",
        "train/augment/smoothness",
        "train/augment/thickness",
    }


def test_the_words_that_may_be_chosen_are_there() -> None:
    words = {name: set(setting.choices) for name, setting in training_settings().items()}
    assert {"sgd", "nesterov", "rmsprop", "adam", "adamw"} <= words["optimizer"]
    assert {"constant", "step", "cosine"} <= words["schedule"]
    assert {
        "stack",
        "he",
        "he-uniform",
        "xavier",
        "xavier-uniform",
        "lecun",
        "normal",
        "zeros",
    } <= words["initialization"]
    assert set(THEME.choices) >= {"system", "light", "dark"}
    assert set(LAST_WORKSPACE.choices) >= {"draw", "build", "train", "step", "reference"}


@pytest.mark.parametrize(
    ("page", "key"), [(FrozenPage, "frozen"), (InsidePage, "inside"), (RewindPage, "rewind")]
)
def test_the_room_of_a_page_is_remembered(page: Any, key: str, kept: Settings) -> None:
    assert page.key == key
    assert kept.get(Setting(f"train/curves_{key}", "auto")) == "folded"
    assert kept.get(Setting(f"train/share_{key}", 0.0)) == 0.4


def test_the_latest_files_are_listed(kept: Settings) -> None:
    assert [path.name for path in RecentFiles(kept).paths()] == [
        "window.safetensors",
        "maps.cnnviz",
        "named.safetensors",
        "command.safetensors",
        "newer.cnnviz",
        "means.cnnviz",
        "series.cnnviz",
    ]


def test_the_files_of_train_are_listed(kept: Settings) -> None:
    (source,) = DataFiles(kept).sources
    assert source.key == "file:|home|ada|Größen|pictures"
    assert (source.title, source.largest, source.class_names) == ("pictures", 31, CLASSES)


def test_train_starts_with_what_was_set(window: MainWindow) -> None:
    window.open_workspace("train")
    choices = window.workspaces.train.choices
    assert choices.source.title == "pictures"
    assert list(choices.kept_classes) == [5, 6, 7, 8]
    assert choices.value("images") == choices.most_images
    choices.choose_source("generated")
    assert list(choices.kept_classes) == [0, 2, 4, 6, 8]
    assert choices.own_repeats == 3
    job = choices.job(window.workspaces.document.stack)
    check(asdict(job.config), expected("next_run")["config"])
    assert job.augmentation is not None
    check(job.augmentation.to_dict(), expected("next_run")["augmentation"])


def test_draw_starts_with_what_was_set(window: MainWindow) -> None:
    window.open_workspace("draw")
    draw = window.workspaces.draw
    assert draw.tools.pen_width == 21
    assert not draw.inside.is_open
    assert draw.keeping.drawings.count == 31


# Networks and stacks


def test_a_network_opens_in_the_window(window: MainWindow, tmp_path: Path) -> None:
    assert window.files.open(NAMED)
    networks = window.networks
    assert networks.title == "Größen aus Bildern ✓"
    assert (networks.name_of(5), networks.name_of(7)) == ("fünf", "七")
    assert networks.calibration.temperature == pytest.approx(0.541023, abs=1e-5)
    assert window.files.save_network(tmp_path / "again.safetensors")
    again = load_model(tmp_path / "again.safetensors")
    assert again.record == load_model(NAMED).record
    assert np.array_equal(again.network.parameters, networks.network.parameters)


@pytest.mark.parametrize("name", ["command", "means", "named", "window"])
def test_draw_can_use_a_network(name: str) -> None:
    networks = NetworkHolder()
    networks.open(FOLDER / "networks" / f"{name}{NETWORK_SUFFIX}")
    assert networks.accepts_digits


@pytest.mark.parametrize("name", ["maps", "means", "newer", "series"])
def test_a_stack_opens_in_build(window: MainWindow, name: str, tmp_path: Path) -> None:
    file = Path(shutil.copy(FOLDER / "stacks" / f"{name}.cnnviz", tmp_path))
    assert window.files.open(file)
    document = window.workspaces.document
    check(document.stack.to_dict(), expected("stacks")[name]["stack"])
    assert document.report.parameters == expected("stacks")[name]["parameters"]
    assert not document.is_modified
    document.rename("another name")
    document.save()
    assert load_stack(file) == replace(document.stack, name="another name")


def test_layers_as_they_were_copied_can_be_pasted() -> None:
    data = QMimeData()
    data.setData(
        "application/x-cnnviz-layers", (FOLDER / "stacks" / "copied_layers.json").read_bytes()
    )
    assert MIME_TYPE == "application/x-cnnviz-layers"
    assert layers_in(data) == load_stack(FOLDER / "stacks" / "maps.cnnviz").layers


def preset_facts(folder: Path) -> list[dict[str, Any]]:
    return [preset.stack.to_dict() for preset in OwnPresets(folder / "presets").all()]


def test_own_presets_are_there(folder: Path) -> None:
    check(preset_facts(folder), expected("presets"))
    titles = [preset.title for preset in OwnPresets(folder / "presets").all()]
    assert titles == ["Mean of maps 2", "Mittel über Größen", "Zeit/Reihe: 1-D"]


def test_the_palette_offers_own_presets(window: MainWindow) -> None:
    own = window.workspaces.build.own_presets
    assert own is not None
    window.workspaces.document.undo_stack.setClean()
    preset = own.all()[1]
    window.workspaces.build.open_preset(preset)
    assert window.workspaces.document.stack == preset.stack


def test_the_unsaved_stack_is_offered_and_recovered(window: MainWindow, folder: Path) -> None:
    build = window.workspaces.build
    assert window.workspaces.current_key == "build"
    assert "Größen, ungespeichert" in build.notice.text
    assert "maps.cnnviz" in build.notice.text
    recover = build.notice.buttons[0]
    assert recover.text() == "Recover"
    recover.click()
    document = window.workspaces.document
    assert document.stack.name == "Größen, ungespeichert"
    whole = load_stack(FOLDER / "stacks" / "maps.cnnviz")
    assert document.stack.layers == whole.layers[:-1]
    assert document.path == Path("/home/ada/Größen/maps.cnnviz")
    assert document.is_modified


# Lectures


def lecture_facts(path: Path) -> dict[str, Any]:
    lecture = load_lecture(path)
    scenes = []
    model = LabModel()
    for scene in lecture.scenes:
        model.set_state(LabState.from_dict(scene.lab))
        assert model.problem == ""
        state = model.state
        scenes.append(
            {
                "title": scene.title,
                "notes": scene.notes,
                "hidden": list(scene.hidden.names),
                "scale": scene.scale,
                "operation": state.operation.value,
                "pass": state.pass_.value,
                "way": state.way,
                "step": state.step,
                "picture": state.picture.value,
                "steps": len(model.trace),
            }
        )
    return {"title": lecture.title, "scenes": scenes}


def test_a_lecture_is_what_it_was(tmp_path: Path) -> None:
    check(lecture_facts(LECTURE), expected("lecture"))
    save_lecture(tmp_path / LECTURE.name, load_lecture(LECTURE))
    check(lecture_facts(tmp_path / LECTURE.name), expected("lecture"))


def test_every_scene_can_be_shown_in_the_window(window: MainWindow) -> None:
    assert window.files.open(LECTURE)
    assert window.workspaces.current_key == "step"
    bench, model = window.workspaces.lectures, window.workspaces.step.model
    failed: list[str] = []
    bench.walk.failed.connect(failed.append)
    scenes = expected("lecture")["scenes"]
    assert len(scenes) == len(bench.document.scenes) == 32
    for number, wanted in enumerate(scenes):
        assert bench.document.open_scene(number)
        state = model.state
        shown = (state.operation.value, state.pass_.value, state.way, state.step)
        assert shown == (wanted["operation"], wanted["pass"], wanted["way"], wanted["step"])
        assert (model.problem, len(model.trace)) == ("", wanted["steps"])
    assert failed == []
    assert not bench.document.is_modified


# Drawings


def test_kept_drawings_are_there_and_can_be_changed(kept: Settings) -> None:
    drawings = MyDrawings(drawings_folder(kept))
    problems: list[str] = []
    drawings.problem_found.connect(problems.append)
    wanted = expected("kept_drawings")
    assert [each.key for each in drawings.drawings] == list(wanted)
    assert [each.label for each in drawings.drawings] == [label for label, _ in wanted.values()]
    assert problems == []
    drawings.relabel({drawings.drawings[0].key}, 9)
    assert MyDrawings(drawings_folder(kept)).drawings[0].label == 9


def test_exported_drawings_can_be_taken_in(qtbot: QtBot, tmp_path: Path) -> None:
    drawings = MyDrawings(tmp_path / "drawings")
    with qtbot.waitSignal(drawings.imported):
        drawings.take_from(FOLDER / "drawings" / "my drawings.json")
    assert drawings.count == 31


# Runs


@pytest.fixture
def store(folder: Path) -> RunStore:
    made = RunStore(runs_folder(folder))
    made.read()
    return made


def run_facts(run: Run) -> dict[str, Any]:
    curves = curves_of(run.facts, load_log(run.checkpoint))
    network, record, _ = network_of(run)
    return {
        "name": run.facts.name,
        "status": run.status.value,
        "epochs": run.facts.epochs,
        "batches": run.facts.batches,
        "best_epoch": run.facts.best_epoch,
        "validation_accuracy": run.facts.validation_accuracy,
        "test_accuracy": run.facts.test_accuracy,
        "is_pinned": run.facts.is_pinned,
        "is_hidden": run.facts.is_hidden,
        "trouble": run.facts.trouble,
        "losses": curves.loss.per_batch.tolist(),
        "validation": curves.accuracy.validation.tolist(),
        "parameters": network.parameter_count,
        "record": asdict(record),
    }


def test_the_list_of_runs_is_what_it_was(store: RunStore) -> None:
    assert store.problems == ()
    check([run_facts(run) for run in store.runs], expected("run_list"))


def test_runs_stand_as_they_stood(store: RunStore, folder: Path) -> None:
    assert [(run.facts.name, run.status) for run in store.runs] == [
        ("Größere Schritte", RunStatus.FINISHED),
        ("Run 1", RunStatus.STOPPED),
        ("Run 2", RunStatus.DIVERGED),
        ("Run 3", RunStatus.FINISHED),
        ("Run 4", RunStatus.INTERRUPTED),
    ]
    assert all(run.has_weights for run in store.runs)
    assert has_interrupted_run(runs_folder(folder))


def test_what_is_mixed_for_a_run_can_be_had_again(window: MainWindow, folder: Path) -> None:
    window.open_workspace("train")
    data = window.workspaces.train.data
    for run in runs_of(window).store.runs[:3]:
        source = source_of(run.facts.data, data)
        assert source.key == "generated"
        assert source.title == run.facts.data.title
        job = job_of(run, source)
        assert (job.stack, job.config) == (run.facts.stack, run.facts.config)


def runs_of(window: MainWindow) -> TrainRuns:
    parts = window.workspaces.train.parts
    return next(part for part in parts if isinstance(part, TrainRuns))


def pictures(folder: Path) -> Path:
    """The images that the interrupted run learns from, in folders of the names that they had."""
    exported = FOLDER / "drawings" / "exported"
    for name, digit in zip(CLASSES, DIGITS, strict=True):
        shutil.copytree(exported / str(digit), folder / name)
    return folder


def test_the_interrupted_run_goes_on_to_where_it_would_have_come(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    window.open_workspace("train")
    train, runs = window.workspaces.train, runs_of(window)
    assert runs.offers.notice.text.startswith("Run 4, Größen aus Bildern ✓ on pictures,")
    undisturbed, interrupted = runs.store.runs[3:]
    assert (interrupted.facts.epochs, interrupted.facts.batches) == (1, 7)
    place = str(pictures(tmp_path / "pictures"))
    recipe = interrupted.facts.data.recipe | {"path": place}
    source = source_of(replace(interrupted.facts.data, key="moved", recipe=recipe), train.data)
    log = load_log(interrupted.checkpoint)
    runs.recorder.go_on_with(interrupted, log)
    train.session.curves = curves_of(interrupted.facts, log)
    with qtbot.waitSignal(train.session.ended, timeout=TIMEOUT):
        train.session.start(job_of(interrupted, source))
    now = runs.store.run(interrupted.key)
    assert now is not None
    assert now.status is RunStatus.FINISHED
    assert (now.facts.state, now.facts.epochs, now.facts.batches) == (RunState.FINISHED, 4, 20)
    whole, resumed = load_log(undisturbed.checkpoint), load_log(now.checkpoint)
    for one, other in zip(resumed.batches(), whole.batches(), strict=True):
        assert (one.step, one.epoch, one.images) == (other.step, other.epoch, other.images)
        assert one.learning_rate == pytest.approx(other.learning_rate)
        assert one.loss == pytest.approx(other.loss, rel=0.02, abs=1e-3)
    for before, after in zip(whole.epochs, resumed.epochs, strict=True):
        assert after.validation_loss == pytest.approx(before.validation_loss, rel=0.02)
    assert "no better than chance" in now.facts.trouble  # so Draw has it only when asked
    train.session.use_kept()
    assert window.networks.record is not None
    assert window.networks.record.class_names == CLASSES


def test_draw_can_have_the_weights_of_a_run(window: MainWindow) -> None:
    window.open_workspace("train")
    runs = runs_of(window)
    runs.use(runs.store.runs[3].key)
    file = load_model(FOLDER / "networks" / "window.safetensors")
    assert np.array_equal(window.networks.network.parameters, file.network.parameters)
    assert window.networks.record is not None
    assert window.networks.record.class_names == CLASSES


# The command line


def test_drawings_are_classified_with_a_network(capsys: pytest.CaptureFixture[str]) -> None:
    strokes = FOLDER / "drawings" / "strokes.json"
    network = FOLDER / "networks" / "command.safetensors"
    assert main(["classify", "--model", str(network), "--strokes", str(strokes)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 6
    assert lines[3].startswith("refused:")
    kept_ones = FOLDER / "drawings" / "my drawings.json"
    assert main(["classify", "--model", str(NAMED), "--strokes", str(kept_ones)]) == 0
    assert len(capsys.readouterr().out.splitlines()) == 31


@pytest.mark.parametrize("target", ["pytorch", "keras", "numpy"])
def test_a_network_is_exported(target: str, tmp_path: Path) -> None:
    out = tmp_path / "exported.py"
    assert main(["export", str(NAMED), "--to", target, "--out", str(out)]) == 0
    assert out.stat().st_size > 0


def test_weights_are_imported_into_a_stack(tmp_path: Path) -> None:
    stack, out = FOLDER / "stacks" / "maps.cnnviz", tmp_path / "imported.safetensors"
    assert main(["import", str(NAMED), "--stack", str(stack), "--out", str(out)]) == 0
    imported, own = load_model(out).network, load_model(NAMED).network
    assert np.array_equal(imported.parameters, own.parameters)


COMMANDS = {
    "train": {
        "--help",
        "--preset",
        "--stack",
        "--data",
        "--digits",
        "--mix-digits",
        "--guard",
        "--start",
        "--images",
        "--validation",
        "--augment",
        "--epochs",
        "--batch-size",
        "--learning-rate",
        "--momentum",
        "--weight-decay",
        "--schedule",
        "--optimizer",
        "--loss",
        "--warm-up-epochs",
        "--seed",
        "--out",
    },
    "classify": {"--help", "--strokes", "--number", "--model"},
    "export": {"--help", "--to", "--out", "network"},
    "import": {"--help", "--preset", "--stack", "--out", "weights"},
}


@pytest.mark.parametrize("command", ["", *COMMANDS])
def test_the_commands_and_their_options_are_there(
    command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit, match="0"):
        main([*command.split(), "--help"])
    found = set(re.findall(r"[\w-]+", capsys.readouterr().out))
    top = {"--help", "--version", "--model", "--data", "--screenshots", *COMMANDS}
    assert COMMANDS.get(command, top) <= found


def test_the_options_mean_what_they_meant() -> None:
    options = build_parser().parse_args(
        [
            "train",
            "--preset",
            "nin",
            "--data",
            "DIR",
            "--digits",
            "9",
            "--mix-digits",
            "8",
            "--images",
            "7",
            "--validation",
            "6",
            "--augment",
            "rotation=15",
            "--epochs",
            "5",
            "--batch-size",
            "4",
            "--learning-rate",
            "0.3",
            "--momentum",
            "0.2",
            "--weight-decay",
            "0.1",
            "--schedule",
            "step",
            "--optimizer",
            "adamw",
            "--warm-up-epochs",
            "0.5",
            "--seed",
            "1",
            "--stack",
            "s.cnnviz",
            "--start",
            "n.safetensors",
            "--out",
            "o.safetensors",
        ]
    )
    wanted = {
        "command": "train",
        "preset": "nin",
        "data": Path("DIR"),
        "digits": 9,
        "mix_digits": 8,
        "images": 7,
        "validation": 6,
        "augment": "rotation=15",
        "epochs": 5,
        "batch_size": 4,
        "learning_rate": 0.3,
        "momentum": 0.2,
        "weight_decay": 0.1,
        "schedule": "step",
        "optimizer": "adamw",
        "warm_up_epochs": 0.5,
        "seed": 1,
        "stack": Path("s.cnnviz"),
        "start": Path("n.safetensors"),
        "out": Path("o.safetensors"),
        "guard": False,
    }
    assert wanted.items() <= vars(options).items()
    usual = build_parser().parse_args(["train"])
    assert (usual.preset, usual.validation, usual.epochs) == ("lenet5", 5000, None)


# Names of files


def test_files_are_called_what_they_were_called() -> None:
    assert (NETWORK_SUFFIX, STACK_SUFFIX, LECTURE_SUFFIX) == (
        ".safetensors",
        ".cnnviz",
        ".cnnviz-lecture",
    )
    assert {".png", ".jpg", ".jpeg", ".bmp", ".gif", ".tif", ".tiff", ".webp", ".pgm"} <= set(
        IMAGE_SUFFIXES
    )
    assert Stack("", (1,)).to_dict()["format"] == "cnnviz-stack"
