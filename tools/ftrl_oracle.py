#!/usr/bin/env python3
"""ftrl_oracle.py: writes tests/golden/stream/ftrl.json.

FTRL-Proximal (McMahan et al. 2013, Algorithm 1) for logistic regression, row by row in plain Python, on a small seeded
set of sparse rows with a regularised bias. Nothing of Talweg is used. Beside the weights: the mean log loss of rows
before each was learned, for one and for three passes.
"""
import json
import math
import random
from pathlib import Path

ALPHA, BETA, L1, L2 = 0.2, 1.0, 0.3, 0.5
FEATURES, ROWS = 40, 300


def make_rows(rng):
    truth = [rng.gauss(0, 1) if rng.random() < 0.4 else 0.0 for _ in range(FEATURES + 1)]
    rows = []
    for _ in range(ROWS):
        indices = sorted(rng.sample(range(1, FEATURES + 1), rng.randint(0, 9)))
        row = [(i, rng.choice([1.0, 1.0, 0.5, -2.0, round(rng.uniform(-3, 3), 3)])) for i in indices]
        z = truth[0] + sum(truth[i] * v for i, v in row)
        rows.append((1 if rng.random() < 1 / (1 + math.exp(-z)) else -1, row))
    return rows


def weight(z, n):
    if abs(z) <= L1:
        return 0.0
    return -(z - math.copysign(L1, z)) / ((BETA + math.sqrt(n)) / ALPHA + L2)


def learn(rows, passes):
    z, n = [0.0] * (FEATURES + 1), [0.0] * (FEATURES + 1)
    for _ in range(passes):
        total = 0.0
        for label, row in rows:
            cells = row + [(0, 1.0)]  # the bias is place 0
            w = [weight(z[i], n[i]) for i, _ in cells]
            margin = sum(a * v for a, (_, v) in zip(w, cells))
            y = 1.0 if label == 1 else 0.0
            total += math.log1p(math.exp(-abs(margin))) + max(margin, 0.0) - y * margin
            slope = 1 / (1 + math.exp(-margin)) - y
            for a, (i, v) in zip(w, cells):
                g = slope * v
                sigma = (math.sqrt(n[i] + g * g) - math.sqrt(n[i])) / ALPHA
                z[i] += g - sigma * a
                n[i] += g * g
    return {"passes": passes, "log_loss": total / len(rows), "weights": [weight(a, b) for a, b in zip(z, n)]}


def main():
    rows = make_rows(random.Random(7))
    text = "".join(f"{label:+d} " + " ".join(f"{i}:{v:g}" for i, v in row) + "\n" for label, row in rows)
    out = Path(__file__).resolve().parent.parent / "tests/golden/stream/ftrl.json"
    out.parent.mkdir(parents=True, exist_ok=True)
    settings = {"alpha": ALPHA, "beta": BETA, "l1": L1, "l2": L2}
    out.write_text(json.dumps({"settings": settings, "text": text, "runs": [learn(rows, 1), learn(rows, 3)]}, indent=1) + "\n")


main()
