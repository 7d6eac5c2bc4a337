"""`minimize`: the signature and the meaning of scipy.optimize.minimize, by the engine's methods."""
import inspect
import math
import warnings
from typing import Any, Callable

import numpy as np

from . import _core
from ._documents import facts_html
from ._problem import constraints_of, limits_of, listed, slope_of, start_of
from ._rows import rows_of

# Names of SciPy's methods, for programs that come from there.
_SCIPY_METHODS = {
    "bfgs": "lbfgs", "l-bfgs-b": "lbfgsb", "tnc": "lbfgsb", "newton-cg": "lbfgs", "slsqp": "sqp",
    "trust-constr": "sqp", "cobyla": "sqp", "cobyqa": "sqp", "dogleg": "lbfgs", "trust-ncg": "lbfgs",
    "trust-exact": "lbfgs", "trust-krylov": "lbfgs",
}
_WITHOUT_GRADIENTS = ("nelder-mead", "powell")
# What SciPy calls an option, and what the engine does.
_OPTIONS = {
    "gtol": "gradient_tolerance", "maxiter": "max_iterations", "maxfun": "max_evaluations",
    "maxfev": "max_evaluations", "f_target": "target_value", "max_seconds": "max_seconds", "tolerance": "tolerance",
    "gradient_tolerance": "gradient_tolerance", "max_iterations": "max_iterations",
    "max_evaluations": "max_evaluations", "target_value": "target_value", "maximize": "maximize",
    "check_gradient": "check_gradient", "check_curvature": "check_curvature",
}
# Options of SciPy's that have no counterpart, and what to do. Off, they ask for nothing.
_INSTEAD = {
    **dict.fromkeys(("ftol", "xtol", "fatol", "xatol", "xrtol", "catol", "barrier_tol"), "use gtol or tolerance"),
    **dict.fromkeys(("eps", "finite_diff_rel_step"), "differences choose their step; jac gives exact gradients"),
    "maxcor": "write method='lbfgsb,memory=20'", "return_all": "keep the iterates by a callback",
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
        return facts_html(self)

    def to_dict(self) -> dict[str, Any]:
        """A plain dict of numbers, texts and lists."""
        return {name: value.tolist() if isinstance(value, np.ndarray) else value for name, value in self.items()}


def minimize(fun: Callable[..., Any] | str, x0: Any, args: Any = (), method: str | None = None, jac: Any = None,
             bounds: Any = None, constraints: Any = (), tol: float | None = None, callback: Callable[..., Any] | None = None,
             options: dict[str, Any] | None = None, *, hess: Any = None, hessp: Any = None) -> "OptimizeResult":
    """Minimise a scalar function of one or more variables.

    Parameters
    ----------
    fun : callable or str
        ``fun(x, *args) -> float``, with x an array of shape (n,) that may be kept; with ``jac=True`` it returns
        ``(value, gradient)``. Or a formula, ``"100*(y-x^2)^2 + (1-x)^2"``, whose gradient is exact.
    x0 : array_like, shape (n,), or dict
        The start. For a formula a dict of its variables, whose order is that of `x` in the result.
    args : tuple
        Handed to `fun`, its gradient, and nothing else. What is no tuple is one argument.
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
        Of the gradient: max|g_i| <= tol, in the units of f and x, as SciPy's gtol. Under constraints it is `tolerance`.
        Without it that test, which has no units, decides.
    callback : callable, optional
        ``callback(xk)``, ``callback(xk, state)``, or ``callback(*, intermediate_result)`` by that name of its parameter, after
        each iteration. True or StopIteration ends the run, which then is no success.
    options : dict, optional
        gtol (of f alone, as tol), maxiter, maxfun or maxfev (calls of `fun`, checks and differences included; exact),
        f_target, max_seconds, tolerance (of the test without units), maximize, check_gradient, check_curvature. Of a formula data
        too: the path, DataFrame or dict of columns that its ``mean(…)`` and ``sum(…)`` are over.
    hess, hessp : callable, optional
        No method uses them: a warning says so.

    Returns
    -------
    OptimizeResult

    Raises
    ------
    ValueError, TypeError
        For wrong use. What `fun`, `jac` and `callback` raise passes through.
    """
    spec = _method_spec(method)
    if hess is not None or hessp is not None:
        warnings.warn("no method uses a Hessian: hess and hessp have no effect", RuntimeWarning, stacklevel=2)
    constraints = listed(constraints)
    known = _options(options, tol, "tolerance" if constraints else "gradient_tolerance")
    data = known.pop("data", None)
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
    if name.lower() in _WITHOUT_GRADIENTS:
        raise _core.Error(f"method: {name} works without gradients, and every method here uses them: leave method out; "
                          "without jac they come from differences")
    return _core.usual_method(_SCIPY_METHODS.get(name.lower(), name) + comma + rest)


def _options(options, tol, meaning_of_tol):
    if not isinstance(options, (dict, type(None))):
        raise TypeError(f"options: expected a dict, not {type(options).__name__}")
    known = {}
    if tol is not None:
        known[meaning_of_tol] = _number("tol", tol, 0)
    for name, value in (options or {}).items():
        if name == "data":
            known[name] = value
            continue
        if name in ("disp", "iprint") or (name in _INSTEAD and (value is None or value is False)):
            continue
        if name not in _OPTIONS:
            hint = _INSTEAD.get(name, f"the options are {', '.join(sorted(_OPTIONS))}")
            raise _core.Error(f"options: '{name}' is not known; {hint}")
        if value is None:
            continue
        target = _OPTIONS[name]
        if target.startswith("max_") and target != "max_seconds":
            value = _whole(name, value)
        elif target in ("maximize", "check_gradient", "check_curvature"):
            value = bool(value)
        else:
            value = _number(f"options: {name}", value, 0 if target.endswith("tolerance") else -math.inf)
        known[target] = value
    return known


def _number(what, value, least):
    try:
        number = float(value)
    except (TypeError, ValueError):
        raise TypeError(f"{what}={value!r}: expected a number") from None
    if not number >= least:
        raise _core.Error(f"{what}={value}: expected a number of at least {least}")
    return number


def _whole(name, value):
    number = _number(f"options: {name}", value, 0)
    if math.isinf(number):
        return 2**62
    if value != int(value):
        raise _core.Error(f"options: {name}={value}: expected a whole number of at least 0")
    return int(value)


def _minimize_formula(text, x0, args, spec, jac, bounds, constraints, options, callback, data):
    if args not in ((), None):
        raise TypeError("args: a formula takes none; write the numbers into it")
    if jac is not None:
        raise TypeError("jac: a formula has its exact gradient; leave jac out")
    if not isinstance(x0, dict):
        raise TypeError("x0: a formula takes a dict of its variables, such as {'x': -1.2, 'y': 1}")
    names = list(x0)
    start = start_of([x0[name] for name in names])
    if isinstance(bounds, dict):
        unknown = [name for name in bounds if name not in names]
        if unknown:
            raise ValueError(f"bounds: {unknown[0]!r} is no variable of x0, which has {', '.join(names)}")
        bounds = [bounds.get(name, (None, None)) for name in names]
    low, high = limits_of(bounds, start.size)
    for given in constraints:
        if not isinstance(given, str):
            raise TypeError(f"constraints: those of a formula are texts such as 'x^2 + y^2 <= 1', not {type(given).__name__}")
    watch = _callback(callback)
    rows = None if data is None else rows_of(data)
    return _core.minimize_formula(text, names, start, spec, low, high, constraints, options, watch, rows)


def _minimize_function(fun, x0, args, spec, jac, bounds, constraints, options, callback):
    if not callable(fun):
        raise TypeError(f"fun: expected a function or a formula, not {type(fun).__name__}")
    start = start_of(x0)
    args = args if isinstance(args, tuple) else (args,)
    low, high = limits_of(bounds, start.size)
    together = isinstance(jac, (bool, np.bool_)) and bool(jac)
    gradient = None if together else slope_of(jac, "jac")
    slope = "together" if together else "differences" if gradient is None else "apart"
    rows = constraints_of(constraints, start if low is None else np.clip(start, low, high))
    watch = _callback(callback)
    if low is not None and np.array_equal(low, high):
        options = {**options, "check_gradient": False}  # there is nowhere to look
    found = _core.minimize_function(fun, slope, gradient, args, start, spec, low, high, rows, options, watch)
    if slope == "differences" and low is not None:
        found["jac"][low == high] = np.nan  # nobody has looked along a variable that its bounds fix
    return found


def _callback(callback):
    """What the engine calls after an iteration: (x, f, iteration) -> whether to stop."""
    if callback is None:
        return None
    if not callable(callback):
        raise TypeError(f"callback: expected a function, not {type(callback).__name__}")
    try:
        parameters = list(inspect.signature(callback).parameters.values())
    except (TypeError, ValueError):
        parameters = []
    by_name = [p.name for p in parameters] == ["intermediate_result"]
    required = [p for p in parameters if p.default is p.empty and p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)]

    def watch(x, value, iteration):
        state = OptimizeResult(x=x.copy(), fun=value, nit=iteration)
        try:
            if by_name:
                answer = callback(intermediate_result=state)
            else:
                answer = callback(x, state) if len(required) == 2 else callback(x)
        except StopIteration:
            return True
        return isinstance(answer, (bool, np.bool_)) and bool(answer)

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
