"""Failures to watch: runs that go wrong on purpose, one click there and one click back."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu

from app.kit.notice_bar import NoticeAction
from app.state.data_sources import DataSource, GeneratedSource
from app.train.part import TrainContext, TrainPart
from app.train.run_buttons import START_TEXT
from app.train.setup.failures import FAILURES, Failure, Lesson

HINT = f"Try what helps, or change a setting and press “{START_TEXT}” again."


class TrainFailures(TrainPart):
    """Fills the menu of failures, and puts a failure's settings in place of the user's own.

    Attributes:
        source: What failures are trained on.

    Signals:
        settings_changed: The settings of a failure are in place, or the user's own again.
        start_wanted: A run is to begin with them.
    """

    settings_changed = Signal()
    start_wanted = Signal()

    def __init__(self, context: TrainContext, parent: QObject) -> None:
        super().__init__(context, parent)
        self._view, self._choices, self._session = context.view, context.choices, context.session
        self.source: DataSource = GeneratedSource()
        self.menu = QMenu(context.form.failures)
        self.menu.setToolTipsVisible(True)
        for failure in FAILURES:
            action = QAction(failure.title, self.menu)
            action.setToolTip(failure.watch)
            action.setData(failure.key)
            self.menu.addAction(action)
        self.menu.triggered.connect(self._choose)
        context.form.failures.setMenu(self.menu)

    @property
    def is_on(self) -> bool:
        """Whether a failure's settings are in place."""
        return self._choices.lesson is not None

    def watch(self, failure: Failure) -> None:
        """Put the failure's settings in place, and let it begin."""
        if self._session.is_active:
            return
        lesson = Lesson(failure, self.source)
        self._choices.lesson = lesson
        text = f"A failure to watch: {failure.title}. {failure.watch} {HINT}"
        cure = NoticeAction(failure.cure.title, self._try_cure)
        back = NoticeAction("Put my settings back", self.put_back)
        self._view.lesson.show_notice("info", text, cure, back)
        self._begin()

    def _begin(self) -> None:
        self._view.notice.hide()
        self.settings_changed.emit()
        self.start_wanted.emit()

    @Slot()
    def _try_cure(self) -> None:
        if self._choices.lesson is not None and not self._session.is_active:
            self._choices.lesson.apply_cure()
            self._begin()

    @Slot()
    def put_back(self) -> None:
        """Go back to the user's network and settings; a failing run that goes on is stopped."""
        self._session.stop()
        self._choices.lesson = None
        self._view.lesson.hide()
        self._view.notice.hide()
        self.settings_changed.emit()

    @Slot(QAction)
    def _choose(self, action: QAction) -> None:
        self.watch(next(failure for failure in FAILURES if failure.key == action.data()))
