"""The wall: real clicks, the answers against the engine's own, and what the worker does for it."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from app.train.inside.page import TrainInside
from app.train.wall.page import ALL, TrainWall
from app.train.wall.tiles import AnswerTiles
from app.train.wall.watching import WallInterest, WallObserver
from engine.data.dataset import Dataset
from engine.insight.present_answers import PresentAnswers
from engine.networks.network import Sequential
from engine.networks.presets import PRESETS
from engine.training.batch_step import as_floats
from engine.training.trainer import BatchDone, Trainer, TrainingConfig
from tests.app.small_data import bars
from tests.app.train.driving import (
    LEFT,
    TIMEOUT,
    click,
    one_batch,
    open_page,
    page_button,
    part_of,
    type_into,
    wait_until_held,
)


def trainer_on(held_out: Dataset) -> Trainer:
    network = Sequential(PRESETS["simplecnn"].stack, np.random.default_rng(0))
    return Trainer(network, bars(200, 0), held_out, TrainingConfig(epochs=1, batch_size=10))


def hold_still(qtbot, panel):
    """Open the wall on a run that waits after one batch."""
    page = open_page(panel, TrainWall)
    one_batch(qtbot, panel)
    wait_until_held(qtbot, panel.session)
    return page


# The observer, without a window


def test_nobody_is_asked_while_nobody_looks():
    trainer, interest = trainer_on(bars(60, 1)), WallInterest()
    observer = WallObserver(interest)
    assert [each.answers.step for each in observer.began(trainer)] == [0]
    observed = [each for event in trainer.run() for each in observer.took(event, trainer)]
    assert observed == []
    assert [each.answers.step for each in observer.ended(trainer)] == [20]


def test_each_report_is_of_the_network_of_that_step(monkeypatch):
    monkeypatch.setattr("app.train.wall.watching.ROUNDS_PER_SECOND", 1e9)
    monkeypatch.setattr("app.train.wall.watching.ROUND_SHARE", 1e9)
    trainer, interest = trainer_on(bars(60, 1)), WallInterest()
    interest.is_watched = True
    observer = WallObserver(interest)
    list(observer.began(trainer))
    images = as_floats(trainer.validation.images, trainer.network.dtype)
    for event in trainer.run():
        expected = trainer.network.predict_proba(images)
        for report in observer.took(event, trainer):
            assert isinstance(event, BatchDone)
            assert report.answers.step == event.step
            of_zero = expected[trainer.validation.labels == 0][:5]
            np.testing.assert_allclose(report.answers.probabilities[:5], of_zero, rtol=1e-4)
            assert len(report.answers.labels) == 50


def test_a_step_is_the_same_whether_somebody_looks_or_not(monkeypatch):
    monkeypatch.setattr("app.train.wall.watching.ROUNDS_PER_SECOND", 1e9)
    monkeypatch.setattr("app.train.wall.watching.ROUND_SHARE", 1e9)
    weights = []
    for is_watched in (False, True):
        trainer, interest = trainer_on(bars(60, 1)), WallInterest()
        interest.is_watched = is_watched
        observer = WallObserver(interest)
        for event in trainer.run():
            list(observer.took(event, trainer))
        weights.append(trainer.network.parameters.copy())
    assert (weights[0] == weights[1]).all()


# The page


def test_before_a_run_the_page_says_what_it_is_for(panel):
    page = open_page(panel, TrainWall)
    assert page.promise.isVisible()
    assert "never trained on" in page.promise.sentence.text()


def test_a_paused_run_shows_its_answers(qtbot, panel):
    page, model = hold_still(qtbot, panel), part_of(panel, TrainInside)
    answers = page.tiles.answers
    assert answers.step == 1
    assert page.tiles.count == 24  # all that are held out
    assert sorted(answers.labels.tolist()) == answers.labels.tolist()
    assert page.title.text() == f"{answers.right} of 24 right after step 1"
    for place in range(page.tiles.count):
        label, answer = int(answers.labels[place]), int(answers.answers[place])
        mark = "✓" if label == answer else "✗"
        assert page.tiles.caption(place) == f"{mark} {answer}"
    assert model.latest.step == 1


def test_the_wall_turns_as_the_network_learns(qtbot, panel):
    page = open_page(panel, TrainWall)
    type_into(panel.form.run.boxes["epochs"], "4")
    with qtbot.waitSignal(panel.session.ended, timeout=TIMEOUT):
        click(panel.form.start)
    assert page.tiles.answers.right >= 20
    right = {page.tiles.caption(place)[0] for place in np.flatnonzero(page.tiles.answers.is_right)}
    assert right == {"✓"}


def test_a_click_opens_inside_with_that_image(qtbot, panel):
    page, inside = hold_still(qtbot, panel), part_of(panel, TrainInside)
    held_out = inside.image.held_out
    QTest.mouseClick(page.tiles, LEFT, pos=page.tiles.box(3).center())
    assert inside.page.isVisible()
    chosen = inside.image.image
    place = int(inside.image.title.removeprefix("Held-out image ").split(" ")[0]) - 1
    assert held_out.labels[place] == page.tiles.answers.labels[3]
    assert np.array_equal(chosen, as_floats(held_out.images[place], np.float32))


def test_arrows_walk_and_enter_opens(qtbot, panel):
    page = hold_still(qtbot, panel)
    page.tiles.setFocus()
    opened: list[int] = []
    page.tiles.opened.connect(opened.append)
    for key in (Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Right):
        QTest.keyClick(page.tiles, key)
    assert page.note.text().startswith("label ")
    QTest.keyClick(page.tiles, Qt.Key.Key_Return)
    assert opened == [2]


def test_only_one_class_is_asked_at_once_although_the_run_waits(qtbot, panel):
    page = hold_still(qtbot, panel)
    page.classes.setCurrentIndex(3)
    page.classes.activated.emit(3)
    assert page.classes.currentText() == "Class 2"
    assert set(page.tiles.answers.labels.tolist()) == {2}
    assert page.tiles.answers.step == 1
    page.classes.activated.emit(0)
    assert page.classes.currentText() == ALL
    assert page.tiles.count == 24


def test_an_image_that_is_pointed_at_is_put_into_words(qtbot, panel):
    page = hold_still(qtbot, panel)
    QTest.mouseMove(page.tiles, page.tiles.box(0).center() + QPoint(1, 1))
    qtbot.waitUntil(lambda: page.note.text().startswith("label 0: answer "), timeout=TIMEOUT)
    assert page_button(panel, page).isChecked()


# The tiles, with odd input


def answers_to(labels, probabilities) -> PresentAnswers:
    return PresentAnswers(5, np.array(labels), np.array(probabilities))


@pytest.mark.parametrize("count", [0, 1, 7, 50])
@pytest.mark.parametrize("size", [(260, 200), (320, 120), (900, 500), (1500, 300)])
def test_every_tile_lies_within_and_none_on_another(qtbot, look, count, size):
    tiles = AnswerTiles()
    qtbot.addWidget(tiles)
    tiles.show_images(np.zeros((count, 1, 28, 28), np.uint8), np.zeros(count, np.int64), ())
    tiles.resize(*size)
    tiles.grab()
    boxes = [tiles.box(place) for place in range(count)]
    assert all(tiles.rect().contains(box) for box in boxes)
    assert not any(a.intersects(b) for i, a in enumerate(boxes) for b in boxes[:i])


def test_long_names_and_no_answers_are_said(qtbot, look):
    tiles = AnswerTiles()
    qtbot.addWidget(tiles)
    names = ("n" * 60, "<b>bold</b>")
    tiles.show_images(np.zeros((2, 3, 8, 8), np.uint8), np.array([0, 1]), names)
    tiles.resize(200, 120)
    tiles.show_answers(answers_to([0, 1], [[0.1, 0.9], [float("nan")] * 2]))
    assert tiles.caption(0) == "✗ <b>bold</b>"
    assert tiles.words(0) == f"label 0 {'n' * 60}: answer 1 <b>bold</b>, 90.0\N{NO-BREAK SPACE}% ✗"
    assert tiles.caption(1) == "✗ –"
    assert "no answer" in tiles.words(1)
    tiles.grab()


def test_what_has_turned_is_marked_until_the_next_answers(qtbot, look):
    tiles = AnswerTiles()
    qtbot.addWidget(tiles)
    tiles.show_images(np.zeros((2, 1, 8, 8), np.uint8), np.array([0, 1]), ())
    tiles.show_answers(answers_to([0, 1], [[0.9, 0.1], [0.9, 0.1]]))
    assert tiles.turned.tolist() == [False, False]
    tiles.show_answers(answers_to([0, 1], [[0.9, 0.1], [0.1, 0.9]]))
    assert tiles.turned.tolist() == [False, True]
    tiles.show_answers(answers_to([0, 1], [[0.9, 0.1], [0.1, 0.9]]))
    assert tiles.turned.tolist() == [False, False]
