"""How the window closes: what is asked before, and how everything that runs is ended."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QMessageBox, QWidget

from app.jobs.thread import WorkerThread
from app.look.icons import icon
from app.look.theme import px
from app.shell.files import FileCommands
from app.shell.workspaces import Workspaces

if TYPE_CHECKING:
    from app.state.networks import NetworkHolder
    from app.train.training_session import TrainingSession

_JOIN_MS = 10_000


class Closing:
    """Asks about unsaved work before a window closes, and ends what runs in the background.

    Attributes:
        leaves_thread_behind: A thread did not end in time, and the window closes anyway.
    """

    def __init__(
        self,
        window: QWidget,
        workspaces: Workspaces,
        networks: NetworkHolder,
        files: FileCommands,
    ) -> None:
        self.leaves_thread_behind = False
        self._window, self._workspaces = window, workspaces
        self._networks, self._files = networks, files

    def is_allowed(self) -> bool:
        """Ask about what is unsaved, then about a training run; "Cancel" leaves all as it was."""
        workspaces = self._workspaces
        if workspaces.has_unsaved_stack:
            workspaces.open(Workspaces.build.key)
            if not workspaces.build.files.confirm_discard():
                return False
        if workspaces.has_unsaved_lecture:
            workspaces.open(Workspaces.step.key)
            if not workspaces.lectures.files.confirm_discard():
                return False
        if self._networks.is_only_here:
            question = _LostNetworkQuestion(self._window, self._networks, self._files)
            if not question.is_agreed_to():
                return False
        session = workspaces.session
        if session is None or not session.is_active:
            return True
        notes = filter(None, (part.closing_note() for part in workspaces.train.parts))
        return _TrainingQuestion(self._window, session, tuple(notes)).is_agreed_to()

    def end_everything(self) -> bool:
        """Take the window off the screen at once, then wait for all that runs in the background.

        All of it is asked to stop before any of it is waited for. A batch that is being computed is
        computed to its end, and the run is written down.

        Returns:
            Whether the window may go; a thread that does not end may be left behind.
        """
        self._window.hide()
        for thread in self._window.findChildren(WorkerThread):
            thread.ask_to_stop()
        made = self._workspaces.made
        busy = [title for title, panel in made.items() if not panel.stop_and_join(_JOIN_MS)]
        if not busy:
            return True
        self._window.show()
        question = _Question(
            self._window,
            "Not everything has stopped yet",
            f"Still busy after {_JOIN_MS // 1000} seconds: {', '.join(busy)}.",
            "Close anyway",
            "Wait",
        )
        self.leaves_thread_behind = question.is_agreed_to()
        return self.leaves_thread_behind


class _Question(QMessageBox):
    """A question with two answers in words; Enter and Esc give the harmless one."""

    def __init__(self, parent: QWidget, title: str, sentence: str, yes: str, no: str) -> None:
        super().__init__(QMessageBox.Icon.NoIcon, "cnnviz", title, parent=parent)
        self.setIconPixmap(icon("help", "accent").pixmap(px(36), px(36)))
        self.setInformativeText(sentence)
        self.agree = self.addButton(yes, QMessageBox.ButtonRole.DestructiveRole)
        self.refuse = self.addButton(no, QMessageBox.ButtonRole.RejectRole)
        self.setDefaultButton(self.refuse)
        self.setEscapeButton(self.refuse)

    def is_agreed_to(self) -> bool:
        """Ask, and wait for the answer."""
        self.exec()
        has_agreed = self.clickedButton() is self.agree
        self.deleteLater()
        return has_agreed


class _LostNetworkQuestion(_Question):
    """What becomes of a network that is in no file, such as a fine-tuned one."""

    def __init__(self, parent: QWidget, networks: NetworkHolder, files: FileCommands) -> None:
        super().__init__(
            parent,
            "Save the fine-tuned network?",
            "Draw uses it, but it is in no file: it goes when cnnviz closes.",
            "Close without it",
            "Stay",
        )
        self._networks, self._files = networks, files
        self._save = self.addButton("Save\N{HORIZONTAL ELLIPSIS}", self.ButtonRole.AcceptRole)

    def is_agreed_to(self) -> bool:
        """Ask, and wait for the answer; once saved, nothing would be lost."""
        has_agreed = super().is_agreed_to()
        if self.clickedButton() is self._save:
            self._files.save_network_dialog()
            return not self._networks.is_only_here
        return has_agreed


class _TrainingQuestion(_Question):
    """Whether to stop a run in progress; once it has ended by itself, whether to close at all."""

    def __init__(self, parent: QWidget, session: TrainingSession, notes: tuple[str, ...]) -> None:
        super().__init__(
            parent,
            "Stop the training and close?",
            " ".join((f"{session.progress_text}.", *notes)),
            "Stop and close",
            "Keep training",
        )
        self._session = session
        session.ended.connect(self._say_that_it_ended)

    @Slot()
    def _say_that_it_ended(self) -> None:
        result = self._session.result
        self.setText("The training has ended. Close?")
        self.setInformativeText(result.message if result is not None else "")
        self.agree.setText("Close")
        self.refuse.setText("Stay")
