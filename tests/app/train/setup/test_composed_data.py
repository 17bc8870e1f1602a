"""Classes chosen and drawings mixed in, and what is seen of them."""

import numpy as np
import pytest
from PySide6.QtTest import QTest

from app.state.data_sources import DrawingsSource
from app.state.my_drawings import drawings_folder
from app.state.settings import Settings
from app.train.runs.run_jobs import facts_of, source_of
from app.train.setup.composed_data import ComposedSource, Composition
from app.train.setup.data_choices import DataChoices
from engine.basics.errors import DataError
from engine.data.generated.digits import digit_drawing
from engine.data.mixing import MixedDataset
from engine.data.own_drawings import DrawingStore
from tests.app.small_data import BarsSource, bars
from tests.app.train.driving import LEFT, TIMEOUT, take_entry
from tests.app.train.files import ignore, never, opened, start_and_wait


@pytest.fixture
def store(settings):
    kept, rng = DrawingStore(drawings_folder(settings)), np.random.default_rng(0)
    for label in (0, 1, 1, 2):
        kept.add(digit_drawing(label, rng), label)
    return kept


def test_classes_are_kept_and_drawings_mixed_in_by_clicking(qtbot, panel, store):
    take_entry(panel, "classes")
    dialog = panel.composition.dialog
    qtbot.waitExposed(dialog)
    qtbot.waitUntil(dialog.images.isVisible, timeout=TIMEOUT)
    for label in range(2, 10):
        dialog.boxes[label].click()
    assert panel.choices.kept_classes == (0, 1)
    dialog.repeats.setValue(5)
    assert panel.form.picker.choice.text() == (
        "Only 0 and 1. Mixed with your drawings, each 5 times: 15 more images to train on."
    )
    dialog.boxes[0].click()
    assert dialog.boxes[0].isChecked()  # one class alone teaches nothing
    QTest.mouseClick(dialog.close_button, LEFT)
    start_and_wait(qtbot, panel)
    assert panel.networks.record.data == "Bars and my drawings"
    assert set(panel.session.mistakes.labels.tolist()) == {0, 1}
    job = panel.session.job
    data = job.source.load(job.images, 0, ignore, never)
    training, _ = data.split(job.validation_images, 0)
    assert len(training) == panel.choices.training_images
    assert set(training.labels.tolist()) == {0, 1}


def test_drawings_are_never_held_out():
    drawings = bars(4, 9)
    mixed = MixedDataset(
        np.concatenate((bars(30, 1).images, np.tile(drawings.images, (3, 1, 1, 1)))),
        np.concatenate((bars(30, 1).labels, np.tile(drawings.labels, 3))),
        "Both",
        "Both.",
        own=12,
    )
    training, held_out = mixed.split(10, 0)
    assert (len(training), len(held_out)) == (32, 10)
    own = {image.tobytes() for image in drawings.images}
    assert not own & {image.tobytes() for image in held_out.images}
    with pytest.raises(DataError, match="Between 1 and 29 of the 30 other images"):
        mixed.split(30, 0)


def test_a_composed_source_can_be_had_again_from_what_is_kept_of_a_run(
    panel,
    store,
    settings,
    npz,
    qtbot,
):
    opened(qtbot, panel, npz)
    panel.choices.keep_classes({3, 8})
    panel.choices.set_own_repeats(2)
    job = panel.choices.job(panel.document.stack)
    data = facts_of(job).data
    again = source_of(data, DataChoices(settings=Settings(settings.folder / "other.ini")))
    assert isinstance(again, ComposedSource)
    assert again.composition == job.source.composition
    assert again.composition.classes == (3, 8)


def test_more_classes_than_outputs_are_said_with_a_way_out(qtbot, panel, tmp_path):
    data = bars(130, 1)
    np.savez(tmp_path / "many.npz", x=data.images[:, 0], y=np.arange(130) % 13)
    opened(qtbot, panel, tmp_path / "many.npz")
    assert "many has 13 classes; the network has 10 outputs" in panel.form.picker.problem.text()
    source = ComposedSource(panel.choices.source, Composition())
    with pytest.raises(DataError, match="has 13 classes; this network has 10 outputs"):
        source.load(130, 0, ignore, never)
    panel.choices.keep_classes({10, 11, 12})
    kept = ComposedSource(panel.choices.source, Composition((10, 11, 12)))
    data = kept.load(130, 0, ignore, never)
    assert (data.classes, sorted(set(data.labels.tolist()))) == (10, [0, 1, 2])
    assert data.name_of(0) == "10"


def test_own_drawings_are_a_source_of_their_own(store):
    source = DrawingsSource(store.folder)
    assert source.largest == 4
    assert source.load(4, 0, ignore, never).labels.tolist() == [0, 1, 1, 2]
    assert "4 drawings that you kept" in source.about


def test_drawings_do_not_go_with_clothes(panel, store, qtbot, shapes):
    panel.choices.set_own_repeats(3)
    assert panel.choices.own_images == 12
    opened(qtbot, panel, shapes)
    assert panel.choices.own_images == 0
    take_entry(panel, "classes")
    dialog = panel.composition.dialog
    assert not dialog.repeats.isEnabled()
    assert "cannot be mixed with other classes" in dialog.mix_words.text()
    assert [box.text() for box in dialog.boxes] == ["cat", "dog", "eel"]
    dialog.close()


def test_samples_take_the_classes_in_turn_and_show_in_the_preview(qtbot, panel):
    few = bars(50, 0).in_turn(12)
    assert few.labels.tolist() == [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 1]
    panel.form.more.toggle.setChecked(True)
    panel.form.more.augments.setChecked(True)
    qtbot.waitUntil(lambda: "Bars" in panel.form.more.preview_text.text(), timeout=TIMEOUT)
    shown = panel.form.more.preview.images
    assert shown.shape == (3, 6, 28, 28)
    assert (shown[0, 2, 7:10, 4:24] == 230).all()


def test_bars_stay_what_they_were():
    assert len(BarsSource().load(20, 0, ignore, never)) == 20
