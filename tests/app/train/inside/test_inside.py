"""Inside: real clicks, and the numbers against the engine's own."""

from collections.abc import Iterable

import numpy as np
import pytest
from PySide6.QtTest import QTest

from app.train.inside.image_answer import ImageAnswer
from app.train.inside.page import TrainInside
from app.train.inside.snapshots import HeldOut, Interest, LiveSnapshot, SnapshotObserver, TimeShare
from app.train.observers import Observation
from engine.insight.snapshot import NetworkSnapshot, take_snapshot
from engine.networks.network import Sequential
from engine.networks.presets import PRESETS
from engine.training.trainer import BatchDone, Trainer, TrainingConfig
from engine.training.weight_history import unpack
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
)


def shown(panel) -> NetworkSnapshot:
    """What the network of the latest report makes of the chosen image, computed here."""
    network = Sequential(panel.session.job.stack, np.random.default_rng(0))
    model = part_of(panel, TrainInside)
    latest, image = model.latest, model.image.image
    assert latest is not None
    assert image is not None
    unpack(network, latest.values)
    return take_snapshot(network, image)


def step_of(panel) -> int:
    latest = part_of(panel, TrainInside).latest
    return -1 if latest is None else latest.step


@pytest.fixture
def trainer() -> Trainer:
    network = Sequential(PRESETS["simplecnn"].stack, np.random.default_rng(0))
    return Trainer(
        network, bars(200, 0), bars(60, 1), TrainingConfig(epochs=1, batch_size=10, momentum=0.0)
    )


def styles_of(observations: Iterable[Observation]) -> list[LiveSnapshot]:
    return [each for each in observations if isinstance(each, LiveSnapshot)]


# The observer, without a window


def test_nothing_is_computed_while_nobody_looks(trainer, monkeypatch):
    monkeypatch.setattr("app.train.inside.snapshots.GLANCES_PER_SECOND", 1e-9)
    observer = SnapshotObserver(Interest())
    assert [look.step for look in styles_of(observer.began(trainer))] == [0]
    observed = [each for event in trainer.run() for each in observer.took(event, trainer)]
    assert [look.step for look in styles_of(observed)] == [1]  # ready at the start, then no more
    assert [look.step for look in styles_of(observer.ended(trainer))] == [20]


def test_an_update_ratio_is_of_one_step(trainer, monkeypatch):
    monkeypatch.setattr("app.train.inside.snapshots.SNAPSHOTS_PER_SECOND", 1e9)
    monkeypatch.setattr("app.train.inside.snapshots.SNAPSHOT_SHARE", 1e9)
    interest = Interest()
    interest.watch(is_watched=True)
    observer = SnapshotObserver(interest)
    list(observer.began(trainer))
    weight = trainer.network.layers[0].parameters["weight"]
    before, ratios = weight.copy(), {}
    looks: list[LiveSnapshot] = []
    for event in trainer.run():
        if isinstance(event, BatchDone):
            ratios[event.step] = np.linalg.norm(weight - before) / np.linalg.norm(before)
            before = weight.copy()
        looks += styles_of(observer.took(event, trainer))
    assert [look.step for look in looks] == [1, 3, 5, 7, 9, 11, 13, 15, 17, 19]
    for look in looks:
        assert look.health[0].update_ratio == pytest.approx(ratios[look.step], rel=1e-4)


def test_the_update_ratios_have_a_past_for_whoever_looks_late(trainer, monkeypatch):
    monkeypatch.setattr("app.train.inside.snapshots.GLANCES_PER_SECOND", 1e9)
    monkeypatch.setattr("app.train.inside.snapshots.GLANCE_SHARE", 1e9)
    interest = Interest()
    interest.choose(np.zeros(trainer.network.stack.input_shape, np.float32), 1)
    observer = SnapshotObserver(interest)
    list(observer.began(trainer))
    observed = [each for event in trainer.run() for each in observer.took(event, trainer)]
    looks = styles_of(observed)
    assert [look.step for look in looks] == [1, 3, 5, 7, 9, 11, 13, 15, 17, 19]
    assert all(look.health[0].update_ratio is not None for look in looks)
    assert all(look.look is None for look in looks)  # nobody sees what it makes of an image


def test_reports_hold_copies(trainer):
    observer = SnapshotObserver(Interest())
    held_out, first = observer.began(trainer)
    assert isinstance(held_out, HeldOut)
    assert isinstance(first, LiveSnapshot)
    values = first.values.copy()
    for _ in trainer.run():
        pass
    assert np.array_equal(first.values, values)
    assert not np.shares_memory(held_out.images, trainer.validation.images)
    assert held_out.total == 60
    assert (held_out.data_name, held_out.training_images) == ("Bars", 200)


def test_what_takes_long_is_done_seldom():
    pace = TimeShare(per_second=1e9, share=0.01)
    assert pace.is_due()
    pace.spent(3600)
    assert not pace.is_due()


# The page


def test_before_a_run_the_page_says_what_it_is_for(panel):
    page = open_page(panel, TrainInside)
    assert "While a network learns" in page.promise.sentence.text()
    assert page.promise.isVisible()


def test_a_paused_run_shows_its_network_on_a_held_out_image(qtbot, panel):
    page, model = open_page(panel, TrainInside), part_of(panel, TrainInside)
    one_batch(qtbot, panel)
    qtbot.waitUntil(lambda: step_of(panel) == 1, timeout=TIMEOUT)
    expected = shown(panel)
    assert np.array_equal(page.answer.picture.shares, expected.probabilities)
    assert [page.maps.words(index) for index in range(2)] == [
        "1 Convolution, 8 kernels, 3×3",
        "2 ReLU, 8 maps, 28×28",
    ]
    assert np.array_equal(page.maps.sets[1].maps, expected.maps[0].maps)
    assert page.maps.labels(0)[0] == "−" + page.maps.labels(0)[1]
    assert page.answer.title.text() == "Held-out image 1 of 24"
    assert f"label {model.image.label}" in page.answer.words.text()
    ratio = model.rows[0].ratios[-1]
    assert page.table.texts(0)[0] == "1 Convolution"
    assert page.table.texts(0)[3] == f"{ratio:.2g}"
    assert page.table.texts(0)[6].endswith("of 8")
    assert "Step 1." in page.note.text()


def test_the_arrows_browse_through_the_held_out_images(qtbot, panel):
    page = open_page(panel, TrainInside)
    one_batch(qtbot, panel)
    click(page.answer.next)
    assert page.answer.title.text() == "Held-out image 2 of 24"
    expected = shown(panel)
    assert np.array_equal(page.answer.picture.shares, expected.probabilities)
    for _ in range(2):
        click(page.answer.previous)
    assert page.answer.title.text() == "Held-out image 24 of 24"


def test_the_drawing_is_one_of_the_images(qtbot, panel):
    drawing = np.zeros((28, 28), np.float32)
    drawing[4:24, 14] = 1
    part_of(panel, TrainInside).drawing = lambda: drawing
    page = open_page(panel, TrainInside)
    one_batch(qtbot, panel)
    click(page.answer.previous)
    assert page.answer.title.text() == "Your drawing"
    assert "label" not in page.answer.words.text()
    expected = shown(panel)
    assert np.array_equal(page.answer.picture.shares, expected.probabilities)
    one_batch(qtbot, panel)
    qtbot.waitUntil(lambda: step_of(panel) == 2, timeout=TIMEOUT)
    assert page.answer.title.text() == "Your drawing"


def test_only_a_page_that_can_be_seen_is_watched(qtbot, panel):
    interest, seen = part_of(panel, TrainInside).interest, []
    seen.append(interest.is_watched)
    open_page(panel, TrainInside)
    seen.append(interest.is_watched)
    QTest.mouseClick(page_button(panel, panel.view.epochs), LEFT)
    seen.append(interest.is_watched)
    open_page(panel, TrainInside)
    panel.hide()
    seen.append(interest.is_watched)
    panel.show()
    seen.append(interest.is_watched)
    assert seen == [False, True, False, False, True]


def test_a_page_opened_after_the_end_shows_the_end(qtbot, panel):
    type_into(panel.form.run.boxes["epochs"], "1")
    with qtbot.waitSignal(panel.session.ended, timeout=TIMEOUT):
        click(panel.form.start)
    page = open_page(panel, TrainInside)
    assert page.note.text().startswith(f"Step {panel.session.curves.batches:,}, ")
    assert page.answer.picture.shares is not None
    ratio_step = part_of(panel, TrainInside).ratio_step
    assert f"update ratio of step {ratio_step:,}" in page.note.text()


def test_a_look_while_it_runs_comes_from_the_worker(qtbot, panel, monkeypatch):
    type_into(panel.form.run.boxes["epochs"], "500")
    page = open_page(panel, TrainInside)
    click(panel.form.start)
    qtbot.waitUntil(lambda: step_of(panel) > 3, timeout=TIMEOUT)
    assert page.table.texts(0)[3] != "–"
    click(panel.form.stop)
    qtbot.waitUntil(lambda: not panel.session.is_active, timeout=TIMEOUT)


def test_a_diverging_run_is_shown_as_well(qtbot, panel):
    type_into(panel.form.run.boxes["learning_rate"], "100")
    open_page(panel, TrainInside)
    with qtbot.waitSignal(panel.session.ended, timeout=TIMEOUT):
        click(panel.form.start)
    assert part_of(panel, TrainInside).page.table.texts(0)[0] == "1 Convolution"


def test_what_the_image_is_read_as_comes_first_and_the_norms_after(qtbot, panel):
    page = open_page(panel, TrainInside)
    one_batch(qtbot, panel)
    qtbot.waitUntil(lambda: step_of(panel) == 1, timeout=TIMEOUT)
    best, label = int(shown(panel).probabilities.argmax()), part_of(panel, TrainInside).image.label
    assert page.maps.isVisible()
    assert not page.table.isVisible()
    assert page.sentence.text().startswith(f"After step 1 it is read as {best}, ")
    assert page.sentence.text().endswith("right." if best == label else f"wrong, it is {label}.")
    click(page.choice.button(1))
    assert page.table.isVisible()
    assert not page.maps.isVisible()


@pytest.mark.parametrize("classes", [1, 2, 10, 40, 1000])
def test_of_many_classes_the_most_probable_and_the_label_have_columns(qtbot, look, classes):
    answer = ImageAnswer(can_browse=False)
    qtbot.addWidget(answer)
    shares = np.full(classes, 0.5 / classes)
    best, label = classes // 2, classes - 1
    shares[best] += 0.5
    answer.show_answer("Image", np.zeros((8, 8)), shares, label)
    answer.resize(360, 200)
    answer.grab()
    columns = answer.picture.columns(190)
    assert {best, label} <= set(columns)
    assert columns == sorted(set(columns))
    assert len(columns) == min(classes, len(columns)) <= 14


# The room


def test_the_table_says_what_a_column_means(qtbot, panel):
    page = open_page(panel, TrainInside)
    one_batch(qtbot, panel)
    assert "ReLU" in page.maps.accessibleDescription()
    assert "1 Convolution" in page.table.accessibleDescription()
