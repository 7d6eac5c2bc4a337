// Constraints that one call gives: the same path as one call for each, and one call for each point.
#include <cmath>

#include <gtest/gtest.h>

#include "support/files.hpp"
#include "talweg/base/error.hpp"
#include "talweg/optim/deterministic/all.hpp"
#include "talweg/optim/minimize.hpp"
#include "talweg/problems/catalog.hpp"

namespace talweg {
namespace {

using In = std::span<const double>;
using Out = std::span<double>;
using Kind = Constraint::Kind;
using problems::Problem;
using testing::contains;
using testing::message_of;

/// Constraints of one kind that stand together, as one function, and how often it was called.
std::vector<Constraint> together(const std::vector<Constraint>& all, std::vector<std::int64_t>& calls) {
  std::vector<Constraint> out;
  calls.assign(all.size(), 0);
  for (std::size_t i = 0, end = 0; i < all.size(); i = end) {
    for (end = i + 1; end < all.size() && all[end].kind == all[i].kind;) ++end;
    const std::vector<Constraint> rows(all.begin() + std::ptrdiff_t(i), all.begin() + std::ptrdiff_t(end));
    const auto c = [rows, count = &calls[i]](In x, Out jacobian) {
      ++*count;
      std::vector<double> values;
      for (std::size_t k = 0; k < rows.size(); ++k)
        values.push_back(rows[k].function(x, jacobian.subspan(k * x.size(), x.size())));
      return values;
    };
    for (Constraint& row : vector_constraint(all[i].kind, rows.size(), c)) out.push_back(std::move(row));
  }
  return out;
}

Result run(const Problem& p, const char* method, std::vector<Constraint> constraints, std::vector<double>& path) {
  Options o{.max_iterations = 300, .bounds = p.bounds, .constraints = std::move(constraints)};
  o.on_iteration = [&](const Iteration& i) {
    path.insert(path.end(), i.x.begin(), i.x.end());
    path.push_back(i.value);
    path.push_back(static_cast<double>(i.evaluations.check));
  };
  return minimize(p.function, p.start, method, o);
}

TEST(VectorConstraint, GivesThePathOfItsRowsWithOneCallForEachPoint) {
  std::size_t several = 0;
  for (const Problem& p : problems::constrained())
    for (const char* method : {"sqp", "auglag"}) {
      std::vector<double> one_path, other_path;
      std::vector<std::int64_t> single(p.constraints.size()), calls;
      std::vector<Constraint> counted = p.constraints;
      for (std::size_t i = 0; i < counted.size(); ++i)
        counted[i].function = [f = p.constraints[i].function, count = &single[i]](In x, Out g) {
          return ++*count, f(x, g);
        };
      const Result one = run(p, method, counted, one_path);
      const Result other = run(p, method, together(p.constraints, calls), other_path);
      ASSERT_EQ(one_path, other_path) << p.name << ", " << method;
      EXPECT_EQ(one.x, other.x) << p.name;
      EXPECT_EQ(one.multipliers, other.multipliers) << p.name;
      EXPECT_EQ(one.status, other.status) << p.name;
      EXPECT_EQ(one.constraint_violation, other.constraint_violation) << p.name;
      EXPECT_EQ(one.evaluations.function, other.evaluations.function) << p.name;
      for (std::size_t i = 0; i < calls.size(); ++i)
        if (calls[i] > 0) {
          EXPECT_EQ(calls[i], single[i]) << p.name << ", " << method << ": constraint " << i;
        }
      several += p.constraints.size() > 1;
    }
  EXPECT_GT(several, 20u);
}

/// HS39: two equalities of four variables, as a user writes them.
const auto objective = [](In x, Out g) { return g[1] = g[2] = g[3] = 0, g[0] = -1, -x[0]; };
const auto curves = [](In x, Out jacobian) -> std::vector<double> {
  jacobian[0] = -3 * x[0] * x[0], jacobian[1] = 1, jacobian[2] = -2 * x[2];
  jacobian[4] = 2 * x[0], jacobian[5] = -1, jacobian[7] = -2 * x[3];
  return {x[1] - x[0] * x[0] * x[0] - x[2] * x[2], x[0] * x[0] - x[1] - x[3] * x[3]};
};

TEST(VectorConstraint, ZerosOfTheJacobianNeedNotBeWritten) {
  for (const char* method : {"sqp", "auglag"}) {
    Options o;
    o.constraints = vector_constraint(Kind::equality, 2, curves, "curves");
    const Result r = minimize(objective, {2, 2, 2, 2}, method, o);
    EXPECT_TRUE(r.success()) << r.message;
    EXPECT_NEAR(r.value, -1, 1e-6);
    EXPECT_EQ(r.multipliers.size(), 2u);
  }
}

TEST(VectorConstraint, StandsBesideOthersInAnyOrder) {
  Options o;
  o.constraints = vector_constraint(Kind::equality, 2, curves, "curves");
  std::swap(o.constraints[0], o.constraints[1]);  // each row by a call of its own
  const auto right = [](In x, Out g) { return g[0] = 1, g[1] = g[2] = g[3] = 0, x[0] - 0.5; };
  o.constraints.push_back({Kind::inequality, right, "right"});
  const Result r = minimize(objective, {2, 2, 2, 2}, Sqp{}, o);
  EXPECT_TRUE(r.success()) << r.message;
  EXPECT_NEAR(r.value, -1, 1e-6);
  EXPECT_EQ(r.multipliers.size(), 3u);
}

/// What a run with one vector constraint says, whose second value or number of values is wrong from some call on.
std::string told(std::function<std::vector<double>(std::vector<double>, int)> spoil) {
  int calls = 0;
  Options o;
  o.constraints = vector_constraint(
      Kind::equality, 2, [&](In x, Out jacobian) { return spoil(curves(x, jacobian), ++calls); }, "curves");
  try {
    return minimize(objective, {2, 2, 2, 2}, Sqp{}, o).message;
  } catch (const Error& error) {
    return error.what();
  }
}

TEST(VectorConstraint, WrongUseIsToldInOneLine) {
  using Values = std::vector<double>;
  const auto from = [](int call, Values wrong) {
    return [=](Values right, int n) { return n < call ? right : wrong; };
  };
  for (const int call : {1, 4, 20}) {
    EXPECT_EQ(told(from(call, {1})),
              "constraint curves gave 1 value where it was declared with 2: return as many in every call");
    EXPECT_EQ(told(from(call, {1, 2, 3})),
              "constraint curves gave 3 values where it was declared with 2: return as many in every call");
  }
  EXPECT_TRUE(contains(told(from(1, {1, NAN})), "constraint curves[1] is nan")) << told(from(1, {1, NAN}));
  const auto c = [](In, Out) { return Values{}; };
  EXPECT_EQ(message_of<Error>([&] { vector_constraint(Kind::equality, 0, c, "none"); }),
            "constraint none has 0 rows: give the number of its values, 1 or more");
  EXPECT_TRUE(contains(message_of<Error>([] { vector_constraint(Kind::equality, 2, {}, "none"); }), "no function"));
}

TEST(VectorConstraint, AWrongRowOfTheJacobianIsNamed) {
  Options o;
  o.constraints = vector_constraint(
      Kind::equality, 2,
      [](In x, Out jacobian) {
        auto values = curves(x, jacobian);
        jacobian[5] = 1;  // for −1
        return values;
      },
      "curves");
  const Result r = minimize(objective, {2, 2, 2, 2}, Sqp{}, o);
  EXPECT_EQ(r.status, Status::wrong_gradient);
  EXPECT_TRUE(contains(r.message, "constraint curves[1]: the gradient is wrong in x[1]")) << r.message;
}

}  // namespace
}  // namespace talweg
