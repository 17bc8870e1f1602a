"""Walking through a lecture with one key, and the lecture that comes with cnnviz, to its end."""

import pytest

from app.lecture.document import LectureDocument
from app.lecture.scenes import Hidden, Scene, load_lecture
from app.lecture.walk import LectureWalk
from app.look.assets import asset
from app.step.stepper import Stepper
from engine.lab import example_state

READY = asset("lectures", "convolution.cnnviz-lecture")
FORWARD = [[[-4, -4], [-4, -4]], [[1, 1], [1, 1]]]
GRAD_INPUT = [[[0, 0, 0, 0], [0, -5, 4, -7], [0, 13, 27, -11], [0, -10, -11, 0]]]
GRAD_KERNEL = [
    [[[104, 117, 130], [156, 169, 182], [208, 221, 234]]],
    [[[-74, -90, -106], [-138, -154, -170], [-202, -218, -234]]],
]
RESULTS = (
    FORWARD,
    FORWARD,
    [
        [[-4, -4, -4, -4], [-4, -4, -4, -4], [-4, -4, -4, -4], [13, 14, 15, 16]],
        [[1, 1, 1, -4], [1, 1, 1, -8], [1, 1, 1, -12], [1, 1, 1, -16]],
    ],
    [[[16, 24], [56, 64]]],
    [[[6, 8], [14, 16]]],
    [[[0, 0, 0, 0], [0, 6, 0, 8], [0, 0, 0, 0], [0, 14, 0, 16]]],
    [[[3.5, 5.5], [11.5, 13.5]]],
    [[[1.5, 1.5, 2, 2], [1.5, 1.5, 2, 2], [3.5, 3.5, 4, 4], [3.5, 3.5, 4, 4]]],
    GRAD_INPUT,
    GRAD_INPUT,
    GRAD_KERNEL,
    GRAD_KERNEL,
    [13, -16],
    [[[-5, 4, -7, 0], [13, 27, -11, 0], [-10, -11, 0, 0], [0, 0, 0, 0]]],
    [
        [[[11, 32, 53], [51, 104, 117], [79, 156, 169]]],
        [[[-11, -21, -31], [-62, -74, -90], [-134, -138, -154]]],
    ],
)
"""What every scene of the ready lecture ends on."""

STEPS = (8, 4, 32, 4, 4, 4, 4, 4, 8, 16, 8, 18, 8, 32, 32)
"""Steps of every scene, from the one that it opens with."""


@pytest.fixture
def walk(qapp):
    return LectureWalk(LectureDocument(), Stepper())


def record(walk, title, hidden=Hidden(), **changes):  # noqa: B008 - frozen
    data = example_state().to_dict() | changes
    walk.document.record(title, data, hidden)


def test_the_ready_lecture_is_walked_through_to_its_last_number(walk):
    walk.document.open(READY, is_template=True)
    walk.document.open_scene(0)
    seen: list[tuple[int, int, tuple[str, ...]]] = []
    ends: dict[int, object] = {}
    while True:
        state, scene = walk.model.state, walk.document.index
        seen.append((scene, state.step, walk.hidden.names))
        ends[scene] = walk.model.trace.result.tolist()
        assert not walk.model.problem
        if not walk.go_on():
            break
    assert [ends[number] for number in range(15)] == list(RESULTS)
    steps = [len({step for at, step, _ in seen if at == number}) for number in range(15)]
    assert tuple(steps) == STEPS
    reveals = sum(len(scene.hidden.names) for scene in walk.document.scenes)
    assert len(seen) == sum(STEPS) + reveals
    assert walk.model.state.step == 31


def test_every_scene_of_the_ready_lecture_has_a_title_and_notes_of_its_own():
    scenes = load_lecture(READY).scenes
    assert len({scene.title for scene in scenes}) == len(scenes) == 15
    assert all(scene.notes for scene in scenes)
    assert all(len(scene.title) < 60 for scene in scenes)


def test_parts_are_revealed_before_stepping_on(walk):
    record(walk, "ask", Hidden(kernel=True, result=True, sentence=True))
    walk.document.open_scene(0)
    names = []
    while walk.hidden:
        names.append(walk.hidden.names[0])
        walk.go_on()
    assert names == ["kernel", "result", "sentence"]
    assert walk.model.state.step == 0
    walk.go_on()
    assert walk.model.state.step == 1
    walk.toggle("result")
    assert walk.hidden == Hidden(result=True)
    walk.step_on()
    assert walk.hidden == Hidden(result=True)


def test_what_is_not_there_is_not_revealed(walk):
    scene = Scene("pool", example_state("max_pool").to_dict(), Hidden(kernel=True))
    walk.document.record(scene.title, scene.lab, scene.hidden)
    walk.document.open_scene(0)
    assert not walk.hidden
    walk.go_on()
    assert walk.model.state.step == 1


def test_back_before_the_first_step_is_the_last_one_of_the_scene_before(walk):
    record(walk, "one", Hidden(result=True))
    record(walk, "two", padding=[1, 1])
    walk.document.open_scene(1)
    assert len(walk.model.trace) == 32
    assert walk.step_back()
    assert walk.document.index == 0
    assert (walk.model.state.step, len(walk.model.trace)) == (7, 8)
    assert not walk.hidden
    assert walk.step_on()
    assert (walk.document.index, walk.model.state.step) == (1, 0)
    walk.document.open_scene(0)
    assert not walk.step_back()
    assert walk.document.index == 0


def test_without_a_scene_the_last_step_is_the_end(walk):
    record(walk, "one")
    walk.document.mark(-1)
    walk.stepper.last()
    assert walk.model.state.step == 7
    assert not walk.go_on()
    walk.stepper.first()
    assert not walk.step_back()


def test_a_scene_that_cannot_be_shown_leaves_the_lab_as_it_is(walk, qtbot):
    record(walk, "broken", kernel="no numbers")
    before = walk.model.state
    with qtbot.waitSignal(walk.failed) as failed:
        walk.document.open_scene(0)
    assert "“broken” cannot be shown" in failed.args[0]
    assert walk.model.state == before
