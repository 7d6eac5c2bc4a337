"""minimize: SciPy's calls, its result, and what goes wrong."""
import pickle
import signal
import threading

import numpy as np
import pytest
import scipy.optimize as so

import talweg


def rosen(x):
    return 100 * (x[1] - x[0] ** 2) ** 2 + (1 - x[0]) ** 2


def rosen_der(x):
    return np.array([-400 * x[0] * (x[1] - x[0] ** 2) - 2 * (1 - x[0]), 200 * (x[1] - x[0] ** 2)])


def both(x):
    return rosen(x), rosen_der(x)


FIELDS = {"x", "fun", "jac", "nit", "nfev", "njev", "status", "success", "message", "status_name", "violation",
          "multipliers", "certificate"}
DETERMINISTIC = ["lbfgs", "lbfgsb", "cg", "gd,line_search=armijo", "sqp", "auglag"]


@pytest.mark.parametrize("method", [None, "lbfgs", "lbfgsb", "cg", "sqp", "auglag", "BFGS", "L-BFGS-B", "CG", "SLSQP"])
@pytest.mark.parametrize("way", ["together", "apart", "differences"])
def test_rosenbrock_by_every_way_to_a_gradient(method, way):
    fun = both if way == "together" else rosen
    jac = {"together": True, "apart": rosen_der, "differences": None}[way]
    r = talweg.minimize(fun, [-1.2, 1], jac=jac, method=method)
    assert r.success and r.status == 0, r.message
    np.testing.assert_allclose(r.x, [1, 1], atol=1e-5)
    assert FIELDS <= set(r)


def test_each_method_of_the_catalogue_runs_through_scipy():
    names = talweg._methods.__all__
    assert {"lbfgs", "lbfgsb", "cg", "sqp", "adam", "rprop"} <= set(names)
    for name in names:
        method = getattr(talweg, name)
        r = so.minimize(lambda x: (x @ x, 2 * x), [1.0, 2.0], jac=True, method=method, options={"maxiter": 5})
        assert isinstance(r, so.OptimizeResult)
        assert r.nit <= 5 and FIELDS <= set(r), name
        assert method.__doc__ and "Strengths" in method.__doc__


@pytest.mark.parametrize("option", ["eps", "ftol", "finite_diff_rel_step"])
def test_scipy_options_without_a_counterpart_are_refused_through_scipy_too(option):
    with pytest.raises(talweg.Error, match=f"'{option}' is not known"):
        so.minimize(both, [-1.2, 1], jac=True, method=talweg.lbfgs, options={option: 1e-3})


def test_calls_are_counted_exactly():
    calls = {"f": 0, "g": 0}

    def f(x):
        calls["f"] += 1
        return rosen(x)

    def g(x):
        calls["g"] += 1
        return rosen_der(x)

    r = talweg.minimize(f, [-1.2, 1], jac=g)
    assert (r.nfev, r.njev) == (calls["f"], calls["g"])
    calls["f"] = 0
    r = talweg.minimize(f, [-1.2, 1])
    assert r.nfev == calls["f"] and r.njev == 0


@pytest.mark.parametrize("method", DETERMINISTIC + ["adam"])
def test_limits_are_exact(method):
    r = talweg.minimize(both, [-1.2, 1], jac=True, method=method, options={"maxiter": 3})
    assert r.nit == 3 and not r.success and r.status_name == "iteration_limit"
    seen = []
    r = talweg.minimize(lambda x: (seen.append(1), both(x))[1], [-1.2, 1], jac=True, method=method,
                        options={"maxfun": 7, "check_gradient": False, "check_curvature": False})
    assert len(seen) <= 7 and r.nfev == len(seen)


def test_gtol_is_absolute():
    r = talweg.minimize(lambda x: (1e6 * (x @ x), 2e6 * x), [3.0, 4.0], jac=True, options={"gtol": 1e-3})
    assert r.success and np.abs(r.jac).max() <= 1e-3


def test_bounds_in_each_form_and_differences_stay_inside():
    def f(x):
        assert np.all(x >= 0), x
        return np.sqrt(x).sum() + (x[0] - 2) ** 2

    for bounds in ([(0, None), (0, 5)], so.Bounds([0, 0], [np.inf, 5])):
        r = talweg.minimize(f, [1.0, 1.0], bounds=bounds)
        assert r.x[1] == 0, r
    with pytest.raises(ValueError, match="1 pairs for 2 variables"):
        talweg.minimize(rosen, [0, 0], bounds=[(0, 1)])


def constraint_forms():
    fun = lambda x: 1 - x @ x
    jac = lambda x: -2 * x
    return [
        {"type": "ineq", "fun": fun},
        [{"type": "ineq", "fun": fun, "jac": jac}],
        so.NonlinearConstraint(lambda x: x @ x, -np.inf, 1),
        (so.NonlinearConstraint(lambda x: x @ x, -np.inf, 1, jac=lambda x: 2 * x),),
    ]


@pytest.mark.parametrize("form", range(4))
@pytest.mark.parametrize("method", ["sqp", "auglag"])
def test_constraints_in_each_form(form, method):
    r = talweg.minimize(both, [0.1, 0.1], jac=True, method=method, constraints=constraint_forms()[form])
    assert r.success, r.message
    np.testing.assert_allclose(r.x, [0.786415, 0.617698], atol=1e-5)
    assert r.violation <= 1e-7 and r.multipliers.size == 1 and r.multipliers[0] > 0


def test_linear_and_vector_constraints_are_asked_for_once_a_point():
    points = []

    def c(x):
        points.append(x.copy())
        return [x[0] + x[1], x[0] - x[1]]

    r = talweg.minimize(lambda x: (x @ x, 2 * x), [2.0, 0.0], jac=True,
                        constraints=so.NonlinearConstraint(c, [1, 0], [1, np.inf], jac=lambda x: [[1, 1], [1, -1]]))
    assert r.success
    np.testing.assert_allclose(r.x, [0.5, 0.5], atol=1e-8)
    again = sum(np.array_equal(a, b) for a, b in zip(points[1:], points))
    assert again <= 1
    r = talweg.minimize(lambda x: (x @ x, 2 * x), [2.0, 0.0], jac=True, constraints=so.LinearConstraint([[1, 1]], 1, 1))
    np.testing.assert_allclose(r.x, [0.5, 0.5], atol=1e-8)


def test_formulas_have_exact_gradients():
    r = talweg.minimize("100*(y-x^2)^2 + (1-x)^2", {"x": -1.2, "y": 1}, constraints="x^2 + y^2 <= 1")
    np.testing.assert_allclose(r.x, [0.786415, 0.617698], atol=1e-5)
    r = talweg.minimize("sqrt(x) + (y-1)^2", {"x": 1, "y": 0}, bounds={"x": (0, None)})
    np.testing.assert_allclose(r.x, [0, 1], atol=1e-6)
    with pytest.raises(talweg.Error, match="unknown name 'z'"):
        talweg.minimize("x + z", {"x": 1})
    with pytest.raises(TypeError, match="dict of its variables"):
        talweg.minimize("x^2", [1])


def test_a_saddle_is_no_success():
    r = talweg.minimize(lambda x: (x[0] ** 2 - x[1] ** 2, [2 * x[0], -2 * x[1]]), [1.0, 0.0], jac=True,
                        options={"maxiter": 50})
    assert not r.success
    assert talweg.minimize("(x-1)^2", {"x": 0}).certificate["kind"] == "minimum"


def test_callbacks_in_both_signatures_stop_without_success():
    seen = []
    r = talweg.minimize(both, [-1.2, 1], jac=True, callback=lambda xk: seen.append(xk.copy()))
    assert r.success and len(seen) == r.nit

    def by_name(*, intermediate_result):
        seen.append(intermediate_result.fun)
        return len(seen) >= 3

    def raises(xk):
        raise StopIteration

    seen.clear()
    for callback in (by_name, raises, lambda xk: True):
        r = talweg.minimize(both, [-1.2, 1], jac=True, callback=callback)
        assert not r.success and r.status == 99 and r.status_name == "stopped_by_caller"
        r = so.minimize(both, [-1.2, 1], jac=True, callback=callback, method=talweg.lbfgs)
        assert not r.success


class Mine(Exception):
    pass


@pytest.mark.parametrize("where", ["fun", "jac", "callback", "constraint", "constraint jac"])
def test_exceptions_keep_their_type_and_traceback(where):
    calls = [0]

    def maybe(name, value):
        calls[0] += 1
        if where == name and calls[0] > 3:
            raise Mine("from here")
        return value

    constraint = {"type": "ineq", "fun": lambda x: maybe("constraint", 9 - x @ x), "jac": lambda x: maybe("constraint jac", -2 * x)}
    with pytest.raises(Mine, match="from here") as caught:
        talweg.minimize(lambda x: maybe("fun", rosen(x)), [-1.2, 1], jac=lambda x: maybe("jac", rosen_der(x)),
                        callback=lambda x: maybe("callback", None), constraints=constraint)
    assert "maybe" in [entry.name for entry in caught.traceback]
    assert talweg.minimize(both, [-1.2, 1], jac=True).success


@pytest.mark.parametrize("fun, jac, error, words", [
    (lambda x: None, rosen_der, TypeError, "fun returned None"),
    (lambda x: "one", rosen_der, TypeError, "fun returned str"),
    (lambda x: np.zeros(3), rosen_der, ValueError, "array of 3 numbers where one"),
    (rosen, lambda x: [1.0, 2.0, 3.0], ValueError, "jac returned 3 numbers where 2"),
    (rosen, lambda x: None, TypeError, "jac returned None"),
    (rosen, lambda x: "ab", TypeError, "jac returned str"),
    (rosen, True, TypeError, "with jac=True"),
    (7, None, TypeError, "fun: expected a function"),
    (rosen, "cs", ValueError, "jac: expected"),
])
def test_wrong_use_is_told_in_words(fun, jac, error, words):
    with pytest.raises(error, match=words):
        talweg.minimize(fun, [-1.2, 1], jac=jac)


@pytest.mark.parametrize("keywords, error, words", [
    ({"method": "adma"}, ValueError, "adam"),
    ({"method": 3}, TypeError, "method: expected a text"),
    ({"options": {"ftol": 1e-3}}, ValueError, "'ftol' is not known"),
    ({"options": {"maxiter": 2.5}}, ValueError, "whole number"),
    ({"tol": -1}, ValueError, "tol=-1: expected a number of at least 0"),
    ({"constraints": {"type": "le", "fun": rosen}}, ValueError, "expected 'eq' or 'ineq'"),
    ({"constraints": "x^2 <= 1"}, TypeError, "constraint of a formula"),
    ({"callback": 5}, TypeError, "callback: expected a function"),
    ({"bounds": [(2, 1), (0, 1)]}, ValueError, ""),
])
def test_wrong_keywords_are_told_in_words(keywords, error, words):
    with pytest.raises(error, match=words):
        talweg.minimize(both, [-1.2, 1], jac=True, **keywords)


def test_what_is_not_finite_is_an_outcome():
    r = talweg.minimize(lambda x: (float("nan"), [0.0]), [1.0], jac=True)
    assert not r.success and r.status_name == "not_finite" and np.isfinite(r.x).all()


@pytest.mark.parametrize("x0", [[-1.2, 1], (-1.2, 1), np.array([-1.2, 1], np.float32), np.array([-1.2, 9, 1, 9])[::2]])
def test_starts_of_any_form(x0):
    assert talweg.minimize(both, x0, jac=True).success


def test_starts_of_no_form():
    assert talweg.minimize(lambda x: (x[0] ** 2, 2 * x), 3, jac=True).x == pytest.approx([0])
    with pytest.raises(ValueError, match="one dimension"):
        talweg.minimize(both, [[1, 2]], jac=True)
    with pytest.raises(TypeError, match="x0: expected numbers"):
        talweg.minimize(both, ["a", "b"], jac=True)


def test_x_is_the_users_to_keep_and_start_is_untouched():
    kept, start = [], np.array([-1.2, 1.0])

    def f(x):
        kept.append(x)
        value = both(x)
        x[:] = 1e9
        return value

    assert talweg.minimize(f, start, jac=True).success
    assert np.array_equal(start, [-1.2, 1.0]) and len({id(x) for x in kept}) == len(kept)


def test_args_reach_function_and_gradient():
    f = lambda x, a, b: a * (x[0] - b) ** 2
    g = lambda x, a, b: np.array([2 * a * (x[0] - b)])
    assert talweg.minimize(f, [0.0], args=(2, 5), jac=g).x == pytest.approx([5])
    assert talweg.minimize(lambda x, b: (x[0] - b) ** 2, [0.0], args=4).x == pytest.approx([4], abs=1e-6)


def test_interrupt_ends_within_an_evaluation():
    calls = [0]

    def f(x):
        calls[0] += 1
        if calls[0] == 5:
            signal.raise_signal(signal.SIGINT)
        return both(x)

    with pytest.raises(KeyboardInterrupt):
        talweg.minimize(f, [-1.2, 1], jac=True)
    assert calls[0] <= 6


def test_interrupt_ends_a_formula():
    timer = threading.Timer(0.2, lambda: signal.raise_signal(signal.SIGINT))
    timer.start()
    with pytest.raises(KeyboardInterrupt):
        talweg.minimize("(x-1)^2", {"x": 0}, method="sgd,learning_rate=1e-9", options={"tolerance": 0, "maxiter": 10**12})


def test_results_pickle_and_show_themselves():
    r = talweg.minimize(both, [-1.2, 1], jac=True)
    again = pickle.loads(pickle.dumps(r))
    assert again.message == r.message and np.array_equal(again.x, r.x)
    assert "message" in repr(r) and "<table>" in r._repr_html_() and isinstance(r.to_dict()["x"], list)
    with pytest.raises(AttributeError, match="has no field 'hess_inv'"):
        r.hess_inv


def ticks_during(run):
    """How often another thread came to its turn meanwhile."""
    ticks, done = [0], threading.Event()

    def count():
        while not done.is_set():
            ticks[0] += 1
            done.wait(0.001)

    thread = threading.Thread(target=count)
    thread.start()
    before = ticks[0]
    try:
        run()
        return ticks[0] - before
    finally:
        done.set()
        thread.join()


def test_other_threads_run_while_a_formula_does():
    # One call that never comes back to Python: with the interpreter held, no other thread would have a turn.
    assert ticks_during(lambda: talweg.minimize("(x-1)^2", {"x": 0}, method="sgd,learning_rate=1e-9",
                                                options={"tolerance": 0, "maxiter": 1_000_000})) > 10


def test_large_problems_let_other_threads_run():
    assert ticks_during(lambda: talweg.minimize(lambda x: (x @ x, 2 * x), np.ones(200_000), jac=True,
                                                method="sgd,learning_rate=1e-9",
                                                options={"maxiter": 100, "tolerance": 0})) > 10


def test_a_formula_over_rows_is_that_of_the_command():
    rows = {"x": [1, 2, 3, 4, 5], "y": [2, 4, 6, 8, 10]}
    found = talweg.minimize("mean((a+b*x-y)^2)/2", {"a": 1, "b": 1}, options={"data": rows})
    assert found.success
    np.testing.assert_allclose(found.x, [0, 2], atol=1e-6)
    with pytest.raises(talweg.Error, match="'c': it is neither a column of data"):
        talweg.minimize("mean((a+b*x-c)^2)", {"a": 1, "b": 1}, options={"data": rows})
    with pytest.raises(TypeError, match="data is what a formula is over"):
        talweg.minimize(lambda x: x @ x, [1.0], options={"data": rows})
