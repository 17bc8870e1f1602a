"""Stacks to start from, for images of 28×28 in one channel and ten classes."""

from __future__ import annotations

from dataclasses import dataclass

from engine.layers import Conv2dSpec, DenseSpec, FlattenSpec, MaxPool2dSpec, ReLUSpec
from engine.spec import LayerSpec
from engine.stack import Stack

DIGITS = (1, 28, 28)


@dataclass(frozen=True)
class Preset:
    """A named stack. ``key`` is what the command line takes."""

    key: str
    about: str
    stack: Stack

    @property
    def title(self) -> str:
        """The stack's name."""
        return self.stack.name


def _lenet5(padding: int) -> tuple[LayerSpec, ...]:
    return (
        Conv2dSpec(out_channels=6, kernel_size=(5, 5), padding=(padding, padding)),
        ReLUSpec(),
        MaxPool2dSpec(),
        Conv2dSpec(out_channels=16, kernel_size=(5, 5)),
        ReLUSpec(),
        MaxPool2dSpec(),
        FlattenSpec(),
        DenseSpec(out_features=120),
        ReLUSpec(),
        DenseSpec(out_features=84),
        ReLUSpec(),
        DenseSpec(out_features=10),
    )


_ALL = (
    Preset(
        "lenet5",
        "LeNet-5 as it is taught today: ReLU, max pooling, the first convolution padded by 2.",
        Stack("LeNet-5", DIGITS, _lenet5(2)),
    ),
    Preset(
        "lenet5-unpadded",
        "The same without padding: 28→24→12→8→4, so 16·4·4 = 256 features reach the dense part.",
        Stack("LeNet-5, unpadded", DIGITS, _lenet5(0)),
    ),
    Preset(
        "simplecnn",
        "One convolution, one dense layer: the smallest network that earns the name.",
        Stack(
            "SimpleCNN",
            DIGITS,
            (
                Conv2dSpec(out_channels=8, kernel_size=(3, 3), padding=(1, 1)),
                ReLUSpec(),
                FlattenSpec(),
                DenseSpec(out_features=10),
            ),
        ),
    ),
    Preset(
        "scratch2dcnn",
        "The course's own: one convolution without ReLU, pooling, then three dense layers.",
        Stack(
            "Scratch2dCNN",
            DIGITS,
            (
                Conv2dSpec(out_channels=10, kernel_size=(3, 3)),
                MaxPool2dSpec(),
                FlattenSpec(),
                DenseSpec(out_features=200),
                ReLUSpec(),
                DenseSpec(out_features=200),
                ReLUSpec(),
                DenseSpec(out_features=10),
            ),
        ),
    ),
)

PRESETS: dict[str, Preset] = {preset.key: preset for preset in _ALL}
"""All presets by key, in the order in which they are offered."""
