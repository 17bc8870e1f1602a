"""What Train says of a run: what goes wrong while it does, and how it ended."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject, Slot

from app.kit.notice_bar import NoticeAction
from app.train.part import TrainContext, TrainPart
from app.train.training import Ending
from app.train.training_result import RunResult


class TrainNotices(TrainPart):
    """Puts symptoms and results into the notice above the curves."""

    def __init__(self, context: TrainContext, parent: QObject) -> None:
        super().__init__(context, parent)
        self._session, self._notice = context.session, context.view.notice
        context.session.symptom_found.connect(self._show_symptoms)

    def show_result(self) -> None:
        """Say how the last run ended, if there was one."""
        if self._session.result is not None:
            self._say_how_it_ended(self._session.result)

    def _say_how_it_ended(self, result: RunResult) -> None:
        notice = self._notice
        draw = NoticeAction("Draw a digit", partial(self.context.workspace_wanted.emit, "draw"))
        is_lesson = self._session.job is not None and self._session.job.is_lesson
        if result.ending is Ending.DIVERGED:
            text = f"{result.message} Draw still has the network from before."
            keep = NoticeAction("Use the kept weights", self._use_kept)
            can_keep = result.kept is not None and not is_lesson
            notice.show_notice("error", text, *((keep,) if can_keep else ()))
        elif self._session.symptoms and result.kept is not None:
            texts = (result.message, *(symptom.text for symptom in self._session.symptoms))
            notice.show_notice("warning", "\n".join(texts), *(() if is_lesson else (draw,)))
        elif result.ending is Ending.FINISHED:
            notice.show_notice("success", result.message, *(() if is_lesson else (draw,)))
        elif result.ending is Ending.STOPPED:
            notice.show_notice("info", result.message, *((draw,) if result.is_in_use else ()))
        else:
            notice.show_notice("error", result.message)

    @Slot()
    def _show_symptoms(self) -> None:
        texts = (symptom.text for symptom in self._session.symptoms)
        self._notice.show_notice("warning", "\n".join(texts))

    @Slot()
    def _use_kept(self) -> None:
        self._session.use_kept()
        self._notice.show_notice("info", "Draw now uses the last good weights of that run.")
