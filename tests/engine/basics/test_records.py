"""JSON of ours is read within limits, and every field is of its type or refused in a sentence."""

import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.basics.errors import DataError
from engine.basics.records import MOST_DEPTH, Record, parse_json, quoted, read_json_file

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4)
    ),
    max_leaves=12,
)
REFUSED: dict[str, str | bytes] = {
    "nothing": "",
    "no JSON": "{",
    "not a number": "[NaN]",
    "infinite": "[-Infinity]",
    "beyond a float": "[1e999]",
    "beyond 64 bits": f"[{2**63}]",
    "a thousand digits": "[" + "9" * 1000 + "]",
    "deep": "[" * 100_000 + "]" * 100_000,
    "deep but readable": "[" * (MOST_DEPTH + 1) + "]" * (MOST_DEPTH + 1),
    "deep objects": '{"a":' * 50_000 + "1" + "}" * 50_000,
    "other bytes": b"\xff\xfe\x00",
}
READERS = ("text", "whole", "number", "flag", "items")


@pytest.mark.parametrize("kind", REFUSED)
def test_a_text_beyond_the_limits_is_refused_in_a_sentence(kind):
    with pytest.raises(DataError, match=r"^The file .*\.$") as refusal:
        parse_json(REFUSED[kind], "The file")
    assert len(str(refusal.value)) < 300


def test_too_many_bytes_are_refused_before_they_are_read(tmp_path):
    path = tmp_path / "large.json"
    path.write_text("[" + "0," * 2_000_000 + "0]")
    with pytest.raises(DataError, match="larger than 1 MiB"):
        read_json_file(path, "The run file", most_bytes=2**20)
    with pytest.raises(DataError, match="cannot be read"):
        read_json_file(tmp_path / "none.json", "The run file")
    with pytest.raises(DataError, match="cannot be read"):
        read_json_file(tmp_path, "The run file")


@given(JSON)
def test_any_json_is_read_as_python_reads_it_or_refused(data):
    text = json.dumps(data)
    try:
        found = parse_json(text, "It")
    except DataError:
        return
    assert found == json.loads(text)


@given(JSON, st.sampled_from(READERS))
def test_a_field_is_of_its_type_or_refused(value, reader):
    record = Record({"field": value}, "It")
    try:
        found = getattr(record, reader)("field")
    except DataError as error:
        refusal = str(error)
    else:
        refusal = ""
        assert found == value
        types = {"text": str, "whole": int, "number": float, "flag": bool, "items": list}
        assert type(found) is types[reader]
        assert not isinstance(found, float) or math.isfinite(found)
    assert len(refusal) < 400


@pytest.mark.parametrize("reader", READERS)
def test_a_field_that_is_missing_has_its_default_or_is_named(reader):
    record = Record({"other": 1, "nothing": None}, "The run")
    default = object()
    assert getattr(record, reader)("field", default) is default
    assert getattr(record, reader)("nothing", default) is default
    with pytest.raises(DataError, match="The run has no “field”"):
        getattr(record, reader)("field")


def test_numbers_are_within_their_range():
    record = Record({"epochs": 5, "rate": 0.5}, "The run")
    assert record.whole("epochs", least=1, most=5) == 5
    assert record.number("rate", least=0, most=0.5) == 0.5
    with pytest.raises(DataError, match="“epochs” must be from 6 to 9; it is 5"):
        record.whole("epochs", least=6, most=9)
    with pytest.raises(DataError, match="“rate” must be from 1 to 2"):
        record.number("rate", least=1, most=2)


def test_what_is_within_is_read_likewise():
    record = Record({"layers": [{"kind": "a"}, 3], "names": ["x", 1], "at": {"x": 1}}, "The stack")
    layers = record.records("layers")
    assert next(layers).text("kind") == "a"
    with pytest.raises(DataError, match="The stack, layers 2 must be an object"):
        next(layers)
    with pytest.raises(DataError, match="“names” must be a text; it is 1"):
        record.texts("names")
    assert record.record("at").whole("x") == 1
    assert record.record("none").data == {}
    assert record.numbers("none") == []
    with pytest.raises(DataError, match="must be one of b, c; it is 'a'"):
        Record({"kind": "a"}, "It").one_of("kind", ("b", "c"))


def test_a_message_quotes_no_more_than_it_must():
    assert quoted("x" * 10**6) == "x" * 199 + "…"
    assert quoted(["line\nbreak"]) == "['line\\nbreak']"
