"""The layers, each with its spec. Importing this package registers all of them.

The order of the imports is the order in which a palette offers the layers.
"""

# isort: off
from engine.layers.base import Layer
from engine.layers.conv import Conv2d, Conv2dSpec
from engine.layers.pooling import AvgPool2d, AvgPool2dSpec, MaxPool2d, MaxPool2dSpec
from engine.layers.global_pooling import GlobalAvgPool, GlobalAvgPoolSpec
from engine.layers.activations import (
    LeakyReLU,
    LeakyReLUSpec,
    ReLU,
    ReLUSpec,
    Sigmoid,
    SigmoidSpec,
    Softmax,
    SoftmaxSpec,
    Tanh,
    TanhSpec,
)
from engine.layers.flatten import Flatten, FlattenSpec
from engine.layers.dense import Dense, DenseSpec
from engine.layers.regularization import BatchNorm2d, BatchNorm2dSpec, Dropout, DropoutSpec
from engine.layers.one_dimensional import (
    AvgPool1d,
    AvgPool1dSpec,
    Conv1d,
    Conv1dSpec,
    MaxPool1d,
    MaxPool1dSpec,
)
# isort: on

__all__ = [
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
