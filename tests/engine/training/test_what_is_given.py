"""Arrays that are given to the classifier: the evident is done, what cannot be meant is refused.

One table of kinds of images and one of labels, each held against every method that takes them.
"""

from types import SimpleNamespace

import numpy as np
import pytest

from engine import Scratch2dCNNClassifier
from engine.basics.errors import DataError, DataWarning, EngineError, ShapeError
from engine.data.arrays import as_images, as_labels
from engine.layers import DenseSpec, FlattenSpec
from engine.networks.network import Sequential
from engine.networks.stack import Stack
from engine.training.trainer import Trainer, TrainingConfig, evaluate
from tests.engine.datasets import squares

DATA = squares(60)
X, Y = DATA.images[:, 0], DATA.labels
DARK = (X > 128).astype(np.uint8)
FLOATS = X.astype(np.float64) / 255
STACK = Stack("Dense only", (1, 8, 8), (FlattenSpec(), DenseSpec(out_features=3)))


def with_one(array, value):
    changed = array.copy()
    changed.flat[5] = value
    return changed


def standardised(images):
    """Each pixel with mean 0 and variance 1, one of which is lit once in a thousand pictures."""
    scaled = (images - images.mean(axis=0)) / (images.std(axis=0) + 1e-9)
    return with_one(scaled, 240.0)


AS_GREY = {
    "uint8": X,
    "one channel": X[:, None],
    "rows": X.reshape(len(X), -1),
    "int64": X.astype(np.int64),
    "uint16 of grey levels": X.astype(np.uint16),
    "floats": FLOATS,
    "float32": FLOATS.astype(np.float32),
    "a list": X.tolist(),
    "Fortran's order": np.asfortranarray(X),
    "masked nowhere": np.ma.masked_array(X, mask=False),
}

AS_BLACK_AND_WHITE = {
    "booleans": (DARK.astype(bool), "0 and 1 only, so 1 is taken for white"),
    "0 and 1 as uint8": (DARK, "0 and 1 only"),
    "0 and 1 as int64": (DARK.astype(np.int64), "0 and 1 only"),
}

WITH_A_WARNING = {
    "channels last": (X[..., None], "channels come last"),
    "colours last": (np.repeat(X[..., None], 3, axis=3), "channels come last"),
    "grey levels of four bits": (X // 16, "values reach 1[2-5] only"),
    "floats to 16": (FLOATS * 16, "values reach 1[2-6].*divide by the value of white"),
}

REFUSED = {
    "floats to 255": (X.astype(float), r"values reach 2\d\d: divide by 255, or give uint8"),
    "float16 to 255": (X.astype(np.float16), "divide by 255, or give uint8"),
    "floats to 65535": (X * 257.0, r"divide by 65535\."),
    "floats around 0": (X - 128.0, r"run from -1\d\d to \d+"),
    "floats scaled too far": (X * 1e9, "divide by"),
    "uint16": (X.astype(np.uint16) * 257, r"reach 5\d,\d\d\d, but grey.*to be 65,535"),
    "twelve bits": (X.astype(np.int32) * 16, "to be 4,095"),
    "negative integers": (X.astype(np.int64) - 128, "from -128 to .*Add what was subtracted"),
    "wrapped int8": (X.astype(np.int8), "whole numbers from -1"),
    "one negative": (with_one(X.astype(np.int16), -1), "whole numbers from -1"),
    "NaN": (with_one(FLOATS, np.nan), "NaN or infinite"),
    "infinity": (with_one(FLOATS, np.inf), "NaN or infinite"),
    "complex": (X.astype(complex), "must be numbers; got complex"),
    "texts": (X.astype(str), "must be numbers"),
    "objects": (X.astype(object), "must be numbers"),
    "of several sizes": ([np.zeros((8, 8)), np.zeros((9, 8))], "all have one shape"),
    "opacity": (np.repeat(X[..., None], 4, axis=3), "opacity"),
    "masked": (np.ma.masked_array(X, mask=X > 128), "are masked"),
    "no square": (X.reshape(len(X), -1)[:, :63], "no square images"),
    "five axes": (X[:, None, None], r"need shape \(N, H, W\)"),
}

LABELS = {
    "whole": Y,
    "uint8": Y.astype(np.uint8),
    "whole floats": Y.astype(float),
    "one column": Y[:, None],
    "a list": Y.tolist(),
    "one-hot": np.eye(3, dtype=int)[Y],
    "one-hot floats": np.eye(3)[Y],
    "one-hot booleans": np.eye(3, dtype=bool)[Y],
}

NO_LABELS = {
    "NaN": (with_one(Y.astype(float), np.nan), "number 6 is nan"),
    "infinity": (with_one(Y.astype(float), np.inf), "number 6 is inf"),
    "None": (with_one(Y.astype(object), None), "number 6 is None"),
    "NaN among objects": (with_one(Y.astype(object), np.nan), "number 6 is nan"),
    "amounts": (Y + 0.5, "number 1 is .*classes, not amounts"),
    "complex": (Y.astype(complex), "whole numbers or names"),
    "too few": (Y[:-1], "60 images and labels of shape .59"),
    "one for all": (3, "one label"),
    "a row": (Y[None], "one label"),
    "two ones": (np.eye(3)[Y] + np.eye(3)[(Y + 1) % 3], "row 1 is not like that"),
    "shares": (np.full((len(Y), 3), 1 / 3), "one 1 in each row"),
    "no one": (np.zeros((len(Y), 3)), "one 1 in each row"),
    "texts in columns": (np.full((len(Y), 3), "1"), "one 1 in each row"),
    "no columns": (np.zeros((len(Y), 0)), "one label"),
}


def classifier(epochs=4):
    return Scratch2dCNNClassifier(stack=STACK, epochs=epochs, batch_size=16)


@pytest.fixture(scope="module")
def grey():
    return classifier().fit(X, Y)


@pytest.fixture(scope="module")
def black_and_white():
    return classifier().fit(DARK.astype(float), Y)


def methods(fitted):
    """Every way to hand images over, as functions of the images; the answers are equal or none."""
    return {
        "fit": lambda images: classifier().fit(images, Y).predict_proba(images),
        "fit, held out": lambda images: (
            classifier().fit(X, Y, images, Y).validation_accuracy_curve_
        ),
        "predict_proba": fitted.predict_proba,
        "predict": fitted.predict,
        "score": lambda images: fitted.score(images, Y),
    }


METHODS = tuple(methods(SimpleNamespace(predict_proba=None, predict=None)))


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("kind", AS_GREY)
def test_grey_levels_mean_the_same_however_they_come(grey, kind, method):
    run = methods(grey)[method]
    np.testing.assert_allclose(run(AS_GREY[kind]), run(X), atol=1e-5)


@pytest.mark.parametrize("method", METHODS[2:])
@pytest.mark.parametrize("kind", AS_BLACK_AND_WHITE)
def test_0_and_1_are_black_and_white_with_a_warning(black_and_white, kind, method):
    images, sentence = AS_BLACK_AND_WHITE[kind]
    run = methods(black_and_white)[method]
    with pytest.warns(DataWarning, match=sentence):
        found = run(images)
    np.testing.assert_array_equal(found, run(DARK.astype(float)))


@pytest.mark.parametrize("kind", AS_BLACK_AND_WHITE)
def test_black_and_white_is_learnt_as_well_as_grey(black_and_white, kind):
    with pytest.warns(DataWarning, match=AS_BLACK_AND_WHITE[kind][1]):
        fitted = classifier().fit(AS_BLACK_AND_WHITE[kind][0], Y)
    assert fitted.loss_curve_ == black_and_white.loss_curve_


@pytest.mark.parametrize("kind", WITH_A_WARNING)
def test_what_is_likely_meant_is_done_with_a_warning(kind):
    images, sentence = WITH_A_WARNING[kind]
    with pytest.warns(DataWarning, match=sentence):
        classifier(1).fit(images, Y)


def test_channels_that_come_last_are_learnt_and_read_like_channels_that_come_first(grey):
    with pytest.warns(DataWarning, match="channels come last"):
        last = classifier().fit(X[..., None], Y)
    assert last.network_.stack.input_shape == (1, 8, 8)
    assert last.loss_curve_ == grey.loss_curve_
    with pytest.warns(DataWarning, match="channels come last"):
        found = grey.predict_proba(X[..., None])
    np.testing.assert_array_equal(found, grey.predict_proba(X))


def test_a_stack_that_takes_eight_channels_gets_eight_channels():
    stack = Stack("Deep", (8, 8, 1), STACK.layers)
    fitted = Scratch2dCNNClassifier(stack=stack, epochs=1).fit(X[..., None], Y)
    assert fitted.network_.stack.input_shape == (8, 8, 1)


def test_pixels_scaled_to_a_variance_of_1_go_in_as_they_are(grey):
    assert classifier(1).fit(standardised(FLOATS), Y).loss_curve_
    assert grey.predict(FLOATS * 2 - 1).shape == Y.shape


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("kind", REFUSED)
def test_images_that_cannot_be_meant_are_refused(grey, kind, method):
    images, sentence = REFUSED[kind]
    with pytest.raises((DataError, ShapeError), match=sentence):
        methods(grey)[method](images)


@pytest.mark.parametrize("kind", LABELS)
def test_labels_mean_the_same_however_they_come(grey, kind):
    fitted = classifier().fit(X, LABELS[kind], X, LABELS[kind])
    assert fitted.loss_curve_ == grey.loss_curve_
    assert fitted.validation_accuracy_curve_[-1] == fitted.score(X, Y) == grey.score(X, Y)
    assert grey.score(X, LABELS[kind]) == grey.score(X, Y) > 0.5


@pytest.mark.parametrize(
    "take",
    [
        lambda _, labels: classifier().fit(X, labels),
        lambda _, labels: classifier().fit(X, Y, X, labels),
        lambda grey, labels: grey.score(X, labels),
    ],
    ids=["fit", "fit, held out", "score"],
)
@pytest.mark.parametrize("kind", NO_LABELS)
def test_labels_that_cannot_be_meant_are_refused(grey, kind, take):
    labels, sentence = NO_LABELS[kind]
    with pytest.raises(DataError, match=sentence):
        take(grey, labels)


def test_nothing_at_all_is_refused(grey):
    for take in (classifier().fit, grey.score):
        with pytest.raises(DataError, match="must be numbers"):
            take(None, Y)
        with pytest.raises(DataError, match="one label"):
            take(X, None)


def test_a_warning_names_the_line_that_gave_the_images():
    with pytest.warns(DataWarning) as given:
        classifier(1).fit(X[..., None], Y)
    assert given[0].filename == __file__


def test_names_and_negative_numbers_are_classes():
    for classes in (["left", "right", "low"], [-1, 0, 1], [False, True, True]):
        fitted = classifier(1).fit(X, np.array(classes)[Y])
        assert fitted.classes_.tolist() == np.unique(np.array(classes)).tolist()


def test_labels_of_several_kinds_and_too_many_are_refused():
    mixed = Y.astype(object)
    mixed[0] = "one"
    with pytest.raises(DataError, match=r"of one kind.*int, str"):
        classifier().fit(X, mixed)
    with pytest.raises(DataError, match="1,200 different ones"):
        classifier().fit(np.zeros((1200, 8, 8)), np.arange(1200))


def test_labels_of_other_classes_than_those_learnt_are_not_measured(grey):
    with pytest.raises(DataError, match=r"begin with \['a'.*classes with \[0, 1, 2\]"):
        grey.score(X, np.full(len(X), "a"))
    with pytest.raises(DataError, match="both"):
        classifier().fit(X, Y, X_val=X)
    with pytest.raises(DataError, match="both"):
        classifier().fit(X, Y, y_val=Y)


def test_the_trainer_and_its_measure_refuse_the_same_values():
    network = Sequential(STACK, np.random.default_rng(0))
    good = SimpleSamples(FLOATS[:, None], Y)
    for kind in ("floats to 255", "uint16", "negative integers", "NaN"):
        images, sentence = REFUSED[kind]
        bad = SimpleSamples(images[:, None], Y)
        for run in (
            lambda bad=bad: Trainer(network, bad, good, TrainingConfig()),
            lambda bad=bad: Trainer(network, good, bad, TrainingConfig()),
            lambda bad=bad: evaluate(network, bad),
        ):
            with pytest.raises(EngineError, match=sentence):
                run()
    booleans = SimpleSamples(DARK[:, None].astype(bool), Y)
    with pytest.raises(DataError, match="must be numbers; got bool"):
        evaluate(network, booleans)


class SimpleSamples:
    """Images and labels without the checks of a data set."""

    classes = 3

    def __init__(self, images, labels):
        self.images, self.labels = images, labels

    def __len__(self):
        return len(self.labels)


@pytest.mark.parametrize("kind", [bool, np.uint8, np.int64, np.float32])
def test_black_and_white_from_a_file_is_not_almost_black(kind):
    assert np.unique(as_images(DARK.astype(kind), "the file")).tolist() == [0, 255]


def test_columns_of_a_file_that_are_no_classes_are_refused():
    for kind in ("shares", "two ones", "no one"):
        with pytest.raises(DataError, match="one 1 in each row"):
            as_labels(NO_LABELS[kind][0], len(Y), "the file")
    np.testing.assert_array_equal(as_labels(LABELS["one-hot"], len(Y), "the file")[0], Y)
