// Functions that are wrong, end somewhere, or have no minimum: every method must say so at once.
#include <cmath>
#include <limits>

#include <gtest/gtest.h>

#include "optim/deterministic/specs.hpp"
#include "talweg/optim/deterministic/all.hpp"
#include "talweg/optim/minimize.hpp"

namespace talweg {
namespace {

using Vec = std::vector<double>;
using In = std::span<const double>;
using Out = std::span<double>;
constexpr double nan = std::numeric_limits<double>::quiet_NaN();

/// Two of Rosenbrock's functions.
double valleys(In x, Out g) {
  double f = 0;
  for (std::size_t i = 0; i + 1 < x.size(); i += 2) {
    const double a = x[i + 1] - x[i] * x[i], b = 1 - x[i];
    g[i] = -400 * x[i] * a - 2 * b;
    g[i + 1] = 200 * a;
    f += 100 * a * a + b * b;
  }
  return f;
}
const Vec start{-1.2, 1, 0.5, 2};

struct Defect {
  const char* what;
  void (*apply)(In x, Out g);
  const char* named;
};
const Defect defects[] = {
    {"one sign flipped", [](In, Out g) { g[1] = -g[1]; }, "in b: given 88"},
    {"all signs flipped",
     [](In, Out g) {
       for (double& v : g) v = -v;
     },
     "the sign is flipped"},
    {"doubled",
     [](In, Out g) {
       for (double& v : g) v *= 2;
     },
     "every one is 2 times"},
    {"one component +0.1", [](In, Out g) { g[2] += 0.1; }, "in c: given"},
    {"a missing term", [](In x, Out g) { g[0] += 2 * (1 - x[0]); }, "in a: given"},
    {"a shuffled index", [](In, Out g) { std::swap(g[2], g[3]); }, "the indices are shuffled"},
};

class Defects : public testing::TestWithParam<const char*> {
 protected:
  Method method() const { return *parse_deterministic(GetParam()); }
};

TEST_P(Defects, OfTheGradientAreNamedBeforeTheFirstStep) {
  for (const Defect& d : defects) {
    const auto f = [&](In x, Out g) {
      const double value = valleys(x, g);
      d.apply(x, g);
      return value;
    };
    const Result r = minimize(f, start, method(), {.names = {"a", "b", "c", "d"}});
    EXPECT_EQ(r.status, Status::wrong_gradient) << d.what << ": " << r.message;
    EXPECT_FALSE(r.success());
    EXPECT_EQ(r.evaluations.function, 1);
    EXPECT_EQ(r.x, start);
    EXPECT_NE(r.message.find(d.named), std::string::npos) << d.what << ": " << r.message;
  }
}

TEST_P(Defects, OfTheGradientEndTheRunWithoutTheCheckToo) {
  for (const Defect& d : defects) {
    if (std::string_view(d.what) == "doubled") continue;  // a positive multiple of the gradient leads to the minimum
    const auto f = [&](In x, Out g) {
      const double value = valleys(x, g);
      d.apply(x, g);
      return value;
    };
    const Result r = minimize(f, start, method(), {.check_gradient = false});
    // A method that comes to rest where the gradient given is zero cannot know better: Armijo's test sees values only.
    const bool at_rest =
        r.status == Status::converged && std::string_view(GetParam()).find("armijo") != std::string::npos;
    EXPECT_TRUE(!r.success() || at_rest) << d.what << ": " << r.message;
    EXPECT_LE(r.evaluations.function, 5000) << d.what << ": " << r.message;
  }
}

TEST_P(Defects, AWallOfNaNEndsAtTheWallAndNamesTheVariable) {
  const auto by_value = [](In x, Out g) {
    g[0] = 2 * x[0], g[1] = 2 * (x[1] - 1);
    return x[0] < 0.5 ? nan : x[0] * x[0] + (x[1] - 1) * (x[1] - 1);
  };
  const auto by_gradient = [](In x, Out g) {
    g[0] = x[0] < 0.5 ? nan : 2 * x[0], g[1] = 2 * (x[1] - 1);
    return x[0] * x[0] + (x[1] - 1) * (x[1] - 1);
  };
  for (const Function& f : {Function(by_value), Function(by_gradient)}) {
    const Result r = minimize(f, {2, 3}, method(), {.names = {"width", "height"}});
    EXPECT_EQ(r.status, Status::not_finite) << r.message;
    EXPECT_NE(r.message.find("width"), std::string::npos) << r.message;
    EXPECT_NEAR(r.x[0], 0.5, 1e-6);
    EXPECT_GE(r.x[0], 0.5);
    EXPECT_LE(r.evaluations.function, 300);
  }
}

TEST_P(Defects, NoNumberAtTheStartIsNamed) {
  const auto value = [](In, Out g) {
    std::fill(g.begin(), g.end(), nan);
    return nan;
  };
  const auto derivative = [](In, Out g) {
    g[0] = 1, g[1] = nan;
    return 1.0;
  };
  const Options o{.names = {"width", "height"}};
  const Result a = minimize(value, {2, 3}, method(), o), b = minimize(derivative, {2, 3}, method(), o);
  for (const Result& r : {a, b}) {
    EXPECT_EQ(r.status, Status::not_finite);
    EXPECT_EQ(r.evaluations.function, 1);
    EXPECT_EQ(r.evaluations.check, 0);
    EXPECT_EQ(r.x, (Vec{2, 3}));
  }
  EXPECT_NE(a.message.find("f is nan at the start (width = 2, height = 3)"), std::string::npos) << a.message;
  EXPECT_NE(b.message.find("in height is nan at the start"), std::string::npos) << b.message;
}

TEST_P(Defects, WhatIsThrownAtAnyEvaluationPassesThrough) {
  struct Mine {
    int value;
  };
  for (int at = 1; at <= 12; ++at) {
    int calls = 0;
    const auto f = [&](In x, Out g) {
      if (++calls == at) throw Mine{at};
      return valleys(x, g);
    };
    try {
      minimize(f, start, method(), {.check_gradient = false});
      FAIL() << "nothing was thrown at " << at;
    } catch (const Mine& thrown) {
      EXPECT_EQ(thrown.value, at);
      EXPECT_EQ(calls, at);
    }
  }
}

TEST_P(Defects, NoVariableIsSuccessAtOnce) {
  const Result r = minimize([](In, Out) { return 3.0; }, {}, method());
  EXPECT_EQ(r.status, Status::converged);
  EXPECT_EQ(r.evaluations.function, 1);
  EXPECT_EQ(r.value, 3);
}

TEST_P(Defects, OneVariable) {
  const auto cosh = [](In x, Out g) {
    g[0] = std::sinh(x[0]);
    return std::cosh(x[0]);
  };
  const Result r = minimize(cosh, {20}, method());
  EXPECT_EQ(r.status, Status::converged) << r.message;
  EXPECT_NEAR(r.x[0], 0, 1e-8);
}

TEST_P(Defects, NoMinimumIsDivergence) {
  const Function functions[] = {[](In x, Out g) { return g[0] = -1, -x[0]; },
                                [](In x, Out g) { return g[0] = -2 * x[0], -x[0] * x[0]; },
                                [](In x, Out g) { return g[0] = 3 * x[0] * x[0], x[0] * x[0] * x[0]; },
                                [](In x, Out g) { return g[0] = -std::exp(x[0]), -std::exp(x[0]); }};
  for (const Function& f : functions) {
    const Result r = minimize(f, {-1}, method(), {.max_iterations = 1000});
    EXPECT_EQ(r.status, Status::diverged) << r.message;
    EXPECT_LE(r.evaluations.function, 150);
    EXPECT_TRUE(std::isfinite(r.value));
    EXPECT_NE(r.message.find("without bound"), std::string::npos) << r.message;
  }
}

/// The words are those of the user's f: it rises, and the values are its own.
TEST_P(Defects, MaximisingSpeaksOfTheUsersFunction) {
  const Function rising = [](In x, Out g) { return g[0] = 2 * x[0], x[0] * x[0]; };
  const Result r = minimize(rising, {1}, method(), {.max_iterations = 1000, .maximize = true});
  EXPECT_EQ(r.status, Status::diverged) << r.message;
  EXPECT_NE(r.message.find("f rises without bound"), std::string::npos) << r.message;
  EXPECT_EQ(r.message.find(": -"), std::string::npos) << r.message;
  EXPECT_EQ(r.message.find("falls"), std::string::npos) << r.message;
}

INSTANTIATE_TEST_SUITE_P(Specs, Defects, testing::ValuesIn(every_spec), spec_name);

}  // namespace
}  // namespace talweg
