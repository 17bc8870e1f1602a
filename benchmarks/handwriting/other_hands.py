"""Digits by other hands than those that train: built from arcs and lines, not from drawn examples.

The generator (``engine.data.generated.digits``) bends drawings that people made; a network that
learnt from it has seen its habits. Here every digit is a formula with proportions, angles and
endings of its own, drawn within wide limits: what is read well here was not learnt by heart. No
training may use it.

A digit is a list of strokes, each ``(points, 2)``; it is about 1 high, ``x`` around 0, ``y`` down.
Angles are in degrees, 0 to the right and 90 down, so that a positive sweep runs clockwise.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Path = NDArray[np.float64]
Paths = list[Path]
Place = tuple[float, float]

_WHOLE_TURN = 360.0


def written(digit: int, hand: Hand) -> Paths:
    """The digit by a hand of random proportions, slant and steadiness."""
    paths = [even(path, max(6, int(60 * length(path)))) for path in DIGITS[digit](hand)]
    frequency = hand.rng.normal(0, 1.6 * math.pi, (2, 2))
    phase, swing = hand.rng.uniform(0, 2 * math.pi, 2), hand.between(0.005, 0.035)
    bend = hand.rng.normal(0, swing, (2, 2))
    wide, slant, turn = (
        0.85 * math.exp(hand.about(0, 0.2)),
        hand.about(0.15, 0.2),
        hand.about(0, 0.09),
    )
    lean = np.array(((wide, 0), (-slant * wide, 1))) @ turned(turn)
    tremor = hand.between(0, 0.018)
    shaken = []
    for number, path in enumerate(paths):
        bent = path + np.sin(path @ frequency + phase) @ bend
        shaky = (bent - (0, 0.5)) @ lean + rounded(hand.rng.normal(0, tremor, path.shape), 3)
        shaken.append(shaky + hand.rng.normal(0, 0.02, 2) if number else shaky)
    return shaken


class Hand:
    """Where a hand's chance comes from."""

    def __init__(self, rng: np.random.Generator) -> None:
        self.rng = rng

    def between(self, low: float, high: float) -> float:
        return float(self.rng.uniform(low, high))

    def about(self, mean: float, spread: float) -> float:
        """Normal, at most two spreads away."""
        return mean + spread * float(np.clip(self.rng.standard_normal(), -2, 2))

    def chance(self, share: float) -> bool:
        return bool(self.rng.random() < share)


# Arcs, lines, and what joins them


def arc(
    centre: Place, radii: Place, start: float, sweep: float, grow: float = 1.0, points: int = 36
) -> Path:
    """Part of an ellipse, whose radii grow to ``grow`` times themselves on the way."""
    angle = np.radians(np.linspace(start, start + sweep, points))
    size = np.linspace(1, grow, points)
    x = centre[0] + radii[0] * size * np.cos(angle)
    return np.column_stack((x, centre[1] + radii[1] * size * np.sin(angle)))


def line(start: object, end: object, bow: float = 0.0, points: int = 14) -> Path:
    """A straight line, or one that swings out by ``bow`` of its length."""
    a, b = np.asarray(start, float), np.asarray(end, float)
    t = np.linspace(0, 1, points)[:, None]
    across = np.array((a[1] - b[1], b[0] - a[0]))
    path: Path = a + (b - a) * t + across * (bow * 4) * t * (1 - t)
    return path


def curve(start: object, first: object, second: object, end: object, points: int = 20) -> Path:
    """A cubic Bézier curve."""
    t = np.linspace(0, 1, points)[:, None]
    a, b, c, d = (np.asarray(place, float) for place in (start, first, second, end))
    path: Path = (1 - t) ** 3 * a + 3 * (1 - t) ** 2 * t * b + 3 * (1 - t) * t * t * c + t**3 * d
    return path


def onward(path: Path, end: object, pull: float = 0.35, arriving_from: object = None) -> Path:
    """The path, and a curve from its end, in its direction, to ``end``."""
    last, goal = path[-1], np.asarray(end, float)
    reach = float(np.hypot(*(goal - last))) * pull
    before = goal - (goal - last) * pull if arriving_from is None else arriving_from
    return join(path, curve(last, last + heading(path) * reach, before, goal))


def place(x: float, y: float) -> NDArray[np.float64]:
    return np.array((x, y))


def join(*paths: Path) -> Path:
    return np.vstack(paths)


def heading(path: Path, *, at_start: bool = False) -> NDArray[np.float64]:
    """Direction of the first or last step, of length 1."""
    step = path[1] - path[0] if at_start else path[-1] - path[-2]
    direction: NDArray[np.float64] = step / (np.hypot(*step) + 1e-9)
    return direction


def rounded(path: Path, times: float) -> Path:
    """Corners cut: each time every point moves halfway to the middle of its neighbours."""
    path = path.copy()
    for _ in range(int(times)):
        path[1:-1] = (path[:-2] + 2 * path[1:-1] + path[2:]) / 4
    return path


def length(path: Path) -> float:
    return float(np.hypot(*np.diff(path, axis=0).T).sum())


def even(path: Path, points: int) -> Path:
    """So many points at equal distances along the path."""
    way = np.append(0, np.hypot(*np.diff(path, axis=0).T).cumsum())
    at = np.linspace(0, way[-1], points)
    return np.column_stack([np.interp(at, way, values) for values in path.T])


def turned(angle: float) -> NDArray[np.float64]:
    """The matrix that turns rows by ``angle``, in radians."""
    return np.array(
        ((math.cos(angle), math.sin(angle)), (-math.sin(angle), math.cos(angle))), float
    )


# The ten digits


def zero(hand: Hand) -> Paths:
    wide = hand.between(0.42, 1.05) / 2
    way = 1 if hand.chance(0.15) else -1
    sweep = way * (_WHOLE_TURN + hand.about(2, 16))
    ring = arc((0, 0.5), (wide, 0.5), hand.about(-80, 35), sweep, hand.between(0.85, 1.12), 60)
    drift = place(hand.about(0, 0.04), hand.about(0, 0.03))
    ring += np.linspace(0, 1, len(ring))[:, None] * drift
    if hand.chance(0.06):
        out = (hand.between(-0.4, 0.4) * wide, hand.between(-0.25, -0.05))
        ring = join(ring, line(ring[-1], ring[-1] + out))
    elif hand.chance(0.04):
        ring = join(ring, line(ring[-1], (hand.about(0, 0.2) * wide, hand.between(0.2, 0.45))))
    if not hand.chance(0.05):
        return [ring]
    above = (wide * hand.between(0.7, 1.2), hand.between(0, 0.15))
    return [ring, line(above, (-wide * hand.between(0.7, 1.2), hand.between(0.85, 1)))]


def one(hand: Hand) -> Paths:
    end = place(hand.about(0, 0.05), 1.0)
    stem = line((0, 0), end, hand.about(0, 0.03))
    if hand.chance(0.27):
        return [stem, _foot(hand, end[0])] if hand.chance(0.12) else [stem]
    angle, reach = math.radians(hand.between(20, 68)), hand.between(0.12, 0.8)
    if angle > math.radians(45):  # a long flat flag would make it a 7
        reach = min(reach, 0.52 / math.sin(angle))
    flag = line((-reach * math.sin(angle), reach * math.cos(angle)), (0, 0), hand.about(0, 0.07))
    paths = [join(flag, stem[1:])]
    if hand.chance(0.12):
        paths = [flag, stem + place(hand.between(-0.02, 0.06), hand.between(-0.05, 0.05))]
    if hand.chance(0.33):
        foot = _foot(hand, end[0])
        if hand.chance(0.25):
            paths[-1] = join(paths[-1], line(end, foot[0]), foot)
        else:
            paths.append(foot)
    return paths


def _foot(hand: Hand, x: float) -> Path:
    y = 1 + hand.about(0, 0.025)
    left = (x - hand.between(0.18, 0.45), y + hand.about(0, 0.03))
    return line(left, (x + hand.between(0.18, 0.45), y + hand.about(0, 0.03)))


def two(hand: Hand) -> Paths:
    radii = (hand.between(0.24, 0.38), hand.between(0.2, 0.3))
    start = hand.between(-210, -140)
    head = arc((0, radii[1]), radii, start, hand.between(20, 55) - start)
    corner = place(-hand.between(0.25, 0.45), hand.between(0.93, 1.0))
    end = place(hand.between(0.3, 0.55), 1 + hand.about(0, 0.06))
    base = hand.between(0, 1)
    if base < 0.5:  # a corner and a line
        path = onward(head, corner, hand.between(0.2, 0.4))
        return [join(path, line(corner, end, hand.about(0, 0.05))[1:])]
    if base < 0.85:  # a loop
        size = hand.between(0.06, 0.15)
        middle = (corner[0] + size * 0.6, corner[1] - size)
        foot = (middle[0] + size * hand.between(0.2, 0.8), middle[1] + size * 0.95)
        loop = arc(middle, (size * 1.1, size), 70, hand.between(190, 230), points=16)
        path = join(onward(head, foot, 0.3), loop)
        return [onward(path, end, 0.5, end - (0.25, hand.about(-0.02, 0.06)))]
    path = onward(head, corner, 0.3)  # round
    return [onward(path, end, hand.between(0.05, 0.15), end - (0.2, 0))]


def three(hand: Hand) -> Paths:
    wide, high = hand.between(0.22, 0.36), hand.between(0.19, 0.28)
    notch = place(hand.between(-0.2, 0.12), high * 2 + hand.about(0, 0.03))
    kind = hand.between(0, 1)
    if kind < 0.2:  # flat-topped
        left = (-wide * hand.between(0.8, 1.1), hand.about(0.02, 0.03))
        right = (wide * hand.between(0.8, 1.1), hand.about(0, 0.03))
        path = join(line(left, right, hand.about(0, 0.03)), line(right, notch)[1:])
    else:
        start = hand.between(-185, -115)
        head = arc((0, high), (wide, high), start, hand.between(50, 85) - start)
        path = onward(head, notch, 0.3)
    if kind > 0.85:  # with a loop in the middle
        path = join(path, arc((notch[0], notch[1] + 0.03), (0.07, 0.045), -90, -200, points=10))
    radii = (hand.between(0.28, 0.42), hand.between(0.23, 0.32))
    start = hand.between(-95, -60)
    sweep = hand.between(135, 185) - start
    belly = arc((hand.about(0.03, 0.05), 1 - radii[1]), radii, start, sweep)
    before = belly[0] - heading(belly, at_start=True) * 0.06
    return [join(path, curve(path[-1], path[-1] + (0.06, 0), before, belly[0], 8)[1:], belly[1:])]


def four(hand: Hand) -> Paths:
    left, bar_y = -hand.between(0.3, 0.45), hand.between(0.48, 0.72)
    stem_x = hand.between(0.02, 0.22)
    foot = (stem_x - hand.between(-0.03, 0.12), 1.0)
    corner = (left, bar_y + hand.about(0, 0.03))
    bar_end = (hand.between(0.25, 0.5), bar_y + hand.about(-0.02, 0.05))
    bar = line(corner, bar_end, hand.about(0, 0.04))
    start = (left + hand.between(0, 0.3), hand.between(-0.02, 0.08))
    kind = hand.between(0, 1)
    if kind < 0.5:  # open, of two strokes
        first = join(line(start, corner, hand.about(0.04, 0.06)), bar[1:])
        top = (stem_x + hand.between(0, 0.1), hand.between(0, 0.45))
        stem = line(top, foot, hand.about(0, 0.02))
        return [rounded(first, 8) if hand.chance(0.4) else first, stem]
    if kind < 0.72:  # closed, of two strokes
        tip = (stem_x + hand.between(-0.08, 0.06), hand.between(-0.02, 0.05))
        stem_y = hand.between(0, 0.2) if hand.chance(0.7) else hand.between(0.3, 0.55)
        first = join(line(tip, corner, hand.about(0, 0.03)), bar[1:])
        return [first, line((stem_x + hand.about(0.01, 0.02), stem_y), foot)]
    if kind < 0.9:  # in one pull, like lightning
        top = (stem_x + hand.between(0.05, 0.2), hand.between(0, 0.3))
        turn = (stem_x + 0.02, bar_y - hand.between(0, 0.08))
        across = line(corner, turn, hand.about(-0.03, 0.05))
        path = join(line(start, corner, 0.04), across[1:], line(turn, top)[1:])
        return [join(rounded(path, hand.between(2, 10)), line(top, foot)[1:])]
    path = join(line(bar_end, corner), line(corner, (stem_x, 0))[1:])  # from the bar's end
    return [join(path, line((stem_x, 0), (stem_x + hand.about(0, 0.03), 1))[1:])]


def five(hand: Hand) -> Paths:
    radii, x = (hand.between(0.25, 0.4), hand.between(0.22, 0.33)), -hand.between(0.2, 0.35)
    start = hand.between(-140, -95)
    centre = (x + radii[0] * hand.between(0.75, 1.0), 1 - radii[1])
    belly = arc(centre, radii, start, hand.between(125, 190) - start)
    top = hand.about(0.02, 0.03)
    corner = (x, belly[0, 1] + hand.between(0, 0.06))
    neck = line((x + hand.between(0, 0.1), top), corner, hand.about(0, 0.03))
    before = belly[0] - heading(belly, at_start=True) * 0.06
    turn = curve(corner, (x + 0.02, corner[1] - 0.01), before, belly[0], 6)
    body = join(neck, turn[1:], belly[1:])
    reach, kind = hand.between(0.25, 0.75), hand.between(0, 1)
    if kind < 0.45:  # in one pull, its last third like an S
        roof = line((neck[0, 0] + reach, top + hand.about(0, 0.05)), neck[0], hand.about(0, 0.04))
        path = join(roof, body[1:])
        if kind >= 0.3:
            return [rounded(path, hand.between(30, 90))]
        return [path if hand.chance(0.5) else rounded(path, hand.between(2, 20))]
    hat_x, hat_y = neck[0, 0] + hand.between(-0.08, 0.12), top + hand.about(-0.01, 0.04)
    hat_end = (hat_x + reach, hat_y + hand.about(-0.02, 0.05))
    body = rounded(body, hand.between(2, 25)) if hand.chance(0.4) else body
    return [body, line((hat_x, hat_y), hat_end, hand.about(0, 0.04))]


def six(hand: Hand) -> Paths:
    radii = (hand.between(0.2, 0.36), hand.between(0.17, 0.33))
    sweep = -(_WHOLE_TURN + hand.about(-15, 35))
    start = hand.between(165, 200)
    ring = arc((0, 1 - radii[1]), radii, start, sweep, hand.between(0.85, 1.02), 40)
    top = place(hand.between(-0.1, 0.4), hand.about(0, 0.02))
    before = ring[0] - heading(ring, at_start=True) * hand.between(0.1, 0.3)
    after = place(top[0] - hand.between(0.1, 0.35), hand.between(0.1, 0.35))
    stem = curve(top, after, before, ring[0], 24)
    if hand.chance(0.15):
        curl = arc((float(top[0]) + 0.02, 0.08), (0.1, 0.08), -20, -120, points=8)
        stem = join(curl, stem[1:])
    return [join(stem, ring[1:])]


def seven(hand: Hand) -> Paths:
    left = place(-hand.between(0.25, 0.42), hand.about(0.05, 0.04))
    right = place(hand.between(0.25, 0.4), hand.about(0.02, 0.04))
    roof = line(left, right, hand.about(0, 0.05))
    stem = line(right, (hand.between(-0.25, 0.15), 1.0), hand.between(-0.12, 0.08))
    path = join(roof, stem[1:])
    if hand.chance(0.3):
        path = rounded(path, hand.between(2, 10))
    serif = hand.between(0, 1)
    if serif < 0.28:
        path = join(
            line(left + place(hand.about(0, 0.03), hand.between(0.08, 0.3)), left), path[1:]
        )
    elif serif < 0.34:
        path = join(line(left - (0, hand.between(0.03, 0.08)), left, points=5), path[1:])
    paths = [path]
    if hand.chance(0.05):
        paths = [roof, stem + place(hand.about(0, 0.03), hand.about(0, 0.03))]
    if hand.chance(0.5):
        y, half = hand.between(0.38, 0.62), hand.between(0.12, 0.32)
        x = stem[np.abs(stem[:, 1] - y).argmin(), 0]
        bar_start = (x - half * hand.between(0.6, 1.2), y + hand.about(0.02, 0.03))
        bar_end = (x + half * hand.between(0.6, 1.2), y + hand.about(-0.02, 0.04))
        paths.append(line(bar_start, bar_end))
    return paths


def eight(hand: Hand) -> Paths:
    upper = (hand.between(0.2, 0.32), hand.between(0.2, 0.27))
    lower = (hand.between(0.25, 0.38), hand.between(0.22, 0.3))
    if hand.chance(0.15):  # two rings
        way = 1 if hand.chance(0.5) else -1
        head = arc((0, upper[1]), upper, hand.about(-90, 40), -(_WHOLE_TURN + hand.about(0, 15)))
        middle = (hand.about(0, 0.04), 2 * upper[1] + lower[1] + hand.about(-0.01, 0.025))
        sweep = way * (_WHOLE_TURN + hand.about(0, 15))
        return [head, arc(middle, lower, hand.between(-110, -70), sweep)]
    start = hand.between(0.15, 1.2)  # a loop that crosses itself, from the right over the top
    angle = np.linspace(start, start + 2 * math.pi + hand.about(0, 0.3), 80)[::-1]
    height, is_upper = -np.cos(angle), np.cos(angle) > 0
    crossing = hand.between(0.4, 0.55)
    wide = np.where(is_upper, hand.between(0.22, 0.36), hand.between(0.26, 0.42))
    x = np.sin(2 * angle) * wide * (-1 if hand.chance(0.12) else 1)
    y = crossing + height * np.where(is_upper, crossing, 1 - crossing)
    return [np.column_stack((x, y))]


def nine(hand: Hand) -> Paths:
    radii = (hand.between(0.2, 0.36), hand.between(0.17, 0.32))
    foot_x = hand.between(-0.15, 0.3)
    if hand.chance(0.75):  # a ring, up to the right, and the tail from a corner
        sweep = -(325 + hand.about(0, 28))
        start = hand.about(-35, 22)
        ring = arc((0, radii[1]), radii, start, sweep, hand.between(0.9, 1.08), 40)
        corner = (radii[0] + hand.about(0.02, 0.04), hand.between(-0.05, 0.2))
        path = join(ring, line(ring[-1], corner, points=6)[1:])
    else:
        path = arc((0, radii[1]), radii, hand.about(-10, 20), -350, points=40)
    x, y = path[-1]
    kind = hand.between(0, 1)
    if kind < 0.45:  # straight
        tail = line((x, y), (foot_x, 1), hand.about(0, 0.04))
    elif kind < 0.75:  # swinging to the left
        end = (x - hand.between(0.25, 0.6), 1 + hand.about(0, 0.03))
        tail = curve((x, y), (x + 0.02, y + 0.4), (x, 0.9), end)
    elif kind < 0.92:  # hooked
        hook = hand.between(0.15, 0.28)
        turn = (x - 0.02 - hook, 1 - hook * 0.6)
        down = line((x, y), (x - 0.02, turn[1]))
        tail = join(down, arc(turn, (hook, hook * 0.6), 0, hand.between(90, 190), points=14)[1:])
    else:  # swinging out to the right
        tail = curve((x, y), (x, y + 0.5), (x + 0.02, 0.9), (x + hand.between(0, 0.2), 0.98))
    return [join(path, tail[1:])]


DIGITS: tuple[Callable[[Hand], Paths], ...] = (
    *(zero, one, two, three, four),
    *(five, six, seven, eight, nine),
)
"""How each digit is written."""
