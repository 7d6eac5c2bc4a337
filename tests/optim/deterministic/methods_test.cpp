#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <stdexcept>

#include "optim/deterministic/specs.hpp"
#include "talweg/base/error.hpp"
#include "talweg/base/random.hpp"
#include "talweg/optim/deterministic/all.hpp"
#include "talweg/optim/minimize.hpp"

/// What every deterministic method has to hold, run over a list of specs. Joining the list runs the suite.
namespace talweg {
namespace {

using Vec = std::vector<double>;

double rosenbrock(std::span<const double> x, std::span<double> g) {
  const double a = x[1] - x[0] * x[0], b = 1 - x[0];
  g[0] = -400 * x[0] * a - 2 * b;
  g[1] = 200 * a;
  return 100 * a * a + b * b;
}

/// ½ Σ (i + 1)(x_i − 1)²
double bowl(std::span<const double> x, std::span<double> g) {
  double f = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    const double weight = static_cast<double>(i + 1), t = x[i] - 1;
    g[i] = weight * t;
    f += 0.5 * weight * t * t;
  }
  return f;
}

class EveryMethod : public testing::TestWithParam<const char*> {
 protected:
  Method method() const { return *parse_deterministic(GetParam()); }
  bool slow() const { return std::string_view(GetParam()).starts_with("gd"); }
};

TEST_P(EveryMethod, MinimisesABowlAndReportsIt) {
  const Result r = minimize(bowl, Vec(7, -2.0), method());
  EXPECT_EQ(r.status, Status::converged) << r.message;
  for (const double x : r.x) EXPECT_NEAR(x, 1, 2e-8);
  EXPECT_EQ(r.optimizer.substr(0, 2), std::string_view(GetParam()).substr(0, 2));
}

TEST_P(EveryMethod, MinimisesRosenbrock) {
  const Result r = minimize(rosenbrock, {-1.2, 1.0}, method(), {.max_iterations = slow() ? 200'000 : 1000});
  EXPECT_EQ(r.status, Status::converged) << r.message;
  EXPECT_NEAR(r.x[0], 1, 1e-6);
  EXPECT_NEAR(r.x[1], 1, 1e-6);
}

TEST_P(EveryMethod, FNeverRisesByMoreThanRounding) {
  double last = HUGE_VAL;
  Options o{.max_iterations = 300};
  o.on_iteration = [&](const Iteration& i) {
    EXPECT_LE(i.value, last + 1e-10 * std::abs(last));
    last = i.value;
  };
  minimize(rosenbrock, {-1.2, 1.0}, method(), o);
}

TEST_P(EveryMethod, NeedsOneEvaluationAtTheSolution) {
  const Result r = minimize(bowl, Vec(3, 1.0), method());
  EXPECT_EQ(r.status, Status::converged);
  EXPECT_EQ(r.evaluations.function, 1);
}

TEST_P(EveryMethod, MakesExactlyTheIterationsAskedForAtToleranceZero) {
  const Result r = minimize(bowl, Vec(2, 0.0), method(), {.max_iterations = 40, .tolerance = 0});
  EXPECT_TRUE(r.iterations == 40 || r.status == Status::converged_at_precision) << r.message;
  EXPECT_NEAR(r.x[0], 1, 1e-7);
}

TEST_P(EveryMethod, OneVariable) {
  const auto quartic = [](std::span<const double> x, std::span<double> g) {
    g[0] = 4 * std::pow(x[0] - 3, 3);
    return std::pow(x[0] - 3, 4);
  };
  const Result r = minimize(quartic, {-5.0}, method());
  EXPECT_EQ(r.status, Status::converged) << r.message;
  EXPECT_NEAR(r.x[0], 3, 2e-3);  // |4 e³| <= 1e-8
}

TEST_P(EveryMethod, AFunctionUnboundedBelowIsDivergenceAndEndsAtOnce) {
  const auto line = [](std::span<const double> x, std::span<double> g) {
    g[0] = -1;
    return -x[0];
  };
  const auto cap = [](std::span<const double> x, std::span<double> g) {
    g[0] = -2 * x[0], g[1] = 2 * x[1];
    return x[1] * x[1] - x[0] * x[0];
  };
  for (const Result& r : {minimize(line, {0.0}, method()), minimize(cap, {1.0, 0.5}, method())}) {
    EXPECT_EQ(r.status, Status::diverged) << r.message;
    EXPECT_FALSE(r.success());
    EXPECT_LE(r.evaluations.function, 120);
    EXPECT_NE(r.message.find("without bound"), std::string::npos) << r.message;
    EXPECT_TRUE(std::isfinite(r.value));
  }
}

TEST_P(EveryMethod, ANumberThatIsNoneBehindAWallIsAShorterStep) {
  // The minimum lies at 2; beyond 3 there is nothing. The first steps leap there.
  const auto walled = [](std::span<const double> x, std::span<double> g) {
    const double t = x[0] - 2;
    g[0] = 40 * t;
    return x[0] > 3 ? std::nan("") : 20 * t * t;
  };
  const Result r = minimize(walled, {1.99}, method());
  EXPECT_EQ(r.status, Status::converged) << r.message;
  EXPECT_NEAR(r.x[0], 2, 1e-8);
}

TEST_P(EveryMethod, AMinimumBehindAWallOfNanIsNamedAsWhatItIs) {
  const auto f = [](std::span<const double> x, std::span<double> g) {
    g[0] = 2 * x[0];
    return x[0] < 0.5 ? std::nan("") : x[0] * x[0];
  };
  const Result r = minimize(f, {2.0}, method(), {.names = {"width"}});
  EXPECT_EQ(r.status, Status::not_finite) << r.message;
  EXPECT_NEAR(r.x[0], 0.5, 1e-2);
  EXPECT_TRUE(std::isfinite(r.value));
  EXPECT_NE(r.message.find("width = 0.4"), std::string::npos) << r.message;
  EXPECT_LE(r.evaluations.function, 700);
}

TEST_P(EveryMethod, WhatTheFunctionThrowsPassesThrough) {
  int calls = 0;
  const auto f = [&](std::span<const double> x, std::span<double> g) {
    if (++calls == 7) throw std::out_of_range("at evaluation 7");
    return rosenbrock(x, g);
  };
  EXPECT_THROW(minimize(f, {-1.2, 1.0}, method(), {.check_gradient = false}), std::out_of_range);
  EXPECT_EQ(calls, 7);
}

TEST_P(EveryMethod, TheBestPointSurvivesABudgetThatEndsInsideALineSearch) {
  for (std::int64_t budget = 1; budget <= 25; ++budget) {
    double lowest = HUGE_VAL;
    const auto f = [&](std::span<const double> x, std::span<double> g) {
      const double value = rosenbrock(x, g);
      lowest = std::min(lowest, value);
      return value;
    };
    const Result r = minimize(f, {-1.2, 1.0}, method(), {.max_evaluations = budget, .check_gradient = false});
    EXPECT_EQ(r.status, Status::evaluation_limit);
    EXPECT_EQ(r.evaluations.function, budget);
    // Searches prefer a point that meets their conditions to a lower one that does not: the last one only is free.
    EXPECT_LE(r.value, std::max(lowest * 1.5, lowest + 1)) << budget;
    Vec g(2);
    EXPECT_EQ(r.value, rosenbrock(r.x, g));
    EXPECT_EQ(r.gradient, g);
  }
}

TEST_P(EveryMethod, AToleranceBelowRoundingEndsWithinAFewEvaluations) {
  // Gradient descent needs thousands of iterations in Rosenbrock's valley, and in a bowl a few.
  const Function plain = slow() ? Function(bowl) : Function(rosenbrock);
  const auto shifted = [&](std::span<const double> x, std::span<double> g) { return 1 + plain(x, g); };
  for (const Function& f : {plain, Function(shifted)})
    for (const double tolerance : {1e-16, 1e-300}) {
      const auto run = [&](double t) { return minimize(f, {-1.2, 1.5}, method(), {.tolerance = t}); };
      const Result reached = run(1e-8), r = run(tolerance);
      EXPECT_TRUE(r.status == Status::converged_at_precision || r.gradient_norm == 0) << r.message;
      EXPECT_NEAR(r.x[0], 1, 1e-7);
      // A nearly exact search cannot be had any more, and tries 60 times in each of the last iterations.
      const bool exact = std::string_view(GetParam()).ends_with("curvature=0.1");
      EXPECT_LE(r.evaluations.function, reached.evaluations.function + (exact ? 150 : 60));
    }
}

TEST_P(EveryMethod, AWrongGradientIsNoSuccess) {
  // The check is switched off: the method has to notice by itself that f does not follow.
  const auto offset = [](std::span<const double> x, std::span<double> g) {
    const double f = bowl(x, g);
    g[1] += 0.1;
    return f;
  };
  const auto flipped = [](std::span<const double> x, std::span<double> g) {
    const double f = bowl(x, g);
    g[2] = -g[2];
    return f;
  };
  for (const Function& f : {Function(offset), Function(flipped)}) {
    const Result r = minimize(f, Vec(4, -1.0), method(), {.max_iterations = 2000, .check_gradient = false});
    EXPECT_FALSE(r.success()) << r.message;
    EXPECT_LE(r.evaluations.function, 2000);
  }
}

/// Σ of Rosenbrock's function over pairs of variables.
double valleys(std::span<const double> x, std::span<double> g) {
  double f = 0;
  for (std::size_t i = 0; i + 1 < x.size(); i += 2) f += rosenbrock(x.subspan(i, 2), g.subspan(i, 2));
  return f;
}

TEST_P(EveryMethod, ResumedAtAnyIterationItTakesBitwiseTheSamePath) {
  const Method m = method();
  const Vec x0{-1.2, 1, 2, -1, 0.5, 3};
  for (const double tolerance : {0.0, 1e-10})
    for (const bool limited : {false, true}) {
      Options options{.tolerance = tolerance};
      if (limited && m->traits().bounds) options.bounds = {Vec(6, -5.0), Vec(6, 0.8)};
      if (limited && m->traits().constraints)
        options.constraints = {{Constraint::Kind::inequality,
                                [](std::span<const double> x, std::span<double> g) {
                                  double c = 3;
                                  for (std::size_t i = 0; i < x.size(); ++i) g[i] = -2 * x[i], c -= x[i] * x[i];
                                  return c;
                                },
                                "ball"}};
      const Function f = valleys;
      Evaluator evaluate(f, options);
      Point start{x0, 0, {}};
      options.bounds.project(start.x);
      evaluate(start);
      auto run = m->start(start, options);
      std::vector<std::vector<std::byte>> saved{run->save()};
      std::vector<Point> path;
      for (bool running = true; running && path.size() < 60;) {
        running = run->step(evaluate).status == Status::running;
        path.push_back(run->at());
        saved.push_back(run->save());
      }
      for (std::size_t from = 0; from < path.size(); ++from) {
        auto resumed = m->start(start, options);
        resumed->load(saved[from]);
        for (std::size_t k = from; k < path.size(); ++k) {
          resumed->step(evaluate);
          ASSERT_EQ(resumed->at(), path[k]) << "resumed at " << from << ", iteration " << k;
          ASSERT_EQ(resumed->save(), saved[k + 1]) << "resumed at " << from << ", iteration " << k;
        }
      }
    }
}

TEST_P(EveryMethod, DamagedStatesAreRefused) {
  const Options options;
  Point start{{-1.2, 1.0}, 0, Vec(2)};
  start.f = rosenbrock(start.x, start.g);
  auto run = method()->start(start, options);
  auto bytes = run->save();
  auto cut = bytes;
  cut.pop_back();
  EXPECT_THROW(run->load(cut), Error);
  bytes.push_back(std::byte{});
  EXPECT_THROW(run->load(bytes), Error);
  Point other{{1.0, 1.0, 1.0}, 0, Vec(3, 1.0)};
  EXPECT_THROW(run->load(method()->start(other, options)->save()), Error);
}

TEST_P(EveryMethod, ObservesWhatItsListPromises) {
  Options o{.max_iterations = 5};
  std::vector<std::string> names;
  o.on_iteration = [&](const Iteration& i) {
    names.clear();
    for (const Observation& v : i.state()) names.push_back(v.name);
  };
  const Result r = minimize(rosenbrock, {-1.2, 1.0}, method(), o);
  for (const ItemInfo& info : deterministic_methods())
    if (r.optimizer.starts_with(info.label() + ",")) {
      std::vector<std::string> promised;
      for (const Slot& s : info.slots) promised.emplace_back(s.name);
      EXPECT_EQ(names, promised);
    }
}

INSTANTIATE_TEST_SUITE_P(Specs, EveryMethod, testing::ValuesIn(every_spec), spec_name);

class FastMethod : public EveryMethod {};

TEST_P(FastMethod, RosenbrockFromAThousandStartsConvergesOrSaysWhyNot) {
  Random random(7);
  int converged = 0;
  for (int k = 0; k < 1000; ++k) {
    const Result r = minimize(rosenbrock, {random.uniform(-10, 10), random.uniform(-10, 10)}, method());
    converged += r.success();
    if (r.success()) {
      EXPECT_NEAR(r.x[0], 1, 1e-5) << r.message;
      EXPECT_NEAR(r.x[1], 1, 1e-5) << r.message;
    }
  }
  EXPECT_EQ(converged, 1000);
}

TEST_P(FastMethod, AShiftOfFChangesNeitherThePointNorTheHonesty) {
  for (const double shift : {1e6, -1e6})
    for (const double sign : {1.0, -1.0}) {
      const auto f = [&](std::span<const double> x, std::span<double> g) {
        const double value = rosenbrock(x, g);
        for (double& v : g) v *= sign;
        return sign * (value + shift);
      };
      const Result r = minimize(f, {-1.2, 1.0}, method(), {.tolerance = 1e-14, .maximize = sign < 0});
      EXPECT_TRUE(r.success()) << r.message;
      EXPECT_NEAR(r.x[0], 1, 1e-5) << r.message;
      EXPECT_NEAR(r.x[1], 1, 1e-5) << r.message;
    }
}

INSTANTIATE_TEST_SUITE_P(Specs, FastMethod, testing::ValuesIn(fast_specs), spec_name);

class Slow : public testing::TestWithParam<const char*> {};

TEST_P(Slow, AShiftOfFIsFollowedByTheSlopesAlone) {
  // In this valley f falls by less than its rounding at each step, long before x is near.
  const auto f = [](std::span<const double> x, std::span<double> g) { return 1e6 + rosenbrock(x, g); };
  const Result r =
      minimize(f, {-1.2, 1.0}, *parse_deterministic(GetParam()), {.max_iterations = 200'000, .tolerance = 1e-14});
  EXPECT_TRUE(r.success()) << r.message;
  EXPECT_NEAR(r.x[0], 1, 4e-5);  // f rises by 0.2 (x − 1)² along the valley, and its rounding is 2.2e-10
}

INSTANTIATE_TEST_SUITE_P(Specs, Slow,
                         testing::Values("gd,line_search=weak-wolfe", "gd,line_search=armijo", "gd,line_search=wolfe",
                                         "gd,line_search=hager-zhang"),
                         spec_name);

}  // namespace
}  // namespace talweg
