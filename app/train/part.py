"""A part of Train: one job of the workspace, joined to the session, the form and the view."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, SignalInstance

if TYPE_CHECKING:
    from app.state.document import StackDocument
    from app.state.networks import NetworkHolder
    from app.state.settings import Settings
    from app.train.setup.data_choices import DataChoices
    from app.train.setup.training_choices import TrainingChoices
    from app.train.setup.training_form import TrainingForm
    from app.train.training_session import TrainingSession
    from app.train.training_view import TrainingView
    from engine.ink.resample import Picture


@dataclass(frozen=True)
class TrainContext:
    """What the parts of Train share.

    The signals are the panel's: a sentence for the status bar, the ink of an image for Draw, the
    ``LabState`` of a window for Step, the key of a workspace.
    """

    session: TrainingSession
    view: TrainingView
    form: TrainingForm
    choices: TrainingChoices
    data: DataChoices
    document: StackDocument
    networks: NetworkHolder
    settings: Settings
    status_message: SignalInstance
    image_wanted: SignalInstance
    window_wanted: SignalInstance
    workspace_wanted: SignalInstance


class TrainPart(QObject):
    """Base of the parts. A part is made with the panel, before it is shown.

    ``drawing`` gives what the network gets of the drawing in Draw, ``(28, 28)``; ``None`` while
    the sheet is blank.
    """

    def __init__(self, context: TrainContext, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.context = context
        self.drawing: Callable[[], Picture | None] = lambda: None

    def first_shown(self) -> None:
        """Do what waits until somebody looks at Train."""

    def closing_note(self) -> str:
        """What to say of the run that goes on if the window is closed now; empty if nothing."""
        return ""

    def close(self) -> None:
        """Tidy up as the window closes; its threads have ended by then."""
