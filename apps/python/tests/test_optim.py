"""talweg.optim over NumPy arrays."""
import numpy as np
import pytest

import talweg.optim


def test_every_rule_goes_down_hill_and_is_saved():
    for name in talweg.optim.__all__[1:]:
        x = np.array([3.0, -4.0])
        y = x.copy()
        make = getattr(talweg.optim, name)
        one, two = make([x]), make([y])
        for k in range(10):
            one.step([2 * x])
        for k in range(5):
            two.step([2 * y])
        three = make([y])
        three.load_state_dict(two.state_dict())
        for k in range(5):
            three.step([2 * y])
        assert np.array_equal(x, y), name
        assert x @ x < 25 and one.steps == 10, name
        assert "Parameters" in make.__doc__ and name in repr(one)


def test_adam_by_hand():
    x = np.array([1.0], np.float64)
    opt = talweg.optim.Adam([x], lr=0.1)
    m = v = 0.0
    y = 1.0
    for t in range(1, 6):
        g = 2 * y
        m, v = 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g * g
        y -= 0.1 * (m / (1 - 0.9**t)) / (np.sqrt(v / (1 - 0.999**t)) + 1e-8)
        opt.step([2 * x])
        assert x[0] == pytest.approx(y, rel=1e-14)
    assert set(opt.slots()[0]) == {"first_moment", "second_moment"}


def test_settings_may_change_between_steps():
    x, y = np.ones(3, np.float32), np.ones(3, np.float32)
    opt = talweg.optim.SGD([x], lr=0.5)
    opt.step([x.copy()])
    opt.set(lr=0.25)
    opt.step([x.copy()])
    np.testing.assert_allclose(x, 0.375)
    with pytest.raises(talweg.Error, match="amsgrad"):
        talweg.optim.Adam([y]).set(amsgrad=True)


def test_nesterov_looks_ahead():
    x = np.array([1.0])
    opt = talweg.optim.Nesterov([x], lr=0.1, momentum=0.9)
    for _ in range(3):
        opt.step([2 * opt.look_ahead()[0]])
    assert x[0] < 1


@pytest.mark.parametrize("arrays, error, words", [
    ([np.ones(3, int)], TypeError, "float32 or float64"),
    ([np.ones((4, 4))[:, ::2]], ValueError, "not contiguous"),
    (["x"], TypeError, "float32 or float64"),
])
def test_arrays_that_are_none(arrays, error, words):
    with pytest.raises(error, match=words):
        talweg.optim.Adam(arrays)


def test_gradients_that_are_none():
    opt = talweg.optim.Adam([np.ones(3)])
    with pytest.raises(ValueError, match="2 gradients for 1"):
        opt.step([np.ones(3), np.ones(3)])
    with pytest.raises(ValueError, match="shape"):
        opt.step([np.ones(4)])
    for wrong in (np.ones(3, complex), ["a", "b", "c"], [None] * 3):
        with pytest.raises(TypeError, match="expected numbers"):
            opt.step([wrong])
    opt.step([[1, 2, 3]])
    with pytest.raises(ValueError, match="needs the value"):
        talweg.optim.Rprop([np.ones(3)], variant="irprop+").step([np.ones(3)])
    with pytest.raises(talweg.Error, match="beta1"):
        talweg.optim.Adam([np.ones(3)], betas=(1.5, 0.9))
    x = np.ones(3)
    x.flags.writeable = False
    with pytest.raises(ValueError, match="read-only"):
        talweg.optim.Adam([x])
