#!/usr/bin/python3
"""metrics_oracle.py > tests/golden/train/metrics.json: figures of small tables by scikit-learn, ties and weights included.

Each case has outputs of a model (logits, or numbers), the truth (numbers, or indices of classes), weights of the rows or
none, the positive class and the threshold of two classes, and what sklearn.metrics makes of them.
"""
import json
import warnings

import numpy as np
from scipy.special import expit, softmax
from sklearn import metrics as m

warnings.simplefilter("ignore")  # of figures that are 0 because nothing was said to be of a class
rng = np.random.default_rng(14)


def of_predictions(truth, said, positive, w):
    average = dict(average="binary", pos_label=positive) if positive is not None else dict(average="macro")
    out = {"accuracy": m.accuracy_score(truth, said, sample_weight=w),
           "balanced_accuracy": m.balanced_accuracy_score(truth, said, sample_weight=w),
           "matthews": m.matthews_corrcoef(truth, said, sample_weight=w)}
    for name, score in (("precision", m.precision_score), ("recall", m.recall_score), ("f1", m.f1_score)):
        out[name] = score(truth, said, sample_weight=w, zero_division=0, **average)
    return out


def per_class(truth, said, classes, w):
    p, r, f, s = m.precision_recall_fscore_support(truth, said, labels=range(classes), sample_weight=w, zero_division=0)
    return [{"weight": float(s[k]), "precision": p[k], "recall": r[k], "f1": f[k]} for k in range(classes)]


def two_classes(z, truth, w, positive=1, threshold=0.5):
    p = expit(z)
    of_positive = p if positive == 1 else 1 - p
    above = of_positive > threshold if positive == 1 else of_positive >= threshold  # between them: the first class
    said = np.where(above, positive, 1 - positive)
    out = of_predictions(truth, said, positive, w)
    is_positive = truth == positive
    out["log_loss"] = m.log_loss(truth, np.column_stack([1 - p, p]), sample_weight=w)
    out["roc_auc"] = m.roc_auc_score(is_positive, z if positive == 1 else -z, sample_weight=w)
    out["pr_auc"] = m.average_precision_score(is_positive, z if positive == 1 else -z, sample_weight=w)
    out["brier"] = m.brier_score_loss(is_positive, of_positive, sample_weight=w)
    return case("binary_cross_entropy", z, truth, w, out, per_class(truth, said, 2, w), positive, threshold)


def classes(z, truth, w):
    p = softmax(z, axis=1)
    out = of_predictions(truth, p.argmax(axis=1), None, w)
    out["log_loss"] = m.log_loss(truth, p, labels=range(z.shape[1]), sample_weight=w)
    out["brier"] = np.average(((p - np.eye(z.shape[1])[truth]) ** 2).sum(axis=1), weights=w)
    return case("softmax_cross_entropy", z, truth, w, out, per_class(truth, p.argmax(axis=1), z.shape[1], w))


def median(errors, w):
    """Between the two where half of the weight falls on a border, as scikit-learn 1.7 has it."""
    if w is None:
        return np.median(errors)
    order = np.argsort(errors, kind="stable")
    errors, w = errors[order][w[order] > 0], w[order][w[order] > 0]
    below, half = np.cumsum(w), w.sum() / 2
    k = np.searchsorted(below, half)
    return (errors[k] + errors[k + 1]) / 2 if below[k] == half else errors[k]


def numbers(z, truth, w):
    out = {"rmse": np.sqrt(m.mean_squared_error(truth, z, sample_weight=w)),
           "mae": m.mean_absolute_error(truth, z, sample_weight=w), "r2": m.r2_score(truth, z, sample_weight=w),
           "median_absolute_error": median(np.abs(truth - z), w)}
    return case("mean_squared_error", z, truth, w, out)


def case(loss, z, truth, w, figures, by_class=(), positive=1, threshold=0.5):
    return {"loss": loss, "outputs": np.ravel(z).tolist(), "truth": truth.tolist(),
            "weights": [] if w is None else w.tolist(), "positive": positive, "threshold": threshold,
            "figures": {k: float(v) for k, v in figures.items()}, "per_class": list(by_class)}


def weights(n):
    w = np.round(rng.exponential(size=n), 3)
    w[rng.integers(0, n, 3)] = 0
    return w


cases = []
for n in (12, 61):
    z = np.round(rng.normal(size=n) * 2, 1)  # in tenths: with ties
    truth = (rng.random(n) < expit(z)).astype(int)
    truth[:2] = 0, 1
    for w in (None, weights(n), rng.integers(0, 4, n).astype(float)):
        for positive, threshold in ((1, 0.5), (1, 0.3), (0, 0.5), (0, 0.8)):
            cases.append(two_classes(z, truth, w, positive, threshold))
cases.append(two_classes(np.full(5, -3.0), np.array([0, 1, 0, 1, 0]), None))  # nothing is said to be positive
for n, k in ((10, 3), (57, 4)):
    z = np.round(rng.normal(size=(n, k)) * 1.5, 2)
    truth = rng.integers(0, k - (n == 10), n)  # of the small table one class never occurs
    for w in (None, weights(n)):
        cases.append(classes(z, truth, w))
for n in (9, 40):
    truth = np.round(rng.normal(size=n) * 3 + 5, 1)
    z = np.round(truth + rng.normal(size=n), 1)
    for w in (None, weights(n), np.ones(n)):
        cases.append(numbers(z, truth, w))
print(json.dumps(cases, separators=(",", ":")).replace('},{"loss"', '},\n{"loss"'))
