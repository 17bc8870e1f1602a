"""The files opened and saved last, for the File menu."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from PySide6.QtWidgets import QMenu, QWidget

from app.state.settings import RECENT_FILES, Settings
from engine.basics.errors import DataError
from engine.basics.records import Record, parse_json

MOST = 8


class RecentFiles:
    """The latest files first, remembered in the settings."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def paths(self) -> tuple[Path, ...]:
        """The files, whether or not they are still there."""
        try:
            kept = parse_json(self._settings.get(RECENT_FILES) or "[]", "The list of files")
            names = Record({"files": kept}, "The list of files").texts("files")
        except DataError:
            return ()
        return tuple(Path(name) for name in names if "\0" not in name)[:MOST]

    def add(self, path: Path) -> None:
        """Put a file first."""
        path = path.absolute()
        self._keep((path, *(other for other in self.paths() if other != path)))

    def remove(self, path: Path) -> None:
        """Forget a file."""
        self._keep(tuple(other for other in self.paths() if other != path))

    def clear(self) -> None:
        """Forget all of them."""
        self._keep(())

    def _keep(self, paths: tuple[Path, ...]) -> None:
        self._settings.set(RECENT_FILES, json.dumps([str(path) for path in paths[:MOST]]))


class RecentMenu(QMenu):
    """A submenu that is filled again each time it is shown."""

    def __init__(
        self, recent: RecentFiles, open_file: Callable[[Path], object], parent: QWidget
    ) -> None:
        super().__init__("Open &recent", parent)
        self._recent = recent
        self._open = open_file
        self.aboutToShow.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Show the files as they are now; those that are gone are greyed."""
        self.clear()
        paths = self._recent.paths()
        for number, path in enumerate(paths, start=1):
            action = self.addAction(f"&{number}  {path.name.replace('&', '&&')}")
            action.setToolTip(str(path))
            action.setEnabled(path.is_file())
            action.triggered.connect(lambda _=False, path=path: self._open(path))
        if paths:
            self.addSeparator()
        forget = self.addAction("&Forget these" if paths else "No files yet")
        forget.setEnabled(bool(paths))
        forget.triggered.connect(self._recent.clear)
