"""``cnnviz --screenshots``: every workspace, both themes, and one that moves, without a display."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image, ImageSequence
from PySide6.QtGui import QImage

from app.shell.screenshots import ANIMATION
from app.shell.workspaces import KEYS

ROOT = Path(__file__).parents[3]


def take(directory: Path) -> subprocess.CompletedProcess[str]:
    names = {"DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM", "QT_SCALE_FACTOR"}
    environment = {name: value for name, value in os.environ.items() if name not in names}
    return subprocess.run(
        [sys.executable, "-m", "app", "--screenshots", str(directory)],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def test_every_workspace_is_pictured_in_both_themes(tmp_path):
    result = take(tmp_path / "pictures")
    assert result.returncode == 0, result.stderr
    files = sorted(file.name for file in (tmp_path / "pictures").iterdir())
    stills = sorted(f"{key}-{theme}.png" for key in KEYS for theme in ("dark", "light"))
    assert files == sorted([*stills, ANIMATION])
    for name in stills:
        image = QImage(str(tmp_path / "pictures" / name))
        assert image.size().toTuple() == (1280, 720)
        is_dark = image.pixelColor(640, 715).lightness() < 128
        assert is_dark == name.endswith("dark.png")
    check_animation(tmp_path / "pictures" / ANIMATION)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="needs a path that is a file")
def test_a_place_that_cannot_be_written_to_is_one_sentence():
    result = take(Path("/dev/null/pictures"))
    assert result.returncode == 1
    assert "/dev/null/pictures" in result.stderr
    assert "Traceback" not in result.stderr


def check_animation(file: Path) -> None:
    """It shows a digit being drawn and windows being stepped through, for a few seconds, again."""
    with Image.open(file) as animation:
        assert animation.info["loop"] == 0
        assert animation.n_frames > 20  # type: ignore[attr-defined]
        durations = [frame.info["duration"] for frame in ImageSequence.Iterator(animation)]
    assert 6000 <= sum(durations) <= 9000
    assert file.stat().st_size < 1_500_000
