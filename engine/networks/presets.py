"""Stacks to start from, for images of 28×28 in one channel and ten classes."""

from __future__ import annotations

from dataclasses import dataclass, replace

from engine.layers import (
    AvgPool2dSpec,
    BatchNorm2dSpec,
    Conv2dSpec,
    DenseSpec,
    DropoutSpec,
    FlattenSpec,
    GlobalAvgPoolSpec,
    MaxPool2dSpec,
    ReLUSpec,
    TanhSpec,
)
from engine.layers.spec import LayerSpec
from engine.networks.stack import Stack

DIGITS = (1, 28, 28)
Layers = tuple[LayerSpec, ...]


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


def _conv(kernels: int, kernel: int, padding: int = 0, stride: int = 1) -> Layers:
    """A convolution and its ReLU."""
    spec = Conv2dSpec(kernels, (kernel, kernel), (stride, stride), (padding, padding))
    return (spec, ReLUSpec())


def _dense(*widths: int) -> Layers:
    """Flatten, then dense layers with ReLU between them."""
    layers: list[LayerSpec] = [FlattenSpec()]
    for width in widths:
        layers += [DenseSpec(width), ReLUSpec()]
    return tuple(layers[:-1])


def _wide_lenet() -> Layers:
    """LeNet's order with more maps, batch normalisation, and dropout before the dense layers."""
    layers: list[LayerSpec] = []
    for kernels, kernel, padding in ((16, 5, 2), (32, 5, 2), (64, 3, 0)):
        layers += [Conv2dSpec(kernels, (kernel, kernel), padding=(padding, padding))]
        layers += [BatchNorm2dSpec(), ReLUSpec()]
        layers += [MaxPool2dSpec()] if padding else []
    return (*layers, FlattenSpec(), DropoutSpec(0.3), DenseSpec(128), ReLUSpec(), DenseSpec(10))


def _deep_cnn() -> Layers:
    """Five 3×3 convolutions; pooled before they are normalised, which is less to compute."""
    layers: list[LayerSpec] = []
    for kernels, padding, pooled in ((16, 0, 0), (32, 0, 1), (64, 1, 1), (128, 0, 0), (128, 0, 0)):
        layers += [Conv2dSpec(kernels, padding=(padding, padding))]
        layers += [MaxPool2dSpec()] if pooled else []
        layers += [BatchNorm2dSpec(), ReLUSpec()]
    return (*layers, FlattenSpec(), DropoutSpec(0.3), DenseSpec(128), ReLUSpec(), DenseSpec(10))


def _lenet5(padding: int) -> Layers:
    convolutions = (*_conv(6, 5, padding), MaxPool2dSpec(), *_conv(16, 5), MaxPool2dSpec())
    return (*convolutions, *_dense(120, 84, 10))


def _lenet5_of_1998() -> Layers:
    """Tanh and average pooling in place of ReLU and maxima; weights start smaller for tanh."""
    swapped: dict[type[LayerSpec], LayerSpec] = {
        ReLUSpec: TanhSpec(),
        MaxPool2dSpec: AvgPool2dSpec(),
    }
    return tuple(
        replace(layer, initializer="xavier")
        if isinstance(layer, Conv2dSpec | DenseSpec)
        else swapped.get(type(layer), layer)
        for layer in _lenet5(2)
    )


def _lenet5_with_batch_norm() -> Layers:
    """Batch normalisation between each convolution and its ReLU."""
    layers: list[LayerSpec] = []
    for layer in _lenet5(2):
        layers.append(layer)
        if isinstance(layer, Conv2dSpec):
            layers.append(BatchNorm2dSpec())
    return tuple(layers)


def _lenet5_with_dropout() -> Layers:
    """Dropout behind the two wide dense layers."""
    *before, dense1, relu1, dense2, relu2, last = _lenet5(2)
    return (*before, dense1, relu1, DropoutSpec(0.3), dense2, relu2, DropoutSpec(0.3), last)


_POOL_BY_4 = MaxPool2dSpec((4, 4), (4, 4))


def _preset(key: str, title: str, about: str, layers: Layers) -> Preset:
    return Preset(key, about, Stack(title, DIGITS, layers))


_ALL = (
    _preset(
        "lenet5",
        "LeNet-5",
        "LeNet-5 as it is taught today: ReLU, max pooling, the first convolution padded by 2.",
        _lenet5(2),
    ),
    _preset(
        "lenet5-unpadded",
        "LeNet-5, unpadded",
        "The same without padding: 28→24→12→8→4, so 16·4·4 = 256 features reach the dense part.",
        _lenet5(0),
    ),
    _preset(
        "lenet5-1998",
        "LeNet-5, 1998",
        "In the manner of the paper: tanh and average pooling. Its sparse second convolution, "
        "trainable subsampling and RBF output are left out.",
        _lenet5_of_1998(),
    ),
    _preset(
        "simplecnn",
        "SimpleCNN",
        "One convolution, one dense layer: the smallest network that earns the name.",
        (*_conv(8, 3, 1), *_dense(10)),
    ),
    _preset(
        "scratch2dcnn",
        "Scratch2dCNN",
        "The course's own: one convolution without ReLU, pooling, then three dense layers.",
        (Conv2dSpec(10, (3, 3)), MaxPool2dSpec(), *_dense(200, 200, 10)),
    ),
    _preset(
        "dense",
        "Dense network",
        "No convolution: every unit reads every pixel, so nothing tells it which are neighbours.",
        _dense(128, 64, 10),
    ),
    _preset(
        "all-convolutional",
        "All-convolutional",
        "No pooling and no dense layer: strides halve the maps, and their means are the logits.",
        (
            *(*_conv(16, 3, 1), *_conv(16, 3, 1, stride=2)),
            *(*_conv(32, 3, 1), *_conv(32, 3, 1, stride=2)),
            *(Conv2dSpec(10, (1, 1)), GlobalAvgPoolSpec()),
        ),
    ),
    _preset(
        "three-3x3",
        "Three 3×3",
        "Three 3×3 convolutions in a row see 7×7 cells, with 6,960 parameters and three ReLUs.",
        (*(_conv(16, 3, 1) * 4), _POOL_BY_4, *_dense(10)),
    ),
    _preset(
        "one-7x7",
        "One 7×7",
        "One 7×7 convolution in their place: the same receptive field, 12,560 parameters.",
        (*_conv(16, 3, 1), *_conv(16, 7, 3), _POOL_BY_4, *_dense(10)),
    ),
    _preset(
        "nin",
        "NiN with 1×1",
        "Network in network: 1×1 convolutions mix the channels at every place.",
        (
            *(*_conv(16, 5, 2), *_conv(16, 1), *_conv(16, 1), MaxPool2dSpec()),
            *(*_conv(32, 5, 2), *_conv(32, 1), Conv2dSpec(10, (1, 1)), GlobalAvgPoolSpec()),
        ),
    ),
    _preset(
        "small-vgg",
        "Small VGG",
        "Pairs of 3×3 convolutions, each followed by pooling, and twice the kernels each time.",
        (
            *(*_conv(16, 3, 1), *_conv(16, 3, 1), MaxPool2dSpec()),
            *(*_conv(32, 3, 1), *_conv(32, 3, 1), MaxPool2dSpec()),
            *_dense(64, 10),
        ),
    ),
    _preset(
        "lenet5-batchnorm",
        "LeNet-5, batch norm",
        "LeNet-5 with batch normalisation between each convolution and its ReLU.",
        _lenet5_with_batch_norm(),
    ),
    _preset(
        "lenet5-dropout",
        "LeNet-5, dropout",
        "LeNet-5 with dropout behind its two wide dense layers.",
        _lenet5_with_dropout(),
    ),
    _preset(
        "wide-lenet",
        "Wide LeNet",
        "LeNet's order with 16, 32 and 64 maps, batch norm and dropout: slower, and more accurate.",
        _wide_lenet(),
    ),
    _preset(
        "deep-cnn",
        "Deep CNN",
        "Five 3×3 convolutions with up to 128 maps and batch norm: slower still, most accurate.",
        _deep_cnn(),
    ),
)

PRESETS: dict[str, Preset] = {preset.key: preset for preset in _ALL}
"""All presets by key, in the order in which they are offered."""
