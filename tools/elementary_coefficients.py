#!/usr/bin/env python3
"""elementary_coefficients.py: writes talweg/elementary/coefficients.hpp, the numbers of the scalar functions.

Each polynomial is fitted by weighted least squares at Chebyshev's points with 80 digits, which is near the best one of its
degree; its coefficients are rounded to doubles from the lowest up, the rest fitted anew after each. The largest error of
what came of it on a fine grid is written beside it. Needs mpmath (python3-mpmath).
"""
import sys
from pathlib import Path

import mpmath as mp

mp.mp.dps = 80
OUT = Path(__file__).resolve().parent.parent / "talweg/elementary/coefficients.hpp"
ONE = mp.mpf(1)


def double(v):
    """v rounded to the nearest double."""
    return mp.mpf(float(mp.nstr(v, 40)))


def chopped(v, bits):
    """The leading `bits` bits of v, rounded."""
    e = mp.floor(mp.log(abs(v), 2)) + 1
    unit = mp.mpf(2) ** (e - bits)
    return mp.nint(v / unit) * unit


def split(v, *bits):
    """v as a sum of numbers of so many bits each, the last a double."""
    parts = []
    for b in bits:
        parts.append(chopped(v - sum(parts), b))
    return parts + [double(v - sum(parts))]


def fitted(values, degrees):
    """Coefficients of x^d for d in degrees, by least squares over (x, f(x), weight)."""
    n = len(degrees)
    rows = [([w * x**d for d in degrees], w * y) for x, y, w in values]
    a = mp.matrix(n, n)
    b = mp.matrix(n, 1)
    for row, y in rows:
        for i in range(n):
            b[i] += row[i] * y
            for j in range(i, n):
                a[i, j] += row[i] * row[j]
    for i in range(n):
        for j in range(i):
            a[i, j] = a[j, i]
    return list(mp.lu_solve(a, b))


def rounded(f, weight, low, high, terms):
    """Coefficients as doubles, and the largest weighted error that they leave."""
    points = 3 * terms
    nodes = [(low + high) / 2 - (high - low) / 2 * mp.cos(mp.pi * (2 * i + 1) / (2 * points)) for i in range(points)]
    left = [(x, f(x), weight(x)) for x in nodes]
    done = []
    for k in range(terms):
        done.append(double(fitted(left, list(range(k, terms)))[0]))
        left = [(x, y - done[k] * x**k, w) for x, y, w in left]
    grid = [low + (high - low) * i / 3000 for i in range(3001)]
    worst = max(abs(weight(x) * (f(x) - sum(c * x**d for d, c in enumerate(done)))) for x in grid if x != 0)
    return done, worst


def hexadecimal(v):
    return float(v).hex()


def power_of_two(v):
    return f"2^{mp.nstr(mp.log(v, 2), 4)}"


def at_zero(f, limit):
    return lambda x: limit if x == 0 else f(x)


def polynomials():
    sqrt = mp.sqrt
    half_ln2 = mp.log(2) / 2 * mp.mpf("1.0001")
    yield ("exp_rest", "(e^r - 1 - r - r²/2) / r³", "|r| <= ln 2 / 2", "of e^r",
           at_zero(lambda r: (mp.exp(r) - 1 - r - r * r / 2) / r**3, ONE / 6), lambda r: abs(r)**3 / mp.exp(r), -half_ln2, half_ln2, 10)
    top = ((sqrt(2) - 1) / (sqrt(2) + 1))**2 * mp.mpf("1.0001")
    artanh = lambda z: at_zero(lambda t: mp.atanh(sqrt(t)) / sqrt(t), ONE)(z)
    yield ("log_rest", "(2·artanh s - 2s) / s³ in z = s²", "|s| <= (√2 - 1)/(√2 + 1)", "of 2·artanh s",
           at_zero(lambda z: 2 * (artanh(z) - 1) / z, 2 * ONE / 3), lambda z: z / 2, mp.mpf(0), top, 8)
    r = sqrt(mp.mpf(1.5))
    top = ((r - 1) / (r + 1))**2 * mp.mpf("1.0001")
    yield ("power_rest", "(3·artanh s / s - 3 - z) / z² in z = s²", "|s| <= (√1.5 - 1)/(√1.5 + 1)", "of artanh s",
           at_zero(lambda z: (3 * artanh(z) - 3 - z) / z**2, 3 * ONE / 5), lambda z: z * z / 3, mp.mpf(0), top, 7)
    top = (mp.pi / 4 * mp.mpf("1.0001"))**2
    yield ("sin_rest", "(sin r - r) / r³ in z = r²", "|r| <= π/4", "of sin r",
           at_zero(lambda z: (mp.sin(sqrt(z)) - sqrt(z)) / sqrt(z)**3, -ONE / 6), lambda z: z, mp.mpf(0), top, 7)
    yield ("cos_rest", "(cos r - 1 + r²/2) / r⁴ in z = r²", "|r| <= π/4", "of 1",
           at_zero(lambda z: (mp.cos(sqrt(z)) - 1 + z / 2) / z**2, ONE / 24), lambda z: z * z, mp.mpf(0), top, 7)
    top = (sqrt(2) - 1)**2 * mp.mpf("1.0001")
    yield ("atan_rest", "(atan r - r) / r³ in z = r²", "|r| <= √2 - 1", "of atan r",
           at_zero(lambda z: (mp.atan(sqrt(z)) / sqrt(z) - 1) / z, -ONE / 3), lambda z: z, mp.mpf(0), top, 12)
    yield ("asin_rest", "(asin x - x) / x³ in z = x²", "|x| <= 1/2", "of asin x",
           at_zero(lambda z: (mp.asin(sqrt(z)) / sqrt(z) - 1) / z, ONE / 6), lambda z: z, mp.mpf(0), mp.mpf(1) / 4, 14)
    yield ("sinh_rest", "(sinh x - x) / x³ in z = x²", "|x| <= 1", "of sinh x",
           at_zero(lambda z: (mp.sinh(sqrt(z)) / sqrt(z) - 1) / z, ONE / 6), lambda z: z, mp.mpf(0), mp.mpf(1), 8)
    yield ("erf_rest", "erf x / x - 1 in z = x²", "|x| <= 3/4", "of erf x",
           at_zero(lambda z: mp.erf(sqrt(z)) / sqrt(z) - 1, 2 / sqrt(mp.pi) - 1), lambda z: mp.mpf("1.05"), mp.mpf(0), mp.mpf(9) / 16, 11)
    c = ERF_CENTRE
    yield ("erf_slope", "(erf x - erf c) / (x - c) in d = x - c, c = erf_centre", "3/4 <= x <= 3/2", "of 1",
           at_zero(lambda d: (mp.erf(c + d) - mp.erf(c)) / d, 2 / sqrt(mp.pi) * mp.exp(-c * c)), lambda d: d, mp.mpf(3) / 4 - c, mp.mpf(3) / 2 - c, 16)
    shift = ERFC_SHIFT
    low, high = 1 / (mp.mpf(6) + shift), 1 / (mp.mpf(3) / 2 + shift)
    middle = ERFC_MIDDLE

    def scaled(u):
        x = 1 / (u + middle) - shift
        return mp.exp(x * x) * mp.erfc(x)

    def share(u):  # what an error of the factor does to erf
        x = 1 / (u + middle) - shift
        return mp.exp(-x * x)
    yield ("erfc_factor", "e^(x²)·erfc x in u = 1/(x + erfc_shift) - erfc_middle", "3/2 <= x <= 6", "of 1, in erf x",
           scaled, share, low - middle, high - middle, 11)
    # First guess of a cube root.
    yield ("cbrt_guess", "∛m", "1 <= m <= 2", "of ∛m", lambda m: mp.cbrt(m), lambda m: 1 / mp.cbrt(m), mp.mpf(1), mp.mpf(2), 5)


ERFC_SHIFT = mp.mpf(2)
ERFC_MIDDLE = mp.mpf(7) / 32
ERF_CENTRE = mp.mpf(9) / 8


def constants():
    ln2 = mp.log(2)
    yield "inverse_ln2", "1/ln 2", [double(1 / ln2)]
    yield "ln2", "ln 2 = the sum; n·ln2[0] is exact for |n| <= 2^11", split(ln2, 42)
    yield "ln2_whole", "ln 2", [double(ln2)]
    yield "ln2_pair", "ln 2 = the sum, the first of 26 bits", split(ln2, 26)
    yield "log2_e", "1/ln 2 = the sum, the first of 26 bits", split(1 / ln2, 26)
    yield "log10_e", "1/ln 10 = the sum, the first of 26 bits", split(1 / mp.log(10), 26)
    yield "log10_2", "log10 2 = the sum; n·log10_2[0] is exact for |n| <= 2^11", split(mp.log10(2), 42)
    yield "two_thirds_log2_e", "2/(3·ln 2) = the sum, the first of 26 bits", split(2 / (3 * ln2), 26)
    yield "log2_1_5", "log2 1.5 = the sum, the first of 40 bits", split(mp.log(mp.mpf(1.5), 2), 40)
    yield "two_over_pi", "2/π", [double(2 / mp.pi)]
    yield "half_pi_parts", "π/2 = the sum, all but the last of 33 bits: products with whole numbers below 2^20 are exact", split(mp.pi / 2, 33, 33, 33)
    yield "half_pi", "π/2 = the sum", split(mp.pi / 2, 53)
    yield "quarter_pi", "π/4 = the sum", split(mp.pi / 4, 53)
    yield "erf_centre", "", [ERF_CENTRE]
    yield "erf_at_centre", "erf of it = the sum", split(mp.erf(ERF_CENTRE), 53)
    yield "erfc_shift", "", [ERFC_SHIFT]
    yield "erfc_middle", "", [ERFC_MIDDLE]
    yield "cbrt_of_2", "∛2, ∛4", [double(mp.cbrt(2)), double(mp.cbrt(4))]


def bits_of_two_over_pi(words):
    """2/π behind the point, in words of 64 bits."""
    with mp.workdps(500):
        whole = int(mp.floor(2 / mp.pi * mp.mpf(2) ** (64 * words)))
    return [(whole >> (64 * (words - 1 - i))) & (2**64 - 1) for i in range(words)]


def text():
    lines = ["// Made by tools/elementary_coefficients.py: polynomials, lowest coefficient first, each with what it approximates, where,",
             "// and the error that the rounded coefficients leave.", "#pragma once", "#include <cstdint>", "",
             "namespace talweg::elementary::coefficients {", ""]
    for name, comment, values in constants():
        if comment:
            lines.append(f"/// {comment}")
        if len(values) == 1:
            lines.append(f"inline constexpr double {name} = {hexadecimal(values[0])};")
        else:
            lines.append(f"inline constexpr double {name}[] = {{{', '.join(hexadecimal(v) for v in values)}}};")
    lines.append("")
    for name, what, where, unit, f, weight, low, high, terms in polynomials():
        c, worst = rounded(f, weight, low, high, terms)
        print(f"{name}: {terms} terms, error {power_of_two(worst)}", file=sys.stderr)
        lines.append(f"/// {what}, {where}; error {power_of_two(worst)} {unit}")
        lines.append(f"inline constexpr double {name}[] = {{{', '.join(hexadecimal(v) for v in c)}}};")
    lines += ["", "/// The bits of 2/π behind the point.",
              f"inline constexpr std::uint64_t two_over_pi_bits[] = {{{', '.join(hex(w) for w in bits_of_two_over_pi(20))}}};",
              "", "}  // namespace talweg::elementary::coefficients", ""]
    return "\n".join(lines)


def main():
    if sys.argv[1:]:
        sys.exit("usage: elementary_coefficients.py")
    OUT.write_text(text(), encoding="utf-8")


main()
