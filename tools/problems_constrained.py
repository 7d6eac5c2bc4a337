"""The bounded and the constrained problems in numpy, from the book of Hock & Schittkowski (1981) and the formulas of the
others; x1 … x10 as there. A constraint is ("=", c) for c(x) = 0 or (">", c) for c(x) >= 0."""
import numpy as np

import problems_holdout as h
from problems_mgh import gulf, idx, rosenbrock as rosenbrock_residuals, wood

exp, sin, cos, log, sqrt, pi = np.exp, np.sin, np.cos, np.log, np.sqrt, np.pi
inf = np.inf


def torsion(x):
    k = round(len(x) ** 0.5)
    z = np.zeros((k + 2, k + 2), dtype=x.dtype)
    z[1:-1, 1:-1] = x.reshape(k, k)
    return ((z[:, 1:] - z[:, :-1]) ** 2).sum() / 2 + ((z[1:] - z[:-1]) ** 2).sum() / 2 - 5 / (k + 1) ** 2 * x.sum()


def torsion_box(n):
    k = round(n**0.5)
    t = np.arange(1, k + 1) / (k + 1)
    edge = np.minimum(t, 1 - t)
    d = np.minimum(edge[:, None], edge[None, :]).ravel()
    return -d, d


def driver(x):
    return 4 * (0.25 * (x[0] - 1) ** 2 + ((x[1:] - x[:-1] ** 2) ** 2).sum())


def driver_box(n):
    return np.resize([1.0, -100.0], n), np.full(n, 100.0)


def biggsb1(x):
    return (x[0] - 1) ** 2 + ((x[1:] - x[:-1]) ** 2).sum() + (1 - x[-1]) ** 2


def mccormick(x):
    a, b = x[:-1], x[1:]
    return (-1.5 * a + 2.5 * b + 1 + (a - b) ** 2 + sin(a + b)).sum()


def alternating(x):
    i = idx(len(x))
    return ((-1) ** i * i * x).sum()


def weighted_targets(x):
    return (idx(len(x)) * (x - np.resize([-1, 0.5, 2], len(x))) ** 2).sum()


def touching(x):
    return (x**2).sum() + ((x[:-1] - x[1:]) ** 4).sum()


def full(n, lower, upper):
    return np.full(n, lower), np.full(n, upper)


p = h.pattern
rosenbrock, wood4, gulf3 = h.squares(rosenbrock_residuals), h.squares(wood), h.squares(gulf)
half = full(100, 0.0, 0.9)
half[0][-1], half[1][-1] = -inf, inf

BOUNDED = {  # name: (f, start, (lower, upper))
    "hs1": (rosenbrock, [-2, 1], ([-inf, -1.5], [inf, inf])),
    "hs2": (rosenbrock, [-2, 1], ([-inf, 1.5], [inf, inf])),
    "hs3": (lambda x: x[1] + 1e-5 * (x[1] - x[0]) ** 2, [10, 1], ([-inf, 0], [inf, inf])),
    "hs4": (lambda x: (x[0] + 1) ** 3 / 3 + x[1], [1.125, 0.125], ([1, 0], [inf, inf])),
    "hs5": (lambda x: sin(x[0] + x[1]) + (x[0] - x[1]) ** 2 - 1.5 * x[0] + 2.5 * x[1] + 1, [0, 0], ([-1.5, -3], [4, 3])),
    "hs25": (gulf3, [100, 12.5, 3], ([0.1, 0, 0], [100, 25.6, 5])),
    "hs38": (wood4, [-3, -1, -3, -1], full(4, -10, 10)),
    "hs45": (lambda x: 2 - np.prod(x) / 120, [2] * 5, ([0] * 5, [1, 2, 3, 4, 5])),
    "hs110": (lambda x: (log(x - 2) ** 2 + log(10 - x) ** 2).sum() - np.prod(x) ** 0.2, [9] * 10, full(10, 2.001, 9.999)),
    "lbfgsb_driver_25": (driver, [3] * 25, driver_box(25)),
    "lbfgsb_driver_1000": (driver, [3] * 1000, driver_box(1000)),
    "torsion_100": (torsion, torsion_box(100)[1], torsion_box(100)),
    "biggsb1": (biggsb1, [0] * 100, half),
    "mccormick": (mccormick, [0] * 50, full(50, -1.5, 3)),
    "extended_rosenbrock_below_half": (h.squares(h.extended_rosenbrock), p([-1.2, 1], 20), full(20, -inf, 0.5)),
    "linear_box": (alternating, [0.5] * 10, full(10, -1, 2)),
    "linear_half_infinite": (alternating, [-100, 100, -7, 0], ([-inf, 0, -inf, -5], [3, inf, 1, inf])),
    "start_on_bounds": (weighted_targets, [0] * 9, full(9, 0, 1)),
    "minimum_in_corner": (rosenbrock, [-1.2, 0], ([-2, -1], [0.5, 0.249])),
    "touching_bounds": (touching, [1, 2, 3, 4], full(4, 0, inf)),
    "fixed_variables": (h.chained_rosenbrock, [-1.2, 0.5, -1.2, 1, 0.3, 1],
                        ([-2, 0.5, -2, -2, 0.3, -2], [2, 0.5, 2, 2, 0.3, 2])),
    "all_fixed": (weighted_targets, [1, 1, 1], full(3, 1, 1)),
    "mixed_infinite_bounds": (h.fast_wood, p([-3, -1, -3, -1], 8),
                              ([-inf, -inf, -10, -1, -inf, 0, 1.5, -inf], [inf, 0.5, inf, 2, inf, inf, inf, 0.5])),
    "infinite_bounds": (rosenbrock, [-1.2, 1], full(2, -inf, inf)),
}
LARGE_BOUNDED = {
    "lbfgsb_driver_100000": (driver, p([3], 100_000), driver_box(100_000)),
    "torsion_10000": (torsion, p([0], 10_000), torsion_box(10_000)),
}

CONSTRAINED = {}


def hs(number, text, start, *constraints, lower=None, upper=None):
    """`text` and the constraints are formulas in x1, x2, …; a constraint ends in "= 0" or ">= 0"."""
    n = len(start)

    def compiled(formula):
        code = compile(formula.strip().replace("^", "**"), f"hs{number}", "eval")
        return lambda x: eval(code, {**{f"x{i + 1}": x[i] for i in range(n)}, "exp": exp, "sin": sin, "cos": cos,
                                     "log": log, "sqrt": sqrt, "pi": pi})

    parts = [(">" if ">=" in c else "=", compiled(c.replace(">=", "=").split("=")[0])) for c in constraints]
    box = None if lower is None and upper is None else (np.broadcast_to(-inf if lower is None else lower, n).astype(float),
                                                        np.broadcast_to(inf if upper is None else upper, n).astype(float))
    CONSTRAINED[f"hs{number}"] = (compiled(text), start, box, parts)


ROSEN = "100*(x2-x1^2)^2+(1-x1)^2"
hs(6, "(1-x1)^2", [-1.2, 1], "10*(x2-x1^2) = 0")
hs(7, "log(1+x1^2)-x2", [2, 2], "(1+x1^2)^2+x2^2-4 = 0")
hs(8, "-1+0*x1", [2, 1], "x1^2+x2^2-25 = 0", "x1*x2-9 = 0")
hs(9, "sin(pi*x1/12)*cos(pi*x2/16)", [0, 0], "4*x1-3*x2 = 0")
hs(10, "x1-x2", [-10, 10], "-3*x1^2+2*x1*x2-x2^2+1 >= 0")
hs(11, "(x1-5)^2+x2^2-25", [4.9, 0.1], "-x1^2+x2 >= 0")
hs(12, "0.5*x1^2+x2^2-x1*x2-7*x1-7*x2", [0, 0], "25-4*x1^2-x2^2 >= 0")
hs(13, "(x1-2)^2+x2^2", [-2, -2], "(1-x1)^3-x2 >= 0", lower=0)
hs(14, "(x1-2)^2+(x2-1)^2", [2, 2], "x1-2*x2+1 = 0", "-0.25*x1^2-x2^2+1 >= 0")
hs(15, ROSEN, [-2, 1], "x1*x2-1 >= 0", "x1+x2^2 >= 0", upper=[0.5, inf])
hs(18, "0.01*x1^2+x2^2", [2, 2], "x1*x2-25 >= 0", "x1^2+x2^2-25 >= 0", lower=[2, 0], upper=50)
hs(19, "(x1-10)^3+(x2-20)^3", [20.1, 5.84], "(x1-5)^2+(x2-5)^2-100 >= 0", "-(x2-5)^2-(x1-6)^2+82.81 >= 0",
   lower=[13, 0], upper=100)
hs(21, "0.01*x1^2+x2^2-100", [-1, -1], "10*x1-x2-10 >= 0", lower=[2, -50], upper=50)
hs(22, "(x1-2)^2+(x2-1)^2", [2, 2], "-x1-x2+2 >= 0", "-x1^2+x2 >= 0")
hs(23, "x1^2+x2^2", [3, 1], "x1+x2-1 >= 0", "x1^2+x2^2-1 >= 0", "9*x1^2+x2^2-9 >= 0", "x1^2-x2 >= 0", "x2^2-x1 >= 0",
   lower=-50, upper=50)
hs(24, "((x1-3)^2-9)*x2^3/(27*sqrt(3))", [1, 0.5], "x1/sqrt(3)-x2 >= 0", "x1+sqrt(3)*x2 >= 0", "-x1-sqrt(3)*x2+6 >= 0",
   lower=0)
hs(26, "(x1-x2)^2+(x2-x3)^4", [-2.6, 2, 2], "(1+x2^2)*x1+x3^4-3 = 0")
hs(27, "0.01*(x1-1)^2+(x2-x1^2)^2", [2, 2, 2], "x1+x3^2+1 = 0")
hs(28, "(x1+x2)^2+(x2+x3)^2", [-4, 1, 1], "x1+2*x2+3*x3-1 = 0")
hs(29, "-x1*x2*x3", [1, 1, 1], "-x1^2-2*x2^2-4*x3^2+48 >= 0")
hs(30, "x1^2+x2^2+x3^2", [1, 1, 1], "x1^2+x2^2-1 >= 0", lower=[1, -10, -10], upper=10)
hs(31, "9*x1^2+x2^2+9*x3^2", [1, 1, 1], "x1*x2-1 >= 0", lower=[-10, 1, -10], upper=[10, 10, 1])
hs(32, "(x1+3*x2+x3)^2+4*(x1-x2)^2", [0.1, 0.7, 0.2], "1-x1-x2-x3 = 0", "6*x2+4*x3-x1^3-3 >= 0", lower=0)
hs(33, "(x1-1)*(x1-2)*(x1-3)+x3", [0, 0, 3], "x3^2-x2^2-x1^2 >= 0", "x1^2+x2^2+x3^2-4 >= 0", lower=0, upper=[inf, inf, 5])
hs(34, "-x1", [0, 1.05, 2.9], "x2-exp(x1) >= 0", "x3-exp(x2) >= 0", lower=0, upper=[100, 100, 10])
hs(35, "9-8*x1-6*x2-4*x3+2*x1^2+2*x2^2+x3^2+2*x1*x2+2*x1*x3", [0.5] * 3, "3-x1-x2-2*x3 >= 0", lower=0)
hs(36, "-x1*x2*x3", [10] * 3, "72-x1-2*x2-2*x3 >= 0", lower=0, upper=[20, 11, 42])
hs(37, "-x1*x2*x3", [10] * 3, "72-x1-2*x2-2*x3 >= 0", "x1+2*x2+2*x3 >= 0", lower=0, upper=42)
hs(39, "-x1", [2] * 4, "x2-x1^3-x3^2 = 0", "x1^2-x2-x4^2 = 0")
hs(40, "-x1*x2*x3*x4", [0.8] * 4, "x1^3+x2^2-1 = 0", "x1^2*x4-x3 = 0", "x4^2-x2 = 0")
hs(41, "2-x1*x2*x3", [2] * 4, "x1+2*x2+2*x3-x4 = 0", lower=0, upper=[1, 1, 1, 2])
hs(42, "(x1-1)^2+(x2-2)^2+(x3-3)^2+(x4-4)^2", [1] * 4, "x1-2 = 0", "x3^2+x4^2-2 = 0")
hs(43, "x1^2+x2^2+2*x3^2+x4^2-5*x1-5*x2-21*x3+7*x4", [0] * 4, "8-x1^2-x2^2-x3^2-x4^2-x1+x2-x3+x4 >= 0",
   "10-x1^2-2*x2^2-x3^2-2*x4^2+x1+x4 >= 0", "5-2*x1^2-x2^2-x3^2-2*x1+x2+x4 >= 0")
hs(46, "(x1-x2)^2+(x3-1)^2+(x4-1)^4+(x5-1)^6", [sqrt(2) / 2, 1.75, 0.5, 2, 2], "x1^2*x4+sin(x4-x5)-1 = 0",
   "x2+x3^4*x4^2-2 = 0")
hs(48, "(x1-1)^2+(x2-x3)^2+(x4-x5)^2", [3, 5, -3, 2, -2], "x1+x2+x3+x4+x5-5 = 0", "x3-2*(x4+x5)+3 = 0")
hs(49, "(x1-x2)^2+(x3-1)^2+(x4-1)^4+(x5-1)^6", [10, 7, 2, -3, 0.8], "x1+x2+x3+4*x4-7 = 0", "x3+5*x5-6 = 0")
hs(50, "(x1-x2)^2+(x2-x3)^2+(x3-x4)^4+(x4-x5)^2", [35, -31, 11, 5, -5], "x1+2*x2+3*x3-6 = 0", "x2+2*x3+3*x4-6 = 0",
   "x3+2*x4+3*x5-6 = 0")
hs(51, "(x1-x2)^2+(x2+x3-2)^2+(x4-1)^2+(x5-1)^2", [2.5, 0.5, 2, -1, 0.5], "x1+3*x2-4 = 0", "x3+x4-2*x5 = 0", "x2-x5 = 0")
hs(52, "(4*x1-x2)^2+(x2+x3-2)^2+(x4-1)^2+(x5-1)^2", [2] * 5, "x1+3*x2 = 0", "x3+x4-2*x5 = 0", "x2-x5 = 0")
hs(53, "(x1-x2)^2+(x2+x3-2)^2+(x4-1)^2+(x5-1)^2", [2] * 5, "x1+3*x2 = 0", "x3+x4-2*x5 = 0", "x2-x5 = 0",
   lower=-10, upper=10)
hs(60, "(x1-1)^2+(x1-x2)^2+(x2-x3)^4", [2] * 3, "x1*(1+x2^2)+x3^4-4-3*sqrt(2) = 0", lower=-10, upper=10)
hs(61, "4*x1^2+2*x2^2+2*x3^2-33*x1+16*x2-24*x3", [0] * 3, "3*x1-2*x2^2-7 = 0", "4*x1-x3^2-11 = 0")
hs(63, "1000-x1^2-2*x2^2-x3^2-x1*x2-x1*x3", [2] * 3, "8*x1+14*x2+7*x3-56 = 0", "x1^2+x2^2+x3^2-25 = 0", lower=0)
hs(64, "5*x1+50000/x1+20*x2+72000/x2+10*x3+144000/x3", [1] * 3, "1-4/x1-32/x2-120/x3 >= 0", lower=1e-5)
hs(65, "(x1-x2)^2+((x1+x2-10)/3)^2+(x3-5)^2", [-5, 5, 0], "48-x1^2-x2^2-x3^2 >= 0", lower=[-4.5, -4.5, -5],
   upper=[4.5, 4.5, 5])
hs(66, "0.2*x3-0.8*x1", [0, 1.05, 2.9], "x2-exp(x1) >= 0", "x3-exp(x2) >= 0", lower=0, upper=[100, 100, 10])
hs(71, "x1*x4*(x1+x2+x3)+x3", [1, 5, 5, 1], "x1*x2*x3*x4-25 >= 0", "x1^2+x2^2+x3^2+x4^2-40 = 0", lower=1, upper=5)
hs(72, "1+x1+x2+x3+x4", [1] * 4, "0.0401-4/x1-2.25/x2-1/x3-0.25/x4 >= 0", "0.010085-0.16/x1-0.36/x2-0.64/x3-0.64/x4 >= 0",
   lower=0.001, upper=[4e5, 3e5, 2e5, 1e5])
hs(76, "x1^2+0.5*x2^2+x3^2+0.5*x4^2-x1*x3+x3*x4-x1-3*x2+x3-x4", [0.5] * 4, "5-x1-2*x2-x3-x4 >= 0",
   "4-3*x1-x2-2*x3+x4 >= 0", "x2+4*x3-1.5 >= 0", lower=0)
hs(77, "(x1-1)^2+(x1-x2)^2+(x3-1)^2+(x4-1)^4+(x5-1)^6", [2] * 5, "x1^2*x4+sin(x4-x5)-2*sqrt(2) = 0",
   "x2+x3^4*x4^2-8-sqrt(2) = 0")
POWELL = ("x1^2+x2^2+x3^2+x4^2+x5^2-10 = 0", "x2*x3-5*x4*x5 = 0", "x1^3+x2^3+1 = 0")
BOX = {"lower": [-2.3, -2.3, -3.2, -3.2, -3.2], "upper": [2.3, 2.3, 3.2, 3.2, 3.2]}
hs(78, "x1*x2*x3*x4*x5", [-2, 1.5, 2, -1, -1], *POWELL)
hs(79, "(x1-1)^2+(x1-x2)^2+(x2-x3)^2+(x3-x4)^4+(x4-x5)^4", [2] * 5, "x1+x2^2+x3^3-2-3*sqrt(2) = 0",
   "x2-x3^2+x4+2-2*sqrt(2) = 0", "x1*x5-2 = 0")
hs(80, "exp(x1*x2*x3*x4*x5)", [-2, 2, 2, -1, -1], *POWELL, **BOX)
hs(81, "exp(x1*x2*x3*x4*x5)-0.5*(x1^3+x2^3+1)^2", [-2, 2, 2, -1, -1], *POWELL, **BOX)
hs(100, "(x1-10)^2+5*(x2-12)^2+x3^4+3*(x4-11)^2+10*x5^6+7*x6^2+x7^4-4*x6*x7-10*x6-8*x7", [1, 2, 0, 4, 0, 1, 1],
   "127-2*x1^2-3*x2^4-x3-4*x4^2-5*x5 >= 0", "282-7*x1-3*x2-10*x3^2-x4+x5 >= 0", "196-23*x1-x2^2-6*x6^2+8*x7 >= 0",
   "-4*x1^2-x2^2+3*x1*x2-2*x3^2-5*x6+11*x7 >= 0")
hs(113, "x1^2+x2^2+x1*x2-14*x1-16*x2+(x3-10)^2+4*(x4-5)^2+(x5-3)^2+2*(x6-1)^2+5*x7^2+7*(x8-11)^2+2*(x9-10)^2+(x10-7)^2+45",
   [2, 3, 5, 5, 1, 2, 7, 3, 6, 10], "105-4*x1-5*x2+3*x7-9*x8 >= 0", "-10*x1+8*x2+17*x7-2*x8 >= 0",
   "8*x1-2*x2-5*x9+2*x10+12 >= 0", "-3*(x1-2)^2-4*(x2-3)^2-2*x3^2+7*x4+120 >= 0", "-5*x1^2-8*x2-(x3-6)^2+2*x4+40 >= 0",
   "-0.5*(x1-8)^2-2*(x2-4)^2-3*x5^2+x6+30 >= 0", "-x1^2-2*(x2-2)^2+2*x1*x2-14*x5+6*x6 >= 0",
   "3*x1-6*x2-12*(x9-8)^2+7*x10 >= 0")
