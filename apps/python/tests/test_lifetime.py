"""Nothing outlives its use, also where something goes wrong."""
import gc
import os
import weakref

import numpy as np
import pytest

import talweg


class Bowl:
    def __init__(self, breaks_after=10**9):
        self.calls, self.breaks_after = 0, breaks_after

    def __call__(self, x):
        self.calls += 1
        if self.calls > self.breaks_after:
            raise KeyError("broken")
        return float(x @ x), 2 * x


@pytest.mark.parametrize("method", ["lbfgs", "lbfgsb", "cg", "sqp", "auglag", "adam"])
@pytest.mark.parametrize("breaks_after", [0, 1, 3, 10**9])
def test_functions_and_what_they_raise_are_let_go(method, breaks_after):
    bowl = Bowl(breaks_after)
    gone = weakref.ref(bowl)
    try:
        talweg.minimize(bowl, np.array([3.0, 4.0]), method=method, jac=True, options={"maxiter": 20})
    except KeyError as error:
        assert error.args == ("broken",)
        del error
    del bowl
    gc.collect()
    assert gone() is None


def test_callbacks_and_constraints_are_let_go():
    class Callback:
        def __call__(self, x):
            raise RuntimeError("enough")

    class Circle:
        def __call__(self, x):
            raise ZeroDivisionError

    callback, circle = Callback(), Circle()
    gone = [weakref.ref(callback), weakref.ref(circle)]
    with pytest.raises(RuntimeError, match="enough"):
        talweg.minimize(Bowl(), [3.0, 4.0], jac=True, callback=callback)
    with pytest.raises(ZeroDivisionError):
        talweg.minimize(Bowl(), [3.0, 4.0], jac=True, constraints={"type": "ineq", "fun": circle})
    del callback, circle
    gc.collect()
    assert [ref() for ref in gone] == [None, None]


def test_points_and_results_are_the_users_own():
    points = []

    def f(x):
        points.append(x)
        return float(x @ x), 2 * x

    result = talweg.minimize(f, [1.0, 2.0], jac=True)
    first = points[0].copy()
    result.x[:] = 7
    points[-1][:] = 9
    np.testing.assert_array_equal(points[0], first)
    assert len({p.__array_interface__["data"][0] for p in points}) == len(points)
    listeners = [0]
    model = talweg.train({"x": [1.0, 2, 3, 4], "y": [1.0, 2, 3, 5]}, target="y", model="linear", epochs=2, on_epoch=lambda e: listeners.append(e))
    gone = weakref.ref(model)
    del model
    gc.collect()
    assert gone() is None


def test_an_interpreter_is_usable_after_hundreds_of_errors():
    import resource

    def broken(x):
        raise ValueError("no")

    def grow():
        for _ in range(300):
            for wrong in (lambda: talweg.minimize(broken, np.ones(50)), lambda: talweg.minimize(lambda x: None, [1.0]),
                          lambda: talweg.minimize(lambda x: (1.0, np.ones(7)), np.ones(50), jac=True),
                          lambda: talweg.train({"x": [1.0, 2], "y": [1.0, 2]}, target="z")):
                with pytest.raises((ValueError, TypeError)):
                    wrong()

    grow()
    if "ASAN_OPTIONS" in os.environ:
        return  # a sanitizer keeps what was freed for a while
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for _ in range(3):
        grow()
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 4096  # kilobytes
    assert talweg.minimize("x^2", {"x": 3}).success
