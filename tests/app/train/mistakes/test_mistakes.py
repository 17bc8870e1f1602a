"""Where it is wrong: the matrix after each epoch and at the end, its images, and one in Draw."""

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from app.state.sketch import ExactImage
from app.step.data import StepSources
from app.train.mistakes.live_mistakes import TrainMistakes
from app.train.mistakes.mistakes_window import MistakesWindow
from app.train.training_session import SessionState
from tests.app.hand import ONE, draw
from tests.app.small_data import bars
from tests.app.train.driving import LEFT, TIMEOUT, click, part_of, type_into


def window_of(panel) -> MistakesWindow:
    window: MistakesWindow | None = part_of(panel, TrainMistakes).window
    assert window is not None
    return window


def opened(qtbot, panel):
    """The window after a short run that leaves some mistakes."""
    assert not panel.view.show_wrong.isEnabled()
    type_into(panel.form.run.boxes["epochs"], "1")
    type_into(panel.form.run.boxes["learning_rate"], "0.003")
    with qtbot.waitSignal(panel.session.ended, timeout=TIMEOUT):
        click(panel.form.start)
    click(panel.view.show_wrong)
    window = window_of(panel)
    qtbot.addWidget(window)
    return window


def test_the_matrix_counts_every_held_out_image(qtbot, panel):
    window = opened(qtbot, panel)
    found = panel.session.mistakes
    assert found.matrix.sum() == panel.form.images.whole("validation")
    right = found.matrix.trace() / found.matrix.sum()
    assert abs(right - panel.networks.record.validation_accuracy) < 1e-9
    assert f"{found.wrong:,} of" in window.summary.text()
    assert window.note.isHidden()
    window.hide()


def test_a_click_on_a_cell_shows_its_images_and_one_on_an_image_asks_for_it(
    qtbot,
    panel,
):
    window = opened(qtbot, panel)
    found = panel.session.mistakes
    label, answer = (int(value) for value in divmod(int(found.matrix.argmax()), 10))
    QTest.mouseClick(window.grid, LEFT, pos=window.grid.cell_rect(label, answer).center().toPoint())
    assert window.grid.chosen == (label, answer)
    assert len(window.gallery.rows) == found.matrix[label, answer]
    box = window.gallery.visualRect(window.gallery.model().index(0, 0))
    with qtbot.waitSignal(panel.image_wanted) as wanted:
        QTest.mouseClick(window.gallery.viewport(), LEFT, pos=box.center())
    image = wanted.args[0]
    assert isinstance(image, ExactImage)
    assert image.label == str(label)
    first = found.worst_first(found.cell(label, answer))[0]
    assert (image.pixels * 255).round().tolist() == found.images[first, 0].tolist()
    window.hide()


def test_all_mistakes_come_in_the_order_that_is_chosen(qtbot, panel):
    window = opened(qtbot, panel)
    found = panel.session.mistakes
    QTest.mouseClick(window.scope.button(1), LEFT)
    assert len(window.gallery.rows) == found.wrong > 1
    shares = found.probabilities[np.arange(len(found.labels)), found.labels]
    wrong = found.answers != found.labels
    assert window.gallery.rows[0].text.startswith(
        f"label {found.labels[wrong][shares[wrong].argmin()]}\n"
    )
    QTest.mouseClick(window.order.button(1), LEFT)
    two = np.sort(found.probabilities[wrong], axis=1)
    smallest = 100 * (two[:, -1] - two[:, -2]).min()
    assert window.gallery.rows[0].text.endswith(f"margin {smallest:.0f} %")
    window.grid.setFocus()
    QTest.keyClick(window.grid, Qt.Key.Key_Up)
    assert window.scope.index == 0
    window.hide()


def test_arrow_keys_go_from_cell_to_cell(qtbot, panel):
    window = opened(qtbot, panel)
    window.grid.choose(9, 9)
    for key, cell in (
        (Qt.Key.Key_Down, (9, 9)),
        (Qt.Key.Key_Up, (8, 9)),
        (Qt.Key.Key_Left, (8, 8)),
    ):
        QTest.keyClick(window.grid, key)
        assert window.grid.chosen == cell
    assert window.heading.text().startswith("Label 8, answered 8")
    window.hide()


def test_the_matrix_follows_the_epochs_of_a_run(qtbot, panel):
    type_into(panel.form.run.boxes["epochs"], "3")
    click(panel.form.one_epoch)
    qtbot.waitUntil(lambda: panel.session.state is SessionState.PAUSED, timeout=TIMEOUT)
    assert panel.view.show_wrong.isEnabled()
    click(panel.view.show_wrong)
    window = window_of(panel)
    qtbot.addWidget(window)
    qtbot.waitUntil(lambda: "after epoch 1 of 3" in window.summary.text(), timeout=TIMEOUT)
    validation = panel.session.curves.epochs[0].validation_accuracy
    found = part_of(panel, TrainMistakes).mistakes
    assert found is not None
    assert abs(1 - found.wrong / len(found.labels) - validation) < 1e-9
    assert window.note.isVisible()
    window.grid.choose(3, 3)
    click(panel.form.one_epoch)
    qtbot.waitUntil(lambda: "after epoch 2 of 3" in window.summary.text(), timeout=TIMEOUT)
    assert window.grid.chosen == (3, 3)
    window.hide()
    assert panel.stop_and_join(TIMEOUT)


def test_in_the_window_an_image_opens_in_draw_as_it_is(qtbot, window):
    image = bars(1, 0).images[0, 0].astype("float32") / 255
    train, sketch = window.workspaces.train, window.workspaces.draw.sketch
    train.image_wanted.emit(ExactImage(image, label="7"))
    panel = window.workspaces.draw
    assert window.workspaces.current_key == "draw"
    qtbot.waitUntil(lambda: panel.recognition.prepared is not None)
    assert sketch.exact is not None
    assert np.array_equal(panel.recognition.prepared.image, image)
    assert panel.side.exact_note.isVisible()
    assert "its label is 7" in panel.side.exact_note.text()
    draw(panel.canvas, ONE)
    qtbot.waitUntil(lambda: not panel.recognition.prepared.is_exact)
    assert panel.side.exact_note.isHidden()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    QTest.keyClick(panel, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: panel.recognition.prepared.is_exact)
    assert np.array_equal(panel.recognition.prepared.image, image)


def test_an_image_of_another_size_is_prepared_like_any_picture(qtbot, window):
    train, sketch = window.workspaces.train, window.workspaces.draw.sketch
    train.image_wanted.emit(ExactImage(np.eye(32, dtype=np.float32)))
    assert sketch.exact is None
    assert sketch.pixels.max() > 0.5


def test_step_gets_the_image_as_it_is_too(qtbot, window):
    image = bars(1, 0).images[0, 0].astype("float32") / 255
    window.workspaces.draw.sketch.show_exact(ExactImage(image, label="7"))
    exact = window.workspaces.exact_image
    sources = StepSources(window.networks, lambda: window.workspaces.draw.sketch.pixels, exact)
    state = sources.layers()[0].state
    assert state is not None
    assert np.array_equal(state.input[0], image)
    window.workspaces.draw.sketch.clear()
    assert exact() is None
