"""Offers, at the start, the stacks that a crash left unsaved: one after the other, none dropped."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject

from app.build.panel import BuildPanel
from app.kit.notice_bar import NoticeAction
from app.shell.autosave import Autosave, Leftover


class Recovery(QObject):
    """Asks about each leftover of ``autosave`` in the notice bar of Build."""

    def __init__(self, autosave: Autosave, build: BuildPanel) -> None:
        super().__init__(build)
        self._autosave = autosave
        self._build = build
        self._waiting: list[Leftover] = []
        self._count = 0

    def offer(self) -> bool:
        """Offer what was left behind; return whether there was anything."""
        self._waiting = list(self._autosave.leftovers())
        self._count = len(self._waiting)
        self._offer_next()
        for problem in self._autosave.problems:
            self._build.status_message.emit(f"Unsaved changes cannot be read. {problem}")
        return bool(self._waiting)

    def _offer_next(self) -> None:
        notice = self._build.notice
        if not self._waiting:
            notice.hide()
            return
        leftover = self._waiting[0]
        actions = [NoticeAction("Recover", partial(self._recover, leftover))]
        if self._count > 1 and self._build.own_presets is not None:
            actions.append(NoticeAction("Keep among my presets", partial(self._keep, leftover)))
        if self._count > 1:
            leave = partial(self._answer, self._autosave.leave, leftover)
            actions.append(NoticeAction("At the next start", leave))
        discard = partial(self._answer, self._autosave.discard, leftover)
        actions.append(NoticeAction("Discard", discard))
        notice.show_notice("warning", self._sentence(leftover), *actions)

    def _sentence(self, leftover: Leftover) -> str:
        name = leftover.stack.name
        file = f" in {Path(leftover.saved_as).name}" if leftover.saved_as else ""
        place = self._count - len(self._waiting) + 1
        number = f" ({place} of {self._count})" if self._count > 1 else ""
        return f"cnnviz ended before the changes to {name} were saved{file}{number}."

    def _answer(self, do: Callable[[Leftover], None], leftover: Leftover) -> None:
        self._waiting.remove(leftover)
        do(leftover)
        self._offer_next()

    def _recover(self, leftover: Leftover) -> None:
        """Take it into the document; one that was recovered before may have to be saved first."""
        if self._build.files.confirm_discard():
            self._answer(self._autosave.recover, leftover)

    def _keep(self, leftover: Leftover) -> None:
        if self._build.palette_box.keep_stack(leftover.stack):
            self._answer(self._autosave.discard, leftover)
