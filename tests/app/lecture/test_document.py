"""The open lecture: every edit undone, the marked scene kept, files that fail change nothing."""

import pytest

from app.lecture.document import NONE, LectureDocument
from app.lecture.scenes import Hidden, LectureFileError


@pytest.fixture
def document(qapp):
    document = LectureDocument()
    for number, title in enumerate("abcd"):
        document.record(title, {"number": number})
    return document


def titles(document):
    return "".join(scene.title for scene in document.scenes)


def test_a_scene_is_recorded_behind_the_marked_one_and_marked(document):
    assert (titles(document), document.index) == ("abcd", 3)
    document.mark(0)
    document.record("x", {"number": 9}, Hidden(kernel=True))
    assert (titles(document), document.index) == ("axbcd", 1)
    assert document.current.lab == {"number": 9}
    document.undo_stack.undo()
    assert (titles(document), document.index) == ("abcd", 0)


@pytest.mark.parametrize(
    ("marked", "source", "target", "order", "then"),
    [
        (0, 0, 3, "bcda", 3), (3, 0, 3, "bcda", 2), (1, 3, 0, "dabc", 2),
        (2, 1, 2, "acbd", 1), (0, 2, 3, "abdc", 0), (3, 1, 2, "acbd", 3),
    ],
)  # fmt: skip
def test_the_mark_stays_with_its_scene_when_scenes_move(
    document, marked, source, target, order, then
):
    document.mark(marked)
    document.move(source, target)
    assert (titles(document), document.index) == (order, then)
    document.undo_stack.undo()
    assert (titles(document), document.index) == ("abcd", marked)


def test_moving_beyond_the_ends_is_no_edit(document):
    count = document.undo_stack.count()
    document.move(0, -1)
    document.move(3, 4)
    document.move(2, 2)
    assert document.undo_stack.count() == count


def test_deleting_marks_the_neighbour_and_the_last_one_leaves_none(document):
    document.mark(1)
    document.delete(1)
    assert (titles(document), document.index) == ("acd", 1)
    document.delete(2)
    document.delete(1)
    assert (titles(document), document.index) == ("a", 0)
    document.delete(0)
    assert (titles(document), document.index) == ("", NONE)
    assert document.current is None
    while document.undo_stack.canUndo():
        document.undo_stack.undo()
    while document.undo_stack.canRedo():
        document.undo_stack.redo()
    assert titles(document) == ""


def test_renaming_updating_and_hiding_are_one_step_each_and_typed_notes_together(document):
    start = document.undo_stack.count()
    document.rename(0, "  a new\n name ")
    document.rename(0, "   ")
    document.update(0, {"number": 7})
    document.set_hidden(0, Hidden(result=True))
    for text in ("H", "He", "Hel"):
        document.set_notes(0, text)
    scene = document.scenes[0]
    assert (scene.title, scene.lab, scene.notes) == ("a new name", {"number": 7}, "Hel")
    assert document.undo_stack.count() == start + 4
    document.undo_stack.undo()
    assert document.scenes[0].notes == ""


def test_next_and_previous_stop_at_the_ends(document, qtbot):
    document.mark(2)
    with qtbot.waitSignal(document.scene_opened) as opened:
        assert document.next_scene()
    assert opened.args == [document.scenes[3], False]
    assert not document.next_scene()
    with qtbot.waitSignal(document.scene_opened) as opened:
        assert document.previous_scene(at_end=True)
    assert opened.args == [document.scenes[2], True]
    document.mark(0)
    assert not document.previous_scene()
    assert document.index == 0


def test_saving_cleans_and_opening_restores(document, tmp_path):
    file = tmp_path / "l.cnnviz-lecture"
    assert document.is_modified
    document.save(file)
    assert not document.is_modified
    assert document.path == file
    other = LectureDocument()
    other.open(file)
    assert other.lecture == document.lecture
    assert not other.is_modified
    other.open(file, is_template=True)
    assert other.path is None


def test_a_file_that_cannot_be_opened_leaves_the_open_lecture(document, tmp_path):
    file = tmp_path / "bad.cnnviz-lecture"
    file.write_text("{}", encoding="utf-8")
    with pytest.raises(LectureFileError):
        document.open(file)
    assert titles(document) == "abcd"
    assert document.undo_stack.canUndo()
