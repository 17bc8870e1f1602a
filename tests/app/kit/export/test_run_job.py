"""Writing a run in the background: with progress, given up when asked, whole or not at all."""

import pytest
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtTest import QTest

from app.kit.export.progress import ProgressDialog
from app.kit.export.run_job import RunExport, RunFormat

COUNT = 12


def paint(step):
    image = QImage(60, 40, QImage.Format.Format_RGB32)
    image.fill(QColor(255, 255, 255))
    for x in range(5 * step, 5 * step + 5):
        for y in range(10, 20):
            image.setPixelColor(x, y, QColor(200, 80, 0))
    return image


@pytest.mark.parametrize("form", list(RunFormat))
def test_every_step_is_written_in_order(qtbot, tmp_path, form):
    target = tmp_path / "run"
    job = RunExport(paint, COUNT, form, target, 125)
    seen: list[tuple[int, int]] = []
    job.progressed.connect(lambda done, count: seen.append((done, count)))
    with qtbot.waitSignal(job.ended, timeout=20_000) as ended:
        job.start()
    assert ended.args == [True]
    assert job.problem == ""
    assert seen == [(step + 1, COUNT) for step in range(COUNT)]
    if form is RunFormat.PICTURES:
        assert len(list(target.iterdir())) == COUNT
        with Image.open(target / "012.png") as last:
            assert last.getpixel((57, 15)) == (200, 80, 0)
        return
    with Image.open(target) as gif:
        assert getattr(gif, "n_frames", 1) == COUNT
        gif.seek(3)
        assert gif.convert("RGB").getpixel((17, 15)) == (200, 80, 0)


@pytest.mark.parametrize("form", list(RunFormat))
def test_a_run_that_is_given_up_leaves_nothing(qtbot, tmp_path, form):
    job = RunExport(paint, COUNT, form, tmp_path / "run", 125)
    with qtbot.waitSignal(job.ended, timeout=20_000) as ended:
        job.progressed.connect(lambda done, _: job.cancel() if done == 3 else None)
        job.start()
    assert ended.args == [False]
    assert job.problem == ""
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("form", list(RunFormat))
def test_a_run_that_cannot_be_written_says_why(qtbot, tmp_path, form):
    job = RunExport(paint, COUNT, form, tmp_path / "no folder" / "run", 125)
    with qtbot.waitSignal(job.ended, timeout=20_000) as ended:
        job.start()
    assert ended.args == [False]
    assert job.problem == "run cannot be written: No such file or directory."


def test_a_window_that_closes_waits_for_the_thread(qtbot, tmp_path):
    job = RunExport(paint, COUNT, RunFormat.GIF, tmp_path / "run.gif", 125)
    with qtbot.waitSignal(job.ended, timeout=20_000):
        job.start()
        assert job.join()
    assert not list(tmp_path.iterdir())


def test_the_dialog_asks_to_give_up_once(qtbot, look):
    dialog = ProgressDialog("Writing run.gif")
    qtbot.addWidget(dialog)
    dialog.show()
    dialog.show_progress(3, 8)
    assert dialog.state.text() == "3 of 8 steps"
    with qtbot.waitSignal(dialog.cancelled):
        QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert dialog.isVisible()
    assert not dialog.buttons.isEnabled()
    dialog.hide()
