"""Walking through a lecture with one key: reveal, step on, go to the next scene; and back."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QObject, Signal, Slot

from app.lecture.document import NONE, LectureDocument
from app.lecture.scenes import Hidden, Scene
from app.step.stepper import Stepper
from engine.basics.errors import EngineError
from engine.lab import LabState
from engine.traces import Role


class LectureWalk(QObject):
    """Joins a lecture with the lab that shows it, and knows what is still hidden.

    What is hidden stays so from step to step until it is revealed; what is revealed stays
    revealed until the scene is opened again.

    Signals:
        hidden_changed: Something was revealed or hidden.
        failed: A scene cannot be shown, and why, in a sentence; what was shown stays.
    """

    hidden_changed = Signal()
    failed = Signal(str)

    def __init__(
        self, document: LectureDocument, stepper: Stepper, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self.document = document
        self.stepper = stepper
        self.model = stepper.model
        self._hidden = Hidden()
        document.scene_opened.connect(self._open)

    @property
    def hidden(self) -> Hidden:
        """What is hidden of what there is to see: a pooling has no kernel."""
        return self._hidden if self._has_kernel else replace(self._hidden, kernel=False)

    @property
    def _has_kernel(self) -> bool:
        trace = self.model.trace
        return any(trace.grids[name].role is Role.KERNEL for name in trace.operands)

    # --- one key on, one key back ----------------------------------------------------------------

    @Slot()
    def go_on(self) -> bool:
        """Reveal what is hidden, else step on, else open the next scene; say whether one did."""
        if self.hidden:
            self.hide(self.hidden.without_first())
            return True
        return self.step_on()

    @Slot()
    def step_on(self) -> bool:
        """The next step, or the next scene; say whether there was one."""
        if self.stepper.position < self.stepper.count - 1:
            self.stepper.next()
            return True
        return self.document.index != NONE and self.document.next_scene()

    @Slot()
    def step_back(self) -> bool:
        """The step before, or the last one of the scene before; say whether there was one."""
        if self.stepper.position > 0:
            self.stepper.previous()
            return True
        return self.document.index != NONE and self.document.previous_scene(at_end=True)

    # --- hiding ----------------------------------------------------------------------------------

    @Slot(str)
    def toggle(self, part: str) -> None:
        """Reveal or hide ``kernel``, ``result`` or ``sentence``."""
        self.hide(self._hidden.toggled(part))

    def hide(self, hidden: Hidden) -> None:
        """Hide exactly this."""
        if hidden != self._hidden:
            self._hidden = hidden
            self.hidden_changed.emit()

    # --- scenes ----------------------------------------------------------------------------------

    @Slot(object, bool)
    def _open(self, scene: Scene, at_end: bool) -> None:
        try:
            state = LabState.from_dict(dict(scene.lab))
        except EngineError as error:
            self.failed.emit(f"The scene “{scene.title}” cannot be shown. {error}")
            return
        self.model.set_state(state, f"scene “{scene.title}”")
        if at_end:
            self.stepper.last()
        self._hidden = Hidden() if at_end else scene.hidden
        self.hidden_changed.emit()
