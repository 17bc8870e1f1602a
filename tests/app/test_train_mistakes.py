"""Where it is wrong: the matrix of the last run, its images, and one of them in Draw."""

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from tests.app.small_data import bars
from tests.app.test_train import (  # noqa: F401 - fixtures
    LEFT,
    TIMEOUT,
    _no_data_and_no_proxy,
    click,
    make_panel,
    panel,
    type_into,
)


def opened(qtbot, panel):  # noqa: F811
    """The window after a short run that leaves some mistakes."""
    assert not panel.view.show_wrong.isEnabled()
    type_into(panel.form.run.boxes["epochs"], "1")
    type_into(panel.form.run.boxes["learning_rate"], "0.003")
    with qtbot.waitSignal(panel.session.ended, timeout=TIMEOUT):
        click(panel.form.start)
    click(panel.view.show_wrong)
    qtbot.addWidget(panel.mistakes)
    return panel.mistakes


def test_the_matrix_counts_every_held_out_image(qtbot, panel):  # noqa: F811
    window = opened(qtbot, panel)
    found = panel.session.mistakes
    assert found.matrix.sum() == panel.form.images.whole("validation")
    right = found.matrix.trace() / found.matrix.sum()
    assert abs(right - panel.networks.record.validation_accuracy) < 1e-9
    assert f"{found.wrong:,} of" in window.summary.text()
    window.hide()


def test_a_click_on_a_cell_shows_its_images_and_one_on_an_image_asks_for_it(
    qtbot,
    panel,  # noqa: F811
):
    window = opened(qtbot, panel)
    found = panel.session.mistakes
    label, answer = (int(value) for value in divmod(int(found.matrix.argmax()), 10))
    QTest.mouseClick(window.grid, LEFT, pos=window.grid.cell_rect(label, answer).center().toPoint())
    assert window.grid.chosen == (label, answer)
    assert window.gallery.count() == found.matrix[label, answer]
    box = window.gallery.visualItemRect(window.gallery.item(0))
    with qtbot.waitSignal(panel.image_wanted) as wanted:
        QTest.mouseClick(window.gallery.viewport(), LEFT, pos=box.center())
    first = found.cell(label, answer)[0]
    assert (wanted.args[0] * 255).round().tolist() == found.images[first, 0].tolist()
    window.hide()


def test_arrow_keys_go_from_cell_to_cell(qtbot, panel):  # noqa: F811
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


def test_in_the_window_an_image_opens_in_draw(qtbot, window):
    train = window.workspaces.train
    train.image_wanted.emit(bars(1, 0).images[0, 0].astype("float32") / 255)
    assert window.workspaces.current_key == "draw"
    assert window.workspaces.draw.sketch.pixels.max() > 0.5
