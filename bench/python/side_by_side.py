#!/usr/bin/env python3
"""side_by_side.py [minimize] [step] [fit]: the Python package beside SciPy, torch and scikit-learn, in turn in one run.

Prints tables of medians and ratios (theirs / ours: above 1 ours is faster). PYTHONPATH=build/python, or a venv that has
talweg; OMP_NUM_THREADS=1 for one thread each.
"""
import statistics
import sys
import time

import numpy as np

import talweg


def medians(ways, rounds):
    """Seconds of each way, called in turn."""
    seconds = {name: [] for name in ways}
    for _ in range(rounds):
        for name, way in ways.items():
            start = time.perf_counter()
            way()
            seconds[name].append(time.perf_counter() - start)
    return {name: statistics.median(times) for name, times in seconds.items()}


def table(title, columns, rows):
    print(f"\n### {title}\n\n| {' | '.join(columns)} |\n|{'---|' * len(columns)}")
    for row in rows:
        print("| " + " | ".join(f"{cell:.3g}" if isinstance(cell, float) else str(cell) for cell in row) + " |")


def minimize():
    from scipy.optimize import minimize as theirs

    def rosenbrock(x):
        a, b = x.tolist()
        return 100 * (b - a * a) ** 2 + (1 - a) ** 2, (-400 * a * (b - a * a) - 2 * (1 - a), 200 * (b - a * a))

    x = np.array([-1.2, 1.0])
    alone = medians({"f": lambda: [rosenbrock(x) for _ in range(1000)]}, 15)["f"] / 1000
    rows = []
    for ours, other in (("lbfgs", "BFGS"), ("lbfgsb", "L-BFGS-B"), ("cg", "CG"), ("sqp", "SLSQP")):
        ways = {"ours": lambda: talweg.minimize(rosenbrock, x, jac=True, method=ours),
                "theirs": lambda: theirs(rosenbrock, x, jac=True, method=other)}
        seconds = medians(ways, 51)
        evaluations = {name: way().nfev for name, way in ways.items()}
        beyond = {name: 1e6 * (seconds[name] / evaluations[name] - alone) for name in ways}
        rows.append((f"{ours} / SciPy {other}", 1e6 * seconds["ours"], 1e6 * seconds["theirs"], evaluations["ours"],
                     evaluations["theirs"], beyond["ours"], beyond["theirs"], seconds["theirs"] / seconds["ours"]))
    table(f"Rosenbrock with its gradient in Python ({1e6 * alone:.2g} µs alone)",
          ("method", "µs", "SciPy µs", "evaluations", "SciPy's", "µs an evaluation beyond f", "SciPy's", "ratio"), rows)


def step():
    import torch

    import talweg.torch

    torch.set_num_threads(1)
    shapes = {"64-64-32-10": [(64, 64), (64,), (32, 64), (32,), (10, 32), (10,)],
              "784-256-128-10": [(256, 784), (256,), (128, 256), (128,), (10, 128), (10,)], "10 tensors of 10^6": [(1000000,)] * 10}
    rows = []
    for name, sizes in shapes.items():
        for method in ("Adam", "SGD"):
            made = {}
            for place, module, more in (("ours", talweg.torch, {}), ("single", torch.optim, {"foreach": False}),
                                        ("foreach", torch.optim, {"foreach": True})):
                parameters = [torch.randn(s, requires_grad=True) for s in sizes]
                for p in parameters:
                    p.grad = torch.randn_like(p)
                settings = {"lr": 1e-4, "momentum": 0.9} if method == "SGD" else {"lr": 1e-4}
                made[place] = getattr(module, method)(parameters, **settings, **more).step
            seconds = medians(made, 31)
            best = min(seconds["single"], seconds["foreach"])
            rows.append((method, name, *(1e6 * seconds[k] for k in ("ours", "single", "foreach")), best / seconds["ours"]))
    table("One step, one thread", ("method", "parameters", "µs", "torch µs", "torch foreach µs", "ratio to its faster one"), rows)


def fit():
    from sklearn import datasets, linear_model, neural_network

    import talweg.sklearn

    x, y = datasets.load_breast_cancer(return_X_y=True)
    x = (x - x.mean(0)) / x.std(0)
    digits, digit = datasets.load_digits(return_X_y=True)
    digits = digits / 16
    rows = []
    for name, ours, theirs, data in (
        ("logistic, 569 × 30", talweg.sklearn.LogisticRegression(), linear_model.LogisticRegression(max_iter=1000), (x, y)),
        ("softmax, 1797 × 64", talweg.sklearn.LogisticRegression(), linear_model.LogisticRegression(max_iter=1000), (digits, digit)),
        ("network 64-32, 20 epochs", talweg.sklearn.MLPClassifier((64, 32), max_iter=20),
         neural_network.MLPClassifier((64, 32), batch_size=32, max_iter=20, n_iter_no_change=1000), (digits, digit)),
    ):
        import warnings

        warnings.simplefilter("ignore")
        seconds = medians({"ours": lambda: ours.fit(*data), "theirs": lambda: theirs.fit(*data)}, 7)
        rows.append((name, 1e3 * seconds["ours"], 1e3 * seconds["theirs"], ours.score(*data), theirs.score(*data),
                     seconds["theirs"] / seconds["ours"]))
    table("fit", ("what", "ms", "scikit-learn ms", "accuracy on the rows", "scikit-learn's", "ratio"), rows)


if __name__ == "__main__":
    parts = {"minimize": minimize, "step": step, "fit": fit}
    unknown = [name for name in sys.argv[1:] if name not in parts]
    if unknown:
        sys.exit(f"side_by_side.py: unknown part '{unknown[0]}': use {', '.join(parts)}, or nothing for all")
    for name in sys.argv[1:] or parts:
        parts[name]()
