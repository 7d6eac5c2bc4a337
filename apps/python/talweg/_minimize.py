"""`minimize`: the signature and the meaning of scipy.optimize.minimize, by the engine's methods."""
import inspect
import math
import warnings
from typing import Any, Callable

import numpy as np

from . import _core
from ._rows import rows_of

# Names of SciPy's methods, for programs that come from there.
_SCIPY_METHODS = {
    "bfgs": "lbfgs", "l-bfgs-b": "lbfgsb", "tnc": "lbfgsb", "newton-cg": "lbfgs", "slsqp": "sqp",
    "trust-constr": "sqp", "cobyla": "sqp",
}
# What SciPy calls an option, and what the engine does. The last group is accepted and has no meaning here.
_OPTIONS = {
    "gtol": "gradient_tolerance", "maxiter": "max_iterations", "maxfun": "max_evaluations",
    "maxfev": "max_evaluations", "f_target": "target_value", "max_seconds": "max_seconds", "tolerance": "tolerance",
    "gradient_tolerance": "gradient_tolerance", "max_iterations": "max_iterations",
    "max_evaluations": "max_evaluations", "target_value": "target_value", "maximize": "maximize",
    "check_gradient": "check_gradient", "check_curvature": "check_curvature",
}
_STATUS_NUMBERS = {
    "converged": 0, "converged_at_precision": 0, "completed": 0, "target_reached": 0, "iteration_limit": 1,
    "evaluation_limit": 2, "time_limit": 3, "line_search_failed": 4, "infeasible": 5, "diverged": 6, "not_finite": 7,
    "wrong_gradient": 8, "stopped_by_caller": 99,
}


class OptimizeResult(dict[str, Any]):
    """How a run ended and what it found. Fields are attributes and keys, the same in every method.

    Attributes
    ----------
    x : ndarray, shape (n,)
        The best point.
    fun : float
        f(x).
    jac : ndarray, shape (n,)
        The gradient at x.
    nit, nfev, njev : int
        Iterations; calls of the function and of its gradient, those of checks and differences included.
    success : bool
        Whether x may be used as a minimiser.
    status : int
        0 where the run succeeded, otherwise a number for `status_name`.
    status_name, message : str
        How it ended, in a word and in a sentence.
    violation : float
        The largest amount by which a constraint is missed.
    multipliers : ndarray
        One for each constraint, in their order.
    certificate : dict
        What curvature says of x: "kind" is "minimum", "flat", "saddle", "maximum" or "unchecked".
    optimizer : str
        The method that ran, variant and parameters included.
    """

    def __getattr__(self, name: str) -> Any:
        try:
            return self[name]
        except KeyError:
            raise AttributeError(f"the result has no field {name!r}; it has {', '.join(self)}") from None

    __setattr__ = dict.__setitem__
    __delattr__ = dict.__delitem__

    def __dir__(self) -> list[str]:
        return list(self)

    def __repr__(self) -> str:
        width = max(map(len, self), default=0) + 1
        return "\n".join(f"{name.rjust(width)}: {value!r}" for name, value in self.items())

    def _repr_html_(self) -> str:
        from html import escape

        rows = "".join(f"<tr><th style='text-align:right'>{escape(name)}</th><td><code>{escape(str(value))}</code></td></tr>"
                       for name, value in self.items())
        return f"<p>{escape(self.get('message', ''))}</p><table>{rows}</table>"

    def to_dict(self) -> dict[str, Any]:
        """A plain dict of numbers, texts and lists."""
        return {name: value.tolist() if isinstance(value, np.ndarray) else value for name, value in self.items()}


def minimize(fun: Callable[..., Any] | str, x0: Any, args: Any = (), method: str | None = None, jac: Any = None,
             bounds: Any = None, constraints: Any = (), tol: float | None = None, callback: Callable[..., Any] | None = None,
             options: dict[str, Any] | None = None) -> "OptimizeResult":
    """Minimise a scalar function of one or more variables.

    Parameters
    ----------
    fun : callable or str
        ``fun(x, *args) -> float``, with x an array of shape (n,) that may be kept; with ``jac=True`` it returns
        ``(value, gradient)``. Or a formula, ``"100*(y-x^2)^2 + (1-x)^2"``, whose gradient is exact.
    x0 : array_like, shape (n,), or dict
        The start. For a formula a dict of its variables, whose order is that of `x` in the result.
    args : tuple
        Handed to `fun`, its gradient, and nothing else.
    method : str, optional
        ``name[:variant][,key=value]…`` of `talweg list optimizers`, or a name of SciPy's. By default L-BFGS, with bounds
        L-BFGS-B, under constraints SQP.
    jac : bool or callable, optional
        True: `fun` returns the gradient too. A callable: ``jac(x, *args) -> array (n,)``. By default central
        differences, two evaluations a variable, which stay within the bounds and are counted in `nfev`.
    bounds : sequence of (low, high) or scipy.optimize.Bounds, optional
        None or an infinite number where there is none.
    constraints : dict, scipy.optimize.LinearConstraint, NonlinearConstraint, str, or a sequence of them
        Dicts as SciPy takes them (``type``, ``fun``, ``jac``, ``args``); of formulas texts, ``"x^2 + y^2 <= 1"``.
    tol : float, optional
        Of the gradient: max|g_i| <= tol, in the units of f and x, as SciPy's gtol. Without it a test that has no units
        decides.
    callback : callable, optional
        ``callback(xk)``, or ``callback(*, intermediate_result)`` by that name of its parameter, after each iteration. True or
        StopIteration ends the run, which then is no success.
    options : dict, optional
        gtol (as tol), maxiter, maxfun or maxfev (exact), f_target, max_seconds, tolerance (of the test without
        units), maximize, check_gradient, check_curvature. Of a formula data too: the path, DataFrame or dict of columns
        that its ``mean(…)`` and ``sum(…)`` are over.

    Returns
    -------
    OptimizeResult

    Raises
    ------
    ValueError, TypeError
        For wrong use. What `fun`, `jac` and `callback` raise passes through.
    """
    spec = _method_spec(method)
    options = dict(options or {})
    data = options.pop("data", None)
    known = _options(options, tol)
    if data is not None and not isinstance(fun, str):
        raise TypeError("options: data is what a formula is over, and fun is a function")
    if isinstance(fun, str):
        found = _minimize_formula(fun, x0, args, spec, jac, bounds, constraints, known, callback, data)
    else:
        found = _minimize_function(fun, x0, args, spec, jac, bounds, constraints, known, callback)
    status = _STATUS_NUMBERS[found["status_name"]]
    if status == 0 and not found["success"]:
        status = _STATUS_NUMBERS["infeasible"]
    return OptimizeResult(found, status=status)


def _method_spec(method):
    if method is None:
        return ""
    if not isinstance(method, str):
        name = getattr(method, "spec", None)
        if name is None:
            raise TypeError(f"method: expected a text such as 'lbfgs' or 'adam,learning_rate=0.1', not {type(method).__name__}")
        return name
    name, comma, rest = method.partition(",")
    return _core.usual_method(_SCIPY_METHODS.get(name.lower(), name) + comma + rest)


def _options(options, tol):
    known = {}
    if tol is not None:
        known["gradient_tolerance"] = float(tol)
    for name, value in (options or {}).items():
        if name in ("disp", "iprint"):
            continue
        if name not in _OPTIONS:
            raise _core.Error(f"options: '{name}' is not known; the options are {', '.join(sorted(_OPTIONS))}")
        if value is None:
            continue
        target = _OPTIONS[name]
        if target.startswith("max_") and target != "max_seconds":
            value = _whole(name, value)
        elif target in ("maximize", "check_gradient", "check_curvature"):
            value = bool(value)
        else:
            value = float(value)
            if math.isnan(value) or (target.endswith("tolerance") and value < 0):
                raise _core.Error(f"options: {name}={value}: expected at least 0")
        known[target] = value
    return known


def _whole(name, value):
    if not math.isfinite(value):
        return 2**62
    if value != int(value) or value < 0:
        raise _core.Error(f"options: {name}={value}: expected a whole number of at least 0")
    return int(value)


def _start(x0):
    x = np.atleast_1d(np.asarray(x0))
    if x.dtype.kind not in "fiub":
        raise TypeError(f"x0: expected numbers, not {x.dtype}")
    if x.ndim != 1:
        raise ValueError(f"x0: expected one dimension, not the shape {x.shape}; ravel it")
    if x.size == 0:
        raise ValueError("x0: expected at least one variable")
    return np.array(x, dtype=float)


def _limits(bounds, n):
    """(lower, upper) as arrays, or (None, None)."""
    if bounds is None:
        return None, None
    if hasattr(bounds, "lb") and hasattr(bounds, "ub"):
        low, high = np.broadcast_to(np.asarray(bounds.lb, float), (n,)), np.broadcast_to(np.asarray(bounds.ub, float), (n,))
    else:
        pairs = list(bounds)
        if len(pairs) != n:
            raise ValueError(f"bounds: {len(pairs)} pairs for {n} variables")
        try:
            low = np.array([-np.inf if pair[0] is None else pair[0] for pair in pairs], float)
            high = np.array([np.inf if pair[1] is None else pair[1] for pair in pairs], float)
        except (TypeError, IndexError) as error:
            raise ValueError("bounds: expected a (low, high) pair for each variable") from error
    if np.all(np.isneginf(low)) and np.all(np.isposinf(high)):
        return None, None
    return low, high


def _minimize_formula(text, x0, args, spec, jac, bounds, constraints, options, callback, data):
    if args not in ((), None):
        raise TypeError("args: a formula takes none; write the numbers into it")
    if jac is not None:
        raise TypeError("jac: a formula has its exact gradient; leave jac out")
    if not isinstance(x0, dict):
        raise TypeError("x0: a formula takes a dict of its variables, such as {'x': -1.2, 'y': 1}")
    names = list(x0)
    start = _start([x0[name] for name in names])
    if isinstance(bounds, dict):
        unknown = [name for name in bounds if name not in names]
        if unknown:
            raise ValueError(f"bounds: {unknown[0]!r} is no variable of x0, which has {', '.join(names)}")
        bounds = [bounds.get(name, (None, None)) for name in names]
    low, high = _limits(bounds, start.size)
    texts = [constraints] if isinstance(constraints, str) else list(constraints)
    for given in texts:
        if not isinstance(given, str):
            raise TypeError(f"constraints: those of a formula are texts such as 'x^2 + y^2 <= 1', not {type(given).__name__}")
    watch = _callback(callback)
    rows = None if data is None else rows_of(data)
    return _core.minimize_formula(text, names, start, spec, low, high, texts, options, watch, rows)


def _minimize_function(fun, x0, args, spec, jac, bounds, constraints, options, callback):
    if not callable(fun):
        raise TypeError(f"fun: expected a function or a formula, not {type(fun).__name__}")
    start = _start(x0)
    args = tuple(args) if isinstance(args, (tuple, list)) else (args,)
    low, high = _limits(bounds, start.size)
    if jac is True:
        slope, jac = "together", None
    elif callable(jac):
        slope = "apart"
    elif jac is None or jac is False or jac in ("2-point", "3-point"):
        slope, jac = "differences", None
    else:
        raise ValueError(f"jac: expected True, a function, or nothing for differences, not {jac!r}")
    rows = _constraints(constraints, start)
    watch = _callback(callback)
    return _core.minimize_function(fun, slope, jac, args, start, spec, low, high, rows, options, watch)


def _constraints(given, start):
    """Each as a dict of fun, jac, args, lower, upper and name."""
    if given is None:
        return []
    if isinstance(given, (dict, str)) or hasattr(given, "lb"):
        given = [given]
    rows = []
    for place, c in enumerate(given):
        name = f"constraints[{place}]"
        if isinstance(c, dict):
            rows.append(_dict_constraint(c, name, start))
        elif hasattr(c, "A"):
            rows.append(_linear_constraint(c, name, start))
        elif hasattr(c, "fun"):
            rows.append(_nonlinear_constraint(c, name, start))
        elif isinstance(c, str):
            raise TypeError(f"{name}: a text is a constraint of a formula, and fun is a function")
        else:
            raise TypeError(f"{name}: expected a dict, LinearConstraint or NonlinearConstraint, not {type(c).__name__}")
    return rows


def _size(fun, start, args, name):
    values = fun(start.copy(), *args)
    if values is None:
        raise TypeError(f"{name} returned None; return its values")
    return np.atleast_1d(np.asarray(values, float)).size


def _dict_constraint(c, name, start):
    unknown = sorted(set(c) - {"type", "fun", "jac", "args"})
    if unknown:
        raise ValueError(f"{name}: unknown key {unknown[0]!r}; the keys are type, fun, jac and args")
    kind = str(c.get("type", "")).lower()
    if kind not in ("eq", "ineq"):
        raise ValueError(f"{name}: type {c.get('type')!r}: expected 'eq' or 'ineq'")
    if not callable(c.get("fun")):
        raise ValueError(f"{name}: fun is missing or no function")
    args = tuple(c.get("args", ()))
    jac = c.get("jac")
    size = _size(c["fun"], start, args, name)
    upper = np.zeros(size) if kind == "eq" else np.full(size, np.inf)
    return {"fun": c["fun"], "jac": jac if callable(jac) else None, "args": args, "lower": np.zeros(size), "upper": upper,
            "name": name}


def _range_of(c, size, name):
    low, high = np.broadcast_to(np.asarray(c.lb, float), (size,)), np.broadcast_to(np.asarray(c.ub, float), (size,))
    if np.any(low > high) or np.any(np.isnan(low)) or np.any(np.isnan(high)):
        raise ValueError(f"{name}: lb must not be above ub")
    return np.array(low), np.array(high)


def _linear_constraint(c, name, start):
    matrix = c.A.toarray() if hasattr(c.A, "toarray") else np.atleast_2d(np.asarray(c.A, float))
    if matrix.shape[1] != start.size:
        raise ValueError(f"{name}: A has {matrix.shape[1]} columns for {start.size} variables")
    low, high = _range_of(c, matrix.shape[0], name)
    return {"fun": lambda x: matrix @ x, "jac": lambda x: matrix, "args": (), "lower": low, "upper": high, "name": name}


def _nonlinear_constraint(c, name, start):
    size = _size(c.fun, start, (), name)
    low, high = _range_of(c, size, name)
    return {"fun": c.fun, "jac": c.jac if callable(c.jac) else None, "args": (), "lower": low, "upper": high, "name": name}


def _callback(callback):
    """What the engine calls after an iteration: (x, f, iteration) -> whether to stop."""
    if callback is None:
        return None
    if not callable(callback):
        raise TypeError(f"callback: expected a function, not {type(callback).__name__}")
    try:
        by_name = set(inspect.signature(callback).parameters) == {"intermediate_result"}
    except (TypeError, ValueError):
        by_name = False

    def watch(x, value, iteration):
        try:
            if by_name:
                return bool(callback(intermediate_result=OptimizeResult(x=x, fun=value, nit=iteration)))
            return callback(x) is True
        except StopIteration:
            return True

    return watch


def _for_scipy(spec):
    """A method that scipy.optimize.minimize calls with its own arguments."""

    def method(fun, x0, args=(), jac=None, hess=None, hessp=None, bounds=None, constraints=(), tol=None, callback=None,
               **options):
        if hess is not None or hessp is not None:
            warnings.warn(f"{spec} uses no Hessian: hess and hessp have no effect", RuntimeWarning, stacklevel=3)
        from scipy.optimize import OptimizeResult as ScipyResult

        return ScipyResult(minimize(fun, x0, args, spec, jac, bounds, constraints, tol, callback, options))

    method.spec = spec
    return method
