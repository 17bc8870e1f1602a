"""Connects the form at the left of Train with what is set."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal, Slot

from app.train.setup.augmented import AugmentedDigits
from app.train.setup.number_form import NumberForm
from app.train.setup.training_choices import IMAGES, LEARNING_RATE, VALIDATION, TrainingChoices
from app.train.setup.training_fields import (
    INITIALIZATION,
    OPTIMIZER,
    OPTIMIZER_FIELDS,
    OTHER_FIELDS,
    SCHEDULE,
    SCHEDULE_FIELDS,
    SIMPLE_FIELDS,
    TrainingChoice,
    TrainingField,
    augmentation_fields,
)
from app.train.setup.training_form import TrainingForm
from engine.basics.errors import ShapeError


class TrainSettings(QObject):
    """Fills the form, keeps what is edited, and shows what follows from it.

    Signals:
        changed: Something else is set now.
        number_set: The name of a setting, and the number that the user gave it.
    """

    changed = Signal()
    number_set = Signal(str, float)

    def __init__(
        self, form: TrainingForm, choices: TrainingChoices, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._form, self._choices = form, choices
        self._digits = AugmentedDigits()
        self._fill()
        self._connect()
        self.show_all()

    @Slot()
    def show_all(self) -> None:
        """Show what follows from the settings: limits, knobs, the schedule, the preview."""
        value, form, more = self._choices.value, self._form, self._form.more
        form.images.show_number(IMAGES, value(IMAGES), self._choices.source.largest)
        form.images.show_number(VALIDATION, value(VALIDATION), value(IMAGES) // 2)
        form.show_split(self._choices.training_images, int(value(VALIDATION)))
        form.run.show_number(LEARNING_RATE, value(LEARNING_RATE))
        for name, is_used in self._choices.knobs:
            more.optimizer.set_row_shown(name, is_shown=is_used)
        form.show_facts(self._facts())
        if more.is_open:
            self._show_schedule()
            self._show_changes()

    def _facts(self) -> tuple[str, ...]:
        """The settings in a few words each, for the button that stands for them."""
        value, epochs = self._choices.value, int(self._choices.value("epochs"))
        return (
            self._choices.source.title,
            f"{epochs:,} epoch{'' if epochs == 1 else 's'}",
            f"rate {value(LEARNING_RATE):g}",
            f"batch {int(value('batch_size')):,}",
        )

    def show_settings(self) -> None:
        """Show all that is set, after something else than the fields has set it."""
        form, more, choices = self._form, self._form.more, self._choices
        for choice, words in self._lists():
            words.show_word(choice.info.name, choices.word(choice.info.name))
        for part in (form.images, form.run, *self._more_forms()):
            for name in part.boxes:
                part.show_number(name, choices.value(name))
                part.boxes[name].begin_again()
        more.augments.setChecked(choices.augments)
        self.show_all()

    def _lists(self) -> tuple[tuple[TrainingChoice, NumberForm], ...]:
        more = self._form.more
        return (
            (OPTIMIZER, more.optimizer),
            (SCHEDULE, more.schedule),
            (INITIALIZATION, more.others),
        )

    def _more_forms(self) -> tuple[NumberForm, ...]:
        more = self._form.more
        return more.optimizer, more.schedule, more.others, more.ranges

    def _show_schedule(self) -> None:
        epochs = int(self._choices.value("epochs"))
        end = f"{epochs} epoch{'s' if epochs > 1 else ''}"
        rates = self._choices.learning_rates()
        name = f"Learning rate, from {rates[0]:.3g} to {rates[-1]:.3g}"
        self._form.more.curve.show_values(rates, "learning rate", end, name)

    def _show_changes(self) -> None:
        if not self._choices.augments:
            return
        self._digits.use(self._choices.samples() if self._form.isVisible() else None)
        self._form.more.preview_text.setText(self._digits.words)
        try:
            self._form.more.preview.show_images(self._digits.rows(self._choices.augmentation()))
        except ShapeError as error:
            self._form.more.show_problem(str(error))
        else:
            self._form.more.show_problem("")

    # What the user does

    @Slot(str, float)
    def _keep_number(self, name: str, value: float) -> None:
        self._choices.set_value(name, value)
        self._tell()
        self.number_set.emit(name, value)

    @Slot(str, str)
    def _keep_word(self, name: str, word: str) -> None:
        self._choices.set_word(name, word)
        if name == OPTIMIZER.info.name:  # which has a learning rate of its own
            self._form.run.boxes[LEARNING_RATE].begin_again()
        self._tell()

    @Slot(bool)
    def _keep_augments(self, is_on: bool) -> None:
        self._choices.set_augments(is_on=is_on)
        self._tell()

    @Slot(bool)
    def _keep_open(self, is_on: bool) -> None:
        self._choices.set_shows_more(is_on=is_on)
        self.show_all()

    @Slot()
    def _show_other_changes(self) -> None:
        self._digits.next_round()
        self._show_changes()

    def _tell(self) -> None:
        self.show_all()
        self.changed.emit()

    # Making

    def _fill(self) -> None:
        form, more, choices = self._form, self._form.more, self._choices
        for choice, words in self._lists():
            name = choice.info.name
            words.add_choice(name, choice.info, choice.titles, choices.word(name))
        self._add(form.images, tuple(choices.image_fields().items()))
        rate = (LEARNING_RATE, choices.field(LEARNING_RATE))
        self._add(form.run, (*_named(SIMPLE_FIELDS), rate))
        self._add(more.optimizer, _named(OPTIMIZER_FIELDS))
        self._add(more.schedule, _named(SCHEDULE_FIELDS))
        self._add(more.others, _named(OTHER_FIELDS))
        more.others.boxes["patience"].setSpecialValueText("never")
        self._add(more.ranges, _named(augmentation_fields()))
        more.augments.setChecked(choices.augments)
        more.toggle.setChecked(choices.shows_more)

    def _add(self, form: NumberForm, fields: tuple[tuple[str, TrainingField], ...]) -> None:
        for name, field in fields:
            form.add(name, field.info, self._choices.value(name))

    def _connect(self) -> None:
        form, more = self._form, self._form.more
        for part in (form.images, form.run, *self._more_forms()):
            part.number_edited.connect(self._keep_number)
            part.word_chosen.connect(self._keep_word)
        more.augments.toggled.connect(self._keep_augments)
        more.toggle.toggled.connect(self._keep_open)
        more.others_button.clicked.connect(self._show_other_changes)
        self._choices.data.samples_ready.connect(self.show_all)


def _named(fields: tuple[TrainingField, ...]) -> tuple[tuple[str, TrainingField], ...]:
    return tuple((field.info.name, field) for field in fields)
