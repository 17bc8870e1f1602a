"""The IDX format of MNIST and its relatives: a typed array behind a short header.

Two zero bytes, a type code, the number of axes, the length of each axis as a big-endian 32-bit
number, then the values row by row. Source: http://yann.lecun.com/exdb/mnist (as archived).
"""

from __future__ import annotations

import gzip
import math
import zlib
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.basics.errors import DataError
from engine.basics.file_kinds import IDX, PACKED, check_kind

UNSIGNED_BYTE = 0x08
"""The only type code in use by MNIST and its relatives."""

_GZIP_MAGIC = b"\x1f\x8b"

_MOST_BYTES = 2**31
"""A file that unpacks to more is no data set for a laptop, and may be a trap."""


def read_idx(path: Path, axes: int) -> NDArray[np.uint8]:
    """The array in an IDX file, compressed with gzip or not.

    Args:
        path: the file; whether it is compressed is seen from its content, not from its name.
        axes: the number of axes that are expected: 1 for labels, 3 for images.

    Raises:
        DataError: if the file is missing, truncated, too long, or something else than expected.
    """
    return parse_idx(read_unpacked(path), path.name, axes)


def read_unpacked(path: Path) -> bytes:
    """The bytes of a file, decompressed if it is a gzip file.

    Raises:
        DataError: if it is missing, cannot be read, is damaged, or is known to be something else.
    """
    check_kind(path, IDX, PACKED)
    try:
        content = path.read_bytes()
    except FileNotFoundError as error:
        raise DataError(f"{path.name} is missing from {path.parent}.") from error
    except OSError as error:
        raise DataError(f"{path} cannot be read: {error.strerror or error}.") from error
    if not content.startswith(_GZIP_MAGIC):
        return content
    try:
        return _decompress(content, path.name)
    except EOFError as error:
        raise DataError(
            f"{path.name} is truncated: it ends in the middle of its compressed data "
            f"after {len(content):,} bytes. Download it again."
        ) from error
    except (gzip.BadGzipFile, zlib.error) as error:
        raise DataError(
            f"{path.name} is damaged: its compressed data cannot be unpacked. Download it again."
        ) from error


def parse_idx(content: bytes, name: str, axes: int) -> NDArray[np.uint8]:
    """The array in the bytes of an uncompressed IDX file called ``name``, see ``read_idx``.

    Shape:
        As the header says; read-only, as it lies in ``content`` itself.
    """
    expected = bytes((0, 0, UNSIGNED_BYTE, axes))
    magic = content[:4]
    if len(magic) < 4:
        raise DataError(f"{name} is truncated: an IDX file has at least 4 bytes, it {len(magic)}.")
    if magic[:2] != b"\x00\x00" or not magic[3]:
        raise DataError(
            f"{name} must be an IDX file, beginning with {expected.hex(' ')}; "
            f"it begins with {magic.hex(' ')}."
        )
    if magic[2] != UNSIGNED_BYTE:
        raise DataError(
            f"{name} must hold unsigned bytes (IDX type 08); its type is {magic[2]:02x}."
        )
    if magic[3] != axes:
        raise DataError(
            f"{name} must hold {_KINDS.get(axes, 'an array')} ({axes} axes); it has {magic[3]}. "
            "Were images and labels swapped?"
        )
    start = 4 + 4 * axes
    if len(content) < start:
        raise DataError(f"{name} is truncated: its header of {start} bytes ends too early.")
    shape = tuple(int(length) for length in np.frombuffer(content, ">u4", axes, offset=4))
    promised, present = math.prod(shape), len(content) - start
    if present < promised:
        raise DataError(
            f"{name} is truncated: its header promises {promised:,} values, it has {present:,}. "
            "Download it again."
        )
    if present > promised:
        raise DataError(
            f"{name} is too long: its header promises {promised:,} values, "
            f"and {present - promised:,} bytes follow them. Download it again."
        )
    return np.frombuffer(content, np.uint8, offset=start).reshape(shape)


_KINDS = {1: "labels", 3: "images"}


def _decompress(content: bytes, name: str) -> bytes:
    unpacker = zlib.decompressobj(wbits=31)
    unpacked = unpacker.decompress(content, _MOST_BYTES)
    if unpacker.unconsumed_tail:
        raise DataError(f"{name} unpacks to more than {_MOST_BYTES >> 30} GiB; it is not used.")
    if not unpacker.eof:
        raise EOFError
    if unpacker.unused_data.strip(b"\x00"):
        return gzip.decompress(content)
    return unpacked
