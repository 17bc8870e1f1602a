"""Train: what to train on and how, the curves while it learns, and what came of it."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import ClassVar

from PySide6.QtCore import Qt, QTimer, Slot
from PySide6.QtGui import QKeySequence, QResizeEvent, QShortcut, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.jobs.background import Background
from app.jobs.control import Unit
from app.jobs.thread import WorkerThread
from app.kit.layout.settings_panel import WIDTH as SETTINGS_WIDTH
from app.kit.notice_bar import NoticeAction
from app.kit.workspace import ShownPage, Workspace
from app.look.nesting import nest
from app.look.restyled import Restyled
from app.look.theme import px
from app.state.document import StackDocument
from app.state.networks import NetworkHolder
from app.state.settings import Settings
from app.train.changes import TrainChanges
from app.train.choosing_data import TrainData
from app.train.composing_data import TrainComposition
from app.train.export import TrainExport
from app.train.failures_menu import TrainFailures
from app.train.freeze.page import TrainFreeze
from app.train.inside.page import TrainInside
from app.train.measuring import TrainMeasuring
from app.train.mistakes.live_mistakes import TrainMistakes
from app.train.notices import TrainNotices
from app.train.part import TrainContext, TrainPart
from app.train.rate_range.range_test import RangeTest
from app.train.rewind.page import TrainRewind
from app.train.room import TrainRoom
from app.train.runs.page import TrainRuns
from app.train.setup.data_choices import DataChoices
from app.train.setup.settings import TrainSettings
from app.train.setup.training_choices import TrainingChoices
from app.train.setup.training_form import TrainingForm
from app.train.start import TrainStart
from app.train.taskbar_progress import TrainTaskbar
from app.train.training import Ending, TrainingJob
from app.train.training_session import SessionState, TrainingSession
from app.train.training_view import (
    EMPTY_TEXT,
    NO_POINT_TEXT,
    NOT_READY_TEXT,
    PREPARING_TEXT,
    STARTING_TEXT,
    TrainingView,
)
from app.train.wall.page import TrainWall
from engine.basics.errors import EngineError, ShapeError
from engine.networks.stack import describe

REFRESH_MS = 160
MARGIN = 16
LEAST_SHARE = 0.55
"""How much of the width is for what is watched; with less the settings are folded."""
RUNNING_TEXT = "A run is going on."
MEASURING_TEXT = "Test images are being recognised; that takes a few seconds."
COPY_NOTE = "The run goes on with the stack it was started with; Build edits a copy for the next."
PARTS: tuple[type[TrainPart], ...] = (
    TrainStart,
    TrainWall,
    TrainInside,
    TrainFreeze,
    TrainRewind,
    TrainRuns,
    TrainRoom,
    TrainMistakes,
    TrainTaskbar,
)
"""What Train is made of apart from form, curves and epochs; pages come in this order."""


class TrainPanel(Restyled, Workspace):
    """The workspace that trains the stack of ``document`` and puts the network into ``networks``.

    Args:
        document: Whose stack is trained; the run goes on with the stack it was started with.
        networks: Gets the trained network.
        settings: Remembers what is set here.
        data: What there is to train on.
        data_directory: Where to look for MNIST first (``--data``).
    """

    keys: ClassVar[tuple[tuple[str, str], ...]] = (
        ("Ctrl+Enter", "start training"),
        ("Space", "pause, go on"),
        ("Ctrl+.", "stop, and keep what was learnt"),
        ("Ctrl+B, Ctrl+E", "one batch, one epoch, then pause"),
        ("Mouse wheel, drag", "on a plot: zoom, move; Fit shows everything again"),
        ("Arrows, Enter", "on the wall: another image, see inside with it"),
        ("Arrows, Home, End, P", "on the curve of Rewind: another moment, the ends, play"),
    )

    def __init__(
        self,
        document: StackDocument,
        networks: NetworkHolder,
        settings: Settings,
        *,
        data: DataChoices | None = None,
        data_directory: Path | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.document, self.networks, self.settings = document, networks, settings
        self.session = TrainingSession(networks, self)
        self.subjects = (self.session.run, networks.opened)
        self.data = data or DataChoices()
        self.data.setParent(self)
        self.choices = TrainingChoices(settings, self.data)
        self._is_stale = False
        self.view = TrainingView()
        self.form = TrainingForm(self.view.top_row)
        self.view.notice.subjects = (self.session.run,)
        self._refresh_timer = QTimer(self, interval=REFRESH_MS)
        self._column = QVBoxLayout(self)
        self._column.addWidget(self.view.top_row)
        self._row = QHBoxLayout()
        self._row.addWidget(self.form)
        self._row.addWidget(self.view, 1)
        nest(self._column, self._row, 1)
        context = self._context()
        self._make_fixed_parts(context, data_directory)
        self.parts = tuple(make(context, self) for make in PARTS)
        self._connect()
        self._explain_on_click()
        self._make_shortcuts()
        self._show_stack()
        self.follow_theme()

    def _make_fixed_parts(self, context: TrainContext, data_directory: Path | None) -> None:
        self.options = TrainSettings(self.form, self.choices, self)
        self.sources = TrainData(context, data_directory, self)
        self.composition = TrainComposition(context, self.sources, self)
        self.failures = TrainFailures(context, self)
        self.range = RangeTest(context, self._make_job, self)
        self.changes = TrainChanges(context, self.options.number_set, self)
        self.measuring = TrainMeasuring(context, self)
        self.notices = TrainNotices(context, self)
        TrainExport(context, self)

    def _context(self) -> TrainContext:
        return TrainContext(
            self.session,
            self.view,
            self.form,
            self.choices,
            self.data,
            self.document,
            self.networks,
            self.settings,
            self.status_message,
            self.image_wanted,
            self.window_wanted,
            self.workspace_wanted,
        )

    # What the user can do

    @Slot()
    def start(self) -> None:
        """Begin a run with what is set."""
        self._start()

    @Slot()
    def one_batch(self) -> None:
        """Take one step and pause, beginning a run if there is none."""
        self._advance("batch")

    @Slot()
    def one_epoch(self) -> None:
        """Go on to the end of an epoch and pause, beginning a run if there is none."""
        self._advance("epoch")

    @Slot()
    def continue_run(self) -> None:
        """Let the last run go on for as many epochs as are set."""
        if not self.form.more_epochs.isEnabled() or self._has_unread_number():
            return
        self.session.continue_for(int(self.choices.value("epochs")))
        if self.session.job is not None:
            self.view.lengthen_curves(self.session.job.config.epochs)

    def _make_job(self) -> TrainingJob:
        self.sources.look_for_data()
        if self.choices.lesson is None and self.document.report.problem is not None:
            raise ShapeError(self.document.report.problem)
        return self.choices.job(self.document.stack)

    def _advance(self, unit: Unit) -> None:
        if self.session.is_active:
            self.session.advance(unit)
        else:
            self._start(unit)

    def _has_unread_number(self) -> bool:
        """Whether a field holds what is no number: nothing runs with another one in its place."""
        unread = next((box for box in self.form.number_boxes() if box.problem), None)
        if unread is None:
            return False
        if self.form.is_folded:
            self.form.summary.open()
        self.view.notice.show_notice("error", f"{unread.accessibleName()}: {unread.problem}")
        unread.setFocus()
        return True

    def _start(self, until: Unit | None = None) -> None:
        self.sources.look_for_data()
        if not self.form.start.isEnabled() or self._has_unread_number():
            return
        try:
            job = self.choices.job(self.document.stack)
        except EngineError as error:
            self.view.notice.show_notice("error", str(error))
            return
        self.view.start_curves(job.config.epochs)
        if until is None:
            self.setFocus()
        self.session.start(job, until)

    def page_list(self) -> tuple[ShownPage, ...]:
        """What is shown below the curves, which belong to it all."""
        pages = self.view.pages
        return tuple(
            ShownPage(
                title, partial(pages.show_page, number), lambda: (*self.view.plots, pages.stack)
            )
            for number, title in enumerate(pages.titles)
        )

    def stop_and_join(self, timeout_ms: int) -> bool:
        """End everything that runs in the background; say whether it ended in time."""
        for thread in self.findChildren(WorkerThread):
            thread.ask_to_stop()
        has_ended = [self.session.stop_and_join(timeout_ms)]
        jobs = (job for job in self.findChildren(Background) if job.parent() is not self.session)
        has_ended += [job.close(timeout_ms) for job in jobs]
        for part in self.findChildren(TrainPart):
            part.close()
        return all(has_ended)

    # Settings

    @Slot()
    def _show_source(self) -> None:
        self.options.show_all()
        self._show_state()

    # What is shown

    def first_shown(self) -> None:
        """Make the plots, which import pyqtgraph, and look for MNIST."""
        self.view.make_plots()
        if self.session.job is not None:
            self.view.start_curves(self.session.job.config.epochs)
            self._show_state()
        self.sources.look_for_data()
        for part in self.parts:
            part.first_shown()

    @Slot()
    def _show_other_settings(self) -> None:
        self.options.show_settings()
        self.sources.show_sources()
        self._show_stack()

    @Slot()
    def _show_stack(self) -> None:
        stack, report = self.document.stack, self.document.report
        if self.session.stack is not None:  # which Build may have changed since
            stack, report = self.session.stack, describe(self.session.stack)
        elif self.choices.lesson is not None:
            stack, report = self.choices.lesson.stack, describe(self.choices.lesson.stack)
        parameters = None if report.faulty_row else report.parameters
        self.form.show_network(stack.name, len(stack.layers), parameters)
        self.form.show_own_network(is_own=not self.failures.is_on)
        if report.problem is not None:
            self.view.notice.show_notice(
                "error",
                f"This stack cannot be trained yet. {report.problem}",
                NoticeAction("Go to Build", lambda: self.workspace_wanted.emit("build")),
                of=(self.document.edited,),
            )
        self._show_state()

    @Slot()
    def _show_state(self) -> None:
        session, form, state = self.session, self.form, self.session.state
        is_busy = session.is_active or self.measuring.is_running
        problem = self.document.report.problem
        can_train = self.failures.is_on or problem is None
        why_not = "" if can_train else f"This stack cannot be trained yet. {problem}"
        if is_busy:
            why_not = RUNNING_TEXT if session.is_active else MEASURING_TEXT
        form.buttons.show_more_epochs(int(self.choices.value("epochs")))
        form.buttons.show_state(state, can_go_on=session.can_continue, why_not=why_not)
        form.failures.setEnabled(not is_busy)
        self.view.allow_saving(has_curves=session.curves.batches > 0, is_running=session.is_active)
        self.measuring.allow(is_busy=is_busy)
        idle = EMPTY_TEXT if can_train else NOT_READY_TEXT
        if session.result is not None and session.result.ending is Ending.DIVERGED:
            idle = NO_POINT_TEXT
        waiting = {SessionState.IDLE: idle, SessionState.PREPARING: PREPARING_TEXT}
        self.view.say_when_empty(waiting.get(state, STARTING_TEXT))
        self.view.set_live(is_live=state in {SessionState.RUNNING, SessionState.STOPPING})
        is_other = session.stack is not None and session.stack != self.document.stack
        is_copy = is_other and not (session.job and session.job.is_lesson)
        self.view.status.show_note(COPY_NOTE if is_copy else "")
        if session.is_active:
            self._refresh_timer.start()
        else:
            self._refresh_timer.stop()
        if state is SessionState.PAUSED:
            self._refresh()
        self._show_line()

    @Slot()
    def _note_progress(self) -> None:
        self._is_stale = True

    @Slot()
    def _refresh_if_seen(self) -> None:
        """Show what has come in since the last time: figures, and the plots in turns."""
        if self._is_stale and self.isVisible():
            self._is_stale = False
            curves = self.session.curves
            self._show_line()
            self.view.epochs.show_epochs(curves.epochs)
            self.changes.show_marks()
            if curves.batches:
                self.view.show_next_curve(curves.loss, curves.accuracy)

    def _refresh(self) -> None:
        """Show everything as it is now."""
        curves = self.session.curves
        self._show_line()
        self.view.epochs.show_epochs(curves.epochs)
        self.changes.show_marks()
        if curves.batches:
            self.view.show_curves(curves.loss, curves.accuracy)

    def _show_line(self) -> None:
        is_ready = self.form.start.isEnabled()
        self.view.status.show_run(self.session, self.choices, is_ready=is_ready)

    @Slot()
    def _show_result(self) -> None:
        self._refresh()
        self._show_stack()
        self.notices.show_result()

    # Making

    def _connect(self) -> None:
        form, session = self.form, self.session
        form.start.clicked.connect(self.start)
        form.pause.clicked.connect(session.toggle_pause)
        form.stop.clicked.connect(session.stop)
        form.one_batch.clicked.connect(self.one_batch)
        form.one_epoch.clicked.connect(self.one_epoch)
        form.more_epochs.clicked.connect(self.continue_run)
        self.options.changed.connect(self._show_state)
        self.failures.settings_changed.connect(self._show_other_settings)
        self.failures.start_wanted.connect(self.start)
        self.sources.source_changed.connect(self._show_source)
        self.measuring.changed.connect(self._show_state)
        session.state_changed.connect(self._show_stack)
        session.progressed.connect(self._note_progress)
        session.ended.connect(self._show_result)
        self._refresh_timer.timeout.connect(self._refresh_if_seen)
        self.document.stack_changed.connect(self._show_stack)

    def _explain_on_click(self) -> None:
        """Let *Inside* open with the image that is clicked on the wall."""
        wall = next(part for part in self.parts if isinstance(part, TrainWall))
        inside = next(part for part in self.parts if isinstance(part, TrainInside))
        wall.image_opened.connect(inside.open)

    def _make_shortcuts(self) -> None:
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        for keys, do in (
            ("Ctrl+Return", self.start),
            ("Ctrl+Enter", self.start),
            ("Space", self.session.toggle_pause),
            ("Ctrl+.", self.session.stop),
            ("Ctrl+B", self.one_batch),
            ("Ctrl+E", self.one_epoch),
        ):
            QShortcut(QKeySequence(keys), self, do)  # of the window, wherever its focus is

    def showEvent(self, event: QShowEvent) -> None:
        """Catch up with a run that went on unseen."""
        super().showEvent(event)
        self._refresh()

    def _restyle(self) -> None:
        self._column.setContentsMargins(px(MARGIN), px(12), px(MARGIN), px(12))
        self._column.setSpacing(px(12))
        self._row.setSpacing(px(12))
        self._arrange()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fold the settings where what is watched would have too little room next to them."""
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        inside = self.width() - 2 * px(MARGIN)
        left = inside - px(SETTINGS_WIDTH) - self._row.spacing()
        self.form.set_folded(is_folded=left < LEAST_SHARE * inside)
