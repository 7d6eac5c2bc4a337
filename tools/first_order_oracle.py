#!/usr/bin/python3
"""Trajectories of every first-order variant, written from the papers and the frameworks' documentation.

Writes tests/golden/first_order/trajectories.json. Plain Python numbers, one coordinate after another; where PyTorch has
the method, the same run is made there too and must agree, or the script stops.

    /usr/bin/python3 tools/first_order_oracle.py
"""
import json
import math
import pathlib

import torch

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


def sgn(a):
    return (a > 0) - (a < 0)


class Method:
    """One coordinate-wise method: keyword defaults in `defaults`, state in a dict for each coordinate."""
    decoupled = False
    lookahead = False

    def __init__(self, **options):
        for key, value in {"weight_decay": 0.0, **self.defaults, **options}.items():
            setattr(self, key, value)
        self.t = 0

    def begin(self, x0):
        self.state = [self.first(x) for x in x0]

    def first(self, x):
        return {}

    def fold(self, eta):
        pass

    def point(self, x):
        return x

    def step(self, x, gradient, eta, eta0, decay_by_schedule=False):
        self.t += 1
        self.fold(eta)
        out = []
        for xi, gi, s in zip(x, gradient, self.state):
            if self.decoupled:
                xi -= (eta / eta0 if decay_by_schedule else eta) * self.weight_decay * xi
            else:
                gi = gi + self.weight_decay * xi
            out.append(self.move(xi, gi, s, eta))
        return out


class Sgd(Method):
    defaults = dict(learning_rate=0.01)

    def move(self, x, g, s, eta):
        return x - eta * g


class SgdTorch(Sgd):
    defaults = dict(learning_rate=0.001)


class SgdKeras(Sgd):
    decoupled = True


class MomentumClassical(Method):
    defaults = dict(learning_rate=0.01, momentum=0.9)

    def first(self, x):
        return dict(v=0.0)

    def move(self, x, g, s, eta):
        s["v"] = self.momentum * s["v"] + eta * g
        return x - s["v"]


class MomentumKeras(MomentumClassical):
    decoupled = True


class MomentumTorch(Method):
    defaults = dict(learning_rate=0.001, momentum=0.9, dampening=0.0)

    def first(self, x):
        return dict(v=None)

    def move(self, x, g, s, eta):
        s["v"] = g if s["v"] is None else self.momentum * s["v"] + (1 - self.dampening) * g
        return x - eta * s["v"]


class MomentumEma(Method):
    defaults = dict(learning_rate=0.01, momentum=0.9)

    def first(self, x):
        return dict(v=0.0)

    def move(self, x, g, s, eta):
        s["v"] = self.momentum * s["v"] + (1 - self.momentum) * g
        return x - eta * s["v"]


class NesterovLookahead(MomentumClassical):
    def point(self, x):
        return [xi - self.momentum * s["v"] for xi, s in zip(x, self.state)]

    def step(self, x, gradient, eta, eta0, decay_by_schedule=False):
        # L2 is part of the function, so its gradient too belongs to the point ahead.
        gradient = [g + self.weight_decay * p for g, p in zip(gradient, self.point(x))]
        decay, self.weight_decay = self.weight_decay, 0.0
        out = super().step(x, gradient, eta, eta0)
        self.weight_decay = decay
        return out


class NesterovTorch(Method):
    defaults = dict(learning_rate=0.001, momentum=0.9)

    def first(self, x):
        return dict(v=0.0)

    def move(self, x, g, s, eta):
        s["v"] = self.momentum * s["v"] + g
        return x - eta * (g + self.momentum * s["v"])


class NesterovKeras(Method):
    defaults = dict(learning_rate=0.01, momentum=0.9)
    decoupled = True

    def first(self, x):
        return dict(m=0.0)

    def move(self, x, g, s, eta):
        # keras: m = momentum·m − lr·g; x += momentum·m − lr·g
        s["m"] = s["m"] * self.momentum - g * eta
        return x + s["m"] * self.momentum - g * eta


class AdagradPaper(Method):
    defaults = dict(learning_rate=0.01, epsilon=1e-8, initial_accumulator=0.0, learning_rate_decay=0.0)

    def first(self, x):
        return dict(s=self.initial_accumulator)

    def move(self, x, g, s, eta):
        s["s"] += g * g
        return x - eta / (1 + (self.t - 1) * self.learning_rate_decay) * g / self.root(s["s"])

    def root(self, s):
        return math.sqrt(s) + self.epsilon


class AdagradTorch(AdagradPaper):
    defaults = {**AdagradPaper.defaults, "epsilon": 1e-10}


class AdagradInside(AdagradPaper):
    def root(self, s):
        return math.sqrt(s + self.epsilon)


class AdagradKeras(AdagradInside):
    defaults = dict(learning_rate=0.001, epsilon=1e-7, initial_accumulator=0.1, learning_rate_decay=0.0)
    decoupled = True


class RmspropOutside(Method):
    defaults = dict(learning_rate=0.01, decay=0.9, epsilon=1e-8, momentum=0.0, centered=False)

    def first(self, x):
        return dict(s=0.0, a=0.0, u=0.0)

    def move(self, x, g, s, eta):
        s["s"] = self.decay * s["s"] + (1 - self.decay) * g ** 2
        variance = s["s"]
        if self.centered:
            s["a"] = self.decay * s["a"] + (1 - self.decay) * g
            variance = max(variance - s["a"] ** 2, 0.0)
        return self.go(x, g, s, eta, variance)

    def go(self, x, g, s, eta, variance):
        s["u"] = self.momentum * s["u"] + g / (math.sqrt(variance) + self.epsilon)
        return x - eta * s["u"]


class RmspropTorch(RmspropOutside):
    defaults = {**RmspropOutside.defaults, "decay": 0.99}


class RmspropInside(RmspropOutside):
    def go(self, x, g, s, eta, variance):
        s["u"] = self.momentum * s["u"] + eta * g / math.sqrt(variance + self.epsilon)
        return x - s["u"]


class RmspropKeras(RmspropInside):
    defaults = {**RmspropOutside.defaults, "learning_rate": 0.001, "epsilon": 1e-7}
    decoupled = True


class Adadelta(Method):
    defaults = dict(learning_rate=1.0, decay=0.95, epsilon=1e-6)

    def first(self, x):
        return dict(g2=0.0, u2=0.0)

    def move(self, x, g, s, eta):
        s["g2"] = self.decay * s["g2"] + (1 - self.decay) * g ** 2
        u = math.sqrt(s["u2"] + self.epsilon) / math.sqrt(s["g2"] + self.epsilon) * g
        s["u2"] = self.decay * s["u2"] + (1 - self.decay) * u ** 2
        return x - eta * u


class AdadeltaTorch(Adadelta):
    defaults = dict(learning_rate=1.0, decay=0.9, epsilon=1e-6)


class AdadeltaKeras(Adadelta):
    defaults = dict(learning_rate=0.001, decay=0.95, epsilon=1e-7)
    decoupled = True


class AdamPaper(Method):
    defaults = dict(learning_rate=0.001, beta1=0.9, beta2=0.999, epsilon=1e-8, amsgrad=False)

    def first(self, x):
        return dict(m=0.0, v=0.0, largest=0.0)

    def move(self, x, g, s, eta):
        s["m"] = self.beta1 * s["m"] + (1 - self.beta1) * g
        s["v"] = self.beta2 * s["v"] + (1 - self.beta2) * g ** 2
        s["largest"] = max(s["largest"], s["v"])
        v = s["largest"] if self.amsgrad else s["v"]
        return x - self.change(s["m"], v, eta, 1 - self.beta1 ** self.t, 1 - self.beta2 ** self.t)

    def change(self, m, v, eta, c1, c2):
        return eta * (m / c1) / (math.sqrt(v / c2) + self.epsilon)


class AdamEpsHat(AdamPaper):
    def change(self, m, v, eta, c1, c2):
        alpha = eta * math.sqrt(c2) / c1
        return alpha * m / (math.sqrt(v) + self.epsilon)


class AdamKeras(AdamEpsHat):
    defaults = {**AdamPaper.defaults, "epsilon": 1e-7}
    decoupled = True


class AdamInside(AdamPaper):
    def change(self, m, v, eta, c1, c2):
        return eta * (m / c1) / math.sqrt(v / c2 + self.epsilon)


class AdamW(AdamPaper):
    defaults = {**AdamPaper.defaults, "weight_decay": 0.01}
    decoupled = True


class AdamWKeras(AdamEpsHat):
    defaults = {**AdamPaper.defaults, "epsilon": 1e-7, "weight_decay": 0.004}
    decoupled = True


class Adamax(Method):
    defaults = dict(learning_rate=0.002, beta1=0.9, beta2=0.999, epsilon=1e-8)

    def first(self, x):
        return dict(m=0.0, u=0.0)

    def move(self, x, g, s, eta):
        s["m"] = self.beta1 * s["m"] + (1 - self.beta1) * g
        s["u"] = max(self.beta2 * s["u"], abs(g) + self.epsilon)
        return x - eta / (1 - self.beta1 ** self.t) * s["m"] / s["u"]


class AdamaxKeras(Adamax):
    defaults = dict(learning_rate=0.001, beta1=0.9, beta2=0.999, epsilon=1e-7)
    decoupled = True

    def move(self, x, g, s, eta):
        s["m"] += (g - s["m"]) * (1 - self.beta1)
        s["u"] = max(self.beta2 * s["u"], abs(g))
        return x - (eta * s["m"]) / ((1 - self.beta1 ** self.t) * (s["u"] + self.epsilon))


class RAdam(Method):
    defaults = dict(learning_rate=0.001, beta1=0.9, beta2=0.999, epsilon=1e-8)

    def first(self, x):
        return dict(m=0.0, v=0.0)

    def move(self, x, g, s, eta):
        s["m"] = self.beta1 * s["m"] + (1 - self.beta1) * g
        s["v"] = self.beta2 * s["v"] + (1 - self.beta2) * g ** 2
        m_hat = s["m"] / (1 - self.beta1 ** self.t)
        rho_inf = 2 / (1 - self.beta2) - 1
        rho = rho_inf - 2 * self.t * self.beta2 ** self.t / (1 - self.beta2 ** self.t)
        if rho <= 5:
            return x - eta * m_hat
        r = math.sqrt((rho - 4) * (rho - 2) * rho_inf / ((rho_inf - 4) * (rho_inf - 2) * rho))
        return x - eta * m_hat * r * math.sqrt(1 - self.beta2 ** self.t) / (math.sqrt(s["v"]) + self.epsilon)


class Lion(Method):
    defaults = dict(learning_rate=1e-4, beta1=0.9, beta2=0.99)
    decoupled = True

    def first(self, x):
        return dict(m=0.0)

    def move(self, x, g, s, eta):
        out = x - eta * sgn(self.beta1 * s["m"] + (1 - self.beta1) * g)
        s["m"] = self.beta2 * s["m"] + (1 - self.beta2) * g
        return out


class LionKeras(Lion):
    defaults = {**Lion.defaults, "learning_rate": 0.001}


class NadamTorch(Method):
    defaults = dict(learning_rate=0.002, beta1=0.9, beta2=0.999, epsilon=1e-8, momentum_decay=0.004)

    def first(self, x):
        return dict(m=0.0, v=0.0)

    def mu(self, t):
        return self.beta1 * (1 - 0.5 * 0.96 ** (t * self.momentum_decay))

    def move(self, x, g, s, eta):
        t = self.t
        s["m"] = self.beta1 * s["m"] + (1 - self.beta1) * g
        s["v"] = self.beta2 * s["v"] + (1 - self.beta2) * g ** 2
        product = math.prod(self.mu(i) for i in range(1, t + 1))
        m_bar = self.mu(t + 1) * s["m"] / (1 - product * self.mu(t + 1)) + (1 - self.mu(t)) * g / (1 - product)
        return x - eta * m_bar / (math.sqrt(s["v"] / (1 - self.beta2 ** t)) + self.epsilon)


class NadamKeras(NadamTorch):
    defaults = {**NadamTorch.defaults, "learning_rate": 0.001, "epsilon": 1e-7, "momentum_decay": 1.0}
    decoupled = True


class NadamConstant(NadamTorch):
    defaults = dict(learning_rate=0.002, beta1=0.9, beta2=0.999, epsilon=1e-8)

    def mu(self, t):
        return self.beta1


class Rprop(Method):
    """Igel & Hüsken 2003, the four algorithms side by side."""
    defaults = dict(learning_rate=0.01, increase=1.2, decrease=0.5, step_min=1e-6, step_max=50.0)
    kind = "irprop-"
    rose = False

    def first(self, x):
        return dict(g=0.0, delta=self.learning_rate, change=0.0)

    def move(self, x, g, s, eta):
        product = s["g"] * g
        if product > 0:
            s["delta"] = min(s["delta"] * self.increase, self.step_max)
        elif product < 0:
            s["delta"] = max(s["delta"] * self.decrease, self.step_min)
        if product < 0 and self.kind == "irprop-":
            g = 0.0
        elif product < 0 and self.kind in ("rprop+", "irprop+"):
            back = s["change"] if self.kind == "rprop+" or self.rose else 0.0
            s["g"] = 0.0
            s["change"] = -back
            return x - back
        s["change"] = -sgn(g) * s["delta"]
        s["g"] = g
        return x + s["change"]


class RpropMinus(Rprop):
    kind = "rprop-"


class RpropPlus(Rprop):
    kind = "rprop+"


class IRpropPlus(Rprop):
    kind = "irprop+"


class Ftrl(Method):
    """Algorithm 1: the weights are computed from (z, n) when they are wanted."""
    defaults = dict(alpha=0.1, beta=1.0, l1=1.0, l2=1.0, initial_accumulator=0.0)

    def first(self, x):
        n = self.initial_accumulator
        return dict(n=n, z=-x * ((self.beta + math.sqrt(n)) / self.alpha + self.l2) - sgn(x) * self.l1)

    def weight(self, s):
        if abs(s["z"]) <= self.l1:
            return 0.0
        return -(s["z"] - sgn(s["z"]) * self.l1) / ((self.beta + math.sqrt(s["n"])) / self.alpha + self.l2)

    def move(self, x, g, s, eta):
        w = self.weight(s)
        sigma = (math.sqrt(s["n"] + g * g) - math.sqrt(s["n"])) / self.alpha
        s["z"] += g - sigma * w
        s["n"] += g * g
        return self.weight(s)


class FtrlKeras(Method):
    defaults = dict(alpha=0.001, beta=0.0, l1=0.0, l2=0.0, initial_accumulator=0.1)
    decoupled = True

    def first(self, x):
        return dict(accum=self.initial_accumulator, linear=0.0)

    def move(self, x, g, s, eta):
        new = s["accum"] + g ** 2
        l2 = self.l2 + self.beta / (2 * self.alpha)
        s["linear"] += g - (new ** 0.5 - s["accum"] ** 0.5) / self.alpha * x
        quadratic = new ** 0.5 / self.alpha + 2 * l2
        clipped = max(min(s["linear"], self.l1), -self.l1)
        s["accum"] = new
        return (clipped - s["linear"]) / quadratic


METHODS = {
    "sgd": Sgd, "sgd:torch": SgdTorch, "sgd:keras": SgdKeras,
    "momentum:classical": MomentumClassical, "momentum:keras": MomentumKeras, "momentum:torch": MomentumTorch,
    "momentum:ema": MomentumEma,
    "nesterov:lookahead": NesterovLookahead, "nesterov:torch": NesterovTorch, "nesterov:keras": NesterovKeras,
    "adagrad:paper": AdagradPaper, "adagrad:torch": AdagradTorch, "adagrad:inside": AdagradInside,
    "adagrad:keras": AdagradKeras,
    "rmsprop:outside": RmspropOutside, "rmsprop:torch": RmspropTorch, "rmsprop:inside": RmspropInside,
    "rmsprop:keras": RmspropKeras,
    "adadelta:paper": Adadelta, "adadelta:torch": AdadeltaTorch, "adadelta:keras": AdadeltaKeras,
    "adam:paper": AdamPaper, "adam:torch": AdamPaper, "adam:eps-hat": AdamEpsHat, "adam:keras": AdamKeras,
    "adam:inside": AdamInside, "adamw:torch": AdamW, "adamw:keras": AdamWKeras,
    "adamax:torch": Adamax, "adamax:keras": AdamaxKeras, "radam:torch": RAdam,
    "lion:paper": Lion, "lion:keras": LionKeras,
    "nadam:torch": NadamTorch, "nadam:keras": NadamKeras, "nadam:constant": NadamConstant,
    "rprop:irprop-": Rprop, "rprop:torch": Rprop, "rprop:rprop-": RpropMinus, "rprop:rprop+": RpropPlus,
    "rprop:irprop+": IRpropPlus, "ftrl:paper": Ftrl, "ftrl:keras": FtrlKeras,
}

# What a bare name must mean.
DEFAULTS = {"momentum": "momentum:classical", "nesterov": "nesterov:lookahead", "adagrad": "adagrad:paper",
            "rmsprop": "rmsprop:outside", "adadelta": "adadelta:paper", "adam": "adam:paper", "adamw": "adamw:torch",
            "adamax": "adamax:torch", "radam": "radam:torch", "lion": "lion:paper", "nadam": "nadam:torch",
            "rprop": "rprop:irprop-", "ftrl": "ftrl:paper", "gd": "sgd"}


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
