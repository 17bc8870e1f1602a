"""Settings: what was written is read again in its type; nonsense reads as the default."""

import pytest

from app.state.settings import (
    LAST_FOLDER,
    PEN_WIDTH,
    SCALE,
    THEME,
    WINDOW_GEOMETRY,
    Setting,
    Settings,
)


def test_every_type_survives_a_restart(tmp_path):
    path = tmp_path / "settings.ini"
    first = Settings(path)
    flag, count = Setting("test/flag", default=False), Setting("test/count", 3)
    first.set(THEME, "dark")
    first.set(SCALE, 1.5)
    first.set(WINDOW_GEOMETRY, b"\x00\x01\xff")
    first.set(flag, True)
    first.set(count, 7)
    first.save()
    second = Settings(path)
    assert second.get(THEME) == "dark"
    assert second.get(SCALE) == 1.5
    assert second.get(WINDOW_GEOMETRY) == b"\x00\x01\xff"
    assert second.get(flag) is True
    assert second.get(count) == 7


def test_what_was_never_written_is_the_default(settings):
    assert settings.get(LAST_FOLDER) == ""
    assert settings.get(WINDOW_GEOMETRY) == b""


@pytest.mark.parametrize("stored", ["", "wide", "nan", "-3", "1e99"])
def test_a_value_that_makes_no_sense_reads_as_the_default(tmp_path, stored):
    path = tmp_path / "settings.ini"
    path.write_text(f"[draw]\npen_width={stored}\n[look]\ntheme=sepia\n[window]\ngeometry=5\n")
    settings = Settings(path)
    assert settings.get(PEN_WIDTH) == PEN_WIDTH.default
    assert settings.get(THEME) == "system"
    assert settings.get(WINDOW_GEOMETRY) == b""


def test_a_file_that_is_no_settings_file_gives_defaults(tmp_path):
    path = tmp_path / "settings.ini"
    path.write_bytes(bytes(range(256)) * 10)
    assert Settings(path).get(SCALE) == 1.0
