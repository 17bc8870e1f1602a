"""The page *Inside* of Train: the network while it learns, as far as it costs next to nothing."""

from __future__ import annotations

from PySide6.QtCore import QObject, Slot

from app.train.inside.inside_page import InsidePage
from app.train.inside.training_inside import TrainingInside
from app.train.part import TrainContext, TrainPart

ABOUT = "Kernels, feature maps, and how every layer is doing, while the network learns"
NOTE = "Each layer's weights W; dW is the latest batch's gradient, ΔW what one step changed."


class TrainInside(TrainPart):
    """Joins what the run reports to the page."""

    def __init__(self, context: TrainContext, parent: QObject | None = None) -> None:
        super().__init__(context, parent)
        self.model = TrainingInside(context.session, self)
        self.page = InsidePage()
        context.view.pages.add_page("Inside", self.page, ABOUT)
        self.page.watched_changed.connect(self._watch)
        self.page.answer.browsed.connect(self.model.image.go)
        self.model.changed.connect(self._show)

    @Slot(bool)
    def _watch(self, is_watched: bool) -> None:
        self.model.watch(is_watched=is_watched)
        if is_watched:
            self.model.image.take_drawing(self.drawing())
            self._show()

    @Slot()
    def _show(self) -> None:
        """Show the latest look, if anybody can see it."""
        model, page = self.model, self.page
        if not page.isVisible():
            return
        page.show_content(is_empty=model.latest is None)
        if model.latest is None:
            return
        look, image = model.look, model.image
        page.answer.show_answer(
            image.title,
            image.image,
            None if look is None else look.probabilities,
            image.label,
            "No image",
            image.class_names,
        )
        sets = () if look is None else look.maps
        kernels = () if look is None or look.kernels is None else (look.kernels,)
        page.maps.show_sets((*kernels, *sets), "This network has no maps to show.")
        page.table.show_rows(model.rows)
        self._show_note(model.latest.step)

    def _show_note(self, step: int) -> None:
        """Say which step this is, and which one the update ratios are of, if of another."""
        note, ratio_step = self.page.note, self.model.ratio_step
        steps = f"Step {step:,}"
        if ratio_step is not None and ratio_step != step:
            steps += f", update ratio of step {ratio_step:,}"
        note.setText(f"{steps}. {NOTE}")
        note.setToolTip(note.text())
        note.update()
