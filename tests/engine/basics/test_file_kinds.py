"""Files are called what they are, whatever their name says, and told where they can be opened."""

import gzip
import io
import json
import pickle
import struct
import tarfile
import zipfile
from pathlib import Path

import numpy as np
import pytest

from app.lecture.scenes import load_lecture
from engine.basics import file_kinds as kinds
from engine.basics.errors import EngineError
from engine.basics.file_kinds import FileKind, check_kind, kind_of
from engine.data.images import read_image
from engine.data.open_data import open_data
from engine.export.from_pytorch import read_tensors
from engine.ink.drawing_json import read_drawings
from engine.networks.model_file import load_model, load_stack, model_bytes
from engine.networks.network import Sequential
from engine.networks.presets import PRESETS

STACK = PRESETS["simplecnn"].stack
PAGE = b"<!DOCTYPE html>\n<html><head><title>404, not found</title></head></html>"
IDX = struct.pack(">4B3I", 0, 0, 8, 3, 1, 2, 2) + bytes(4)
PNG = b"\x89PNG\r\n\x1a\n" + bytes(40)


def zipped(*names: str) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for name in names:
            archive.writestr(name, b"x")
    return content.getvalue()


def tarred() -> bytes:
    content = io.BytesIO()
    with tarfile.open(fileobj=content, mode="w") as archive:
        archive.addfile(tarfile.TarInfo("a"))
    return content.getvalue()


def safetensors(metadata: dict[str, str]) -> bytes:
    header = json.dumps({"__metadata__": metadata}).encode()
    return struct.pack("<Q", len(header)) + header


def saved(array_saver, *arrays, **named) -> bytes:
    content = io.BytesIO()
    array_saver(content, *arrays, **named)
    return content.getvalue()


def ours(name: str, **more) -> bytes:
    return json.dumps({"format": f"cnnviz-{name}", "version": 1, **more}).encode()


OLD_PYTORCH = b"\x80\x02\x8a\nl\xfc\x9cF\xf9 j\xa8P\x19.\x80\x02"
FILES: list[tuple[str, bytes, FileKind]] = [
    ("net.safetensors", model_bytes(Sequential(STACK, np.random.default_rng(0))), kinds.NETWORK),
    ("run.safetensors", safetensors({"format": "cnnviz-checkpoint"}), kinds.CHECKPOINT),
    ("other.safetensors", safetensors({"format": "pt"}), kinds.WEIGHTS),
    ("mine.cnnviz", STACK.to_json().encode(), kinds.STACK),
    ("mine.json", STACK.to_json().encode(), kinds.STACK),
    ("talk.cnnviz-lecture", ours("lecture", scenes=[]), kinds.LECTURE),
    ("run.json", ours("run"), kinds.RUN),
    ("lab.json", ours("lab"), kinds.LAB),
    ("stack-1.json", ours("autosave"), kinds.AUTOSAVE),
    ("a.drawing.json", b'{"label": 7, "strokes": []}', kinds.DRAWINGS),
    ("all.json", b'[{"label": 7, "strokes": []}]', kinds.DRAWINGS),
    ("strokes.json", b"[[[[60, 60], [200, 60]]]]", kinds.DRAWINGS),
    ("package.json", b'{"name": "left-pad"}', kinds.JSON),
    ("net.pth", zipped("net/data.pkl", "net/data/0"), kinds.PYTORCH),
    ("old.pt", OLD_PYTORCH, kinds.PYTORCH),
    ("cifar.pkl", pickle.dumps({"data": [1, 2, 3]}), kinds.PICKLE),
    ("data.npz", saved(np.savez, x=np.zeros(3), y=np.zeros(3)), kinds.NPZ),
    ("one.npy", saved(np.save, np.zeros(3)), kinds.NPY),
    ("train-images-idx3-ubyte", IDX, kinds.IDX),
    ("train-images-idx3-ubyte.gz", gzip.compress(IDX), kinds.IDX),
    ("digits.csv", b"label,a,b,c\n1,0,0,9\n2,0,0,9\n", kinds.TABLE),
    ("digits.dat", b"1;0;0;9\n2;0;0;9\n", kinds.TABLE),
    ("two.csv", b"1,0\n", kinds.TABLE),
    ("seven.png", PNG, kinds.IMAGE),
    ("seven.jpg", b"\xff\xd8\xff\xe0" + bytes(20), kinds.IMAGE),
    ("seven.webp", b"RIFF\x00\x00\x00\x00WEBPVP8 ", kinds.IMAGE),
    ("seven.pgm", b"P5\n2 2\n255\n" + bytes(4), kinds.IMAGE),
    ("seven.bmp", b"BM\x46\x00\x00\x00\x00\x00\x00\x00\x36", kinds.IMAGE),
    ("photo.heic", b"\x00\x00\x00\x18ftypheic" + bytes(9), kinds.OTHER_IMAGE),
    ("icon.svg", b'<?xml version="1.0"?>\n<svg xmlns="x"/>', kinds.OTHER_IMAGE),
    ("marks.xlsx", zipped("[Content_Types].xml", "xl/workbook.xml"), kinds.WORKBOOK),
    ("images.zip", zipped("0/a.png", "1/b.png"), kinds.PACKED),
    ("images.tar", tarred(), kinds.PACKED),
    ("text.gz", gzip.compress(b"hello"), kinds.PACKED),
    ("net.keras", zipped("metadata.json", "config.json", "model.weights.h5"), kinds.KERAS),
    ("net.h5", b"\x89HDF\r\n\x1a\n", kinds.KERAS),
    ("net.onnx", b"\x08\x08\x12\x06cnnviz", kinds.ONNX),
    ("train-images-idx3-ubyte.gz", PAGE, kinds.WEB_PAGE),
    ("mnist.npz", b"\n<!-- x -->\n<html>", kinds.WEB_PAGE),
    ("paper.pdf", b"%PDF-1.7\n", kinds.PDF),
    ("nothing.cnnviz", b"", kinds.EMPTY),
]  # fmt: skip
DAMAGED = [
    ("net.safetensors", b"nonsense"),
    ("net.safetensors", struct.pack("<Q", 900) + b'{"cut": '),
    ("mine.cnnviz", STACK.to_json().encode()[:80]),
    ("data.npz", b"PK\x03\x04 broken"),
    ("images.gz", gzip.compress(IDX)[:12]),
    ("notes.txt", b"Read this first, please.\nThen that.\n"),
    ("deep.json", b"[" * 100_000),
    ("noise", bytes(range(17, 250))),
]
OPENERS = {
    load_model: {kinds.NETWORK},
    load_stack: {kinds.STACK, kinds.JSON},
    load_lecture: {kinds.LECTURE, kinds.JSON},
    read_drawings: {kinds.DRAWINGS, kinds.JSON},
    read_tensors: {kinds.NETWORK, kinds.CHECKPOINT, kinds.WEIGHTS},
    read_image: {kinds.IMAGE},
    open_data: kinds.DATA_KINDS,
}
NAMES = [f"{place}-{name}" for place, (name, _, _) in enumerate(FILES)]


def put(folder: Path, name: str, content: bytes) -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


@pytest.mark.parametrize(("name", "content", "kind"), FILES, ids=NAMES)
def test_a_file_is_known_by_its_content(tmp_path, name, content, kind):
    assert kind_of(put(tmp_path, name, content)) is kind


def test_every_kind_is_in_the_table_above():
    every = {one for one in vars(kinds).values() if isinstance(one, FileKind)}
    assert {kind for _, _, kind in FILES} | {kinds.FOLDER} == every


@pytest.mark.parametrize(("name", "content"), DAMAGED)
def test_what_is_damaged_or_unknown_is_of_no_kind(tmp_path, name, content):
    path = put(tmp_path, name, content)
    assert kind_of(path) is None
    check_kind(path, kinds.NETWORK)


def test_a_folder_and_what_is_missing(tmp_path):
    assert kind_of(tmp_path) is kinds.FOLDER
    assert kind_of(tmp_path / "none") is None


@pytest.mark.parametrize("opener", OPENERS, ids=lambda one: one.__name__)
@pytest.mark.parametrize(("name", "content", "kind"), FILES, ids=NAMES)
def test_every_reader_calls_a_file_of_another_kind_what_it_is(
    tmp_path, opener, name, content, kind
):
    if kind in OPENERS[opener]:
        return
    path = put(tmp_path, name, content)
    with pytest.raises(EngineError) as refused:
        opener(path)
    assert str(refused.value).startswith(kind.sentence(path))
    assert "damaged" not in str(refused.value)


def test_a_long_name_is_quoted_in_part(tmp_path):
    sentence = kinds.PDF.sentence(tmp_path / ("x" * 5000))
    assert len(sentence) < 300


def test_an_archive_of_a_version_that_nobody_reads_is_no_fault_of_ours(tmp_path):
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("x.npy", b"0")
    bytes_of_it = bytearray(content.getvalue())
    needed = bytes_of_it.index(b"PK\x01\x02") + 6  # the version that reading it needs
    bytes_of_it[needed] = 250
    path = tmp_path / "a.npz"
    path.write_bytes(bytes_of_it)
    with pytest.raises(NotImplementedError):
        zipfile.ZipFile(path)
    assert kind_of(path) is None
    with pytest.raises(EngineError, match=r"a\.npz"):
        open_data(path)
