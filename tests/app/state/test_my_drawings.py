"""Draw keeps examples by key; their window relabels, deletes, exports; fine-tuning, decided."""

import json

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QLineEdit

from app.draw.keep.fine_tuning import Amounts, FineTuning
from app.draw.keep.keep_row import KeepRow
from app.look.text import Text
from app.state.my_drawings import MyDrawings
from app.state.networks import NetworkHolder
from engine.data.generated.digits import digit_drawing
from engine.data.own_drawings import DrawingStore
from engine.ink.drawings import Stroke
from engine.ink.rendering import render
from engine.networks.network import Sequential
from engine.networks.presets import PRESETS
from tests.app.hand import SEVEN, draw

LEFT = Qt.MouseButton.LeftButton
CTRL = Qt.KeyboardModifier.ControlModifier
TIMEOUT = 60_000
ONE = (Stroke(((140.0, 40.0), (140.0, 240.0)), 20.0),)


@pytest.fixture
def panel(window):
    return window.workspaces.draw


@pytest.fixture
def store(settings):
    return DrawingStore(settings.folder / "drawings")


def click(button):
    """Once the layout has put the button in its place."""
    QApplication.processEvents()
    QTest.mouseClick(button, LEFT)


def labels(store):
    return [each.label for each in store.load()[0]]


def test_a_digits_key_keeps_the_drawing_and_undo_takes_it_out(window, panel, store):
    draw(panel.canvas, SEVEN)
    drawn = panel.sketch.pixels.copy()
    QTest.keyClick(panel, Qt.Key.Key_7)
    assert labels(store) == [7]
    assert np.array_equal(render(store.load()[0][0].drawing), drawn)
    assert window.statusBar().currentMessage() == "Kept as an example of 7. You have 1 drawing."
    assert panel.keeping.row.words.text() == "Kept as 7."
    assert panel.keeping.row.manager.text() == "My drawings (1)…"
    click(panel.keeping.row.undo)
    assert labels(store) == []
    assert np.array_equal(panel.sketch.pixels, drawn)
    assert not panel.keeping.row.undo.isVisible()


def test_ten_digits_are_kept_in_ten_drawings_and_ten_keys(window, panel, store):
    for digit in range(10):
        draw(panel.canvas, SEVEN)
        QTest.keyClick(panel, Qt.Key(Qt.Key.Key_0 + digit))
        assert panel.sketch.is_blank
        assert panel.keeping.row.words.text() == f"Kept as {digit}."
    assert labels(store) == list(range(10))
    assert {len(each.drawing) for each in store.load()[0]} == {1}


def test_undo_brings_the_kept_drawing_back_to_the_sheet_and_it_stays_kept(panel, store):
    draw(panel.canvas, SEVEN)
    drawn = panel.sketch.marks
    QTest.keyClick(panel, Qt.Key.Key_7)
    QTest.keyClick(panel, Qt.Key.Key_Z, CTRL)
    assert panel.sketch.marks == drawn
    assert labels(store) == [7]
    assert panel.keeping.row.words.text() == "Keep as example of"


def test_undo_is_offered_for_the_drawing_just_kept_and_never_for_a_later_edit(panel, store):
    draw(panel.canvas, SEVEN)
    QTest.keyClick(panel, Qt.Key.Key_7)
    assert panel.keeping.row.undo.isVisible()
    (kept,) = panel.keeping.drawings.drawings
    panel.keeping.drawings.relabel((kept.key,), 1)
    assert not panel.keeping.row.undo.isVisible()
    assert labels(store) == [1]


def test_the_buttons_do_the_same_and_the_next_stroke_ends_the_offer(panel, store):
    draw(panel.canvas, SEVEN)
    panel.window().resize(1900, 900)
    click(panel.keeping.row.digits[1])
    assert labels(store) == [1]
    assert panel.keeping.row.undo.isVisible()
    draw(panel.canvas, (((0.4, 0.5), (0.6, 0.5)),))
    assert not panel.keeping.row.undo.isVisible()
    assert panel.keeping.row.words.text() == "Keep as example of"


def test_a_blank_sheet_is_refused_in_words(window, panel, store):
    QTest.keyClick(panel, Qt.Key.Key_3)
    assert store.count() == 0
    assert "the sheet is blank" in window.statusBar().currentMessage()


def test_digits_typed_into_a_field_or_with_ctrl_keep_nothing(panel, store, qtbot):
    draw(panel.canvas, SEVEN)
    field = QLineEdit(panel)
    field.show()
    field.setFocus()
    QTest.keyClicks(field, "123")
    QTest.keyClick(panel, Qt.Key.Key_0, CTRL)
    assert field.text() == "123"
    assert store.count() == 0
    field.deleteLater()


def test_where_there_is_no_room_the_digits_are_in_a_menu(qtbot, look):
    row = KeepRow()
    qtbot.addWidget(row)
    row.resize(800, 26)
    row.show()
    assert row.digits[0].isVisible()
    assert not row.menu.isVisible()
    row.resize(row.manager.sizeHint().width() + 150, 26)
    assert not row.digits[0].isVisible()
    assert row.menu.isVisible()
    with qtbot.waitSignal(row.keep_wanted) as kept:
        row.menu.menu().actions()[7].trigger()
    assert kept.args == [7]


@pytest.fixture
def drawings_window(panel, qtbot):
    rng = np.random.default_rng(0)
    for label in (1, 2, 3):
        panel.keeping.drawings.keep(digit_drawing(label, rng), label)
    click(panel.keeping.row.manager)
    window = panel.keeping.window
    qtbot.waitExposed(window)
    yield window
    window.close()


def test_why_fine_tuning_cannot_start_is_said_in_the_window(drawings_window, panel):
    assert not drawings_window.tune.isEnabled()
    assert "at least 4 different drawings" in drawings_window.help.text()
    rng = np.random.default_rng(9)
    for label in (1, 2):
        panel.keeping.drawings.keep(digit_drawing(label, rng), label)
    assert drawings_window.tune.isEnabled()
    assert "at least" not in drawings_window.help.text()


def test_the_window_relabels_and_deletes_by_key_with_undo(qtbot, drawings_window, store):
    grid = drawings_window.grid
    assert [row.text for row in grid.rows] == ["1", "2", "3"]
    assert drawings_window.summary.text() == "3 drawings"
    assert drawings_window.labels.text() == "1 of 1, 1 of 2, 1 of 3"
    grid.choose([1])
    QTest.keyClick(grid, Qt.Key.Key_7)
    assert labels(store) == [1, 7, 3]
    assert grid.chosen == (1,)
    QTest.keyClick(grid, Qt.Key.Key_Delete)
    assert labels(store) == [1, 3]
    click(drawings_window.undo)
    assert labels(store) == [1, 7, 3]
    QTest.keyClick(drawings_window, Qt.Key.Key_Z, CTRL)
    qtbot.waitUntil(lambda: labels(store) == [1, 2, 3])
    assert grid.rows[1].text == "2"


def test_the_window_says_what_is_empty_and_what_is_damaged(panel, qtbot, store):
    store.folder.mkdir(parents=True)
    (store.folder / "1.drawing.json").write_text("nonsense")
    click(panel.keeping.row.manager)
    window = panel.keeping.window
    qtbot.waitExposed(window)
    assert window.empty.isVisible()
    assert not window.give.isEnabled()
    assert "It is kept as 1.drawing.json.unreadable." in window.message.text()
    assert [path.name for path in store.folder.iterdir()] == ["1.drawing.json.unreadable"]
    assert not window.tune.isEnabled()
    window.close()


def test_exporting_and_importing(drawings_window, store, tmp_path, monkeypatch, qtbot):
    path = tmp_path / "mine.json"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(path), ""))
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(path), ""))
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(tmp_path / "images"))
    drawings_window.export_file()
    assert [item["label"] for item in json.loads(path.read_text())] == [1, 2, 3]
    with qtbot.waitSignal(drawings_window.drawings.imported):
        click(drawings_window.take)
    assert labels(store) == [1, 2, 3, 1, 2, 3]
    assert drawings_window.message.text() == "3 drawings came from mine.json."
    drawings_window.export_folder()
    assert sum(1 for _ in (tmp_path / "images").rglob("*.png")) == 6
    path.write_text("[")
    with qtbot.waitSignal(drawings_window.drawings.problem_found):
        click(drawings_window.take)
    assert "must be a JSON file" in drawings_window.message.text()


def test_two_owners_of_one_folder_see_the_same_after_a_refresh(tmp_path):
    first, second = MyDrawings(tmp_path), MyDrawings(tmp_path)
    assert second.count == 0
    _ = second.drawings
    first.keep(ONE, 1)
    second.refresh()
    assert [each.label for each in second.drawings] == [1]


# Fine-tuning


def test_an_end_behind_a_closed_window_is_told_in_the_main_one(window, drawings_window):
    drawings_window.tuning.problem = "No room on the disk."
    drawings_window.tuning.ended.emit()
    assert "No room" not in window.statusBar().currentMessage(), "its own window says it"
    drawings_window.close()
    drawings_window.tuning.ended.emit()
    assert window.statusBar().currentMessage() == "Fine-tuning: No room on the disk."


@pytest.fixture(autouse=True)
def _no_data(monkeypatch, tmp_path):
    monkeypatch.delenv("CNNVIZ_DATA", raising=False)
    monkeypatch.setattr("engine.data.mnist.cache_directory", lambda: tmp_path / "cache")


@pytest.fixture
def networks():
    holder = NetworkHolder()
    stack = PRESETS["simplecnn"].stack
    holder.set_network(Sequential.from_stack(stack, np.random.default_rng(0)), None)
    return holder


@pytest.fixture
def drawings(tmp_path):
    mine, rng = MyDrawings(tmp_path / "drawings"), np.random.default_rng(1)
    for label in (1, 1, 7, 7, 7):
        mine.keep(digit_drawing(label, rng), label)
    return mine


SMALL = Amounts(mnist=60, generated=20, alone=60, test=20)


@pytest.fixture
def tuning(networks):
    made = FineTuning(networks, None, SMALL)
    yield made
    assert made.stop_and_join(TIMEOUT)


def test_fine_tuning_compares_and_is_used_and_taken_back(qtbot, tuning, networks, drawings):
    before = networks.network
    with qtbot.waitSignal(tuning.ended, timeout=TIMEOUT):
        tuning.start(drawings.drawings)
    assert not tuning.is_running
    assert tuning.problem == ""
    assert tuning.result is not None
    assert (tuning.result.trained_on, tuning.result.left_out) == (3, 2)
    rows = tuning.rows(render(ONE))
    assert [title for title, _, _ in rows[:2]] == [
        "Your 2 drawings left out",
        "20 generated digits",
    ]
    assert "of 2 right" in rows[0][2]
    assert "Trained on 3 of your drawings" in tuning.account
    assert networks.network is before
    tuning.use()
    assert networks.network is not before
    assert networks.record is not None
    assert networks.record.data == "fine-tuned on 3 drawings"
    assert tuning.can_undo
    tuning.undo()
    assert np.array_equal(networks.network.parameters, before.parameters)
    assert networks.record is None
    assert not tuning.can_undo


def test_a_cancelled_fine_tuning_changes_nothing(qtbot, networks, drawings):
    tuning = FineTuning(networks, None, Amounts(alone=50_000, test=20))
    before = networks.network
    tuning.start(drawings.drawings)
    qtbot.waitUntil(lambda: tuning.progress[0] > 0, timeout=TIMEOUT)
    tuning.cancel()
    qtbot.waitUntil(lambda: not tuning.is_running, timeout=TIMEOUT)
    assert tuning.result is None
    assert tuning.problem == ""
    assert networks.network is before


def test_too_few_drawings_and_an_unfit_network_are_said(tuning, networks, drawings):
    assert tuning.why_not(drawings.drawings) == ""
    assert "at least 4 different drawings" in tuning.why_not(drawings.drawings[:3])
    assert "no drawings of yours yet" in tuning.why_not(())
    stack = PRESETS["simplecnn"].stack
    wide = type(stack)(stack.name, (1, 32, 32), stack.layers)
    networks.set_network(Sequential.from_stack(wide, np.random.default_rng(0)), None)
    assert "takes images of 1×32×32" in tuning.why_not(drawings.drawings)


def test_the_page_leads_from_start_to_the_decision(qtbot, drawings_window, panel):
    rng = np.random.default_rng(3)
    for label in (4, 4):
        panel.keeping.drawings.keep(digit_drawing(label, rng), label)
    drawings_window.tuning.amounts = SMALL
    draw(panel.canvas, SEVEN)
    before = panel.networks.network
    click(drawings_window.tune)
    view = drawings_window.tuning_view
    assert view.start.isVisible()
    click(view.start)
    assert view.cancel.isVisible()
    assert view.progress.isVisible()
    qtbot.waitUntil(view.use.isVisible, timeout=TIMEOUT)
    rows = drawings_window.tuning.rows(panel.sketch.pixels)
    assert [title for title, *_ in rows][-1] == "The drawing in Draw"
    for row in (("Before", "After"), *rows):
        assert set(row) <= {text.text() for text in view.findChildren(Text)}
    click(view.use)
    assert panel.networks.network is not before
    assert view.stage.text() == "Draw uses the fine-tuned network now."
    click(view.undo)
    assert np.array_equal(panel.networks.network.parameters, before.parameters)
    assert view.use.isVisible()
    click(view.keep_old)
    assert drawings_window.grid.isVisible()
