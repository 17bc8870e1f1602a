"""What the window does without until it is painted."""

import subprocess
import sys

SLOW = ("pyqtgraph", "engine.networks.network", "engine.layers.conv", "engine.traces", "PIL")


def test_draw_opens_without_what_is_slow_to_load():
    code = f"import sys, app.draw.panel; print([m for m in {SLOW} if m in sys.modules])"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"
