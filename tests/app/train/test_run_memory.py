"""Runs that cannot fit into memory are refused in a sentence, wherever they are started."""

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from app.cli import bundled_model, main
from app.draw.keep.fine_tuning import FineTuningWorker
from app.reference.paired_page import PairedPage
from app.reference.paired_runs import PairedWorker
from app.train.rate_range.range_test import RangeWorker
from app.train.training import TrainingJob
from engine.basics.errors import DataError
from engine.data.fitting import fit_images
from engine.data.mixing import mix
from engine.networks.model_file import load_model
from engine.networks.presets import PRESETS
from engine.training.config import TrainingConfig
from tests.app.small_data import BarsSource

LEFT = Qt.MouseButton.LeftButton
STACK = PRESETS["lenet5"].stack


@pytest.fixture
def full(monkeypatch):
    """A machine with next to no memory left."""
    monkeypatch.setattr("engine.basics.memory.free_memory", lambda: 100_000)


class Unread(BarsSource):
    """Nothing is to be loaded where nothing can be trained."""

    def load(self, *_):
        raise AssertionError("it was loaded all the same")


def test_the_command_line_refuses_before_it_loads(full, tmp_path, capsys):
    out = tmp_path / "a.safetensors"
    assert main(["train", "--preset", "lenet5", "--digits", "200", "--out", str(out)]) == 1
    error = capsys.readouterr().err
    assert "LeNet-5 is too large to be trained here: 61,706 parameters" in error
    assert "Make its layers or the batches smaller." in error
    assert not out.exists()


def test_more_generated_digits_than_memory_holds_are_refused(monkeypatch, tmp_path, capsys):
    monkeypatch.setattr("engine.basics.memory.free_memory", lambda: 10_000_000)
    out = str(tmp_path / "a.safetensors")
    assert main(["train", "--preset", "lenet5", "--digits", "20000", "--out", out]) == 1
    assert (
        "The generated data set does not fit into memory: its 20,000 images"
        in capsys.readouterr().err
    )


def test_side_by_side_training_refuses_in_words(full, qtbot, look):
    page = PairedPage()
    qtbot.addWidget(page)
    page.show()
    qtbot.waitExposed(page)
    QTest.mouseClick(page.start_button, LEFT)
    qtbot.waitUntil(lambda: not page.runs.is_running, timeout=20_000)
    assert "networks need about" in page.verdict.text()
    assert "Choose fewer channels" in page.verdict.text()


@pytest.mark.parametrize(
    "make",
    [
        lambda: PairedWorker((STACK, STACK), Unread(), 100, TrainingConfig()),
        lambda: RangeWorker(TrainingJob(STACK, Unread(), 100, 20, TrainingConfig())),
        lambda: FineTuningWorker(load_model(bundled_model()).network, (), None),
    ],
    ids=["paired", "range", "fine-tuning"],
)
def test_workers_refuse_before_they_load(full, make):
    worker = make()
    with pytest.raises(DataError, match=r"need about .*, 97\.7 KiB are free"):
        worker.work()


def test_images_made_larger_and_drawings_mixed_in_are_refused(full):
    data = BarsSource().load(60, 0, lambda *_: None, lambda: False)
    with pytest.raises(DataError, match="Bars, made 3×224×224, does not fit into memory"):
        fit_images(data, (3, 224, 224))
    with pytest.raises(DataError, match="The mixture with your drawings does not fit"):
        mix(data, data.take(10), 100)
    assert np.array_equal(fit_images(data, (1, 28, 28)).images, data.images)
