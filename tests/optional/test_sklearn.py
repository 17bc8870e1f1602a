"""The course's classifier in scikit-learn's hands. Needs ``pip install scikit-learn``."""

import numpy as np
import pytest

from engine import Scratch2dCNNClassifier
from tests.engine.datasets import squares
from tests.engine.training.test_trainer import STACK

sklearn_base = pytest.importorskip("sklearn.base")
model_selection = pytest.importorskip("sklearn.model_selection")
pipeline = pytest.importorskip("sklearn.pipeline")

pytestmark = pytest.mark.sklearn

DATA = squares(120)
X, Y = DATA.images[:, 0], DATA.labels


def classifier(**settings):
    return Scratch2dCNNClassifier(stack=STACK, epochs=6, batch_size=16).set_params(**settings)


def test_it_is_a_classifier_that_can_be_cloned():
    original = classifier(learning_rate=0.02)
    clone = sklearn_base.clone(original)
    assert clone is not original
    assert clone.get_params() == original.get_params()
    assert sklearn_base.is_classifier(original)


def test_a_clone_knows_nothing_of_what_was_learnt():
    fitted = classifier().fit(X, Y)
    assert not hasattr(sklearn_base.clone(fitted), "network_")


def test_it_is_cross_validated():
    scores = model_selection.cross_val_score(classifier(), X, Y, cv=3)
    assert scores.shape == (3,)
    assert scores.mean() > 0.9


def test_flat_images_are_cross_validated_too():
    scores = model_selection.cross_val_score(classifier(), X.reshape(len(X), -1), Y, cv=3)
    assert scores.mean() > 0.9


def test_a_grid_search_finds_the_rate_that_learns():
    search = model_selection.GridSearchCV(
        classifier(), {"learning_rate": [1e-9, 0.05]}, cv=2, error_score="raise"
    )
    search.fit(X, Y)
    assert search.best_params_ == {"learning_rate": 0.05}
    np.testing.assert_array_equal(search.predict(X), search.best_estimator_.predict(X))


def test_it_works_at_the_end_of_a_pipeline():
    pipe = pipeline.Pipeline([("network", classifier())])
    assert pipe.fit(X, Y).score(X, Y) > 0.9
