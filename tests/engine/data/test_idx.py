"""The IDX reader: what it reads, and one sentence for each way in which a file can be wrong."""

import contextlib
import gzip
import struct

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.basics.errors import DataError
from engine.data.idx import parse_idx, read_idx

TWO_IMAGES = b"\x00\x00\x08\x03" + struct.pack(">3I", 2, 2, 3) + bytes(range(12))
LABELS = b"\x00\x00\x08\x01" + struct.pack(">I", 3) + bytes([7, 0, 9])


@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_images_and_labels_compressed_or_not(tmp_path, pack):
    (tmp_path / "images").write_bytes(pack(TWO_IMAGES))
    (tmp_path / "labels").write_bytes(pack(LABELS))
    images = read_idx(tmp_path / "images", axes=3)
    assert images.dtype == np.uint8
    assert images.tolist() == [[[0, 1, 2], [3, 4, 5]], [[6, 7, 8], [9, 10, 11]]]
    assert read_idx(tmp_path / "labels", axes=1).tolist() == [7, 0, 9]


def test_a_gzip_file_in_several_parts_is_read_whole(tmp_path):
    parts = gzip.compress(TWO_IMAGES[:11]) + gzip.compress(TWO_IMAGES[11:])
    (tmp_path / "images").write_bytes(parts)
    assert read_idx(tmp_path / "images", axes=3).shape == (2, 2, 3)


@given(st.lists(st.integers(0, 5), min_size=1, max_size=4), st.data())
def test_any_array_comes_back(shape, data):
    size = int(np.prod(shape))
    values = data.draw(st.binary(min_size=size, max_size=size))
    header = bytes((0, 0, 8, len(shape))) + struct.pack(f">{len(shape)}I", *shape)
    array = parse_idx(header + values, "f", len(shape))
    assert array.shape == tuple(shape)
    assert array.tobytes() == values


@given(st.integers(0, len(TWO_IMAGES) - 1))
def test_every_truncation_is_called_one(length):
    with pytest.raises(DataError, match="f is truncated"):
        parse_idx(TWO_IMAGES[:length], "f", 3)


@given(st.binary(max_size=60))
def test_any_bytes_give_an_array_or_a_data_error(content):
    with contextlib.suppress(DataError):
        assert parse_idx(content, "f", 3).ndim == 3


@pytest.mark.parametrize(
    ("content", "axes", "sentence"),
    [
        (b"\x89PNG\r\n\x1a\n....", 3, "must be an IDX file.*begins with 89 50 4e 47"),
        (b"\x00\x00\x0d" + TWO_IMAGES[3:], 3, r"unsigned bytes \(IDX type 08\); its type is 0d"),
        (LABELS, 3, r"must hold images \(3 axes\); it has 1. Were images and labels swapped"),
        (TWO_IMAGES, 1, r"must hold labels \(1 axes\); it has 3"),
        (TWO_IMAGES[:-1], 3, "truncated: its header promises 12 values, it has 11"),
        (TWO_IMAGES + b"xy", 3, "too long: its header promises 12 values, and 2 bytes follow"),
        (b"\x00\x00\x08\x03" + b"\xff" * 12, 3, "truncated: its header promises 79,228"),
    ],
)
def test_what_is_wrong_is_said(content, axes, sentence):
    with pytest.raises(DataError, match=sentence):
        parse_idx(content, "train-images", axes)


def test_a_missing_file_is_named_with_its_folder(tmp_path):
    with pytest.raises(DataError, match=r"labels\.gz is missing from .*" + tmp_path.name):
        read_idx(tmp_path / "labels.gz", axes=1)


def test_a_folder_in_place_of_the_file_cannot_be_read(tmp_path):
    with pytest.raises(DataError, match="is a folder"):
        read_idx(tmp_path, axes=1)


def test_truncated_compressed_data(tmp_path):
    path = tmp_path / "images.gz"
    path.write_bytes(gzip.compress(TWO_IMAGES)[:-9])
    with pytest.raises(DataError, match=r"images\.gz is truncated.*compressed.*Download it again"):
        read_idx(path, axes=3)


@pytest.mark.parametrize("place", [3, 12, -6])
def test_damaged_compressed_data(tmp_path, place):
    content = bytearray(gzip.compress(TWO_IMAGES))
    content[place] ^= 0xFF
    path = tmp_path / "images.gz"
    path.write_bytes(content)
    with pytest.raises(DataError, match=r"images\.gz is (damaged|truncated)"):
        read_idx(path, axes=3)


def test_a_web_page_saved_in_place_of_a_file_is_called_one(tmp_path):
    path = tmp_path / "train-images-idx3-ubyte.gz"
    path.write_bytes(b"<!DOCTYPE html><html>Please log in</html>")
    with pytest.raises(DataError, match=r"idx3-ubyte\.gz is a web page.*download the file again"):
        read_idx(path, 3)
