"""Lecture files: what is written is read, and what is wrong is said in one sentence."""

import json

import pytest

from app.lecture.scenes import Hidden, Lecture, LectureFileError, Scene, load_lecture, save_lecture

SCENE = Scene("First", {"padding": 1}, Hidden(kernel=True, sentence=True), 0.75, "Say hello.")
LECTURE = Lecture("Convolution", (SCENE, Scene("Second", {"padding": 0})))


def test_what_is_saved_is_what_is_loaded(tmp_path):
    file = tmp_path / "a.cnnviz-lecture"
    save_lecture(file, LECTURE)
    assert load_lecture(file) == LECTURE
    data = json.loads(file.read_text(encoding="utf-8"))
    assert (data["format"], data["version"]) == ("cnnviz-lecture", 1)
    assert data["scenes"][0]["hidden"] == ["kernel", "sentence"]


def test_what_is_hidden_is_revealed_kernel_first():
    hidden = Hidden(kernel=True, result=True, sentence=True)
    seen = [hidden.names]
    while hidden:
        hidden = hidden.without_first()
        seen.append(hidden.names)
    assert seen == [
        ("kernel", "result", "sentence"), ("result", "sentence"), ("sentence",), (),
    ]  # fmt: skip
    assert hidden.toggled("result") == Hidden(result=True)


def _file(**changes):
    data = {"format": "cnnviz-lecture", "version": 1, "title": "T", "scenes": []}
    return json.dumps({**data, **changes})


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "is empty"),
        ("{", "not a lecture"),
        ("[1, 2]", "does not say"),
        ('{"format": "cnnviz-stack"}', "is a stack of layers"),
        ('{"format": "cnnviz-lectures"}', "does not say"),
        (_file(version=2), "newer cnnviz"),
        (_file(version="1"), "must be a number"),
        (_file(version=True), "must be a number"),
        (_file(title=5), "title must be text"),
        (_file(scenes={}), "must be a list"),
        (_file(scenes=[{"title": "x", "lab": {}}, 7]), "Scene 2 must be an object"),
        (_file(scenes=[{"title": "x"}]), "Scene 1 needs the lab's state"),
        (_file(scenes=[{"title": 3, "lab": {}}]), 'needs text as "title"'),
        (_file(scenes=[{"lab": {}, "hidden": ["everything"]}]), "may hide kernel"),
        (_file(scenes=[{"lab": {}, "hidden": [[]]}]), "may hide kernel"),
        (_file(scenes=[{"lab": {}, "scale": 0}]), 'needs a "scale" from 0.5 to 1'),
        (_file(scenes=[{"lab": {}, "scale": "big"}]), 'needs a "scale"'),
        (_file(scenes=[{"lab": {"x": float("nan")}}]), "NaN"),
        ("[" * 100_000, "not a lecture"),
    ],
)
def test_a_file_that_is_no_lecture_is_refused_in_one_sentence(tmp_path, text, said):
    file = tmp_path / "bad.cnnviz-lecture"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(LectureFileError) as refusal:
        load_lecture(file)
    assert said in str(refusal.value)
    assert str(refusal.value).startswith("bad.cnnviz-lecture")
    assert "\n" not in str(refusal.value)


def test_files_that_cannot_be_read_are_named(tmp_path):
    with pytest.raises(LectureFileError, match=r"gone\.cnnviz-lecture cannot be read"):
        load_lecture(tmp_path / "gone.cnnviz-lecture")
    binary = tmp_path / "binary.cnnviz-lecture"
    binary.write_bytes(b"\xff\xfe\x00\x81")
    with pytest.raises(LectureFileError, match="is not a lecture"):
        load_lecture(binary)


def test_a_failed_save_keeps_the_old_file_and_leaves_nothing_else(tmp_path, monkeypatch):
    file = tmp_path / "a.cnnviz-lecture"
    save_lecture(file, LECTURE)
    before = file.read_bytes()

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("engine.basics.whole_file.os.fdopen", full)
    with pytest.raises(LectureFileError, match="No space left on device"):
        save_lecture(file, Lecture("Other"))
    assert file.read_bytes() == before
    assert [item.name for item in tmp_path.iterdir()] == [file.name]


def test_numbers_that_json_has_no_word_for_are_not_written(tmp_path):
    with pytest.raises(LectureFileError, match="cannot be written"):
        save_lecture(tmp_path / "a.cnnviz-lecture", Lecture("x", (Scene("y", {"z": 1e999}),)))
    assert not list(tmp_path.iterdir())
