"""What SciPy tests of a run of `minimize`: its result, counts, limits, callbacks, threads. Through both doors."""
import concurrent.futures
import copy
import itertools
import pickle

import numpy as np
import pytest
import scipy.optimize as so

import talweg
from doors import METHODS, both, both_doors, rosen, rosen_der, square, square_der


class Counted:
    """A function that counts its calls, and keeps their points."""

    def __init__(self, f):
        self.f, self.calls, self.points = f, 0, []

    def __call__(self, x, *args):
        self.calls += 1
        self.points.append(x.copy())
        return self.f(x, *args)


# ---- the result

@both_doors
@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("n", [1, 2, 5])
def test_every_field_has_its_type_and_shape(method, n, minimize):
    r = minimize(square, np.full(n, 0.5), method, jac=square_der, options={"maxiter": 20})
    assert r.x.shape == r.jac.shape == (n,) and r.x.dtype == r.jac.dtype == float
    for name, kind in dict(fun=float, nit=int, nfev=int, njev=int, status=int, success=bool, message=str, status_name=str,
                           violation=float, certificate=dict, optimizer=str).items():
        assert type(r[name]) is kind and getattr(r, name) == r[name] and name in dir(r), name
    assert r.fun == square(r.x) and np.array_equal(r.jac, square_der(r.x))
    assert (r.status == 0) == r.success
    for again in (pickle.loads(pickle.dumps(r)), copy.copy(r), copy.deepcopy(r)):
        assert type(again) is type(r) and list(again) == list(r) and np.array_equal(again.x, r.x)


# ---- counts and limits

@both_doors
@pytest.mark.parametrize("method", METHODS)
def test_calls_are_counted(method, minimize):
    f, g = Counted(rosen), Counted(rosen_der)
    r = minimize(f, [-1.2, 1], method, jac=g, options={"maxiter": 50})
    assert (r.nfev, r.njev) == (f.calls, g.calls)
    f = Counted(rosen)
    r = minimize(f, [-1.2, 1], method, options={"maxiter": 50})
    assert (r.nfev, r.njev) == (f.calls, 0)


def test_calls_of_a_function_that_returns_both_are_counted():
    f = Counted(both)
    r = talweg.minimize(f, [-1.2, 1], jac=True)
    assert r.nfev == r.njev == f.calls


@both_doors
@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("maxiter", [1, 4, 11])
def test_maxiter_is_exact_and_the_callback_hears_of_each(method, maxiter, minimize):
    seen = []
    r = minimize(rosen, np.full(10, 0.2), method, jac=rosen_der, callback=seen.append, options={"maxiter": maxiter, "maxfun": 10**6})
    assert r.nit == len(seen) <= maxiter and not r.success
    assert r.nit == maxiter or r.status_name == "diverged"


@both_doors
@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("option", ["maxfun", "maxfev"])
@pytest.mark.parametrize("jac, most", [(rosen_der, 1), (rosen_der, 2), (rosen_der, 7), (rosen_der, 40), (None, 5), (None, 6), (None, 23), (None, 90)])
def test_maxfun_is_exact_with_checks_and_differences(method, option, jac, most, minimize):
    f = Counted(rosen)
    r = minimize(f, [-1.2, 1], method, jac=jac, options={option: most})
    assert f.calls == r.nfev <= most
    if r.status_name != "diverged":
        assert r.nfev == most and not r.success and r.status_name == "evaluation_limit" and f"limit of {most} evaluations" in r.message
    assert np.isfinite(r.x).all() and r.fun <= rosen(np.array([-1.2, 1])) and r.jac.shape == (2,)


def test_maxfun_of_formulas_is_exact_too():
    for most in (1, 2, 9, 30):
        r = talweg.minimize("100*(y-x^2)^2 + (1-x)^2", {"x": -1.2, "y": 1}, options={"maxfun": most})
        assert r.nfev == r.njev == most and r.status_name == "evaluation_limit"


def test_a_limit_below_one_gradient_is_told():
    with pytest.raises(talweg.Error, match="take 21 calls of fun: use 21 or more"):
        talweg.minimize(square, np.ones(10), options={"maxfun": 20})
    assert talweg.minimize(square, np.ones(10), options={"maxfun": 21}).nfev == 21
    with pytest.raises(talweg.Error, match="take 3 calls"):
        talweg.minimize(square, np.zeros(2), bounds=[(0, 1)] * 2, options={"maxfun": 2})


def test_values_alone_take_one_call():
    f, g = Counted(rosen), Counted(rosen_der)
    r = talweg.minimize(f, [-1.2, 1], jac=g, method="gd,line_search=armijo", options={"maxiter": 200})
    assert g.calls < f.calls == r.nfev
    # Where the gradient is asked for after the value, the value is not asked for again.
    assert not any(np.array_equal(a, b) for a, b in itertools.pairwise(f.points))


# ---- callbacks

@both_doors
@pytest.mark.parametrize("method", METHODS)
def test_arrays_of_callbacks_are_the_users(method, minimize):
    seen = []

    def callback(x, *more, **named):
        seen.append((x, x.copy()))
        x = None

    minimize(rosen, np.zeros(10), method, jac=rosen_der, callback=callback, options={"maxiter": 5})
    assert len(seen) >= 2 and all(np.array_equal(x, then) for x, then in seen)
    assert not any(np.shares_memory(a[0], b[0]) for a, b in itertools.combinations(seen, 2))


@both_doors
def test_the_last_callback_has_the_point_that_is_returned(minimize):
    seen = []
    r = minimize(rosen, [0.0, 0], "lbfgsb", jac=rosen_der, callback=seen.append, options={"maxiter": 5})
    assert np.array_equal(seen[-1], r.x) and rosen(seen[-1]) == r.fun and r.status == 1


@both_doors
def test_what_a_callback_does_to_x_changes_nothing(minimize):
    def spoils(x):
        x[:] = np.nan

    plain, spoilt = (minimize(rosen, [-1.2, 1], jac=rosen_der, callback=c) for c in (None, spoils))
    assert np.array_equal(plain.x, spoilt.x) and plain.nfev == spoilt.nfev


@both_doors
@pytest.mark.parametrize("answer, stops", [(None, False), (False, False), (True, True), (np.True_, True), (np.False_, False), (1, False),
                                           ("yes", False), (StopIteration, True)])
@pytest.mark.parametrize("form", ["x", "x and state", "by name", "object"])
def test_callbacks_of_each_form(form, answer, stops, minimize):
    states = []

    def told(state):
        states.append(state)
        if answer is StopIteration:
            raise StopIteration
        return answer

    class Callable:
        def __call__(self, xk):
            return told(xk)

    callback = {"x": lambda xk: told(xk), "x and state": lambda xk, state: told(state),
                "by name": lambda *, intermediate_result: told(intermediate_result), "object": Callable()}[form]
    r = minimize(rosen, [-1.2, 1], jac=rosen_der, callback=callback)
    assert r.success != stops and r.nit == len(states) and (r.status == 99) == stops
    if form in ("x and state", "by name"):
        assert states[-1].fun == rosen(states[-1].x) and [s.nit for s in states] == list(range(1, r.nit + 1))


def test_many_threads_at_once():
    def run(k):
        return talweg.minimize(lambda x: rosen(x - k), np.full(4, 0.5 + k), method=("lbfgs", "sqp", "cg", "lbfgsb")[k % 4])

    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        for k, r in enumerate(pool.map(run, range(16))):
            assert r.success and np.array_equal(r.x, run(k).x)
            np.testing.assert_allclose(r.x, 1 + k, atol=1e-5)
