"""What was said of something ends when that is another one, once, and not before."""

from weakref import ref

from PySide6.QtCore import QObject

from app.state.networks import NetworkHolder
from app.state.sketch import Sketch
from app.state.subjects import Said, Subject
from engine.networks.model_file import TrainingRecord


class Speaker(QObject):
    """Counts how often what it said came to an end."""

    def __init__(self) -> None:
        super().__init__()
        self.ended = 0
        self.said = Said(self._end, self)

    def _end(self) -> None:
        self.ended += 1


def test_what_was_said_ends_with_the_first_of_its_subjects(qapp):
    speaker, network, drawing = Speaker(), Subject(), Subject()
    said = speaker.said
    said.of(network, drawing)
    assert said.holds
    drawing.move_on()
    assert speaker.ended == 1
    network.move_on()
    assert speaker.ended == 1


def test_what_is_said_again_is_of_what_there_is_then(qapp):
    speaker, network, drawing = Speaker(), Subject(), Subject()
    said = speaker.said
    said.of(network)
    said.of(drawing)
    network.move_on()
    assert speaker.ended == 0
    assert said.holds
    said.of()
    drawing.move_on()
    assert speaker.ended == 0


def test_what_is_said_while_the_new_one_is_told_of_stays(qapp):
    speaker, stack = Speaker(), Subject()
    speaker.said.of(stack)
    stack.move_on(lambda: speaker.said.of(stack))
    assert speaker.ended == 0
    stack.move_on(lambda: None)
    assert speaker.ended == 1


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
    silent, speaker, network = Speaker(), Speaker(), Subject()
    speaker.said.of(network)
    network.move_on()
    assert (silent.said.holds, speaker.said.holds) == (False, False)


def test_what_was_said_keeps_nobody_alive(qapp):
    network, speaker = Subject(), Speaker()
    speaker.said.of(network)
    gone = ref(speaker)
    del speaker
    assert gone() is None
    network.move_on()
