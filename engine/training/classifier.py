"""The course's classifier: a convolutional network with scikit-learn's manners, without needing it.

``fit``, ``predict``, ``predict_proba``, ``score``, ``get_params`` and ``set_params`` behave as
scikit-learn expects of a classifier, so ``clone``, ``cross_val_score`` and ``GridSearchCV`` work.
"""

from __future__ import annotations

import inspect
from dataclasses import dataclass
from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from engine.basics.errors import DataError, NotReadyError, ShapeError
from engine.layers.base import Array
from engine.layers.dense import DenseSpec
from engine.networks.network import Sequential
from engine.networks.presets import PRESETS
from engine.networks.stack import Stack
from engine.training.trainer import BatchDone, Diverged, EpochDone, Trainer, TrainingConfig


class Scratch2dCNNClassifier:
    """Learns to tell classes of images apart, with any stack.

    Args:
        stack: A ``Stack``, or the key of a preset. Its last Dense layer gets one output per class,
            its input the images' shape.
        epochs, batch_size, learning_rate, momentum, weight_decay, schedule, optimizer: As in
            ``TrainingConfig``.
        random_state: Seed of weights and shuffling.
        verbose: Called with one line per epoch, such as ``print``; ``None`` is silent.

    Attributes (after ``fit``):
        classes_: the distinct labels, sorted; ``predict`` answers with these.
        network_: the trained ``Sequential``.
        loss_curve_: mean training loss of each epoch.
        batch_loss_curve_: loss of each batch.
        accuracy_curve_: training accuracy of each epoch, from 0 to 1.
        validation_loss_curve_, validation_accuracy_curve_: the same on ``X_val``, if it was given.
        n_features_in_: numbers in one image.

    Shape:
        X ``(N, H, W)``, ``(N, C, H, W)`` or, for square images in one channel, ``(N, H·W)``; whole
        numbers are grey levels from 0 to 255, floats go in as they are.
    """

    _estimator_type: ClassVar[str] = "classifier"

    def __init__(
        self,
        stack: Stack | str = "scratch2dcnn",
        epochs: int = 5,
        batch_size: int = 64,
        learning_rate: float = 0.05,
        momentum: float = 0.9,
        weight_decay: float = 0.0005,
        schedule: str = "cosine",
        optimizer: str = "sgd",
        random_state: int = 0,
        verbose: Any = None,
    ) -> None:
        self.stack = stack
        self.epochs = epochs
        self.batch_size = batch_size
        self.learning_rate = learning_rate
        self.momentum = momentum
        self.weight_decay = weight_decay
        self.schedule = schedule
        self.optimizer = optimizer
        self.random_state = random_state
        self.verbose = verbose

    # ------------------------------------------------------- scikit-learn's manners

    @classmethod
    def _parameter_names(cls) -> list[str]:
        return [name for name in inspect.signature(cls.__init__).parameters if name != "self"]

    def get_params(self, deep: bool = True) -> dict[str, Any]:  # noqa: ARG002
        """All settings by name."""
        return {name: getattr(self, name) for name in self._parameter_names()}

    def set_params(self, **params: Any) -> Self:
        """Change settings by name.

        Raises:
            ValueError: if there is no such setting.
        """
        for name, value in params.items():
            if name not in self._parameter_names():
                raise ValueError(
                    f"{type(self).__name__} has no setting {name!r}; it has "
                    f"{', '.join(self._parameter_names())}."
                )
            setattr(self, name, value)
        return self

    def __sklearn_tags__(self) -> Any:
        """What scikit-learn asks an estimator about itself; only ever called by it."""
        from sklearn.utils import (  # noqa: PLC0415 - called by scikit-learn, so it is there
            ClassifierTags,
            InputTags,
            Tags,
            TargetTags,
        )

        return Tags(
            estimator_type="classifier",
            target_tags=TargetTags(required=True),
            classifier_tags=ClassifierTags(),
            input_tags=InputTags(two_d_array=True, three_d_array=True),
        )

    def __repr__(self) -> str:
        defaults = inspect.signature(type(self).__init__).parameters
        changed = [
            f"{name}={value!r}"
            for name, value in self.get_params().items()
            if value != defaults[name].default
        ]
        return f"{type(self).__name__}({', '.join(changed)})"

    # ------------------------------------------------------------------- learning

    def fit(
        self, X: ArrayLike, y: ArrayLike, X_val: ArrayLike | None = None, y_val: Any = None
    ) -> Self:
        """Learn from images ``X`` with labels ``y``; the validation images are only looked at.

        Raises:
            DataError: if images and labels do not fit together, or hold NaN.
            ShapeError: if the stack does not fit the images.
            FloatingPointError: if the loss leaves the finite range.
        """
        images = _images(X)
        labels = np.asarray(y)
        if labels.shape != (len(images),):
            raise DataError(
                f"Every image needs one label; there are {len(images)} images and labels of shape "
                f"{labels.shape}."
            )
        self.classes_, encoded = np.unique(labels, return_inverse=True)
        self.n_features_in_ = int(np.prod(images.shape[1:]))
        stack = self._fitted_stack(images.shape[1:])
        training = _FloatImages(images, encoded.astype(np.int64), len(self.classes_))
        validation = training
        if X_val is not None:
            validation = _FloatImages(
                _images(X_val), self._encode(np.asarray(y_val)), len(self.classes_)
            )
        network = Sequential(stack, np.random.default_rng(self.random_state))
        self._train(Trainer(network, training, validation, self._config()), X_val is not None)
        self.network_ = network
        return self

    def _config(self) -> TrainingConfig:
        return TrainingConfig(
            epochs=self.epochs,
            batch_size=self.batch_size,
            learning_rate=self.learning_rate,
            momentum=self.momentum,
            weight_decay=self.weight_decay,
            schedule=self.schedule,
            optimizer=self.optimizer,
            seed=self.random_state,
        )

    def _fitted_stack(self, image_shape: tuple[int, ...]) -> Stack:
        """The stack with the images' shape as input and one output per class."""
        if isinstance(self.stack, str):
            if self.stack not in PRESETS:
                raise ShapeError(
                    f"There is no preset {self.stack!r}; there are {', '.join(PRESETS)}."
                )
            stack = PRESETS[self.stack].stack
        else:
            stack = self.stack
        layers = list(stack.layers)
        for index in reversed(range(len(layers))):
            spec = layers[index]
            if isinstance(spec, DenseSpec):
                layers[index] = spec.replaced(out_features=len(self.classes_))
                break
        return Stack(stack.name, image_shape, tuple(layers))

    def _encode(self, labels: Array) -> NDArray[np.int64]:
        unknown = sorted(set(labels.tolist()) - set(self.classes_.tolist()))
        if unknown:
            raise DataError(f"Labels {unknown} do not occur in training, so cannot be learnt.")
        return np.searchsorted(self.classes_, labels).astype(np.int64)

    def _train(self, trainer: Trainer, has_validation: bool) -> None:
        self.loss_curve_: list[float] = []
        self.batch_loss_curve_: list[float] = []
        self.accuracy_curve_: list[float] = []
        self.validation_loss_curve_: list[float] = []
        self.validation_accuracy_curve_: list[float] = []
        for event in trainer.run():
            match event:
                case BatchDone():
                    self.batch_loss_curve_.append(event.loss)
                case EpochDone():
                    self._note(event, has_validation)
                case Diverged():
                    raise FloatingPointError(event.message)

    def _note(self, event: EpochDone, has_validation: bool) -> None:
        self.loss_curve_.append(event.training_loss)
        self.accuracy_curve_.append(event.training_accuracy)
        line = (
            f"epoch {event.epoch}/{event.epochs}: loss {event.training_loss:.4f}, "
            f"accuracy {event.training_accuracy:.2%}"
        )
        if has_validation:
            self.validation_loss_curve_.append(event.validation_loss)
            self.validation_accuracy_curve_.append(event.validation_accuracy)
            line += f", validation {event.validation_accuracy:.2%}"
        if self.verbose is not None:
            self.verbose(f"{line}, {event.seconds:.1f} s")

    # ------------------------------------------------------------------ answering

    def predict_proba(self, X: ArrayLike) -> Array:
        """Probabilities ``(N, classes)``, in the order of ``classes_``.

        Raises:
            NotReadyError: before ``fit``.
            ShapeError: if the images have another shape than in training.
        """
        if not hasattr(self, "network_"):
            raise NotReadyError("This classifier has not learnt anything yet. Call fit(X, y).")
        return self.network_.predict_proba(_images(X))

    def predict(self, X: ArrayLike) -> Array:
        """The most probable class of each image."""
        best = self.predict_proba(X).argmax(axis=1)
        picked: Array = self.classes_[best]
        return picked

    def score(self, X: ArrayLike, y: ArrayLike) -> float:
        """Accuracy, from 0 to 1."""
        return float(np.mean(self.predict(X) == np.asarray(y)))


@dataclass(frozen=True, eq=False)
class _FloatImages:
    """Images as floats with their encoded labels; the ``Samples`` that the trainer gets."""

    images: NDArray[np.float32]
    labels: NDArray[np.int64]
    classes: int

    def __len__(self) -> int:
        return len(self.labels)


def _images(X: ArrayLike) -> NDArray[np.float32]:
    """Images as float32 ``(N, C, H, W)``; grey levels become 0 to 1."""
    array = np.asarray(X)
    scale = 1 / 255 if array.dtype.kind in "iub" else 1.0
    if array.ndim == 2:
        side = round(array.shape[1] ** 0.5)
        if side * side != array.shape[1]:
            raise ShapeError(
                f"Rows of {array.shape[1]} numbers are no square images. Give (N, H, W)."
            )
        array = array.reshape(-1, side, side)
    if array.ndim == 3:
        array = array[:, None]
    if array.ndim != 4:
        raise ShapeError(f"Images need shape (N, H, W) or (N, C, H, W); got {array.shape}.")
    if array.dtype.kind not in "iubf":
        raise DataError(f"Images must be numbers; got {array.dtype}.")
    images = array.astype(np.float32)
    images *= np.float32(scale)
    if not np.isfinite(images).all():
        raise DataError("Images hold NaN or infinite numbers. Replace them first.")
    return images
