"""A training on the command line that comes to nothing says so, with what to try."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.cli import main


def trained(out: Path, rate: str, epochs: int = 1) -> int:
    command = ["train", "--preset", "simplecnn", "--digits", "400", "--batch-size", "16"]
    return main(
        [*command, "--epochs", str(epochs), "--learning-rate", rate, "--out", str(out)],
    )


@pytest.mark.usefixtures("no_mnist")
def test_a_run_at_chance_is_warned_of_and_saved(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert trained(tmp_path / "useless.safetensors", "1e-7") == 0
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("cnnviz: warning: The network is no better than chance")
    assert "larger learning rate, such as 0.05." in line
    assert (tmp_path / "useless.safetensors").exists()


@pytest.mark.usefixtures("no_mnist")
def test_a_run_that_learns_is_not(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert trained(tmp_path / "good.safetensors", "0.05", epochs=5) == 0
    assert capsys.readouterr().err == ""


@pytest.mark.usefixtures("no_mnist")
def test_a_run_that_diverges_is_sent_to_the_usual_rate(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert trained(tmp_path / "broken.safetensors", "1e30") == 1
    assert "smaller learning rate, such as 0.05." in capsys.readouterr().err
