#!/usr/bin/python3
"""Trajectories of every first-order variant for tests/golden/first_order/trajectories.json.

The methods are in first_order_methods.py; where PyTorch has one, the same run is made there too and must agree, or the
script stops.

    /usr/bin/python3 tools/first_order_oracle.py
"""
import json
import math
import pathlib

import torch

from first_order_methods import DEFAULTS, METHODS, Lion, Rprop

STEPS = 50
OUT = pathlib.Path(__file__).resolve().parent.parent / "tests/golden/first_order/trajectories.json"

# name: (formula, start, value, gradient)
PROBLEMS = {
    "parabola": ("x^2", {"x": 10.0}, lambda p: p[0] ** 2, lambda p: [2 * p[0]]),
    "valley": ("0.5*(x^2+25*y^2)", {"x": 1.0, "y": 1.0},
               lambda p: 0.5 * (p[0] ** 2 + 25 * p[1] ** 2), lambda p: [p[0], 25 * p[1]]),
    "wave": ("x^2+sin(3*x)+0.5*y^2-cos(2*y)", {"x": 2.0, "y": -1.5},
             lambda p: p[0] ** 2 + math.sin(3 * p[0]) + 0.5 * p[1] ** 2 - math.cos(2 * p[1]),
             lambda p: [2 * p[0] + 3 * math.cos(3 * p[0]), p[1] + 2 * math.sin(2 * p[1])]),
    "bend": ("(1-x)^2+2*(y-x^2)^2", {"x": -1.2, "y": 1.0},
             lambda p: (1 - p[0]) ** 2 + 2 * (p[1] - p[0] ** 2) ** 2,
             lambda p: [-2 * (1 - p[0]) - 8 * p[0] * (p[1] - p[0] ** 2), 4 * (p[1] - p[0] ** 2)]),
}


def cosine(eta, k, length):
    return eta * (1 + math.cos(math.pi * min(k, length) / length)) / 2


def run(label, problem, options, schedule=None, clip=None, averaging=False, ema=0.0, maximize=False, box=None,
        decoupling=False):
    formula, start, value, gradient = PROBLEMS[problem]
    method = METHODS[DEFAULTS.get(label, label)](**options)
    x = list(start.values())
    method.begin(x)
    eta0 = getattr(method, "learning_rate", None) or method.alpha
    rows, averages, moving = [], [], []
    last_value = None
    for t in range(1, STEPS + 1):
        eta = cosine(eta0, t - 1, STEPS) if schedule else eta0
        now = value(x)
        method.rose = last_value is not None and now > last_value
        last_value = now
        g = gradient(method.point(x))
        if clip:
            kind, limit = clip
            length = math.sqrt(sum(v * v for v in g))
            if kind == "global" and length > limit:
                g = [v * limit / length for v in g]
            if kind == "value":
                g = [max(-limit, min(limit, v)) for v in g]
        if maximize:
            g = [-v for v in g]
        x = method.step(x, g, eta, eta0, decoupling)
        if box:
            x = [min(max(v, box[0]), box[1]) for v in x]
        rows.append(list(x))
        averages.append([sum(r[i] for r in rows) / t for i in range(len(x))])
        moving.append([ema * a + (1 - ema) * b for a, b in zip(moving[-1], x)] if moving else list(x))
    if isinstance(method, (Lion, Rprop)):
        require_clear_signs(label, problem, rows, gradient)
    spec = label + "".join(f",{k}={str(v).lower() if isinstance(v, bool) else repr(v)}" for k, v in options.items())
    entry = {"problem": problem, "formula": formula, "start": start, "optimizer": spec, "x": rows}
    if decoupling:
        entry["optimizer"] += ",decoupling=schedule"
    if averaging:
        entry["optimizer"] += ",averaging=true"
        entry["average"] = averages
    if ema:
        entry["optimizer"] += f",ema={ema!r}"
        entry["moving_average"] = moving
    if schedule:
        entry["schedule"] = f"cosine,steps={STEPS}"
    if clip:
        entry["clip"] = f"{clip[0]}={clip[1]!r}"
    if maximize:
        entry["optimizer"] += ",maximize=true"
    if box:
        entry["bounds"] = list(box)
    against_torch(entry, label, problem, options, schedule, clip, maximize, box)
    return entry


def require_clear_signs(label, problem, rows, gradient):
    """A gradient within rounding of zero would make the sign, and the row, a matter of luck."""
    for row in rows[:-1]:
        for g in gradient(row):
            assert g == 0 or abs(g) > 1e-12, (label, problem, row, g)


def torch_optimizer(label, parameters, o):
    name = DEFAULTS.get(label, label)
    d = {"weight_decay": 0.0, **METHODS[name].defaults, **o}
    betas = (d.get("beta1"), d.get("beta2"))
    common = dict(lr=d.get("learning_rate"), weight_decay=d["weight_decay"])
    p = [parameters]
    if name in ("sgd", "sgd:torch"):
        return torch.optim.SGD(p, **common)
    if name == "momentum:torch":
        return torch.optim.SGD(p, momentum=d["momentum"], dampening=d["dampening"], **common)
    if name == "nesterov:torch":
        return torch.optim.SGD(p, momentum=d["momentum"], nesterov=True, **common)
    if name in ("adagrad:torch", "adagrad:paper"):
        return torch.optim.Adagrad(p, lr_decay=d["learning_rate_decay"], eps=d["epsilon"],
                                   initial_accumulator_value=d["initial_accumulator"], **common)
    if name in ("rmsprop:torch", "rmsprop:outside"):
        return torch.optim.RMSprop(p, alpha=d["decay"], eps=d["epsilon"], momentum=d["momentum"],
                                   centered=d["centered"], **common)
    if name in ("adadelta:torch", "adadelta:paper"):
        return torch.optim.Adadelta(p, rho=d["decay"], eps=d["epsilon"], **common)
    if name in ("adam:torch", "adam:paper"):
        return torch.optim.Adam(p, betas=betas, eps=d["epsilon"], amsgrad=d["amsgrad"], **common)
    if name == "adamw:torch":
        return torch.optim.AdamW(p, betas=betas, eps=d["epsilon"], amsgrad=d["amsgrad"], **common)
    if name == "adamax:torch":
        return torch.optim.Adamax(p, betas=betas, eps=d["epsilon"], **common)
    if name == "radam:torch":
        return torch.optim.RAdam(p, betas=betas, eps=d["epsilon"], **common)
    if name in ("rprop:irprop-", "rprop:torch") and not d["weight_decay"]:
        return torch.optim.Rprop(p, lr=d["learning_rate"], etas=(d["decrease"], d["increase"]),
                                 step_sizes=(d["step_min"], d["step_max"]))
    return None  # PyTorch 1.13's NAdam counts μ_t twice


def against_torch(entry, label, problem, options, schedule, clip, maximize, box):
    x = torch.tensor(list(PROBLEMS[problem][1].values()), dtype=torch.float64, requires_grad=True)
    optimizer = torch_optimizer(label, x, options)
    if optimizer is None or "decoupling" in entry["optimizer"]:
        return
    scheduler = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, STEPS) if schedule else None
    for t, row in enumerate(entry["x"], 1):
        g = torch.tensor(PROBLEMS[problem][3](x.detach().tolist()), dtype=torch.float64)
        if clip and clip[0] == "global" and g.norm() > clip[1]:
            g = g * (clip[1] / g.norm())
        if clip and clip[0] == "value":
            g = g.clamp(-clip[1], clip[1])
        x.grad = -g if maximize else g
        optimizer.step()
        if scheduler:
            scheduler.step()
        if box:
            x.data.clamp_(*box)
        for ours, theirs in zip(row, x.detach().tolist()):
            assert abs(ours - theirs) <= 1e-10 * max(1e-3, abs(theirs)), (entry["optimizer"], problem, t, row, x)


# Rates with which each method gets somewhere in 50 steps on these problems.
RATES = {"sgd": 0.03, "momentum": 0.02, "nesterov": 0.02, "adagrad": 0.4, "rmsprop": 0.05, "adadelta": 0.7, "adam": 0.2,
         "adamw": 0.2, "adamax": 0.2, "radam": 0.02, "lion": 0.037, "nadam": 0.2, "rprop": 0.11, "ftrl": 0.3}

# Options of their own, tried once each on two problems.
EXTRAS = {
    "momentum:torch": [dict(momentum=0.8, dampening=0.3)],
    "momentum:classical": [dict(momentum=0.6)], "momentum:keras": [dict(momentum=0.6)],
    "momentum:ema": [dict(momentum=0.7)],
    "nesterov:lookahead": [dict(momentum=0.7)], "nesterov:torch": [dict(momentum=0.7)],
    "nesterov:keras": [dict(momentum=0.7)],
    "adagrad:paper": [dict(initial_accumulator=0.3, learning_rate_decay=0.05, epsilon=0.001)],
    "adagrad:inside": [dict(initial_accumulator=0.3, learning_rate_decay=0.05, epsilon=0.001)],
    "adagrad:keras": [dict(epsilon=0.01)], "adagrad:torch": [dict(learning_rate_decay=0.1)],
    "rmsprop:outside": [dict(momentum=0.5), dict(centered=True), dict(momentum=0.4, centered=True, epsilon=0.01)],
    "rmsprop:torch": [dict(momentum=0.5, centered=True)],
    "rmsprop:inside": [dict(momentum=0.5, epsilon=0.01), dict(centered=True, epsilon=0.01), dict(decay=0.7)],
    "rmsprop:keras": [dict(momentum=0.5, centered=True, epsilon=0.01), dict(decay=0.7)],
    "adadelta:paper": [dict(epsilon=0.01, decay=0.8)], "adadelta:torch": [dict(epsilon=0.01)],
    "adadelta:keras": [dict(epsilon=0.01)],
    "adam:paper": [dict(beta1=0.8, beta2=0.99, epsilon=0.001), dict(amsgrad=True, beta2=0.9)],
    "adam:torch": [dict(amsgrad=True, beta2=0.9)],
    "adam:eps-hat": [dict(beta1=0.8, beta2=0.99, epsilon=0.01), dict(amsgrad=True, beta2=0.9)],
    "adam:keras": [dict(beta1=0.8, beta2=0.99, epsilon=0.01), dict(amsgrad=True, beta2=0.9)],
    "adam:inside": [dict(beta1=0.8, beta2=0.99, epsilon=0.01), dict(amsgrad=True, beta2=0.9)],
    "adamw:torch": [dict(weight_decay=0.1, amsgrad=True, beta2=0.9)],
    "adamw:keras": [dict(weight_decay=0.1, amsgrad=True, beta2=0.9), dict(epsilon=0.01)],
    "adamax:torch": [dict(beta1=0.8, beta2=0.9, epsilon=0.1)], "adamax:keras": [dict(beta1=0.8, beta2=0.9, epsilon=0.1)],
    "radam:torch": [dict(beta1=0.8, beta2=0.98, epsilon=0.01), dict(beta2=0.6)],
    "lion:paper": [dict(beta1=0.8, beta2=0.95, weight_decay=0.1)], "lion:keras": [dict(weight_decay=0.1)],
    "nadam:torch": [dict(beta1=0.8, beta2=0.99, epsilon=0.01, momentum_decay=0.1)],
    "nadam:keras": [dict(epsilon=0.01)], "nadam:constant": [dict(beta1=0.8, epsilon=0.01)],
    "rprop:irprop-": [dict(increase=1.3, decrease=0.4, step_min=0.001, step_max=0.6)],
    "rprop:rprop-": [dict(increase=1.3, decrease=0.4, step_min=0.001, step_max=0.6)],
    "rprop:rprop+": [dict(increase=1.3, decrease=0.4, step_min=0.001, step_max=0.6)],
    "rprop:irprop+": [dict(increase=1.3, decrease=0.4, step_min=0.001, step_max=0.6)],
    "ftrl:paper": [dict(l1=0.0, l2=0.0), dict(l1=0.3, l2=0.1, beta=0.5, initial_accumulator=0.2)],
    "ftrl:keras": [dict(l1=0.3, l2=0.2, beta=0.5, initial_accumulator=0.3)],
}


def all_rows():
    rows = []
    for label in METHODS:
        rate = {"alpha" if label.startswith("ftrl") else "learning_rate": RATES[label.split(":")[0]]}
        for problem in ("valley", "wave"):
            rows.append(run(label, problem, {}))  # the defaults themselves
        for problem in ("parabola", "wave", "bend"):
            rows.append(run(label, problem, rate))
        for options in EXTRAS.get(label, []):
            for problem in ("wave", "bend"):
                rows.append(run(label, problem, {**rate, **options}))
        rows.append(run(label, "wave", {**rate, "weight_decay": 0.05}))
    for bare, label in DEFAULTS.items():
        rate = RATES[label.split(":")[0]] / 2
        rows.append(run(bare, "wave", {"alpha" if bare == "ftrl" else "learning_rate": rate}))
    rows.append(run("sgd", "wave", {"learning_rate": 0.1}, averaging=True, ema=0.9))
    rows.append(run("adam:paper", "bend", {"learning_rate": 0.1}, averaging=True, ema=0.7))
    for label in ("sgd", "momentum:classical", "momentum:torch", "nesterov:lookahead", "adam:paper", "adagrad:inside",
                  "nadam:torch"):
        rows.append(run(label, "wave", {"learning_rate": 0.02}, schedule=True))
    rows.append(run("adamw:torch", "wave", {"learning_rate": 0.1, "weight_decay": 0.02}, schedule=True))
    rows.append(run("adamw:torch", "wave", {"learning_rate": 0.1, "weight_decay": 0.02}, schedule=True, decoupling=True))
    rows.append(run("adamw:keras", "bend", {"learning_rate": 0.1, "weight_decay": 0.02}, schedule=True, decoupling=True))
    for clip in (("global", 0.7), ("value", 0.5)):
        rows.append(run("sgd", "bend", {"learning_rate": 0.1}, clip=clip))
        rows.append(run("momentum:torch", "wave", {"learning_rate": 0.05, "weight_decay": 0.1}, clip=clip))
    rows.append(run("sgd", "wave", {"learning_rate": 0.01}, maximize=True))
    rows.append(run("adam:paper", "wave", {"learning_rate": 0.05, "weight_decay": 0.3}, maximize=True))
    rows.append(run("momentum:torch", "wave", {"learning_rate": 0.05}, box=(-0.3, 1.9)))
    rows.append(run("adam:paper", "bend", {"learning_rate": 0.05}, box=(-1.0, 0.4)))
    return rows


if __name__ == "__main__":
    table = all_rows()
    OUT.parent.mkdir(parents=True, exist_ok=True)
    with OUT.open("w") as f:
        f.write("[\n" + ",\n".join(json.dumps(row) for row in table) + "\n]\n")
    print(len(table), "trajectories in", OUT)
