"""Who cancels a dialog for a file or a name finds everything as it was, wherever it opened."""

import ast
import traceback
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QFileDialog, QInputDialog, QLabel, QMessageBox

import app
from app.draw.compare.view import CompareView
from app.kit.export.run_job import RunFormat
from app.shell.workspaces import KEYS
from app.state.settings import COMPARE_WITH, LAST_FOLDER
from app.train.choosing_data import DATA_FOLDER
from engine.layers import ReLUSpec
from tests.app.hand import SEVEN, draw

APP = Path(app.__file__).parent
DIALOGS = ("QFileDialog.get", "QInputDialog.get")
CANCELLED = {"getOpenFileName": ("", ""), "getSaveFileName": ("", ""), "getExistingDirectory": ""}


def compare_of(window):
    panel = window.workspaces.draw
    place = next(i for i, view in enumerate(panel.views) if isinstance(view, CompareView))
    panel.side.pages.show_page(place + 1)
    return panel.views[place]


def drawings_of(window):
    keeping = window.workspaces.draw.keeping
    keeping.row.manager.click()
    return keeping.window


def code_of(window):
    build = window.workspaces.build
    build.views.button(2).click()
    return build.code


ASKING = {
    "open": lambda window: window.actions_by_id["open"].trigger(),
    "save network": lambda window: window.actions_by_id["save_network"].trigger(),
    "open image": lambda window: window.workspaces.draw.pictures.open_image_dialog(),
    "save drawing": lambda window: window.workspaces.draw.pictures.save_dialog(),
    "compare": lambda window: compare_of(window).file_button.click(),
    "import drawings": lambda window: drawings_of(window).take.click(),
    "export drawings": lambda window: drawings_of(window).export_file(),
    "export images": lambda window: drawings_of(window).export_folder(),
    "open stack": lambda window: window.workspaces.build.open_action.trigger(),
    "save stack": lambda window: window.workspaces.build.save_action.trigger(),
    "save picture": lambda window: window.workspaces.build.picture.save.click(),
    "save code": lambda window: code_of(window).save.click(),
    "data folder": lambda window: window.workspaces.train.form.picker.folder_wanted.emit(),
    "data file": lambda window: window.workspaces.train.form.picker.file_wanted.emit(),
    "curves": lambda window: window.workspaces.train.view.save_curves.clicked.emit(),
    "step": lambda window: window.workspaces.lectures.exports.ask_picture("PNG"),
    "run": lambda window: window.workspaces.lectures.exports.ask_run(RunFormat.GIF),
    "open lecture": lambda window: window.workspaces.lectures.files.ask_open(),
    "save lecture": lambda window: window.workspaces.lectures.files.ask_save(),
    "rename lecture": lambda window: window.workspaces.lectures.files.ask_title(),
}


def places_that_ask():
    """Every function of the application that opens such a dialog, as file and name."""
    return {
        (str(file), function.name)
        for file in APP.rglob("*.py")
        for function in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(function, ast.FunctionDef)
        for call in ast.walk(function)
        if isinstance(call, ast.Call) and ast.unparse(call.func).startswith(DIALOGS)
    }


@pytest.fixture
def asked(monkeypatch):
    """Where dialogs were opened; each is cancelled."""
    found = []

    def cancel(answer):
        def dialog(*_args, **_named):
            caller, _ = traceback.extract_stack(limit=2)
            found.append((caller.filename, caller.name))
            return answer

        return dialog

    for name, answer in CANCELLED.items():
        monkeypatch.setattr(QFileDialog, name, cancel(answer))
    monkeypatch.setattr(QInputDialog, "getText", cancel(("another title", False)))
    return found


def state_of(window):
    """What is open, what is remembered, what is going on, and all words, in every workspace."""
    places, settings = window.workspaces, window.settings
    labels = (label for label in QApplication.allWidgets() if isinstance(label, QLabel))
    return {
        "stack": places.document.stack,
        "lecture": places.lectures.document.lecture,
        "network": window.networks.network,
        "drawing": places.draw.sketch.marks,
        "settings": [settings.get(each) for each in (LAST_FOLDER, DATA_FOLDER, COMPARE_WITH)],
        "words": sorted(label.text() for label in labels if not label.isHidden()),
        "reading": places.train.data.files.is_reading,
        "status": window.statusBar().currentMessage(),
        "windows": [top.windowTitle() for top in QApplication.topLevelWidgets() if top.isVisible()],
    }


def test_a_cancelled_dialog_changes_nothing_wherever_it_opens(
    window, qtbot, asked, tmp_path, monkeypatch
):
    """Not even where unsaved changes were to be discarded for what would have been opened."""
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")  # where a file without a name would go
    monkeypatch.setattr(QMessageBox, "question", lambda *_: QMessageBox.StandardButton.Discard)
    places = window.workspaces
    for key in KEYS:
        window.open_workspace(key)  # which makes it
    code_of(window)
    window.open_workspace("draw")
    draw(places.draw.canvas, SEVEN)
    places.document.insert_layer(1, ReLUSpec())
    places.lectures.record()
    compare_of(window)
    qtbot.waitUntil(lambda: places.draw.side.answer.text == "7")
    manager = drawings_of(window)
    for name, ask in ASKING.items():
        before, times = state_of(window), len(asked)
        ask(window)
        assert len(asked) == times + 1, f"{name} did not ask"
        assert state_of(window) == before, name
    manager.close()
    assert list(Path.cwd().iterdir()) == []
    assert set(asked) == places_that_ask(), "add how to get there to ASKING"
