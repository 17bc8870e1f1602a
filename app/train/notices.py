"""What Train says of a run: what goes wrong while it does, and how it ended."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject, Slot

from app.kit.notice_bar import NoticeAction
from app.train.part import TrainContext, TrainPart
from app.train.training import Ending
from app.train.training_result import RunResult
from engine.insight.symptoms import in_words

BACK = "Take the network from before again"


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
        is_lesson = self._session.job is not None and self._session.job.is_lesson
        offers = () if is_lesson else self._offers(result)
        if result.ending is Ending.DIVERGED:
            text = f"{result.message} Draw still has the network from before."
            notice.show_notice("error", text, *offers, of=in_draw)
        elif self._session.symptoms and result.kept is not None:
            texts = (result.message, *in_words(self._session.symptoms))
            notice.show_notice("warning", "\n".join(texts), *offers, of=in_draw)
        elif result.ending is Ending.FINISHED:
            notice.show_notice("success", result.message, *offers, of=in_draw)
        elif result.ending is Ending.STOPPED:
            notice.show_notice("info", result.message, *offers, of=in_draw)
        else:
            notice.show_notice("error", result.message)

    def _offers(self, result: RunResult) -> tuple[NoticeAction, ...]:
        """What can be done: to try what Draw uses or take it back, or to use what it does not."""
        if result.is_in_use:
            draw = partial(self.context.workspace_wanted.emit, "draw")
            return (NoticeAction("Draw a digit", draw), *self._way_back())
        if result.kept is None:
            return ()
        is_diverged = result.ending is Ending.DIVERGED
        words = "Use the kept weights" if is_diverged else "Use it in Draw all the same"
        return (NoticeAction(words, self._use_kept),)

    def _way_back(self) -> tuple[NoticeAction, ...]:
        can_take_back = self._session.can_take_back
        return (NoticeAction(BACK, self._take_back),) if can_take_back else ()

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
            *self._way_back(),
            of=(self.context.networks.opened,),
        )

    @Slot()
    def _take_back(self) -> None:
        self._session.take_back()
        self._notice.show_notice(
            "info",
            f"Draw uses {self.context.networks.title} from before the run again.",
            NoticeAction("Use the one just trained", self._use_kept),
            of=(self.context.networks.opened,),
        )
