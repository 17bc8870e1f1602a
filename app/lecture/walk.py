"""Walking through a lecture with one key: reveal, step on, go to the next scene; and back."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QObject, Signal, Slot

from app.lecture.document import NONE, LectureDocument
from app.lecture.scenes import Hidden, Scene
from app.step.lab import LabModel
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
        self, document: LectureDocument, model: LabModel, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self.document = document
        self.model = model
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
            self.reveal_next()
            return True
        return self.step_on()

    @Slot()
    def step_on(self) -> bool:
        """The next step, or the next scene; say whether there was one."""
        if self.model.state.step < len(self.model.trace) - 1:
            self.go_to(self.model.state.step + 1)
            return True
        return self.document.index != NONE and self.document.next_scene()

    @Slot()
    def step_back(self) -> bool:
        """The step before, or the last one of the scene before; say whether there was one."""
        if self.model.state.step > 0:
            self.go_to(self.model.state.step - 1)
            return True
        return self.document.index != NONE and self.document.previous_scene(at_end=True)

    @Slot()
    def first(self) -> None:
        """The first step."""
        self.go_to(0)

    @Slot()
    def last(self) -> None:
        """The last step."""
        self.go_to(len(self.model.trace) - 1)

    def go_to(self, step: int) -> None:
        """Show a step, in the channel that it works on."""
        trace, state = self.model.trace, self.model.state
        channel = trace.channel_of(step)
        self.model.move(
            replace(state, step=step, channel=state.channel if channel is None else channel)
        )

    # --- hiding ----------------------------------------------------------------------------------

    @Slot(str)
    def toggle(self, part: str) -> None:
        """Reveal or hide ``kernel``, ``result`` or ``sentence``."""
        self._set_hidden(self._hidden.toggled(part))

    def reveal_next(self) -> None:
        """Reveal one part: first the kernel, then the result, then the sentence."""
        self._set_hidden(self.hidden.without_first())

    def hide(self, hidden: Hidden) -> None:
        """Hide exactly this."""
        self._set_hidden(hidden)

    def reveal_all(self) -> None:
        """Hide nothing."""
        self._set_hidden(Hidden())

    def _set_hidden(self, hidden: Hidden) -> None:
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
            self.last()
        self._hidden = Hidden() if at_end else scene.hidden
        self.hidden_changed.emit()
