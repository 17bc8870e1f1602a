"""What is asked before the window closes: about what is unsaved, and a training run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QMessageBox, QWidget

from app.icons import icon
from app.theme import px

if TYPE_CHECKING:
    from app.main_window import MainWindow
    from app.panels.train import TrainPanel

_JOIN_MS = 10_000


def may_close(window: MainWindow) -> bool:
    """Ask what must be asked; a training run that is to end has ended when this returns ``True``.

    Whatever is unsaved is asked about first, so that "Cancel" leaves the training as it was.
    """
    workspaces = window.workspaces
    if workspaces.has_unsaved_stack:
        window.open_workspace("build")
        if not workspaces.build.confirm_discard():
            return False
    if workspaces.has_unsaved_lecture:
        window.open_workspace("step")
        if not workspaces.lectures.files.confirm_discard():
            return False
    for panel in workspaces.made:
        if panel.key != "train":
            panel.stop_and_join(_JOIN_MS)  # seconds at most, and nothing of it is kept
    session = workspaces.session
    if session is None:
        return True
    if session.is_active and not _asked(
        window,
        "Close while it trains?",
        " ".join((f"{session.progress_text}.", *_notes(workspaces.train))),
        "Stop and close",
        "Keep training",
    ):
        return False
    if workspaces.train.stop_and_join(_JOIN_MS):
        return True
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
