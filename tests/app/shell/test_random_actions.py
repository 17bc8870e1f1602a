"""A few random actions all over the window, as the benchmark plays thousands of them."""

import pytest

from benchmarks.robustness.monkey import play


@pytest.mark.parametrize("seed", [11, 12])
def test_random_actions_raise_nothing_and_warn_of_nothing(qtbot, tmp_path, monkeypatch, seed):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("CNNVIZ_DATA", raising=False)
    monkeypatch.setattr("engine.data.mnist.cache_directory", lambda: tmp_path / "cache")
    findings = play(60, seed, tmp_path, every=30)
    assert findings.actions.total() == 60
    assert dict(findings.failures) == {}
    assert {one.threads for one in findings.held} <= {1, 2}
