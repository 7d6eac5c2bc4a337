"""What SciPy tests of the arguments of `minimize`, in each of their forms, and what functions return. Through both doors."""
from collections import namedtuple
from decimal import Decimal

import numpy as np
import pytest
import scipy.optimize as so
import scipy.sparse

import talweg
from doors import METHODS, both, both_doors, rosen, rosen_der, square, square_der


# ---- arguments

@both_doors
@pytest.mark.parametrize("args, expected", [((3,), (3,)), (3, (3,)), ([3, 4], ([3, 4],)), ("ab", ("ab",)), ({"k": 1}, ({"k": 1},)), ((), ()),
                                            (None, (None,)), ((None, 2), (None, 2))])
def test_what_is_no_tuple_is_one_argument(args, expected, minimize):
    seen = []

    def f(x, *given):
        seen.append(given)
        return x @ x

    def g(x, *given):
        seen.append(given)
        return 2 * x

    assert minimize(f, [1.0, 2], args=args, jac=g).success
    assert all(given == expected for given in seen)


def test_an_array_is_one_argument():
    c = np.array([3.0, 1, 4, 1, 5])
    r = talweg.minimize(lambda x, c: ((x - c) ** 2).sum(), np.zeros(5), jac=lambda x, c: 2 * (x - c), args=c)
    np.testing.assert_allclose(r.x, c)


@both_doors
@pytest.mark.parametrize("x0", [17, 17.0, [17], (17,), np.array(17), np.array([17]), np.array([17], np.int8), np.array([17], np.float32),
                                np.array([17.0, 0, 1])[::4], np.array([True])])
def test_starts_of_each_form(x0, minimize):
    points = []
    r = minimize(lambda x: (points.append(x), np.sum(x**2))[1], x0, "lbfgsb", bounds=[(-100, 100)])
    assert r.success and abs(r.x[0]) < 1e-5
    assert all(x.shape == (1,) and x.dtype == float and x.flags.writeable and x.flags.c_contiguous for x in points)


def test_the_start_is_only_read():
    x0 = np.array([-1.2, 1])
    x0.flags.writeable = False
    f = lambda x: (x.__setitem__(slice(None), x - np.arange(2)), (x * x).sum())[1]  # x is its own to change
    r = talweg.minimize(f, x0)
    assert r.success and np.array_equal(x0, [-1.2, 1])
    np.testing.assert_allclose(r.x, [0, 1], atol=1e-8)


PAIRS = [(2, 3), (None, None)]


@both_doors
@pytest.mark.parametrize("bounds", [PAIRS, tuple(PAIRS), [[2, 3], [None, np.inf]], [(np.array([2]), np.array([3])), (-np.inf, np.inf)],
                                    np.array([(2, 3), (-np.inf, np.inf)]), so.Bounds([2, -np.inf], [3, np.inf]),
                                    so.Bounds([2, -np.inf], [3, np.inf], keep_feasible=True), [(np.float32(2), 3), (None, None)]])
@pytest.mark.parametrize("method", ["lbfgsb", "sqp", "adam"])
def test_bounds_of_each_form(bounds, method, minimize):
    points = []
    r = minimize(lambda x: (points.append(x), x @ x)[1], [2.5, 2.5], method, bounds=bounds, options={"maxiter": 3000})
    assert all(2 <= x[0] <= 3 for x in points) and r.x[0] == 2
    if method != "adam":
        assert r.success and abs(r.x[1]) < 1e-6


@pytest.mark.parametrize("bounds", [so.Bounds(2, 3), so.Bounds(2, [3, 3]), [(2, 3)] * 2])
def test_scalar_bounds_are_for_all(bounds):
    assert np.array_equal(talweg.minimize(square, [2.5, 9], bounds=bounds).x, [2, 2])


@pytest.mark.parametrize("bounds", [None, [], (), so.Bounds(), [(None, None)] * 2, [(-np.inf, np.inf)] * 2])
def test_no_bounds_in_each_form(bounds):
    r = talweg.minimize(both, [-1.2, 1], jac=True, bounds=bounds)
    assert r.success and r.optimizer.startswith("lbfgs,")


@pytest.mark.parametrize("bounds, words", [
    ([(1, 2), (2, 1)], "above upper"), ([(np.inf, 0), (0, 1)], "above upper"), ([(1, -np.inf), (0, 1)], "above upper"),
    ([(0, 1)], "1 pairs for 2 variables"), (so.Bounds([0] * 3, [1] * 3), r"lb has the shape \(3,\)"), ([(np.nan, 1), (0, 1)], "nan is no bound"),
    ("ab", "expected a .low, high. pair"), ([1, 2], "expected a .low, high. pair"), ([("a", 1), (0, 1)], "expected a .low, high. pair"),
])
@pytest.mark.parametrize("method", [None, "lbfgsb", "sqp", "adam"])
def test_bounds_that_are_none(bounds, words, method):
    with pytest.raises(ValueError, match=words):
        talweg.minimize(square, [0.5, 0.5], jac=square_der, bounds=bounds, method=method)


@both_doors
@pytest.mark.parametrize("method", ["lbfgsb", "sqp"])
@pytest.mark.parametrize("jac", [None, lambda x, p=1: x / np.linalg.norm(x)])
def test_bounds_that_fix_every_variable(method, jac, minimize):
    f = lambda x, p=1: np.linalg.norm(x) + p
    r = minimize(f, (1.0, 3.0), method, jac=jac, bounds=[(1, 1), (2, 2)], args=(2,))
    assert r.success and r.nfev == 1 and r.fun == f([1, 2], 2) and np.array_equal(r.x, [1, 2]) and "hold every variable" in r.message


@pytest.mark.parametrize("most, success", [(0, False), (4, True)])
def test_fixed_variables_under_a_constraint(most, success):
    r = talweg.minimize(np.linalg.norm, (1.0, 3.0), bounds=[(1, 1), (2, 2)], constraints=so.NonlinearConstraint(np.sum, -np.inf, most))
    assert r.success is success and r.fun == np.linalg.norm([1, 2])


@both_doors
@pytest.mark.parametrize("method", ["lbfgsb", "sqp", "auglag"])
@pytest.mark.parametrize("jac", [None, lambda x: np.array([-2 * x[0], 2 * x[1]])])
def test_nothing_is_asked_for_outside_the_bounds(method, jac, minimize):
    def inside(x):
        assert np.all(x >= 0) and np.all(x <= 1), x

    def f(x):
        inside(x)
        return -x[0] ** 2 + x[1] ** 2

    def c(x):
        inside(x)
        return x[0] ** 0.5 + x[1]

    # Beside a slope of a given kind the differences of √x at 0 would be taken for a wrong gradient.
    for start in ([0.9, 0.5], [0, 1], [-3, 4])[: None if jac is None or method == "lbfgsb" else 1]:
        r = minimize(f, start, method, jac=jac, bounds=so.Bounds([0, 0], [1, 1]),
                     **({} if method == "lbfgsb" else {"constraints": so.NonlinearConstraint(c, 0, 1.5)}))
        assert r.success, r.message


# ---- what functions return

Pair = namedtuple("Pair", "value gradient")


@both_doors
@pytest.mark.parametrize("wrap", [np.float64, np.array, lambda f: np.array([f]), lambda f: np.array([[f]]), lambda f: [f], lambda f: (f,), np.float32,
                                  lambda f: Decimal(float(f)), lambda f: np.ma.array([f])])
@pytest.mark.parametrize("jac", [square_der, None])
def test_one_number_in_each_form(wrap, jac, minimize):
    r = minimize(lambda x: wrap(((x - 1) ** 2).sum()), [3.0, 4], jac=None if jac is None else lambda x: 2 * (x - 1),
                 options={"tolerance": 1e-3})
    np.testing.assert_allclose(r.x, 1, atol=1e-2)
    assert type(r.fun) is float and (r.success or wrap is np.float32)


@pytest.mark.parametrize("shape", [list, tuple, lambda g: g[:, None], lambda g: g[None, :], lambda g: g.astype(np.float32),
                                   lambda g: g.astype(object), lambda g: np.repeat(g, 2)[::2]])
def test_gradients_in_each_form(shape):
    assert talweg.minimize(square, [3.0, 4], jac=lambda x: shape(2 * x)).success
    for pair in (tuple, list, lambda p: Pair(*p)):
        assert talweg.minimize(lambda x: pair((x @ x, shape(2 * x))), [3.0, 4], jac=True).success


@both_doors
@pytest.mark.parametrize("value, error, words", [
    (None, TypeError, "fun returned None"), (1j, TypeError, "fun returned complex"), (np.complex64(1), TypeError, "complex64"),
    (np.complex128(1), TypeError, "complex128"), (np.array([1j]), TypeError, "complex128"), ("1", TypeError, "fun returned str"),
    ([1, 2], ValueError, "2 numbers where one"), (np.zeros(0), ValueError, "0 numbers where one"), ({}, TypeError, "fun returned dict"),
])
def test_values_that_are_no_number(value, error, words, minimize):
    with pytest.raises(error, match=words):
        minimize(lambda x: value, [1.0, 2])


@pytest.mark.parametrize("gradient, error, words", [
    ([1j, 0], TypeError, "complex128"), (["1", "2"], TypeError, "jac returned list"), ([1], ValueError, "1 numbers where 2"),
    ([[1], [2, 3]], TypeError, "jac returned list"), (None, TypeError, "jac returned None"),
])
def test_gradients_that_are_none(gradient, error, words):
    with pytest.raises(error, match=words):
        talweg.minimize(square, [1.0, 2], jac=lambda x: gradient)


@both_doors
@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("jac", [lambda x: np.ones(1), None])
@pytest.mark.parametrize("finite_calls", [0, 2])
@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_values_that_are_not_finite_are_no_success(method, jac, finite_calls, bad, minimize):
    rng, calls = np.random.default_rng(1234), []

    def f(x):
        calls.append(x)
        return rng.random() if len(calls) <= finite_calls else bad

    r = minimize(f, [1.0], method, jac=jac, options={"maxiter": 20})
    assert r.success is False and r.status != 0 and np.isfinite(r.x).all()


@both_doors
@pytest.mark.parametrize("method", ["lbfgs", "cg", "lbfgsb", "sqp", "auglag", "gd"])
def test_a_wrong_gradient_does_not_make_x_worse(method, minimize):
    r = minimize(lambda x: (x[0] - 1) ** 2, [2.0], method, jac=lambda x: -2 * (x - 1) - 2, options={"maxiter": 20, "check_gradient": False})
    assert r.fun == (r.x[0] - 1) ** 2 <= 1


def test_a_wall_of_huge_values_is_no_obstacle():
    r = talweg.minimize(lambda x: x[0] + 1 / x[0] if x[0] > 0 else 1.79769313e308, [10.0])
    np.testing.assert_allclose(r.x, 1, rtol=1e-4)


# ---- tolerances, options, constraints

@both_doors
@pytest.mark.parametrize("method", ["cg", "lbfgs", "lbfgsb", "sqp"])
def test_tol_does_something(method, minimize):
    fine, coarse = (minimize(rosen, [-1.2, 1], method, jac=rosen_der, tol=tol) for tol in (1e-10, 1e-1))
    assert fine.nfev > coarse.nfev and np.abs(fine.jac).max() <= 1e-10 and np.abs(coarse.jac).max() <= 1e-1


@both_doors
@pytest.mark.parametrize("method", ["sqp", "auglag"])
@pytest.mark.parametrize("tol", [1e-3, 1e-6, 1e-10])
def test_tol_under_constraints(method, tol, minimize):
    r = minimize(rosen, [-1.0, -0.5], method, jac=rosen_der, tol=tol, constraints=so.LinearConstraint([[1, 2]], -np.inf, 1))
    assert r.success, r.message
    np.testing.assert_allclose(r.x, [0.502203, 0.248899], atol=max(1e-5, 10 * tol))


@both_doors
@pytest.mark.parametrize("options", [{"disp": True}, {"disp": 5, "iprint": 3}, {"return_all": False}, {"finite_diff_rel_step": None},
                                     {"maxiter": None, "maxfun": np.inf}, {"maxiter": 100.0}, {"maxiter": np.int32(99)}])
def test_options_that_ask_for_nothing(options, minimize, capfd):
    assert minimize(rosen, [-1.2, 1], jac=rosen_der, options=options).success
    assert capfd.readouterr() == ("", "")


@both_doors
@pytest.mark.parametrize("options, words", [
    ({"ftol": 1e-3}, "'ftol' is not known; use gtol or tolerance"), ({"maxcor": 20}, "'maxcor' is not known; write method='lbfgsb,memory=20'"),
    ({"return_all": True}, "'return_all' is not known; keep the iterates"), ({"eps": 1e-8}, "'eps' is not known; differences"),
    ({"maxitr": 3}, "'maxitr' is not known; the options are"), ({"maxiter": -1}, "at least 0"), ({"maxiter": 1.5}, "whole number"),
    ({"gtol": -1}, "at least 0"), ({"gtol": np.nan}, "at least 0"), ({"maxfun": 0}, "use 1 or more"),
])
def test_options_that_are_none(options, words, minimize):
    with pytest.raises(talweg.Error, match=words):
        minimize(rosen, [-1.2, 1], jac=rosen_der, options=options)


@pytest.mark.parametrize("keywords", [{"tol": "small"}, {"options": [1]}, {"options": {"maxiter": "many"}}, {"options": {"gtol": []}},
                                      {"constraints": 5}, {"constraints": square}, {"constraints": so.Bounds(0, 1)}])
def test_wrong_kinds_of_arguments_are_told(keywords):
    with pytest.raises(TypeError, match="expected|belong"):
        talweg.minimize(square, [1.0, 2], jac=square_der, **keywords)


@both_doors
@pytest.mark.parametrize("second", [{"hess": so.rosen_hess}, {"hessp": so.rosen_hess_prod}])
def test_hessians_are_told_to_have_no_effect(second, minimize):
    with pytest.warns(RuntimeWarning, match="hess and hessp have no effect"):
        assert minimize(rosen, [-1.2, 1], jac=rosen_der, **second).success


disc = lambda x: 1 - x @ x


@both_doors
@pytest.mark.parametrize("constraints", [
    {"type": "ineq", "fun": lambda x, a, b: a - b * (x @ x), "args": (1, 1)}, {"type": "INEQ", "fun": lambda x, a: a - x @ x, "args": [1]},
    {"type": "ineq", "fun": lambda x, a: a - x @ x, "jac": lambda x, a: -2 * x, "args": (1,)}, ({"type": "ineq", "fun": disc, "jac": "2-point"},),
    {"type": "ineq", "fun": disc, "jac": None}, {"type": "ineq", "fun": lambda x: [disc(x)], "jac": lambda x: scipy.sparse.csr_matrix([-2 * x])},
    {"type": "ineq", "fun": lambda x: np.array([[disc(x)]]), "jac": lambda x: (-2 * x)[:, None]},
    so.NonlinearConstraint(square, -np.inf, 1, jac="3-point", hess=so.BFGS()), so.NonlinearConstraint(square, -np.inf, [1], jac=lambda x: [2 * x]),
    iter([so.NonlinearConstraint(square, [-np.inf], 1)]), [so.NonlinearConstraint(square, -np.inf, 1), so.LinearConstraint(np.eye(2), -5, [5, 5])],
    [{"type": "ineq", "fun": disc}, so.LinearConstraint(scipy.sparse.eye(2), [-5, -5], 5), so.LinearConstraint([1, 1], -9, 9)],
])
def test_constraints_of_each_form(constraints, minimize):
    r = minimize(rosen, [0.1, 0.1], "sqp", jac=rosen_der, constraints=constraints if not hasattr(constraints, "__next__")
                 else [so.NonlinearConstraint(square, [-np.inf], 1)])
    assert r.success, r.message
    np.testing.assert_allclose(r.x, [0.786415, 0.617698], atol=1e-5)


def test_given_constraints_are_left_as_they_are():
    given = {"type": "ineq", "fun": disc}
    kept = dict(given)
    talweg.minimize(rosen, [0.1, 0.1], bounds=[(0.1, 0.1), (0, 5)], constraints=[given])
    assert given == kept


def test_keep_feasible_of_constraints_is_told_to_have_no_effect():
    with pytest.warns(RuntimeWarning, match="keep_feasible has no effect"):
        talweg.minimize(rosen, [0.1, 0.1], constraints=so.NonlinearConstraint(square, -np.inf, 1, keep_feasible=True))


@pytest.mark.parametrize("constraint, error, words", [
    ({"type": "eq", "fun": disc, "jac": 5}, ValueError, "jac: expected a function"), ({"type": "eq", "fun": disc, "jac": "cs"}, ValueError, "'cs'"),
    ({"type": "eq", "fun": disc, "args": 1}, TypeError, "args=1: expected a tuple"), ({"type": "eq", "fun": lambda x: None}, TypeError, "None"),
    ({"type": "eq", "fun": lambda x: disc(x) + 0j}, TypeError, "complex128"), ({"type": "eq", "fun": lambda x: "a"}, TypeError, "str"),
    ({"type": "eq", "fun": disc, "jac": lambda x: [1j, 0]}, TypeError, "complex128"), ({"fun": disc}, ValueError, "expected 'eq' or 'ineq'"),
    ({"type": "eq", "fun": disc, "jac": lambda x: [1]}, ValueError, "1 numbers where 2"), ({"type": "eq"}, ValueError, "fun is missing"),
    (so.NonlinearConstraint(square, [0, 0], 1), ValueError, r"lb has the shape \(2,\)"), (so.LinearConstraint([[1, 2, 3]], 0, 1), ValueError, "3 columns"),
    (so.NonlinearConstraint(square, 0, 1, finite_diff_rel_step=1e-3), ValueError, "finite_diff_rel_step"),
    (so.NonlinearConstraint(square, 2, 1), ValueError, "lb must not be above ub"),
])
@pytest.mark.parametrize("method", ["sqp", "auglag"])
def test_constraints_that_are_none(constraint, error, words, method):
    with pytest.raises(error, match=words):
        talweg.minimize(rosen, [0.1, 0.1], jac=rosen_der, method=method, constraints=[constraint])
