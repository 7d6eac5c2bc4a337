#!/usr/bin/python3
"""Weighted linear models by scikit-learn, for tests/api/weights_test.cpp.

    /usr/bin/python3 tools/weights_oracle.py

Writes tests/golden/train/weighted.csv, a table with weights of its rows (some are 0), and weighted.json: coefficients,
intercepts and figures of ridge and logistic regression with sample_weight and class_weight.
"""
import json
import pathlib

import numpy as np
from sklearn import metrics
from sklearn.linear_model import LinearRegression, LogisticRegression, Ridge

OUT = pathlib.Path(__file__).resolve().parent.parent / "tests/golden/train"
NEWTON = dict(solver="newton-cg", tol=1e-12, max_iter=10000)


def table():
    rng = np.random.default_rng(8)
    n = 120
    x = np.round(rng.normal(size=(n, 3)) * (1, 2, 0.5) + (0, 1, 0), 3)
    w = np.round(rng.exponential(size=n), 2)
    w[::17] = 0
    y = np.round(x @ (1.5, -0.7, 2) + 3 + rng.normal(size=n), 3)
    label = np.where(x @ (1, -0.5, 1) + rng.logistic(size=n) > 1.5, "yes", "no")
    kind = np.array(["low", "mid", "top"])[np.digitize(x[:, 0] + rng.normal(size=n), (-0.5, 1.2))]
    lines = ["a,b,c,w,y,label,kind"]
    lines += [f"{r[0]},{r[1]},{r[2]},{w[i]},{y[i]},{label[i]},{kind[i]}" for i, r in enumerate(x)]
    (OUT / "weighted.csv").write_text("\n".join(lines) + "\n")
    return x, w, y, label, kind


def main():
    x, w, y, label, kind = table()
    n = len(x)
    rows = []

    def numbers(model, spec, weights):
        s = w if weights else None
        model.fit(x, y, sample_weight=s)
        z = model.predict(x)
        add(spec, "y", weights, "", model.coef_[None], [model.intercept_],
            {"rmse": np.sqrt(metrics.mean_squared_error(y, z, sample_weight=s)),
             "loss": metrics.mean_squared_error(y, z, sample_weight=s),
             "mae": metrics.mean_absolute_error(y, z, sample_weight=s), "r2": metrics.r2_score(y, z, sample_weight=s)})

    def classes(spec, target, truth, weights, class_weight, text, c):
        s = w if weights else None
        multi = dict(multi_class="multinomial") if spec.startswith("softmax") else {}
        model = LogisticRegression(C=c, class_weight=class_weight, **multi, **NEWTON).fit(x, truth, sample_weight=s)
        p, said = model.predict_proba(x), model.predict(x)
        figures = {"accuracy": metrics.accuracy_score(truth, said, sample_weight=s),
                   "log_loss": metrics.log_loss(truth, p, sample_weight=s)}
        if len(model.classes_) == 2:
            figures["roc_auc"] = metrics.roc_auc_score(truth, p[:, 1], sample_weight=s)
        add(spec, target, weights, text, model.coef_, model.intercept_, figures)

    def add(spec, target, weights, class_weight, coef, intercept, figures):
        rows.append({"model": spec, "target": target, "weights": "w" if weights else "", "class_weight": class_weight,
                     "coefficients": np.asarray(coef).tolist(), "intercepts": np.asarray(intercept).tolist(),
                     "figures": {k: float(v) for k, v in figures.items()}})

    numbers(LinearRegression(), "linear", True)
    numbers(Ridge(alpha=n * 0.1 / 2, tol=1e-13), "linear,l2=0.1", True)
    for weights in (False, True):
        for class_weight, text in ((None, ""), ("balanced", "balanced"), ({"yes": 5, "no": 1}, "yes=5,no=1")):
            classes("logistic,c=1", "label", label, weights, class_weight, text, 1)
        classes("softmax,c=0.5", "kind", kind, weights, {"mid": 0.5, "top": 3}, "mid=0.5,top=3", 0.5)
        classes("softmax,c=0.5", "kind", kind, weights, "balanced", "balanced", 0.5)
    (OUT / "weighted.json").write_text("[\n" + ",\n".join(json.dumps(r) for r in rows) + "\n]\n")


main()
