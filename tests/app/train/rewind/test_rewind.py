"""Rewind: real clicks and keys through a run's moments, against the networks kept by hand."""

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from app.state.network_summary import summarise
from app.state.settings import Settings
from app.train.rewind import page as train_rewind
from app.train.rewind.page import TrainRewind
from app.train.training_session import SessionState
from engine.insight.snapshot import take_snapshot
from engine.networks.network import Sequential
from engine.training.batch_step import as_floats
from engine.training.weight_history import WeightHistory, unpack
from tests.app.train.driving import LEFT, TIMEOUT, click, open_page, part_of, type_into

Key = Qt.Key


def run(qtbot, panel, epochs=2):
    type_into(panel.form.run.boxes["epochs"], str(epochs))
    with qtbot.waitSignal(panel.session.ended, timeout=TIMEOUT):
        click(panel.form.start)


def network_of(panel, place) -> Sequential:
    network = Sequential(panel.session.job.stack, np.random.default_rng(0))
    unpack(network, part_of(panel, TrainRewind).model.moments[place].values)
    return network


def test_before_a_run_the_page_says_what_it_is_for(panel):
    page = open_page(panel, TrainRewind)
    assert page.promise.isVisible()
    assert "slider" in page.promise.sentence.text()


def test_keys_go_through_the_moments_of_a_run(qtbot, panel):
    page = open_page(panel, TrainRewind)
    run(qtbot, panel)
    model = part_of(panel, TrainRewind).model
    last = len(model.moments) - 1
    assert model.place == page.track.place == last
    assert model.moments[last].step == panel.session.curves.batches
    page.track.setFocus()
    QTest.keyClick(page.track, Key.Key_Home)
    assert model.place == 0
    assert page.title.text().startswith("Before the first of")
    assert not page.previous.isEnabled()
    for key, place in (
        (Key.Key_Right, 1),
        (Key.Key_Right, 2),
        (Key.Key_PageDown, min(12, last)),
        (Key.Key_PageUp, max(min(12, last) - 10, 0)),
        (Key.Key_Left, max(min(12, last) - 11, 0)),
        (Key.Key_End, last),
    ):
        QTest.keyClick(page.track, key)
        assert model.place == page.track.place == place
    click(page.first)
    click(page.next)
    assert page.title.text().startswith("Step 1 of")
    click(page.previous)
    click(page.last)
    assert not page.next.isEnabled()


def test_every_moment_shows_its_own_network(qtbot, panel):
    drawing = np.zeros((28, 28), np.float32)
    drawing[4:24, 14] = 1
    part_of(panel, TrainRewind).drawing = lambda: drawing
    page = open_page(panel, TrainRewind)
    run(qtbot, panel)
    model = part_of(panel, TrainRewind).model
    for place in (0, 3, len(model.moments) - 1):
        part_of(panel, TrainRewind).model.go_to(place)
        network = network_of(panel, place)
        image = model.image.image
        assert image is not None
        look = take_snapshot(network, image)
        assert look.kernels is not None
        assert np.array_equal(page.answer.picture.shares, look.probabilities)
        assert np.array_equal(page.maps.sets[0].maps, look.kernels.maps)
        assert np.array_equal(page.maps.sets[1].maps, look.maps[0].maps)
        drawn = take_snapshot(network, drawing[np.newaxis])
        assert np.array_equal(page.drawn.picture.shares, drawn.probabilities)
    click(page.answer.next)
    assert page.answer.title.text() == "Held-out image 2 of 24"


def test_accuracies_are_measured_while_the_page_is_open(qtbot, panel):
    run(qtbot, panel)
    model = part_of(panel, TrainRewind).model
    assert not model.accuracies
    page = open_page(panel, TrainRewind)
    qtbot.waitUntil(lambda: len(model.accuracies) == len(model.moments), timeout=TIMEOUT)
    qtbot.waitUntil(lambda: not model.is_measuring)
    held_out = model.image.held_out
    assert held_out is not None
    for place in (0, len(model.moments) - 1):
        images = as_floats(held_out.images, np.float32)
        answers = network_of(panel, place).predict_proba(images).argmax(axis=1)
        right = float(np.mean(answers == held_out.labels))
        assert model.accuracies[model.moments[place].step] == pytest.approx(right)
    assert f"{100 * right:.1f} % right" in page.title.text()
    assert "24 of 24 held-out images" in page.note.text()


def test_a_click_on_the_track_goes_to_the_nearest_moment(qtbot, panel):
    page = open_page(panel, TrainRewind)
    run(qtbot, panel)
    model = part_of(panel, TrainRewind).model
    place = page.track.position_of(5).toPoint()
    QTest.mouseClick(page.track, LEFT, pos=QPoint(place.x(), 10))
    assert model.place == 5
    QTest.mousePress(page.track, LEFT, pos=QPoint(place.x(), 10))
    QTest.mouseMove(page.track, page.track.position_of(0).toPoint())
    QTest.mouseRelease(page.track, LEFT, pos=page.track.position_of(0).toPoint())
    assert model.place == 0


def test_a_paused_run_can_be_rewound_and_then_goes_on(qtbot, panel):
    page = open_page(panel, TrainRewind)
    for _ in range(3):
        before = panel.session.curves.batches
        click(panel.form.one_batch)
        qtbot.waitUntil(
            lambda before=before: (
                panel.session.state is SessionState.PAUSED and panel.session.curves.batches > before
            ),
            timeout=TIMEOUT,
        )
    model = part_of(panel, TrainRewind).model
    qtbot.waitUntil(lambda: [moment.step for moment in model.moments] == [0, 1, 2, 3])
    assert model.place == 3
    click(page.first)
    click(panel.form.one_batch)
    qtbot.waitUntil(lambda: len(model.moments) == 5, timeout=TIMEOUT)
    assert model.place == 0
    click(panel.form.stop)
    qtbot.waitUntil(lambda: not panel.session.is_active, timeout=TIMEOUT)


def test_a_moment_becomes_the_network_of_draw_and_can_be_put_back(qtbot, panel):
    page = open_page(panel, TrainRewind)
    run(qtbot, panel)
    model, networks = part_of(panel, TrainRewind).model, panel.networks
    trained, record = networks.network, networks.record
    assert page.back.isHidden()
    model.go_to(2)
    qtbot.waitUntil(lambda: 2 in model.accuracies, timeout=TIMEOUT)
    with qtbot.waitSignal(networks.network_changed):
        click(page.use)
    assert np.array_equal(networks.network.parameters, network_of(panel, 2).parameters)
    assert networks.record.settings["moment"] == f"step 2 of {model.steps}, epoch 1"
    assert networks.record.validation_accuracy == pytest.approx(model.accuracies[2])
    assert networks.record.data == "Bars"
    assert f"step 2 of {model.steps}, epoch 1" in summarise(networks).details
    model.go_to(4)
    click(page.use)
    click(page.back)
    assert np.array_equal(networks.network.parameters, trained.parameters)
    assert networks.record == record
    assert page.back.isHidden()


def test_another_network_leaves_nothing_to_put_back(qtbot, panel):
    page = open_page(panel, TrainRewind)
    run(qtbot, panel)
    part_of(panel, TrainRewind).model.go_to(1)
    click(page.use)
    assert page.back.isVisible()
    panel.networks.load_bundled()
    assert page.back.isHidden()


def test_it_plays_from_the_start_to_the_end(qtbot, panel, monkeypatch):
    monkeypatch.setattr(train_rewind, "PLAY_MS", 1)
    part_of(panel, TrainRewind).player.setInterval(1)
    page = open_page(panel, TrainRewind)
    run(qtbot, panel)
    model = part_of(panel, TrainRewind).model
    seen = []
    model.moment_chosen.connect(lambda: seen.append(model.place))
    page.track.setFocus()
    QTest.keyClick(page.track, Key.Key_P)
    qtbot.waitUntil(lambda: not part_of(panel, TrainRewind).player.isActive(), timeout=TIMEOUT)
    assert seen == list(range(len(model.moments)))
    click(page.play)
    assert part_of(panel, TrainRewind).player.isActive()
    QTest.keyClick(page.track, Key.Key_Home)
    assert not part_of(panel, TrainRewind).player.isActive()


def test_a_longer_run_goes_on_in_the_same_history_and_another_run_does_not(qtbot, panel):
    run(qtbot, panel, epochs=1)
    model = part_of(panel, TrainRewind).model
    steps = [moment.step for moment in model.moments]
    with qtbot.waitSignal(panel.session.ended, timeout=TIMEOUT):
        click(panel.form.more_epochs)
    longer = [moment.step for moment in model.moments]
    assert longer[: len(steps)] == steps
    assert len(longer) > len(steps)
    run(qtbot, panel, epochs=1)
    assert [moment.step for moment in model.moments] == steps


def test_the_number_of_moments_is_limited_and_stated(qtbot, panel):
    model = part_of(panel, TrainRewind).model
    model.history = WeightHistory(most=6)
    page = open_page(panel, TrainRewind)
    run(qtbot, panel)
    assert len(model.moments) == 6
    assert page.note.text().startswith("6 moments kept, at most 6 (")
    assert model.moments[0].step == 0
    assert model.moments[-1].step == panel.session.curves.batches


def test_a_drawing_reaches_the_page_from_draw(qtbot, window, tmp_path: Path, settings: Settings):
    draw, train = window.workspaces.draw, window.workspaces.train
    ink = np.zeros((280, 280), np.float32)
    ink[40:240, 130:150] = 1
    draw.sketch.paste(ink)
    qtbot.waitUntil(lambda: draw.recognition.prepared is not None)
    part = part_of(train, TrainRewind)
    drawn = part.drawing()
    assert drawn is not None
    assert np.array_equal(drawn, draw.recognition.prepared.image)
    draw.sketch.clear()
    qtbot.waitUntil(lambda: draw.recognition.prepared is None)
    assert part.drawing() is None


def test_the_curves_are_marked_where_the_moment_lies(qtbot, panel):
    page = open_page(panel, TrainRewind)
    run(qtbot, panel)
    part = part_of(panel, TrainRewind)
    marks = part.marks
    assert marks is not None
    positions = panel.session.curves.loss.positions
    seen = [marks.position]
    for place in (0, 3):
        part.model.go_to(place)
        seen.append(marks.position)
    page.hide()
    seen.append(marks.position)
    assert seen == [positions[-1], 0.0, positions[2], None]
