#include "talweg/optim/deterministic/line_search/line_search.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "talweg/optim/deterministic/line_search/ray.hpp"
#include "talweg/optim/deterministic/settings.hpp"

namespace talweg {
namespace {

struct Curve {
  const char* name;
  double (*value)(double);
  double (*slope)(double);
};

/// Functions 1 to 3 of Moré & Thuente (1994), section 5, and others that searches have failed on.
const Curve curves[] = {
    {"parabola", [](double a) { return a * a - 2 * a; }, [](double a) { return 2 * a - 2; }},
    {"more-thuente 1", [](double a) { return -a / (a * a + 2); },
     [](double a) { return (a * a - 2) / ((a * a + 2) * (a * a + 2)); }},
    {"more-thuente 2", [](double a) { return std::pow(a + 0.004, 5) - 2 * std::pow(a + 0.004, 4); },
     [](double a) { return 5 * std::pow(a + 0.004, 4) - 8 * std::pow(a + 0.004, 3); }},
    {"steep wall", [](double a) { return std::exp(10 * a) / 10 - 2 * a; },
     [](double a) { return std::exp(10 * a) - 2; }},
    {"logarithm", [](double a) { return -std::log(1 + a) + 0.01 * a; }, [](double a) { return -1 / (1 + a) + 0.01; }},
    {"wall of NaN", [](double a) { return a < 0.7 ? a * a - 1.2 * a : std::nan(""); },
     [](double a) { return 2 * a - 1.2; }},
    {"wall of infinity", [](double a) { return a < 0.7 ? a * a - 1.2 * a : HUGE_VAL; },
     [](double a) { return 2 * a - 1.2; }},
};

struct Searched {
  SearchResult result;
  int trials;
  Trial origin;
  Point at;
};

Searched run(LineSearch kind, const SearchSettings& settings, const Curve& curve, double first, double floor = -1e20) {
  const Function f = [&](std::span<const double> x, std::span<double> g) {
    g[0] = curve.slope(x[0]);
    return curve.value(x[0]);
  };
  const Options options;
  Evaluator evaluate(f, options);
  Point at{{0.0}, curve.value(0), {curve.slope(0)}}, latest, lowest;
  const std::vector<double> direction{1.0};
  Ray ray(evaluate, at, direction, at.g[0], floor, latest, lowest);
  const SearchResult r = search(kind, settings, ray, first);
  const Trial origin = ray.origin();
  if (r.trial.step > 0) ray.accept(r.trial, at);
  return {r, ray.trials(), origin, at};
}

const LineSearch kinds[] = {LineSearch::weak_wolfe, LineSearch::wolfe, LineSearch::hager_zhang, LineSearch::armijo};

TEST(LineSearch, EndsWhereItsConditionsHoldFromAnyFirstStep) {
  for (const LineSearch kind : kinds)
    for (const Curve& curve : curves)
      for (const double first : {1e-6, 1e-3, 0.1, 1.0, 10.0, 1e3})
        for (const double c2 : {0.1, 0.9}) {
          const SearchSettings s{.decrease = 1e-4, .curvature = c2};
          const Searched r = run(kind, s, curve, first);
          const std::string where = std::string(curve.name) + " from " + std::to_string(first) + " by " +
                                    std::string(line_search_names[static_cast<std::size_t>(kind)]);
          ASSERT_EQ(r.result.outcome, SearchOutcome::found) << where;
          const Trial &t = r.result.trial, &o = r.origin;
          EXPECT_LE(t.value, o.value + s.decrease * t.step * o.slope) << where;
          EXPECT_TRUE(kind == LineSearch::armijo || t.slope >= c2 * o.slope) << where;
          EXPECT_TRUE(kind != LineSearch::wolfe || t.slope <= -c2 * o.slope) << where;
          EXPECT_LE(r.trials, 40) << where;
          EXPECT_EQ(r.at.x[0], t.step) << where;
          EXPECT_EQ(r.at.f, t.value) << where;
          EXPECT_EQ(r.at.g[0], t.slope) << where;
        }
}

TEST(LineSearch, IsExactOnAParabolaWhenAskedForIt) {
  for (const LineSearch kind : {LineSearch::weak_wolfe, LineSearch::wolfe, LineSearch::hager_zhang}) {
    const Searched r = run(kind, {.decrease = 1e-4, .curvature = 1e-10}, curves[0], 3);
    EXPECT_NEAR(r.result.trial.step, 1, 1e-9);
    EXPECT_LE(r.trials, 3) << "the cubic through two trials is the parabola itself";
  }
}

TEST(LineSearch, SaysThatAFunctionIsUnbounded) {
  const Curve line{"line", [](double a) { return -a; }, [](double) { return -1.0; }};
  for (const LineSearch kind : {LineSearch::weak_wolfe, LineSearch::wolfe, LineSearch::hager_zhang}) {
    const Searched r = run(kind, {}, line, 1);
    EXPECT_EQ(r.result.outcome, SearchOutcome::unbounded);
    EXPECT_LE(r.trials, 60);
  }
}

TEST(LineSearch, FailsWithoutALowerPointWhereTheSlopeLies) {
  const Curve uphill{"liar", [](double a) { return a; }, [](double) { return -1.0; }};
  for (const LineSearch kind : kinds) {
    const Searched r = run(kind, {}, uphill, 1);
    EXPECT_EQ(r.result.outcome, SearchOutcome::failed);
    EXPECT_EQ(r.at.x[0], 0);
    EXPECT_LE(r.trials, 60);
  }
}

TEST(LineSearch, GivesBackTheLowestPointWhenItsConditionsCannotBeMet) {
  // Lower at 1, where the slope is still as steep as at the start, and NaN beyond: no Wolfe point exists.
  const Curve cliff{"cliff", [](double a) { return a <= 1 ? -a : std::nan(""); }, [](double) { return -1.0; }};
  for (const LineSearch kind : {LineSearch::weak_wolfe, LineSearch::wolfe, LineSearch::hager_zhang}) {
    const Searched r = run(kind, {}, cliff, 0.5);
    EXPECT_EQ(r.result.outcome, SearchOutcome::improved);
    EXPECT_GE(r.at.x[0], 0.5);
    EXPECT_EQ(r.at.f, -r.at.x[0]);
    EXPECT_LE(r.trials, 60);
  }
}

TEST(LineSearch, TrustsSlopesWhereValuesAreRounding) {
  // 1e8 + (a − 1)²·1e-9: every value within 10 of the origin rounds to the same double.
  const Curve flat{"offset", [](double a) { return 1e8 + 1e-9 * (a - 1) * (a - 1); },
                   [](double a) { return 2e-9 * (a - 1); }};
  for (const LineSearch kind : {LineSearch::weak_wolfe, LineSearch::wolfe, LineSearch::hager_zhang})
    for (const double first : {0.01, 0.5, 5.0}) {
      const Searched r = run(kind, {.decrease = 1e-4, .curvature = 0.1}, flat, first);
      EXPECT_EQ(r.result.outcome, SearchOutcome::found);
      // The strong condition bounds the slope on both sides by a tenth, the others the rising one by its start.
      EXPECT_GE(r.at.x[0], 0.899);
      EXPECT_LE(r.at.x[0], kind == LineSearch::wolfe ? 1.101 : 2);
    }
}

TEST(CubicMinimiser, FindsTheMinimumOfACubic) {
  // a³ − 3a has its minimum at 1
  const auto trial = [](double a) { return Trial{a, a * a * a - 3 * a, 3 * a * a - 3}; };
  EXPECT_NEAR(cubic_minimiser(trial(0), trial(2)), 1, 1e-14);
  EXPECT_NEAR(cubic_minimiser(trial(2), trial(0)), 1, 1e-14);
  EXPECT_NEAR(cubic_minimiser(trial(0.2), trial(0.4)), 1, 1e-12);
}

/// Only the product of gradient and direction overflows: the message does not blame the gradient.
TEST(LineSearchWords, AnOverflowOfTheSlopeIsCalledSo) {
  Options options;
  const Function f = [](std::span<const double> x, std::span<double> g) {
    return g[0] = x[0] > 1 ? 1e200 : -1, -std::min(x[0], 1.0);
  };
  Evaluator evaluate(f, options);
  Point start{{0}, 0, {}}, latest, lowest;
  evaluate(start);
  const std::vector<double> direction{1e150};
  Ray ray(evaluate, start, direction, -1e150, -INFINITY, latest, lowest);
  ray.at(1);
  EXPECT_NE(ray.defect().find("the slope along the search direction exceeds the largest number"), std::string::npos)
      << ray.defect();
}

}  // namespace
}  // namespace talweg
