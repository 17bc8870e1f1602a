"""The course's classifier, and the names that a notebook imports."""

import importlib
import inspect
import subprocess
import sys

import numpy as np
import pytest

import engine
from engine import Scratch2dCNNClassifier, get_mini_batch
from engine.basics.errors import DataError, NotReadyError, ShapeError
from engine.layers import DenseSpec, FlattenSpec
from engine.networks.stack import Stack
from tests.engine.datasets import squares
from tests.engine.training.test_trainer import STACK

DATA = squares(120)
X, Y = DATA.images[:, 0], DATA.labels


@pytest.fixture(scope="module")
def fitted():
    classifier = Scratch2dCNNClassifier(stack=STACK, epochs=8, batch_size=16)
    return classifier.fit(X[:90], Y[:90], X[90:], Y[90:])


def test_it_learns_and_keeps_its_curves(fitted):
    assert fitted.score(X[90:], Y[90:]) == 1
    assert len(fitted.loss_curve_) == len(fitted.accuracy_curve_) == 8
    assert len(fitted.validation_accuracy_curve_) == 8
    assert len(fitted.batch_loss_curve_) == 8 * 6
    assert fitted.loss_curve_[-1] < fitted.loss_curve_[0]
    np.testing.assert_allclose(fitted.predict_proba(X).sum(axis=1), 1, rtol=1e-5)


@pytest.mark.parametrize(
    "images", [X, X[:, None], X.reshape(len(X), -1), X.astype(np.float32) / 255]
)
def test_images_may_come_in_any_usual_shape(fitted, images):
    np.testing.assert_array_equal(fitted.predict(images), fitted.predict(X))


def test_labels_may_be_anything_that_can_be_sorted():
    names = np.array(["left", "right", "low"])
    classifier = Scratch2dCNNClassifier(stack=STACK, epochs=6, batch_size=16).fit(X, names[Y])
    assert classifier.classes_.tolist() == ["left", "low", "right"]
    assert classifier.score(X, names[Y]) > 0.9
    assert classifier.validation_accuracy_curve_ == []


def test_the_stack_takes_on_the_images_shape_and_the_number_of_classes():
    stack = Stack("Dense only", (1, 28, 28), (FlattenSpec(), DenseSpec(out_features=10)))
    classifier = Scratch2dCNNClassifier(stack=stack, epochs=1).fit(X, Y)
    assert classifier.network_.stack.input_shape == (1, 8, 8)
    assert classifier.network_.stack.layers[-1] == DenseSpec(out_features=3)


def test_settings_are_read_and_changed_by_name():
    classifier = Scratch2dCNNClassifier(epochs=2)
    assert classifier.get_params()["epochs"] == 2
    assert classifier.set_params(epochs=3, learning_rate=0.1).epochs == 3
    assert repr(classifier) == "Scratch2dCNNClassifier(epochs=3, learning_rate=0.1)"
    with pytest.raises(ValueError, match="no setting 'colour'"):
        classifier.set_params(colour=1)


def test_what_does_not_fit_is_explained(fitted):
    fresh = Scratch2dCNNClassifier(stack=STACK)
    with pytest.raises(NotReadyError, match="Call fit"):
        fresh.predict(X)
    with pytest.raises(DataError, match="one label"):
        fresh.fit(X, Y[:-1])
    with pytest.raises(DataError, match="NaN"):
        fresh.fit(np.full((2, 8, 8), np.nan), [0, 1])
    with pytest.raises(ShapeError, match="no square images"):
        fresh.fit(np.zeros((2, 7)), [0, 1])
    with pytest.raises(DataError, match=r"\[7\] do not occur"):
        fresh.fit(X, Y, X[:1], [7])
    with pytest.raises(ShapeError, match="no preset 'lenet6'"):
        Scratch2dCNNClassifier(stack="lenet6").fit(X, Y)
    with pytest.raises(ShapeError, match="needs input of shape"):
        fitted.predict(np.zeros((1, 9, 9)))


def test_a_diverging_run_says_what_happened():
    classifier = Scratch2dCNNClassifier(stack=STACK, learning_rate=1e30)
    with pytest.raises(FloatingPointError, match="learning rate"):
        classifier.fit(X, Y)


def test_verbose_gets_a_line_per_epoch():
    lines: list[str] = []
    Scratch2dCNNClassifier(stack=STACK, epochs=2, verbose=lines.append).fit(X, Y)
    assert [line[:9] for line in lines] == ["epoch 1/2", "epoch 2/2"]


def test_mini_batches_hold_every_sample_once():
    seen = []
    for images, labels in get_mini_batch(np.arange(23), np.arange(23) * 2, batch_size=5, seed=1):
        np.testing.assert_array_equal(images * 2, labels)
        assert len(images) <= 5
        seen += images.tolist()
    assert sorted(seen) == list(range(23))
    assert seen != sorted(seen)
    with pytest.raises(ShapeError, match="same length"):
        next(get_mini_batch(np.arange(3), np.arange(4)))
    with pytest.raises(ShapeError, match="at least 1"):
        next(get_mini_batch(np.arange(3), np.arange(3), batch_size=0))


@pytest.mark.parametrize("name", engine.__all__)
def test_every_name_of_the_course_can_be_imported_and_is_explained(name):
    found = getattr(importlib.import_module("engine"), name)
    if inspect.isclass(found) or inspect.isfunction(found):
        assert found.__doc__


def test_the_engine_alone_needs_numpy_only():
    script = """
import sys
class Refuse:
    def find_spec(self, name, path=None, target=None):
        allowed = ("numpy", "engine")
        top = name.split(".")[0]
        if top not in allowed and top not in sys.stdlib_module_names and not top.startswith("_"):
            raise ImportError(f"{name} is not to be imported")
sys.meta_path.insert(0, Refuse())
from engine import *
import numpy as np
x = np.random.default_rng(0).integers(0, 255, (12, 28, 28))
clf = Scratch2dCNNClassifier(stack="simplecnn", epochs=1, batch_size=4)
clf.fit(x, np.arange(12) % 3)
assert clf.predict(x).shape == (12,)
"""
    result = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stderr
