#include "talweg/optim/minimize.hpp"

#include <cmath>
#include <limits>
#include <stdexcept>

#include <gtest/gtest.h>

#include "talweg/base/error.hpp"

namespace talweg {
namespace {

/// The plainest method that the loop can drive: x -= rate · g. What is tested here is the loop, not the method.
struct Descent {
  double rate = 0.1;
};

class DescentRun final : public Run {
 public:
  DescentRun(Point start, double rate) : at_(std::move(start)), rate_(rate) {}
  const Point& at() const override { return at_; }
  StepReport step(Evaluator& f) override {
    f.ensure();
    for (std::size_t i = 0; i < at_.x.size(); ++i) at_.x[i] -= rate_ * at_.g[i];
    f.bounds().project(at_.x);
    f(at_);
    return {};
  }
  Observations observe() const override { return {{"learning_rate", {rate_}}}; }
  std::vector<std::byte> save() const override { return {}; }
  void load(std::span<const std::byte>) override {}
  void move_to(Evaluator&, Point p) override { at_ = std::move(p); }

 private:
  Point at_;
  double rate_;
};

std::shared_ptr<const MethodBase> make_method(const Descent& descent) {
  struct Base final : MethodBase {
    explicit Base(double r) : rate(r) {}
    MethodTraits traits() const override { return {.spec = "descent", .default_iterations = 500, .first_order = true}; }
    std::unique_ptr<Run> start(Point p, const Options&) const override {
      return std::make_unique<DescentRun>(std::move(p), rate);
    }
    double rate;
  };
  return std::make_shared<Base>(descent.rate);
}

double parabola(std::span<const double> x, std::span<double> g) {
  double f = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    f += x[i] * x[i];
    g[i] = 2 * x[i];
  }
  return f;
}

TEST(Minimize, ConvergesAndSaysSoWithNumbers) {
  const Result r = minimize(parabola, {3, -4}, Descent{}, {.gradient_tolerance = 1e-6});
  EXPECT_EQ(r.status, Status::converged);
  EXPECT_TRUE(r.success());
  EXPECT_LE(r.gradient_norm, 1e-6);
  EXPECT_EQ(r.evaluations.function, r.iterations + 1);
  EXPECT_EQ(r.evaluations.check, 2 + 4) << "two for the gradient, two for each variable's curvature";
  EXPECT_EQ(r.certificate.kind, Certificate::Kind::minimum);
  EXPECT_NEAR(r.certificate.smallest_curvature, 2, 1e-6);
  EXPECT_EQ(r.x, r.last_x);
  EXPECT_NE(r.message.find("converged after"), std::string::npos) << r.message;
}

TEST(Minimize, ToleranceZeroMakesExactlyTheIterationsAskedFor) {
  const Result r = minimize(parabola, {3}, Descent{.rate = 0.5}, {.max_iterations = 7, .tolerance = 0});
  EXPECT_EQ(r.iterations, 7);  // the minimum is hit in the first
  EXPECT_EQ(r.status, Status::completed);
  EXPECT_TRUE(r.success());
  EXPECT_EQ(r.certificate.kind, Certificate::Kind::unchecked);
}

TEST(Minimize, TheBestOfPointsThatDifferByRoundingIsTheFlattest) {
  // f rounds to its lowest value 95 steps on; the point goes on improving for the other five.
  const Function f = [](auto x, auto g) {
    g[0] = 2 * x[0] + 3;
    return x[0] * x[0] + 3 * x[0] + 2;
  };
  const Result r = minimize(f, {5}, Descent{}, {.max_iterations = 100, .tolerance = 0});
  EXPECT_NEAR(r.x[0], -1.4999999986759267, 1e-15);
  EXPECT_EQ(r.x, r.last_x);
}

TEST(Minimize, StartedAtTheSolutionCostsOneEvaluation) {
  Result r = minimize(parabola, {0, 0}, Descent{});
  EXPECT_EQ(r.status, Status::converged);
  EXPECT_EQ(r.iterations, 0);
  EXPECT_EQ(r.evaluations.function, 1);
}

TEST(Minimize, AFlatStartIsNoMinimum) {
  // −exp(−x²) at 6 has the slope 3e-15; the minimum is at 0.
  const Function well = [](auto x, auto g) {
    const double e = std::exp(-x[0] * x[0]);
    g[0] = 2 * x[0] * e;
    return -e;
  };
  EXPECT_LT(minimize(well, {6}, Descent{}).value, -0.99);
  const Result r = minimize(well, {6}, Descent{}, {.bounds = {std::vector{-10.0}, std::vector{10.0}}});
  EXPECT_EQ(r.status, Status::converged);
  EXPECT_LT(r.value, -0.5);
  const Result at_solution = minimize(parabola, {0}, Descent{}, {.bounds = {std::vector{-1.0}, std::vector{1.0}}});
  EXPECT_LE(at_solution.evaluations.function, 3);
  EXPECT_TRUE(at_solution.success());
}

TEST(Minimize, NoVariablesAreMinimisedAlready) {
  const Result r = minimize([](auto, auto) { return 4.0; }, std::vector<double>{}, Descent{});
  EXPECT_EQ(r.status, Status::converged);
  EXPECT_EQ(r.value, 4.0);
}

TEST(Minimize, DivergenceIsNamedAndTheBestPointKept) {
  const Result r = minimize(parabola, {1}, Descent{.rate = 10});
  EXPECT_EQ(r.status, Status::diverged);
  EXPECT_FALSE(r.success());
  EXPECT_EQ(r.x, std::vector<double>{1});
  EXPECT_NE(r.message.find("smaller learning_rate"), std::string::npos) << r.message;
  // Twenty steps are not enough to overflow; it is divergence all the same.
  EXPECT_EQ(minimize(parabola, {1}, Descent{.rate = 10}, {.max_iterations = 20}).status, Status::diverged);
  // With the tests switched off it goes on to the overflow, and never returns it.
  const Result off = minimize(parabola, {1}, Descent{.rate = 10}, {.max_iterations = 5000, .tolerance = 0});
  EXPECT_EQ(off.status, Status::diverged);
  EXPECT_EQ(off.value, 1);
}

TEST(Minimize, NanIsNamedWithStepAndCoordinate) {
  const Function f = [](auto x, auto g) {
    g[0] = 1;
    g[1] = x[0] < 0.5 ? std::nan("") : 1;
    return x[0] + x[1];
  };
  const Result r = minimize(f, {1, 1}, Descent{});
  EXPECT_EQ(r.status, Status::not_finite);
  EXPECT_EQ(r.iterations, 6);  // 0.9, 0.8, 0.7, 0.6, 0.5 (rounded up), then below
  EXPECT_NE(r.message.find("gradient of f in x[1]"), std::string::npos) << r.message;
  EXPECT_NE(r.message.find("after iteration 6"), std::string::npos) << r.message;
  EXPECT_TRUE(std::isfinite(r.value));
  const Result start = minimize(f, {0, 0}, Descent{});
  EXPECT_EQ(start.status, Status::not_finite);
  EXPECT_NE(start.message.find("at the start"), std::string::npos) << start.message;
}

TEST(Minimize, ExceptionsOfTheUserPassThroughUnchanged) {
  int calls = 0;
  const Function f = [&](auto x, auto g) {
    if (++calls == 7) throw std::logic_error("seven");
    return parabola(x, g);
  };
  try {
    minimize(f, {1}, Descent{});
    FAIL();
  } catch (const std::logic_error& e) {
    EXPECT_STREQ(e.what(), "seven");
  }
}

TEST(Minimize, LimitsAreKept) {
  Options o;
  o.max_evaluations = 5;
  Result r = minimize(parabola, {1}, Descent{}, o);
  EXPECT_EQ(r.status, Status::evaluation_limit);
  EXPECT_EQ(r.evaluations.function, 5);
  EXPECT_EQ(r.value, r.x[0] * r.x[0]) << "x and value belong together";
  o = {};
  o.max_seconds = 1e-9;
  EXPECT_EQ(minimize(parabola, {1}, Descent{}, o).status, Status::time_limit);
  o = {};
  o.target_value = 0.5;
  r = minimize(parabola, {1}, Descent{}, o);
  EXPECT_EQ(r.status, Status::target_reached);
  EXPECT_TRUE(r.success());
  EXPECT_LE(r.value, 0.5);
}

TEST(Minimize, WrongGradientEndsAtOnceAndCannotSucceed) {
  const Function f = [](auto x, auto g) {
    const double value = parabola(x, g);
    g[1] = -g[1];
    return value;
  };
  const Result r = minimize(f, {3, -4}, Descent{});
  EXPECT_EQ(r.status, Status::wrong_gradient);
  EXPECT_FALSE(r.success());
  EXPECT_EQ(r.iterations, 0);
  EXPECT_NE(r.message.find("x[1]"), std::string::npos) << r.message;
  Options off;
  off.check_gradient = false;
  const Result unchecked = minimize(f, {3, -4}, Descent{}, off);
  EXPECT_FALSE(unchecked.success()) << unchecked.message;
  off.check_curvature = false;
  EXPECT_EQ(minimize(f, {3, -4}, Descent{}, off).evaluations.check, 0);
}

TEST(Minimize, CallbackSeesEveryIterationAndMayStop) {
  std::vector<double> seen;
  Options o;
  o.on_iteration = [&](const Iteration& i) {
    EXPECT_EQ(std::size_t(i.iteration), seen.size());
    EXPECT_EQ(i.gradient[0], 2 * i.x[0]);
    EXPECT_EQ(i.state().front().name, "learning_rate");
    seen.push_back(i.x[0]);
    return seen.size() == 4;
  };
  const Result r = minimize(parabola, {8}, Descent{.rate = 0.25}, o);
  EXPECT_EQ(r.status, Status::stopped_by_caller);
  EXPECT_EQ(seen, (std::vector<double>{8, 4, 2, 1}));
  o.on_iteration = [](const Iteration&) {};  // returning nothing goes on
  EXPECT_EQ(minimize(parabola, {8}, Descent{}, o).status, Status::converged);
}

TEST(Minimize, MaximisingMirrorsMinimising) {
  const Function hill = [](auto x, auto g) {
    g[0] = -2 * (x[0] - 3);
    return 5 - (x[0] - 3) * (x[0] - 3);
  };
  Options o;
  o.maximize = true;
  o.on_iteration = [&](const Iteration& i) { EXPECT_EQ(i.gradient[0], -2 * (i.x[0] - 3)); };
  const Result r = minimize(hill, {0}, Descent{}, o);
  EXPECT_EQ(r.status, Status::converged) << r.message;
  EXPECT_NEAR(r.x[0], 3, 1e-7);
  EXPECT_NEAR(r.value, 5, 1e-12);
}

TEST(Minimize, BoundsAreNeverLeftAndFarStartsAreMovedIn) {
  Options o;
  o.bounds = {std::vector<double>{1, -std::numeric_limits<double>::infinity()}, std::vector<double>{2, 5}};
  const Function f = [](auto x, auto g) {
    EXPECT_GE(x[0], 1);
    EXPECT_LE(x[0], 2);
    EXPECT_LE(x[1], 5);
    return parabola(x, g);
  };
  const Result r = minimize(f, {10, 10}, Descent{}, o);
  EXPECT_TRUE(r.success()) << r.message;
  EXPECT_EQ(r.x[0], 1);
  EXPECT_NEAR(r.x[1], 0, 1e-8);
  EXPECT_NE(r.message.find("moved onto"), std::string::npos) << r.message;
}

TEST(Minimize, WrongUseIsRefusedInOneLine) {
  const auto refused = [](std::vector<double> x0, Options o, std::string_view part) {
    try {
      minimize(parabola, std::move(x0), Descent{}, o);
      ADD_FAILURE() << "accepted: " << part;
    } catch (const Error& e) {
      EXPECT_NE(std::string_view(e.what()).find(part), std::string_view::npos) << e.what();
      EXPECT_EQ(std::string_view(e.what()).find('\n'), std::string_view::npos);
    }
  };
  refused({std::nan("")}, {}, "x[0] = nan");
  refused({1}, {.max_iterations = -1}, "max_iterations = -1");
  refused({1}, {.max_evaluations = 0}, "max_evaluations = 0");
  refused({1}, {.max_seconds = -2}, "max_seconds = -2");
  refused({1}, {.tolerance = -1e-8}, "tolerance = -1e-08");
  refused({1}, {.gradient_tolerance = -1e-8}, "gradient_tolerance = -1e-08");
  refused({1, 1}, {.bounds = {std::vector{0.0}, std::vector{1.0}}}, "1 entries for 2 variables");
  refused({1}, {.bounds = {std::vector{2.0}, std::vector{1.0}}}, "lower 2 is above upper 1");
}

}  // namespace
}  // namespace talweg
