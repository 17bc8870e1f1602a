"""Numbers and sentences as printed: whole, rounded, and honest about it."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.basics.numbers import full_text, show
from engine.traces import Conv2dCase, Conv2dForward, plain, sentence


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0"),
        (-0.0, "0"),
        (-4.0, "−4"),
        (61706.0, "61706"),
        (0.5, "0.5"),
        (-0.125, "−0.125"),
        (1 / 3, "0.333"),
        (12.3456, "12.35"),
        (1234.5678, "1234.6"),
        (0.00123456, "0.00123"),
        (1.5e-7, "1.5·10⁻⁷"),
        (2.5e12, "2.5·10¹²"),
        (float("inf"), "∞"),
        (float("nan"), "NaN"),
    ],
)
def test_numbers_as_printed(value, text):
    assert show(value).text == text


def test_negative_factors_stand_in_parentheses():
    assert show(-1.0).factor_text == "(−1)"
    assert show(1.0).factor_text == "1"


@given(st.floats(-1e6, 1e6))
def test_what_is_shown_is_exactly_what_its_text_says(value):
    shown = show(value)
    if "·" not in shown.text:
        assert Fraction(shown.text.replace("−", "-")) == shown.value
    assert abs(float(shown.value) - value) <= 0.006 * max(abs(value), 1e-9) + 1e-12


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_full_text_loses_nothing(value):
    assert float(full_text(value)) == value


def one_window(image, kernel, bias=0.0):
    trace = Conv2dForward(
        Conv2dCase(np.array(image)[np.newaxis], np.array(kernel)[np.newaxis, np.newaxis], [bias])
    )
    return plain(sentence(trace[0], trace.target.role))


def test_decimals_that_add_up_as_printed_have_an_equals_sign():
    assert one_window([[0.1, 0.2]], [[1, 1]]) == "0.1·1 + 0.2·1 + bias 0 = 0.3"
    assert one_window([[0.5, 2]], [[0.5, -3]], -1) == "0.5·0.5 + 2·(−3) + bias (−1) = −6.75"


def test_rounded_terms_that_do_not_add_up_have_an_approximate_sign():
    assert one_window([[1 / 3, 1 / 3]], [[2, 1]]) == "0.333·2 + 0.333·1 + bias 0 ≈ 1"


def test_terms_that_are_zero_are_marked_as_quiet():
    trace = Conv2dForward(Conv2dCase(np.ones((1, 1, 2)), np.array([0, 3]).reshape(1, 1, 1, 2)))
    (clause,) = sentence(trace[0], trace.target.role)
    quiet = {token.text for token in clause if token.is_quiet}
    assert quiet == {"1", "·", "0"}
    assert [token.text for token in clause if token.role == "kernel"] == ["0", "3", "bias", "0"]
