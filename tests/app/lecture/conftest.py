"""The bench of a lecture as its tests find it: shown, with the keys."""

import pytest

from app.lecture.bench import LectureBench
from app.step.panel import StepPanel


@pytest.fixture
def bench(qtbot, look, settings):
    bench = LectureBench(StepPanel(), settings)
    qtbot.addWidget(bench)
    bench.resize(1280, 720)
    bench.show()
    bench.activateWindow()
    bench.panel.setFocus()
    qtbot.waitUntil(bench.panel.hasFocus)
    yield bench
    if bench.presentation is not None:
        bench.presentation.close()
