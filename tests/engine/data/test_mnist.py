"""Finding and loading MNIST."""

import gzip
import struct
from pathlib import Path

import numpy as np
import pooch
import pytest

from engine.basics.errors import DataError
from engine.data import mnist
from engine.data.mnist import find_mnist, load_mnist


def idx(array):
    header = bytes((0, 0, 8, array.ndim)) + struct.pack(f">{array.ndim}I", *array.shape)
    return header + array.astype(np.uint8).tobytes()


def write_files(folder, *, rename=lambda name: name, labels=5, pack=gzip.compress):
    """A little data set in MNIST's file format: five images to train on, three to test with."""
    folder.mkdir(parents=True, exist_ok=True)
    arrays = [
        np.arange(5 * 28 * 28).reshape(5, 28, 28) % 251,
        np.arange(labels) % 10,
        np.full((3, 28, 28), 9),
        np.array([4, 5, 6]),
    ]
    for file, array in zip(mnist.FILES, arrays, strict=True):
        (folder / rename(file.name)).write_bytes(pack(idx(array)))
    return folder


@pytest.fixture
def cache(tmp_path, monkeypatch):
    folder = tmp_path / "cache"
    monkeypatch.setattr(mnist, "cache_directory", lambda: folder)
    monkeypatch.delenv("CNNVIZ_DATA", raising=False)
    return folder


def test_published_files_load_as_mnist(mnist_directory):
    training, test = load_mnist(mnist_directory)
    assert training.images.shape == (60_000, 1, 28, 28)
    assert test.images.shape == (10_000, 1, 28, 28)
    assert training.images.dtype == np.uint8
    assert training.labels[:5].tolist() == [5, 0, 4, 1, 9]
    assert np.bincount(test.labels).tolist() == [
        980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009
    ]  # fmt: skip
    assert training.images.mean() / 255 == pytest.approx(0.1307, abs=5e-5)
    assert (training.name, test.name) == ("MNIST", "MNIST")


def test_another_data_set_of_that_format_is_not_called_mnist(tmp_path):
    training, test = load_mnist(write_files(tmp_path / "clothes"))
    assert (len(training), len(test)) == (5, 3)
    assert training.images[0, 0, 0, :3].tolist() == [0, 1, 2]
    assert test.labels.tolist() == [4, 5, 6]
    assert training.name == "clothes"
    assert "not the published MNIST: its checksums differ" in training.description


@pytest.mark.parametrize(
    ("subfolder", "rename"),
    [
        ("", lambda name: name.removesuffix(".gz")),
        ("mnist", lambda name: name),
        ("MNIST/raw", lambda name: name.removesuffix(".gz")),
        ("", lambda name: name.removesuffix(".gz").replace("-idx", ".idx")),
    ],
)
def test_folders_and_names_of_other_programs_are_understood(tmp_path, subfolder, rename):
    write_files(tmp_path / subfolder, rename=rename, pack=bytes)
    assert find_mnist(tmp_path) == tmp_path / subfolder
    assert len(load_mnist(tmp_path)[0]) == 5


def test_the_given_folder_goes_before_the_variable_and_that_before_the_cache(
    tmp_path, cache, monkeypatch
):
    assert find_mnist() is None
    write_files(cache)
    assert find_mnist() == cache
    monkeypatch.setenv("CNNVIZ_DATA", str(write_files(tmp_path / "variable")))
    assert find_mnist() == tmp_path / "variable"
    assert find_mnist(write_files(tmp_path / "given")) == tmp_path / "given"


def test_an_incomplete_cache_counts_as_none(cache):
    write_files(cache)
    (cache / "t10k-labels-idx1-ubyte.gz").unlink()
    assert find_mnist() is None


def test_a_given_folder_without_the_files_is_an_error(tmp_path, cache, monkeypatch):
    write_files(cache)
    with pytest.raises(DataError, match=r"no folder .*nowhere"):
        find_mnist(tmp_path / "nowhere")
    monkeypatch.setenv("CNNVIZ_DATA", str(tmp_path))
    with pytest.raises(DataError, match=r"missing: train-images-idx3-ubyte\.gz, train-labels"):
        find_mnist()


def test_only_the_missing_file_is_named(tmp_path):
    write_files(tmp_path)
    (tmp_path / "t10k-labels-idx1-ubyte.gz").unlink()
    with pytest.raises(DataError, match=r"missing: t10k-labels-idx1-ubyte\.gz\.$"):
        load_mnist(tmp_path)


def test_counts_of_images_and_labels_must_agree(tmp_path):
    write_files(tmp_path, labels=4)
    with pytest.raises(DataError, match=r"Every training image needs one label; .*5 images.*4 lab"):
        load_mnist(tmp_path)


def test_images_of_two_sizes_are_refused(tmp_path):
    write_files(tmp_path)
    (tmp_path / mnist.FILES[2].name).write_bytes(idx(np.zeros((3, 32, 32))))
    with pytest.raises(DataError, match=r"one size; .*\(28, 28\) and \(32, 32\)"):
        load_mnist(tmp_path)


def test_the_cache_is_where_this_system_keeps_such_data():
    assert mnist.cache_directory() == Path(pooch.os_cache("cnnviz")) / "mnist"


@pytest.mark.parametrize(
    ("platform", "folder"),
    [
        ("win32", "local/cnnviz/cnnviz/Cache/mnist"),
        ("darwin", "home/Library/Caches/cnnviz/mnist"),
        ("linux", "xdg/cnnviz/mnist"),
    ],
)
def test_every_system_has_its_own_cache_folder(tmp_path, monkeypatch, platform, folder):
    monkeypatch.setattr("sys.platform", platform)
    monkeypatch.setattr(Path, "home", lambda: tmp_path / "home")
    monkeypatch.setenv("LOCALAPPDATA", str(tmp_path / "local"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "xdg"))
    assert mnist.cache_directory() == tmp_path / folder
