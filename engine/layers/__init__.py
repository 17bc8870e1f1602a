"""The layers, each with its spec. A name is imported from its module when it is first asked for."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from engine.layers.spec import KINDS

if TYPE_CHECKING:
    from engine.layers.activations import (
        ELU,
        ELUSpec,
        LeakyReLU,
        LeakyReLUSpec,
        ReLU,
        ReLUSpec,
        Sigmoid,
        SigmoidSpec,
        Tanh,
        TanhSpec,
    )
    from engine.layers.base import Layer
    from engine.layers.conv import Conv2d, Conv2dSpec
    from engine.layers.dense import Dense, DenseSpec
    from engine.layers.flatten import Flatten, FlattenSpec
    from engine.layers.global_pooling import GlobalAvgPool, GlobalAvgPoolSpec
    from engine.layers.one_dimensional import (
        AvgPool1d,
        AvgPool1dSpec,
        Conv1d,
        Conv1dSpec,
        MaxPool1d,
        MaxPool1dSpec,
    )
    from engine.layers.pooling import AvgPool2d, AvgPool2dSpec, MaxPool2d, MaxPool2dSpec
    from engine.layers.regularization import BatchNorm2d, BatchNorm2dSpec, Dropout, DropoutSpec
    from engine.layers.softmax import Softmax, SoftmaxSpec

__all__ = [
    "ELU",
    "AvgPool1d",
    "AvgPool1dSpec",
    "AvgPool2d",
    "AvgPool2dSpec",
    "BatchNorm2d",
    "BatchNorm2dSpec",
    "Conv1d",
    "Conv1dSpec",
    "Conv2d",
    "Conv2dSpec",
    "Dense",
    "DenseSpec",
    "Dropout",
    "DropoutSpec",
    "ELUSpec",
    "Flatten",
    "FlattenSpec",
    "GlobalAvgPool",
    "GlobalAvgPoolSpec",
    "Layer",
    "LeakyReLU",
    "LeakyReLUSpec",
    "MaxPool1d",
    "MaxPool1dSpec",
    "MaxPool2d",
    "MaxPool2dSpec",
    "ReLU",
    "ReLUSpec",
    "Sigmoid",
    "SigmoidSpec",
    "Softmax",
    "SoftmaxSpec",
    "Tanh",
    "TanhSpec",
]


def __getattr__(name: str) -> Any:
    """A layer or a spec, by its class's name."""
    if name in __all__:
        for module in map(import_module, ("engine.layers.base", *KINDS)):
            if hasattr(module, name):
                return getattr(module, name)
    raise AttributeError(f"engine.layers has no {name!r}; see engine.layers.__all__")
