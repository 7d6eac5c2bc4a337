#!/usr/bin/env python3
"""tables.py [FOLDER]: models of tables beside scikit-learn's, on the same five folds of the same eight tables.

Of each estimator the mean over the folds: log loss and ROC area of the rows held back, or RMSE, the ratio to scikit-learn's,
and, where the problem is the same (LogisticRegression, Ridge, Lasso; with and without weights of classes and rows), the
largest difference of the coefficients relative to the largest. Needs python3-sklearn and the command (TALWEG_COMMAND, or
talweg of the PATH). FOLDER may hold california_housing.csv and a9a.libsvm, which then are two more tables.
"""
import csv
import json
import os
import subprocess
import sys
import tempfile
import warnings
from pathlib import Path

import numpy as np
from sklearn import datasets, linear_model, metrics, model_selection, neural_network
from sklearn.preprocessing import StandardScaler

COMMAND = os.environ.get("TALWEG_COMMAND", "talweg")
warnings.filterwarnings("ignore")  # of scikit-learn's runs that end at their limit


def tables(folder):
    """(name, X, y, task) of each: standardised, so that both sides see the same numbers."""
    found = []
    for name, task in (("iris", "classes"), ("wine", "classes"), ("breast_cancer", "classes"), ("digits", "classes"),
                       ("diabetes", "number")):
        data = getattr(datasets, f"load_{name}")()
        found.append((name, data.data, data.target, task))
    linnerud = datasets.load_linnerud()
    found.append(("linnerud", linnerud.data, linnerud.target[:, 0], "number"))
    housing, adult = folder / "california_housing.csv", folder / "a9a.libsvm"
    if housing.exists():
        rows = [r for r in csv.DictReader(housing.open()) if all(r.values())]
        names = [n for n in rows[0] if n not in ("ocean_proximity", "median_house_value")]
        found.append(("california_housing", np.array([[float(r[n]) for n in names] for r in rows]),
                      np.array([float(r["median_house_value"]) for r in rows]) / 1e5, "number"))
    if adult.exists():
        x, y = datasets.load_svmlight_file(str(adult))
        found.append(("a9a", x.toarray(), (y > 0).astype(int), "classes"))
    for name, x, y, task in found:
        x = x[:, x.std(axis=0) > 0]
        yield name, StandardScaler().fit_transform(x), y, task


def write(path, x, y, weights=None):
    names = [f"x{i}" for i in range(x.shape[1])]
    with open(path, "w") as out:
        out.write(",".join(names + ["y"] + (["weight"] if weights is not None else [])) + "\n")
        for i in range(len(y)):
            row = [repr(float(v)) for v in x[i]] + [f"k{y[i]}" if y.dtype.kind == "i" else repr(float(y[i]))]
            out.write(",".join(row + ([repr(float(weights[i]))] if weights is not None else [])) + "\n")
    return path


def run(*arguments):
    ran = subprocess.run([COMMAND, *map(str, arguments)], capture_output=True, text=True)
    if ran.returncode not in (0, 1):
        sys.exit(f"{' '.join(map(str, arguments))}: {ran.stderr}")
    return ran.stdout


def probabilities(model, path):
    rows = list(csv.DictReader(run("predict", model, path).splitlines()))
    columns = [c for c in rows[0] if c.startswith("p_") or c.startswith("p(") or c.startswith("probability")]
    return np.array([[float(r[c]) for c in columns] for r in rows]) if columns else np.array([float(r["prediction"]) for r in rows])


def figures(task, y, p):
    if task == "number":
        return {"rmse": metrics.mean_squared_error(y, p) ** 0.5}
    k = len(np.unique(y))
    if p.shape[1] != k:  # of two classes one column
        p = np.column_stack([1 - p[:, 0], p[:, 0]])
    area = metrics.roc_auc_score(y, p[:, 1]) if k == 2 else metrics.roc_auc_score(y, p, multi_class="ovr")
    return {"log_loss": metrics.log_loss(y, p), "roc_auc": area}


def coefficients(model, inputs, classes):
    """(classes or 1, inputs), as `inspect` prints them."""
    found = json.loads(run("inspect", model, "--top", 10**6, "--format", "json"))["coefficients"]
    names = sorted({c.get("class", "") for c in found}, key=lambda n: (len(n), n))
    out = np.zeros((len(names), inputs))
    for c in found:
        out[names.index(c.get("class", "")), int(c["name"][1:])] = c["value"]
    return out


def pairs(task, rows, binary):
    """(name, options, estimator, whether the problem is the same) of each comparison. Their penalties are of sums, or of
    half the mean square; ours are of the mean."""
    if task == "number":
        yield "Ridge", ("--model", f"linear,l2={20 / rows!r}"), linear_model.Ridge(alpha=10, tol=1e-12), True
        yield "Lasso", ("--model", "linear,l1=0.04"), linear_model.Lasso(alpha=0.02, tol=1e-12, max_iter=10**5), True
        yield "SGDRegressor", ("--model", "linear", "--optimizer", "sgd"), linear_model.SGDRegressor(random_state=0), False
        yield "MLPRegressor", ("--model", "mlp:100"), neural_network.MLPRegressor(random_state=0, max_iter=500), False
        return
    model = "logistic" if binary else "softmax"
    exact = dict(C=1.0, tol=1e-10, max_iter=200, solver="newton-cg")  # its lbfgs ends at 1e-4
    yield "LogisticRegression", ("--model", f"{model},c=1"), linear_model.LogisticRegression(**exact), True
    yield ("LogisticRegression, balanced", ("--model", f"{model},c=1", "--class-weight", "balanced"),
           linear_model.LogisticRegression(class_weight="balanced", **exact), True)
    yield ("LogisticRegression, l1", ("--model", f"{model},l1={1 / rows!r}"),
           linear_model.LogisticRegression(penalty="l1", **{**exact, "solver": "saga", "tol": 1e-9, "max_iter": 20000}), True)
    yield ("SGDClassifier", ("--model", model, "--optimizer", "sgd"),
           linear_model.SGDClassifier(loss="log_loss", random_state=0), False)
    yield "MLPClassifier", ("--model", "mlp:100"), neural_network.MLPClassifier(random_state=0), False


def compare(name, x, y, task, place):
    binary = task == "classes" and len(np.unique(y)) == 2
    splitter = (model_selection.StratifiedKFold if task == "classes" else model_selection.KFold)
    folds = list(splitter(5, shuffle=True, random_state=0).split(x, y))
    rows = len(folds[0][0])
    for number, (title, _, _, same) in enumerate(pairs(task, rows, binary)):
        ours, theirs, differences, zeros = [], [], [], []
        for train, test in folds:
            _, options, estimator, _ = list(pairs(task, len(train), binary))[number]
            a, b = write(place / "train.csv", x[train], y[train]), write(place / "test.csv", x[test], y[test])
            exact = ("--no-standardize", "--tolerance", "1e-12") if same else ()
            run("train", a, "--target", "y", *options, *exact, "--save", place / "m.talweg", "--format", "json")
            ours.append(figures(task, y[test], probabilities(place / "m.talweg", b)))
            estimator.fit(x[train], y[train])
            predict = estimator.predict if task == "number" else estimator.predict_proba
            theirs.append(figures(task, y[test], predict(x[test])))
            if same:
                ours_w = coefficients(place / "m.talweg", x.shape[1], 0)
                theirs_w = np.atleast_2d(estimator.coef_)
                differences.append(np.abs(ours_w - theirs_w).max() / np.abs(theirs_w).max())
                zeros.append(np.array_equal(ours_w == 0, theirs_w == 0))
        for figure in ours[0]:
            a, b = (np.mean([f[figure] for f in side]) for side in (ours, theirs))
            told = f"{max(differences):.1e}, zeros {'equal' if all(zeros) else 'differ'}" if same else ""
            print(f"| {name} | {title} | {figure} | {a:.5g} | {b:.5g} | {a / b:.4f} | {told} |", flush=True)


def main():
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(".")
    print("| table | estimator | figure | Talweg | scikit-learn | ratio | coefficients |\n|---|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as place:
        for name, x, y, task in tables(folder):
            compare(name, x, y, task, Path(place))


main()
