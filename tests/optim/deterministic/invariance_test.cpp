// The methods have no unit of their own: f multiplied by a power of two, or all variables and bounds, leaves every
// iterate the same but for that factor, to the last bit; and every run ends, wherever the numbers lie.
#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "talweg/optim/deterministic/all.hpp"
#include "talweg/optim/minimize.hpp"
#include "talweg/problems/catalog.hpp"

namespace talweg {
namespace {

using In = std::span<const double>;
using Out = std::span<double>;
using problems::Problem;
constexpr double inf = std::numeric_limits<double>::infinity();

/// f(x / stretch) · factor.
Function in_units(const Function& f, double factor, double stretch) {
  return [&f, factor, stretch](In x, Out g) {
    std::vector<double> own(x.begin(), x.end());
    for (double& v : own) v /= stretch;
    const double value = f(own, g);
    for (double& v : g) v *= factor / stretch;
    return value * factor;
  };
}

/// A run in some units, told in those of the problem.
struct Path {
  std::vector<double> numbers;  ///< x and f of every iterate
  std::vector<std::int64_t> evaluations;
  Status status;
  bool operator==(const Path&) const = default;
};

/// 40 iterations without a convergence test. They end where the gradient is 1e-40 of the first, or f beyond 1e200:
/// further on the range of numbers itself is a unit.
Path path(const Problem& p, const Method& method, double factor, double stretch) {
  Path out;
  Options o{.max_iterations = 40, .max_evaluations = 1000, .tolerance = 0, .check_gradient = false};
  std::vector<double> start = p.start;
  o.bounds = p.bounds;
  for (auto* v : {&start, &o.bounds.lower, &o.bounds.upper})
    for (double& x : *v) x *= stretch;
  double first_norm = -1;
  o.on_iteration = [&](const Iteration& i) {
    const double norm = i.gradient_norm;
    if (first_norm < 0) first_norm = norm;
    if (norm <= 1e-40 * first_norm) return true;
    for (const double x : i.x) out.numbers.push_back(x / stretch);
    out.numbers.push_back(i.value / factor);
    out.evaluations.push_back(i.evaluations.function);
    return false;
  };
  out.status = minimize(in_units(p.function, factor, stretch), start, method, o).status;
  return out;
}

class UnitFree : public testing::TestWithParam<const char*> {};

TEST_P(UnitFree, IteratesAreTheSameBitForBit) {
  const Method method = *parse_deterministic(GetParam());
  std::vector<Problem> set;
  for (const auto& some : {problems::unconstrained_mgh(), problems::holdout()})
    set.insert(set.end(), some.begin(), some.end());
  if (method->traits().bounds) set.insert(set.end(), problems::bounded().begin(), problems::bounded().end());
  struct Units {
    double factor, stretch;
  };
  for (const Problem& p : set) {
    // A wild trial of strong Wolfe on Misra's function meets f = 1e302, which has no room for another unit.
    if (p.name == "misra1a" && std::string(GetParam()).starts_with("gd")) continue;
    const Path plain = path(p, method, 1, 1);
    for (const Units u : {Units{0x1p40, 1}, Units{0x1p-40, 1}, Units{0x1p17, 1}, Units{0x1p-100, 1}, Units{1, 0x1p20},
                          Units{1, 0x1p-20}, Units{1, 0x1p-9}, Units{0x1p31, 0x1p7}})
      EXPECT_EQ(path(p, method, u.factor, u.stretch), plain) << p.name << " f · " << u.factor << ", x · " << u.stretch;
  }
}

std::string test_name(const testing::TestParamInfo<const char*>& spec) {
  std::string name = spec.param;
  for (char& c : name)
    if (!std::isalnum(static_cast<unsigned char>(c))) c = '_';
  return name;
}

INSTANTIATE_TEST_SUITE_P(Specs, UnitFree,
                         testing::Values("lbfgs", "lbfgs,memory=10", "lbfgs,line_search=wolfe",
                                         "lbfgs,line_search=hager-zhang", "lbfgsb", "lbfgsb,memory=3", "cg", "cg:hs",
                                         "cg:hz", "cg:hz,memory=5", "cg,memory=0", "cg:hs,memory=0", "cg:hz,memory=0",
                                         "cg:fr", "cg:dy", "gd,line_search=armijo", "gd,line_search=wolfe",
                                         "gd,line_search=weak-wolfe", "gd,line_search=hager-zhang"),
                         test_name);

/// Functions of two to four variables for the sweep over the whole range of numbers.
struct Small {
  const char* name;
  std::vector<double> start;
  Function function;
};

std::vector<Small> small_functions() {
  return {{"square", {1}, [](In x, Out g) { return g[0] = 2 * x[0], x[0] * x[0]; }},
          {"valley",
           {-1.2, 1},
           [](In x, Out g) {
             const double a = x[1] - x[0] * x[0], b = 1 - x[0];
             g[0] = -400 * a * x[0] - 2 * b, g[1] = 200 * a;
             return 100 * a * a + b * b;
           }},
          {"quartic",
           {1, -2, 0.5},
           [](In x, Out g) {
             double sum = 0;
             for (std::size_t i = 0; i < 3; ++i) {
               const double cube = static_cast<double>(i + 1) * x[i] * x[i] * x[i];
               g[i] = 4 * cube, sum += cube * x[i];
             }
             return sum;
           }},
          {"saddle",
           {1, -2, 0.5, 0.1},
           [](In x, Out g) {
             for (std::size_t i = 0; i < 4; ++i) g[i] = (i % 2 ? -2 : 2) * x[i];
             return x[0] * x[0] - x[1] * x[1] + x[2] * x[2] - x[3] * x[3];
           }},
          {"slope", {1, 1}, [](In x, Out g) { return g[0] = -1, g[1] = 2 * x[1], x[1] * x[1] - x[0]; }}};
}

class Ends : public testing::TestWithParam<const char*> {};

TEST_P(Ends, WhereverTheNumbersLie) {
  const Method method = *parse_deterministic(GetParam());
  const MethodTraits traits = method->traits();
  for (const Small& small : small_functions())
    for (int power = -300; power <= 300; power += 10)
      for (const double stretch : {1e-300, 1e-150, 1.0, 1e150, 1e300})
        for (const bool boxed : {false, true}) {
          if (boxed && !traits.bounds) continue;
          const double factor = std::pow(10.0, power);
          Function f = [&](In x, Out g) {
            const double value = small.function(x, g) * factor;
            for (double& v : g) v *= factor;
            return value;
          };
          std::vector<double> start = small.start;
          for (double& x : start) x *= stretch;
          Options o{.max_iterations = 3000, .max_evaluations = 10'000, .check_gradient = false};
          if (boxed)
            o.bounds = {std::vector<double>(start.size(), -10 * stretch), std::vector<double>(start.size(), inf)};
          if (traits.constraints) {
            const auto idle = [](In, Out g) { return std::fill(g.begin(), g.end(), 0.0), 1.0; };
            o.constraints.push_back({Constraint::Kind::inequality, idle, "1 >= 0"});
          }
          const Result r = minimize(f, start, method, o);
          EXPECT_LT(r.evaluations.function, 8000)
              << small.name << " · 1e" << power << " from " << start[0] << ", box " << boxed << ": " << r.message;
        }
}

INSTANTIATE_TEST_SUITE_P(Specs, Ends,
                         testing::Values("lbfgs", "lbfgsb", "cg", "cg:hz,memory=0", "cg:fr", "sqp", "auglag"),
                         test_name);

/// The square of the gradient overflowed in the search for the Cauchy point, whose loop then had no end.
TEST(Lbfgsb, EndsWhereTheSquareOfTheGradientOverflows) {
  for (const double a : {1e154, 1e200, 1e300}) {
    const auto f = [&](In x, Out g) { return g[0] = 2 * a * x[0], a * x[0] * x[0]; };
    const Result r = minimize(f, {1}, Lbfgsb{}, {.max_evaluations = 1000, .check_gradient = false});
    EXPECT_LT(r.evaluations.function, 100) << r.message;
    EXPECT_NEAR(r.x[0], 0, 1e-7) << a;
  }
}

/// g'g underflows to 0 there, and no step was tried until the iterations were over.
TEST(UnitFree, MovesWhereTheSquareOfTheGradientUnderflows) {
  for (const char* spec : {"lbfgs", "cg", "cg:fr", "gd,line_search=armijo", "gd,line_search=weak-wolfe"}) {
    const auto f = [](In x, Out g) { return g[0] = 2 * x[0], x[0] * x[0]; };
    const Result r = minimize(f, {1e-300}, *parse_deterministic(spec),
                              {.max_iterations = 5, .tolerance = 0, .check_gradient = false});
    EXPECT_LT(std::abs(r.x[0]), 0.9e-300) << spec;
  }
}

/// Beyond a start near a maximum f falls by any multiple of what the slope there lets expect, and is bounded all the
/// same.
TEST(UnitFree, AStartNearAMaximumIsNoFallWithoutBound) {
  const auto f = [](In x, Out g) {
    g[0] = -2 * x[0] + 4 * x[0] * x[0] * x[0];
    return -x[0] * x[0] + x[0] * x[0] * x[0] * x[0];
  };
  for (const double start : {1e-3, 1e-9, 1e-12, 1e-15}) {
    const Result r = minimize(f, {start}, Lbfgs{}, {.max_iterations = 100, .tolerance = 0, .check_gradient = false});
    EXPECT_NE(r.status, Status::diverged) << start;
    EXPECT_NEAR(r.value, -0.25, 1e-9) << start;
  }
}

}  // namespace
}  // namespace talweg
