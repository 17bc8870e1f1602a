"""The line above the strips: fold, what is pointed at, and which numbers the strips show."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPoint, Qt, Signal, Slot
from PySide6.QtGui import QFont, QMouseEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QToolButton, QWidget

from app.kit.read_out import ReadOut
from app.kit.segmented import SegmentedControl
from app.look.icons import icon
from app.look.text import Text
from app.look.theme import px

HEIGHT = 32
_CLASSES = 10


class StripsHead(QWidget):
    """Pulling it up or down makes the strips higher or lower.

    Signals:
        pulled: Upward by so many pixels.
        fold_toggled: The strips are to be folded away, or shown.
        gradients_chosen: Gradients are to be shown, or activations.
        class_chosen: Of which class's logit; −1 is the answer's.
    """

    pulled = Signal(int)
    fold_toggled = Signal()
    gradients_chosen = Signal(bool)
    class_chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._last: QPoint | None = None
        self.fold_button = QToolButton()
        self.fold_button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.read_out = ReadOut(12, "text_muted")
        self.kind = SegmentedControl("What the strips show", ("Activations", "Gradients"))
        self.kind.set_options(
            self.kind.options,
            (
                "What every layer makes of the drawing",
                "How the score of a class answers to a small change of each number",
            ),
        )
        self.kind.set_index(0)
        self.of_class = QComboBox()
        self.of_class.setAccessibleName("Gradients of which class's logit")
        self.of_class.setToolTip("The gradients are of this class's logit")
        self.of_class.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.of_class.addItems([""] * (1 + _CLASSES))
        self.name_classes(())
        self.of_class.hide()
        for part in (self.fold_button, self.kind, self.of_class):
            part.setCursor(Qt.CursorShape.ArrowCursor)
        across = QHBoxLayout(self)
        across.setContentsMargins(0, 0, 0, 0)
        across.addWidget(self.fold_button)
        across.addWidget(Text("Inside the network", 15, QFont.Weight.DemiBold))
        across.addSpacing(px(16))
        across.addWidget(self.read_out, 1)
        across.addWidget(self.of_class)
        across.addWidget(self.kind)
        self.setCursor(Qt.CursorShape.SplitVCursor)
        self.setToolTip("Pull to make the strips higher or lower")
        self.setFixedHeight(px(HEIGHT))
        self.fold_button.clicked.connect(self.fold_toggled)
        self.kind.chosen.connect(self._choose_kind)
        self.of_class.currentIndexChanged.connect(self._choose_class)

    def name_classes(self, names: tuple[str, ...]) -> None:
        """Call the classes by their names; without any, by their digits."""
        called = names if len(names) == _CLASSES else tuple(map(str, range(_CLASSES)))
        for place, name in enumerate(("its answer", *called)):
            self.of_class.setItemText(place, f"of {name}'s logit")

    def show_fold(self, *, is_open: bool) -> None:
        """Show which way the fold goes; what concerns the strips is there while they are."""
        self.fold_button.setIcon(icon("down" if is_open else "up"))
        words = "Fold the strips away" if is_open else "Show what happens in every layer"
        self.fold_button.setToolTip(f"{words} (I)")
        self.fold_button.setAccessibleName(words)

    def show_choices(self, *, are_wanted: bool) -> None:
        """Offer the choices, or not where there are no strips."""
        self.kind.setVisible(are_wanted)
        self.of_class.setVisible(are_wanted and self.kind.index == 1)

    @Slot(int)
    def _choose_kind(self, index: int) -> None:
        self.of_class.setVisible(index == 1)
        self.gradients_chosen.emit(index == 1)

    @Slot(int)
    def _choose_class(self, index: int) -> None:
        self.class_chosen.emit(index - 1)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take hold."""
        self._last = event.globalPosition().toPoint()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Pull."""
        if self._last is not None:
            now = event.globalPosition().toPoint()
            self.pulled.emit(self._last.y() - now.y())
            self._last = now

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: ARG002 - Qt's signature
        """Let go."""
        self._last = None

    def changeEvent(self, event: QEvent) -> None:
        """Take the height of the new scale."""
        if event.type() == QEvent.Type.StyleChange:
            self.setFixedHeight(px(HEIGHT))
        super().changeEvent(event)
