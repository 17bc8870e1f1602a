"""Downloads from servers that run in this very process, on the loopback interface."""

import hashlib

import numpy as np
import pytest

from engine.basics.errors import DataError
from engine.data.download import PublishedFile
from engine.data.mnist import download_mnist
from engine.data.progress import CancelledError
from tests.engine.data.mirror import Mirror

CONTENTS = {
    "images.gz": np.random.default_rng(1).bytes(300_000),
    "labels.gz": np.random.default_rng(2).bytes(1_000),
}
FILES = [
    PublishedFile(name, hashlib.sha256(content).hexdigest(), len(content))
    for name, content in CONTENTS.items()
]
BYTES_IN_ALL = 301_000


def tampered(_, content):
    return content[:-1] + bytes([content[-1] ^ 1])


def truncated(_, content):
    return content[: len(content) // 2]


FAULTS = {"tampered": tampered, "truncated": truncated}


def serving(fault=None):
    return Mirror(CONTENTS, "mnist", FAULTS.get(fault, fault))


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch):
    monkeypatch.setenv("NO_PROXY", "*")


def fetch(directory, *mirrors, **options):
    return download_mnist(directory, mirrors=mirrors, files=FILES, **options)


def contents(directory):
    return {path.name: path.read_bytes() for path in directory.iterdir()}


def refused_address():
    """The address of a server that has just been closed."""
    with serving() as mirror:
        return mirror.url


def test_all_files_arrive_and_progress_is_told_in_bytes(tmp_path):
    seen = []
    with serving() as mirror:
        folder = fetch(
            tmp_path / "new", mirror.url, progress=lambda done, total: seen.append((done, total))
        )
    assert folder == tmp_path / "new"
    assert contents(folder) == CONTENTS
    assert {total for _, total in seen} == {BYTES_IN_ALL}
    done = [done for done, _ in seen]
    assert done == sorted(done)
    assert len(set(done)) > 4
    assert done[-1] == BYTES_IN_ALL


@pytest.mark.parametrize("fault", [404, 500, "truncated", "tampered"])
def test_the_second_mirror_is_used_when_the_first_fails(tmp_path, fault):
    with serving(fault) as broken, serving() as good:
        fetch(tmp_path, broken.url, good.url)
    assert contents(tmp_path) == CONTENTS
    assert good.requests == ["/mnist/images.gz", "/mnist/labels.gz"]


def test_the_second_mirror_is_used_when_the_first_cannot_be_reached(tmp_path):
    with serving() as good:
        fetch(tmp_path, refused_address(), good.url)
    assert contents(tmp_path) == CONTENTS


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        (404, "answered 404 Not Found"),
        (500, "answered 500 Internal Server Error"),
        ("truncated", "broke off in the middle"),
        ("tampered", "sent a file with another checksum than the published one"),
    ],
)
def test_when_all_mirrors_fail_each_reason_is_told_and_nothing_is_kept(tmp_path, fault, reason):
    closed = refused_address()
    with serving(fault) as broken, pytest.raises(DataError) as caught:
        fetch(tmp_path / "new", broken.url, closed)
    assert f"images.gz could not be downloaded: {broken.url} {reason}; " in str(caught.value)
    assert f"{closed} could not be reached" in str(caught.value)
    assert list(tmp_path.iterdir()) == []


def test_nothing_is_kept_of_a_collection_that_stays_incomplete(tmp_path):
    (tmp_path / "mine.txt").write_text("keep")
    only_images = [FILES[0], PublishedFile("labels.gz", "0" * 64, 1_000)]
    with (
        serving() as mirror,
        pytest.raises(DataError, match=r"labels\.gz could not be downloaded"),
    ):
        download_mnist(tmp_path, mirrors=(mirror.url,), files=only_images)
    assert list(contents(tmp_path)) == ["mine.txt"]


@pytest.mark.parametrize("after", [0, 1, 3, 6])
def test_cancelling_leaves_nothing_behind(tmp_path, after):
    steps = []
    with serving() as mirror, pytest.raises(CancelledError, match="cancelled"):
        fetch(
            tmp_path / "new" / "folder",
            mirror.url,
            progress=lambda *_: steps.append(1),
            is_cancelled=lambda: len(steps) >= after,
        )
    assert len(steps) == after
    assert not (tmp_path / "new" / "folder").exists()


def test_files_that_are_there_are_not_fetched_again_and_damaged_ones_are_replaced(tmp_path):
    (tmp_path / "images.gz").write_bytes(CONTENTS["images.gz"])
    (tmp_path / "labels.gz").write_bytes(b"half of")
    with serving() as mirror:
        fetch(tmp_path, mirror.url)
    assert mirror.requests == ["/mnist/labels.gz"]
    assert contents(tmp_path) == CONTENTS


def test_a_folder_that_cannot_be_written_is_named(tmp_path):
    (tmp_path / "file").write_text("in the way")
    with serving() as mirror, pytest.raises(DataError, match=r"cannot be stored in .*file"):
        fetch(tmp_path / "file" / "below", mirror.url)
    assert mirror.requests == []
