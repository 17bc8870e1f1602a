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
from engine.basics.records import quoted
from engine.data.given_arrays import classes_in, given_images, given_labels
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
        X ``(N, H, W)``, ``(N, C, H, W)``, ``(N, H, W, C)`` or, for square images in one channel,
        ``(N, H·W)``; whole numbers are grey levels from 0 to 255, floats go in as they are.
        y ``(N,)``, ``(N, 1)``, or one column per class with a 1 in it. What is unusual is taken
        with a ``DataWarning``, or refused (``engine.data.given_arrays``).
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
            DataError: if images and labels do not fit together, or hold what cannot be meant.
            ShapeError: if the stack does not fit the images.
            FloatingPointError: if the loss leaves the finite range.
        """
        if (X_val is None) != (y_val is None):
            raise DataError("Give X_val and y_val both, or neither of them.")
        stack = self._stack()
        images = given_images(X, stack.input_shape)
        self.classes_, encoded = classes_in(given_labels(y, len(images)))
        self.n_features_in_ = int(np.prod(images.shape[1:]))
        stack = self._fitted(stack, images.shape[1:])
        training = _FloatImages(images, encoded, len(self.classes_))
        validation = training
        if X_val is not None:
            held_out = given_images(X_val, stack.input_shape)
            labels = self._encode(given_labels(y_val, len(held_out), "y_val"))
            validation = _FloatImages(held_out, labels, len(self.classes_))
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

    def _stack(self) -> Stack:
        """The stack as it was asked for."""
        if not isinstance(self.stack, str):
            return self.stack
        if self.stack not in PRESETS:
            raise ShapeError(f"There is no preset {self.stack!r}; there are {', '.join(PRESETS)}.")
        return PRESETS[self.stack].stack

    def _fitted(self, stack: Stack, image_shape: tuple[int, ...]) -> Stack:
        """The stack with the images' shape as input and one output per class."""
        layers = list(stack.layers)
        for index in reversed(range(len(layers))):
            spec = layers[index]
            if isinstance(spec, DenseSpec):
                layers[index] = spec.replaced(out_features=len(self.classes_))
                break
        return Stack(stack.name, image_shape, tuple(layers))

    def _encode(self, labels: Array) -> NDArray[np.int64]:
        unknown = set(labels.tolist()) - set(self.classes_.tolist())
        if unknown:
            named = sorted(unknown, key=repr)
            raise DataError(
                f"Labels {quoted(named)} do not occur in training, so cannot be learnt."
            )
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
            DataError: if their numbers cannot be meant.
        """
        if not hasattr(self, "network_"):
            raise NotReadyError("This classifier has not learnt anything yet. Call fit(X, y).")
        images = given_images(X, self.network_.stack.input_shape)
        return self.network_.predict_proba(images)

    def predict(self, X: ArrayLike) -> Array:
        """The most probable class of each image."""
        best = self.predict_proba(X).argmax(axis=1)
        picked: Array = self.classes_[best]
        return picked

    def score(self, X: ArrayLike, y: ArrayLike) -> float:
        """Accuracy, from 0 to 1.

        Raises:
            DataError: if labels and images do not fit together, or no label is of a known class.
        """
        answers = self.predict(X)
        labels = given_labels(y, len(answers))
        if not set(labels.tolist()) & set(self.classes_.tolist()):
            raise DataError(
                f"None of the labels is a class that was learnt: they begin with "
                f"{quoted(labels[:3].tolist())}, the classes with "
                f"{quoted(self.classes_[:3].tolist())}."
            )
        return float(np.mean(answers == labels))


@dataclass(frozen=True, eq=False)
class _FloatImages:
    """Images as floats with their encoded labels; the ``Samples`` that the trainer gets."""

    images: NDArray[np.float32]
    labels: NDArray[np.int64]
    classes: int

    def __len__(self) -> int:
        return len(self.labels)
