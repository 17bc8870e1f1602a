"""The settings that a first run does not need, folded away under one line."""

from __future__ import annotations

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QCheckBox, QPushButton, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from app.look.restyled import Restyled
from app.look.text import Text
from app.look.theme import px
from app.train.plots.small_curve import SmallCurve
from app.train.setup.image_rows import ImageRows
from app.train.setup.number_form import NumberForm

PREVIEW_TEXT = "Above: generated digits as they are. Below: each changed in two ways."


class MoreSettings(Restyled, QWidget):
    """Optimiser, schedule, what keeps a run in bounds, and changes to the images.

    The forms are filled from outside; ``toggle`` folds and unfolds.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.toggle = QToolButton()
        self.toggle.setCheckable(True)
        self.toggle.setText("More settings")
        self.toggle.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.toggle.setAutoRaise(True)
        self.optimizer = NumberForm()
        self.schedule = NumberForm()
        self.curve = SmallCurve()
        self.find_rate = QPushButton("Find a learning rate…")
        self.find_rate.setToolTip(
            "Learning-rate range test (L. Smith, 2017): the rate rises with every batch until the "
            "loss does; a rate to train with is read from that curve."
        )
        self.others = NumberForm()
        self.augments = QCheckBox("Change the training images")
        self.augments.setToolTip(
            "Each image is shifted, turned, slanted and wobbled in a new way each time it is seen: "
            "as if there were more of them. Held-out images stay as they are."
        )
        self.ranges = NumberForm()
        self.problem = Text(size=12, role="error")
        self.preview = ImageRows()
        self.preview_text = Text(PREVIEW_TEXT, 12, role="muted")
        self.others_button = QPushButton("Other changes")
        for text in (self.problem, self.preview_text):
            text.setWordWrap(True)
            text.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
        self._lay_out()
        self.toggle.toggled.connect(self._fold)
        self.augments.toggled.connect(self._augmentation.setVisible)
        self._fold(is_open=False)
        self._augmentation.hide()
        self.show_problem("")
        self.follow_theme()

    @property
    def is_open(self) -> bool:
        """Whether the settings can be seen."""
        return self.toggle.isChecked()

    def show_problem(self, text: str) -> None:
        """Say why the ranges do not go together; empty if they do."""
        self.problem.setText(text)
        self.problem.setVisible(bool(text))

    def lock(self, names: tuple[str, ...] | None) -> None:
        """Fold all away but the settings that are named; ``None`` opens it as it was."""
        is_open = names is None
        for form in (self.optimizer, self.schedule, self.others, self.ranges):
            form.lock_except(names)
        for widget in (self.toggle, self.schedule, self.curve, self.find_rate, self.others):
            widget.setVisible(is_open)
        self.augments.setVisible(is_open)
        self._augmentation.setVisible(is_open and self.augments.isChecked())
        self.augments.setEnabled(is_open)
        self.find_rate.setEnabled(is_open)
        has_any = names is not None and any(name in self.optimizer.boxes for name in names)
        self._body.setVisible(self.toggle.isChecked() if is_open else has_any)

    @Slot(bool)
    def _fold(self, is_open: bool) -> None:
        arrow = Qt.ArrowType.DownArrow if is_open else Qt.ArrowType.RightArrow
        self.toggle.setArrowType(arrow)
        self._body.setVisible(is_open)

    def _lay_out(self) -> None:
        self._augmentation = QWidget()
        self._changes = QVBoxLayout(self._augmentation)
        changes: tuple[QWidget, ...] = (
            self.ranges,
            self.problem,
            self.preview,
            self.preview_text,
            self.others_button,
        )
        for widget in changes:
            self._changes.addWidget(widget)
        self._body = QWidget()
        self._parts = QVBoxLayout(self._body)
        for widget in (
            self.optimizer,
            self.schedule,
            self.curve,
            self.find_rate,
            self.others,
            self.augments,
            self._augmentation,
        ):
            self._parts.addWidget(widget)
        self._column = QVBoxLayout(self)
        self._column.addWidget(self.toggle)
        self._column.addWidget(self._body)
        for column in (self._changes, self._parts, self._column):
            column.setContentsMargins(0, 0, 0, 0)

    def _restyle(self) -> None:
        self._changes.setSpacing(px(6))
        self._parts.setSpacing(px(12))
        self._column.setSpacing(px(8))
