"""What every method of first_order_methods.py shares: options, weight decay, the loop over coordinates."""


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
