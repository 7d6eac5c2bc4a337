#!/usr/bin/env python3
"""separable_oracle: the line y = a + b t through five points, fitted step by step.

Gradient descent (all rows), stochastic gradient descent (one row) and mini-batches of two, rows as they stand, by plain
arithmetic in double: writes tests/golden/separable.json, which the tests compare each step with. The gradient of a batch
is the mean over its rows; the short last batch of an epoch is weighted by its size.
"""
import json
from pathlib import Path

T, Y = [1.0, 2.0, 3.0, 4.0, 5.0], [2.0, 4.0, 5.0, 4.0, 5.0]
RATE, EPOCHS, START = 0.02, 12, [1.0, 1.0]


def gradient(a, b, rows):
    ga = sum(a + b * T[i] - Y[i] for i in rows) / len(rows)
    gb = sum((a + b * T[i] - Y[i]) * T[i] for i in rows) / len(rows)
    return ga, gb


def descend(size, momentum):
    a, b = START
    va = vb = 0.0
    path = []
    for _ in range(EPOCHS):
        for first in range(0, len(T), size):
            rows = list(range(first, min(first + size, len(T))))
            ga, gb = gradient(a, b, rows)
            ga, gb = ga * len(rows) / size, gb * len(rows) / size
            va, vb = momentum * va + ga, momentum * vb + gb
            a, b = a - RATE * va, b - RATE * vb
            path.append([a, b])
    return path


runs = [{"batch_size": size, "momentum": momentum, "path": descend(size, momentum)}
        for size in (5, 1, 2) for momentum in (0.0, 0.9)]
target = Path(__file__).resolve().parent.parent / "tests/golden/separable.json"
target.write_text(json.dumps({"t": T, "y": Y, "rate": RATE, "epochs": EPOCHS, "start": START, "runs": runs}) + "\n")
