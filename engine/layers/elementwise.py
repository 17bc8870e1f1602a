"""What all activations share: the layer, the spec, and the record of one function.

An activation is declared once, in ``activations``: a layer with the fast function and its
derivative, and a spec whose ``Activation`` holds everything else that is particular to it. The
trace, the lab's operation and every export read it from there.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, ClassVar

import numpy as np

from engine.basics.geometry import Shape
from engine.layers.base import (
    Array,
    Layer,
    check_float,
    check_gradient,
    in_caller_order,
    in_memory_order,
)
from engine.layers.spec import LayerSpec, registered_specs


class ActivationLayer(Layer):
    """A function that keeps the shape, and whose derivative follows from its output or its input.

    Class attributes: ``is_elementwise``, whether each number depends on itself alone, so that rows
    can be shared out; ``keeps_input``, whether ``pull_back`` is given the input, not the output.

    Shape:
        any ``(N, …)``, the same in and out.
    """

    is_elementwise: ClassVar[bool] = True
    keeps_input: ClassVar[bool] = False

    def __init__(self) -> None:
        super().__init__()
        self._kept: Array | None = None

    @abstractmethod
    def apply(self, x: Array, out: Array) -> None:
        """Write the function of ``x`` to ``out``; both in memory order."""

    @abstractmethod
    def pull_back(self, kept: Array, grad: Array, result: Array) -> None:
        """Write ``grad`` times the derivative to ``result``; ``kept`` is the output, or input."""

    def forward(self, x: Array, *, training: bool = False) -> Array:
        """The function of every number."""
        check_float(x, type(self).__name__)
        memory = in_memory_order(x)
        out = self.buffers.scratch("output", memory.shape, x.dtype)
        if self.is_elementwise:
            self.share(lambda part: self.apply(memory[part], out[part]), out.shape[0], out.size)
        else:
            self.apply(memory, out)
        self._kept = (memory if self.keeps_input else out) if training else None
        return in_caller_order(out)

    def backward(self, grad_output: Array) -> Array:
        """The gradient times the derivative, number by number."""
        if self._kept is None:
            raise self.not_ready()
        kept = self._kept
        check_gradient(grad_output, in_caller_order(kept).shape, type(self).__name__)
        result = self.buffers.scratch("grad_input", kept.shape, grad_output.dtype)
        grad = in_memory_order(grad_output)
        if self.is_elementwise:
            self.share(
                lambda part: self.pull_back(kept[part], grad[part], result[part]),
                kept.shape[0],
                kept.size,
            )
        else:
            self.pull_back(kept, grad, result)
        return in_caller_order(result)

    def forget(self) -> None:
        """Drop what forward kept, and all buffers."""
        super().forget()
        self._kept = None


@dataclass(frozen=True)
class Formula:
    """How one output is written out: ``max({x}, 0)``.

    Attributes:
        template: ``{x}`` is the input; ``{(x)}`` and ``{(−x)}`` are the input and its opposite, in
            brackets where they are negative.
        exact: The result for exactly the number that is printed; ``None`` if it is no fraction,
            and so always rounded.
    """

    template: str
    exact: Callable[[Fraction], Fraction] | None = None


@dataclass(frozen=True)
class Activation:
    """Everything that is particular to one function of every number by itself.

    Every function takes the spec's settings by name, after what is listed; every template may hold
    them in braces.

    Attributes:
        operation: Its name in the lab and in its files.
        layer: The layer's class.
        formula: The function in a few words, for the card of one without settings.
        symbol: What the lab writes between the input and the output.
        function: The plain definition in NumPy, of an array: what the lab computes with, and what
            an exported script holds, as text. It may use nothing but ``np``.
        slope: The derivative, of the inputs and the outputs.
        written: How an output is written out, of the input.
        slope_words: The derivative in words, of the input and the output.
        case_words: Which case of the function an input is, where there are several.
        pytorch: The module as an expression.
        keras: The layer as an expression.
        onnx: The operator. One that takes several has its own entry of ``onnx_nodes``.
        onnx_attributes: ONNX's names for the settings, by ours.
    """

    operation: str
    layer: Callable[..., ActivationLayer]
    formula: str
    symbol: str
    function: Callable[..., Array]
    slope: Callable[..., Array]
    written: Callable[..., Formula]
    slope_words: Callable[..., str]
    pytorch: str
    keras: str
    onnx: str
    onnx_attributes: Mapping[str, str] = field(default_factory=dict)
    case_words: Callable[..., str] = lambda *_, **__: ""


@dataclass(frozen=True)
class ActivationSpec(LayerSpec):
    """The spec of a function of every number by itself.

    Class attributes: ``record``, everything that is particular to the function.
    """

    family: ClassVar[str] = "activation"
    belongs_to_convolution: ClassVar[bool] = True
    record: ClassVar[Activation]

    def words(self) -> str:
        """For the card: the settings, or else the formula."""
        settings = [f"{info.label.lower()} {self.settings[info.name]:g}" for info in self.fields()]
        return ", ".join(settings) or self.record.formula

    def output_shape(self, input_shape: Shape) -> Shape:
        """The input's shape."""
        return input_shape

    def build(self, input_shape: Shape, rng: np.random.Generator, dtype: Any) -> ActivationLayer:  # noqa: ARG002
        """The layer."""
        return self.record.layer(**self.settings)

    @property
    def settings(self) -> dict[str, float]:
        """The settings by name."""
        return {info.name: float(getattr(self, info.name)) for info in self.fields()}


def activation_specs() -> dict[str, type[ActivationSpec]]:
    """All functions of every number by itself, by ``operation``, in the palette's order."""
    return {
        spec.record.operation: spec
        for spec in registered_specs().values()
        if issubclass(spec, ActivationSpec)
    }
