"""One small editor for each kind of spec field; each edit is emitted at once, as it is typed."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QEvent, QObject, QSignalBlocker, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDoubleSpinBox,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QSizePolicy,
    QSpinBox,
    QToolButton,
    QWidget,
)

from app.look.icons import icon
from app.look.restyled import COLOURS, Restyled
from app.look.theme import px
from engine.layers.spec import FieldInfo

NO_MAXIMUM = 1_000_000


class UndoPasser(QObject):
    """Keeps a line edit from taking Ctrl+Z: edits apply as typed, so undo belongs to the stack."""

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Leave the undo and redo keys to the window's shortcuts."""
        keys = (QKeySequence.StandardKey.Undo, QKeySequence.StandardKey.Redo)
        if isinstance(event, QKeyEvent) and any(map(event.matches, keys)):
            event.ignore()
            return True
        return super().eventFilter(watched, event)


def pass_undo_on(line_edit: QLineEdit) -> None:
    """Let Ctrl+Z in ``line_edit`` undo the last edit of the stack."""
    line_edit.installEventFilter(UndoPasser(line_edit))


class CalmWheel(QObject):
    """Keeps the wheel from changing a field that is only scrolled past: it must have the focus."""

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Leave the wheel to what scrolls, unless the field is in use."""
        is_idle = isinstance(watched, QWidget) and not watched.hasFocus()
        if event.type() == QEvent.Type.Wheel and is_idle:
            event.ignore()
            return True
        return super().eventFilter(watched, event)


class WholeNumberBox(QSpinBox):
    """A spin box for whole numbers."""

    def __init__(self, info: FieldInfo, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setRange(int(info.minimum or 0), int(info.maximum or NO_MAXIMUM))
        _prepare_box(self, info)


class DecimalBox(QDoubleSpinBox):
    """A spin box for decimals; the locale's decimal comma is understood."""

    def __init__(self, info: FieldInfo, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        low, high = info.minimum or 0.0, info.maximum or float(NO_MAXIMUM)
        self.setDecimals(9)
        self.setSingleStep(0.05 if high - low <= 1 else 1.0)
        self.setRange(low, high)
        _prepare_box(self, info)

    def stepBy(self, steps: int) -> None:
        """Even steps through the range; near zero, steps in the last digit but one."""
        is_small = 0 < abs(self.value()) < self.singleStep()
        kind = QDoubleSpinBox.StepType
        self.setStepType(kind.AdaptiveDecimalStepType if is_small else kind.DefaultStepType)
        super().stepBy(steps)

    def textFromValue(self, value: float) -> str:
        """The number without zeros at its end."""
        text = super().textFromValue(value)
        point = self.locale().decimalPoint()
        return text.rstrip("0").removesuffix(point) if point in text else text


def _prepare_box(box: QSpinBox | QDoubleSpinBox, info: FieldInfo) -> None:
    box.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    box.setSuffix(f" {info.unit}" if info.unit and info.kind != "pair" else "")
    box.setAccelerated(True)
    box.setMinimumWidth(px(56))
    box.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
    box.installEventFilter(CalmWheel(box))
    pass_undo_on(box.lineEdit())


class FieldEditor(QWidget):
    """Base of the editors.

    Signals:
        value_edited: The user entered this value.
    """

    value_edited = Signal(object)

    def __init__(self, info: FieldInfo, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.info = info
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(px(6))

    def value(self) -> Any:
        """What the editor shows."""
        raise NotImplementedError

    def set_value(self, value: Any) -> None:
        """Show a value without emitting ``value_edited``."""
        raise NotImplementedError

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

    def value(self) -> int | float:
        """The number."""
        return self.box.value()

    def set_value(self, value: Any) -> None:
        """Show a number."""
        _show_silently(self.box, value)


class SwitchEditor(FieldEditor):
    """For ``"bool"``."""

    def __init__(self, info: FieldInfo, parent: QWidget | None = None) -> None:
        super().__init__(info, parent)
        self.box = QCheckBox()
        self._add(self.box, info.label)
        self.box.toggled.connect(self._tell)

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

    def value(self) -> str:
        """The chosen word."""
        return self.box.currentText()

    def set_value(self, value: Any) -> None:
        """Choose a word."""
        with QSignalBlocker(self.box):
            self.box.setCurrentText(value)


class PairEditor(Restyled, FieldEditor):
    """For ``"pair"``: height × width, kept equal while the link between them is closed."""

    restyled_by = COLOURS

    def __init__(self, info: FieldInfo, parent: QWidget | None = None) -> None:
        super().__init__(info, parent)
        self.height_box = WholeNumberBox(info)
        self.width_box = WholeNumberBox(info)
        self.link = QToolButton()
        self.link.setCheckable(True)
        self.link.setAutoRaise(True)
        self.link.setFixedSize(px(30), px(30))
        self._add(self.height_box, f"{info.label}, height")
        self._row.addWidget(QLabel("×"))
        self._add(self.width_box, f"{info.label}, width")
        self._row.addWidget(self.link)
        self.link.setAccessibleName(f"{info.label}: height and width equal")
        self.link.toggled.connect(self._restyle)
        self.link.clicked.connect(self._close_link)
        self.height_box.valueChanged.connect(self._follow_height)
        self.width_box.valueChanged.connect(self._follow_width)
        self.link.setChecked(True)
        self.follow_theme()

    def value(self) -> tuple[int, int]:
        """Height and width."""
        return self.height_box.value(), self.width_box.value()

    def set_value(self, value: Any) -> None:
        """Show height and width; the link opens if they differ."""
        height, width = value
        _show_silently(self.height_box, height)
        _show_silently(self.width_box, width)
        if height != width:
            self.link.setChecked(False)

    def relink(self) -> None:
        """Close the link if both are equal: for another layer that the form turns to."""
        height, width = self.value()
        self.link.setChecked(height == width)

    def _restyle(self) -> None:
        is_linked = self.link.isChecked()
        self.link.setIcon(icon("link" if is_linked else "unlink"))
        self.link.setToolTip(f"Height and width change {'together' if is_linked else 'separately'}")

    def _close_link(self, is_linked: bool) -> None:
        if is_linked and self.height_box.value() != self.width_box.value():
            self._follow_height(self.height_box.value())

    def _follow_height(self, height: int) -> None:
        if self.link.isChecked():
            _show_silently(self.width_box, height)
        self._tell()

    def _follow_width(self, width: int) -> None:
        if self.link.isChecked():
            _show_silently(self.height_box, width)
        self._tell()


def _show_silently(box: QSpinBox | QDoubleSpinBox, value: Any) -> None:
    """Set a box that shows something else, without a signal; leaves text being typed alone."""
    if box.value() != value:
        with QSignalBlocker(box):
            box.setValue(value)


def explanation(info: FieldInfo) -> str:
    """A field's help and the range that it takes, for a tooltip."""
    if info.minimum is None or info.maximum is None:
        return info.help
    unit = f" {info.unit}" if info.unit else ""
    return f"{info.help}\nFrom {info.minimum:,g} to {info.maximum:,g}{unit}."


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
