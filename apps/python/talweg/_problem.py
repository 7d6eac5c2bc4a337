"""What SciPy's arguments mean: the start, bounds, and constraints as functions with ranges."""
import warnings

import numpy as np


def start_of(x0):
    x = np.atleast_1d(np.asarray(x0))
    if x.dtype.kind not in "fiub":
        raise TypeError(f"x0: expected numbers, not {x.dtype}")
    if x.ndim != 1:
        raise ValueError(f"x0: expected one dimension, not the shape {x.shape}; ravel it")
    if x.size == 0:
        raise ValueError("x0: expected at least one variable")
    return np.array(x, dtype=float)


def limits_of(bounds, n):
    """(lower, upper) as arrays, or (None, None)."""
    if bounds is None:
        return None, None
    if hasattr(bounds, "lb") and hasattr(bounds, "ub"):
        low, high = (_spread(getattr(bounds, side), n, f"bounds: {side}") for side in ("lb", "ub"))
    else:
        pairs = list(bounds)
        if not pairs:
            return None, None
        if len(pairs) != n:
            raise ValueError(f"bounds: {len(pairs)} pairs for {n} variables")
        try:
            low = np.array([-np.inf if pair[0] is None else float(pair[0]) for pair in pairs])
            high = np.array([np.inf if pair[1] is None else float(pair[1]) for pair in pairs])
        except (TypeError, IndexError, ValueError) as error:
            raise ValueError("bounds: expected a (low, high) pair for each variable") from error
    missing = np.flatnonzero(np.isnan(low) | np.isnan(high))
    if missing.size:
        raise ValueError(f"bounds of x[{missing[0]}]: nan is no bound; use None where there is none")
    if np.all(np.isneginf(low)) and np.all(np.isposinf(high)):
        return None, None
    return low, high


def slope_of(jac, what):
    """A function, or None for differences."""
    if callable(jac):
        return jac
    if jac is None or jac is False or (isinstance(jac, str) and jac in ("2-point", "3-point")):
        return None
    raise ValueError(f"{what}: expected a function, or nothing for differences, not {jac!r}")


def listed(constraints):
    """One, several or none, as a list."""
    if constraints is None:
        return []
    if isinstance(constraints, (dict, str)) or hasattr(constraints, "lb"):
        return [constraints]
    try:
        return list(constraints)
    except TypeError:
        raise TypeError("constraints: expected dicts, LinearConstraints or NonlinearConstraints, not "
                        f"{type(constraints).__name__}") from None


def constraints_of(given, start):
    """Each as a dict of fun, jac, args, lower, upper and name. `start` lies within the bounds."""
    rows = []
    for place, c in enumerate(given):
        name = f"constraints[{place}]"
        if isinstance(c, dict):
            rows.append(_of_dict(c, name, start))
        elif hasattr(c, "A"):
            rows.append(_linear(c, name, start))
        elif hasattr(c, "fun"):
            rows.append(_nonlinear(c, name, start))
        elif isinstance(c, str):
            raise TypeError(f"{name}: a text is a constraint of a formula, and fun is a function")
        elif hasattr(c, "lb"):
            raise TypeError(f"{name}: Bounds belong into bounds")
        else:
            raise TypeError(f"{name}: expected a dict, LinearConstraint or NonlinearConstraint, not {type(c).__name__}")
    return rows


def _size(fun, start, args, name):
    values = fun(start.copy(), *args)
    if values is None:
        raise TypeError(f"{name} returned None; return its values")
    return np.size(values)


def _of_dict(c, name, start):
    unknown = sorted(set(c) - {"type", "fun", "jac", "args"})
    if unknown:
        raise ValueError(f"{name}: unknown key {unknown[0]!r}; the keys are type, fun, jac and args")
    kind = str(c.get("type", "")).lower()
    if kind not in ("eq", "ineq"):
        raise ValueError(f"{name}: type {c.get('type')!r}: expected 'eq' or 'ineq'")
    if not callable(c.get("fun")):
        raise ValueError(f"{name}: fun is missing or no function")
    jac = slope_of(c.get("jac"), f"{name}: jac")
    try:
        args = tuple(c.get("args", ()))
    except TypeError:
        raise TypeError(f"{name}: args={c['args']!r}: expected a tuple") from None
    size = _size(c["fun"], start, args, name)
    upper = np.zeros(size) if kind == "eq" else np.full(size, np.inf)
    return {"fun": c["fun"], "jac": jac, "args": args, "lower": np.zeros(size), "upper": upper, "name": name}


def _spread(values, size, what):
    values = np.asarray(values, float)
    try:
        return np.array(np.broadcast_to(values, (size,)))
    except ValueError:
        raise ValueError(f"{what} has the shape {values.shape} where ({size},) is needed") from None


def _range_of(c, size, name):
    low, high = _spread(c.lb, size, f"{name}: lb"), _spread(c.ub, size, f"{name}: ub")
    if np.any(low > high) or np.any(np.isnan(low)) or np.any(np.isnan(high)):
        raise ValueError(f"{name}: lb must not be above ub")
    if np.any(getattr(c, "keep_feasible", False)):
        warnings.warn(f"{name}: keep_feasible has no effect: iterates may violate a constraint, and only bounds hold "
                      "throughout", RuntimeWarning, stacklevel=6)
    return low, high


def _linear(c, name, start):
    matrix = c.A.toarray() if hasattr(c.A, "toarray") else np.atleast_2d(np.asarray(c.A, float))
    if matrix.shape[1] != start.size:
        raise ValueError(f"{name}: A has {matrix.shape[1]} columns for {start.size} variables")
    low, high = _range_of(c, matrix.shape[0], name)
    return {"fun": lambda x: matrix @ x, "jac": lambda x: matrix, "args": (), "lower": low, "upper": high, "name": name}


def _nonlinear(c, name, start):
    if getattr(c, "finite_diff_rel_step", None) is not None:
        raise ValueError(f"{name}: finite_diff_rel_step has no counterpart: differences choose their step")
    jac = slope_of(c.jac, f"{name}: jac")
    size = _size(c.fun, start, (), name)
    low, high = _range_of(c, size, name)
    return {"fun": c.fun, "jac": jac, "args": (), "lower": low, "upper": high, "name": name}
