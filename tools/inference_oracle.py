#!/usr/bin/python3
"""Standard errors of linear, logistic, softmax and Poisson models for tests/api/inference_test.cpp, by statsmodels
(python3-statsmodels): OLS, Logit, MNLogit, GLM; with l2, from the penalised Hessian at scikit-learn's or an exact optimum.

    /usr/bin/python3 tools/inference_oracle.py

Writes tests/golden/inference/: tables of scikit-learn's own data sets as CSV, and estimates.json, where each row holds the
coefficients with standard errors, p and intervals in the units of the file, the intercept last; of several classes
(columns + 1, classes), made to add to 0 over the classes from MNLogit's contrasts with the first class.
"""
import json
import pathlib

import numpy as np
import pandas as pd
import statsmodels.api as sm
from scipy import stats
from sklearn import datasets

ROOT = pathlib.Path(__file__).resolve().parent.parent
OUT = ROOT / "tests/golden/inference"
LEVEL = 0.95


def write_tables():
    """Small numbers of columns and rows keep the files small; the columns keep their units, which differ by 1e4."""
    OUT.mkdir(parents=True, exist_ok=True)
    cancer = datasets.load_breast_cancer(as_frame=True).frame
    cancer["benign"] = cancer.target
    columns = ["mean texture", "mean area", "mean smoothness", "mean symmetry"]
    cancer[columns + ["benign"]].rename(columns=lambda c: c.replace(" ", "_")).to_csv(OUT / "cancer.csv", index=False)
    wine = datasets.load_wine(as_frame=True).frame
    wine[["alcohol", "ash", "magnesium", "proanthocyanins", "target"]].rename(columns={"target": "cultivar"}).to_csv(
        OUT / "wine.csv", index=False)
    diabetes = datasets.load_diabetes(as_frame=True, scaled=False).frame
    diabetes.to_csv(OUT / "diabetes.csv", index=False)
    longley = sm.datasets.longley.load_pandas().data
    longley.to_csv(OUT / "longley.csv", index=False)
    exercise = datasets.load_linnerud(as_frame=True).frame
    exercise["Pulse"] = exercise.Pulse.astype(int)
    exercise.to_csv(OUT / "linnerud.csv", index=False)


def row(name, file, target, model, values, covariance, degrees=0, classes=None):
    """`values` (parameters) with the intercept last; of classes (columns + 1, classes)."""
    errors = np.sqrt(np.diag(covariance)).reshape(values.shape)
    law = stats.t(degrees) if degrees else stats.norm
    half = law.ppf((1 + LEVEL) / 2) * errors
    return {"name": name, "data": file, "target": target, "model": model, "degrees_of_freedom": degrees,
            "values": values.tolist(), "errors": errors.tolist(), "statistics": (values / errors).tolist(),
            "p": (2 * law.sf(abs(values / errors))).tolist(), "low": (values - half).tolist(),
            "high": (values + half).tolist(), "classes": classes or []}


def table(file, target):
    frame = pd.read_csv(OUT / file)
    x = frame.drop(columns=target).to_numpy(float)
    return np.column_stack([x, np.ones(len(x))]), frame[target].to_numpy()


def ordinary(name, file, target):
    x, y = table(file, target)
    scale = abs(x).max(0)  # OLS by the pseudoinverse loses digits on columns of 1e6 beside 1
    fit = sm.OLS(y, x / scale).fit()
    return row(name, file, target, "linear", fit.params / scale, fit.cov_params() / np.outer(scale, scale),
               int(fit.df_resid))


def ridge(name, file, target, l2):
    """mean r² + l2/2·w² over columns and target as standardised: (XᵀX + n·l2/2)⁻¹·sigma²."""
    x, y = table(file, target)
    n, d = x.shape[0], x.shape[1] - 1
    mean, deviation = x[:, :d].mean(0), x[:, :d].std(0)
    z = np.column_stack([(x[:, :d] - mean) / deviation, np.ones(n)])
    t = (y - y.mean()) / y.std()
    h = z.T @ z + n * l2 / 2 * np.diag([1.0] * d + [0])
    w = np.linalg.solve(h, z.T @ t)
    variance = ((t - z @ w) ** 2).sum() / (n - d - 1)
    to_file = y.std() * np.vstack([np.column_stack([np.diag(1 / deviation), np.zeros(d)]), [*(-mean / deviation), 1.0]])
    values = to_file @ w
    values[-1] += y.mean()
    return row(name, file, target, f"linear,l2={l2}", values, to_file @ np.linalg.inv(h) @ to_file.T * variance,
               n - d - 1)


def standardised(x):
    d = x.shape[1] - 1
    mean, deviation = x[:, :d].mean(0), x[:, :d].std(0)
    z = np.column_stack([(x[:, :d] - mean) / deviation, np.ones(len(x))])
    return z, np.vstack([np.column_stack([np.diag(1 / deviation), np.zeros(d)]), [*(-mean / deviation), 1.0]])


def logistic(name, file, target, l2=0.0):
    """With l2: Newton's method on mean loss + l2/2·w² over standardised columns."""
    x, y = table(file, target)
    z, to_file = standardised(x)
    if l2 == 0:
        fit = sm.Logit(y, z).fit(disp=0, tol=1e-14, maxiter=200)
        return row(name, file, target, "logistic", to_file @ fit.params, to_file @ fit.cov_params() @ to_file.T)
    penalty = len(y) * l2 * np.diag([1.0] * (z.shape[1] - 1) + [0])
    w = np.zeros(z.shape[1])
    for _ in range(50):
        p = 1 / (1 + np.exp(-z @ w))
        h = (z.T * (p * (1 - p))) @ z + penalty
        w -= np.linalg.solve(h, z.T @ (p - y) + penalty @ w)
    return row(name, file, target, f"logistic,l2={l2}", to_file @ w, to_file @ np.linalg.inv(h) @ to_file.T)


def softmax(name, file, target, l2=0.0):
    x, y = table(file, target)
    z, to_file = standardised(x)
    labels = sorted(set(y))
    k, d = len(labels), z.shape[1]
    codes = np.searchsorted(labels, y)
    if l2 == 0:
        fit = sm.MNLogit(codes, z).fit(disp=0, method="newton", tol=1e-14, maxiter=200)
        contrasts, covariance = fit.params.T.ravel(), fit.cov_params()  # (classes − 1)·d, class by class
    else:  # the same contrasts w_k − w_0, where the penalty of Σw² is l2/2·(I − 1/K) of them
        contrasts = np.zeros((k - 1) * d)
        shrink = np.kron(np.eye(k - 1) - 1 / k, np.diag([1.0] * (d - 1) + [0])) * l2 * len(y)
        for _ in range(50):
            scores = np.column_stack([np.zeros(len(y)), z @ contrasts.reshape(k - 1, d).T])
            p = np.exp(scores - scores.max(1, keepdims=True))
            p /= p.sum(1, keepdims=True)
            q = p[:, 1:]
            g = ((q - np.eye(k)[codes][:, 1:]).T @ z).ravel() + shrink @ contrasts
            h = sum(np.kron(np.diag(a) - np.outer(a, a), np.outer(b, b)) for a, b in zip(q, z)) + shrink
            contrasts -= np.linalg.solve(h, g)
        covariance = np.linalg.inv(h)
    centre = (np.eye(k) - 1 / k)[:, 1:]  # of all classes, from the contrasts
    map_ = np.einsum("ij,kl->ikjl", to_file, centre).transpose(0, 1, 3, 2).reshape(d * k, (k - 1) * d)
    values = (map_ @ contrasts).reshape(d, k)
    return row(name, file, target, f"softmax,l2={l2}" if l2 else "softmax", values, map_ @ covariance @ map_.T,
               classes=[str(label) for label in labels])


def poisson(name, file, target):
    x, y = table(file, target)
    z, to_file = standardised(x)
    fit = sm.GLM(y, z, family=sm.families.Poisson()).fit(tol=1e-14, maxiter=200)
    return row(name, file, target, "linear", to_file @ fit.params, to_file @ fit.cov_params() @ to_file.T)


if __name__ == "__main__":
    write_tables()
    rows = [ordinary("least squares, ten columns", "diabetes.csv", "target"),
            ordinary("least squares, nearly collinear", "longley.csv", "TOTEMP"),
            ordinary("least squares, twenty rows", "linnerud.csv", "Weight"),
            ridge("ridge", "diabetes.csv", "target", 0.1),
            logistic("two classes", "cancer.csv", "benign"),
            logistic("two classes with l2", "cancer.csv", "benign", 0.01),
            softmax("three classes", "wine.csv", "cultivar"),
            softmax("three classes with l2", "wine.csv", "cultivar", 0.02),
            poisson("rates", "linnerud.csv", "Pulse")]
    rows[-1]["loss"] = "poisson"
    (OUT / "estimates.json").write_text("[" + ",\n".join(json.dumps(r) for r in rows) + "]\n")
    for r in rows:
        print(f"{r['name']:34} largest |statistic| {np.abs(r['statistics']).max():10.4g}")
