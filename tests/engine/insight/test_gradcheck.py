"""The gradient check itself, on functions whose derivative everybody knows."""

import numpy as np
import pytest

from engine.insight.gradcheck import check_gradient_at


def test_the_quotient_of_a_square_is_twice_the_value():
    check = check_gradient_at(lambda x: float((x**2).sum()), np.array([1.0, 3.0]), (1,), 6.0)
    assert check.quotient == pytest.approx(6, rel=1e-9)
    assert check.relative_error < 1e-9
    assert check.agrees
    assert (check.value, check.epsilon) == (3.0, 1e-4)


def test_a_wrong_gradient_is_found():
    check = check_gradient_at(lambda x: float((x**2).sum()), np.array([3.0]), (0,), 3.0)
    assert check.relative_error == pytest.approx(0.5)
    assert not check.agrees


def test_the_values_are_left_as_they_were_and_vanishing_gradients_agree():
    values = np.array([1.0, 2.0])
    assert check_gradient_at(lambda _: 5.0, values, (0,), 0.0).agrees
    assert values.tolist() == [1, 2]
