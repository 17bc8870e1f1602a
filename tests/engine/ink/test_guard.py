"""The guard: what it doubts, where its limit lies, and which files are guards."""

import dataclasses

import numpy as np
import pytest

from app.look.assets import asset
from app.state.guard import BUNDLED_GUARD, bundled_guard
from engine.basics.errors import DataError, EngineError
from engine.data.generated.digits import digit_drawing
from engine.data.generated.scribbles import scribble
from engine.ink.drawings import Stroke
from engine.ink.guard import LIMIT, REFUSED, doubts, guard_stack, limit_of_doubt, load_guard
from engine.ink.plausibility import looks_like_digit, nearest_words
from engine.ink.preprocess import Steps, prepare
from engine.ink.rendering import render
from engine.networks.model_file import load_model, save_model
from engine.networks.network import Sequential

CROSS = (Stroke(((80, 60), (200, 220)), 16), Stroke(((200, 60), (80, 220)), 16))
SEVEN = (Stroke(((80, 80), (200, 80), (150, 210)), 18),)


class Fixed(Sequential):
    """A network that always answers with the same scores."""

    def __init__(self, scores):
        super().__init__(guard_stack(), np.random.default_rng(0))
        self.scores = np.array([scores], np.float32)

    def logits(self, images):
        return np.repeat(self.scores, len(images), axis=0)


def test_the_doubt_is_the_log_odds_of_no_digit():
    scores = [0.5, -1, 2, 0, 0, 1, 0.2, 0.1, -3, 4, 3]
    odds = np.exp(3) / np.exp(scores[:10]).sum()
    images = np.zeros((2, 1, 28, 28), np.float32)
    assert doubts(Fixed(scores), images) == pytest.approx([np.log(odds)] * 2, abs=1e-5)


def test_the_limit_holds_for_every_set_of_digits():
    first, second = np.arange(2000.0), np.arange(500.0) + 1700
    limit = limit_of_doubt([first, second])
    assert limit == 2199
    assert (first > limit).mean() <= REFUSED
    assert limit_of_doubt([first]) == 1998


def test_the_bundled_guard_is_small_and_says_how_it_was_made():
    path = asset(*BUNDLED_GUARD)
    assert path.stat().st_size <= 150_000
    model = load_model(path)
    assert model.network.parameter_count <= 30_000
    assert model.record is not None
    assert model.record.command.startswith("cnnviz train --guard --data DIR")
    assert isinstance(model.record.settings[LIMIT], float)
    assert max(model.record.settings["held_out_digits_refused"].values()) <= REFUSED
    assert bundled_guard() is bundled_guard()


def test_another_network_is_no_guard():
    with pytest.raises(DataError, match="no guard"):
        load_guard(asset("models", "lenet5.safetensors"))


def test_a_guard_without_a_limit_is_none(tmp_path):
    path = tmp_path / "guard.safetensors"
    save_model(path, Sequential(guard_stack(), np.random.default_rng(0)))
    with pytest.raises(DataError, match="a limit"):
        load_guard(path)


def test_a_missing_guard_leaves_the_measures(tmp_path):
    with pytest.raises(EngineError):
        load_guard(tmp_path / "none.safetensors")
    assert looks_like_digit(prepare(render(CROSS)), None)
    assert not looks_like_digit(prepare(render([Stroke(((140, 140),), 18)])), None)


def test_a_cross_is_no_digit_and_a_seven_is_one():
    guard = bundled_guard()
    assert guard is not None
    assert not looks_like_digit(prepare(render(CROSS)), guard)
    assert looks_like_digit(prepare(render(SEVEN)), guard)


def test_most_scribbles_are_told():
    guard, rng = bundled_guard(), np.random.default_rng(19)
    kinds = ("zigzag", "scrawl", "star", "two digits, side by side", "cross +", "A", "M", "W")
    pictures = [prepare(render(scribble(kind, rng))) for kind in kinds for _ in range(8)]
    told = [not looks_like_digit(one, guard) for one in pictures]
    assert np.mean(told) > 0.7


@pytest.mark.parametrize("kind", ["square", "triangle", "U"])
def test_most_figures_that_resemble_digits_are_told(kind):
    guard, rng = bundled_guard(), np.random.default_rng(29)
    pictures = [prepare(render(scribble(kind, rng))) for _ in range(24)]
    assert np.mean([not looks_like_digit(one, guard) for one in pictures]) > 0.5


def test_digits_pass():
    guard, rng = bundled_guard(), np.random.default_rng(23)
    pictures = [prepare(render(digit_drawing(index % 10, rng))) for index in range(60)]
    assert all(looks_like_digit(one, guard) for one in pictures)


def test_steps_that_are_left_out_change_nothing_about_what_is_drawn():
    guard = bundled_guard()
    corner = (Stroke(((10, 10), (60, 70)), 8), Stroke(((60, 10), (10, 70)), 8))
    none = Steps(crop=False, scale=False, centre=False)
    assert not looks_like_digit(prepare(render(corner), none), guard)
    small = (Stroke(((10, 10), (50, 10), (35, 60)), 8),)
    assert looks_like_digit(prepare(render(small), none), guard)


def test_the_nearest_digit_is_named():
    assert nearest_words(np.eye(10)[7]) == "The nearest digit is 7."


def test_a_limit_of_another_kind_is_refused(tmp_path):
    model = load_model(asset(*BUNDLED_GUARD))
    assert model.record is not None
    settings = model.record.settings | {LIMIT: "much"}
    path = tmp_path / "guard.safetensors"
    save_model(path, model.network, dataclasses.replace(model.record, settings=settings))
    with pytest.raises(DataError, match="a limit"):
        load_guard(path)
