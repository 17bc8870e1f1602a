"""The chosen layer in full: what it does, its form, and its sizes as formulas with numbers."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from app.build.spec_form import SpecForm
from app.kit.scrolling import scrolling
from app.kit.stack.figures import FormulaBox
from app.look.nesting import nest
from app.look.restyled import Restyled
from app.look.text import IconLabel, Text
from app.look.theme import px
from engine.basics.geometry import Shape, times
from engine.basics.memory import memory_words
from engine.layers.spec import FieldInfo
from engine.networks.stack import LayerReport

_AXES = {1: ("Features",), 2: ("Channels", "Length"), 3: ("Channels", "Height", "Width")}
_LARGEST_INPUT = 4096
UNKNOWN = "Unknown until all layers before it fit."
DOES_NOT_FIT = "The layer does not fit this input; its card says why."


def input_fields(shape: Shape) -> tuple[FieldInfo, ...]:
    """The sizes of one input sample, as fields of a form."""
    helps = {
        "Channels": "1 for grey pictures, 3 for red, green and blue.",
        "Height": "Rows of a picture.",
        "Width": "Columns of a picture.",
    }
    names = _AXES.get(len(shape), ())
    return tuple(
        FieldInfo(name, "int", name, helps.get(name, ""), minimum=1, maximum=_LARGEST_INPUT)
        for name in names
    )


class LayerInspector(Restyled, QFrame):
    """Title, form and formulas of one layer, of the input, or of the output.

    Signals:
        field_edited: The name of a field of the chosen layer, and its new value.
        input_edited: The new input shape.
    """

    field_edited = Signal(str, object)
    input_edited = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "card")
        self._input_shape: Shape | None = None
        self._icon = IconLabel("layer", 22)
        self.title = Text("", 16, QFont.Weight.DemiBold)
        self.about = Text(role="muted")
        self.about.setWordWrap(True)
        self.form = SpecForm()
        self.form.field_edited.connect(self._take_edit)
        self.formulas = FormulaBox()
        content = QWidget()
        self._content = QVBoxLayout(content)
        self._content.setContentsMargins(0, 0, 0, 0)
        for part in (self.about, self.formulas, self.form):
            self._content.addWidget(part)
        self._content.addStretch(1)
        self._head = QHBoxLayout()
        self._head.addWidget(self._icon)
        self._head.addWidget(self.title, 1)
        self._column = QVBoxLayout(self)
        nest(self._column, self._head)
        self._column.addWidget(scrolling(content, sideways=False), 1)
        self.follow_theme()

    def show_layer(self, row: LayerReport) -> None:
        """Show a layer of the report."""
        self._input_shape = None
        spec = row.spec
        self._show_head(spec.icon, f"{row.index + 1}  {spec.title}", spec.about)
        values = {info.name: getattr(spec, info.name) for info in spec.fields()}
        self.form.show_fields(spec.fields(), values, subject=(row.index, spec.kind))
        self._show_formulas(row)

    def _show_formulas(self, row: LayerReport) -> None:
        if row.input_shape is None:
            self.formulas.show_lines("Sizes", [], UNKNOWN)
            return
        if row.output_shape is None:
            self.formulas.show_lines("Sizes", [f"input {times(row.input_shape)}"], DOES_NOT_FIT)
            return
        lines = [f"shape {times(row.input_shape)} → {times(row.output_shape)}"]
        lines += row.spec.formulas(row.input_shape)
        lines.append(f"multiply-adds {row.multiply_adds:,} per picture")
        lines.append(f"activations {memory_words(row.activation_bytes)} per picture")
        if row.receptive_field:
            lines.append(f"sees {times(row.receptive_field)} cells of the input")
        self.formulas.show_lines("Sizes", lines)

    def show_input(self, shape: Shape) -> None:
        """Show the size of what goes in."""
        self._input_shape = shape
        self._show_head(
            "image", "Input", "What the first layer sees: one picture of a digit, drawn in grey."
        )
        fields = input_fields(shape)
        values = {info.name: size for info, size in zip(fields, shape, strict=False)}
        self.form.show_fields(fields, values, subject="input")
        self.formulas.show_lines("One picture", [f"shape {times(shape)}"])

    def show_output(self, shape: Shape | None, classes: int) -> None:
        """Show what comes out of the last layer."""
        self._input_shape = None
        self._show_head(
            "softmax",
            "Output",
            f"The last layer gives {classes} logits, one per digit. Softmax turns them into "
            "probabilities, and cross-entropy compares those with the label while training.",
        )
        self.form.show_fields((), {}, subject="output")
        lines = [] if shape is None else [f"shape {times(shape)}"]
        self.formulas.show_lines("What comes out", lines, "" if lines else UNKNOWN)

    def _show_head(self, icon_name: str, title: str, about: str) -> None:
        self._icon.set_icon(icon_name)
        self.title.setText(title)
        self.about.setText(about)

    def _take_edit(self, name: str, value: Any) -> None:
        if self._input_shape is None:
            self.field_edited.emit(name, value)
            return
        names = [info.name for info in input_fields(self._input_shape)]
        sizes = list(self._input_shape)
        sizes[names.index(name)] = value
        self.input_edited.emit(tuple(sizes))

    def _restyle(self) -> None:
        self._column.setContentsMargins(px(16), px(14), px(16), px(14))
        self._column.setSpacing(px(10))
        self._content.setSpacing(px(10))
        self._head.setSpacing(px(8))
