"""The files that version 0.1.0 wrote, and what it found in them."""

import json
from pathlib import Path
from typing import Any

import pytest

FOLDER = Path(__file__).parent / "fixtures" / "first_version"


def expected(part: str) -> Any:
    """What version 0.1.0 found in one part of the files."""
    return json.loads((FOLDER / "expected.json").read_text(encoding="utf-8"))[part]


def check(found: Any, wanted: Any, where: str = "") -> None:
    """Compare facts: floats nearly, and a table may have entries that it did not have then.

    The version of a format may be a later one.
    """
    if isinstance(wanted, dict):
        assert isinstance(found, dict), where
        assert wanted.keys() <= found.keys(), where
        for name, value in wanted.items():
            if name == "version":
                assert found[name] >= value, where
            else:
                check(found[name], value, f"{where}/{name}")
    elif isinstance(wanted, list):
        assert isinstance(found, (list, tuple)), where
        assert len(found) == len(wanted), where
        for number, (one, value) in enumerate(zip(found, wanted, strict=True)):
            check(one, value, f"{where}/{number}")
    elif isinstance(wanted, float):
        assert found == pytest.approx(wanted, rel=1e-3, abs=1e-4), where
    else:
        assert found == wanted, where
        assert isinstance(found, bool) == isinstance(wanted, bool), where
