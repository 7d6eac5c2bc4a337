#!/usr/bin/python3
"""Writes tests/golden/problems.json from the numpy definitions beside this file: for each problem the value and the
slope along cos(1), cos(2), … at the start and at a point beside it, the same for each constraint, and the minima that
SciPy's solvers reach from the start and from starts moved at random, polished by Newton steps.

Usage: tools/problems_golden.py [NAME ...]     (with names: makes the rows of these anew, and keeps the others)
"""
import json
import multiprocessing
import pathlib
import sys
import warnings

import numpy as np
from scipy import optimize
from scipy.linalg import null_space

import problems_constrained as con
import problems_holdout as hold
import problems_mgh as mgh

TABLE = pathlib.Path(__file__).resolve().parent.parent / "tests" / "golden" / "problems.json"
inf = np.inf
warnings.filterwarnings("ignore")

KNOWN = {  # minima of the sources that are not found from near the start, or where Newton's steps find no hold
    "freudenstein_roth": [[5, 4]],
    "brown_badly_scaled": [[1e6, 2e-6]],
    "biggs_exp6": [[1, 10, 1, 5, 4, 3], [1.7114159937657043, 17.683198259393272, 1.1631436600917693, 5.186561586205124, 1.7114159937657043,
                    1.1631436600917693]],
    "broyden_tridiagonal_10": [[-0.5689, -0.677, -0.6895, -0.6709, -0.611, -0.4508, -0.0549, 0.7232, 1.3194, 0.235],
                               [-0.4531, -0.3827, 0.0166, 0.7599, 1.1613, 0.4215, 0.3106, 0.7592, 1.2105, 0.2587]],
    "broyden_tridiagonal_100": [[-0.5708, -0.6819, -0.7025] + [-0.7071] * 89 + [-0.694, -0.671, -0.611, -0.45, -0.054, 0.7231, 1.3194, 0.235],
                                [-0.5708, -0.6819, -0.7025] + [-0.7071] * 90 + [-0.694, -0.672, -0.613, -0.454, -0.055, 0.7579, 1.4132]],
    "broyden_banded_10": [[0.2107, 0.261, 0.2279, 0.197, 0.2032, 0.2219, 0.1628, 0.0483, -0.0794, -0.1531]],
    "broyden_banded_100": [[0.2098, 0.2581, 0.2202, 0.1826, 0.1886, 0.2237, 0.2109, 0.1895, 0.189, 0.2026, 0.2084, 0.199,
                            0.1947, 0.1992, 0.2033, 0.2015, 0.198, 0.1987, 0.2009, 0.2011, 0.1997, 0.1992, 0.2001, 0.2005,
                            0.2001, 0.1997, 0.1998, 0.2002, 0.2001, 0.1999, 0.1999, 0.2, 0.2001, 0.2, 0.1999, 0.2, 0.2, 0.2,
                            0.2, 0.2, 0.2, 0.2, 0.2, 0.2, 0.2, 0.2, 0.2, 0.2, 0.2, 0.2, 0.2, 0.2, 0.2, 0.2, 0.2, 0.2, 0.2, 0.2,
                            0.2, 0.2, 0.2, 0.2, 0.2, 0.2, 0.2, 0.2, 0.2, 0.2, 0.2, 0.2, 0.2, 0.2, 0.2, 0.2, 0.2, 0.2, 0.2, 0.2,
                            0.2, 0.2, 0.2, 0.2, 0.2, 0.2, 0.2, 0.2, 0.1999, 0.1996, 0.1994, 0.1993, 0.1998, 0.2015, 0.2046,
                            0.2089, 0.2118, 0.208, 0.188, 0.1405, 0.06078, -0.02193]],
    "brown_almost_linear": [[0] * 9 + [11], [1] * 10],
    "trigonometric_10": [[0] * 10],
    "trigonometric_100": [[0] * 100],
    "hs13": [[1, 0]],
    "hs15": [[-0.7921232205055139, -1.2624298519639712]],
    "hs23": [[-1.618033988749895, 2.618033988749895]],
    "hs2": [[1.22437, 1.5]],
    "hs5": [[2.59439510, 1.59439510]],
    "fixed_variables": [[0.70856, 0.5, 0.34129, 0.24057, 0.3, 0.09]],
    "mixed_infinite_bounds": [[0.70856, 0.5, 1.21667, 1.48128, 1.21671, 1.48128, 1.5, 0.5],
                              [0.70856, 0.5, -1.17826, 1.39858, 1.21671, 1.48128, 1.5, 0.5]],
    "lbfgsb_driver_25": [[1] * 25],
    "lbfgsb_driver_1000": [[1] * 1000],
}


def floats(x):
    return np.array(x, float)


def weights(n):
    return np.cos(np.arange(1, n + 1))


def beside(x):
    return x + 0.05 * (0.1 + abs(x)) * np.sin(np.arange(1, len(x) + 1))


def value(f, x):
    return float(np.real(f(x.astype(complex))))


def gradient(f, x):
    """Complex steps: exact to rounding, without cancellation."""
    g = np.empty(len(x))
    for i in range(len(x)):
        z = x.astype(complex)
        z[i] += 1e-150j
        g[i] = np.imag(f(z)) / 1e-150
    return g


def probe(f, x):
    slope = lambda p: float(np.imag(f(p + 1e-150j * weights(len(p)))) / 1e-150)
    return [value(f, x), slope(x), value(f, beside(x)), slope(beside(x))]


def hessian(f, x, free):
    """Central differences of the gradient."""
    columns = []
    for i in free:
        h = 1e-5 * max(1e-3, abs(x[i]))
        e = np.zeros(len(x))
        e[i] = h
        columns.append((gradient(f, x + e) - gradient(f, x - e))[free] / (2 * h))
    return (np.array(columns) + np.array(columns).T) / 2


def polish(f, x, lower, upper):
    """Newton steps on the free variables while they help; None unless the result is a minimum to first and second order."""
    x = np.clip(x, lower, upper)
    for _ in range(30 if len(x) <= 20 else 8):
        g = gradient(f, x)
        near = 1e-7 * np.maximum(1, abs(x))
        held = ((x - lower <= near) & (g > 0)) | ((upper - x <= near) & (g < 0)) | (lower == upper)
        x = np.where(held, np.where(x - lower <= upper - x, lower, upper), x)
        g = gradient(f, x)
        free = np.flatnonzero(~held)
        if len(free) == 0:
            return x
        H = hessian(f, x, free)
        if not np.all(np.isfinite(H)) or not np.all(np.isfinite(g)):
            return None
        if abs(g[free]).max() <= 1e-12:
            break
        step = np.zeros(len(x))
        step[free] = -np.linalg.lstsq(H, g[free], rcond=1e-14)[0]
        better = next((y for y in (np.clip(x + t * step, lower, upper) for t in (1, 0.5, 0.1, 0.01))
                       if value(f, y) <= value(f, x) * (1 + 1e-10) + 1e-16 and abs(gradient(f, y)[free]).max() < abs(g[free]).max()), None)
        if better is None:
            break
        x = better
    curvatures = np.linalg.eigvalsh(H)
    left = abs(g[free] @ np.linalg.lstsq(H, g[free], rcond=1e-14)[0])
    small = abs(g[free]).max() <= 1e-7 or left <= 1e-12 * abs(value(f, x))
    curved = curvatures[0] >= -1e-8 * curvatures[-1] and (curvatures[-1] > 1e-9 or value(f, x) < 1e-9)
    return x if small and curved else None


def starts(x, count):
    random = np.random.default_rng(1)
    yield x
    for k in range(count):
        moved = random.uniform(-1, 1, len(x)) * (0.03, 0.1, 0.3)[k % 3]
        yield x + moved * np.where(x == 0, 1, abs(x))


def slides(f, x, lower, upper):
    """Does f fall for good from somewhere near x? Then x is a saddle, or lies on a slope that Newton took for level."""
    random = np.random.default_rng(2)
    for _ in range(6 if len(x) <= 20 else 0):
        y = x + 1e-2 * random.uniform(-1, 1, len(x)) * np.maximum(abs(x), 1e-2)
        y = np.clip(y, lower, upper)
        r = optimize.minimize(lambda z: value(f, z), y, jac=lambda z: gradient(f, z), method="L-BFGS-B",
                              bounds=box_of(lower, upper), options={"ftol": 1e-15, "gtol": 1e-10, "maxiter": 300})
        if r.fun < value(f, x) - max(1e-5 * abs(value(f, x)), 1e-12):
            return True
    return False


def box_of(lower, upper):
    return list(zip(np.where(lower == -inf, None, lower), np.where(upper == inf, None, upper)))


def box_minima(f, start, lower, upper, residuals=None):
    """From each start one local solver, in turn; what it reaches is polished."""
    for k, x in enumerate(starts(start, 24 if len(start) <= 20 else 2)):
        x = np.clip(x, lower, upper)
        box = box_of(lower, upper)
        unbounded = np.all(lower == -inf) and np.all(upper == inf)
        try:
            if residuals is not None and k % 2 == 0:
                jac = lambda z: np.array([np.imag(residuals(z + 1e-150j * e)) / 1e-150 for e in np.eye(len(z))]).T
                x = optimize.least_squares(residuals, x, jac, xtol=1e-15, ftol=1e-15, gtol=1e-15, x_scale="jac",
                                           method="trf", max_nfev=3000).x
            elif unbounded and k % 4 == 1:
                x = optimize.minimize(lambda z: value(f, z), x, jac=lambda z: gradient(f, z), method="BFGS",
                                      options={"gtol": 1e-9}).x
            else:
                x = optimize.minimize(lambda z: value(f, z), x, jac=lambda z: gradient(f, z), method="L-BFGS-B",
                                      bounds=box, options={"ftol": 1e-15, "gtol": 1e-9, "maxiter": 5000, "maxfun": 9999}).x
            x = polish(f, x, lower, upper)
        except (ValueError, FloatingPointError, np.linalg.LinAlgError):
            continue
        if x is not None and np.all(np.isfinite(x)) and abs(x).max() <= 1e3 * max(1, abs(start).max()):
            yield x


def stationary(f, x, lower, upper, parts):
    """Is the gradient a combination of those of the active constraints and bounds, with the right signs?"""
    columns, low, near = [], [], 1e-7 * np.maximum(1, abs(x))
    for kind, c in parts:
        if kind == "=" or value(c, x) <= 1e-7:
            columns.append(gradient(c, x))
            low.append(-inf if kind == "=" else 0)
    for i in range(len(x)):
        for sign in [1] * (x[i] - lower[i] <= near[i]) + [-1] * (upper[i] - x[i] <= near[i]):
            columns.append(sign * np.eye(len(x))[i])
            low.append(0)
    g = gradient(f, x)
    if not columns:
        return abs(g).max() < 1e-6
    fit = optimize.lsq_linear(np.array(columns).T, g, (np.array(low, float), np.full(len(low), inf)), tol=1e-14)
    return abs(np.array(columns).T @ fit.x - g).max() <= 1e-5 * (1 + abs(g).max())


def second_order(f, x, lower, upper, parts):
    """Does f rise along what the constraints leave open? The curvature of the Lagrangian on the null space of the active
    rows whose multipliers are not zero; where it falls, both senses must be barred by the other active rows."""
    n, near = len(x), 1e-7 * np.maximum(1, abs(x))
    columns = [(gradient(c, x), kind == "=", c) for kind, c in parts if kind == "=" or value(c, x) <= 1e-6]
    for i in range(n):
        columns += [(sign * np.eye(n)[i], lower[i] == upper[i], None)
                    for sign in [1] * (x[i] - lower[i] <= near[i]) + [-1] * (upper[i] - x[i] <= near[i])]
    A = np.array([row for row, _, _ in columns]).reshape(-1, n)
    low = np.array([-inf if free else 0 for _, free, _ in columns])
    multipliers = optimize.lsq_linear(A.T, gradient(f, x), (low, np.full(len(low), inf)), tol=1e-14).x if columns else []
    strict = np.array([free or m > 1e-6 for m, (_, free, _) in zip(multipliers, columns)], bool)
    Z = null_space(A[strict]) if strict.any() else np.eye(n)
    if Z.shape[1] == 0:
        return True
    H = hessian(lambda z: f(z) - sum(m * c(z) for m, (_, _, c) in zip(multipliers, columns) if c is not None), x, np.arange(n))
    curvatures, V = np.linalg.eigh(Z.T @ H @ Z)
    slopes = A[~strict] @ Z @ V[:, 0]
    return bool(curvatures[0] >= -1e-6 * max(1, abs(H).max()) or ((slopes < -1e-9).any() and (slopes > 1e-9).any()))


def constrained_minima(f, start, lower, upper, parts, known):
    constraints = [{"type": "eq" if kind == "=" else "ineq", "fun": lambda z, c=c: value(c, z),
                    "jac": lambda z, c=c: gradient(c, z)} for kind, c in parts]
    box = box_of(lower, upper)

    def slsqp(x):
        return optimize.minimize(lambda z: value(f, z), np.clip(x, lower, upper), jac=lambda z: gradient(f, z), bounds=box,
                                 constraints=constraints, method="SLSQP", options={"ftol": 1e-14, "maxiter": 200})

    random = np.random.default_rng(3)
    yield from map(floats, known)
    for x in starts(start, 12):
        r = slsqp(x)
        violation = max([abs(value(c, r.x)) if kind == "=" else -value(c, r.x) for kind, c in parts])
        if r.status in (0, 8) and stationary(f, r.x, lower, upper, parts) and violation <= 1e-9 * max(1, abs(r.x).max()) and np.all(r.x >= lower) and np.all(r.x <= upper) and second_order(f, r.x, lower, upper, parts):
            near = [slsqp(r.x + 1e-2 * random.uniform(-1, 1, len(x))) for _ in range(3)]
            if all(q.status != 0 or abs(q.x - r.x).max() > 1 or q.fun > r.fun - 1e-5 * max(1, abs(r.fun)) for q in near):
                yield r.x


def distinct(f, points, floor, keep=lambda x: True):
    """The points with different values, the best first; in a flat valley solvers stop a little above the minimum."""
    found = []
    for x in sorted(points, key=lambda x: value(f, x)):
        if (not found or value(f, x) - value(f, found[-1]) > max(1e-3 * abs(value(f, x)), floor)) and keep(x):
            found.append(x)
    return [{"value": value(f, x), "x": x.tolist()} for x in found]


def problems():
    """name, f, residuals, start, (lower, upper), constraints"""
    for name, residuals in mgh.PROBLEMS.items():
        yield name, hold.squares(residuals), residuals, mgh.STARTS[name], None, []
    for name, (f, start) in {**hold.PROBLEMS, **hold.LARGE}.items():
        residuals = {"misra1a": hold.misra1a, "rat43": hold.rat43, "thurber": hold.thurber}.get(name)
        yield name, f, residuals, start, None, []
    for name, (f, start, box) in {**con.BOUNDED, **con.LARGE_BOUNDED}.items():
        yield name, f, None, start, box, []
    for name, (f, start, box, parts) in con.CONSTRAINED.items():
        yield name, f, None, start, box, parts


def checksum(x):
    """The finite entries, weighted, and how many they are."""
    finite = np.isfinite(x)
    return [float((x[finite] * weights(len(x))[finite]).sum()), int(finite.sum())]


def entry(name, f, residuals, start, box, parts):
    start = floats(start)
    n = len(start)
    row = {"n": n, "start": checksum(start), "f": probe(f, start)}
    lower, upper = (floats(b) for b in (box if box is not None else ([-inf] * n, [inf] * n)))
    if box is not None:
        row["bounds"] = checksum(lower) + checksum(upper)
    if parts:
        row["constraints"] = [{"kind": kind, "c": probe(c, start)} for kind, c in parts]
        row["minima"] = distinct(f, constrained_minima(f, start, lower, upper, parts, KNOWN.get(name, ())), 1e-6)
    elif n < 500:
        known = [k if (x := polish(f, k, lower, upper)) is None else x for k in map(floats, KNOWN.get(name, ()))]
        row["minima"] = distinct(f, [*known, *box_minima(f, start, lower, upper, residuals)], 1e-8,
                                 lambda x: any(x is k for k in known) or not slides(f, x, lower, upper))
    elif name in KNOWN:
        row["minima"] = distinct(f, map(floats, KNOWN[name]), 1e-8)
    return row


DEFINITIONS = {name: definition for name, *definition in problems()}


def named_entry(name):
    return entry(name, *DEFINITIONS[name])


if __name__ == "__main__":
    old = json.loads(TABLE.read_text()) if len(sys.argv) > 1 and TABLE.exists() else {}
    wanted = sys.argv[1:] or list(DEFINITIONS)
    with multiprocessing.Pool() as pool:
        for name, row in zip(wanted, pool.imap(named_entry, wanted)):
            old[name] = row
            print(name, row["n"], [m["value"] for m in row.get("minima", [])], flush=True)
    rows = ",\n".join(f"{json.dumps(name)}: {json.dumps(old[name])}" for name in DEFINITIONS if name in old)
    TABLE.write_text("{\n" + rows + "\n}\n")
