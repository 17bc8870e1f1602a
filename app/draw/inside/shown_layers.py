"""Inside the network: what each layer makes of the drawing, and in words what one unit is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from types import ModuleType
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from app.draw.meddler import Meddler
from app.state.networks import NetworkHolder
from engine.basics.geometry import times
from engine.basics.numbers import show
from engine.insight.shown_layer import ShownLayer, Unit

if TYPE_CHECKING:
    from engine.ink.preprocess import Prepared
    from engine.insight.attribution import Attribution, ScoreGradients
    from engine.insight.sources import Sources
    from engine.lab import LabState
    from engine.networks.network import Sequential

Values = NDArray[np.floating]


def engine_inside() -> ModuleType:
    """``engine.insight.layer_outputs``, loaded when first needed: after the first paint."""
    import engine.insight.layer_outputs  # noqa: PLC0415 - brings all layers and traces with it

    return engine.insight.layer_outputs


class ShownLayers:
    """Reads every layer's output from the engine, or the gradient of a score with respect to it.

    Attributes:
        layers: The layers, with what is shown of them.
        shows_gradients: Whether that is the gradients.
        label: Of which class's logit; ``None`` is the answer's.
        gradient_name: What the class is called of which the gradients shown are.
    """

    def __init__(self, networks: NetworkHolder, meddler: Meddler) -> None:
        self._networks = networks
        self._meddler = meddler
        self._network: Sequential | None = None
        self._gradients: ScoreGradients | None = None
        self._attribution: Attribution | None = None
        self._image: Values | None = None
        self.layers: tuple[ShownLayer, ...] = ()
        self.shows_gradients = False
        self.label: int | None = None
        self.gradient_name = ""

    def take_network(self, *, is_fit: bool) -> None:
        """Look at the network that is now open; at none if it is not fit for drawings."""
        self._network = self._networks.network if is_fit else None
        self._image = self._gradients = self._attribution = None
        self.layers = () if self._network is None else engine_inside().layers_of(self._network)
        self.layers = tuple(
            replace(layer, muted=self._meddler.muted_in(index))
            for index, layer in enumerate(self.layers)
        )
        self._signs = tuple(layer.is_signed for layer in self.layers)

    def take_drawing(self, prepared: Prepared | None) -> None:
        """Compute what every layer makes of the drawing; of a blank sheet, nothing."""
        self._image = None if prepared is None else prepared.image[np.newaxis]
        if self._network is None:
            return
        if self._image is None:
            self.layers = tuple(replace(layer, values=None) for layer in self.layers)
            return
        shown: Sequence[Values | None]
        if self.shows_gradients:
            shown = self._attribute(self._network, self._image).gradients
        else:
            shown = engine_inside().outputs_on(self._network, self._image)
        self.layers = tuple(
            replace(
                layer,
                values=values,
                is_gradient=self.shows_gradients,
                is_signed=self.shows_gradients or signed,
            )
            for layer, values, signed in zip(self.layers, shown, self._signs, strict=True)
        )

    def _attribute(self, network: Sequential, image: Values) -> Attribution:
        from engine.insight.attribution import Score, ScoreGradients  # noqa: PLC0415 - see engine_inside

        if self._gradients is None:
            self._gradients = ScoreGradients(network)
        label = self.label
        if label is None:
            label = int(network.forward(image[np.newaxis]).argmax())
        self.gradient_name = self._networks.name_of(label)
        self._attribution = self._gradients.of(image, Score(label))
        return self._attribution

    def unit_words(self, unit: Unit) -> str:
        """Which unit it is: ``4 Convolution, map 3 of 16, row 4, column 7``, counted from 1.

        A number that stands for a class is called as the data call it: ``12 Dense, class 7``.
        """
        layer = self.layers[unit.layer]
        if len(unit.index) == 3:
            channel, row, column = (i + 1 for i in unit.index)
            return f"{layer.name}, map {channel} of {layer.maps}, row {row}, column {column}"
        classes = self.classes_of(unit.layer)
        if classes:
            return f"{layer.name}, {classes[unit.index[0]]}"
        return f"{layer.name}, number {unit.index[0] + 1} of {layer.shape[0]}"

    def classes_of(self, layer: int) -> tuple[str, ...]:
        """What the classes are called for which a layer has a number each; empty if it has not."""
        is_answer = layer == len(self.layers) - 1
        is_answer |= layer == len(self.layers) - 2 and self.layers[-1].title == "Softmax"
        names, shape = self._networks.class_names, self.layers[layer].shape
        if not is_answer or len(shape) != 1:
            return ()
        digits = tuple(f"class {label}" for label in range(shape[0]))
        if len(names) != len(digits):
            return digits
        return tuple(f"{digit} ({name})" for digit, name in zip(digits, names, strict=True))

    def sources_of(self, unit: Unit) -> Sources | None:
        """Where the unit's number comes from; of a gradient, or on a blank sheet, ``None``."""
        if self._network is None or self._image is None or self.shows_gradients:
            return None
        outputs = [layer.values for layer in self.layers if layer.values is not None]
        if len(outputs) != len(self.layers):
            return None
        from engine.insight.finding_sources import sources_of  # noqa: PLC0415 - see engine_inside

        return sources_of(self._network, (self._image, *outputs), unit)

    def window_of(self, unit: Unit) -> tuple[LabState | None, str]:
        """The lab's state that shows how the unit is computed; without one, why there is none."""
        if self._network is None or self._image is None:
            return None, "Draw a digit first."
        if self.shows_gradients:
            return self._gradient_window(self._network, self._image, unit)
        if unit.index[0] in self.layers[unit.layer].muted:
            return None, "This map is muted: it is set to 0, whatever is computed."
        from engine.lab.layers import network_states  # noqa: PLC0415 - see engine_inside

        found = network_states(self._network, self._image)[unit.layer]
        if found.state is None:
            return None, f"{self.layers[unit.layer].title}: {found.reason}."
        channel = unit.index[0] if len(unit.index) == 3 else 0
        step = self.layers[unit.layer].flat(unit)
        return replace(found.state, step=step, channel=channel), ""

    def _gradient_window(
        self, network: Sequential, image: Values, unit: Unit
    ) -> tuple[LabState | None, str]:
        from engine.lab.gradient_windows import gradient_window  # noqa: PLC0415 - see above

        if self._attribution is None:
            return None, "Draw a digit first."
        gradients = (self._attribution.image, *self._attribution.gradients)
        return gradient_window(network, image, gradients, unit.layer, unit.index)

    def kernel_of(self, unit: Unit) -> Values | None:
        """The weights of the unit's map: a convolution's (in_channels, K_h, K_w), else ``None``."""
        if self._network is None:
            return None
        weight = self._network.layers[unit.layer].parameters.get("weight")
        if weight is None or weight.ndim != 4 or len(unit.index) != 3:
            return None
        return np.array(weight[unit.index[0]])

    def bias_of(self, unit: Unit) -> float | None:
        """The bias that the unit adds, if its layer has one per channel or feature."""
        if self._network is None:
            return None
        bias = self._network.layers[unit.layer].parameters.get("bias")
        return None if bias is None else float(bias[unit.index[0]])


def gradient_words(name: str) -> str:
    """What a gradient of the logit of a class says, as it is written before its value."""
    return f"change of {name}'s logit per unit of this number"


def field_words(layer: ShownLayer, unit: Unit) -> str:
    """The receptive field in words: its size, its jump, and what of it is padding."""
    axes = layer.fields.axes
    field = layer.fields.field(layer.flat(unit))
    clipped = layer.fields.clipped(layer.flat(unit))
    if axes is None or field is None or clipped is None:
        return "reads the whole image"
    size = times(tuple(len(part) for part in field))
    jumps = [axis.reach.jump for axis in axes]
    jump = str(jumps[0]) if len(set(jumps)) == 1 else times(tuple(jumps))
    words = f"receptive field {size}, jump {jump}"
    if clipped != field:
        words += f", {times(tuple(len(part) for part in clipped))} of it on the image"
    return words


def statistics_words(values: Values) -> tuple[tuple[str, str], ...]:
    """Names and numbers of a map's statistics."""
    found = engine_inside().statistics(values)
    return (
        ("min", show(found.least).text),
        ("max", show(found.largest).text),
        ("mean", show(found.mean).text),
        ("zeros", f"{100 * found.zeros:.1f}\N{NO-BREAK SPACE}%"),
    )


def input_words(sources: Sources | None, count: int = 3) -> tuple[str, ...]:
    """The strongest sources of a unit, a line each; none where there is no choice of them."""
    lines: list[str] = []
    if sources is None or sources.count < 2:
        return ()
    for one in sources.strongest(count):
        if one.weight is not None and one.product == 0:
            break
        at = [part + 1 for part in one.index]
        where = f"{at[0]}" if len(at) == 1 else f"channel {at[0]}, row {at[1]}, column {at[2]}"
        value = show(one.value).text
        if one.weight is not None:
            weight = show(one.weight).factor_text
            value += f" · {weight} \N{ALMOST EQUAL TO} {show(one.product).text}"
        lines.append(f"{where}:  {value}")
    return tuple(lines)
