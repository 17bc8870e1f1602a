"""What goes wrong in a run is told while it does, and again at its end."""

from dataclasses import replace

from engine.training import TrainingConfig
from tests.app.test_train import (  # noqa: F401 - fixtures
    TIMEOUT,
    _no_data_and_no_proxy,
    click,
    make_panel,
    panel,
    type_into,
)


def run(qtbot, panel, **settings) -> list[str]:  # noqa: F811
    """A run with settings that the form does not offer; what was said meanwhile."""
    job = panel.choices.job(panel.document.stack)
    said = []
    panel.session.symptom_found.connect(lambda: said.append(panel.view.notice.text))
    with qtbot.waitSignal(panel.session.ended, timeout=TIMEOUT):
        panel.session.start(replace(job, config=TrainingConfig(**settings)))
    return said


def test_a_network_that_does_not_learn_is_told_with_the_numbers(qtbot, panel):  # noqa: F811
    said = run(qtbot, panel, epochs=3, learning_rate=0.0, seed=3)
    assert len(said) == 1
    assert "not learning" in said[0]
    assert "ln 10 = 2.303" in said[0]
    notice = panel.view.notice
    assert notice.kind == "warning"
    assert "Finished" in notice.text
    assert "ln 10 = 2.303" in notice.text


def test_a_network_that_learns_is_left_alone(qtbot, panel):  # noqa: F811
    type_into(panel.form.run.boxes["epochs"], "4")
    with qtbot.waitSignal(panel.session.ended, timeout=TIMEOUT):
        click(panel.form.start)
    assert panel.session.symptoms == ()
    assert panel.view.notice.kind == "success"


def test_the_next_run_begins_without_them(qtbot, panel):  # noqa: F811
    run(qtbot, panel, epochs=3, learning_rate=0.0, seed=3)
    assert panel.session.symptoms
    with qtbot.waitSignal(panel.session.ended, timeout=TIMEOUT):
        click(panel.form.start)
    assert panel.session.symptoms == ()
