"""Every first-order variant, one coordinate at a time, written from the papers and the frameworks' documentation.

The oracle of tests/optim/first_order: it shares nothing with the library. Used by first_order_oracle.py.
"""
import math

from first_order_adam import (AdamEpsHat, AdamInside, AdamKeras, AdamPaper, AdamW, AdamWKeras, Adamax, AdamaxKeras, Lion,
                              LionKeras, NadamConstant, NadamKeras, NadamTorch, RAdam)
from first_order_method import Method, sgn


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
