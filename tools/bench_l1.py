#!/usr/bin/python3
"""Logistic regression with l1 on a libsvm file: talweg, liblinear-train -s 6 and scikit-learn in turns, one thread each.

    OMP_NUM_THREADS=1 /usr/bin/python3 tools/bench_l1.py build/talweg a9a.libsvm [rounds [C …]]

Seconds are those of the fit alone (talweg's own clock; scikit-learn's fit; liblinear-train where it is installed, with
reading). The objective Σ|w| + |b| + C·Σ log loss is computed here from each solution, in units of C·rows: a mean.
"""
import json
import statistics
import subprocess
import sys
import tempfile
import time
import warnings

import numpy as np
from sklearn.datasets import load_svmlight_file
from sklearn.linear_model import LogisticRegression


def main():
    talweg, data = sys.argv[1:3]
    rounds = int(sys.argv[3]) if len(sys.argv) > 3 else 5
    strengths = [float(c) for c in sys.argv[4:]] or [1.0, 0.1]
    x, y = load_svmlight_file(data)
    n = len(y)
    folder = tempfile.TemporaryDirectory()
    warnings.simplefilter("ignore")

    def mean(w, b, c):
        return np.logaddexp(0, -y * (x @ w + b)).mean() + (abs(w).sum() + abs(b)) / (c * n)

    def of_talweg(c):
        out = json.loads(subprocess.run(
            [talweg, "train", data, "--model", f"logistic,l1={1 / (c * n)!r},bias=regularized", "--optimizer", "proximal_newton",
             "--no-standardize", "--threads", "1", "--format", "json", "--save", f"{folder.name}/m"], check=True,
            capture_output=True, text=True).stdout)
        found = json.loads(subprocess.run([talweg, "inspect", f"{folder.name}/m", "--top", str(x.shape[1]), "--format", "json"],
                                          check=True, capture_output=True, text=True).stdout)
        w = np.zeros(x.shape[1])
        for row in found["coefficients"]:
            w[int(row["name"].lstrip("f")) - 1] = row["value"]
        return out["seconds"], w, found["intercept"]

    def of_scikit(c, solver, **options):
        begin = time.perf_counter()
        peer = LogisticRegression(C=c, penalty="l1", solver=solver, random_state=0, **options).fit(x, y)
        return time.perf_counter() - begin, peer.coef_[0], peer.intercept_[0]

    runs = {"talweg, proximal Newton": of_talweg,
            "scikit-learn, liblinear, tol=1e-4": lambda c: of_scikit(c, "liblinear"),
            "scikit-learn, liblinear, tol=1e-8": lambda c: of_scikit(c, "liblinear", tol=1e-8, max_iter=10_000),
            "scikit-learn, saga, tol=1e-4 (bias free)": lambda c: of_scikit(c, "saga", max_iter=1000)}
    print(f"{data}: {n} x {x.shape[1]}\n")
    for c in strengths:
        times, found = {name: [] for name in runs}, {}
        for turn in range(rounds):
            for name, run in runs.items():
                if "saga" in name and turn > 0:
                    continue
                seconds, w, b = run(c)
                times[name].append(seconds)
                found[name] = (mean(w, b, c), int((w == 0).sum()))
        best = min(value for value, _ in found.values())
        print(f"C = {c:g}\n\n| | seconds, median | least | above the least objective | zeros |\n|---|---|---|---|---|")
        for name, seconds in times.items():
            value, zeros = found[name]
            print(f"| {name} | {statistics.median(seconds):.3f} | {min(seconds):.3f} | {value - best:.1e} | {zeros} |")
        print()


main()
