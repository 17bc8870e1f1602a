"""How the window closes: what is asked before, and how everything that runs is ended."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QMessageBox, QWidget

from app.icons import icon
from app.theme import px
from app.workers.thread import WorkerThread

if TYPE_CHECKING:
    from app.main_window import MainWindow
    from app.panels.train import TrainPanel

_JOIN_MS = 10_000


def may_close(window: MainWindow) -> bool:
    """Ask about what is unsaved, then about a training run; "Cancel" leaves all as it was."""
    workspaces = window.workspaces
    if workspaces.has_unsaved_stack:
        window.open_workspace("build")
        if not workspaces.build.confirm_discard():
            return False
    if workspaces.has_unsaved_lecture:
        window.open_workspace("step")
        if not workspaces.lectures.files.confirm_discard():
            return False
    session = workspaces.session
    return (
        session is None
        or not session.is_active
        or _asked(
            window,
            "Close while it trains?",
            " ".join((f"{session.progress_text}.", *_notes(workspaces.train))),
            "Stop and close",
            "Keep training",
        )
    )


def end_everything(window: MainWindow) -> bool:
    """Take the window off the screen at once, then wait for all that runs in the background.

    All of it is asked to stop before any of it is waited for. A batch that is being computed is
    computed to its end, and the run is written down.

    Returns:
        Whether the window may go; a thread that does not end may be left behind.
    """
    window.hide()
    for thread in window.findChildren(WorkerThread):
        thread.ask_to_stop()
    workspaces = window.workspaces
    for panel in workspaces.made:
        if panel.key != "train":
            panel.stop_and_join(_JOIN_MS)  # nothing of it is kept
    if workspaces.session is None or workspaces.train.stop_and_join(_JOIN_MS):
        return True
    window.show()
    window.is_leaving_thread_behind = _asked(
        window,
        "Training has not stopped yet",
        f"It was asked to {_JOIN_MS // 1000} seconds ago and is still busy.",
        "Close all the same",
        "Wait",
    )
    return window.is_leaving_thread_behind


def _notes(train: TrainPanel) -> tuple[str, ...]:
    """What the parts of Train say of the run that would be stopped."""
    return tuple(filter(None, (part.closing_note() for part in train.parts)))


def _asked(parent: QWidget, title: str, sentence: str, yes: str, no: str) -> bool:
    """Ask a question with two answers in words; Enter and Esc give the harmless one."""
    box = QMessageBox(QMessageBox.Icon.NoIcon, "cnnviz", title, parent=parent)
    box.setIconPixmap(icon("help", "accent").pixmap(px(36), px(36)))
    box.setInformativeText(sentence)
    agree = box.addButton(yes, QMessageBox.ButtonRole.DestructiveRole)
    refuse = box.addButton(no, QMessageBox.ButtonRole.RejectRole)
    box.setDefaultButton(refuse)
    box.setEscapeButton(refuse)
    box.exec()
    has_agreed = box.clickedButton() is agree
    box.deleteLater()
    return has_agreed
