"""Downloading published files: checked by their SHA-256, from a second place if the first fails.

The files of a collection arrive together or not at all. They are downloaded into a
temporary folder within their destination, and moved into place once the last one is checked.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from engine.basics.errors import DataError
from engine.data.progress import (
    CancelledError,
    IsCancelled,
    Progress,
    ignore_progress,
    never_cancelled,
)

_CHUNK = 2**16
_TIMEOUT_SECONDS = 20.0


@dataclass(frozen=True)
class PublishedFile:
    """A file as it was published: its name, SHA-256 and length in bytes."""

    name: str
    sha256: str
    size: int


def has_checksum(path: Path, sha256: str) -> bool:
    """Whether the file is there and its bytes have this SHA-256."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest() == sha256
    except OSError:
        return False


def download(
    directory: Path,
    progress: Progress = ignore_progress,
    is_cancelled: IsCancelled = never_cancelled,
    *,
    mirrors: Sequence[str],
    files: Sequence[PublishedFile],
) -> Path:
    """Fetch all files that ``directory`` does not hold yet, each from the first mirror that can.

    Args:
        directory: where the files go; it is made if need be, and returned.
        progress: told the bytes that are done and those of all files.
        is_cancelled: asked after every 64 KiB.
        mirrors: addresses of folders, ending in a slash, in the order in which they are tried.
        files: what to fetch.

    Raises:
        CancelledError: if ``is_cancelled`` said so; the directory is as it was before.
        DataError: if no mirror gave a file as published, or it cannot be stored; likewise.
    """
    missing = [file for file in files if not has_checksum(directory / file.name, file.sha256)]
    bytes_in_all = sum(file.size for file in files)
    bytes_done = bytes_in_all - sum(file.size for file in missing)
    was_there = directory.exists()
    try:
        directory.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".download-", dir=directory) as folder:
            for file in missing:
                meter = _Meter(bytes_done, bytes_in_all, progress, is_cancelled)
                _fetch(file, mirrors, Path(folder), meter)
                bytes_done += file.size
            for file in missing:
                Path(folder, file.name).replace(directory / file.name)
    except OSError as error:
        raise DataError(
            f"The download cannot be stored in {directory}: {error.strerror or error}."
        ) from error
    finally:
        if not was_there:
            _remove_if_empty(directory)
    progress(bytes_in_all, bytes_in_all)
    return directory


class _Meter:
    """What pooch tells of a running transfer; the place where it is cancelled."""

    def __init__(
        self, done_before: int, bytes_in_all: int, progress: Progress, is_cancelled: IsCancelled
    ) -> None:
        self.total = 0  # set by pooch: length of this file
        self._done_before = done_before
        self._bytes_in_all = bytes_in_all
        self._progress = progress
        self._is_cancelled = is_cancelled
        self._received = 0

    def update(self, received: int) -> None:
        self._received += received
        self.stop_if_cancelled()
        done = self._done_before + min(self._received, self.total or self._received)
        self._progress(min(done, self._bytes_in_all), self._bytes_in_all)

    def stop_if_cancelled(self) -> None:
        if self._is_cancelled():
            raise CancelledError("The download was cancelled; nothing was kept of it.")

    def reset(self) -> None:
        self._received = 0

    def close(self) -> None:
        """Nothing to close: part of what pooch expects of a progress display."""


def _fetch(file: PublishedFile, mirrors: Sequence[str], folder: Path, meter: _Meter) -> None:
    import pooch  # noqa: PLC0415 - slow, and needed only here
    from requests.exceptions import RequestException  # noqa: PLC0415 - likewise

    pooch.get_logger().setLevel("ERROR")
    downloader = pooch.HTTPDownloader(
        progressbar=meter, chunk_size=_CHUNK, timeout=_TIMEOUT_SECONDS
    )
    reasons = []
    for mirror in mirrors:
        meter.stop_if_cancelled()
        meter.reset()
        try:
            pooch.retrieve(
                mirror + file.name,
                f"sha256:{file.sha256}",
                file.name,
                folder,
                downloader=downloader,
            )
        except RequestException as error:
            reasons.append(f"{mirror} {_reason(error)}")
        except ValueError:
            reasons.append(f"{mirror} sent a file with another checksum than the published one")
        else:
            return
    raise DataError(
        f"{file.name} could not be downloaded: {'; '.join(reasons)}. "
        "Check the connection, or put the files into a folder yourself and choose that."
    )


def _reason(error: OSError) -> str:
    response = getattr(error, "response", None)
    if response is not None:
        return f"answered {response.status_code} {response.reason}"
    kind = type(error).__name__
    if "Timeout" in kind:
        return f"did not answer within {_TIMEOUT_SECONDS:.0f} seconds"
    if "Chunked" in kind:
        return "broke off in the middle"
    return "could not be reached"


def _remove_if_empty(directory: Path) -> None:
    if directory.is_dir() and not os.listdir(directory):  # noqa: PTH208 - only whether there is any
        directory.rmdir()
