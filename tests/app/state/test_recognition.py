"""What Draw makes of answers: sure, not sure, and no digit at all."""

import dataclasses

import numpy as np
import pytest

from app.draw.probability_bars import Answer
from app.look.assets import asset
from app.state.networks import NetworkHolder
from app.state.recognition import Recognition, recognise
from engine.ink.preprocess import prepare
from engine.ink.rendering import Stroke, render
from engine.networks.calibration import Calibration

SEVEN = render([Stroke(((80, 80), (200, 80), (150, 210)), 18)])
CROSS = render([Stroke(((80, 60), (200, 220)), 16), Stroke(((200, 60), (80, 220)), 16)])


def shares(**given: float) -> np.ndarray:
    probabilities = np.zeros(10)
    for name, share in given.items():
        probabilities[int(name[1:])] = share
    return probabilities


@pytest.fixture
def networks(qapp):
    holder = NetworkHolder()
    holder.load_bundled()
    return holder


def with_calibration(networks, **changes):
    networks.set_record(dataclasses.replace(networks.record, calibration=Calibration(**changes)))


def test_a_probable_answer_is_given_without_a_word():
    sure = Recognition(prepare(SEVEN), shares(d7=0.97, d1=0.03))
    assert (sure.answer, sure.doubt) == (7, "")


def test_an_uncertain_answer_names_the_next_one():
    unsure = Recognition(prepare(SEVEN), shares(d4=0.55, d9=0.44, d7=0.01))
    assert (unsure.answer, unsure.doubt) == (4, "Not sure: 4 or 9")


def test_what_is_no_digit_has_no_answer():
    scribble = Recognition(prepare(SEVEN), shares(d8=0.99, d3=0.01), is_digit=False)
    assert (scribble.answer, scribble.doubt) == (None, "Looks like no digit")


def test_a_blank_sheet_is_no_digit(networks):
    blank = recognise(np.zeros((280, 280), np.float32), networks)
    assert (blank.answer, blank.doubt) == (None, "")


def test_the_temperature_reaches_the_answer(networks):
    with_calibration(networks, temperature=1.0)
    plain = recognise(SEVEN, networks)
    with_calibration(networks, temperature=10.0)
    hot = recognise(SEVEN, networks)
    assert plain.answer == 7
    assert plain.probabilities is not None
    assert hot.probabilities is not None
    assert hot.probabilities.argmax() == 7
    assert hot.probabilities[7] < plain.probabilities[7]


def test_a_digit_that_the_network_is_unsure_of_is_a_digit_all_the_same(networks):
    with_calibration(networks, temperature=100.0)
    unsure = recognise(SEVEN, networks)
    assert unsure.answer == 7
    assert unsure.doubt.startswith("Not sure: 7 or ")
    assert unsure.hint == ""


def test_a_cross_is_no_digit_whatever_reads_it_and_the_nearest_one_is_named(networks):
    found = recognise(CROSS, networks)
    assert (found.answer, found.doubt) == (None, "Looks like no digit")
    assert found.probabilities is not None
    assert found.hint == f"The nearest digit is {found.probabilities.argmax()}."
    networks.open(asset("models", "dense.safetensors"))
    assert recognise(CROSS, networks).answer is None


def test_a_network_without_a_record_is_asked_as_it_is(networks):
    networks.set_network(networks.network, None)
    expected = networks.network.predict_proba(prepare(SEVEN).image[None, None])[0]
    assert recognise(SEVEN, networks).probabilities == pytest.approx(expected, abs=1e-6)


def test_the_doubt_stands_where_the_probability_stood(qtbot):
    answer = Answer()
    qtbot.addWidget(answer)
    shares = np.full(10, 0.01)
    shares[[4, 9]] = 0.55, 0.37
    answer.show_recognition(Recognition(None, shares))
    assert (answer.text, answer.words) == ("4", "Not sure: 4 or 9")
    answer.show_recognition(Recognition(None, shares, is_digit=False))
    assert (answer.text, answer.words) == ("", "Looks like no digit")
    shares[4] = 0.97
    answer.show_recognition(Recognition(None, shares))
    assert answer.words == "97.0\N{NO-BREAK SPACE}%"
    answer.show_recognition(Recognition(None))
    assert answer.words == "nothing drawn"


@pytest.mark.parametrize("weight", [np.nan, np.inf, -np.inf, 3e38])
def test_a_network_that_gives_no_finite_numbers_has_no_answer_and_says_why(networks, weight):
    for array in networks.network.arrays():
        array[...] = weight
    with np.errstate(all="ignore"):
        known = recognise(SEVEN, networks)
    assert (known.answer, known.probabilities) == (None, None)
    assert "LeNet-5 gives values that are no finite numbers" in known.problem
