"""The layers, each with its spec. Importing this package registers all of them."""

from engine.layers.activations import ReLU, ReLUSpec
from engine.layers.base import Layer
from engine.layers.conv import Conv2d, Conv2dSpec
from engine.layers.dense import Dense, DenseSpec
from engine.layers.flatten import Flatten, FlattenSpec
from engine.layers.pooling import MaxPool2d, MaxPool2dSpec

__all__ = [
    "Conv2d",
    "Conv2dSpec",
    "Dense",
    "DenseSpec",
    "Flatten",
    "FlattenSpec",
    "Layer",
    "MaxPool2d",
    "MaxPool2dSpec",
    "ReLU",
    "ReLUSpec",
]
