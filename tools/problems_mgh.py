"""The 35 functions of Moré, Garbow & Hillstrom (1981) as residual vectors, written from the paper's formulas.

Independent of talweg/problems on purpose: numpy expressions on whole vectors, derivatives by complex steps, so that
a slip in one of the two shows as a difference. Indices run from 1 in the comments, as in the paper.
"""
import numpy as np

exp, sqrt, cos, sin, pi = np.exp, np.sqrt, np.cos, np.sin, np.pi


def vec(*parts):
    return np.concatenate([np.atleast_1d(p) for p in parts])


def idx(m, first=1):
    return np.arange(first, first + m, dtype=float)


def table(text):
    return np.array([float(t) for t in text.split()])


BARD = table(".14 .18 .22 .25 .29 .32 .35 .39 .37 .58 .73 .96 1.34 2.10 4.39")
GAUSS = table(".0009 .0044 .0175 .0540 .1295 .2420 .3521 .3989 .3521 .2420 .1295 .0540 .0175 .0044 .0009")
MEYER = table("34780 28610 23650 19630 16370 13720 11540 9744 8261 7030 6005 5147 4427 3820 3307 2872")
KOWALIK_Y = table(".1957 .1947 .1735 .1600 .0844 .0627 .0456 .0342 .0323 .0235 .0246")
KOWALIK_U = table("4 2 1 .5 .25 .167 .125 .1 .0833 .0714 .0625")
OSBORNE1 = table(""".844 .908 .932 .936 .925 .908 .881 .850 .818 .784 .751 .718 .685 .658 .628 .603 .580 .558 .538 .522
                 .506 .490 .478 .467 .457 .448 .438 .431 .424 .420 .414 .411 .406""")
OSBORNE2 = table("""1.366 1.191 1.112 1.013 .991 .885 .831 .847 .786 .725 .746 .679 .608 .655 .616 .606 .602 .626 .651
                 .724 .649 .649 .694 .644 .624 .661 .612 .558 .533 .495 .500 .423 .395 .375 .372 .391 .396 .405 .428
                 .429 .523 .562 .607 .653 .672 .708 .633 .668 .645 .632 .591 .559 .597 .625 .739 .710 .729 .720 .636
                 .581 .428 .292 .162 .098 .054""")


def rosenbrock(x):
    return vec(10 * (x[1] - x[0] ** 2), 1 - x[0])


def freudenstein_roth(x):
    return vec(-13 + x[0] + ((5 - x[1]) * x[1] - 2) * x[1], -29 + x[0] + ((x[1] + 1) * x[1] - 14) * x[1])


def powell_badly_scaled(x):
    return vec(1e4 * x[0] * x[1] - 1, exp(-x[0]) + exp(-x[1]) - 1.0001)


def brown_badly_scaled(x):
    return vec(x[0] - 1e6, x[1] - 2e-6, x[0] * x[1] - 2)


def beale(x):
    return np.array([1.5, 2.25, 2.625]) - x[0] * (1 - x[1] ** idx(3))


def jennrich_sampson(x):
    i = idx(10)
    return 2 + 2 * i - (exp(i * x[0]) + exp(i * x[1]))


def helical_valley(x):
    theta = np.arctan(x[1] / x[0]) / (2 * pi) + (0.5 if x[0].real < 0 else 0)
    return vec(10 * (x[2] - 10 * theta), 10 * (sqrt(x[0] ** 2 + x[1] ** 2) - 1), x[2])


def bard(x):
    u = idx(15)
    v = 16 - u
    return BARD - (x[0] + u / (v * x[1] + np.minimum(u, v) * x[2]))


def gaussian(x):
    t = (8 - idx(15)) / 2
    return x[0] * exp(-x[1] * (t - x[2]) ** 2 / 2) - GAUSS


def meyer(x):
    return x[0] * exp(x[1] / (45 + 5 * idx(16) + x[2])) - MEYER


def gulf(x):
    t = idx(99) / 100
    away = 25 + (-50 * np.log(t)) ** (2 / 3) - x[1]
    return exp(-(sqrt(away ** 2) ** x[2]) / x[0]) - t


def box_3d(x):
    t = 0.1 * idx(10)
    return exp(-t * x[0]) - exp(-t * x[1]) - x[2] * (exp(-t) - exp(-10 * t))


def powell_singular(x):
    return vec(x[0] + 10 * x[1], sqrt(5) * (x[2] - x[3]), (x[1] - 2 * x[2]) ** 2, sqrt(10) * (x[0] - x[3]) ** 2)


def wood(x):
    return vec(10 * (x[1] - x[0] ** 2), 1 - x[0], sqrt(90) * (x[3] - x[2] ** 2), 1 - x[2],
               sqrt(10) * (x[1] + x[3] - 2), (x[1] - x[3]) / sqrt(10))


def kowalik_osborne(x):
    u = KOWALIK_U
    return KOWALIK_Y - x[0] * (u ** 2 + u * x[1]) / (u ** 2 + u * x[2] + x[3])


def brown_dennis(x):
    t = idx(20) / 5
    return (x[0] + t * x[1] - exp(t)) ** 2 + (x[2] + x[3] * sin(t) - cos(t)) ** 2


def osborne_1(x):
    t = 10 * (idx(33) - 1)
    return OSBORNE1 - (x[0] + x[1] * exp(-t * x[3]) + x[2] * exp(-t * x[4]))


def biggs_exp6(x):
    t = 0.1 * idx(13)
    y = exp(-t) - 5 * exp(-10 * t) + 3 * exp(-4 * t)
    return x[2] * exp(-t * x[0]) - x[3] * exp(-t * x[1]) + x[5] * exp(-t * x[4]) - y


def osborne_2(x):
    t = (idx(65) - 1) / 10
    return OSBORNE2 - (x[0] * exp(-t * x[4]) + x[1] * exp(-(t - x[8]) ** 2 * x[5])
                       + x[2] * exp(-(t - x[9]) ** 2 * x[6]) + x[3] * exp(-(t - x[10]) ** 2 * x[7]))


def watson(x):
    n = len(x)
    t = (idx(29) / 29)[:, None]
    j = idx(n)
    slope = (((j - 1) * x)[1:] * t ** (j[1:] - 2)).sum(axis=1)
    return vec(slope - ((x * t ** (j - 1)).sum(axis=1)) ** 2 - 1, x[0], x[1] - x[0] ** 2 - 1)


def extended_rosenbrock(x):
    return vec(10 * (x[1::2] - x[0::2] ** 2), 1 - x[0::2])


def extended_powell(x):
    a, b, c, d = x[0::4], x[1::4], x[2::4], x[3::4]
    return vec(a + 10 * b, sqrt(5) * (c - d), (b - 2 * c) ** 2, sqrt(10) * (a - d) ** 2)


def penalty_1(x):
    return vec(sqrt(1e-5) * (x - 1), (x ** 2).sum() - 0.25)


def penalty_2(x):
    n, a = len(x), sqrt(1e-5)
    i = idx(n)[1:]
    y = exp(i / 10) + exp((i - 1) / 10)
    return vec(x[0] - 0.2, a * (exp(x[1:] / 10) + exp(x[:-1] / 10) - y), a * (exp(x[1:] / 10) - exp(-0.1)),
               ((n - idx(n) + 1) * x ** 2).sum() - 1)


def variably_dimensioned(x):
    w = (idx(len(x)) * (x - 1)).sum()
    return vec(x - 1, w, w ** 2)


def trigonometric(x):
    dip = 2 * sin(x / 2) ** 2  # 1 - cos(x)
    return dip.sum() + idx(len(x)) * dip - sin(x)


def brown_almost_linear(x):
    n = len(x)
    return vec(x[:-1] + x.sum() - (n + 1), np.prod(x) - 1)


def discrete_boundary_value(x):
    n = len(x)
    h = 1 / (n + 1)
    p = vec(0, x, 0)
    return 2 * x - p[:-2] - p[2:] + h ** 2 * (x + idx(n) * h + 1) ** 3 / 2


def discrete_integral_equation(x):
    n = len(x)
    h = 1 / (n + 1)
    t = idx(n) * h
    kernel = np.where(t[None, :] <= t[:, None], (1 - t[:, None]) * t[None, :], t[:, None] * (1 - t[None, :]))
    return x + h / 2 * kernel @ (x + t + 1) ** 3


def broyden_tridiagonal(x):
    p = vec(0, x, 0)
    return (3 - 2 * x) * x - p[:-2] - 2 * p[2:] + 1


def broyden_banded(x):
    i, j = np.ogrid[:len(x), :len(x)]
    band = (j != i) & (j >= i - 5) & (j <= i + 1)
    return x * (2 + 5 * x ** 2) + 1 - band @ (x * (1 + x))


M = 20  # residuals of the three linear functions


def linear_full_rank(x):
    return vec(x, np.zeros(M - len(x))) - 2 / M * x.sum() - 1


def linear_rank_1(x):
    return idx(M) * (idx(len(x)) * x).sum() - 1


def linear_rank_1_zero(x):
    factor = idx(M) - 1
    factor[-1] = 0
    return factor * (idx(len(x)) * x)[1:-1].sum() - 1


def chebyquad(x):
    n = len(x)
    T = [np.ones(n), 2 * x - 1]
    for _ in range(n - 1):
        T.append(2 * (2 * x - 1) * T[-1] - T[-2])
    integral = [0 if i % 2 else -1 / (i * i - 1) for i in range(1, n + 1)]
    return np.array([T[i].mean() - integral[i - 1] for i in range(1, n + 1)])


PROBLEMS = {
    **{f.__name__: f for f in (
        rosenbrock, freudenstein_roth, powell_badly_scaled, brown_badly_scaled, beale, jennrich_sampson, helical_valley,
        bard, gaussian, meyer, gulf, box_3d, powell_singular, wood, kowalik_osborne, brown_dennis, osborne_1, biggs_exp6,
        osborne_2, brown_almost_linear, discrete_boundary_value, discrete_integral_equation, linear_full_rank,
        linear_rank_1, linear_rank_1_zero)},
    **{f"{f.__name__}_{n}": f for f, sizes in (
        (watson, (6, 9, 12)), (extended_rosenbrock, (10, 100)), (extended_powell, (20, 100)), (penalty_1, (4, 10)),
        (penalty_2, (4, 10)), (variably_dimensioned, (10, 100)), (trigonometric, (10, 100)),
        (broyden_tridiagonal, (10, 100)), (broyden_banded, (10, 100)), (chebyquad, (8, 9, 10))) for n in sizes},
}


ramp = idx

STARTS = {
    "rosenbrock": [-1.2, 1], "freudenstein_roth": [0.5, -2], "powell_badly_scaled": [0, 1], "brown_badly_scaled": [1, 1],
    "beale": [1, 1], "jennrich_sampson": [0.3, 0.4], "helical_valley": [-1, 0, 0], "bard": [1, 1, 1],
    "gaussian": [0.4, 1, 0], "meyer": [0.02, 4000, 250], "gulf": [5, 2.5, 0.15], "box_3d": [0, 10, 20],
    "powell_singular": [3, -1, 0, 1], "wood": [-3, -1, -3, -1], "kowalik_osborne": [0.25, 0.39, 0.415, 0.39],
    "brown_dennis": [25, 5, -5, -1], "osborne_1": [0.5, 1.5, -1, 0.01, 0.02], "biggs_exp6": [1, 2, 1, 1, 1, 1],
    "osborne_2": [1.3, 0.65, 0.65, 0.7, 0.6, 3, 5, 7, 2, 4.5, 5.5],
    "watson_6": np.zeros(6), "watson_9": np.zeros(9), "watson_12": np.zeros(12),
    "extended_rosenbrock_10": [-1.2, 1] * 5, "extended_rosenbrock_100": [-1.2, 1] * 50,
    "extended_powell_20": [3, -1, 0, 1] * 5, "extended_powell_100": [3, -1, 0, 1] * 25,
    "penalty_1_4": ramp(4), "penalty_1_10": ramp(10), "penalty_2_4": [0.5] * 4, "penalty_2_10": [0.5] * 10,
    "variably_dimensioned_10": 1 - ramp(10) / 10, "variably_dimensioned_100": 1 - ramp(100) / 100,
    "trigonometric_10": [1 / 10] * 10, "trigonometric_100": [1 / 100] * 100, "brown_almost_linear": [0.5] * 10,
    "discrete_boundary_value": ramp(10) / 11 * (ramp(10) / 11 - 1),
    "discrete_integral_equation": ramp(10) / 11 * (ramp(10) / 11 - 1),
    "broyden_tridiagonal_10": [-1] * 10, "broyden_tridiagonal_100": [-1] * 100,
    "broyden_banded_10": [-1] * 10, "broyden_banded_100": [-1] * 100,
    "linear_full_rank": [1] * 10, "linear_rank_1": [1] * 10, "linear_rank_1_zero": [1] * 10,
    "chebyquad_8": ramp(8) / 9, "chebyquad_9": ramp(9) / 10, "chebyquad_10": ramp(10) / 11,
}
