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
    from engine.basics.errors import (
        DataError,
        DataWarning,
        EngineError,
        ModelFileError,
        NotReadyError,
        ShapeError,
    )
    from engine.basics.geometry import conv_output_size, conv_parameter_count
    from engine.layers import (
        ELU,
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
    from engine.networks.losses import CrossEntropy, MeanSquaredError, SoftmaxCrossEntropy, softmax
    from engine.networks.network import Sequential
    from engine.networks.presets import PRESETS
    from engine.networks.stack import Stack, describe
    from engine.training.batches import get_mini_batch
    from engine.training.classifier import Scratch2dCNNClassifier
    from engine.training.optimizers import SGD, Adam, AdamW, RMSProp
    from engine.training.trainer import Trainer, TrainingConfig, evaluate

__all__ = [
    "ELU",
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
    "DataWarning",
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
    name: home
    for home, names in {
        "engine.basics.errors": "DataError DataWarning EngineError ModelFileError "
        "NotReadyError ShapeError",
        "engine.basics.geometry": "conv_output_size conv_parameter_count",
        "engine.networks.losses": "CrossEntropy MeanSquaredError SoftmaxCrossEntropy softmax",
        "engine.networks.network": "Sequential",
        "engine.networks.presets": "PRESETS",
        "engine.networks.stack": "Stack describe",
        "engine.training.batches": "get_mini_batch",
        "engine.training.classifier": "Scratch2dCNNClassifier",
        "engine.training.optimizers": "SGD Adam AdamW RMSProp",
        "engine.training.trainer": "Trainer TrainingConfig evaluate",
    }.items()
    for name in names.split()
}
"""Where each name lives but those of the layers; imported when it is first asked for."""


def __getattr__(name: str) -> Any:
    """Import a name of the course from the module where it lives."""
    if name not in __all__:
        raise AttributeError(f"engine has no {name!r}; see engine.__all__")
    return getattr(import_module(_HOMES.get(name, "engine.layers")), name)
