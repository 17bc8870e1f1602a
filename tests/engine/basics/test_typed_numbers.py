"""Numbers as people type them: the same in every locale, or refused in words."""

import math
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.basics.errors import DataError
from engine.basics.typed_numbers import (
    AmbiguousNumberError,
    decimal_separator,
    read_number,
    read_whole_number,
    typed_text,
)

READ = {
    "1e-3": 0.001,
    "5E-4": 0.0005,
    "0.05": 0.05,
    "0,05": 0.05,
    ".05": 0.05,
    ",05": 0.05,
    "5.": 5.0,
    "5,": 5.0,
    "-3": -3.0,
    "−3": -3.0,
    "- 3": None,
    "+2": 2.0,
    "1/3": 1 / 3,
    "1 / 4": 0.25,
    "-1/0,5": -2.0,
    "1 000": 1000.0,
    "1\N{THIN SPACE}000\N{THIN SPACE}000": 1e6,
    "1'000": 1000.0,
    "1,000,000": 1e6,
    "1.000.000": 1e6,
    "1,234.5": 1234.5,
    "1.234,5": 1234.5,
    "0.125": 0.125,
    "0,125": 0.125,
    "1234.567": 1234.567,
    "1.125e-3": 0.001125,
    "1.23·10⁻⁷": 1.23e-7,
    "1.5·10^3": 1500.0,
    "2 × 10³": 2000.0,
    "٠٫٠٥": 0.05,
    "１２": 12.0,
    "1,000": AmbiguousNumberError,
    "1.000": AmbiguousNumberError,
    "-12.345": AmbiguousNumberError,
    "1e": None,
    "": None,
    "  ": None,
    "abc": None,
    "1 2": None,
    "1 00": None,
    "1,00,000": None,
    "1.2.3": None,
    "1,,5": None,
    "1_000": None,
    "--1": None,
    ".": None,
    "-": None,
    "/2": None,
    "1/": None,
    "1/0": None,
    "1/2/3": None,
    "nan": None,
    "inf": None,
    "1e999": None,
    "1e9999999": None,
    "0x10": None,
    "5 %": None,
    "9" * 500: None,
}


@pytest.mark.parametrize("text", READ)
def test_a_number_is_read_as_it_was_meant_or_refused(text):
    expected = READ[text]
    if isinstance(expected, float):
        assert read_number(text) == pytest.approx(expected, rel=1e-15)
        return
    with pytest.raises(expected or DataError) as refusal:
        read_number(text)
    assert str(refusal.value).endswith(".")
    assert len(str(refusal.value)) < 200


@pytest.mark.parametrize(
    ("text", "meanings"),
    [
        ("1,000", ("1000", "1")),
        ("1.500", ("1500", "1.5")),
        ("-2,250", ("-2250", "-2.25")),
        ("1,125", ("1125", "1.125")),
        ("123.456", ("123456", "123.456")),
    ],
)
def test_both_readings_of_an_ambiguous_number_are_named_and_how_to_type_each(text, meanings):
    with pytest.raises(AmbiguousNumberError) as refusal:
        read_number(text)
    sentence = str(refusal.value)
    assert sentence.startswith(f"“{text}” can mean {meanings[0]} or {meanings[1]}. Type ")
    offered = re.search(r"Type (\S+) for the first, (\S+) for the second\.$", sentence)
    assert offered is not None
    assert [read_number(one) for one in offered.groups()] == [float(one) for one in meanings]


def test_a_separator_that_is_known_decides():
    assert read_number("1.125", decimal=".") == 1.125
    assert read_number("1,125", decimal=".") == 1125.0
    assert read_number("1,125", decimal=",") == 1.125


@pytest.mark.parametrize(
    ("text", "expected"),
    [("60000", 60000), ("60,000", 60000), ("60.000", 60000), ("60 000", 60000), ("6e4", 60000)],
)
def test_where_a_whole_number_is_wanted_one_separator_groups(text, expected):
    assert read_whole_number(text) == expected


@pytest.mark.parametrize("text", ["1.5", "0,5", "1/3", "1,2345"])
def test_a_fraction_is_no_whole_number(text):
    with pytest.raises(DataError, match="whole number"):
        read_whole_number(text)


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_what_is_written_is_read_back(value):
    assert read_number(typed_text(value)) == value


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1000, "1000"),
        (1.125, "1.1250"),
        (0.125, "0.125"),
        (-1.125, "-1.1250"),
        (1e-5, "0.00001"),
        (1.25e-7, "0.000000125"),
        (1e-12, "1e-12"),
        (2.5e20, "2.5e20"),
        (float("nan"), "nan"),
    ],
)
def test_numbers_are_written_so_that_they_cannot_be_meant_in_two_ways(value, text):
    assert typed_text(value) == text


@pytest.mark.parametrize(
    ("texts", "separator"),
    [
        (["1.125", "0.5"], "."),
        (["1,125", "0,5"], ","),
        (["1.125", "2"], ""),
        (["1.125", "0,5", "0.5"], ""),
        (["1.234,5"], ","),
        (["1,000,000"], "."),
        (["٠٫٥"], "."),
        ([], ""),
    ],
)
def test_numbers_say_together_what_stands_before_their_decimals(texts, separator):
    assert decimal_separator(texts) == separator


@given(st.text(max_size=40))
def test_any_text_is_a_finite_number_or_refused(text):
    try:
        value = read_number(text)
    except DataError:
        return
    assert math.isfinite(value)
