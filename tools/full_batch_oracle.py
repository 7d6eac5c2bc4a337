#!/usr/bin/python3
"""Optima of linear, ridge, logistic and softmax models for tests/api/full_batch_test.cpp, by exact Newton steps in NumPy;
scikit-learn must agree.

    /usr/bin/python3 tools/full_batch_oracle.py

Each row holds the weights (inputs, outputs) and biases in the target's units, the objective mean loss + l2/2·Σw², and
`amplification`: by how much max|dw| exceeds max|dg|, g the gradient in the whitened variables v, w = L⁻ᵀv, LLᵀ the Hessian
at 0. To first order dw = H⁻¹·L·dg, so it is the largest row sum of |H⁻¹·L|. A solver that stops at max|g| <= t has its
weights within t·amplification.
"""
import json
import pathlib

import numpy as np
from sklearn.datasets import load_svmlight_file
from sklearn.linear_model import LinearRegression, LogisticRegression, Ridge

ROOT = pathlib.Path(__file__).resolve().parent.parent
OUT = ROOT / "tests/golden/train"


def generate():
    """tests/golden/train/sparse.libsvm: 300 rows, 30 features that occur rarely, two classes that overlap."""
    random = np.random.default_rng(5)
    weights = random.normal(size=30) * 2
    lines = []
    for _ in range(300):
        chosen = np.sort(random.choice(30, size=random.integers(1, 9), replace=False))
        values = np.where(random.random(chosen.size) < 0.5, 1, np.round(random.normal(size=chosen.size) * 3, 2))
        label = 1 if values @ weights[chosen] / 2 + random.logistic() * 2 > 0 else -1
        lines.append(f"{label:+d} " + " ".join(f"{i + 1}:{v:g}" for i, v in zip(chosen, values) if v != 0))
    (OUT / "sparse.libsvm").write_text("\n".join(lines) + "\n")


def loss_terms(kind, z, y):
    """Per row: loss, slope (k), curvature (k, k)."""
    n, k = z.shape
    if kind == "linear":
        r = z[:, 0] - y
        return r * r, 2 * r[:, None], np.full((n, 1, 1), 2.0)
    if kind == "logistic":
        p = 1 / (1 + np.exp(-z[:, 0]))
        return np.logaddexp(0, z[:, 0]) - y * z[:, 0], (p - y)[:, None], (p * (1 - p))[:, None, None]
    shifted = z - z.max(1, keepdims=True)
    p = np.exp(shifted) / np.exp(shifted).sum(1, keepdims=True)
    hot = np.eye(k)[y.astype(int)]
    loss = np.log(np.exp(shifted).sum(1)) - (shifted * hot).sum(1)
    return loss, p - hot, p[:, :, None] * np.eye(k) - p[:, :, None] * p[:, None, :]


def solve(kind, x, y, l2, regularized_bias):
    """Newton's method from 0 to rounding: weights (d + 1, k), the bias last."""
    a = np.column_stack([x, np.ones(len(x))])
    n, d = a.shape
    k = int(y.max()) + 1 if kind == "softmax" else 1
    ridge = np.full((d, k), l2)
    if not regularized_bias:
        ridge[-1] = 0
    w = np.zeros((d, k))

    def parts(w):
        loss, slope, curvature = loss_terms(kind, a @ w, y)
        hessian = np.einsum("ni,nj,nab->iajb", a, a, curvature, optimize=True).reshape(d * k, d * k) / n
        return (loss.mean() + (ridge * w * w).sum() / 2, (a.T @ slope / n + ridge * w).ravel(),
                hessian + np.diag(ridge.ravel()))

    def step(hessian, g):  # constant shifts of all biases have no curvature, unused inputs neither: least norm
        return np.linalg.lstsq(hessian, g, rcond=1e-13)[0].reshape(d, k)

    for _ in range(60):
        f, g, hessian = parts(w)
        delta = step(hessian, g)
        scale = 1.0
        while scale > 1e-9 and not parts(w - scale * delta)[0] <= f + 1e-13:  # rounding is no rise
            scale /= 2
        w = w - scale * delta
        if abs(delta).max() < 1e-14 * abs(w).max():
            break
    f, g, hessian = parts(w)
    assert abs(g).max() < 1e-13, abs(g).max()
    at_zero = {"linear": 2.0, "logistic": 0.25, "softmax": 1 / k}[kind] * (a.T @ a) / n + np.diag(ridge[:, 0])
    triangle = np.linalg.cholesky(at_zero + 1e-10 * np.diag(at_zero).max() * np.eye(d))
    error = np.linalg.pinv(hessian, rcond=1e-13) @ np.kron(triangle, np.eye(k))
    return w, f, float(abs(error).sum(1).max())


def check(name, w, reference, tolerance):
    gap = abs(w - reference).max()
    assert gap < tolerance, (name, gap)


def main():
    generate()
    iris = np.genfromtxt(ROOT / "data/iris.csv", delimiter=",", skip_header=1, usecols=range(4))
    species = np.genfromtxt(ROOT / "data/iris.csv", delimiter=",", skip_header=1, usecols=4, dtype=str)
    flower = np.unique(species, return_inverse=True)[1].astype(float)
    digits = np.genfromtxt(ROOT / "data/digits.csv", delimiter=",", skip_header=1)
    pixels = digits[:, :64].copy()
    pixels[:, np.ptp(pixels, axis=0) == 0] = 0  # what is constant carries nothing, and is no input
    sparse, label = load_svmlight_file(str(OUT / "sparse.libsvm"), n_features=30)
    dense, label = sparse.toarray(), (label > 0).astype(float)
    standardized = (dense - dense.mean(0)) / dense.std(0)
    width = iris[:, 3]
    rows = []

    def add(name, data, target, model, x, y, l2=0.0, regularized_bias=False, ignore=(), standardize=False):
        kind = model.split(",")[0]
        shift = y.mean() if kind == "linear" else 0.0  # a regularised bias is one of the centred target
        w, f, amplification = solve(kind, x, y - shift, l2, regularized_bias)
        w[-1] += shift
        rows.append({"name": name, "data": data, "target": target, "model": model, "ignore": list(ignore),
                     "standardize": standardize, "objective": f, "amplification": amplification,
                     "weights": w[:-1].ravel().tolist(), "bias": w[-1].tolist()})
        print(f"{name}: objective {f:.12g}, amplification {amplification:.3g}")
        return w

    w = add("linear", "iris.csv", "petal_width", "linear", iris[:, :3], width, ignore=["species"])
    check("linear", w[:-1, 0], LinearRegression().fit(iris[:, :3], width).coef_, 1e-12)
    w = add("ridge", "iris.csv", "petal_width", "linear,l2=0.1", iris[:, :3], width, 0.1, ignore=["species"])
    check("ridge", w[:-1, 0], Ridge(alpha=150 * 0.1 / 2).fit(iris[:, :3], width).coef_, 1e-12)
    add("ridge with the bias", "iris.csv", "petal_width", "linear,l2=0.1,bias=regularized", iris[:, :3], width, 0.1, True,
        ignore=["species"])
    newton = dict(solver="newton-cg", tol=1e-12, max_iter=10000)
    w = add("softmax iris", "iris.csv", "species", "softmax,c=1", iris, flower, 1 / 150)
    check("softmax iris", w[:-1].T, LogisticRegression(C=1, multi_class="multinomial", **newton).fit(iris, flower).coef_, 1e-6)
    w = add("softmax digits", "digits.csv", "digit", "softmax,l2=0.1", pixels, digits[:, 64], 0.1)
    c = 1 / (0.1 * len(pixels))
    check("softmax digits", w[:-1].T,
          LogisticRegression(C=c, multi_class="multinomial", **newton).fit(pixels, digits[:, 64]).coef_, 1e-6)
    w = add("logistic", "sparse.libsvm", "label", "logistic,c=1", dense, label, 1 / 300)
    check("logistic", w[:-1, 0], LogisticRegression(C=1, **newton).fit(dense, label).coef_[0], 1e-6)
    w = add("logistic with the bias", "sparse.libsvm", "label", "logistic,c=2,bias=regularized", dense, label, 1 / 600, True)
    liblinear = LogisticRegression(C=2, solver="liblinear", tol=1e-12, max_iter=10000).fit(dense, label)
    check("logistic with the bias", w[:-1, 0], liblinear.coef_[0], 1e-6)
    check("its bias", w[-1], liblinear.intercept_, 1e-6)
    add("logistic, standardised", "sparse.libsvm", "label", "logistic,c=1", standardized, label, 1 / 300, standardize=True)
    add("linear, sparse", "sparse.libsvm", "label", "linear,l2=0.01", dense, 2 * label - 1, 0.01)
    add("softmax, sparse", "sparse.libsvm", "label", "softmax,l2=0.02", dense, label, 0.02)
    (OUT / "full_batch.json").write_text("[\n" + ",\n".join(json.dumps(r) for r in rows) + "\n]\n")


main()
