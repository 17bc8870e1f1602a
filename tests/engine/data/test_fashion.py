"""Fashion-MNIST from servers in this very process: whole, broken off, tampered with, cancelled."""

import gzip
import hashlib
import struct

import numpy as np
import pytest

from engine.basics.errors import DataError
from engine.data import fashion
from engine.data.download import PublishedFile
from engine.data.fashion import (
    CLASS_NAMES,
    FILES,
    MIRRORS,
    download_fashion,
    find_fashion,
    is_fashion,
    load_fashion,
)
from engine.data.progress import CancelledError
from tests.engine.data.mirror import Mirror


def idx(array):
    header = bytes((0, 0, 8, array.ndim)) + struct.pack(f">{array.ndim}I", *array.shape)
    return gzip.compress(header + array.astype(np.uint8).tobytes())


CLOTHES = {
    "train-images-idx3-ubyte.gz": idx(np.random.default_rng(0).integers(0, 255, (200, 28, 28))),
    "train-labels-idx1-ubyte.gz": idx(np.arange(200) % 10),
    "t10k-images-idx3-ubyte.gz": idx(np.zeros((20, 28, 28))),
    "t10k-labels-idx1-ubyte.gz": idx(np.arange(20) % 10),
}
PUBLISHED = [
    PublishedFile(name, hashlib.sha256(content).hexdigest(), len(content))
    for name, content in CLOTHES.items()
]


def tampered(name, content):
    if name.startswith("t10k-labels"):
        return content[:-9] + bytes([content[-9] ^ 1]) + content[-8:]
    return content


def half(name, content):
    return content[: len(content) // 2] if name.startswith("train-images") else content


FAULTS = {"": None, "tampered": tampered, "half": half}


def serving(fault=""):
    return Mirror(CLOTHES, "fashion", FAULTS[fault])


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch):
    monkeypatch.setenv("NO_PROXY", "*")


def fetch(folder, *mirrors, **options):
    return download_fashion(
        folder, mirrors=[mirror.url for mirror in mirrors], files=PUBLISHED, **options
    )


def test_it_arrives_is_found_and_has_the_names_of_its_classes(tmp_path):
    with serving() as mirror:
        folder = fetch(tmp_path / "fashion", mirror)
    assert find_fashion(folder) == folder
    assert is_fashion(folder, PUBLISHED)
    training, test = load_fashion(folder)
    assert (len(training), len(test), training.name) == (200, 20, "Fashion-MNIST")
    assert training.name_of(9) == test.name_of(9) == "Ankle boot"
    assert "200 training images of Fashion-MNIST" in training.description


@pytest.mark.parametrize("fault", ["half", "tampered"])
def test_what_is_broken_off_or_tampered_with_is_not_kept_and_can_be_fetched_again(tmp_path, fault):
    folder = tmp_path / "fashion"
    with serving(fault) as bad, pytest.raises(DataError, match=r"could not be downloaded"):
        fetch(folder, bad)
    assert not folder.exists()
    assert find_fashion(folder) is None
    with serving() as good:
        assert find_fashion(fetch(folder, good)) == folder


def test_the_second_mirror_steps_in_for_a_file_that_was_tampered_with(tmp_path):
    with serving("tampered") as bad, serving() as good:
        fetch(tmp_path, bad, good)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == CLOTHES


def test_a_cancelled_download_keeps_nothing(tmp_path):
    seen = []
    with serving() as mirror, pytest.raises(CancelledError):
        fetch(
            tmp_path / "fashion",
            mirror,
            progress=lambda done, _: seen.append(done),
            is_cancelled=lambda: any(seen),
        )
    assert not (tmp_path / "fashion").exists()


def test_the_published_files_have_their_published_sizes_and_places():
    assert [file.size for file in FILES] == [26_421_880, 29_515, 4_422_102, 5_148]
    assert all(len(file.sha256) == 64 for file in FILES)
    assert all(mirror.endswith("/") for mirror in MIRRORS)
    assert len(CLASS_NAMES) == 10


def test_its_folder_lies_beside_mnist(tmp_path, monkeypatch):
    monkeypatch.setattr(fashion, "cache_directory", lambda: tmp_path / "mnist")
    assert fashion.fashion_directory() == tmp_path / "fashion-mnist"
    assert find_fashion() is None
