"""Files are written whole, as the user's own other files are: rights, links, refusals."""

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from engine.basics.whole_file import sweep, write_whole

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="rights are those of POSIX")

ROOT = Path(__file__).parents[3]
NOBODY = 65534


def rights(path):
    return stat.S_IMODE(path.stat().st_mode)


def names(folder):
    return sorted(path.name for path in folder.iterdir())


@pytest.mark.parametrize(("mask", "wanted"), [(0o022, 0o644), (0o077, 0o600), (0o002, 0o664)])
def test_a_new_file_has_the_rights_that_the_umask_leaves(tmp_path, mask, wanted):
    before = os.umask(mask)
    try:
        write_whole(tmp_path / "new", b"x")
    finally:
        os.umask(before)
    assert rights(tmp_path / "new") == wanted
    assert names(tmp_path) == ["new"]


@pytest.mark.parametrize("mode", [0o600, 0o640, 0o666, 0o755])
def test_a_file_that_is_there_keeps_its_rights(tmp_path, mode):
    path = tmp_path / "old"
    path.write_bytes(b"old")
    path.chmod(mode)
    write_whole(path, b"new")
    assert (path.read_bytes(), rights(path)) == (b"new", mode)


def test_a_link_is_followed_and_stays(tmp_path):
    (tmp_path / "elsewhere").mkdir()
    target, link = tmp_path / "elsewhere" / "file", tmp_path / "link"
    target.write_bytes(b"old")
    link.symlink_to(target)
    write_whole(link, b"new")
    assert link.is_symlink()
    assert target.read_bytes() == b"new"
    assert names(tmp_path / "elsewhere") == ["file"]


def test_a_link_to_nothing_yet_makes_the_file(tmp_path):
    (tmp_path / "link").symlink_to(tmp_path / "file")
    write_whole(tmp_path / "link", b"new")
    assert (tmp_path / "file").read_bytes() == b"new"


def test_a_folder_or_a_device_is_refused(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "folder").mkdir()
    for name in ("pipe", "folder"):
        with pytest.raises(OSError, match=name):
            write_whole(tmp_path / name, b"x")
    assert names(tmp_path) == ["folder", "pipe"]


def as_somebody(statements: str, folder: Path) -> str:
    """What a process of an unprivileged user writes: root may write to everything."""
    drop = f"os.setgid({NOBODY}); os.setuid({NOBODY})" if os.getuid() == 0 else "pass"
    program = (
        "import os, sys; from pathlib import Path\n"
        "from engine.basics.whole_file import write_whole\n"
        f"folder = Path(sys.argv[1])\n{drop}\n"
        f"try:\n    {statements}\n"
        "except OSError as error:\n    sys.stdout.write(type(error).__name__)\n"
        "else:\n    sys.stdout.write('written')\n"
    )
    arguments = [sys.executable, "-c", program, str(folder)]
    done = subprocess.run(arguments, capture_output=True, text=True, cwd=ROOT, check=True)
    return done.stdout


def open_to_all(folder: Path) -> None:
    """Let another user in; the folders above may be closed to them."""
    folder.chmod(0o777)
    for parent in folder.parents:
        if parent.stat().st_uid == os.getuid() and not rights(parent) & 0o001:
            parent.chmod(rights(parent) | 0o011)


def test_a_file_that_may_not_be_written_is_refused_and_stays(tmp_path):
    open_to_all(tmp_path)
    path = tmp_path / "mine"
    path.write_bytes(b"old")
    path.chmod(0o444)
    assert as_somebody("write_whole(folder / 'mine', b'new')", tmp_path) == "PermissionError"
    assert path.read_bytes() == b"old"
    assert names(tmp_path) == ["mine"]


def test_a_folder_that_may_not_be_written_is_refused(tmp_path):
    open_to_all(tmp_path)
    (tmp_path / "closed").mkdir(mode=0o555)
    assert as_somebody("write_whole(folder / 'closed/a', b'new')", tmp_path) == "PermissionError"
    assert names(tmp_path / "closed") == []


def test_another_user_writes_where_they_may(tmp_path):
    open_to_all(tmp_path)
    assert as_somebody("write_whole(folder / 'a', b'new')", tmp_path) == "written"
    assert (tmp_path / "a").read_bytes() == b"new"


def test_what_a_killed_process_left_behind_is_swept_up_after_a_day(tmp_path):
    left, other = tmp_path / ".cnnviz-0123456789abcdef.part", tmp_path / ".hidden.part"
    left.write_bytes(b"half")
    other.write_bytes(b"somebody else's")
    write_whole(tmp_path / "a", b"x")
    assert left.exists(), "it may be being written now"
    moment = left.stat().st_mtime
    sweep(tmp_path, now=moment + 23 * 3600)
    assert left.exists()
    os.utime(left, (moment - 25 * 3600, moment - 25 * 3600))
    write_whole(tmp_path / "a", b"x")
    assert names(tmp_path) == [".hidden.part", "a"]


def test_a_failed_write_leaves_nothing(tmp_path, monkeypatch):
    def full(handle):
        raise OSError(28, "No space left on device")

    (tmp_path / "a").write_bytes(b"old")
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        write_whole(tmp_path / "a", b"new")
    assert names(tmp_path) == ["a"]
    assert (tmp_path / "a").read_bytes() == b"old"
