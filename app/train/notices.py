"""What Train says of a run: what goes wrong while it does, and how it ended."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject, Slot

from app.kit.notice_bar import NoticeAction
from app.train.part import TrainContext, TrainPart
from app.train.training import Ending
from app.train.training_result import RunResult
from engine.insight.symptoms import in_words


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
        notice, in_draw = self._notice, (self.context.networks.opened,)
        draw = NoticeAction("Draw a digit", partial(self.context.workspace_wanted.emit, "draw"))
        is_lesson = self._session.job is not None and self._session.job.is_lesson
        if result.ending is Ending.DIVERGED:
            text = f"{result.message} Draw still has the network from before."
            keep = NoticeAction("Use the kept weights", self._use_kept)
            can_keep = result.kept is not None and not is_lesson
            notice.show_notice("error", text, *((keep,) if can_keep else ()), of=in_draw)
        elif self._session.symptoms and result.kept is not None:
            texts = (result.message, *in_words(self._session.symptoms))
            use = NoticeAction("Use it in Draw all the same", self._use_kept)
            action = use if result.at_chance else draw
            actions = () if is_lesson else (action,)
            notice.show_notice("warning", "\n".join(texts), *actions, of=in_draw)
        elif result.ending is Ending.FINISHED:
            actions = () if is_lesson else (draw,)
            notice.show_notice("success", result.message, *actions, of=in_draw)
        elif result.ending is Ending.STOPPED:
            actions = (draw,) if result.is_in_use else ()
            notice.show_notice("info", result.message, *actions, of=in_draw)
        else:
            notice.show_notice("error", result.message)

    @Slot()
    def _show_symptoms(self) -> None:
        self._notice.show_notice("warning", "\n".join(in_words(self._session.symptoms)))

    @Slot()
    def _use_kept(self) -> None:
        self._session.use_kept()
        result = self._session.result
        is_whole = result is not None and result.divergence is None
        which = "network" if is_whole else "last good weights"
        self._notice.show_notice(
            "info",
            f"Draw now uses the {which} of that run.",
            of=(self.context.networks.opened,),
        )
