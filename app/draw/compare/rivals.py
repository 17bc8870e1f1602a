"""The networks that the open one can be compared with: bundled ones, this session's, a file."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject, Signal, Slot

from app.look.assets import asset
from app.look.percentages import percent
from app.state.networks import NetworkHolder
from app.state.recognition import unfit_words
from engine.basics.errors import EngineError, ModelFileError

if TYPE_CHECKING:  # the window is painted before the engine is loaded
    from engine.networks.calibration import Calibration
    from engine.networks.model_file import TrainingRecord
    from engine.networks.network import Sequential

MOST = 8
"""How many networks of this session are remembered, the latest ones."""

BUNDLED, FILE, SESSION = "bundled", "file", "session"


@dataclass(frozen=True, eq=False)
class Rival:
    """One network to compare with. ``key`` finds it again; ``about`` says where it is from."""

    key: str
    title: str
    about: str
    network: Sequential
    calibration: Calibration
    class_names: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """Title and origin in one line."""
        return f"{self.title} · {self.about}"


class Rivals(QObject):
    """Keeps the list.

    Signals:
        changed: There are others to choose from.
    """

    changed = Signal()

    def __init__(self, networks: NetworkHolder, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._networks = networks
        self._bundled: tuple[Rival, ...] | None = None
        self._session: list[Rival] = []
        self._files: list[Rival] = []
        self._seen = 0
        networks.network_changed.connect(self._remember)
        self._remember()

    def options(self) -> tuple[Rival, ...]:
        """All that differ from the open network, which must be one that reads digits."""
        if not self._networks.accepts_digits:
            return ()
        known = _without_twins((*self._bundled_ones(), *self._files, *self._session[::-1]))
        return tuple(one for one in known if not _are_same(one.network, self._networks.network))

    def open(self, path: Path) -> Rival:
        """Add the network in a file.

        Raises:
            ModelFileError: if the file cannot be used, or its network does not read digits.
        """
        rival = _from_file(path, f"{FILE}:{path}", path.name)
        self._files = [one for one in self._files if one.key != rival.key] + [rival]
        self.changed.emit()
        return rival

    def recall(self, key: str) -> None:
        """Open again the file that was compared with last time, if it is still there."""
        kind, _, name = key.partition(":")
        if kind == FILE and not any(one.key == key for one in self._files):
            try:
                self.open(Path(name))
            except (EngineError, OSError):
                return  # gone since: the first one of the list is as good

    @Slot()
    def _remember(self) -> None:
        """Keep each network that was open, as it was before any meddling."""
        if not self._networks.has_network or not self._networks.accepts_digits:
            self.changed.emit()
            return
        original = self._networks.original
        if not any(one.network is original for one in self._session):
            self._seen += 1
            about = _origin(self._networks.record)
            key = f"{SESSION}:{self._seen}"
            calibration = self._networks.calibration
            names = self._networks.class_names
            rival = Rival(key, original.stack.name, about, original, calibration, names)
            self._session = [*self._session, rival][-MOST:]
        self.changed.emit()

    def _bundled_ones(self) -> tuple[Rival, ...]:
        if self._bundled is None:
            found = []
            for path in sorted(asset("models").glob("*.safetensors")):
                try:
                    found.append(_from_file(path, f"{BUNDLED}:{path.name}", "bundled"))
                except ModelFileError:
                    continue  # of another kind: nothing to compare drawings with
            self._bundled = tuple(found)
        return self._bundled


def _from_file(path: Path, key: str, about: str) -> Rival:
    from engine.networks.calibration import Calibration  # noqa: PLC0415 - slow to load
    from engine.networks.model_file import load_model  # noqa: PLC0415

    model = load_model(path)
    problem = unfit_words(model.stack)
    if problem:
        raise ModelFileError(problem)
    calibration = (model.record.calibration if model.record else None) or Calibration()
    names = model.record.class_names if model.record else ()
    return Rival(key, model.stack.name, about, model.network, calibration, names)


def _origin(record: TrainingRecord | None) -> str:
    if record is None:
        return "of this session"
    accuracy = record.test_accuracy or record.validation_accuracy
    measured = "" if accuracy is None else f", {percent(accuracy)}"
    return f"{record.data}, {record.images:,} images{measured}"


def _without_twins(rivals: Iterable[Rival]) -> list[Rival]:
    """Each network once, the first time that it occurs."""
    found: list[Rival] = []
    for rival in rivals:
        if not any(_are_same(rival.network, one.network) for one in found):
            found.append(rival)
    return found


def _are_same(one: Sequential, other: Sequential) -> bool:
    if one is other:
        return True
    is_alike = one.stack.layers == other.stack.layers and one.stack.name == other.stack.name
    return is_alike and np.array_equal(one.parameters, other.parameters)
