"""One small editor for each kind of spec field; each edit is emitted at once, as it is typed."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QEvent, QObject, QSignalBlocker, QSize, Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QHBoxLayout,
    QLabel,
    QSizePolicy,
    QToolButton,
    QWidget,
)

from app.kit.number_boxes import NumberBox, WholeBox, range_words
from app.look.icons import icon
from app.look.restyled import LOOKS, Restyled
from app.look.theme import px
from engine.layers.spec import FieldInfo

NO_MAXIMUM = 1_000_000


class CalmWheel(QObject):
    """Keeps the wheel from changing a field that is only scrolled past: it must have the focus."""

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Leave the wheel to what scrolls, unless the field is in use."""
        is_idle = isinstance(watched, QWidget) and not watched.hasFocus()
        if event.type() == QEvent.Type.Wheel and is_idle:
            event.ignore()
            return True
        return super().eventFilter(watched, event)


class WholeNumberBox(WholeBox):
    """A box for a declared field of whole numbers."""

    def __init__(self, info: FieldInfo, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        _prepare_box(self, info)


class DecimalBox(NumberBox):
    """A box for a declared field of any numbers."""

    def __init__(self, info: FieldInfo, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        _prepare_box(self, info)
        if self.maximum() - self.minimum() <= 1:
            self.setSingleStep(0.05)


def _prepare_box(box: NumberBox, info: FieldInfo) -> None:
    box.setRange(info.minimum or 0, info.maximum or NO_MAXIMUM)
    box.begin_again()
    box.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    box.setSuffix(f" {info.unit}" if info.unit and info.kind != "pair" else "")
    box.setAccelerated(True)
    box.setMinimumWidth(px(56))
    box.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
    box.installEventFilter(CalmWheel(box))


class FieldEditor(QWidget):
    """Base of the editors.

    Signals:
        value_edited: The user entered this value.
        edit_confirmed: The value is as the user wants it: what follows is another edit.
        problem_changed: Why what was typed is not used; empty when there is nothing to say.
    """

    value_edited = Signal(object)
    edit_confirmed = Signal()
    problem_changed = Signal(str)

    def __init__(self, info: FieldInfo, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.info = info
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(px(6))

    def value(self) -> Any:
        """What the editor shows."""
        raise NotImplementedError

    @property
    def problem(self) -> str:
        """Why what stands there is not ``value``; empty if it is."""
        return ""

    def set_value(self, value: Any) -> None:
        """Show a value without emitting ``value_edited``."""
        raise NotImplementedError

    def begin_again(self) -> None:
        """Belong to another layer from now on: nothing half typed is left."""

    def _tell(self) -> None:
        self.value_edited.emit(self.value())

    def _add(self, editor: QWidget, name: str) -> None:
        editor.setAccessibleName(name)
        editor.setToolTip(explanation(self.info))
        self._row.addWidget(editor)
        if self.focusProxy() is None:
            self.setFocusProxy(editor)


class NumberEditor(FieldEditor):
    """For ``"int"`` and ``"float"``."""

    def __init__(self, info: FieldInfo, parent: QWidget | None = None) -> None:
        super().__init__(info, parent)
        self.box = WholeNumberBox(info) if info.kind == "int" else DecimalBox(info)
        self._add(self.box, info.label)
        self.box.valueChanged.connect(self._tell)
        self.box.editingFinished.connect(self.edit_confirmed)
        self.box.problem_changed.connect(self.problem_changed)

    def value(self) -> int | float:
        """The number."""
        return self.box.value()

    @property
    def problem(self) -> str:
        """Why the text in the box is not used."""
        return self.box.problem

    def set_value(self, value: Any) -> None:
        """Show a number."""
        self.box.show_value(value)

    def begin_again(self) -> None:
        """Show the number, whatever was being typed."""
        self.box.begin_again()


class SwitchEditor(FieldEditor):
    """For ``"bool"``."""

    def __init__(self, info: FieldInfo, parent: QWidget | None = None) -> None:
        super().__init__(info, parent)
        self.box = QCheckBox()
        self._add(self.box, info.label)
        self.box.toggled.connect(self._tell)
        self.box.toggled.connect(self.edit_confirmed)

    def value(self) -> bool:
        """Whether it is switched on."""
        return self.box.isChecked()

    def set_value(self, value: Any) -> None:
        """Switch on or off."""
        with QSignalBlocker(self.box):
            self.box.setChecked(value)


class ChoiceEditor(FieldEditor):
    """For ``"choice"``."""

    def __init__(self, info: FieldInfo, parent: QWidget | None = None) -> None:
        super().__init__(info, parent)
        self.box = QComboBox()
        self.box.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.box.installEventFilter(CalmWheel(self.box))
        self.box.addItems(list(info.choices))
        self._add(self.box, info.label)
        self.box.currentTextChanged.connect(self._tell)
        self.box.currentTextChanged.connect(self.edit_confirmed)

    def value(self) -> str:
        """The chosen word."""
        return self.box.currentText()

    def set_value(self, value: Any) -> None:
        """Choose a word."""
        with QSignalBlocker(self.box):
            self.box.setCurrentText(value)


class PairEditor(Restyled, FieldEditor):
    """For ``"pair"``: height × width, kept equal while the link between them is closed."""

    restyled_by = LOOKS

    def __init__(self, info: FieldInfo, parent: QWidget | None = None) -> None:
        super().__init__(info, parent)
        self.height_box = WholeNumberBox(info)
        self.width_box = WholeNumberBox(info)
        self.link = QToolButton()
        self.link.setCheckable(True)
        self.link.setAutoRaise(True)
        self._add(self.height_box, f"{info.label}, height")
        self._row.addWidget(QLabel("×"))
        self._add(self.width_box, f"{info.label}, width")
        self._row.addWidget(self.link)
        self.link.setAccessibleName(f"{info.label}: height and width equal")
        self.link.toggled.connect(self._restyle)
        self.link.clicked.connect(self._close_link)
        self.height_box.valueChanged.connect(self._follow_height)
        self.width_box.valueChanged.connect(self._follow_width)
        for box in (self.height_box, self.width_box):
            box.editingFinished.connect(self.edit_confirmed)
            box.problem_changed.connect(self._tell_problem)
        self.link.setChecked(True)
        self.follow_theme()

    def value(self) -> tuple[int, int]:
        """Height and width."""
        return self.height_box.value(), self.width_box.value()

    @property
    def problem(self) -> str:
        """Why the text in one of the boxes is not used."""
        return self.height_box.problem or self.width_box.problem

    def set_value(self, value: Any) -> None:
        """Show height and width; the link opens if they differ."""
        height, width = value
        self.height_box.show_value(height)
        self.width_box.show_value(width)
        if height != width:
            self.link.setChecked(False)

    def begin_again(self) -> None:
        """Show both numbers, whatever was being typed; close the link if they are equal."""
        self.height_box.begin_again()
        self.width_box.begin_again()
        height, width = self.value()
        self.link.setChecked(height == width)

    def _restyle(self) -> None:
        self.link.setFixedSize(px(30), px(30))
        self.link.setIconSize(QSize(px(18), px(18)))
        is_linked = self.link.isChecked()
        self.link.setIcon(icon("link" if is_linked else "unlink"))
        self.link.setToolTip(f"Height and width change {'together' if is_linked else 'separately'}")

    def _close_link(self, is_linked: bool) -> None:
        if is_linked and self.height_box.value() != self.width_box.value():
            self._follow_height()

    def _follow_height(self) -> None:
        if self.link.isChecked():
            self.width_box.show_value(self.height_box.value())
        self._tell()

    def _follow_width(self) -> None:
        if self.link.isChecked():
            self.height_box.show_value(self.width_box.value())
        self._tell()

    def _tell_problem(self) -> None:
        self.problem_changed.emit(self.problem)


def explanation(info: FieldInfo) -> str:
    """A field's help and the range that it takes, for a tooltip."""
    if info.minimum is None or info.maximum is None:
        return info.help
    unit = f" {info.unit}" if info.unit else ""
    return f"{info.help}\n{range_words(info.minimum, info.maximum).capitalize()}{unit}."


EDITORS: dict[str, type[FieldEditor]] = {
    "int": NumberEditor,
    "float": NumberEditor,
    "bool": SwitchEditor,
    "choice": ChoiceEditor,
    "pair": PairEditor,
}


def editor_for(info: FieldInfo, parent: QWidget | None = None) -> FieldEditor:
    """The editor for one declared field."""
    return EDITORS[info.kind](info, parent)
