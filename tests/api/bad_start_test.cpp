#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

#include "talweg/api/minimize/minimize.hpp"

/// From far away f is so large that all that is left later looks like nothing beside it. What is claimed must be true.
namespace talweg::api {
namespace {

struct Start {
  double x, y;
};

Result run(const std::string& formula, Start start, const std::string& constraint, const std::string& method) {
  MinimizeRequest request;
  request.formula = formula;
  request.start = {{"x", start.x}, {"y", start.y}};
  request.method.optimizer = method;
  request.options.max_iterations = 3000;
  if (!constraint.empty()) request.constraints = {constraint};
  return minimize(request).result;
}

bool is_at(const Result& r, double end) { return r.value - end <= 1e-5 * std::max(1.0, std::abs(end)); }

std::string place(const Result& r, Start start, const std::string& what) {
  return r.optimizer + " from " + std::to_string(start.x) + ", " + std::to_string(start.y) + " " + what + ": " +
         std::to_string(r.value) + ", " + r.message;
}

std::vector<Start> far_starts(std::initializer_list<double> sizes) {
  std::vector<Start> out;
  for (const double size : sizes)
    for (const double a : {size, -size}) out.insert(out.end(), {{a, 1}, {1, a}, {a, size}, {a, -size}});
  return out;
}

const std::string rosenbrock = "100*(y-x^2)^2+(1-x)^2";

struct Valley {
  std::string formula;
  double end;
};
/// Each has one minimal value.
const std::vector<Valley>& valleys() {
  static const std::vector<Valley> all{{rosenbrock, 0},
                                       {"(x-1)^2+(y-2)^2", 0},
                                       {"1000+(x-1)^2+(y-2)^2", 1000},
                                       {"(x-1)^2+1e4*(y+2)^2", 0},
                                       {"(x-1)^2+1e6*(y-2)^2", 0},
                                       {"x^2+x*y+y^2-3*x", -3},
                                       {"(x-1)^4+(y+2)^4", 0},
                                       {"(x-1)^4+(y-2)^2", 0},
                                       {"(x^2+y-11)^2+(x+y^2-7)^2", 0},
                                       {"log(1+x^2)+(y-1)^2", 0},
                                       {"sqrt(1+x^2)+(y-1)^2", 1}};
  return all;
}

TEST(BadStart, NoFalseSuccessBesideAnIdleConstraint) {
  const std::vector<Start> starts = far_starts({1e3, 1e5, 1e6, 1e7, 1e8});
  for (const char* method : {"sqp", "auglag"}) {
    int runs = 0, solved = 0;
    for (const Valley& v : valleys())
      for (const char* idle : {"y>=-10", "x>=-10", "x^2+y^2<=1e3"})
        for (const Start& start : starts) {
          const Result r = run(v.formula, start, idle, method);
          ++runs;
          solved += r.success();
          EXPECT_TRUE(!r.success() || is_at(r, v.end)) << v.formula << " " << place(r, start, idle);
        }
    EXPECT_GE(solved, 0.93 * runs) << method;  // honest about the others
  }
}

TEST(BadStart, NorBesideOneThatHolds) {
  struct Case {
    std::string formula, constraint;
    double end;
  };
  const std::vector<Case> cases{{rosenbrock, "x<=0.5", 0.25},           {rosenbrock, "y<=0.25", 0.25},
                                {"(x-1)^2+(y-2)^2", "y>=3", 1},         {"(x-1)^2+(y-2)^2", "x+y<=1", 2},
                                {"(x-1)^2+1e4*(y+2)^2", "y>=3", 2.5e5}, {"x^2+x*y+y^2-3*x", "y>=0", -2.25},
                                {"(x-1)^4+(y-2)^2", "y>=3", 1},         {"log(1+x^2)+(y-1)^2", "y>=2", 1}};
  const std::vector<Start> starts = far_starts({1e3, 1e5, 1e7, 1e8});
  for (const char* method : {"sqp", "auglag"})
    for (const Case& c : cases)
      for (const Start& start : starts) {
        const Result r = run(c.formula, start, c.constraint, method);
        EXPECT_TRUE(!r.success() || is_at(r, c.end)) << c.formula << " " << place(r, start, c.constraint);
      }
}

TEST(BadStart, NorWithoutConstraints) {
  const std::vector<Start> starts = far_starts({1e3, 1e5, 1e7, 1e8});
  for (const char* method : {"lbfgs", "cg", "gd,line_search=weak-wolfe"})
    for (const Valley& v : valleys())
      for (const Start& start : starts) {
        const Result r = run(v.formula, start, "", method);
        EXPECT_TRUE(!r.success() || is_at(r, v.end)) << v.formula << " " << place(r, start, "");
      }
}

TEST(BadStart, TheMultipliersOfAnotherPointAreNoEvidence) {
  // Newton's steps in y lead from f = 1e12 to the floor of the valley, where x wants to leave its constraint.
  for (const double far : {1e5, 1e6, 1e7}) EXPECT_TRUE(is_at(run(rosenbrock, {-far, far}, "x>=-10", "sqp"), 0)) << far;
}

TEST(BadStart, TheNoiseOfAPlaceFarUpIsNoneBelow) {
  const Result r = run(rosenbrock, {1e6, -1e6}, "x>=-10", "sqp");
  EXPECT_TRUE(is_at(r, 0)) << r.message;
}

TEST(BadStart, ALongStepOfDifferencesIsNoNoise) {
  const Result r = run("log(1+x^2)+(y-1)^2", {1e7, 1e7}, "x>=-10", "sqp");
  EXPECT_TRUE(is_at(r, 0)) << r.message;
}

TEST(BadStart, ANewtonStepBeyondAllNumbersIsShortened) {
  for (const Start& start : {Start{100, 1}, Start{100, 100}, Start{300, -300}, Start{300, 300}})
    for (const char* method : {"sqp", "auglag"}) {
      const Result r = run("exp(x)-x+y", start, "y>=1", method);
      EXPECT_TRUE(!r.success() || is_at(r, 2)) << place(r, start, "y>=1");
      const Result squared = run("exp(x)-x+y^2", start, "y>=1", method);
      EXPECT_TRUE(!squared.success() || is_at(squared, 2)) << place(squared, start, "y>=1");
    }
}

TEST(BadStart, CurvatureIsLookedAtWhereFIsFinite) {
  // The lengths of the variables are those of the way from 1e15, over which e^x is none.
  const Result r = run("exp(x)-x+y^2", {-1e15, 1e15}, "", "lbfgs");
  EXPECT_TRUE(is_at(r, 1)) << r.message;
  EXPECT_NE(r.certificate.kind, Certificate::Kind::unchecked) << r.message;
}

TEST(BadStart, TheEndIsWhatNewtonsStepsFound) {
  // They were made anyway, and what they won was nothing beside a way of 1e30.
  for (const char* method : {"lbfgs", "cg"}) {
    const Result r = run("(x-1)^2+(y-2)^2", {1e15, -1e15}, "", method);
    EXPECT_TRUE(r.success()) << r.message;
    EXPECT_LE(r.value, 1e-10) << r.message;
  }
}

TEST(BadStart, AConstraintThatSaysNothingHidesNoMinimum) {
  const Result r = run("(x-1)^2+(y-2)^2", {0.3, 0.4}, "0*x=0", "sqp");
  EXPECT_TRUE(r.success());
  EXPECT_EQ(r.certificate.kind, Certificate::Kind::minimum) << r.message;
}

TEST(BadStart, AMaximumAlongConstraintsWithoutMultipliersIsLeft) {
  // The gradient of the constraint is 0 wherever it holds: x + y is stationary at (√½, √½) by none of its multipliers.
  for (const char* method : {"sqp", "auglag"})
    for (const Start& start : {Start{1, 1}, Start{1, 0.5}, Start{2, 2}}) {
      const Result r = run("x+y", start, "(x^2+y^2-1)^2=0", method);
      EXPECT_NEAR(r.value, -std::sqrt(2), 1e-6) << place(r, start, "");
    }
}

TEST(BadStart, AMinimumOfHigherOrderIsNoBadStart) {
  // Beside its vanishing curvature every way is long: the run must not be sent on for ever.
  for (const char* power : {"4", "6", "8"}) {
    const Result r = run(std::string("x^") + power + "+y^2", {3, 1}, "", "lbfgs");
    EXPECT_TRUE(r.success()) << r.message;
    EXPECT_LE(r.evaluations.function, 200) << power;
    EXPECT_EQ(r.certificate.kind, Certificate::Kind::flat) << r.message;
  }
}

}  // namespace
}  // namespace talweg::api
