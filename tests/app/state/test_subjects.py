"""What was said of something ends when that is another one, once, and not before."""

from PySide6.QtCore import QObject

from app.state.networks import NetworkHolder
from app.state.sketch import Sketch
from app.state.subjects import Said, Subject
from engine.networks.model_file import TrainingRecord


def test_what_was_said_ends_with_the_first_of_its_subjects(qapp):
    ended: list[str] = []
    parent, network, drawing = QObject(), Subject(), Subject()
    said = Said(lambda: ended.append("gone"), parent)
    said.of(network, drawing)
    assert said.holds
    drawing.move_on()
    assert ended == ["gone"]
    network.move_on()
    assert ended == ["gone"]


def test_what_is_said_again_is_of_what_there_is_then(qapp):
    ended: list[str] = []
    parent, network, drawing = QObject(), Subject(), Subject()
    said = Said(lambda: ended.append("gone"), parent)
    said.of(network)
    said.of(drawing)
    network.move_on()
    assert not ended
    assert said.holds
    said.of()
    drawing.move_on()
    assert not ended


def test_what_comes_to_an_end_may_be_said_again_at_once(qapp):
    parent, network = QObject(), Subject()
    words: list[str] = []

    def end() -> None:
        words.clear()
        said.of(network)

    said = Said(end, parent)
    words.append("of the first")
    said.of(network)
    network.move_on()
    assert not words
    assert said.holds


def test_a_network_is_another_one_when_opened_and_in_use_also_when_meddled_with(qapp):
    networks = NetworkHolder()
    assert (networks.opened.count, networks.in_use.count) == (0, 0)
    networks.load_bundled()
    networks.meddle_with(networks.original.copy())
    networks.set_record(TrainingRecord("Digits", 9, 1, 0.5, 0, "2020-01-01"))
    assert (networks.opened.count, networks.in_use.count) == (1, 2)


def test_who_comes_late_is_told_at_once_and_who_comes_early_when_there_is_one(qapp):
    told: list[str] = []
    networks = NetworkHolder()
    networks.follow(lambda: told.append("early"))
    assert not told
    networks.load_bundled()
    networks.follow(lambda: told.append("late"))
    assert told == ["early", "late"]


def test_every_change_of_the_drawing_makes_it_another_one(qapp):
    sketch = Sketch()
    counts = [sketch.drawing.count]
    sketch.begin((20.0, 20.0), 9.0, erases=False)
    counts.append(sketch.drawing.count)
    sketch.extend((200.0, 20.0))
    sketch.end()
    for change in (sketch.clear, sketch.undo, sketch.redo, sketch.undo, sketch.undo):
        change()
        counts.append(sketch.drawing.count)
    assert counts == sorted(set(counts))


def test_nothing_holds_that_was_not_said_or_is_over(qapp):
    parent, network = QObject(), Subject()
    silent, over = Said(lambda: None, parent), Said(lambda: None, parent)
    over.of(network)
    network.move_on()
    assert (silent.holds, over.holds) == (False, False)
