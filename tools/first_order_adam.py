"""Adam and its relatives, for first_order_methods.py."""
import math

from first_order_method import Method, sgn


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
