"""A few random actions all over the window, as the benchmark plays thousands of them."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[3]


def test_random_actions_raise_nothing_and_warn_of_nothing():
    command = [sys.executable, "-m", "benchmarks.robustness.monkey"]
    command += ["--actions", "300", "--seed", "11", "--every", "150"]
    played = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False
    )
    assert "300 actions: " in played.stdout, played.stderr
    assert "0 failures of 0 kinds" in played.stdout, played.stdout
    assert played.returncode == 0, played.stderr
