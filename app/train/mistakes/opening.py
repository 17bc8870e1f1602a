"""*Where it is wrong* of Train: opens the window, and keeps it up with the run."""

from __future__ import annotations

from PySide6.QtCore import QObject, Slot

from app.train.mistakes.live_mistakes import LiveMistakes
from app.train.mistakes.mistakes_window import MistakesWindow
from app.train.part import TrainContext, TrainPart


class TrainMistakes(TrainPart):
    """Joins the answers to the window, which is made when it is first asked for."""

    def __init__(self, context: TrainContext, parent: QObject | None = None) -> None:
        super().__init__(context, parent)
        self.model = LiveMistakes(context.session, self)
        self.window: MistakesWindow | None = None
        context.view.show_wrong.setToolTip(
            "Which held-out images the network takes for what: after each epoch, and at the end"
        )
        context.view.show_wrong.clicked.connect(self.open)
        self.model.changed.connect(self._show)
        context.session.state_changed.connect(self._show)
        self._show()

    @Slot()
    def open(self) -> None:
        """Show the window, and keep it up with the run as long as it is open."""
        if self.window is None:
            self.window = MistakesWindow(self.context.view)
            self.window.image_chosen.connect(self.context.image_wanted)
            self.window.watched_changed.connect(self._watch)
        self.window.show()
        self.window.raise_()
        self._show()

    @Slot(bool)
    def _watch(self, is_watched: bool) -> None:
        self.model.watch(is_watched=is_watched)

    @Slot()
    def _show(self) -> None:
        model = self.model
        self.context.view.show_wrong.setEnabled(model.is_available)
        if self.window is not None and self.window.isVisible():
            is_live = self.context.session.is_active
            self.window.show_mistakes(model.mistakes, model.title, is_live=is_live)

    def stop_and_join(self, timeout_ms: int) -> bool:
        """Give up counting."""
        return self.model.stop_and_join(timeout_ms)
