"""What parsers of other libraries raise for damaged files."""

from __future__ import annotations

import lzma
import struct
import tokenize
import zipfile
import zlib

PARSER_FAULTS = (
    ArithmeticError,
    AttributeError,
    EOFError,
    LookupError,
    MemoryError,
    OSError,
    RuntimeError,
    SyntaxError,
    TypeError,
    ValueError,
    lzma.LZMAError,
    struct.error,
    tokenize.TokenError,
    zipfile.BadZipFile,
    zlib.error,
)
"""Wide on purpose: no such library says all that it raises."""
