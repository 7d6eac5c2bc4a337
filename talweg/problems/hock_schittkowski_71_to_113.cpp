#include <cmath>
#include <numbers>

#include "talweg/problems/families.hpp"
#include "talweg/problems/hock_schittkowski.hpp"

namespace talweg::problems {
namespace {

using namespace hs;
using std::numbers::sqrt2;

Problem hs71() {
  const auto f = [](In x, Out g) {
    const double ad = x[0] * x[3], sum = x[0] + x[1] + x[2];
    return put(g, ad * sum + x[2], {x[3] * sum + ad, ad, ad + 1, x[0] * sum});
  };
  const auto product = [](In x, Out g) {
    const double ab = x[0] * x[1], cd = x[2] * x[3];
    return put(g, ab * cd - 25, {x[1] * cd, x[0] * cd, ab * x[3], ab * x[2]});
  };
  const auto sphere = [](In x, Out g) {
    return put(g, square(x[0]) + square(x[1]) + square(x[2]) + square(x[3]) - 40,
               {2 * x[0], 2 * x[1], 2 * x[2], 2 * x[3]});
  };
  return problem(71, {1, 5, 5, 1}, {17.01401728916}, f, {positive(product), zero(sphere)},
                 {{1, 1, 1, 1}, {5, 5, 5, 5}});
}

/// constant - sum of weight_i / x_i
Function minus_reciprocals(std::vector<double> weights, double constant) {
  return [weights = std::move(weights), constant](In x, Out g) {
    double value = constant;
    for (std::size_t i = 0; i < x.size(); ++i) {
      value -= weights[i] / x[i];
      g[i] = weights[i] / square(x[i]);
    }
    return value;
  };
}

Problem hs72() {
  return problem(72, {1, 1, 1, 1}, {727.67935779}, linear({1, 1, 1, 1}, 1),
                 {positive(minus_reciprocals({4, 2.25, 1, 0.25}, 0.0401)),
                  positive(minus_reciprocals({0.16, 0.36, 0.64, 0.64}, 0.010085))},
                 {{0.001, 0.001, 0.001, 0.001}, {4e5, 3e5, 2e5, 1e5}});
}

Problem hs76() {
  const auto f = [](In x, Out g) {
    const double a = x[0], b = x[1], c = x[2], d = x[3];
    return put(g, a * a + b * b / 2 + c * c + d * d / 2 - a * c + c * d - a - 3 * b + c - d,
               {2 * a - c - 1, b - 3, 2 * c - a + d + 1, d + c - 1});
  };
  return problem(76, {0.5, 0.5, 0.5, 0.5}, {-103.0 / 22}, f,
                 {positive(linear({-1, -2, -1, -1}, 5)), positive(linear({-3, -1, -2, 1}, 4)),
                  positive(linear({0, 1, 4, 0}, -1.5))},
                 {{0, 0, 0, 0}, {inf, inf, inf, inf}});
}

Problem hs77() {
  const auto f = [](In x, Out g) {
    const double a = x[0] - 1, b = x[0] - x[1], c = x[2] - 1, d = x[3] - 1, e = x[4] - 1, e3 = cube(e);
    return put(g, a * a + b * b + c * c + d * cube(d) + e3 * e3,
               {2 * a + 2 * b, -2 * b, 2 * c, 4 * cube(d), 6 * e3 * e * e});
  };
  const auto c0 = [](In x, Out g) {
    const double angle = x[3] - x[4], slope = std::cos(angle);
    return put(g, square(x[0]) * x[3] + std::sin(angle) - 2 * sqrt2,
               {2 * x[0] * x[3], 0, 0, square(x[0]) + slope, -slope});
  };
  const auto c1 = [](In x, Out g) {
    const double fourth = square(square(x[2]));
    return put(g, x[1] + fourth * square(x[3]) - 8 - sqrt2,
               {0, 1, 4 * cube(x[2]) * square(x[3]), 2 * fourth * x[3], 0});
  };
  return problem(77, {2, 2, 2, 2, 2}, {0.24150512879}, f, {zero(c0), zero(c1)});
}

double product_of_5(In x, Out g) {
  const double ab = x[0] * x[1], de = x[3] * x[4], c = x[2];
  return put(g, ab * c * de, {x[1] * c * de, x[0] * c * de, ab * de, ab * c * x[4], ab * c * x[3]});
}

/// The constraints of problems 78, 80 and 81.
std::vector<Constraint> powell_constraints() {
  const auto sphere = [](In x, Out g) {
    double value = -10;
    for (std::size_t i = 0; i < 5; ++i) {
      value += square(x[i]);
      g[i] = 2 * x[i];
    }
    return value;
  };
  const auto products = [](In x, Out g) {
    return put(g, x[1] * x[2] - 5 * x[3] * x[4], {0, x[2], x[1], -5 * x[4], -5 * x[3]});
  };
  const auto cubes = [](In x, Out g) {
    return put(g, cube(x[0]) + cube(x[1]) + 1, {3 * square(x[0]), 3 * square(x[1]), 0, 0, 0});
  };
  return {zero(sphere), zero(products), zero(cubes)};
}

Problem hs78() { return problem(78, {-2, 1.5, 2, -1, -1}, {-2.91970040896}, product_of_5, powell_constraints()); }

Problem hs79() {
  const auto f = [](In x, Out g) {
    const double a = x[0] - 1, b = x[0] - x[1], c = x[1] - x[2], d = x[2] - x[3], e = x[3] - x[4];
    return put(g, a * a + b * b + c * c + d * cube(d) + e * cube(e),
               {2 * a + 2 * b, 2 * c - 2 * b, 4 * cube(d) - 2 * c, 4 * cube(e) - 4 * cube(d), -4 * cube(e)});
  };
  const auto c0 = [](In x, Out g) {
    return put(g, x[0] + square(x[1]) + cube(x[2]) - 2 - 3 * sqrt2, {1, 2 * x[1], 3 * square(x[2]), 0, 0});
  };
  const auto c1 = [](In x, Out g) {
    return put(g, x[1] - square(x[2]) + x[3] + 2 - 2 * sqrt2, {0, 1, -2 * x[2], 1, 0});
  };
  const auto c2 = [](In x, Out g) { return put(g, x[0] * x[4] - 2, {x[4], 0, 0, 0, x[0]}); };
  return problem(79, {2, 2, 2, 2, 2}, {0.07877682087106}, f, {zero(c0), zero(c1), zero(c2)});
}

Bounds powell_box() { return {{-2.3, -2.3, -3.2, -3.2, -3.2}, {2.3, 2.3, 3.2, 3.2, 3.2}}; }

double exp_of_product(In x, Out g) {
  const double e = std::exp(product_of_5(x, g));
  for (double& slope : g) slope *= e;
  return e;
}

Problem hs80() {
  return problem(80, {-2, 2, 2, -1, -1}, {0.05394984777}, exp_of_product, powell_constraints(), powell_box());
}

Problem hs81() {
  const auto f = [](In x, Out g) {
    const double e = exp_of_product(x, g), s = cube(x[0]) + cube(x[1]) + 1;
    g[0] -= 3 * s * square(x[0]);
    g[1] -= 3 * s * square(x[1]);
    return e - s * s / 2;
  };
  return problem(81, {-2, 2, 2, -1, -1}, {0.05394984777}, f, powell_constraints(), powell_box());
}

double hs100_objective(In x, Out g) {
  const double a = x[0] - 10, b = x[1] - 12, c = x[2], d = x[3] - 11, e = x[4], u = x[5], v = x[6];
  const double e3 = cube(e);
  return put(
      g,
      a * a + 5 * b * b + c * cube(c) + 3 * d * d + 10 * e3 * e3 + 7 * u * u + v * cube(v) - 4 * u * v - 10 * u - 8 * v,
      {2 * a, 10 * b, 4 * cube(c), 6 * d, 60 * e3 * e * e, 14 * u - 4 * v - 10, 4 * cube(v) - 4 * u - 8});
}

Problem hs100() {
  const auto c0 = [](In x, Out g) {
    const double b3 = cube(x[1]);
    return put(g, 127 - 2 * square(x[0]) - 3 * x[1] * b3 - x[2] - 4 * square(x[3]) - 5 * x[4],
               {-4 * x[0], -12 * b3, -1, -8 * x[3], -5, 0, 0});
  };
  const auto c1 = [](In x, Out g) {
    return put(g, 282 - 7 * x[0] - 3 * x[1] - 10 * square(x[2]) - x[3] + x[4], {-7, -3, -20 * x[2], -1, 1, 0, 0});
  };
  const auto c2 = [](In x, Out g) {
    return put(g, 196 - 23 * x[0] - square(x[1]) - 6 * square(x[5]) + 8 * x[6],
               {-23, -2 * x[1], 0, 0, 0, -12 * x[5], 8});
  };
  const auto c3 = [](In x, Out g) {
    const double a = x[0], b = x[1];
    return put(g, -4 * a * a - b * b + 3 * a * b - 2 * square(x[2]) - 5 * x[5] + 11 * x[6],
               {3 * b - 8 * a, 3 * a - 2 * b, -4 * x[2], 0, 0, -5, 11});
  };
  return problem(100, {1, 2, 0, 4, 0, 1, 1}, {680.63005737}, hs100_objective,
                 {positive(c0), positive(c1), positive(c2), positive(c3)});
}

double hs113_objective(In x, Out g) {
  const double a = x[0], b = x[1], c = x[2] - 10, d = x[3] - 5, e = x[4] - 3, u = x[5] - 1, v = x[6];
  const double p = x[7] - 11, q = x[8] - 10, r = x[9] - 7;
  return put(g,
             a * a + b * b + a * b - 14 * a - 16 * b + c * c + 4 * d * d + e * e + 2 * u * u + 5 * v * v + 7 * p * p +
                 2 * q * q + r * r + 45,
             {2 * a + b - 14, 2 * b + a - 16, 2 * c, 8 * d, 2 * e, 4 * u, 10 * v, 14 * p, 4 * q, 2 * r});
}

/// The five constraints of problem 113 that are not linear.
std::vector<Constraint> hs113_curved() {
  const auto c3 = [](In x, Out g) {
    const double a = x[0] - 2, b = x[1] - 3;
    return put(g, -3 * a * a - 4 * b * b - 2 * square(x[2]) + 7 * x[3] + 120,
               {-6 * a, -8 * b, -4 * x[2], 7, 0, 0, 0, 0, 0, 0});
  };
  const auto c4 = [](In x, Out g) {
    const double c = x[2] - 6;
    return put(g, -5 * square(x[0]) - 8 * x[1] - c * c + 2 * x[3] + 40, {-10 * x[0], -8, -2 * c, 2, 0, 0, 0, 0, 0, 0});
  };
  const auto c5 = [](In x, Out g) {
    const double a = x[0] - 8, b = x[1] - 4;
    return put(g, -a * a / 2 - 2 * b * b - 3 * square(x[4]) + x[5] + 30, {-a, -4 * b, 0, 0, -6 * x[4], 1, 0, 0, 0, 0});
  };
  const auto c6 = [](In x, Out g) {
    const double a = x[0], b = x[1];
    return put(g, -a * a - 2 * square(b - 2) + 2 * a * b - 14 * x[4] + 6 * x[5],
               {2 * b - 2 * a, 2 * a - 4 * (b - 2), 0, 0, -14, 6, 0, 0, 0, 0});
  };
  const auto c7 = [](In x, Out g) {
    const double q = x[8] - 8;
    return put(g, 3 * x[0] - 6 * x[1] - 12 * q * q + 7 * x[9], {3, -6, 0, 0, 0, 0, 0, 0, -24 * q, 7});
  };
  return {positive(c3), positive(c4), positive(c5), positive(c6), positive(c7)};
}

Problem hs113() {
  std::vector<Constraint> constraints{positive(linear({-4, -5, 0, 0, 0, 0, 3, -9, 0, 0}, 105)),
                                      positive(linear({-10, 8, 0, 0, 0, 0, 17, -2, 0, 0}, 0)),
                                      positive(linear({8, -2, 0, 0, 0, 0, 0, 0, -5, 2}, 12))};
  for (Constraint& constraint : hs113_curved()) constraints.push_back(std::move(constraint));
  return problem(113, {2, 3, 5, 5, 1, 2, 7, 3, 6, 10}, {24.30620907}, hs113_objective, std::move(constraints));
}

}  // namespace

void families::hock_schittkowski_71_to_113(List& list) {
  for (const auto make : {hs71, hs72, hs76, hs77, hs78, hs79, hs80, hs81, hs100, hs113}) list.push_back(make());
}

}  // namespace talweg::problems
