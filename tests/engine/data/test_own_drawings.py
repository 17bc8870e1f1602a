"""Drawings that are kept with a label: written whole, read back, corrupt ones passed over."""

import json

import numpy as np
import pytest

from engine.basics.errors import DataError
from engine.data.image_folder import read_image_folder
from engine.data.own_drawings import (
    DrawingStore,
    drawings_dataset,
    export_drawings,
    export_images,
    import_drawings,
)
from engine.ink.drawing_json import drawing_from_json, drawing_to_json, read_drawings
from engine.ink.drawings import PastedImage, Stroke
from engine.ink.preprocess import NoInkError, prepare
from engine.ink.rendering import render

ONE = (Stroke(((140.0, 40.0), (140.0, 240.0)), 20.0),)
SEVEN = (
    Stroke(((80.0, 60.0), (200.0, 60.0), (130.0, 230.0)), 16.0, pressures=(1.0, 0.5, 0.8)),
    Stroke(((150.0, 200.0), (120.0, 220.0)), 30.0, erases=True),
)


@pytest.fixture
def store(tmp_path):
    return DrawingStore(tmp_path / "drawings")


def test_what_is_kept_comes_back_in_order_with_the_same_pixels(store):
    first, second = store.add(ONE, 1), store.add(SEVEN, 7)
    kept, damaged = DrawingStore(store.folder).load()
    assert [(each.key, each.label) for each in kept] == [(first.key, 1), (second.key, 7)]
    assert damaged == {}
    assert store.count() == 2
    for each, drawing in zip(kept, (ONE, SEVEN), strict=True):
        assert np.array_equal(render(each.drawing), render(drawing))
    data = drawings_dataset(kept)
    assert data.labels.tolist() == [1, 7]
    assert np.array_equal(data.images[1, 0], prepare(render(SEVEN)).pixels)


def test_a_pasted_picture_is_kept_too():
    picture = np.linspace(0, 1, 12, dtype=np.float32).reshape(3, 4)
    drawing = (PastedImage(picture, (10.0, 20.0, 200.0, 150.0)), *ONE)
    data = json.loads(json.dumps(drawing_to_json(drawing)))
    again = drawing_from_json(data)
    assert isinstance(again[0], PastedImage)
    assert again[0].box == (10.0, 20.0, 200.0, 150.0)
    assert np.abs(again[0].pixels - picture).max() <= 0.5 / 255 + 1e-6
    assert again[1] == ONE[0]


def test_a_label_is_changed_a_drawing_deleted_and_brought_back(store):
    one, seven = store.add(ONE, 4), store.add(SEVEN, 7)
    store.put(one.with_label(1))
    store.delete(seven)
    assert [(each.key, each.label) for each in store.load()[0]] == [(one.key, 1)]
    store.put(seven)
    assert [each.label for each in store.load()[0]] == [1, 7]
    store.delete(seven)
    store.delete(seven)
    assert store.count() == 1


def test_a_blank_sheet_and_a_wrong_label_are_refused(store):
    with pytest.raises(NoInkError, match="draw a digit first"):
        store.add((), 3)
    with pytest.raises(DataError, match=r"from 0 to 9; got 12"):
        store.add(ONE, 12)
    assert store.count() == 0


def test_damaged_files_are_passed_over_and_named(store):
    good = store.add(ONE, 1)
    for name, content in {
        "cut": b'{"label": 3, "strokes": [{"poi',
        "list": b"[1, 2]",
        "unlabelled": json.dumps(drawing_to_json(ONE)).encode(),
        "blank": b'{"label": 3, "strokes": []}',
        "far": b'{"label": 3, "strokes": [[[1e30, 0]]]}',
        "binary": bytes(range(200)),
        "picture": b'{"label": 3, "strokes": [{"picture": {"rows": 4, "columns": 4}}]}',
        "bomb": b'{"label": 1, "strokes": [{"picture": {"rows": 90000, "columns": 90000, '
        b'"ink": "", "box": [0, 0, 1, 1]}}]}',
    }.items():
        (store.folder / f"{name}.drawing.json").write_bytes(content)
    kept, damaged = store.load()
    assert [each.key for each in kept] == [good.key]
    assert len(damaged) == 8
    assert "cut.drawing.json" in {path.name for path in damaged}


def test_a_folder_that_cannot_be_written_is_said(tmp_path):
    (tmp_path / "drawings").write_text("a file in the way")
    with pytest.raises(DataError, match="cannot be kept in"):
        DrawingStore(tmp_path / "drawings").add(ONE, 1)


def test_exported_drawings_are_imported_and_classified(store, tmp_path):
    store.add(ONE, 1)
    store.add(SEVEN, 7)
    path = tmp_path / "mine.json"
    export_drawings(store.load()[0], path)
    assert [len(drawing) for drawing in read_drawings(path)] == [1, 2]
    assert np.array_equal(render(read_drawings(path)[1]), render(SEVEN))
    other = DrawingStore(tmp_path / "other")
    assert import_drawings(path, other.add) == (2, [])
    assert [each.label for each in other.load()[0]] == [1, 7]


def test_importing_passes_over_what_has_no_label_or_no_ink(store, tmp_path):
    path = tmp_path / "mixed.json"
    data = [drawing_to_json(ONE), drawing_to_json((), 3), drawing_to_json(ONE, 1), [[[1, 2]]]]
    path.write_text(json.dumps(data))
    taken, passed_over = import_drawings(path, store.add)
    assert (taken, store.count(), len(passed_over)) == (1, 1, 3)
    assert passed_over[0] == "Drawing 1 has no label."
    path.write_text("{}")
    with pytest.raises(DataError, match="must hold a list of drawings"):
        import_drawings(path, store.add)
    path.write_text("nonsense")
    with pytest.raises(DataError, match="must be a JSON file"):
        import_drawings(path, store.add)


def test_images_are_exported_as_a_folder_that_train_can_open(store, tmp_path):
    pytest.importorskip("PIL.Image")
    store.add(ONE, 1)
    store.add(SEVEN, 7)
    assert export_images(store.load()[0], tmp_path / "images") == 2
    data = read_image_folder(tmp_path / "images")
    assert data.labels.tolist() == [1, 7]
    assert np.array_equal(data.images[0, 0], prepare(render(ONE)).pixels)


def test_without_drawings_there_is_no_data_set():
    with pytest.raises(DataError, match="no drawings of yours yet"):
        drawings_dataset([])
