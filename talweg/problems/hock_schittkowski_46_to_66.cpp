#include <cmath>
#include <numbers>

#include "talweg/problems/families.hpp"
#include "talweg/problems/hock_schittkowski.hpp"

namespace talweg::problems {
namespace {

using namespace hs;
using std::numbers::sqrt2;

/// (x_1 - x_2)^2 + (x_3 - 1)^2 + (x_4 - 1)^4 + (x_5 - 1)^6: singular where it ends.
double flat_sum(In x, Out g) {
  const double a = x[0] - x[1], b = x[2] - 1, c = x[3] - 1, d = x[4] - 1, d3 = cube(d);
  return put(g, a * a + b * b + c * cube(c) + d3 * d3, {2 * a, -2 * a, 2 * b, 4 * cube(c), 6 * d3 * d * d});
}

Problem hs46() {
  const auto c0 = [](In x, Out g) {
    const double angle = x[3] - x[4], slope = std::cos(angle);
    return put(g, square(x[0]) * x[3] + std::sin(angle) - 1, {2 * x[0] * x[3], 0, 0, square(x[0]) + slope, -slope});
  };
  const auto c1 = [](In x, Out g) {
    const double fourth = square(square(x[2]));
    return put(g, x[1] + fourth * square(x[3]) - 2, {0, 1, 4 * cube(x[2]) * square(x[3]), 2 * fourth * x[3], 0});
  };
  return problem(46, {sqrt2 / 2, 1.75, 0.5, 2, 2}, {0}, flat_sum, {zero(c0), zero(c1)});
}

Problem hs48() {
  const auto f = [](In x, Out g) {
    const double a = x[0] - 1, b = x[1] - x[2], c = x[3] - x[4];
    return put(g, a * a + b * b + c * c, {2 * a, 2 * b, -2 * b, 2 * c, -2 * c});
  };
  return problem(48, {3, 5, -3, 2, -2}, {0}, f,
                 {zero(linear({1, 1, 1, 1, 1}, -5)), zero(linear({0, 0, 1, -2, -2}, 3))});
}

Problem hs49() {
  return problem(49, {10, 7, 2, -3, 0.8}, {0}, flat_sum,
                 {zero(linear({1, 1, 1, 4, 0}, -7)), zero(linear({0, 0, 1, 0, 5}, -6))});
}

Problem hs50() {
  const auto f = [](In x, Out g) {
    const double a = x[0] - x[1], b = x[1] - x[2], c = x[2] - x[3], d = x[3] - x[4], c3 = 4 * cube(c);
    return put(g, a * a + b * b + c * cube(c) + d * d, {2 * a, 2 * b - 2 * a, c3 - 2 * b, 2 * d - c3, -2 * d});
  };
  return problem(
      50, {35, -31, 11, 5, -5}, {0}, f,
      {zero(linear({1, 2, 3, 0, 0}, -6)), zero(linear({0, 1, 2, 3, 0}, -6)), zero(linear({0, 0, 1, 2, 3}, -6))});
}

/// (factor x_1 - x_2)^2 + (x_2 + x_3 - 2)^2 + (x_4 - 1)^2 + (x_5 - 1)^2
Function plane_sum(double factor) {
  return [factor](In x, Out g) {
    const double a = factor * x[0] - x[1], b = x[1] + x[2] - 2, c = x[3] - 1, d = x[4] - 1;
    return put(g, a * a + b * b + c * c + d * d, {2 * factor * a, 2 * b - 2 * a, 2 * b, 2 * c, 2 * d});
  };
}

/// The constraints of problems 51 to 53: x_1 + 3 x_2 = total, x_3 + x_4 = 2 x_5, x_2 = x_5
std::vector<Constraint> planes(double total) {
  return {zero(linear({1, 3, 0, 0, 0}, -total)), zero(linear({0, 0, 1, 1, -2}, 0)), zero(linear({0, 1, 0, 0, -1}, 0))};
}

Problem hs51() { return problem(51, {2.5, 0.5, 2, -1, 0.5}, {0}, plane_sum(1), planes(4)); }
Problem hs52() { return problem(52, {2, 2, 2, 2, 2}, {1859.0 / 349}, plane_sum(4), planes(0)); }
Problem hs53() {
  return problem(53, {2, 2, 2, 2, 2}, {176.0 / 43}, plane_sum(1), planes(0),
                 {{-10, -10, -10, -10, -10}, {10, 10, 10, 10, 10}});
}

Problem hs60() {
  const auto f = [](In x, Out g) {
    const double a = x[0] - 1, b = x[0] - x[1], c = x[1] - x[2];
    return put(g, a * a + b * b + c * cube(c), {2 * a + 2 * b, 4 * cube(c) - 2 * b, -4 * cube(c)});
  };
  const auto c = [](In x, Out g) {
    return put(g, x[0] * (1 + square(x[1])) + x[2] * cube(x[2]) - 4 - 3 * sqrt2,
               {1 + square(x[1]), 2 * x[0] * x[1], 4 * cube(x[2])});
  };
  return problem(60, {2, 2, 2}, {0.03256820025507}, f, {zero(c)}, {{-10, -10, -10}, {10, 10, 10}});
}

/// At the start the second and third columns of the Jacobian vanish.
Problem hs61() {
  const auto f = [](In x, Out g) {
    const double a = x[0], b = x[1], c = x[2];
    return put(g, 4 * a * a + 2 * b * b + 2 * c * c - 33 * a + 16 * b - 24 * c, {8 * a - 33, 4 * b + 16, 4 * c - 24});
  };
  return problem(61, {0, 0, 0}, {-143.6461421978, -81.9190960946}, f,
                 {zero([](In x, Out g) {
                    return put(g, 3 * x[0] - 2 * square(x[1]) - 7, {3, -4 * x[1], 0});
                  }),
                  zero([](In x, Out g) {
                    return put(g, 4 * x[0] - square(x[2]) - 11, {4, 0, -2 * x[2]});
                  })});
}

Problem hs63() {
  const auto f = [](In x, Out g) {
    const double a = x[0], b = x[1], c = x[2];
    return put(g, 1000 - a * a - 2 * b * b - c * c - a * b - a * c, {-2 * a - b - c, -4 * b - a, -2 * c - a});
  };
  const auto c = [](In x, Out g) {
    return put(g, square(x[0]) + square(x[1]) + square(x[2]) - 25, {2 * x[0], 2 * x[1], 2 * x[2]});
  };
  return problem(63, {2, 2, 2}, {961.71517213}, f, {zero(linear({8, 14, 7}, -56)), zero(c)},
                 {{0, 0, 0}, {inf, inf, inf}});
}

Problem hs64() {
  const auto f = [](In x, Out g) {
    const double p = 50000 / x[0], q = 72000 / x[1], r = 144000 / x[2];
    return put(g, 5 * x[0] + p + 20 * x[1] + q + 10 * x[2] + r, {5 - p / x[0], 20 - q / x[1], 10 - r / x[2]});
  };
  const auto c = [](In x, Out g) {
    return put(g, 1 - 4 / x[0] - 32 / x[1] - 120 / x[2], {4 / square(x[0]), 32 / square(x[1]), 120 / square(x[2])});
  };
  return problem(64, {1, 1, 1}, {6299.84242793}, f, {positive(c)}, {{1e-5, 1e-5, 1e-5}, {inf, inf, inf}});
}

Problem hs65() {
  const auto f = [](In x, Out g) {
    const double a = x[0] - x[1], b = x[0] + x[1] - 10, c = x[2] - 5;
    return put(g, a * a + b * b / 9 + c * c, {2 * a + 2 * b / 9, 2 * b / 9 - 2 * a, 2 * c});
  };
  const auto c = [](In x, Out g) {
    return put(g, 48 - square(x[0]) - square(x[1]) - square(x[2]), {-2 * x[0], -2 * x[1], -2 * x[2]});
  };
  return problem(65, {-5, 5, 0}, {0.95352885680}, f, {positive(c)}, {{-4.5, -4.5, -5}, {4.5, 4.5, 5}});
}

Problem hs66() {
  return problem(66, {0, 1.05, 2.9}, {0.51816327418}, linear({-0.8, 0, 0.2}, 0),
                 {positive([](In x, Out g) {
                    return put(g, x[1] - std::exp(x[0]), {-std::exp(x[0]), 1, 0});
                  }),
                  positive([](In x, Out g) {
                    return put(g, x[2] - std::exp(x[1]), {0, -std::exp(x[1]), 1});
                  })},
                 {{0, 0, 0}, {100, 100, 10}});
}

}  // namespace

void families::hock_schittkowski_46_to_66(List& list) {
  for (const auto make : {hs46, hs48, hs49, hs50, hs51, hs52, hs53, hs60, hs61, hs63, hs64, hs65, hs66})
    list.push_back(make());
}

}  // namespace talweg::problems
