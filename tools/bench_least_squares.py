#!/usr/bin/python3
"""bench_least_squares.py [BUILD]: NIST's certified fits by Talweg and by SciPy's least_squares in one run.

SciPy gets the same formulas as NumPy expressions over all rows, an exact Jacobian by complex steps (and, in a row of its
own, its default differences), and is asked for 1e-8 (its default) or 1e-14, the smallest that all its tests allow here.
Digits are log relative errors of the worst parameter, 11 at most, 0 where a run failed. A fit counts as right from 6
digits on, and as a wrong claim where success was said with fewer. Printed is the Markdown table of docs/benchmarks.md.
"""
import json
import subprocess
import sys
import time
import warnings
from pathlib import Path

import numpy as np
from scipy.optimize import least_squares

ROOT = Path(__file__).resolve().parent.parent
BUILD = Path(sys.argv[1] if len(sys.argv) > 1 else ROOT / "build")
FUNCTIONS = {"exp": np.exp, "cos": np.cos, "sin": np.sin, "log": np.log, "atan": np.arctan, "pi": np.pi}


def digits(value, certified):
    if not np.isfinite(value):
        return 0.0
    error = abs(value) if certified == 0 else abs((value - certified) / certified)
    return 11.0 if error == 0 else float(np.clip(-np.log10(error), 0, 11))


def best_time(action):
    best = np.inf
    for _ in range(5):
        begin, runs = time.perf_counter(), 0
        while runs < 100 and time.perf_counter() - begin < 0.02 or runs == 0:
            action()
            runs += 1
        best = min(best, (time.perf_counter() - begin) / runs)
    return best * 1e6


def scipy_fit(problem, start, method, tolerance, exact):
    data = np.genfromtxt(ROOT / f"data/nist/{problem['name']}.csv", delimiter=",", names=True)
    columns = {name: data[name] for name in data.dtype.names}
    left, right = (compile(side.strip().replace("^", "**"), "formula", "eval") for side in problem["formula"].split("~"))
    y = eval(left, FUNCTIONS | columns)
    names = list(problem["parameters"])

    def residuals(x):
        return y - eval(right, FUNCTIONS | columns | dict(zip(names, x)))

    def jacobian(x):
        out = np.empty((len(y), len(x)))
        for j in range(len(x)):
            at = np.asarray(x, complex)
            at[j] += 1e-200j
            out[:, j] = np.imag(residuals(at)) / 1e-200
        return out

    options = {"method": method, "ftol": tolerance, "xtol": tolerance, "gtol": tolerance, "max_nfev": 10_000}
    if method == "trf":
        options["x_scale"] = "jac"
    if exact:
        options["jac"] = jacobian
    x0 = list(start.values())
    try:
        result = least_squares(residuals, x0, **options)
    except (ValueError, np.linalg.LinAlgError):
        return {"success": False, "digits": 0.0, "residuals": 0, "microseconds": np.nan}
    worst = min(digits(v, problem["parameters"][n]) for n, v in zip(names, result.x))
    return {"success": bool(result.success), "digits": worst, "residuals": result.nfev,
            "microseconds": best_time(lambda: least_squares(residuals, x0, **options))}


def row(title, runs):
    right = sum(r["digits"] >= 6 for r in runs)
    wrong = sum(r["success"] and r["digits"] < 6 for r in runs)
    times = [r["microseconds"] for r in runs if np.isfinite(r["microseconds"])]
    print(f"| {title} | {right} of {len(runs)} | {wrong} | {np.mean([r['digits'] for r in runs]):.2f} | "
          f"{np.median([r['residuals'] for r in runs]):.0f} | {np.median(times):.0f} |", flush=True)


def talweg(optimizer):
    out = subprocess.run([BUILD / "bench/bench_least_squares", "--optimizer", optimizer], check=True, capture_output=True, text=True)
    return [json.loads(line) for line in out.stdout.splitlines()]


def main():
    warnings.simplefilter("ignore")
    np.seterr(all="ignore")
    linear = json.loads((ROOT / "data/nist/linear.json").read_text())
    nonlinear = json.loads((ROOT / "data/nist/problems.json").read_text())
    ours = {spec: talweg(spec) for spec in ("lm", "lm,step=plain")}
    scipys = [("SciPy lm, differences, 1e-8 (default)", "lm", 1e-8, False), ("SciPy lm, exact, 1e-8", "lm", 1e-8, True),
              ("SciPy lm, exact, 1e-14", "lm", 1e-14, True), ("SciPy trf, exact, 1e-8", "trf", 1e-8, True),
              ("SciPy trf, exact, 1e-14", "trf", 1e-14, True)]
    for problems, title in ((nonlinear, "non-linear, 27 problems from 2 starts"), (linear, "linear, 6 problems")):
        names = {p["name"] for p in problems}
        print(f"\n{title}\n\n| method | right | wrong claims | digits | evaluations (median) | microseconds (median) |\n"
              "|---|---|---|---|---|---|")
        for spec, runs in ours.items():
            row(f"Talweg {spec}", [r for r in runs if r["name"] in names])
        for name, method, tolerance, exact in scipys:
            row(name, [scipy_fit(p, s, method, tolerance, exact) for p in problems for s in p["starts"]])


main()
