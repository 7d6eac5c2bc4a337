#include "talweg/optim/gradient_check.hpp"

#include <cmath>
#include <vector>

#include <gtest/gtest.h>

#include "talweg/base/random.hpp"

namespace talweg {
namespace {

using Gradient = std::function<void(std::span<const double> x, std::span<double> g)>;

/// Chained Rosenbrock in n variables, with a slip put into its gradient.
Function rosenbrock_with(Gradient slip) {
  return [slip](std::span<const double> x, std::span<double> g) {
    double f = 0;
    for (double& v : g) v = 0;
    for (std::size_t i = 0; i + 1 < x.size(); ++i) {
      const double a = x[i + 1] - x[i] * x[i], b = 1 - x[i];
      f += 100 * a * a + b * b;
      g[i] += -400 * a * x[i] - 2 * b;
      g[i + 1] += 200 * a;
    }
    slip(x, g);
    return f;
  };
}

GradientVerdict verdict_on(const Function& f, std::vector<double> x0, Options options = {}) {
  Evaluator evaluate(f, options);
  Point start{std::move(x0), 0, {}};
  evaluate(start);
  return check_gradient(evaluate, start);
}

const std::vector<double> start{-1.2, 1.0, 0.7, -0.4};

TEST(GradientCheck, RightGradientCostsTwoEvaluations) {
  const Function f = rosenbrock_with([](auto, auto) {});
  const Options options;
  Evaluator evaluate(f, options);
  Point p{start, 0, {}};
  evaluate(p);
  EXPECT_FALSE(check_gradient(evaluate, p).wrong);
  EXPECT_EQ(evaluate.evaluations().check, 2);
  EXPECT_EQ(evaluate.evaluations().function, 1);
}

TEST(GradientCheck, NamesAFlippedSign) {
  const auto v = verdict_on(rosenbrock_with([](auto, auto g) { g[2] = -g[2]; }), start);
  ASSERT_TRUE(v.wrong);
  EXPECT_EQ(v.coordinates, std::vector<std::size_t>{2});
  EXPECT_NE(v.message.find("x[2]"), std::string::npos) << v.message;
  EXPECT_NE(v.message.find("sign"), std::string::npos) << v.message;
}

TEST(GradientCheck, NamesADoubledGradient) {
  const auto v = verdict_on(rosenbrock_with([](auto, auto g) {
                              for (double& d : g) d *= 2;
                            }),
                            start);
  ASSERT_TRUE(v.wrong);
  EXPECT_EQ(v.coordinates.size(), 4u);
  EXPECT_NE(v.message.find("2 times"), std::string::npos) << v.message;
}

TEST(GradientCheck, FindsATenthAddedToOneComponent) {
  const auto v = verdict_on(rosenbrock_with([](auto, auto g) { g[1] += 0.1; }), start);
  ASSERT_TRUE(v.wrong);
  EXPECT_EQ(v.coordinates, std::vector<std::size_t>{1});
  EXPECT_NE(v.message.find("only this index"), std::string::npos) << v.message;
}

TEST(GradientCheck, FindsAMissingTerm) {
  const auto v = verdict_on(rosenbrock_with([](auto x, auto g) { g[0] += 2 * (1 - x[0]); }), start);
  ASSERT_TRUE(v.wrong);
  EXPECT_EQ(v.coordinates, std::vector<std::size_t>{0});
}

TEST(GradientCheck, FindsShuffledIndices) {
  const auto v = verdict_on(rosenbrock_with([](auto, auto g) { std::swap(g[0], g[3]); }), start);
  ASSERT_TRUE(v.wrong);
  EXPECT_EQ(v.coordinates, (std::vector<std::size_t>{0, 3}));
  EXPECT_NE(v.message.find("shuffled"), std::string::npos) << v.message;
}

TEST(GradientCheck, HalvesALongVectorDownToOneIndex) {
  std::vector<double> x(5000);
  for (std::size_t i = 0; i < x.size(); ++i) x[i] = std::sin(double(i));
  const auto v = verdict_on(rosenbrock_with([](auto, auto g) { g[3210] *= 2; }), x);
  ASSERT_TRUE(v.wrong);
  EXPECT_EQ(v.coordinates, std::vector<std::size_t>{3210});
}

TEST(GradientCheck, UsesTheNamesOfTheUser) {
  Options options;
  options.names = {"a", "b", "c", "d"};
  const auto v = verdict_on(rosenbrock_with([](auto, auto g) { g[3] = 0; }), start, options);
  EXPECT_NE(v.message.find("in d:"), std::string::npos) << v.message;
}

TEST(GradientCheck, StaysInsideTheBounds) {
  Options options;
  options.bounds = {start, std::vector<double>{-1.2, 2, 0.7, 0}};  // two variables fixed, the others start on a bound
  const Function inner = rosenbrock_with([](auto, auto) {});
  const Function f = [&](std::span<const double> x, std::span<double> g) {
    for (std::size_t i = 0; i < x.size(); ++i) {
      EXPECT_GE(x[i], options.bounds.lower[i]);
      EXPECT_LE(x[i], options.bounds.upper[i]);
    }
    return inner(x, g);
  };
  EXPECT_FALSE(verdict_on(f, start, options).wrong);
}

TEST(GradientCheck, RaisesNoAlarmOnSteepKinkedNoisyOrFlatFunctions) {
  EXPECT_FALSE(verdict_on(
                   [](auto x, auto g) {
                     const double e = std::exp(1000 * x[0]);
                     g[0] = 1000 * e;
                     return e;
                   },
                   {0.1})
                   .wrong)
      << "curvature explains it";
  EXPECT_FALSE(verdict_on(
                   [](auto x, auto g) {
                     g[0] = x[0] > 0 ? 1 : x[0] < 0 ? -1 : 0;
                     return std::abs(x[0]);
                   },
                   {0.0})
                   .wrong)
      << "a kink at the start";
  EXPECT_FALSE(verdict_on(
                   [](auto x, auto g) {
                     g[0] = 2 * x[0];
                     return (x[0] * x[0] + 1e9) - 1e9;  // rounding of 1e-7 in f
                   },
                   {1e-4})
                   .wrong)
      << "rounding inside f explains it";
  EXPECT_FALSE(verdict_on(
                   [](auto, auto g) {
                     g[0] = 0;
                     return 3.0;
                   },
                   {1.0})
                   .wrong);
}

/// A function with its true gradient, as a user may have it.
struct Sample {
  const char* name;
  std::vector<double> start;
  Function exact;
};

std::vector<Sample> samples() {
  std::vector<Sample> all;
  all.push_back({"(x-3)^2 + 1000", {1.0}, [](auto x, auto g) {
                   g[0] = 2 * (x[0] - 3);
                   return (x[0] - 3) * (x[0] - 3) + 1000;
                 }});
  all.push_back({"Rosenbrock", start, rosenbrock_with([](auto, auto) {})});
  all.push_back({"quadratic with conditions 1 to 1e4", {1, -2, 3, 0.5, 0.1}, [](auto x, auto g) {
                   double f = 7, c = 1;
                   for (std::size_t i = 0; i < x.size(); ++i, c *= 10) {
                     f += 0.5 * c * (x[i] - 0.3) * (x[i] - 0.3);
                     g[i] = c * (x[i] - 0.3);
                   }
                   return f;
                 }});
  all.push_back({"logistic", {0.5, -0.3}, [](auto x, auto g) {
                   double f = 0;
                   g[0] = g[1] = 0;
                   for (int i = 0; i < 40; ++i) {
                     const double t = -2 + 0.1 * i, s = (i * 7) % 3 == 0 ? 1 : -1;
                     const double z = s * (x[0] * t + x[1]), p = 1 / (1 + std::exp(z));
                     f += std::log1p(std::exp(-z));
                     g[0] -= s * t * p;
                     g[1] -= s * p;
                   }
                   return f;
                 }});
  all.push_back({"sin and exp", {1.3, 0.7, -0.2}, [](auto x, auto g) {
                   const double e = std::exp(x[0] * x[1]);
                   g[0] = x[1] * e + std::cos(x[0]);
                   g[1] = x[0] * e;
                   g[2] = 4 * x[2] * x[2] * x[2] + 1;
                   return e + std::sin(x[0]) + std::pow(x[2], 4) + x[2];
                 }});
  all.push_back({"a start at zero", {0, 0}, [](auto x, auto g) {
                   g[0] = 2 * (x[0] - 1);
                   g[1] = 3 * std::exp(3 * x[1]);
                   return (x[0] - 1) * (x[0] - 1) + std::exp(3 * x[1]);
                 }});
  return all;
}

/// f -> a f(x / d), and what `spoil_value` and `spoil_gradient` make of it.
Function changed(const Function& f, double a, double d, std::function<double(double)> spoil_value,
                 std::function<double(std::size_t, double)> spoil_gradient = {}) {
  return [=](std::span<const double> x, std::span<double> g) {
    std::vector<double> inner(x.begin(), x.end());
    for (double& v : inner) v /= d;
    const double value = f(inner, g);
    for (std::size_t i = 0; i < g.size(); ++i) {
      g[i] *= a / d;
      if (spoil_gradient) g[i] = spoil_gradient(i, g[i]);
    }
    return spoil_value(a * value);
  };
}

std::vector<double> scaled(std::vector<double> x, double d) {
  for (double& v : x) v *= d;
  return x;
}

double as_float(double v) { return static_cast<float>(v); }

/// Rounds to `digits` of the largest part of f, as printing and reading again would.
std::function<double(double)> quantised(double quantum) {
  return [=](double v) {
    const double unit = quantum * std::exp2(std::floor(std::log2(std::abs(v))));
    return v == 0 ? 0 : std::round(v / unit) * unit;
  };
}

/// Relative noise that depends on the value in no visible way.
std::function<double(double)> noisy(double relative) {
  return [=](double v) {
    const auto bits = std::hash<double>{}(v)*0x9E3779B97F4A7C15u;
    return v * (1 + relative * (double(bits >> 11) * 0x1p-53 - 0.5));
  };
}

TEST(GradientCheck, RaisesNoAlarmOnCoarseFunctionsInAnyUnits) {
  for (const Sample& s : samples())
    for (const double a : {1e-12, 1e-6, 1.0, 1e6, 1e12})
      for (const double d : {1e-6, 1e-3, 1.0, 1e3, 1e6}) {
        const auto quiet = [&](const Function& f, const char* what, double how) {
          const auto v = verdict_on(f, scaled(s.start, d));
          EXPECT_FALSE(v.wrong) << s.name << ", f·" << a << ", x·" << d << ", " << what << " " << how << ": "
                                << v.message;
        };
        quiet(changed(s.exact, a, d, [](double v) { return v; }), "double", 0);
        quiet(changed(s.exact, a, d, as_float), "float", 0);
        quiet(changed(s.exact, a, d, as_float, [](auto, double g) { return as_float(g); }), "float gradient", 0);
        quiet(changed(
                  s.exact, a, d, [](double v) { return v; }, [](auto, double g) { return as_float(g); }),
              "only the gradient in float", 0);
        for (const double q : {1e-10, 1e-6, 1e-4, 1e-3}) quiet(changed(s.exact, a, d, quantised(q)), "quantised", q);
        for (const double n : {1e-12, 1e-10, 1e-8, 1e-6, 1e-5, 1e-4})
          quiet(changed(s.exact, a, d, noisy(n)), "noisy", n);
      }
}

/// Computed in float from end to end: x itself is rounded, too.
TEST(GradientCheck, RaisesNoAlarmOnCodeThatComputesInFloat) {
  for (const double scale : {1e-9, 1e-3, 1.0, 1e4})
    for (const double offset : {0.0, 1.0, 1e3, 1e6})
      for (const double at : {-1.2, 0.1, 0.9, 2.0, 7.3}) {
        const Function f = [=](std::span<const double> x, std::span<double> g) {
          const float a = float(scale), b = float(offset * scale);
          float sum = b;
          for (std::size_t i = 0; i < x.size(); ++i) g[i] = 0;
          for (std::size_t i = 0; i + 1 < x.size(); ++i) {
            const float u = float(x[i]), v = float(x[i + 1]), r = v - u * u, s = 1 - u;
            sum += a * (100 * r * r + s * s);
            g[i] += a * (-400 * r * u - 2 * s);
            g[i + 1] += a * 200 * r;
          }
          return sum;
        };
        for (const std::size_t n : {2u, 5u, 40u}) {
          std::vector<double> x(n);
          for (std::size_t i = 0; i < n; ++i) x[i] = at + 0.1 * std::sin(double(i));
          const auto v = verdict_on(f, x);
          EXPECT_FALSE(v.wrong) << "scale " << scale << ", offset " << offset << ", at " << at << ": " << v.message;
        }
      }
}

/// Noise that differs at each call, as of a simulation.
TEST(GradientCheck, RaisesNoAlarmOnFunctionsThatNeverRepeat) {
  Random random(5);
  for (const Sample& s : samples())
    for (const double relative : {1e-12, 1e-9, 1e-7, 1e-5, 1e-4, 1e-3})
      for (int trial = 0; trial < 50; ++trial) {
        const auto v = verdict_on(
            changed(s.exact, 1, 1, [&](double f) { return f * (1 + relative * random.uniform(-1, 1)); }), s.start);
        EXPECT_FALSE(v.wrong) << s.name << ", noise " << relative << ": " << v.message;
      }
}

TEST(GradientCheck, StillFindsWrongGradientsInAnyUnits) {
  for (const Sample& s : samples())
    for (const double a : {1e-12, 1.0, 1e12})
      for (const double d : {1e-6, 1.0, 1e6})
        for (std::size_t at = 0; at < s.start.size(); ++at) {
          // The units of x do not show in a start of zeros: f is then seen at lengths of 1e-8 to 0.1.
          if (s.start == std::vector<double>(s.start.size(), 0.0) && d != 1) continue;
          const auto alarm = [&](const char* what, const std::function<double(double)>& value, double factor) {
            const auto slip = [=](std::size_t i, double g) { return i == at ? factor * g : g; };
            const auto v = verdict_on(changed(s.exact, a, d, value, slip), scaled(s.start, d));
            EXPECT_EQ(v.coordinates, std::vector<std::size_t>{at})
                << s.name << ", f·" << a << ", x·" << d << ", " << what << ", factor " << factor << ": " << v.message;
          };
          for (const double factor : {-1.0, 2.0, 0.5, 0.0, 1.01, 0.99})
            alarm(
                "double", [](double v) { return v; }, factor);
        }
}

TEST(GradientCheck, FindsWrongGradientsOfFloatFunctions) {
  for (const Sample& s : samples())
    for (const double a : {1e-12, 1.0, 1e12})
      for (const double factor : {-1.0, 2.0, 0.5, 0.0, 1.1, 0.9}) {
        const auto slip = [=](std::size_t, double g) { return factor * g; };
        EXPECT_TRUE(verdict_on(changed(s.exact, a, 1, as_float, slip), s.start).wrong)
            << s.name << ", f·" << a << ", factor " << factor;
      }
}

TEST(GradientCheck, TheMessageSaysHowToSwitchItOff) {
  const auto v = verdict_on(rosenbrock_with([](auto, auto g) { g[2] = -g[2]; }), start);
  EXPECT_NE(v.message.find("Options::check_gradient = false"), std::string::npos) << v.message;
  EXPECT_EQ(v.message.find("--"), std::string::npos) << v.message;
}

TEST(GradientCheck, CostsLittleOnAFloatFunction) {
  const auto all = samples();
  const Function f = changed(all[0].exact, 1, 1, as_float);
  const Options options;
  Evaluator evaluate(f, options);
  Point p{all[0].start, 0, {}};
  evaluate(p);
  EXPECT_FALSE(check_gradient(evaluate, p).wrong);
  EXPECT_LE(evaluate.evaluations().check, 50);
}

}  // namespace
}  // namespace talweg
