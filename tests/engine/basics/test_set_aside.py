"""What is damaged is put out of the way under another name; what may be whole is left alone."""

import pytest

from engine.basics.errors import DataError, ModelFileError, NewerFileError
from engine.basics.set_aside import is_set_aside, set_aside


def test_a_damaged_file_is_renamed_and_said(tmp_path):
    path = tmp_path / "a.json"
    path.write_text("{")
    sentence = set_aside(path, DataError("It is no JSON."))
    assert sentence == "a.json: It is no JSON. It is kept as a.json.unreadable."
    assert (tmp_path / "a.json.unreadable").read_text() == "{"
    assert not path.exists()


def test_a_second_one_does_not_take_the_place_of_the_first(tmp_path):
    for content in ("first", "second"):
        (tmp_path / "a").write_text(content)
        set_aside(tmp_path / "a", DataError("No."))
    kept = {path.name: path.read_text() for path in tmp_path.iterdir()}
    assert kept == {"a.unreadable": "first", "a.unreadable-2": "second"}
    assert all(map(is_set_aside, tmp_path.iterdir()))
    assert not is_set_aside(tmp_path / "a")


def of_the_system():
    error = DataError("It cannot be read.")
    error.__cause__ = PermissionError(13, "Permission denied")
    outer = ModelFileError("Not now.")
    outer.__cause__ = error
    return outer


@pytest.mark.parametrize("error", [NewerFileError("Newer."), of_the_system()])
def test_what_may_be_whole_is_left_where_it_is(tmp_path, error):
    (tmp_path / "a").write_text("x")
    assert set_aside(tmp_path / "a", error) == f"a: {error}"
    assert [path.name for path in tmp_path.iterdir()] == ["a"]


def test_what_is_gone_is_said_without_more(tmp_path):
    assert set_aside(tmp_path / "a", DataError("No.")) == "a: No."
