"""What the engine raises when something cannot be done, each with a sentence for the user."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class EngineError(Exception):
    """Base of all errors whose message is meant for the user as it stands."""


class ShapeError(EngineError, ValueError):
    """An array, or a layer's settings, do not fit what comes before them."""


class DataError(EngineError, ValueError):
    """A data file is missing, damaged or of another kind than expected."""


class DataWarning(UserWarning):
    """Arrays were understood in a way that is likely meant, but is not what they literally say."""


class ModelFileError(EngineError, ValueError):
    """A model or stack file cannot be used: damaged, newer, or not fitting its description."""


class NewerFileError(ModelFileError):
    """A file of a newer version: nothing is wrong with it, but this cnnviz cannot read it."""


class NotReadyError(EngineError, RuntimeError):
    """Something was asked for in the wrong order, such as backward before forward."""


@contextmanager
def reading(path: Path) -> Iterator[None]:
    """Say in a sentence what the system says of a file or folder that cannot be read.

    Raises:
        DataError: in place of ``OSError``.
    """
    try:
        yield
    except FileNotFoundError as error:
        raise DataError(f"There is no file {path}.") from error
    except OSError as error:
        raise DataError(f"{path} cannot be read: {error.strerror or error}.") from error
