#!/usr/bin/python3
"""Learning rates of torch.optim.lr_scheduler for tests/optim/schedule_test.cpp.

    /usr/bin/python3 tools/schedule_oracle.py
"""
import json
import math
import pathlib
import warnings

import torch
from torch.optim import lr_scheduler as sched

warnings.filterwarnings("ignore")
OUT = pathlib.Path(__file__).resolve().parent.parent / "tests/golden/first_order/schedules.json"
RATE = 0.2


def rates(make, steps, warmup=0, rate=RATE, watched=None):
    x = torch.zeros(1, requires_grad=True)
    optimizer = torch.optim.SGD([x], lr=rate)
    main = make(optimizer)
    scheduler = main
    if warmup:
        start = sched.LinearLR(optimizer, start_factor=1 / warmup, total_iters=warmup - 1)
        scheduler = sched.SequentialLR(optimizer, [start, main], milestones=[warmup])
    out = []
    for t in range(steps):
        out.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        scheduler.step(watched[t]) if watched else scheduler.step()
    return out


def main():
    rows = []

    def add(spec, make, steps, warmup=0, watched=None):
        rows.append({"schedule": spec, "learning_rate": RATE, "rates": rates(make, steps, warmup, watched=watched)})
        if watched:
            rows[-1]["watched"] = watched

    add("constant", lambda o: sched.LambdaLR(o, lambda k: 1.0), 5)
    add("constant,warmup=4", lambda o: sched.LambdaLR(o, lambda k: 1.0), 12, warmup=4)
    add("step,every=3,factor=0.5", lambda o: sched.StepLR(o, 3, 0.5), 20)
    add("step,every=7", lambda o: sched.StepLR(o, 7), 30)
    add("exponential,factor=0.93", lambda o: sched.ExponentialLR(o, 0.93), 30)
    add("exponential,factor=0.93,warmup=5", lambda o: sched.ExponentialLR(o, 0.93), 30, warmup=5)
    add("polynomial,steps=10", lambda o: sched.PolynomialLR(o, 10), 15)
    add("polynomial,steps=20,power=2.5", lambda o: sched.PolynomialLR(o, 20, 2.5), 25)
    add("inverse_time,decay=0.1", lambda o: sched.LambdaLR(o, lambda k: 1 / (1 + 0.1 * k)), 20)
    add("cosine,steps=25", lambda o: sched.CosineAnnealingLR(o, 25), 26)
    add("cosine,steps=25,min=0.01", lambda o: sched.CosineAnnealingLR(o, 25, 0.01), 26)
    add("cosine,steps=30,warmup=5", lambda o: sched.CosineAnnealingLR(o, 25), 30, warmup=5)
    add("one_cycle,steps=40", lambda o: sched.OneCycleLR(o, RATE, 40, cycle_momentum=False), 40)
    add("one_cycle,steps=33,rise=0.4,divide=10,final_divide=100",
        lambda o: sched.OneCycleLR(o, RATE, 33, pct_start=0.4, div_factor=10, final_div_factor=100,
                                   cycle_momentum=False), 33)
    add("warm_restarts,period=6", lambda o: sched.CosineAnnealingWarmRestarts(o, 6), 20)
    add("warm_restarts,period=4,multiply=2,min=0.02", lambda o: sched.CosineAnnealingWarmRestarts(o, 4, 2, 0.02), 40)
    watched = [5.0, 4.0, 4.0, 4.0, 4.0, 3.9, 3.9, 3.9, 3.9, 3.9, 3.9, 3.9, 1.0] + [1.0 + 0.01 * (i % 3) for i in range(40)]
    for options in ({"patience": 2}, {"patience": 1, "cooldown": 3, "factor": 0.5}, {"patience": 0, "min": 0.015},
                    {"patience": 3, "threshold": 0.05}):
        torch_options = {{"min": "min_lr"}.get(k, k): v for k, v in options.items()}
        spec = "plateau" + "".join(f",{k}={v}" for k, v in options.items())
        add(spec, lambda o, p=torch_options: sched.ReduceLROnPlateau(o, eps=0.0, **p), len(watched), watched=watched)
    with OUT.open("w") as f:
        f.write("[\n" + ",\n".join(json.dumps(row) for row in rows) + "\n]\n")
    print(len(rows), "schedules in", OUT)


main()
