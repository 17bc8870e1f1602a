"""What Train says of a run or of the network in Draw goes with it; classes go by their names."""

from dataclasses import replace

import numpy as np
import pytest

from app.state.data_sources import MnistSource
from app.train.measuring import MeasureWorker
from app.train.mistakes.live_mistakes import TrainMistakes
from app.train.runs.page import TrainRuns
from app.train.runs.run_store import brought_up
from engine.basics.errors import DataError
from engine.data.fashion import CLASS_NAMES
from engine.networks.model_file import TrainingRecord
from engine.networks.network import Sequential
from engine.networks.presets import PRESETS
from engine.training.trainer import Position
from tests.app.seen import seen_texts
from tests.app.small_data import bars
from tests.app.train.driving import TIMEOUT, click, part_of, type_into

DIGITS = tuple("0123456789")


def train_shortly(qtbot, panel, button=None):
    with qtbot.waitSignal(panel.session.ended, timeout=TIMEOUT):
        click(button or panel.form.start)


@pytest.fixture
def trained(qtbot, panel):
    """Train after a short run, with the window of its mistakes open."""
    type_into(panel.form.run.boxes["epochs"], "1")
    train_shortly(qtbot, panel)
    click(panel.view.show_wrong)
    window = part_of(panel, TrainMistakes).window
    qtbot.addWidget(window)
    assert window.isVisible()
    assert "Draw now uses" in panel.view.notice.text
    yield panel
    window.close()


def network(name: str = "Later") -> Sequential:
    return Sequential(replace(PRESETS["simplecnn"].stack, name=name), np.random.default_rng(1))


def test_notice_and_mistakes_go_when_draw_has_another_network(trained):
    trained.networks.set_network(network(), None)
    assert trained.view.notice.isHidden()
    assert not part_of(trained, TrainMistakes).window.isVisible()
    assert not trained.view.show_wrong.isEnabled()
    assert not [text for text in seen_texts(trained) if "Draw now uses" in text]


def test_they_stay_while_it_is_only_meddled_with_or_measured(trained):
    networks = trained.networks
    networks.meddle_with(networks.original.copy())
    networks.set_record(networks.record)
    assert "Draw now uses" in trained.view.notice.text
    assert part_of(trained, TrainMistakes).window.isVisible()


def test_the_weights_of_an_earlier_run_end_what_was_said_of_the_last_one(qtbot, trained):
    runs = part_of(trained, TrainRuns)
    train_shortly(qtbot, trained)
    first, last = (run.key for run in runs.store.runs)
    said: list[str] = []
    trained.status_message.connect(said.append)
    runs.use(first)
    assert trained.view.notice.isHidden()
    assert part_of(trained, TrainMistakes).mistakes is None
    assert said[-1].startswith("Draw now uses")
    runs.use(last)
    assert said[-2:][0] == ""


def test_another_run_ends_what_was_said_of_the_last_one(qtbot, trained):
    click(trained.form.start)
    assert trained.view.notice.isHidden()
    assert part_of(trained, TrainMistakes).mistakes is None
    assert part_of(trained, TrainMistakes).window.isVisible()  # it waits for the new one's
    with qtbot.waitSignal(trained.session.ended, timeout=TIMEOUT):
        trained.session.stop()


def test_what_is_wrong_with_the_stack_is_said_until_it_is_edited(panel):
    stack = panel.document.stack
    panel.document.remove_layer(len(stack.layers) - 1)
    assert "cannot be trained yet" in panel.view.notice.text
    panel.document.undo_stack.undo()
    assert panel.view.notice.isHidden()


# Test accuracies


@pytest.fixture
def mnist(panel, tmp_path, monkeypatch):
    """What Train takes for MNIST, whose files nobody reads."""
    source = MnistSource(tmp_path)
    monkeypatch.setattr(type(panel.data), "mnist", source)
    return source


def test_the_test_column_is_of_the_weights_that_are_kept_now(qtbot, panel):
    type_into(panel.form.run.boxes["epochs"], "1")
    train_shortly(qtbot, panel)
    runs = part_of(panel, TrainRuns)
    record = replace(panel.networks.record, test_accuracy=0.5, test_data="MNIST")
    panel.networks.set_record(record)
    (run,) = runs.store.runs
    assert run.facts.test_accuracy == 0.5
    former = panel.networks.original
    train_shortly(qtbot, panel, panel.form.more_epochs)
    (run,) = runs.store.runs
    is_same = run.facts.best_epoch == record.best_epoch
    assert run.facts.test_accuracy == (0.5 if is_same else None)
    moved = Position(epoch=9, step=99, best_epoch=8, best_accuracy=0.9)
    later = brought_up(replace(run.facts, test_accuracy=0.5, test_epoch=1), moved, ())
    assert (later.test_accuracy, later.test_data, later.test_epoch) == (None, "", 0)
    assert panel.networks.original is not former


def test_what_was_measured_in_mid_epoch_goes_with_the_next_batch(qtbot, panel):
    train_shortly(qtbot, panel)
    (run,) = part_of(panel, TrainRuns).store.runs
    facts = replace(run.facts, best_epoch=0, batches=5, test_accuracy=0.5, test_epoch=0)
    here, later = (Position(epoch=1, step=step, best_epoch=0) for step in (5, 6))
    assert brought_up(facts, here, ()).test_accuracy == 0.5
    assert brought_up(facts, later, ()).test_accuracy is None


@pytest.mark.parametrize(
    ("names", "can_be_measured"),
    [((), True), (DIGITS[::-1], True), (("dréi", "sieben", "zero", *DIGITS[3:]), False)],
)
def test_only_a_network_of_the_same_classes_is_measured(panel, mnist, names, can_be_measured):
    record = TrainingRecord("Files", 1, 1, None, 0, "", class_names=names)
    panel.networks.set_network(network(), record)
    assert panel.view.measure.isEnabled() == can_be_measured
    if not can_be_measured:
        assert "dréi, sieben, zero" in panel.view.test_text.text()
        assert "dréi, sieben, zero" in panel.view.measure.toolTip()


def test_a_network_of_clothes_waits_for_clothes(panel, mnist):
    record = TrainingRecord("Files", 1, 1, None, 0, "", class_names=CLASS_NAMES)
    panel.networks.set_network(network(), record)
    assert not panel.view.measure.isEnabled()
    assert "Fashion-MNIST" in panel.view.measure.toolTip()


def test_classes_in_another_order_are_measured_by_their_names(panel):
    data = bars(100, 0)
    asked = network()
    plain = MeasureWorker(asked, lambda: data)
    plain.work()
    turned = replace(data, class_names=DIGITS[::-1], labels=9 - data.labels)
    named = MeasureWorker(asked, lambda: turned, DIGITS)
    named.work()
    assert named.accuracy == plain.accuracy
    foreign = MeasureWorker(asked, lambda: data, ("dréi", *DIGITS[1:]))
    with pytest.raises(DataError, match="class 0, which is none of this network's"):
        foreign.work()


def test_a_measurement_of_a_network_that_has_gone_says_nothing(qtbot, panel, mnist, monkeypatch):
    monkeypatch.setattr(mnist, "load_test", lambda: bars(100, 0))
    panel.networks.set_network(network("Former"), None)
    click(panel.view.measure)
    panel.networks.set_network(network(), None)
    qtbot.waitUntil(lambda: not panel.measuring.is_running)
    assert panel.measuring.text == ""
    assert "Test accuracy" not in panel.view.test_text.text()
    click(panel.view.measure)
    qtbot.waitUntil(lambda: "Test accuracy" in panel.view.test_text.text())
    panel.networks.set_network(network("Last"), None)
    assert "Test accuracy" not in panel.view.test_text.text()


def test_compared_runs_are_shown_as_they_are_now(qtbot, trained):
    train_shortly(qtbot, trained)
    runs = part_of(trained, TrainRuns)
    first, last = (run.key for run in runs.store.runs)
    runs.page.table.selectAll()
    runs.compare()
    qtbot.addWidget(runs.window)
    runs.store.know(first, replace(runs.store.run(first).facts, name="Renamed"))
    assert "Renamed" in runs.window.texts()[0]
    runs.store.delete((last,))
    assert not runs.window.isVisible()
