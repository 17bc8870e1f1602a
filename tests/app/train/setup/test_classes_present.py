"""A file with fewer classes than ten digits: Train lists those that it has."""

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from app.state.data_sources import FileSource, labels_of
from app.state.document import StackDocument
from app.state.networks import NetworkHolder
from app.train.panel import TrainPanel
from app.train.setup.data_choices import DataChoices
from app.train.setup.data_files import DataFiles
from engine.networks.presets import PRESETS
from tests.app.train.driving import take_entry

LEFT = Qt.MouseButton.LeftButton
TIMEOUT = 30_000


@pytest.fixture
def few(tmp_path):
    """Images of the digits 1, 4 and 7 alone, numbered as they are."""
    rng = np.random.default_rng(0)
    labels = np.tile([1, 4, 7], 20)
    images = rng.integers(0, 255, (60, 28, 28), dtype=np.uint8)
    np.savez(tmp_path / "few.npz", x_train=images, y_train=labels)
    return tmp_path / "few.npz"


@pytest.fixture
def panel(qtbot, look, settings, tmp_path):
    data = DataChoices(settings=settings, cache=tmp_path / "cache")
    made = TrainPanel(
        StackDocument(PRESETS["simplecnn"].stack), NetworkHolder(), settings, data=data
    )
    qtbot.addWidget(made)
    made.resize(1216, 644)
    made.show()
    qtbot.waitExposed(made)
    yield made
    assert made.stop_and_join(TIMEOUT)
    made.hide()


def test_the_dialog_lists_the_classes_of_the_file(qtbot, panel, few):
    with qtbot.waitSignal(panel.data.files.ended, timeout=TIMEOUT):
        panel.sources.open(few)
    take_entry(panel, "classes")
    dialog = panel.composition.dialog
    qtbot.waitExposed(dialog)
    assert [box.text() for box in dialog.boxes] == ["1", "4", "7"]
    assert dialog.kept == {1, 4, 7}
    dialog.boxes[1].click()
    assert dialog.kept == {1, 7}
    assert panel.choices.kept_classes == (1, 7)
    assert panel.choices.most_images == 40
    assert panel.form.picker.choice.text() == "Only 1 and 7."
    dialog.everything.click()
    assert panel.choices.kept_classes == ()
    assert panel.choices.most_images == 60
    QTest.mouseClick(dialog.close_button, LEFT)


def test_the_classes_are_known_again_at_the_next_start(qtbot, settings, few):
    files = DataFiles(settings)
    with qtbot.waitSignal(files.ended, timeout=TIMEOUT):
        files.open(few)
    (again,) = DataFiles(settings).sources
    assert isinstance(again, FileSource)
    assert labels_of(again) == (1, 4, 7)
