"""A convolutional network in plain NumPy, from the first product to a trained classifier.

Arrays are NCHW to every caller. The names of the course can be imported from here::

    from engine import Conv2d, Scratch2dCNNClassifier

    clf = Scratch2dCNNClassifier(stack="lenet5", epochs=3, verbose=print)
    clf.fit(X_train, y_train, X_val, y_val)
    clf.predict(X_test)

``engine.reference`` holds the same layers as plain loops, to read and to check by.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from engine.architectures import PRESETS
    from engine.batches import get_mini_batch
    from engine.classifier import Scratch2dCNNClassifier
    from engine.errors import DataError, EngineError, ModelFileError, NotReadyError, ShapeError
    from engine.geometry import conv_output_size, conv_parameter_count
    from engine.layers import (
        AvgPool1d,
        AvgPool2d,
        BatchNorm2d,
        Conv1d,
        Conv2d,
        Dense,
        Dropout,
        Flatten,
        GlobalAvgPool,
        LeakyReLU,
        MaxPool1d,
        MaxPool2d,
        ReLU,
        Sigmoid,
        Softmax,
        Tanh,
    )
    from engine.losses import CrossEntropy, MeanSquaredError, SoftmaxCrossEntropy, softmax
    from engine.network import Sequential
    from engine.optimizers import SGD, Adam, AdamW, RMSProp
    from engine.stack import Stack, describe
    from engine.training import Trainer, TrainingConfig, evaluate

__all__ = [
    "PRESETS",
    "SGD",
    "Adam",
    "AdamW",
    "AvgPool1d",
    "AvgPool2d",
    "BatchNorm2d",
    "Conv1d",
    "Conv2d",
    "CrossEntropy",
    "DataError",
    "Dense",
    "Dropout",
    "EngineError",
    "Flatten",
    "GlobalAvgPool",
    "LeakyReLU",
    "MaxPool1d",
    "MaxPool2d",
    "MeanSquaredError",
    "ModelFileError",
    "NotReadyError",
    "RMSProp",
    "ReLU",
    "Scratch2dCNNClassifier",
    "Sequential",
    "ShapeError",
    "Sigmoid",
    "Softmax",
    "SoftmaxCrossEntropy",
    "Stack",
    "Tanh",
    "Trainer",
    "TrainingConfig",
    "conv_output_size",
    "conv_parameter_count",
    "describe",
    "evaluate",
    "get_mini_batch",
    "softmax",
]

_HOMES = {
    "PRESETS": "engine.architectures",
    "get_mini_batch": "engine.batches",
    "Scratch2dCNNClassifier": "engine.classifier",
    "DataError": "engine.errors",
    "EngineError": "engine.errors",
    "ModelFileError": "engine.errors",
    "NotReadyError": "engine.errors",
    "ShapeError": "engine.errors",
    "conv_output_size": "engine.geometry",
    "conv_parameter_count": "engine.geometry",
    "AvgPool1d": "engine.layers",
    "AvgPool2d": "engine.layers",
    "BatchNorm2d": "engine.layers",
    "Conv1d": "engine.layers",
    "Conv2d": "engine.layers",
    "Dense": "engine.layers",
    "Dropout": "engine.layers",
    "Flatten": "engine.layers",
    "GlobalAvgPool": "engine.layers",
    "LeakyReLU": "engine.layers",
    "MaxPool1d": "engine.layers",
    "MaxPool2d": "engine.layers",
    "ReLU": "engine.layers",
    "Sigmoid": "engine.layers",
    "Softmax": "engine.layers",
    "Tanh": "engine.layers",
    "CrossEntropy": "engine.losses",
    "MeanSquaredError": "engine.losses",
    "SoftmaxCrossEntropy": "engine.losses",
    "softmax": "engine.losses",
    "Sequential": "engine.network",
    "SGD": "engine.optimizers",
    "Adam": "engine.optimizers",
    "AdamW": "engine.optimizers",
    "RMSProp": "engine.optimizers",
    "Stack": "engine.stack",
    "describe": "engine.stack",
    "Trainer": "engine.training",
    "TrainingConfig": "engine.training",
    "evaluate": "engine.training",
}
"""Where each name lives; it is imported when first asked for, so that nothing loads in vain."""


def __getattr__(name: str) -> Any:
    """Import a name of the course from the module where it lives."""
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"engine has no {name!r}; see engine.__all__")
    return getattr(import_module(home), name)
