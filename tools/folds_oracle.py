#!/usr/bin/python3
"""Cross-validation by scikit-learn on given folds, for tests/api/folds_test.cpp.

    /usr/bin/python3 tools/folds_oracle.py

Writes tests/golden/train/folds.csv, a table with a column that says the fold, and folds.json: mean and standard deviation
of each figure over the folds, and what is predicted of each row by the model that left it out.
"""
import json
import pathlib

import numpy as np
from sklearn import metrics as m
from sklearn.linear_model import LogisticRegression, Ridge

OUT = pathlib.Path(__file__).resolve().parent.parent / "tests/golden/train"


def table():
    rng = np.random.default_rng(21)
    n = 90
    x = np.round(rng.normal(size=(n, 3)) * (1, 2, 0.5) + (0, 1, 0), 3)
    w = np.round(rng.exponential(size=n) + 0.05, 2)
    y = np.round(x @ (1.5, -0.7, 2) + 3 + rng.normal(size=n), 3)
    label = np.where(x @ (1, -0.5, 1) + rng.logistic(size=n) > 0, "yes", "no")
    part = rng.permutation(np.arange(n) % 4 + 1)  # 23, 23, 22 and 22 rows
    lines = ["a,b,c,w,y,label,part"]
    lines += [f"{r[0]},{r[1]},{r[2]},{w[i]},{y[i]},{label[i]},{part[i]}" for i, r in enumerate(x)]
    (OUT / "folds.csv").write_text("\n".join(lines) + "\n")
    return x, w, y, label, part


def numbers(truth, z, w):
    return {"loss": m.mean_squared_error(truth, z, sample_weight=w),
            "rmse": np.sqrt(m.mean_squared_error(truth, z, sample_weight=w)),
            "mae": m.mean_absolute_error(truth, z, sample_weight=w), "r2": m.r2_score(truth, z, sample_weight=w)}


def classes(truth, p, w):
    said, yes = np.where(p[:, 1] > 0.5, "yes", "no"), truth == "yes"
    return {"accuracy": m.accuracy_score(truth, said, sample_weight=w), "log_loss": m.log_loss(truth, p, sample_weight=w),
            "f1": m.f1_score(truth, said, pos_label="yes", sample_weight=w),
            "roc_auc": m.roc_auc_score(yes, p[:, 1], sample_weight=w),
            "pr_auc": m.average_precision_score(yes, p[:, 1], sample_weight=w),
            "brier": m.brier_score_loss(yes, p[:, 1], sample_weight=w)}


def main():
    x, w, y, label, part = table()
    rows = []
    for target, spec in (("y", "linear,l2=0.1"), ("label", "logistic,c=1")):
        for weights in (False, True):
            figures, left_out = [], np.empty(len(x))
            for k in np.unique(part):
                inside, train = part == k, part != k
                s, of_test = (w[train], w[inside]) if weights else (None, None)
                if target == "y":
                    model = Ridge(alpha=train.sum() * 0.1 / 2, tol=1e-13).fit(x[train], y[train], sample_weight=s)
                    left_out[inside] = model.predict(x[inside])
                    figures.append(numbers(y[inside], left_out[inside], of_test))
                else:
                    model = LogisticRegression(C=1, solver="newton-cg", tol=1e-12, max_iter=10000)
                    p = model.fit(x[train], label[train], sample_weight=s).predict_proba(x[inside])
                    left_out[inside] = p[:, 1]
                    figures.append(classes(label[inside], p, of_test))
            rows.append({"model": spec, "target": target, "weights": "w" if weights else "", "left_out": left_out.tolist(),
                         "mean": {k: float(np.mean([f[k] for f in figures])) for k in figures[0]},
                         "standard_deviation": {k: float(np.std([f[k] for f in figures])) for k in figures[0]}})
    (OUT / "folds.json").write_text("[\n" + ",\n".join(json.dumps(r) for r in rows) + "\n]\n")


main()
