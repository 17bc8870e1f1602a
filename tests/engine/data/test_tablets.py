"""What tablets make of strokes: hooks, two beginnings, few points, gaps, grids and stray dots."""

import numpy as np
import pytest

from engine.data.generated import tablets

LINE = np.column_stack((np.full(41, 50.0), np.linspace(0, 100, 41)))
BAR = np.column_stack((np.linspace(20, 80, 13), np.full(13, 50.0)))


@pytest.fixture
def rng():
    return np.random.default_rng(11)


def always(monkeypatch, name):
    monkeypatch.setattr(tablets, name, 1.0)


def never(monkeypatch):
    for name in ("FLICKS", "BEGUN_TWICE", "LIFTS", "COARSE", "TOUCHES"):
        monkeypatch.setattr(tablets, name, 0.0)


def test_what_happens_now_and_then_mostly_leaves_a_stroke_as_it_is(monkeypatch, rng):
    never(monkeypatch)
    assert tablets.flicked(LINE, rng) is LINE
    assert tablets.begun_twice(LINE, rng) is LINE
    strokes = [LINE, BAR]
    for change in (tablets.lifted, tablets.on_grid, tablets.touched):
        assert change(strokes, rng) is strokes


def test_a_hook_is_one_more_point_near_each_end(monkeypatch, rng):
    always(monkeypatch, "FLICKS")
    hooked = tablets.flicked(LINE, rng)
    assert len(hooked) == len(LINE) + 2
    assert np.array_equal(hooked[1:-1], LINE)
    for tick, tip in ((hooked[0], LINE[0]), (hooked[-1], LINE[-1])):
        assert 2 <= np.hypot(*(tick - tip)) <= 9


def test_a_stroke_begun_twice_runs_back_along_its_first_part(monkeypatch, rng):
    always(monkeypatch, "BEGUN_TWICE")
    twice = tablets.begun_twice(LINE, rng)
    extra = twice[: -len(LINE)]
    assert np.array_equal(twice[len(extra) :], LINE)
    assert 2 <= len(extra) <= 0.35 * len(LINE)
    assert (np.diff(extra[:, 1]) < 0).all()  # upwards, where the line goes down
    assert np.abs(extra - LINE[: len(extra)][::-1]).max() < 8


def test_fewer_points_keep_both_ends_and_the_order(rng):
    counts = set()
    for _ in range(60):
        for before, after in zip([LINE, BAR], tablets.sampled([LINE, BAR], rng), strict=True):
            assert np.array_equal(after[[0, -1]], before[[0, -1]])
            places = [np.flatnonzero((before == point).all(1))[0] for point in after]
            assert places == sorted(set(places))
            assert len(after) >= 4
            counts.add(len(after))
    assert min(counts) <= 8
    assert len(LINE) in counts


def test_a_pen_that_loses_contact_leaves_a_gap_in_the_longest_stroke(monkeypatch, rng):
    always(monkeypatch, "LIFTS")
    first, second, bar = tablets.lifted([LINE, BAR], rng)
    assert bar is BAR
    assert np.array_equal(np.vstack((first, second)), LINE)
    assert first[-1, 1] < second[0, 1]


def test_points_on_a_grid_are_few_different_ones(monkeypatch, rng):
    always(monkeypatch, "COARSE")
    slanted = LINE + np.column_stack((LINE[:, 1] * 0.37, np.zeros(len(LINE))))
    (coarse,) = tablets.on_grid([slanted], rng)
    columns = np.unique(coarse[:, 0])
    cell = np.diff(columns).min()
    assert 100 / 70 <= cell <= 100 / 24
    assert np.allclose(coarse / cell, np.rint(coarse / cell))
    assert np.abs(coarse - slanted).max() <= cell / 2 + 1e-9


def test_a_touch_by_mistake_is_a_dot_near_the_digit(monkeypatch, rng):
    always(monkeypatch, "TOUCHES")
    for _ in range(30):
        line, bar, dot = tablets.touched([LINE, BAR], rng)
        assert line is LINE
        assert bar is BAR
        assert np.ptp(dot, axis=0).max() < 6
        assert (dot[0] >= (17, -5)).all()
        assert (dot[0] <= (83, 105)).all()


def test_short_strokes_are_neither_cut_nor_hooked(monkeypatch, rng):
    for name in ("FLICKS", "BEGUN_TWICE", "LIFTS"):
        always(monkeypatch, name)
    short = LINE[:4]
    assert tablets.flicked(short, rng) is short
    assert tablets.begun_twice(short, rng) is short
    assert tablets.lifted([short], rng)[0] is short
