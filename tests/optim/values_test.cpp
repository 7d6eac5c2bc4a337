// Functions that give a value without its gradient: the same path, and fewer gradients.
#include <cmath>

#include <gtest/gtest.h>

#include "optim/deterministic/specs.hpp"
#include "support/files.hpp"
#include "talweg/autodiff/differences.hpp"
#include "talweg/autodiff/scalar.hpp"
#include "talweg/optim/deterministic/all.hpp"
#include "talweg/optim/minimize.hpp"
#include "talweg/optim/minimizer.hpp"
#include "talweg/problems/catalog.hpp"

namespace talweg {
namespace {

using In = std::span<const double>;
using Out = std::span<double>;
using problems::Problem;

struct Calls {
  std::int64_t values = 0, gradients = 0;
};

/// A problem's function, counted.
struct WithGradient {
  const Problem* problem;
  Calls* calls;
  double operator()(In x, Out g) const { return ++calls->gradients, problem->function(x, g); }
};

/// The same, which gives its value alone as well.
struct WithValue : WithGradient {
  double operator()(In x) const {
    std::vector<double> unused(x.size());
    return ++calls->values, problem->function(x, unused);
  }
  using WithGradient::operator();
};

/// The iterates, the numbers of points and all that was found there.
std::vector<double> path(const Function& f, const Problem& p, const Method& method, Result& result) {
  std::vector<double> all;
  Options o{.max_iterations = 300, .bounds = p.bounds, .constraints = p.constraints};
  o.on_iteration = [&](const Iteration& i) {
    all.insert(all.end(), i.x.begin(), i.x.end());
    all.insert(all.end(), i.gradient.begin(), i.gradient.end());
    all.push_back(i.value);
    all.push_back(static_cast<double>(i.evaluations.function));
    all.push_back(static_cast<double>(i.evaluations.check));
  };
  result = minimize(f, p.start, method, o);
  return all;
}

bool takes(const Method& method, const Problem& p) {
  const MethodTraits traits = method->traits();
  return (p.bounds.empty() || traits.bounds) && (p.constraints.empty() || traits.constraints) && p.n() <= 20;
}

class ValuesAlone : public ::testing::TestWithParam<const char*> {};

TEST_P(ValuesAlone, LeaveEveryIterateAsItIsAndCountEveryCall) {
  const Method method(GetParam());
  for (const Problem& p : problems::all()) {
    if (!takes(method, p)) continue;
    Calls with, without;
    Result one, other;
    const auto plain = path(WithGradient{&p, &without}, p, method, one);
    const auto asked = path(WithValue{{&p, &with}}, p, method, other);
    ASSERT_EQ(plain, asked) << p.name;
    EXPECT_EQ(one.message, other.message) << p.name;
    EXPECT_EQ(one.evaluations.function, other.evaluations.function) << p.name;
    EXPECT_EQ(one.evaluations.check, other.evaluations.check) << p.name;
    EXPECT_EQ(one.evaluations.gradient, one.evaluations.function) << p.name;
    EXPECT_EQ(one.evaluations.repeated, 0) << p.name;
    EXPECT_LE(other.evaluations.gradient, other.evaluations.function) << p.name;
    if (!p.constraints.empty()) continue;  // their checks are counted with those of f
    for (const auto& [r, calls] : {std::pair{&one, without}, std::pair{&other, with}})
      EXPECT_EQ(r->evaluations.function + r->evaluations.check + r->evaluations.repeated,
                calls.values + calls.gradients)
          << p.name;
  }
}

INSTANTIATE_TEST_SUITE_P(Of, ValuesAlone, ::testing::ValuesIn(every_spec), spec_name);

TEST(ValuesAlone, SaveGradientsWhereALineSearchBacktracks) {
  const Problem p = problems::by_name("rosenbrock");
  Calls with, without;
  Result one, other;
  path(WithGradient{&p, &without}, p, "gd,line_search=armijo", one);
  path(WithValue{{&p, &with}}, p, "gd,line_search=armijo", other);
  EXPECT_LT(other.evaluations.gradient, other.evaluations.function);
  EXPECT_LT(with.gradients, without.gradients);
}

TEST(ValuesAlone, OfDifferencesCostOneEvaluation) {
  std::int64_t calls = 0;
  const Function f = differences([&](In x) {
    ++calls;
    return x[0] * x[0] + x[1] * x[1] + x[2] * x[2];
  });
  ASSERT_TRUE(f.gives_values());
  const std::vector<double> x{1, 2, 3};
  EXPECT_EQ(f.value(x), 14);
  EXPECT_EQ(calls, 1);
}

TEST(ValuesAlone, ShareOneObjectWithTheGradient) {
  struct Counter {
    int calls = 0;
    double operator()(In, Out g) { return g[0] = 0, ++calls; }
    double operator()(In) { return ++calls; }
  };
  const Function f = Counter{};
  const std::vector<double> x{0};
  std::vector<double> g(1);
  EXPECT_EQ(f(x, g), 1);
  EXPECT_EQ(f.value(x), 2);
  EXPECT_EQ(f(x, g), 3);
  const Function copy = f;
  EXPECT_EQ(copy.value(x), 4);
  EXPECT_EQ(f.value(x), 4);
  EXPECT_FALSE(Function([](In, Out) { return 0.0; }).gives_values());
  EXPECT_FALSE(Function());
}

TEST(ValuesAlone, ARunIsTakenUpWithItsCounts) {
  const Problem p = problems::by_name("rosenbrock");
  Calls calls;
  const Method method("gd,line_search=armijo");
  Minimizer whole(WithValue{{&p, &calls}}, p.start, method, {.max_iterations = 60});
  while (whole.step() == Status::running) continue;
  Minimizer first(WithValue{{&p, &calls}}, p.start, method, {.max_iterations = 60});
  for (int k = 0; k < 25; ++k) first.step();
  Archive archive;
  first.save(archive);
  Minimizer second(WithValue{{&p, &calls}}, p.start, method, {.max_iterations = 60});
  second.load(archive);
  while (second.step() == Status::running) continue;
  const Result a = whole.result(), b = second.result();
  EXPECT_EQ(a.x, b.x);
  EXPECT_EQ(a.evaluations.gradient, b.evaluations.gradient);
  EXPECT_EQ(a.evaluations.repeated, b.evaluations.repeated);
  EXPECT_GT(a.evaluations.repeated, 0);
}

/// A value that is finite where the gradient is not, and lower: the trial is as good as none.
TEST(ValuesAlone, ALowValueWithoutAGradientIsNotAccepted) {
  struct Hole {
    double operator()(In x, Out g) const {
      g[0] = x[0] < 2 ? NAN : 2 * x[0];
      return x[0] * x[0];
    }
    double operator()(In x) const { return x[0] * x[0]; }
  };
  const Result r = minimize(Hole{}, {3}, "gd,line_search=armijo");
  EXPECT_GE(r.x[0], 2) << r.message;
  EXPECT_TRUE(std::isfinite(r.gradient[0])) << r.message;
}

}  // namespace
}  // namespace talweg
