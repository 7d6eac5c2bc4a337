#include <cmath>
#include <numbers>

#include "talweg/problems/families.hpp"
#include "talweg/problems/hock_schittkowski.hpp"

namespace talweg::problems {
namespace {

using namespace hs;
using std::numbers::pi;
using std::numbers::sqrt3;

Problem hs6() {
  return problem(6, {-1.2, 1}, {0},
                 [](In x, Out g) {
                   return put(g, square(1 - x[0]), {2 * (x[0] - 1), 0});
                 },
                 {zero([](In x, Out g) {
                   return put(g, 10 * (x[1] - x[0] * x[0]), {-20 * x[0], 10});
                 })});
}

Problem hs7() {
  const auto f = [](In x, Out g) {
    const double s = 1 + x[0] * x[0];
    return put(g, std::log(s) - x[1], {2 * x[0] / s, -1});
  };
  const auto c = [](In x, Out g) {
    const double s = 1 + x[0] * x[0];
    return put(g, s * s + x[1] * x[1] - 4, {4 * x[0] * s, 2 * x[1]});
  };
  return problem(7, {2, 2}, {-sqrt3}, f, {zero(c)});
}

Problem hs8() {
  return problem(8, {2, 1}, {-1},
                 [](In, Out g) {
                   return put(g, -1, {0, 0});
                 },
                 {zero([](In x, Out g) {
                    return put(g, square(x[0]) + square(x[1]) - 25, {2 * x[0], 2 * x[1]});
                  }),
                  zero([](In x, Out g) {
                    return put(g, x[0] * x[1] - 9, {x[1], x[0]});
                  })});
}

Problem hs9() {
  const auto f = [](In x, Out g) {
    const double u = pi * x[0] / 12, v = pi * x[1] / 16;
    return put(g, std::sin(u) * std::cos(v),
               {pi / 12 * std::cos(u) * std::cos(v), -pi / 16 * std::sin(u) * std::sin(v)});
  };
  return problem(9, {0, 0}, {-0.5}, f, {zero(linear({4, -3}, 0))});
}

Problem hs10() {
  const auto c = [](In x, Out g) {
    return put(g, -3 * x[0] * x[0] + 2 * x[0] * x[1] - x[1] * x[1] + 1, {-6 * x[0] + 2 * x[1], 2 * x[0] - 2 * x[1]});
  };
  return problem(10, {-10, 10}, {-1}, linear({1, -1}, 0), {positive(c)});
}

Problem hs11() {
  const auto f = [](In x, Out g) { return put(g, square(x[0] - 5) + square(x[1]) - 25, {2 * (x[0] - 5), 2 * x[1]}); };
  return problem(11, {4.9, 0.1}, {-8.498464223154}, f, {positive([](In x, Out g) {
                   return put(g, x[1] - square(x[0]), {-2 * x[0], 1});
                 })});
}

Problem hs12() {
  const auto f = [](In x, Out g) {
    return put(g, 0.5 * square(x[0]) + square(x[1]) - x[0] * x[1] - 7 * x[0] - 7 * x[1],
               {x[0] - x[1] - 7, 2 * x[1] - x[0] - 7});
  };
  const auto c = [](In x, Out g) { return put(g, 25 - 4 * square(x[0]) - square(x[1]), {-8 * x[0], -2 * x[1]}); };
  return problem(12, {0, 0}, {-30}, f, {positive(c)});
}

/// The minimum (1, 0) is a cusp: no multipliers exist there.
Problem hs13() {
  const auto f = [](In x, Out g) { return put(g, square(x[0] - 2) + square(x[1]), {2 * (x[0] - 2), 2 * x[1]}); };
  const auto c = [](In x, Out g) { return put(g, cube(1 - x[0]) - x[1], {-3 * square(1 - x[0]), -1}); };
  return problem(13, {-2, -2}, {1}, f, {positive(c)}, {{0, 0}, {inf, inf}});
}

double distance_to_2_1(In x, Out g) {
  return put(g, square(x[0] - 2) + square(x[1] - 1), {2 * (x[0] - 2), 2 * (x[1] - 1)});
}

Problem hs14() {
  const auto c = [](In x, Out g) { return put(g, 1 - square(x[0]) / 4 - square(x[1]), {-x[0] / 2, -2 * x[1]}); };
  return problem(14, {2, 2}, {9 - 2.875 * std::sqrt(7.0)}, distance_to_2_1, {zero(linear({1, -2}, 1)), positive(c)});
}

Problem hs15() {
  return problem(15, {-2, 1}, {306.5, 360.3797671742836}, rosenbrock,
                 {positive([](In x, Out g) {
                    return put(g, x[0] * x[1] - 1, {x[1], x[0]});
                  }),
                  positive([](In x, Out g) {
                    return put(g, x[0] + square(x[1]), {1, 2 * x[1]});
                  })},
                 {{-inf, -inf}, {0.5, inf}});
}

Problem hs18() {
  const auto f = [](In x, Out g) { return put(g, 0.01 * square(x[0]) + square(x[1]), {0.02 * x[0], 2 * x[1]}); };
  const auto c = [](In x, Out g) { return put(g, square(x[0]) + square(x[1]) - 25, {2 * x[0], 2 * x[1]}); };
  return problem(18, {2, 2}, {5}, f,
                 {positive([](In x, Out g) {
                    return put(g, x[0] * x[1] - 25, {x[1], x[0]});
                  }),
                  positive(c)},
                 {{2, 0}, {50, 50}});
}

Problem hs19() {
  const auto f = [](In x, Out g) {
    return put(g, cube(x[0] - 10) + cube(x[1] - 20), {3 * square(x[0] - 10), 3 * square(x[1] - 20)});
  };
  const auto outside = [](In x, Out g) {
    return put(g, square(x[0] - 5) + square(x[1] - 5) - 100, {2 * (x[0] - 5), 2 * (x[1] - 5)});
  };
  const auto within = [](In x, Out g) {
    return put(g, 82.81 - square(x[0] - 6) - square(x[1] - 5), {-2 * (x[0] - 6), -2 * (x[1] - 5)});
  };
  return problem(19, {20.1, 5.84}, {-6961.81387558}, f, {positive(outside), positive(within)}, {{13, 0}, {100, 100}});
}

Problem hs21() {
  const auto f = [](In x, Out g) { return put(g, 0.01 * square(x[0]) + square(x[1]) - 100, {0.02 * x[0], 2 * x[1]}); };
  return problem(21, {-1, -1}, {-99.96}, f, {positive(linear({10, -1}, -10))}, {{2, -50}, {50, 50}});
}

Problem hs22() {
  return problem(22, {2, 2}, {1}, distance_to_2_1, {positive(linear({-1, -1}, 2)), positive([](In x, Out g) {
                                                      return put(g, x[1] - square(x[0]), {-2 * x[0], 1});
                                                    })});
}

Problem hs23() {
  const auto f = [](In x, Out g) { return put(g, square(x[0]) + square(x[1]), {2 * x[0], 2 * x[1]}); };
  const auto round = [](In x, Out g) { return put(g, square(x[0]) + square(x[1]) - 1, {2 * x[0], 2 * x[1]}); };
  const auto flat = [](In x, Out g) { return put(g, 9 * square(x[0]) + square(x[1]) - 9, {18 * x[0], 2 * x[1]}); };
  return problem(23, {3, 1}, {2, 9.472135955}, f,
                 {positive(linear({1, 1}, -1)), positive(round), positive(flat), positive([](In x, Out g) {
                    return put(g, square(x[0]) - x[1], {2 * x[0], -1});
                  }),
                  positive([](In x, Out g) {
                    return put(g, square(x[1]) - x[0], {-1, 2 * x[1]});
                  })},
                 {{-50, -50}, {50, 50}});
}

Problem hs24() {
  const auto f = [](In x, Out g) {
    const double factor = 1 / (27 * sqrt3), u = square(x[0] - 3) - 9;
    return put(g, factor * u * cube(x[1]), {2 * factor * (x[0] - 3) * cube(x[1]), 3 * factor * u * square(x[1])});
  };
  return problem(
      24, {1, 0.5}, {-1}, f,
      {positive(linear({1 / sqrt3, -1}, 0)), positive(linear({1, sqrt3}, 0)), positive(linear({-1, -sqrt3}, 6))},
      {{0, 0}, {inf, inf}});
}

}  // namespace

void families::hock_schittkowski_6_to_24(List& list) {
  for (const auto make : {hs6, hs7, hs8, hs9, hs10, hs11, hs12, hs13, hs14, hs15, hs18, hs19, hs21, hs22, hs23, hs24})
    list.push_back(make());
}

}  // namespace talweg::problems
