#!/usr/bin/python3
"""SciPy on the problems of bench/peers.cpp, counted in the same way: one evaluation for f and its gradient together at
each new point, until the tolerance is met at a known minimum; then once more as the method comes, to see what it claims.

Usage: tools/bench_scipy.py [build/talweg] > scipy.csv     (then: build/bench/bench_peers scipy.csv)

The functions are the numpy twins of talweg/problems that tools/problems_golden.py holds, which the tests compare with
them; sets and minima come from `talweg list problems`.
"""
import json
import multiprocessing
import subprocess
import sys
import warnings

import numpy as np
from scipy import optimize

import problems_golden as golden

TOLERANCE, BUDGET = 1e-6, 5000
warnings.filterwarnings("ignore")
np.seterr(all="ignore")

# name, group, sets, method of scipy.optimize.minimize, options that make its own tests as strict as they go
METHODS = [
    ("SciPy L-BFGS-B", "lbfgs", ("mgh", "holdout"), "L-BFGS-B", {"maxcor": 10, "ftol": 0, "gtol": 0, "maxfun": 10**6, "maxiter": 10**6}),
    ("SciPy CG", "cg", ("mgh", "holdout"), "CG", {"gtol": 0, "maxiter": 10**6}),
    ("SciPy L-BFGS-B", "box", ("bounded",), "L-BFGS-B", {"maxcor": 10, "ftol": 0, "gtol": 0, "maxfun": 10**6, "maxiter": 10**6}),
    ("SciPy TNC", "box", ("bounded",), "TNC", {"ftol": 0, "xtol": 0, "gtol": 0, "maxfun": 10**6}),
    ("SciPy SLSQP", "constrained", ("constrained",), "SLSQP", {"ftol": 1e-15, "maxiter": 10**4}),
    ("SciPy trust-constr", "constrained", ("constrained",), "trust-constr", {"gtol": 1e-15, "xtol": 1e-15, "barrier_tol": 1e-15, "maxiter": 3000}),
]


def driver_gradient(x):
    """Of the L-BFGS-B driver problem: a thousand complex steps for each gradient would take hours."""
    r = x[1:] - x[:-1] ** 2
    g = np.zeros(len(x))
    g[0] = 2 * (x[0] - 1)
    g[1:] += 8 * r
    g[:-1] -= 16 * r * x[:-1]
    return g


def gradient_of(name, f, start):
    if not name.startswith("lbfgsb_driver"):
        return lambda x: golden.gradient(f, x)
    assert np.allclose(driver_gradient(start), golden.gradient(f, start), rtol=1e-12)
    return driver_gradient


class Enough(Exception):
    pass


def near(value, optima, tolerance):
    return any(abs(value - f) <= tolerance * max(1, abs(f)) for f in optima)


class Counter:
    """The objective of one run; asked twice at the same point, it is charged once."""

    def __init__(self, f, gradient_of_f, lower, upper, parts, optima, stop):
        self.f, self.gradient_of_f = f, gradient_of_f
        self.lower, self.upper, self.parts, self.optima, self.stop = lower, upper, parts, optima, stop
        self.evaluations = self.hit = self.outside = 0
        self.x = None

    def violation(self, x):
        misses = [abs(golden.value(c, x)) if kind == "=" else -golden.value(c, x) for kind, c in self.parts]
        return max([0, *misses, *(self.lower - x), *(x - self.upper)])

    def meets(self):
        if self.parts:
            return near(self.value, self.optima, TOLERANCE) and self.violation(self.x) <= TOLERANCE
        projected = self.x - np.clip(self.x - self.gradient, self.lower, self.upper)
        return (self.value <= self.start_value and near(self.value, self.optima, 1e-5) and self.violation(self.x) == 0
                and abs(projected).max() <= TOLERANCE * max(1, abs(self.value)))

    def at(self, x):
        if self.x is not None and np.array_equal(x, self.x):
            return
        self.x = np.array(x, float)
        self.value, self.gradient = golden.value(self.f, self.x), self.gradient_of_f(self.x)
        self.evaluations += 1
        if self.evaluations == 1:
            self.start_value = self.value
        self.outside += bool(np.any(self.x < self.lower) or np.any(self.x > self.upper))
        if not self.hit and self.meets():
            self.hit = self.evaluations
        if self.evaluations >= BUDGET or (self.stop and self.hit):
            raise Enough

    def fun(self, x):
        self.at(x)
        return self.value

    def jac(self, x):
        self.at(x)
        return self.gradient


def run(counter, start, method, options):
    box = list(zip(counter.lower, counter.upper))
    bounded = np.any(np.isfinite(counter.lower)) or np.any(np.isfinite(counter.upper))
    constraints = [{"type": "eq" if kind == "=" else "ineq", "fun": lambda z, c=c: golden.value(c, z),
                    "jac": lambda z, c=c: golden.gradient(c, z)} for kind, c in counter.parts]
    try:
        return optimize.minimize(counter.fun, start, jac=counter.jac, method=method, options=options,
                                 **({"bounds": box} if bounded else {}), **({"constraints": constraints} if constraints else {}))
    except (Enough, ValueError, FloatingPointError, np.linalg.LinAlgError, IndexError):
        return None


def row(task):
    (name, group, _, method, options), set_name, problem, optima = task
    f, _, start, box, parts = golden.DEFINITIONS[problem]
    start = golden.floats(start)
    n = len(start)
    lower, upper = (golden.floats(b) for b in (box if box is not None else ([-np.inf] * n, [np.inf] * n)))
    start = np.clip(start, lower, upper)
    gradient = gradient_of(problem, f, start)
    tight = Counter(f, gradient, lower, upper, parts, optima, stop=True)
    run(tight, start, method, options)
    usual = Counter(f, gradient, lower, upper, parts, optima, stop=False)
    result = run(usual, start, method, {})
    claims = result is not None and bool(result.success)
    wrong = claims and not (near(golden.value(f, result.x), optima, 1e-5) and usual.violation(result.x) <= TOLERANCE)
    return f"{name},{group},{set_name},{problem},{tight.hit},{int(claims)},{int(wrong)},{tight.outside + usual.outside}"


if __name__ == "__main__":
    command = sys.argv[1] if len(sys.argv) > 1 else "build/talweg"
    listed = json.loads(subprocess.check_output([command, "list", "problems", "--format", "json"]))
    tasks = [(m, p["set"], p["name"], p["optima"]) for m in METHODS for p in listed if p["set"] in m[2]]
    print("peer,group,set,problem,evaluations,claims,false,outside")
    with multiprocessing.Pool() as pool:
        for line in pool.imap(row, tasks):
            print(line, flush=True)
