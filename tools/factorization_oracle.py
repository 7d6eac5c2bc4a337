#!/usr/bin/env python3
"""Writes tests/golden/factorization.json: a small factorisation worked out by numpy and scipy, from the formula alone.

    f = 1/2 sum (mu + b_i + c_j + u_i.v_j - r_ij)^2 + 1/2 sum_i n_i^p (l_u |u_i|^2 + l_b b_i^2) + the same of items

Parameters in the order U, b, V, c. Holds f and its gradient at a point (the gradient by complex steps: exact to
rounding, and not by the formula that the library uses), the optimum, the optimum with non-negative factors, the
objective after each sweep of alternating least squares, and the parameters after each of some single updates of sgd
and AdaGrad. Usage: /usr/bin/python3 tools/factorization_oracle.py
"""
import json
from pathlib import Path

import numpy as np
from scipy.optimize import minimize

USERS, ITEMS, RANK, RATINGS = 12, 9, 3, 70
L2 = dict(user=0.3, item=0.5, user_bias=0.1, item_bias=0.2)
POWER = 0.5
rng = np.random.default_rng(5)

cells = rng.permutation(USERS * ITEMS)[:RATINGS]
user, item = cells // ITEMS, cells % ITEMS
truth = rng.normal(size=(USERS, RANK)) @ rng.normal(size=(RANK, ITEMS))
rating = np.clip(np.round(3 + truth[user, item] + 0.3 * rng.normal(size=RATINGS)), 1, 5)
mean = rating.mean()
n_user, n_item = np.bincount(user, minlength=USERS), np.bincount(item, minlength=ITEMS)
w_user, w_item = n_user**POWER, n_item**POWER


def split(x):
    a, b = USERS * RANK, USERS * RANK + USERS
    c = b + ITEMS * RANK
    return x[:a].reshape(USERS, RANK), x[a:b], x[b:c].reshape(ITEMS, RANK), x[c:]


def join(u, b, v, c):
    return np.concatenate([u.ravel(), b, v.ravel(), c])


def value(x):
    u, b, v, c = split(x)
    error = mean + b[user] + c[item] + (u[user] * v[item]).sum(1) - rating
    penalty = (w_user * (L2["user"] * (u**2).sum(1) + L2["user_bias"] * b**2)).sum()
    penalty += (w_item * (L2["item"] * (v**2).sum(1) + L2["item_bias"] * c**2)).sum()
    return 0.5 * (error**2).sum() + 0.5 * penalty


def gradient(x, step=1e-200):
    out = np.empty_like(x)
    for k in range(len(x)):
        z = x.astype(complex)
        z[k] += 1j * step
        out[k] = value(z).imag / step
    return out


def optimum(start, bounds=None):
    best = minimize(value, start, jac=gradient, method="L-BFGS-B", bounds=bounds,
                    options=dict(maxiter=20000, maxfun=10**6, ftol=0, gtol=1e-12, maxcor=50))
    return best.x, best.fun


def als_sweep(x):
    u, b, v, c = (part.copy() for part in split(x))
    for i in range(USERS):
        rows = user == i
        z = np.hstack([v[item[rows]], np.ones((rows.sum(), 1))])
        h = z.T @ z + w_user[i] * np.diag([L2["user"]] * RANK + [L2["user_bias"]])
        solution = np.linalg.solve(h, z.T @ (rating[rows] - mean - c[item[rows]]))
        u[i], b[i] = solution[:-1], solution[-1]
    for j in range(ITEMS):
        rows = item == j
        z = np.hstack([u[user[rows]], np.ones((rows.sum(), 1))])
        h = z.T @ z + w_item[j] * np.diag([L2["item"]] * RANK + [L2["item_bias"]])
        solution = np.linalg.solve(h, z.T @ (rating[rows] - mean - b[user[rows]]))
        v[j], c[j] = solution[:-1], solution[-1]
    return join(u, b, v, c)


def online(x, rate, epsilon=None, passes=2):
    """Single updates in the order of the ratings; with epsilon AdaGrad, otherwise sgd."""
    x = x.copy()
    sums = np.zeros_like(x)
    base_b, base_v = USERS * RANK, USERS * RANK + USERS
    base_c = base_v + ITEMS * RANK
    for _ in range(passes):
        for i, j, r in zip(user, item, rating):
            u, b, v, c = split(x)
            error = r - mean - b[i] - c[j] - u[i] @ v[j]
            share_u, share_v = w_user[i] / n_user[i], w_item[j] / n_item[j]
            g = np.zeros_like(x)
            g[i * RANK:(i + 1) * RANK] = L2["user"] * share_u * u[i] - error * v[j]
            g[base_v + j * RANK:base_v + (j + 1) * RANK] = L2["item"] * share_v * v[j] - error * u[i]
            g[base_b + i] = L2["user_bias"] * share_u * b[i] - error
            g[base_c + j] = L2["item_bias"] * share_v * c[j] - error
            if epsilon is None:
                x = x - rate * g
            else:
                sums += g * g
                touched = g != 0
                x[touched] -= rate * g[touched] / (np.sqrt(sums[touched]) + epsilon)
    return x


start = 0.4 * rng.normal(size=(USERS + ITEMS) * (RANK + 1))
best, best_value = optimum(start)
low = np.full(len(start), -np.inf)
u_low, b_low, v_low, c_low = split(low)
u_low[:], v_low[:] = 0, 0
positive_start = np.where(low == 0, np.abs(start), start)
positive, positive_value = optimum(positive_start, [(a if np.isfinite(a) else None, None) for a in low])
sweeps, x = [], start
for _ in range(6):
    x = als_sweep(x)
    sweeps.append(value(x))
out = dict(
    users=USERS, items=ITEMS, rank=RANK, l2=L2, power=POWER, user=user.tolist(), item=item.tolist(),
    rating=rating.tolist(), start=start.tolist(), value=value(start), gradient=gradient(start).tolist(),
    optimum=best_value, prediction=(mean + split(best)[1][user] + split(best)[3][item] +
                                   (split(best)[0][user] * split(best)[2][item]).sum(1)).tolist(),
    gradient_at_optimum=float(np.abs(gradient(best)).max()),
    positive_start=positive_start.tolist(), positive_optimum=positive_value,
    zeros_at_positive_optimum=int((np.abs(positive[np.isfinite(low)]) < 1e-9).sum()),
    als=sweeps, after_als=x.tolist(),
    sgd=dict(rate=0.05, passes=2, parameters=online(start, 0.05).tolist()),
    adagrad=dict(rate=0.1, epsilon=1e-8, passes=2, parameters=online(start, 0.1, 1e-8).tolist()))
path = Path(__file__).resolve().parent.parent / "tests/golden/factorization.json"
path.write_text(json.dumps(out) + "\n")
print(f"{path}: f* = {best_value!r}, |g| = {out['gradient_at_optimum']:.1e}, non-negative {positive_value!r}, "
      f"zeros {out['zeros_at_positive_optimum']}")
