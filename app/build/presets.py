"""The user's own presets in Build: stacks are kept, renamed and removed."""

from __future__ import annotations

from typing import Any, Literal

from PySide6.QtCore import QObject, QTimer, SignalInstance, Slot
from PySide6.QtWidgets import QMessageBox, QWidget

from app.build.palette import Palette
from app.kit.errors import show_error
from app.state.own_presets import OwnPreset, OwnPresets
from engine.basics.errors import EngineError
from engine.networks.stack import Stack


class PresetKeeping(QObject):
    """Does what the palette asks for; questions and errors appear over ``owner``."""

    def __init__(
        self,
        presets: OwnPresets | None,
        palette: Palette,
        owner: QWidget,
        status_message: SignalInstance,
    ) -> None:
        super().__init__(owner)
        self._presets = presets
        self._palette = palette
        self._owner = owner
        self._status_message = status_message
        palette.rename_wanted.connect(self._rename)
        palette.removal_wanted.connect(self._remove)

    def keep(self, stack: Stack) -> bool:
        """Keep a stack among the user's own presets; return whether that succeeded."""
        if self._presets is None:
            return False
        try:
            preset = self._presets.keep(stack)
        except EngineError as error:
            show_error(self._owner, error, "The preset was not kept")
            return False
        self._palette.show_preset(preset)
        self._status_message.emit(f"Kept {preset.title} among your presets.")
        return True

    @Slot(object, str)
    def _rename(self, preset: OwnPreset, name: str) -> None:
        # after the editor has closed: the list is made anew
        QTimer.singleShot(0, self, lambda: self._change("rename", preset, name))

    @Slot(object)
    def _remove(self, preset: OwnPreset) -> None:
        button = QMessageBox.StandardButton
        answer = QMessageBox.question(
            self._owner, "Remove preset", f"Remove {preset.title} from your presets?",
            button.Yes | button.No, button.No,
        )  # fmt: skip
        if answer == button.Yes:
            self._change("remove", preset)

    def _change(self, what: Literal["rename", "remove"], *values: Any) -> None:
        if self._presets is None:
            return
        try:
            getattr(self._presets, what)(*values)
        except EngineError as error:
            show_error(self._owner, error, "The preset was not changed")
