#!/usr/bin/python3
"""Optima of linear, logistic and softmax models with l1 for tests/api/l1_test.cpp, by scikit-learn (Lasso, ElasticNet,
LogisticRegression with liblinear and saga) at tight tolerances, polished on the support by Newton's method.

    /usr/bin/python3 tools/l1_oracle.py

Writes tests/golden/train/l1.json: the weights (inputs, outputs) and biases, in the units of the columns as the model gets them,
and the objective mean loss + l2/2·Σw² + l1·Σ|w|. scikit-learn's zeros are the zeros; where its weights differ by more than
1e-4 of the largest from the polished ones, it says so.
"""
import json
import pathlib
import warnings

import numpy as np
import pandas as pd
from sklearn.datasets import load_svmlight_file
from sklearn.linear_model import ElasticNet, Lasso, LogisticRegression

ROOT = pathlib.Path(__file__).resolve().parent.parent
OUT = ROOT / "tests/golden/train"
TABLES = ROOT / "tests/golden/inference"


def rows(file, target, standardize):
    if file.endswith(".libsvm"):
        x, y = load_svmlight_file(str(OUT / file))
        return x.toarray(), (y > 0).astype(int)
    frame = pd.read_csv(TABLES / file)
    x, y = frame.drop(columns=target).to_numpy(float), frame[target].to_numpy()
    return ((x - x.mean(0)) / x.std(0) if standardize else x), y


def terms(kind, z, y):
    """Mean loss, slopes (n, k) and curvatures (n, k, k) of rows."""
    if kind == "linear":
        r = z[:, 0] - y
        return (r * r).mean(), 2 * r[:, None], np.full((len(y), 1, 1), 2.0)
    if kind == "logistic":
        p = 1 / (1 + np.exp(-z[:, 0]))
        return (np.logaddexp(0, z[:, 0]) - y * z[:, 0]).mean(), (p - y)[:, None], (p * (1 - p))[:, None, None]
    p = np.exp(z - z.max(1, keepdims=True))
    p /= p.sum(1, keepdims=True)
    hot = np.eye(z.shape[1])[y]
    return -np.log((p * hot).sum(1)).mean(), p - hot, p[:, :, None] * np.eye(z.shape[1]) - p[:, :, None] * p[:, None, :]


def polish(kind, x, y, w, l1, l2, penalised_bias):
    """Newton's method with the signs of w (d + 1, k) kept, the bias last; returns it with the objective and the worst
    violation of the conditions of the optimum over all weights."""
    a = np.column_stack([x, np.ones(len(x))])
    d, k = w.shape
    part = np.ones((d, k))
    if not penalised_bias:
        part[-1] = 0
    support = (w != 0) | (part == 0)
    signs = np.sign(w) * part
    for _ in range(30):
        value, slope, bend = terms(kind, a @ w, y)
        g = a.T @ slope / len(y) + l2 * part * w + l1 * signs
        h = np.einsum("ni,nj,nkl->ikjl", a, a, bend, optimize=True).reshape(d * k, d * k) / len(y)
        h += np.diag(l2 * part.ravel())
        s = np.flatnonzero(support.ravel())
        step = np.linalg.lstsq(h[np.ix_(s, s)], g.ravel()[s], rcond=1e-12)[0]
        flat = w.ravel().copy()
        flat[s] -= step
        w = flat.reshape(d, k)
        if abs(step).max() < 1e-14:
            break
    assert (np.sign(w) * part == signs).all(), "a sign changed"
    if kind == "softmax" and not penalised_bias:
        w[-1] -= w[-1].mean()  # what is added to all biases changes nothing
    value, slope, _ = terms(kind, a @ w, y)
    g = a.T @ slope / len(y) + l2 * part * w
    violation = np.where(support, abs(g + l1 * signs), np.maximum(abs(g) - l1 * part, 0)).max()
    return w, value + l2 / 2 * (part * w * w).sum() + l1 * (part * abs(w)).sum(), violation


def case(name, file, target, model, l1, l2=0.0, standardize=True, penalised_bias=False):
    x, y = rows(file, target, standardize)
    n = len(y)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        if model == "linear":  # (1/2n)·Σr² + alpha·(ratio·Σ|w| + (1 − ratio)/2·Σw²)
            alpha = (l1 + l2) / 2
            peer = (Lasso(alpha=alpha, tol=1e-14, max_iter=10**6) if l2 == 0 else
                    ElasticNet(alpha=alpha, l1_ratio=l1 / (l1 + l2), tol=1e-14, max_iter=10**6)).fit(x, y)
            w = np.append(peer.coef_, peer.intercept_)[:, None]
        else:
            strength = l1 + l2
            solver = dict(penalty="elasticnet", l1_ratio=l1 / strength) if l2 else dict(penalty="l1")
            peer = LogisticRegression(C=1 / (n * strength), solver="liblinear" if penalised_bias else "saga", tol=1e-11,
                                      max_iter=10**6, random_state=0,
                                      multi_class="multinomial" if model == "softmax" else "ovr", **solver).fit(x, y)
            w = np.vstack([peer.coef_.T, peer.intercept_])
    if model != "softmax" and w.shape[1] != 1:
        raise SystemExit("classes")
    polished, objective, violation = polish(model, x, y, w, l1, l2, penalised_bias)
    if model == "softmax":
        w[-1] -= w[-1].mean()
    apart = abs(polished - w).max() / abs(polished).max()
    print(f"{name:34} zeros {int((w[:-1] == 0).sum())} of {w[:-1].size}, violation {violation:.1e}, peer within {apart:.1e}")
    options = f",l1={l1}" + (f",l2={l2}" if l2 else "") + (",bias=regularized" if penalised_bias else "")
    return {"name": name, "data": file, "target": target, "model": model + options, "standardize": standardize,
            "weights": polished[:-1].ravel().tolist(), "bias": polished[-1].tolist(), "objective": objective}


if __name__ == "__main__":
    table = [case("lasso", "diabetes.csv", "target", "linear", 10.0),
             case("lasso, few left", "diabetes.csv", "target", "linear", 40.0),
             case("lasso, columns as they are", "diabetes.csv", "target", "linear", 4.0, standardize=False),
             case("elastic net", "diabetes.csv", "target", "linear", 5.0, 0.3),
             case("logistic", "cancer.csv", "benign", "logistic", 0.12),
             case("logistic, elastic net", "cancer.csv", "benign", "logistic", 0.02, 0.02),
             case("logistic, sparse", "sparse.libsvm", "label", "logistic", 0.02, standardize=False),
             case("logistic with the bias", "sparse.libsvm", "label", "logistic", 0.02, standardize=False, penalised_bias=True),
             case("softmax", "wine.csv", "cultivar", "softmax", 0.02),
             case("softmax, elastic net", "wine.csv", "cultivar", "softmax", 0.02, 0.01)]
    (OUT / "l1.json").write_text("[" + ",\n".join(json.dumps(row) for row in table) + "]\n")
