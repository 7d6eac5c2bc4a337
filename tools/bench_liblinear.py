#!/usr/bin/python3
"""Logistic regression end to end, from a libsvm file to a model file: talweg and liblinear-train in turns, one thread.

    /usr/bin/python3 tools/bench_liblinear.py build/talweg a9a.libsvm [rounds]

Needs liblinear-train (Debian: liblinear-tools); with python3-sklearn, scikit-learn's two solvers are timed as well, the
import left out. The objective ½|w|² + Σ log(1 + exp(−y·wx)), bias included, is computed here from each model.
"""
import json
import statistics
import subprocess
import sys
import tempfile
import time

import numpy as np
from sklearn.datasets import load_svmlight_file
from sklearn.linear_model import LogisticRegression


def objective(x, y, w, b):
    return np.logaddexp(0, -y * (x @ w + b)).sum() + (w @ w + b * b) / 2


def liblinear_weights(path):
    lines = open(path).read().split("\n")
    sign = 1 if next(line for line in lines if line.startswith("label")).split()[1] == "1" else -1
    w = sign * np.array([float(v) for v in lines[lines.index("w") + 1:] if v.strip()])
    return w[:-1], w[-1]


def main():
    talweg, data = sys.argv[1:3]
    rounds = int(sys.argv[3]) if len(sys.argv) > 3 else 9
    x, y = load_svmlight_file(data)
    model = tempfile.NamedTemporaryFile().name
    times, found = {}, {}

    def timed(name, run, value):
        begin = time.perf_counter()
        out = run()
        times.setdefault(name, []).append(time.perf_counter() - begin)
        found[name] = value(out)

    def command(*words):
        return lambda: subprocess.run([str(w) for w in words], check=True, capture_output=True, text=True).stdout

    for _ in range(rounds):
        for threads in (1, 2):
            timed(f"talweg lbfgs, {threads} thread{'s' if threads > 1 else ''}",
                  command(talweg, "train", data, "--model", "logistic,c=1,bias=regularized", "--optimizer", "lbfgs",
                          "--threads", threads, "--format", "json", "--save", model),
                  lambda out: json.loads(out)["objective"] * len(y))
        for e in (0.01, 0.001, 1e-6):
            timed(f"liblinear-train -s 0 -B 1 -e {e}",
                  command("liblinear-train", "-s", 0, "-c", 1, "-B", 1, "-e", e, "-q", data, model),
                  lambda out: objective(x, y, *liblinear_weights(model)))
        for solver, options in (("liblinear", dict(tol=1e-4)), ("lbfgs", dict(max_iter=1000))):
            def fit():
                a, b = load_svmlight_file(data)
                return LogisticRegression(C=1, solver=solver, **options).fit(a, b)
            timed(f"scikit-learn, {solver}" + (" (bias free)" if solver == "lbfgs" else ""), fit,
                  lambda m: objective(x, y, m.coef_[0], m.intercept_[0]))
    best = min(found.values())
    print("| | seconds, median | least | above the least objective |\n|---|---|---|---|")
    for name, seconds in times.items():
        print(f"| {name} | {statistics.median(seconds):.3f} | {min(seconds):.3f} | {found[name] - best:.1e} |")
    print(f"least objective {best:.9f}")


main()
