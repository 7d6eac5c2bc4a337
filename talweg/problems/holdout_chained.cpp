#include <cmath>

#include "talweg/problems/families.hpp"
#include "talweg/problems/functions.hpp"
#include "talweg/problems/sum_of_squares.hpp"

namespace talweg::problems {

/// sum over i < n of (x_i^2 + x_n^2)^2 - 4 x_i + 3
double arwhead(In x, Out g) {
  const std::size_t last = x.size() - 1;
  const double end = x[last];
  double f = 0, slope = 0;
  for (std::size_t i = 0; i < last; ++i) {
    const double s = x[i] * x[i] + end * end;
    f += s * s - 4 * x[i] + 3;
    g[i] = 4 * s * x[i] - 4;
    slope += 4 * s * end;
  }
  g[last] = slope;
  return f;
}

/// sum over i < n of (x_i^2 + x_(i+1)^2)^2 - 4 x_i + 3
double engval1(In x, Out g) {
  double f = 0;
  g[0] = 0;
  for (std::size_t i = 0; i + 1 < x.size(); ++i) {
    const double s = x[i] * x[i] + x[i + 1] * x[i + 1];
    f += s * s - 4 * x[i] + 3;
    g[i] += 4 * s * x[i] - 4;
    g[i + 1] = 4 * s * x[i + 1];
  }
  return f;
}

/// sum over i < n of cos(x_i^2 - x_(i+1) / 2)
double cosine(In x, Out g) {
  double f = 0;
  g[0] = 0;
  for (std::size_t i = 0; i + 1 < x.size(); ++i) {
    const double angle = x[i] * x[i] - x[i + 1] / 2, sine = std::sin(angle);
    f += std::cos(angle);
    g[i] -= 2 * x[i] * sine;
    g[i + 1] = sine / 2;
  }
  return f;
}

/// 16 + sum over i < n of (x_i - 2)^4 + (x_i x_(i+1) - 2 x_(i+1))^2 + (x_(i+1) + 1)^2
double edensch(In x, Out g) {
  double f = 16;
  g[0] = 0;
  for (std::size_t i = 0; i + 1 < x.size(); ++i) {
    const double a = x[i] - 2, next = x[i + 1], b = a * next, c = next + 1;
    f += a * a * a * a + b * b + c * c;
    g[i] += 4 * a * a * a + 2 * b * next;
    g[i + 1] = 2 * b * a + 2 * c;
  }
  return f;
}

/// (x_1 - 1)^2 + sum over i > 1 of i (2 x_i - x_(i-1))^2
double tridia(In x, Out g) {
  double f = (x[0] - 1) * (x[0] - 1);
  g[0] = 2 * (x[0] - 1);
  for (std::size_t i = 1; i < x.size(); ++i) {
    const double r = 2 * x[i] - x[i - 1], weighted = static_cast<double>(i + 1) * r;
    f += weighted * r;
    g[i - 1] -= 2 * weighted;
    g[i] = 4 * weighted;
  }
  return f;
}

/// sum over i <= n-2 of x_i^2 + 100 x_(i+1)^2 + 100 x_(i+2)^2
double dqdrtic(In x, Out g) {
  const std::size_t n = x.size();
  double f = 0;
  for (std::size_t i = 0; i < n; ++i) {
    const double weight = (i + 2 < n ? 1 : 0) + (i >= 1 && i + 1 < n ? 100 : 0) + (i >= 2 ? 100 : 0);
    f += weight * x[i] * x[i];
    g[i] = 2 * weight * x[i];
  }
  return f;
}

/// sum of 4 (x_i^2 - x_1)^2 + (x_i - 1)^2
double liarwhd(In x, Out g) {
  double f = 0, slope = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    const double r = x[i] * x[i] - x[0], s = x[i] - 1;
    f += 4 * r * r + s * s;
    g[i] = 16 * r * x[i] + 2 * s;
    slope -= 8 * r;
  }
  g[0] += slope;
  return f;
}

/// sum over i < n of 100 (x_(i+1) - x_i^2)^2 + (1 - x_i)^2
double generalized_rosenbrock(In x, Out g) {
  double f = 0;
  g[0] = 0;
  for (std::size_t i = 0; i + 1 < x.size(); ++i) {
    const double bend = x[i + 1] - x[i] * x[i], rest = 1 - x[i];
    f += 100 * bend * bend + rest * rest;
    g[i] -= 400 * x[i] * bend + 2 * rest;
    g[i + 1] = 200 * bend;
  }
  return f;
}

namespace {

/// (x_1 - 1)^2 + sum over i > 1 of i (2 x_i^2 - x_(i-1))^2
double dixon_price(In x, Out g) {
  SumOfSquares sum(g);
  sum.add(x[0] - 1, {1});
  for (std::size_t i = 1; i < x.size(); ++i) {
    const double root = std::sqrt(static_cast<double>(i + 1));
    sum.add_from(i - 1, root * (2 * x[i] * x[i] - x[i - 1]), {-root, 4 * root * x[i]});
  }
  return sum.value();
}

/// sum over i <= n-4 of (3 - 4 x_i)^2 + (x_i^2 + 2 x_(i+1)^2 + 3 x_(i+2)^2 + 4 x_(i+3)^2 + 5 x_n^2)^2
double bdqrtic(In x, Out g) {
  const std::size_t last = x.size() - 1;
  SumOfSquares sum(g);
  for (std::size_t i = 0; i + 4 < x.size(); ++i) {
    const double a = x[i], b = x[i + 1], c = x[i + 2], d = x[i + 3], e = x[last];
    sum.add_from(i, 3 - 4 * a, {-4});
    const double r = a * a + 2 * b * b + 3 * c * c + 4 * d * d + 5 * e * e;
    sum.add_sparse(r, {{i, 2 * a}, {i + 1, 4 * b}, {i + 2, 6 * c}, {i + 3, 8 * d}, {last, 10 * e}});
  }
  return sum.value();
}

/// (x_1 - 1)^2 + sum over i > 1 of 100 (x_1 - x_(i-1)^2)^2
double nondia(In x, Out g) {
  SumOfSquares sum(g);
  sum.add(x[0] - 1, {1});
  for (std::size_t i = 1; i < x.size(); ++i)
    sum.add_sparse(10 * (x[0] - x[i - 1] * x[i - 1]), {{0, 10}, {i - 1, -20 * x[i - 1]}});
  return sum.value();
}

/// Freudenstein and Roth's two residuals on each pair of neighbours.
double freuroth(In x, Out g) {
  SumOfSquares sum(g);
  for (std::size_t i = 0; i + 1 < x.size(); ++i) {
    const double y = x[i + 1];
    sum.add_from(i, -13 + x[i] + ((5 - y) * y - 2) * y, {1, (10 - 3 * y) * y - 2});
    sum.add_from(i, -29 + x[i] + ((y + 1) * y - 14) * y, {1, (3 * y + 2) * y - 14});
  }
  return sum.value();
}

/// (x_1 - 1)^2 + sum over 1 < i < n of (x_i - x_(i+1))^2 + (x_n - 1)^2
double dixon3dq(In x, Out g) {
  const std::size_t n = x.size();
  SumOfSquares sum(g);
  sum.add(x[0] - 1, {1});
  for (std::size_t i = 1; i + 1 < n; ++i) sum.add_from(i, x[i] - x[i + 1], {1, -1});
  sum.add_from(n - 1, x[n - 1] - 1, {1});
  return sum.value();
}

/// sum over i < n of 100 (x_(i+1) - x_i + 1 - x_i^2)^2
double fletchcr(In x, Out g) {
  SumOfSquares sum(g);
  for (std::size_t i = 0; i + 1 < x.size(); ++i)
    sum.add_from(i, 10 * (x[i + 1] - x[i] + 1 - x[i] * x[i]), {-10 - 20 * x[i], 10});
  return sum.value();
}

/// Overlapping fours (a, b, c, d): (e^a - b)^4 + 100 (b - c)^6 + (tan(c - d) + c - d)^4 + a^8 + (d - 1)^2
double cragg_levy(In x, Out g) {
  SumOfSquares sum(g);
  for (std::size_t i = 0; i + 3 < x.size(); i += 2) {
    const double a = x[i], e = std::exp(a), u = e - x[i + 1], v = x[i + 1] - x[i + 2], w = x[i + 2] - x[i + 3];
    const double t = std::tan(w), s = t + w, bend = 2 * s * (2 + t * t);
    sum.add_from(i, u * u, {2 * u * e, -2 * u});
    sum.add_from(i + 1, 10 * v * v * v, {30 * v * v, -30 * v * v});
    sum.add_from(i + 2, s * s, {bend, -bend});
    sum.add_from(i, a * a * a * a, {4 * a * a * a});
    sum.add_from(i + 3, x[i + 3] - 1, {1});
  }
  return sum.value();
}

/// (x_1 - x_2)^2 + sum over i <= n-2 of (x_i + x_(i+1) + x_n)^4 + (x_(n-1) - x_n)^2
double nondquar(In x, Out g) {
  const std::size_t last = x.size() - 1;
  SumOfSquares sum(g);
  sum.add(x[0] - x[1], {1, -1});
  for (std::size_t i = 0; i + 1 < last; ++i) {
    const double s = x[i] + x[i + 1] + x[last];
    sum.add_sparse(s * s, {{i, 2 * s}, {i + 1, 2 * s}, {last, 2 * s}});
  }
  sum.add_from(last - 1, x[last - 1] - x[last], {1, -1});
  return sum.value();
}

/// (x_1 - 1)^4 + sum over 1 < i < n of (sin(x_i - x_n) - x_1^2 + x_i^2)^2 + (x_n^2 - x_1^2)^2
double sinquad(In x, Out g) {
  const std::size_t last = x.size() - 1;
  const double a = x[0];
  SumOfSquares sum(g);
  sum.add((a - 1) * (a - 1), {2 * (a - 1)});
  for (std::size_t i = 1; i < last; ++i) {
    const double angle = x[i] - x[last], slope = std::cos(angle);
    sum.add_sparse(std::sin(angle) - a * a + x[i] * x[i], {{0, -2 * a}, {i, slope + 2 * x[i]}, {last, -slope}});
  }
  sum.add_sparse(x[last] * x[last] - a * a, {{0, -2 * a}, {last, 2 * x[last]}});
  return sum.value();
}

}  // namespace

void families::holdout_chained(List& list) {
  const auto add = [&](const char* name, std::string_view source, Function f, std::vector<double> start,
                       std::vector<double> optima) {
    list.push_back({name, 0, source, std::move(start), std::move(optima), std::move(f)});
    list.back().collection = Collection::holdout;
  };
  std::vector<double> freuroth_start(50);
  freuroth_start[0] = 0.5;
  freuroth_start[1] = -2;
  std::vector<double> cragg_levy_start(50, 2.0);
  cragg_levy_start[0] = 1;

  add("generalized_rosenbrock", "Toint 1978: chained Rosenbrock", generalized_rosenbrock, repeat({-1.2, 1}, 50), {0});
  add("dixon_price", "Jamil & Yang 2013, function 48", dixon_price, repeat({1}, 20), {0, 2.0 / 3});
  add("arwhead", "CUTE: ARWHEAD", arwhead, repeat({1}, 100), {0});
  add("bdqrtic", "CUTE: BDQRTIC", bdqrtic, repeat({1}, 100), {378.7691918086841});
  add("engval1", "CUTE: ENGVAL1", engval1, repeat({2}, 50), {53.58221488520762});
  add("cosine", "CUTE: COSINE", cosine, repeat({1}, 100), {-99, -98.49250396974385});
  add("edensch", "CUTE: EDENSCH, as in Andrei 2008", edensch, repeat({0}, 36), {219.28459202076462});
  add("nondia", "CUTE: NONDIA", nondia, repeat({-1}, 50), {0});
  add("freuroth", "CUTE: FREUROTH", freuroth, freuroth_start, {5880.958861943223});
  add("tridia", "CUTE: TRIDIA", tridia, repeat({1}, 50), {0});
  add("dqdrtic", "CUTE: DQDRTIC", dqdrtic, repeat({3}, 50), {0});
  add("dixon3dq", "CUTE: DIXON3DQ", dixon3dq, repeat({-1}, 50), {0});
  add("liarwhd", "CUTE: LIARWHD", liarwhd, repeat({4}, 50), {0});
  add("fletchcr", "CUTE: FLETCHCR", fletchcr, repeat({0}, 50), {0});
  add("cragg_levy", "CUTE: CRAGGLVY", cragg_levy, cragg_levy_start, {15.372509465428696});
  add("nondquar", "CUTE: NONDQUAR", nondquar, repeat({1, -1}, 50), {0});
  add("sinquad", "CUTE: SINQUAD", sinquad, repeat({0.1}, 50), {0});
}

}  // namespace talweg::problems
