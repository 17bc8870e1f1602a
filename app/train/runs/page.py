"""Train keeps its runs: offers interrupted ones, lists all, lays them over the curves."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from PySide6.QtCore import QObject, Slot
from PySide6.QtGui import QGuiApplication

from app.state.run_folders import runs_folder
from app.train.part import TrainContext, TrainPart
from app.train.runs.compare_window import CompareWindow
from app.train.runs.offers import RunOffers
from app.train.runs.overlays import RunOverlays
from app.train.runs.page_layout import RunsPage
from app.train.runs.rows import note_of, rows_of
from app.train.runs.run_comparison import as_csv, as_markdown, compare
from app.train.runs.run_jobs import curves_of, job_of, network_of, source_of
from app.train.runs.run_recorder import RunRecorder
from app.train.runs.run_store import Run, RunStatus, RunStore
from engine.basics.errors import EngineError
from engine.training.checkpoint import load_log
from engine.training.run_log import RunLog

ABOUT = "Earlier runs: laid over the curves, compared, continued"
CLOSING_NOTE = "The run is kept with what it has learnt, and is offered again at the next start."
LOST_NOTE = (
    "This run cannot be kept on disk, so what it has learnt is lost unless you stop it in Train "
    "and save the network first."
)
_NO_RUN = "no run is selected"
_ONE_RUN = "select one run"
_TWO_RUNS = "select two or more runs"
_EMPTY = "there is no run in the list"
_NONE_HIDDEN = "no run is hidden"
_OTHER_RUN = "a run is going on"
_BUSY = "this run is still going on"
_NO_WEIGHTS = "it has kept no weights"
_DIVERGED = "it diverged"
"""Why something cannot be done with the selected runs."""


class TrainRuns(TrainPart):
    """The page of runs, and what can be done with each of them."""

    def __init__(self, context: TrainContext, parent: QObject | None = None) -> None:
        super().__init__(context, parent)
        session = context.session
        self.store = RunStore(runs_folder(context.settings.folder), self)
        self.recorder = RunRecorder(session, context.networks, self.store, self)
        self.offers = RunOffers(session, self.store, self)
        self.page = RunsPage()
        self.overlays = RunOverlays(context.view, self.store, self)
        self.window: CompareWindow | None = None
        self._compared: tuple[str, ...] = ()
        self._shows_hidden = False
        context.view.add_notice(self.offers.notice)
        context.view.pages.add_page("Runs", self.page, ABOUT)
        self._do: dict[str, Callable[[], None]] = {
            "compare": self.compare,
            "use": partial(self._with_selected, self.use),
            "resume": partial(self._with_selected, self.resume),
            "open_stack": self.open_stack,
            "rename": partial(self._with_selected, self.page.table.edit_name),
            "pin": self._pin,
            "hide": self._hide,
            "show_hidden": self._show_hidden,
            "copy_csv": self._copy_csv,
            "copy_markdown": self._copy_markdown,
            "delete": self.delete,
        }
        self._connect()
        self._show()

    def first_shown(self) -> None:
        """Read what is kept, and offer what was interrupted."""
        self.store.read()
        self.offers.offer()
        self.overlays.show()

    def closing_note(self) -> str:
        """Whether the run that goes on is safe."""
        return LOST_NOTE if self.recorder.trouble else CLOSING_NOTE

    def close(self) -> None:
        """Delete for good what was deleted."""
        self.store.forget_deleted()

    # What is shown

    @property
    def shown(self) -> tuple[Run, ...]:
        """The runs in the table."""
        return tuple(
            run for run in self.store.runs if self._shows_hidden or not run.facts.is_hidden
        )

    @property
    def selected(self) -> tuple[Run, ...]:
        """The selected runs, from top to bottom of the table."""
        found = (self.store.run(key) for key in self.page.table.selected)
        return tuple(run for run in found if run is not None)

    @Slot()
    def _show(self) -> None:
        self.page.table.show_rows(rows_of(self.shown, self.overlays.places))
        self.page.say(note_of(self.store, self.shown))
        self._allow()
        self._show_compared()

    @Slot()
    def _allow(self) -> None:
        """What can be done depends on what is selected, and on whether something runs."""
        runs, page = self.selected, self.page
        one = runs[0] if len(runs) == 1 else None
        none = "" if runs else _NO_RUN
        single = "" if one is not None else _ONE_RUN
        listed = "" if self.shown else _EMPTY
        has_hidden = any(run.facts.is_hidden for run in self.store.runs)
        page.allow("compare", "" if len(runs) > 1 else _TWO_RUNS)
        page.allow("use", single if one is None else _why_unused(one))
        page.allow("resume", single if one is None else self._why_no_more(one))
        page.allow("open_stack", single)
        page.allow("rename", single)
        page.allow("pin", none)
        page.allow("hide", none)
        page.allow("delete", none or (_BUSY if all(run.is_busy for run in runs) else ""))
        page.allow("show_hidden", "" if has_hidden else _NONE_HIDDEN)
        page.allow("copy_csv", listed)
        page.allow("copy_markdown", listed)
        page.name_action("resume", self._resume_words(one))
        page.name_action("pin", "Unpin" if runs and runs[0].facts.is_pinned else "Pin")
        is_hidden = bool(runs) and runs[0].facts.is_hidden
        page.name_action("hide", "Show in this list again" if is_hidden else "Hide from this list")
        words = "Do not show hidden runs" if self._shows_hidden else "Show hidden runs"
        page.name_action("show_hidden", words)

    def _why_no_more(self, run: Run) -> str:
        """Why a run cannot go on now; empty if it can."""
        if self.context.session.is_active:
            return _OTHER_RUN
        if run.is_busy:
            return _BUSY
        return _DIVERGED if run.status is RunStatus.DIVERGED else ""

    def _resume_words(self, run: Run | None) -> str:
        if run is None or not run.has_weights:
            return "Continue"
        if _has_more_to_do(run):
            return "Resume"
        return f"Continue +{int(self.context.choices.value('epochs'))}"

    # What the user can do

    def resume(self, key: str) -> None:
        """Let a run go on to its end; one that has ended, for as many epochs as are set."""
        run = self.store.run(key)
        if run is None or self.context.session.is_active:
            return
        more = int(self.context.choices.value("epochs"))
        epochs = None if _has_more_to_do(run) else run.facts.epochs + more
        try:
            source = source_of(run.facts.data, self.context.data)
            job = job_of(run, source, epochs)
            log = load_log(run.checkpoint) if run.has_weights else RunLog()
        except EngineError as error:
            self._complain(error)
            return
        view = self.context.view
        self.overlays.take_off(key)
        view.start_curves(job.config.epochs)
        self.recorder.go_on_with(run, log)
        self.context.session.curves = curves_of(run.facts, log)
        self.context.session.start(job)

    def use(self, key: str) -> None:
        """Let Draw have the weights of a run."""
        run = self.store.run(key)
        if run is None:
            return
        try:
            network, record, which = network_of(run)
        except EngineError as error:
            self._complain(error)
            return
        self.context.networks.set_network(network, record)
        self.recorder.is_drawn(run)
        self.context.status_message.emit(
            f"Draw now uses {network.stack.name} of {run.facts.name} {which}."
        )

    @Slot()
    def compare(self) -> None:
        """Open a window with the selected runs side by side."""
        self._compared = tuple(run.key for run in self.selected)
        if self.window is None:
            self.window = window = CompareWindow(self.page)
            window.copy_csv.clicked.connect(lambda: self._copy(as_csv(*window.texts())))
            window.copy_markdown.clicked.connect(lambda: self._copy(as_markdown(*window.texts())))
        self.window.show()
        self.window.raise_()
        self._show_compared()

    def _show_compared(self) -> None:
        """Keep the window up with its runs; once fewer than two are left there is none."""
        if self.window is None or not self.window.isVisible():
            return
        found = (self.store.run(key) for key in self._compared)
        runs = tuple(run for run in found if run is not None)
        if len(runs) > 1:
            self.window.show_runs([run.facts.name for run in runs], compare(runs))
        else:
            self.window.close()

    @Slot()
    def open_stack(self) -> None:
        """Put the stack of the selected run into Build, as a step that can be undone."""
        for run in self.selected[:1]:
            self.context.document.replace_stack(
                run.facts.stack, f"Open the stack of {run.facts.name}"
            )
            self.context.workspace_wanted.emit("build")

    @Slot()
    def delete(self) -> None:
        """Delete the selected runs; the button at the right brings them back."""
        keys = tuple(run.key for run in self.selected if not run.is_busy)
        try:
            self.store.delete(keys)
        except EngineError as error:
            self._complain(error)
            return
        for key in keys:
            self.overlays.take_off(key)
        unit = "run" if len(keys) == 1 else "runs"
        self.page.undo.setText(f"Undo deleting {len(keys)} {unit}")
        self.page.undo.setVisible(bool(keys))

    @Slot()
    def _undo_delete(self) -> None:
        self.page.undo.hide()
        try:
            self.store.undo_delete()
        except EngineError as error:
            self._complain(error)

    def _with_selected(self, do: Callable[[str], None]) -> None:
        for run in self.selected[:1]:
            do(run.key)

    @Slot(str, str)
    def _rename(self, key: str, name: str) -> None:
        run = self.store.run(key)
        if run is not None:
            self.store.know(key, replace(run.facts, name=name))
            self.overlays.show()

    def _pin(self) -> None:
        runs = self.selected
        for run in runs:
            self.store.know(run.key, replace(run.facts, is_pinned=not runs[0].facts.is_pinned))

    def _hide(self) -> None:
        runs = self.selected
        for run in runs:
            self.store.know(run.key, replace(run.facts, is_hidden=not runs[0].facts.is_hidden))

    def _show_hidden(self) -> None:
        self._shows_hidden = not self._shows_hidden
        self._show()

    def _copy_csv(self) -> None:
        self._copy(as_csv(*self.page.table.texts(self._copied())))

    def _copy_markdown(self) -> None:
        self._copy(as_markdown(*self.page.table.texts(self._copied())))

    def _copied(self) -> tuple[str, ...]:
        """Several selected runs, or else all."""
        selected = self.page.table.selected
        return selected if len(selected) > 1 else ()

    def _copy(self, text: str) -> None:
        QGuiApplication.clipboard().setText(text)
        self.context.status_message.emit("The table is in the clipboard.")

    # What happens

    @Slot(str)
    def _act(self, name: str) -> None:
        self._do[name]()

    @Slot(str)
    def _warn(self, sentence: str) -> None:
        self.context.view.notice.show_notice("warning", sentence)

    @Slot(int)
    def _tell_dropped(self, count: int) -> None:
        unit = "run was" if count == 1 else "runs were"
        self.context.status_message.emit(
            f"{count} old {unit} deleted to make room; pin a run to keep it for good."
        )

    def _complain(self, error: EngineError) -> None:
        self.context.view.notice.show_notice("error", str(error))

    def _connect(self) -> None:
        table, session = self.page.table, self.context.session
        self.store.changed.connect(self._show)
        self.store.dropped.connect(self._tell_dropped)
        self.recorder.troubled.connect(self._warn)
        self.offers.resume_wanted.connect(self.resume)
        self.offers.use_wanted.connect(self.use)
        self.overlays.changed.connect(self._show)
        table.renamed.connect(self._rename)
        table.overlay_wanted.connect(self.overlays.set_overlaid)
        table.selection_changed.connect(self._allow)
        table.delete_pressed.connect(self.delete)
        self.page.chosen.connect(self._act)
        self.page.undo.clicked.connect(self._undo_delete)
        session.state_changed.connect(self._allow)
        self.context.form.run.number_edited.connect(self._allow)


def _why_unused(run: Run) -> str:
    """Why the weights of a run cannot be used; empty if they can."""
    if run.is_busy:
        return _BUSY
    return "" if run.has_weights else _NO_WEIGHTS


def _has_more_to_do(run: Run) -> bool:
    """Whether what was wanted of a run is not done: one that was interrupted may lack its end only.

    It may have been killed after its last epoch, before that was written down as the end.
    """
    return bool(run.facts.epochs_left) or run.status is RunStatus.INTERRUPTED
