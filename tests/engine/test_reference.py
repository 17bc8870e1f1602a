"""The name by which notebooks know the loops."""

import inspect

import numpy as np

from engine import loops, reference


def test_reference_has_every_function_of_loops():
    functions = inspect.getmembers(loops, inspect.isfunction)
    public = [name for name, function in functions if name[0] != "_"]
    assert set(public) <= set(loops.__all__)
    for name in loops.__all__:
        assert getattr(reference, name) is getattr(loops, name)


def test_a_window_is_summed_as_the_formula_says():
    x = np.arange(16.0).reshape(1, 1, 4, 4)
    weight = np.array([[[[1.0, 2.0], [3.0, 4.0]]]])
    y = reference.conv2d(x, weight, np.array([0.5]), stride=(2, 2))
    assert y[0, 0, 1, 0] == 0.5 + 1 * 8 + 2 * 9 + 3 * 12 + 4 * 13
