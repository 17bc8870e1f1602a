"""What a file is, seen from its content, and where it can be opened: so that nobody has to guess.

Whoever opens files of one kind asks ``check_kind`` first; a file of another kind is then refused by
its own name, not as a damaged one. Nothing is unpickled, and no more than the beginning is read.
"""

from __future__ import annotations

import gzip
import re
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine.basics.errors import DataError, EngineError
from engine.basics.parser_faults import PARSER_FAULTS
from engine.basics.records import parse_json, quoted

_START = 4096
_LONGEST_HEADER = 16 * 2**20
_LONGEST_JSON = 64 * 2**20


@dataclass(frozen=True)
class FileKind:
    """A kind of file: ``name`` goes on after "is"; ``advice`` says where it belongs."""

    name: str
    advice: str

    def sentence(self, path: Path) -> str:
        """What a file is, and what to do with it."""
        return f"{quoted(path.name)} is {self.name}. {self.advice}"


_AS_DATA = "Train opens it: under Images, with File…."
NETWORK = FileKind("a network of cnnviz", "File, Open opens it.")
CHECKPOINT = FileKind(
    "the checkpoint of a training run", "The run itself is listed in Train, under Runs."
)
WEIGHTS = FileKind(
    "a file of weights (safetensors) that holds no stack of cnnviz",
    "The command “cnnviz import” reads them into a stack that fits.",
)
STACK = FileKind("a stack of layers", "File, Open opens it.")
LECTURE = FileKind("a lecture", "File, Open opens it.")
RUN = FileKind("the record of a training run", "The run is listed in Train, under Runs.")
LAB = FileKind("a state of Step", "It belongs into a lecture, as a scene.")
AUTOSAVE = FileKind("a stack that was saved automatically", "Build offers it after a crash.")
DRAWINGS = FileKind(
    "a file of drawings (JSON)", "Draw takes those with labels: My drawings…, Import…."
)
JSON = FileKind("a JSON file of another program", "It holds nothing that cnnviz opens.")
PYTORCH = FileKind(
    "a PyTorch file, which is a pickle",
    "That could run a program when read. In PyTorch, save the weights with "
    "safetensors.torch.save_file(model.state_dict(), path); the command “cnnviz import” reads "
    "them into a stack that fits.",
)
PICKLE = FileKind(
    "a pickle, which could run a program when read",
    "In Python, save images and labels with numpy.savez, and weights as safetensors.",
)
NPZ = FileKind("a NumPy archive", _AS_DATA)
NPY = FileKind(
    "a NumPy file that holds one array",
    "Images and labels together belong into an NPZ archive: numpy.savez(path, x=…, y=…).",
)
IDX = FileKind("an IDX file, as of MNIST", _AS_DATA)
TABLE = FileKind("a table (CSV)", _AS_DATA)
IMAGE = FileKind(
    "a single image",
    "File, Open puts it onto Draw's sheet. To train on images, choose the folder that holds a "
    "folder of images for each class.",
)
OTHER_IMAGE = FileKind(
    "a picture of a kind that is not read", "Save it as PNG or JPEG, and open that."
)
WORKBOOK = FileKind("a workbook of a spreadsheet", "Save the sheet as CSV there, and open that.")
PACKED = FileKind("packed", "Unpack it, and open the file or folder that was in it.")
KERAS = FileKind(
    "a Keras or HDF5 file",
    "It is not read. Weights come in from PyTorch, saved as safetensors; data as an NPZ archive.",
)
ONNX = FileKind("an ONNX file", "cnnviz saves such files, but does not open them.")
WEB_PAGE = FileKind(
    "a web page",
    "If a download was to give a file, it gave a page about it instead: download the file again.",
)
PDF = FileKind("a PDF document", "Save the picture in it as PNG, and open that.")
EMPTY = FileKind("empty", "Save or download it again.")
FOLDER = FileKind("a folder", "Train opens folders of images: under Images, with Folder….")

DATA_KINDS = frozenset({NPZ, IDX, TABLE, FOLDER})
"""What ``open_data`` takes."""
_FORMATS = {
    "cnnviz-network": NETWORK,
    "cnnviz-checkpoint": CHECKPOINT,
    "cnnviz-stack": STACK,
    "cnnviz-lecture": LECTURE,
    "cnnviz-run": RUN,
    "cnnviz-lab": LAB,
    "cnnviz-autosave": AUTOSAVE,
}
_BEFORE = rb"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*"
_BEGINNINGS = tuple(
    (re.compile(pattern, re.DOTALL), kind)
    for pattern, kind in (
        (rb"\x89PNG|\xff\xd8\xff|GIF8|II\*\x00|MM\x00\*|P[1-6]\s", IMAGE),
        (rb"BM.{4}\x00{4}|RIFF.{4}WEBP", IMAGE),
        (rb".{4}ftyp(?:heic|heix|mif1|avif)", OTHER_IMAGE),
        (_BEFORE + rb"(?:<!DOCTYPE svg[^>]*>\s*)?<svg\b", OTHER_IMAGE),
        (_BEFORE + rb"(?i:<!doctype\s+html|<html\b)", WEB_PAGE),
        (rb"\x93NUM", NPY),
        (rb"\x00\x00\x08[\x01\x03]", IDX),
        (rb"\x89HDF\r\n\x1a\n", KERAS),
        (rb"%PDF-", PDF),
        (rb"7z\xbc\xaf'\x1c|Rar!\x1a\x07|\xfd7zXZ\x00|BZh|\x28\xb5\x2f\xfd|.{257}ustar", PACKED),
        (rb"\x80\x02\x8a\nl\xfc\x9cF\xf9 j\xa8P\x19\.", PYTORCH),
        (rb"\x80[\x02-\x05]", PICKLE),
    )
)
"""How files begin that are not packed."""


def kind_of(path: Path) -> FileKind | None:
    """What a file or folder is; ``None`` if it is missing, damaged, or of no kind known here."""
    if not (path.is_file() or path.is_dir()):  # a pipe would be waited for
        return None
    try:
        if path.is_dir():
            return FOLDER
        with path.open("rb") as file:
            start = file.read(_START)
        return _judge(path, start)
    except PARSER_FAULTS:
        return None


def check_kind(
    path: Path, *wanted: FileKind, error: type[EngineError] = DataError, what: str = ""
) -> None:
    """Refuse a file that is known to be of another kind than those that are wanted.

    Args:
        path: The file; one that is missing, damaged or of no known kind passes.
        wanted: What the caller reads.
        error: What is raised.
        what: A sentence on what is wanted, said after what the file is.

    Raises:
        EngineError: ``error``, saying what the file is and where it can be opened.
    """
    kind = kind_of(path)
    if kind is not None and kind not in wanted:
        raise error(f"{kind.sentence(path)} {what}".rstrip())


def _judge(path: Path, start: bytes) -> FileKind | None:
    if not start:
        return EMPTY
    if start[8:9] == b"{" and int.from_bytes(start[:8], "little") <= _LONGEST_HEADER:
        return _in_safetensors(path)
    if start.startswith(b"\x1f\x8b"):
        return _in_gzip(path)
    if start.startswith(b"PK\x03\x04"):
        return _in_zip(path)
    if start.lstrip()[:1] in {b"{", b"["}:
        return _in_json(path)
    return _plain(path.name.lower(), start)


def _plain(name: str, start: bytes) -> FileKind | None:
    """The kind of a file that is not packed, from its beginning; ONNX has none of its own."""
    if name.endswith(".onnx"):
        return ONNX
    found = next((kind for pattern, kind in _BEGINNINGS if pattern.match(start)), None)
    if found is PICKLE and name.endswith((".pt", ".pth")):
        return PYTORCH
    return found or (TABLE if _is_table(name, start) else None)


def _is_table(name: str, start: bytes) -> bool:
    """Whether the first lines have the same number of separators; by its name one will do."""
    try:
        text = start.decode("utf-8-sig", errors="strict" if len(start) < _START else "ignore")
    except UnicodeDecodeError:
        return False
    lines = [line for line in text.splitlines() if line.strip()][: 6 if len(start) < _START else 2]
    if not lines or not all(char.isprintable() or char.isspace() for char in text):
        return False
    counts = [[line.count(separator) for separator in ",;\t"] for line in lines]
    alike = [set(of_one) for of_one in zip(*counts, strict=True)]
    least = 1 if name.endswith((".csv", ".tsv")) else 2
    return (len(lines) > 1 or least == 1) and any(
        len(found) == 1 and min(found) >= least for found in alike
    )


def _in_gzip(path: Path) -> FileKind | None:
    with gzip.open(path, "rb") as stream:
        start = stream.read(_START)
    inside = _plain(path.name.lower().removesuffix(".gz"), start)
    return inside if inside is IDX else PACKED


def _in_zip(path: Path) -> FileKind | None:
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
    except PARSER_FAULTS:
        return PACKED if path.suffix.lower() == ".zip" else None
    if any(name == "data.pkl" or name.endswith("/data.pkl") for name in names):
        return PYTORCH
    if "model.weights.h5" in names:
        return KERAS
    if any(name.startswith("xl/") for name in names) or "content.xml" in names:
        return WORKBOOK
    if any(name.endswith(".npy") for name in names):
        return NPZ
    return PACKED


def _in_safetensors(path: Path) -> FileKind | None:
    with path.open("rb") as file:
        length = int.from_bytes(file.read(8), "little")
        header = parse_json(file.read(length), "The header")
    metadata = header.get("__metadata__") or {} if isinstance(header, dict) else {}
    return _FORMATS.get(str(metadata.get("format")), WEIGHTS)


def _in_json(path: Path) -> FileKind | None:
    if path.stat().st_size > _LONGEST_JSON:
        return None
    data: Any = parse_json(path.read_bytes(), "The file")
    if isinstance(data, dict):
        if "strokes" in data:
            return DRAWINGS
        return _FORMATS.get(str(data.get("format")), JSON)
    first = data[0] if data else None
    is_drawing = isinstance(first, list) or (isinstance(first, dict) and "strokes" in first)
    return DRAWINGS if is_drawing else JSON
