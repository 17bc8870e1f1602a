"""The settings that are folded away: what they show, remember and hand to a run."""

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from app.train.setup.training_fields import KNOBS, OPTIMIZER, learning_rate_field
from engine.training.advice import USUAL_RATES
from engine.training.optimizers import OPTIMIZERS
from engine.training.rate_range import HIGHEST, LOWEST
from tests.app.train.driving import TIMEOUT, click, type_into

DOWN = Qt.Key.Key_Down


@pytest.fixture
def more(panel):
    click(panel.form.more.toggle)
    return panel.form.more


def test_they_are_folded_until_asked_for(qtbot, panel):
    assert not panel.form.more.optimizer.isVisible()
    click(panel.form.more.toggle)
    assert panel.form.more.optimizer.isVisible()
    assert not panel.form.more.ranges.isVisible()


def test_each_optimizer_has_its_knobs_and_remembers_its_learning_rate(panel, more):
    type_into(panel.form.run.boxes["learning_rate"], "0.03")
    chooser, boxes = more.optimizer.lists["optimizer"], more.optimizer.boxes
    assert boxes["momentum"].isVisible()
    assert not boxes["beta1"].isVisible()
    for _ in range(3):
        QTest.keyClick(chooser, DOWN)
    assert chooser.currentText() == "Adam"
    assert panel.form.run.value("learning_rate") == 0.001
    assert boxes["beta1"].isVisible()
    assert not boxes["momentum"].isVisible()
    for _ in range(3):
        QTest.keyClick(chooser, Qt.Key.Key_Up)
    assert panel.form.run.value("learning_rate") == 0.03


def test_a_learning_rate_is_typed_in_any_notation_kept_if_it_cannot_be_and_undone(panel):
    box = panel.form.run.boxes["learning_rate"]
    type_into(box, "1e-3")
    assert panel.form.run.value("learning_rate") == 0.001
    type_into(box, "5e-")
    assert (box.text(), box.property("role")) == ("5e-", "error")
    assert panel.form.run.problem.isVisible()
    assert "“5e-” is no number" in panel.form.run.problem.text()
    assert panel.form.run.value("learning_rate") == 0.001
    type_into(box, "0,25")
    assert not panel.form.run.problem.isVisible()
    box.setFocus()
    QTest.keyClick(box, Qt.Key.Key_Return)
    QTest.keyClick(box, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert panel.form.run.value("learning_rate") == 0.001


def test_another_optimizer_takes_no_undo_and_no_text_of_the_one_before(panel, more):
    chooser, box = more.optimizer.lists["optimizer"], panel.form.run.boxes["learning_rate"]
    chooser.setCurrentIndex(chooser.findData("adam"))
    type_into(box, "0.002")
    type_into(box, "0.001")
    type_into(box, "1e")
    chooser.setCurrentIndex(chooser.findData("adamw"))
    assert (box.text(), box.problem) == ("0.001", "")
    QTest.keyClick(box, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert box.value() == 0.001


def test_the_schedule_is_drawn_as_the_engine_computes_it(panel, more):
    assert more.curve.values[0] == 0.05
    assert more.curve.values[-1] < 0.001
    QTest.keyClick(more.schedule.lists["schedule"], Qt.Key.Key_Home)
    assert more.curve.values == pytest.approx(0.05)
    type_into(more.schedule.boxes["warm_up_epochs"], "1")
    assert more.curve.values[0] < 0.05
    assert more.curve.values[-1] == pytest.approx(0.05)


def test_changes_to_the_images_are_previewed_and_can_be_drawn_again(more):
    click(more.augments)
    before = more.preview.images
    assert before.shape == (3, 6, 28, 28)
    assert (before[1] != before[0]).any()
    click(more.others_button)
    assert (more.preview.images[0] == before[0]).all()
    assert (more.preview.images[1:] != before[1:]).any()


def test_ranges_that_do_not_go_together_are_told_and_start_nothing(panel, more):
    click(more.augments)
    type_into(more.ranges.boxes["augment/elastic"], "9")
    assert more.problem.isVisible()
    assert "smoothness" in more.problem.text()
    click(panel.form.start)
    assert not panel.session.is_active
    assert "smoothness" in panel.view.notice.text
    type_into(more.ranges.boxes["augment/elastic"], "1")
    assert not more.problem.isVisible()


def test_everything_reaches_the_run_and_its_record(qtbot, panel, more):
    for _ in range(4):
        QTest.keyClick(more.optimizer.lists["optimizer"], DOWN)
    QTest.keyClick(more.schedule.lists["schedule"], Qt.Key.Key_Home)
    type_into(more.optimizer.boxes["beta1"], "0.8")
    type_into(more.schedule.boxes["warm_up_epochs"], "0.5")
    type_into(more.others.boxes["weight_decay"], "0.01")
    type_into(more.others.boxes["patience"], "3")
    type_into(panel.form.run.boxes["epochs"], "1")
    click(more.augments)
    type_into(more.ranges.boxes["augment/rotation"], "20")
    with qtbot.waitSignal(panel.session.ended, timeout=TIMEOUT):
        click(panel.form.start)
    settings = panel.networks.record.settings
    wanted = {
        "optimizer": "adamw",
        "schedule": "constant",
        "beta1": 0.8,
        "warm_up_epochs": 0.5,
        "weight_decay": 0.01,
        "patience": 3,
        "learning_rate": 0.001,
    }
    assert {name: settings[name] for name in wanted} == wanted
    assert settings["augmentation"]["rotation"] == 20


def test_without_changes_the_record_says_so(qtbot, panel):
    type_into(panel.form.run.boxes["epochs"], "1")
    with qtbot.waitSignal(panel.session.ended, timeout=TIMEOUT):
        click(panel.form.start)
    assert panel.networks.record.settings["augmentation"] is None


def test_a_run_ends_when_its_patience_does(qtbot, panel, more):
    type_into(panel.form.run.boxes["epochs"], "500")
    type_into(more.others.boxes["patience"], "2")
    with qtbot.waitSignal(panel.session.ended, timeout=TIMEOUT):
        click(panel.form.start)
    epochs = panel.session.curves.epochs
    best = max(epoch.epoch for epoch in epochs if epoch.is_best)
    assert len(epochs) == best + 2 < 500
    assert "no better" in panel.view.notice.text


def test_they_are_remembered(panel, more, panel_again):
    QTest.keyClick(more.optimizer.lists["optimizer"], DOWN)
    click(more.augments)
    type_into(more.ranges.boxes["augment/shift"], "3")
    again = panel_again()
    assert again.form.more.is_open
    assert again.form.more.augments.isChecked()
    assert again.choices.optimizer == "nesterov"
    assert again.choices.augmentation().shift == 3
    assert np.isfinite(again.choices.learning_rates()).all()


def test_they_are_locked_during_a_run(qtbot, panel, more):
    type_into(panel.form.run.boxes["epochs"], "900")
    click(panel.form.start)
    qtbot.waitUntil(lambda: panel.session.last_batch is not None, timeout=TIMEOUT)
    assert not more.optimizer.lists["optimizer"].isEnabled()
    assert not more.augments.isEnabled()
    assert more.toggle.isEnabled()
    with qtbot.waitSignal(panel.session.ended, timeout=TIMEOUT):
        click(panel.form.stop)
    assert more.optimizer.lists["optimizer"].isEnabled()


def test_every_optimiser_of_the_engine_is_offered_with_its_settings_and_a_usual_rate():
    assert set(OPTIMIZER.titles) == set(KNOBS) == set(USUAL_RATES) == set(OPTIMIZERS)


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_every_rate_that_the_test_of_rates_goes_through_can_be_typed(optimizer):
    setting = learning_rate_field(optimizer).setting
    assert setting.accepts(LOWEST)
    assert setting.accepts(HIGHEST)
