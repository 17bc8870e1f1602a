"""What goes wrong in a run is told while it does, and again at its end."""

from dataclasses import replace

import numpy as np

from engine.data.dataset import Dataset
from engine.training.trainer import TrainingConfig
from tests.app.small_data import BarsSource
from tests.app.train.driving import TIMEOUT, click, type_into


def run(qtbot, panel, source=None, **settings) -> list[str]:
    """A run with settings that the form does not offer; what was said meanwhile."""
    job = panel.choices.job(panel.document.stack)
    job = replace(job, source=source or job.source)
    said = []
    panel.session.symptom_found.connect(lambda: said.append(panel.view.notice.text))
    with qtbot.waitSignal(panel.session.ended, timeout=TIMEOUT):
        panel.session.start(replace(job, config=TrainingConfig(**settings)))
    return said


def test_a_network_that_does_not_learn_is_told_with_the_numbers(qtbot, panel):
    said = run(qtbot, panel, epochs=3, learning_rate=0.0, seed=3)
    assert len(said) == 2  # that it does not learn, and at the end that nothing came of it
    assert "not learning" in said[0]
    assert "ln 10 = 2.303" in said[0]
    notice = panel.view.notice
    assert notice.kind == "warning"
    assert "Finished" in notice.text
    assert "ln 10 = 2.303" in notice.text


def test_a_network_that_learns_is_left_alone(qtbot, panel):
    type_into(panel.form.run.boxes["epochs"], "4")
    with qtbot.waitSignal(panel.session.ended, timeout=TIMEOUT):
        click(panel.form.start)
    assert panel.session.symptoms == ()
    assert panel.view.notice.kind == "success"


def test_the_next_run_begins_without_them(qtbot, panel):
    run(qtbot, panel, epochs=3, learning_rate=0.0, seed=3)
    assert panel.session.symptoms
    with qtbot.waitSignal(panel.session.ended, timeout=TIMEOUT):
        click(panel.form.start)
    assert panel.session.symptoms == ()


class NoiseSource(BarsSource):
    """Nothing to learn but by heart: the labels have nothing to do with the images."""

    def load(self, images: int, seed: int, *rest) -> Dataset:
        data = super().load(images, seed, *rest)
        labels = np.random.default_rng(seed).permutation(data.labels)
        noise = np.random.default_rng(seed).integers(0, 255, data.images.shape, dtype=np.uint8)
        return Dataset(noise, labels, data.name, data.description)


def test_at_the_end_overfitting_is_told_with_the_last_figures(qtbot, panel):
    said = run(qtbot, panel, NoiseSource(), epochs=25, batch_size=8, seed=3)
    epochs = panel.session.curves.epochs
    best = min(epochs, key=lambda epoch: epoch.validation_loss)
    last = f"from {best.validation_loss:.3f} to {epochs[-1].validation_loss:.3f}"
    assert best.epoch < 20
    assert "Overfitting" in said[0]
    assert last not in said[0]
    assert panel.view.notice.text.count("Overfitting") == 1
    assert last in panel.view.notice.text
