"""The unconstrained problems kept apart, and the functions of the bounded ones, written from their formulas in numpy.

Each takes a vector, complex for derivatives by complex steps, and returns f. Independent of talweg/problems on purpose.
"""
import numpy as np

from problems_mgh import extended_rosenbrock, idx, table

exp, sin, cos, log, sqrt = np.exp, np.sin, np.cos, np.log, np.sqrt


def squares(residuals):
    return lambda x: (residuals(x) ** 2).sum()


def fast_wood(x):
    a, b, c, d = x.reshape(-1, 4).T
    return (100 * (b - a**2) ** 2 + (1 - a) ** 2 + 90 * (d - c**2) ** 2 + (1 - c) ** 2
            + 10 * (b + d - 2) ** 2 + (b - d) ** 2 / 10).sum()


def fast_powell(x):
    a, b, c, d = x.reshape(-1, 4).T
    return ((a + 10 * b) ** 2 + 5 * (c - d) ** 2 + (b - 2 * c) ** 4 + 10 * (a - d) ** 4).sum()


def pairwise_beale(x):
    a, b = x.reshape(-1, 2).T
    return ((1.5 - a * (1 - b)) ** 2 + (2.25 - a * (1 - b**2)) ** 2 + (2.625 - a * (1 - b**3)) ** 2).sum()


def himmelblau(x):
    a, b = x[0::2], x[1::2]
    return ((a**2 + b - 11) ** 2 + (a + b**2 - 7) ** 2).sum()


def tridiagonal_1(x):
    a, b = x[0::2], x[1::2]
    return ((a + b - 3) ** 2 + (a - b + 1) ** 4).sum()


def raydan_1(x):
    return (idx(len(x)) / 10 * (exp(x) - x)).sum()


def hager(x):
    return (exp(x) - sqrt(idx(len(x))) * x).sum()


def perturbed_quadratic(x):
    return (idx(len(x)) * x**2).sum() + x.sum() ** 2 / 100


def power(x):
    return ((idx(len(x)) * x) ** 2).sum()


def quartic(x):
    return ((x - idx(len(x))) ** 4).sum()


def zakharov(x):
    w = (0.5 * idx(len(x)) * x).sum()
    return (x**2).sum() + w**2 + w**4


def dixmaan(alpha, beta, gamma, delta, k):
    def f(x):
        n = len(x)
        m, r = n // 3, idx(n) / n
        return (1 + (alpha * x**2 * r ** k[0]).sum()
                + (beta * x[:-1] ** 2 * (x[1:] + x[1:] ** 2) ** 2 * r[:-1] ** k[1]).sum()
                + (gamma * x[:2 * m] ** 2 * x[m:3 * m] ** 4 * r[:2 * m] ** k[2]).sum()
                + (delta * x[:m] * x[2 * m:] * r[:m] ** k[3]).sum())
    return f


def arwhead(x):
    return ((x[:-1] ** 2 + x[-1] ** 2) ** 2 - 4 * x[:-1] + 3).sum()


def engval1(x):
    return ((x[:-1] ** 2 + x[1:] ** 2) ** 2).sum() + (-4 * x[:-1] + 3).sum()


def cosine(x):
    return cos(-0.5 * x[1:] + x[:-1] ** 2).sum()


def edensch(x):
    a, b = x[:-1], x[1:]
    return 16 + ((a - 2) ** 4 + (a * b - 2 * b) ** 2 + (b + 1) ** 2).sum()


def tridia(x):
    return (x[0] - 1) ** 2 + (idx(len(x))[1:] * (2 * x[1:] - x[:-1]) ** 2).sum()


def dqdrtic(x):
    return (x[:-2] ** 2 + 100 * x[1:-1] ** 2 + 100 * x[2:] ** 2).sum()


def liarwhd(x):
    return (4 * (-x[0] + x**2) ** 2).sum() + ((x - 1) ** 2).sum()


def chained_rosenbrock(x):
    return (100 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2).sum()


def dixon_price(x):
    return (x[0] - 1) ** 2 + (idx(len(x))[1:] * (2 * x[1:] ** 2 - x[:-1]) ** 2).sum()


def bdqrtic(x):
    q = x**2
    return ((-4 * x[:-4] + 3) ** 2).sum() + ((q[:-4] + 2 * q[1:-3] + 3 * q[2:-2] + 4 * q[3:-1] + 5 * q[-1]) ** 2).sum()


def nondia(x):
    return (x[0] - 1) ** 2 + (100 * (x[0] - x[:-1] ** 2) ** 2).sum()


def freuroth(x):
    a, b = x[:-1], x[1:]
    return ((-13 + a + ((5 - b) * b - 2) * b) ** 2 + (-29 + a + ((b + 1) * b - 14) * b) ** 2).sum()


def dixon3dq(x):
    return (x[0] - 1) ** 2 + ((x[1:-1] - x[2:]) ** 2).sum() + (x[-1] - 1) ** 2


def fletchcr(x):
    return (100 * (x[1:] - x[:-1] + 1 - x[:-1] ** 2) ** 2).sum()


def cragg_levy(x):
    a, b, c, d = x[0:-2:2], x[1:-2:2], x[2::2], x[3::2]
    return ((exp(a) - b) ** 4 + 100 * (b - c) ** 6 + (np.tan(c - d) + c - d) ** 4 + a**8 + (d - 1) ** 2).sum()


def nondquar(x):
    return (x[0] - x[1]) ** 2 + ((x[:-2] + x[1:-1] + x[-1]) ** 4).sum() + (x[-2] - x[-1]) ** 2


def sinquad(x):
    return ((x[0] - 1) ** 4 + ((sin(x[1:-1] - x[-1]) - x[0] ** 2 + x[1:-1] ** 2) ** 2).sum()
            + (x[-1] ** 2 - x[0] ** 2) ** 2)


MISRA1A_Y = table("10.07 14.73 17.94 23.93 29.61 35.18 40.02 44.82 50.76 55.05 61.01 66.40 75.47 81.78")
MISRA1A_X = table("77.6 114.9 141.1 190.8 239.9 289.0 332.8 378.4 434.8 477.3 536.8 593.1 689.1 760.0")
RAT43_Y = table("""16.08 33.83 65.80 97.20 191.55 326.20 386.87 520.53 590.03 651.92 724.93 699.56 689.96 637.56
                717.41""")
THURBER_Y = table("""80.574 84.248 87.264 87.195 89.076 89.608 89.868 90.101 92.405 95.854 100.696 101.060 401.672
                  390.724 567.534 635.316 733.054 759.087 894.206 990.785 1090.109 1080.914 1122.643 1178.351 1260.531
                  1273.514 1288.339 1327.543 1353.863 1414.509 1425.208 1421.384 1442.962 1464.350 1468.705 1447.894
                  1457.628""")
THURBER_X = table("""-3.067 -2.981 -2.921 -2.912 -2.840 -2.797 -2.702 -2.699 -2.633 -2.481 -2.363 -2.322 -1.501 -1.460
                  -1.274 -1.212 -1.100 -1.046 -0.915 -0.714 -0.566 -0.545 -0.400 -0.309 -0.109 -0.103 0.010 0.119 0.377
                  0.790 0.963 1.006 1.115 1.572 1.841 2.047 2.200""")


def misra1a(b):
    return MISRA1A_Y - b[0] * (1 - exp(-b[1] * MISRA1A_X))


def rat43(b):
    return RAT43_Y - b[0] / (1 + exp(b[1] - b[2] * idx(15))) ** (1 / b[3])


def thurber(b):
    u = THURBER_X
    return THURBER_Y - (b[0] + b[1] * u + b[2] * u**2 + b[3] * u**3) / (1 + b[4] * u + b[5] * u**2 + b[6] * u**3)


def logistic_regression(x):
    i = idx(100)
    a = sin(1.3 * np.outer(i, idx(len(x))))
    label = np.where(cos(2.1 * i) > 0, 1, -1)
    return log(1 + exp(-label * (a @ x))).mean() + (x**2).sum() / 2000


def log_sum_exp(x):
    i = idx(40)
    return log(exp(cos(0.7 * np.outer(i, idx(len(x)))) @ x + sin(i)).sum())


def minimal_surface(x):
    k = round(len(x) ** 0.5)
    h = 1 / (k + 1)
    t, s = np.meshgrid(np.arange(k + 2) * h, np.arange(k + 2) * h, indexing="ij")
    z = (s**2 - t**2).astype(x.dtype)
    z[1:-1, 1:-1] = x.reshape(k, k)
    right, down = (z[:, 1:] - z[:, :-1]) / h, (z[1:, :] - z[:-1, :]) / h
    upper = sqrt(1 + right[:-1, :] ** 2 + down[:, :-1] ** 2)
    lower = sqrt(1 + right[1:, :] ** 2 + down[:, 1:] ** 2)
    return h * h / 2 * (upper.sum() + lower.sum())


def diagonal_quadratic(x):
    return (np.linspace(1, 100, len(x)) / 2 * (x - 1) ** 2).sum()


def pattern(p, n):
    return np.resize(np.array(p, float), n)


PROBLEMS = {  # name: (f, start)
    "extended_wood": (fast_wood, pattern([-3, -1, -3, -1], 100)),
    "extended_himmelblau": (himmelblau, pattern([1], 50)),
    "extended_tridiagonal_1": (tridiagonal_1, pattern([2], 50)),
    "extended_beale": (pairwise_beale, pattern([1, 0.8], 50)),
    "raydan_1": (raydan_1, pattern([1], 100)),
    "hager": (hager, pattern([1], 100)),
    "perturbed_quadratic": (perturbed_quadratic, pattern([0.5], 100)),
    "power": (power, pattern([1], 50)),
    "quartic": (quartic, pattern([2], 100)),
    "zakharov": (zakharov, pattern([1], 10)),
    "dixmaan_a": (dixmaan(1, 0, 0.125, 0.125, (0, 0, 0, 0)), pattern([2], 90)),
    "dixmaan_l": (dixmaan(1, 0.26, 0.26, 0.26, (2, 0, 0, 2)), pattern([2], 90)),
    "generalized_rosenbrock": (chained_rosenbrock, pattern([-1.2, 1], 50)),
    "dixon_price": (dixon_price, pattern([1], 20)),
    "arwhead": (arwhead, pattern([1], 100)),
    "bdqrtic": (bdqrtic, pattern([1], 100)),
    "engval1": (engval1, pattern([2], 50)),
    "cosine": (cosine, pattern([1], 100)),
    "edensch": (edensch, pattern([0], 36)),
    "nondia": (nondia, pattern([-1], 50)),
    "freuroth": (freuroth, np.array([0.5, -2] + [0] * 48)),
    "tridia": (tridia, pattern([1], 50)),
    "dqdrtic": (dqdrtic, pattern([3], 50)),
    "dixon3dq": (dixon3dq, pattern([-1], 50)),
    "liarwhd": (liarwhd, pattern([4], 50)),
    "fletchcr": (fletchcr, pattern([0], 50)),
    "cragg_levy": (cragg_levy, np.array([1.0] + [2] * 49)),
    "nondquar": (nondquar, pattern([1, -1], 50)),
    "sinquad": (sinquad, pattern([0.1], 50)),
    "misra1a": (squares(misra1a), np.array([250, 5e-4])),
    "rat43": (squares(rat43), np.array([700, 5, 0.75, 1.3])),
    "thurber": (squares(thurber), np.array([1300, 1500, 500, 75, 1, 0.4, 0.05])),
    "logistic_regression": (logistic_regression, pattern([0], 10)),
    "log_sum_exp": (log_sum_exp, pattern([1], 5)),
    "minimal_surface_100": (minimal_surface, pattern([0], 100)),
}

LARGE = {
    "extended_rosenbrock_1000000": (squares(extended_rosenbrock), pattern([-1.2, 1], 1_000_000)),
    "extended_powell_100000": (fast_powell, pattern([3, -1, 0, 1], 100_000)),
    "diagonal_quadratic_1000000": (diagonal_quadratic, pattern([0], 1_000_000)),
    "dqdrtic_1000000": (dqdrtic, pattern([3], 1_000_000)),
    "tridia_10000": (tridia, pattern([1], 10_000)),
    "arwhead_100000": (arwhead, pattern([1], 100_000)),
    "engval1_100000": (engval1, pattern([2], 100_000)),
    "cosine_100000": (cosine, pattern([1], 100_000)),
    "edensch_100000": (edensch, pattern([0], 100_000)),
    "liarwhd_100000": (liarwhd, pattern([4], 100_000)),
    "extended_wood_100000": (fast_wood, pattern([-3, -1, -3, -1], 100_000)),
    "raydan_1_10000": (raydan_1, pattern([1], 10_000)),
    "minimal_surface_10000": (minimal_surface, pattern([0], 10_000)),
}
