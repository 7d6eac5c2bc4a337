#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <limits>
#include <nlohmann/json.hpp>
#include <set>

#include "talweg/base/error.hpp"
#include "talweg/base/random.hpp"
#include "talweg/problems/catalog.hpp"

namespace talweg::problems {
namespace {

using Json = nlohmann::json;

const Json& golden() {
  static const Json table = Json::parse(std::ifstream(TALWEG_GOLDEN_DIR "/problems.json"));
  return table;
}

std::vector<std::string> names() {
  std::vector<std::string> list(large().begin(), large().end());
  for (const Problem& problem : all()) list.push_back(problem.name);
  return list;
}

double weight(std::size_t i) { return std::cos(static_cast<double>(i + 1)); }

double weighted(std::span<const double> v) {
  double sum = 0;
  for (std::size_t i = 0; i < v.size(); ++i) sum += std::isfinite(v[i]) ? v[i] * weight(i) : 0;
  return sum;
}

std::vector<double> beside(std::span<const double> x) {
  std::vector<double> y(x.begin(), x.end());
  for (std::size_t i = 0; i < y.size(); ++i)
    y[i] += 0.05 * (0.1 + std::abs(y[i])) * std::sin(static_cast<double>(i + 1));
  return y;
}

class EachProblem : public testing::TestWithParam<std::string> {
 protected:
  Problem problem = by_name(GetParam());
};
INSTANTIATE_TEST_SUITE_P(All, EachProblem, testing::ValuesIn(names()), [](const auto& each) { return each.param; });

/// `row` is [f, slope] at the start, then beside it, from the other implementation. A sum of n terms, taken in another
/// order, differs by at most n eps of their size; 1e-12, which is 5,000 eps, leaves room for terms that cancel.
void expect_row(const Function& f, std::span<const double> start, const Json& row, const std::string& what) {
  std::vector<double> x(start.begin(), start.end()), g(x.size(), std::numeric_limits<double>::quiet_NaN());
  for (std::size_t k = 0; k < 2; ++k) {
    const double value = f(x, g), slope = weighted(g);
    double size = 0;
    for (std::size_t i = 0; i < g.size(); ++i) size += std::abs(g[i] * weight(i));
    const double expected_value = row[2 * k], expected_slope = row[2 * k + 1];
    const double relative = 1e-12 + static_cast<double>(g.size()) * std::numeric_limits<double>::epsilon();
    const double floor = 1e-14 * size;  // a value that cancels is good to the rounding of its arguments
    EXPECT_NEAR(value, expected_value, relative * std::abs(expected_value) + floor) << what << ", point " << k;
    EXPECT_NEAR(slope, expected_slope, relative * size) << what << ", point " << k;
    x = beside(x);
  }
}

TEST_P(EachProblem, AgreesWithTheIndependentDefinition) {
  const Json& row = golden().at(problem.name);
  ASSERT_EQ(problem.n(), row["n"].get<std::size_t>());
  EXPECT_NEAR(weighted(problem.start), row["start"][0].get<double>(), 1e-13 * static_cast<double>(problem.n()));
  expect_row(problem.function, problem.start, row["f"], "f");
  ASSERT_EQ(problem.bounds.empty(), !row.contains("bounds"));
  if (!problem.bounds.empty()) {
    const auto finite = [](const std::vector<double>& v) {
      return std::count_if(v.begin(), v.end(), [](double b) { return std::isfinite(b); });
    };
    const double tolerance = 1e-13 * 100 * static_cast<double>(problem.n());
    EXPECT_NEAR(weighted(problem.bounds.lower), row["bounds"][0].get<double>(), tolerance);
    EXPECT_EQ(finite(problem.bounds.lower), row["bounds"][1].get<std::ptrdiff_t>());
    EXPECT_NEAR(weighted(problem.bounds.upper), row["bounds"][2].get<double>(), tolerance);
    EXPECT_EQ(finite(problem.bounds.upper), row["bounds"][3].get<std::ptrdiff_t>());
  }
  const std::size_t count = row.contains("constraints") ? row["constraints"].size() : 0;
  ASSERT_EQ(problem.constraints.size(), count);
  for (std::size_t k = 0; k < count; ++k) {
    const Json& other = row["constraints"][k];
    const bool equality = problem.constraints[k].kind == Constraint::Kind::equality;
    EXPECT_EQ(equality ? "=" : ">", other["kind"].get<std::string>());
    expect_row(problem.constraints[k].function, problem.start, other["c"], problem.constraints[k].name);
  }
}

/// Central differences with steps h and 2h: their difference tells the truncation error, (D(2h) - D(h)) / 3; the
/// rounding of f, taken as 16 eps of the largest value that f or one of its terms can have had here, is divided by h.
void expect_gradient(const Function& f, std::vector<double> x, const std::string& what) {
  std::vector<double> g(x.size()), unused(x.size());
  const double f0 = f(x, g);
  if (!std::isfinite(f0)) return;  // the golden table holds the starts, where all are finite
  const std::size_t stride = x.size() > 200 ? x.size() / 10 : 1;
  for (std::size_t i = 0; i < x.size(); i += stride) {
    const double centre = x[i], h = 6e-6 * std::max(1e-3, std::abs(centre));  // cube root of eps
    const auto at = [&](double offset) {
      x[i] = centre + offset;
      return f(x, unused);
    };
    const double a = at(h), b = at(-h), c = at(2 * h), d = at(-2 * h);
    x[i] = centre;
    const double narrow = (a - b) / (2 * h), wide = (c - d) / (4 * h);
    const double size = std::max({1.0, std::abs(f0), std::abs(g[i] * centre)});
    const double tolerance = 2 * std::abs(wide - narrow) / 3 + 16 * 2.2e-16 * size / h;
    ASSERT_NEAR(g[i], narrow, tolerance) << what << ", coordinate " << i;
  }
}

TEST_P(EachProblem, GradientsAgreeWithDifferences) {
  Random random(7);
  std::vector<double> near = problem.start;
  for (double& v : near) v += random.uniform(-0.05, 0.05) * std::max(0.1, std::abs(v));
  for (const auto& x : {problem.start, near}) {
    expect_gradient(problem.function, x, "f");
    for (const Constraint& c : problem.constraints) expect_gradient(c.function, x, c.name);
  }
}

/// The minima that other codes reached from the start and around it; each value of `optima` must be one of them.
TEST_P(EachProblem, OptimaAreThoseThatOthersReach) {
  const Json& row = golden().at(problem.name);
  ASSERT_FALSE(problem.optima.empty());
  EXPECT_TRUE(std::is_sorted(problem.optima.begin(), problem.optima.end()));
  if (!row.contains("minima")) {
    EXPECT_TRUE(problem.large);
    return;
  }
  std::vector<bool> reached(problem.optima.size());
  for (const Json& minimum : row["minima"]) {
    const auto x = minimum["x"].get<std::vector<double>>();
    std::vector<double> g(x.size());
    const double value = problem.function(x, g);
    // SLSQP stops within 1e-9 of its constraints, which is worth up to 1e-6 in f with multipliers of 1,000.
    const double tolerance = problem.constraints.empty() ? 1e-8 : 1e-6;
    EXPECT_NEAR(value, minimum["value"].get<double>(), 1e-10 * std::max(1.0, std::abs(value)));
    EXPECT_LE(violation(problem, x), 1e-8 * std::max(1.0, std::abs(*std::max_element(x.begin(), x.end()))));
    if (problem.constraints.empty()) {
      // Meyer's residuals are differences of numbers of 3e4, known to 1e-11, times slopes of 1e6 to 1e7.
      const double noise = problem.name == "meyer" ? 2e-3 : 0;
      // Those codes end a little inside a bound: what counts is how far x moves along -g inside the box.
      double moves = 0;
      std::vector<double> to = x;
      for (std::size_t i = 0; i < x.size(); ++i) to[i] -= g[i];
      problem.bounds.project(to);
      for (std::size_t i = 0; i < x.size(); ++i) moves = std::max(moves, std::abs(to[i] - x[i]));
      EXPECT_LE(moves, 1e-6 * std::max(1.0, std::abs(value)) + noise);
    }
    const auto match = std::find_if(problem.optima.begin(), problem.optima.end(), [&](double optimum) {
      return std::abs(value - optimum) <= tolerance * std::max(std::abs(optimum), optimum == 0 ? 1e-3 : 0);
    });
    ASSERT_NE(match, problem.optima.end()) << value << " is not listed";
    reached[static_cast<std::size_t>(match - problem.optima.begin())] = true;
  }
  for (std::size_t k = 0; k < reached.size(); ++k) EXPECT_TRUE(reached[k]) << "nobody reached " << problem.optima[k];
}

TEST_P(EachProblem, JitteredStartsStayNearAndInside) {
  const std::vector<double> a = jittered_start(problem, 1), b = jittered_start(problem, 2);
  EXPECT_EQ(a, jittered_start(problem, 1));
  std::vector<double> projected = problem.start;
  problem.bounds.project(projected);
  for (std::size_t i = 0; i < a.size(); ++i)
    ASSERT_LE(std::abs(a[i] - projected[i]), 0.03 * std::max(1.0, std::abs(projected[i])) * (1 + 1e-12));
  std::vector<double> inside = a;
  problem.bounds.project(inside);
  EXPECT_EQ(a, inside);
  EXPECT_EQ(a == b, problem.name == "all_fixed");
}

TEST(Catalog, HoldsWhatItPromises) {
  EXPECT_EQ(unconstrained_mgh().size(), 47u);
  EXPECT_GE(holdout().size(), 20u);
  EXPECT_GE(bounded().size(), 14u);
  EXPECT_GE(constrained().size(), 24u);
  EXPECT_EQ(all().size(), unconstrained_mgh().size() + holdout().size() + bounded().size() + constrained().size());
  std::set<int> numbers;
  for (const Problem& p : unconstrained_mgh()) numbers.insert(p.number);
  EXPECT_EQ(numbers.size(), 35u);
  const std::vector<std::string> list = names();
  EXPECT_EQ(std::set<std::string>(list.begin(), list.end()).size(), list.size());
  EXPECT_EQ(golden().size(), list.size());
}

TEST(Catalog, SaysWhatIsLarge) {
  for (const std::string_view name : large()) {
    const Problem problem = by_name(name);
    EXPECT_TRUE(problem.large);
    EXPECT_GE(problem.n(), 10'000u);
  }
  for (const Problem& problem : all()) EXPECT_FALSE(problem.large);
}

TEST(Catalog, LargeProblemsEndWhereAlgebraSays) {
  const auto all_at = [](double value) { return [value](std::size_t) { return value; }; };
  const std::pair<const char*, std::function<double(std::size_t)>> minimisers[]{
      {"extended_rosenbrock_1000000", all_at(1)},
      {"extended_powell_100000", all_at(0)},
      {"diagonal_quadratic_1000000", all_at(1)},
      {"dqdrtic_1000000", all_at(0)},
      {"tridia_10000", [](std::size_t i) { return std::ldexp(1.0, -static_cast<int>(i)); }},
      {"arwhead_100000", [](std::size_t i) { return i + 1 < 100'000 ? 1.0 : 0.0; }},
      {"liarwhd_100000", all_at(1)},
      {"extended_wood_100000", all_at(1)},
      {"raydan_1_10000", all_at(0)},
      {"lbfgsb_driver_100000", all_at(1)}};
  for (const auto& [name, coordinate] : minimisers) {
    const Problem problem = by_name(name);
    std::vector<double> x(problem.n()), g(problem.n());
    for (std::size_t i = 0; i < x.size(); ++i) x[i] = coordinate(i);
    // 1e4 positive terms of raydan_1 add up with n eps; the others vanish exactly, or down to the denormals of tridia.
    EXPECT_NEAR(problem.function(x, g), problem.optima.front(), 3e-12 * problem.optima.front() + 1e-300) << name;
    EXPECT_LE(gradient_norm(x, g, problem.bounds), 1e-300) << name;
  }
}

TEST(Catalog, NamesTheNearOnes) {
  try {
    by_name("rosenbrok");
    FAIL();
  } catch (const Error& error) {
    EXPECT_NE(std::string(error.what()).find("did you mean 'rosenbrock'"), std::string::npos) << error.what();
  }
}

/// Values at the start as Moré, Garbow & Hillstrom's program prints them.
TEST(MoreGarbowHillstrom, StartsHaveTheirPublishedValues) {
  const std::pair<const char*, double> published[]{{"rosenbrock", 24.2},
                                                   {"freudenstein_roth", 400.5},
                                                   {"brown_badly_scaled", 9.99998e11},
                                                   {"beale", 14.2031},
                                                   {"helical_valley", 2500},
                                                   {"bard", 41.6817},
                                                   {"gaussian", 3.88811e-6},
                                                   {"gulf", 12.1107},
                                                   {"box_3d", 1031.15},
                                                   {"powell_singular", 215},
                                                   {"wood", 19192},
                                                   {"brown_dennis", 7926690},
                                                   {"biggs_exp6", 0.779070},
                                                   {"osborne_1", 0.879026},
                                                   {"osborne_2", 2.09342},
                                                   {"meyer", 1.69361e9},
                                                   {"kowalik_osborne", 5.31317e-3},
                                                   {"watson_6", 30},
                                                   {"watson_9", 30}};
  for (const auto& [name, value] : published) {
    const Problem problem = by_name(name);
    std::vector<double> g(problem.n());
    EXPECT_NEAR(problem.function(problem.start, g), value, 5e-6 * value) << name;
  }
}

TEST(Problem, ViolationIsTheLargestAmount) {
  const Problem problem = by_name("hs71");  // x1 x2 x3 x4 >= 25, |x|^2 = 40, 1 <= x <= 5
  EXPECT_DOUBLE_EQ(violation(problem, std::vector<double>{1, 5, 5, 1}), 12);
  EXPECT_DOUBLE_EQ(violation(problem, std::vector<double>{1, 1, 1, 1}), 36);
  EXPECT_DOUBLE_EQ(violation(problem, std::vector<double>{-40, 0, 0, 0}), 1560);
  EXPECT_TRUE(std::isnan(violation(problem, std::vector<double>(4, std::nan("")))));
  const Problem box = by_name("hs1");  // x2 >= -1.5
  EXPECT_DOUBLE_EQ(violation(box, std::vector<double>{0, -2}), 0.5);
  EXPECT_DOUBLE_EQ(violation(box, std::vector<double>{0, -1}), 0);
}

TEST(Problem, AnOptimumIsReachedWithinATolerance) {
  const Problem problem = by_name("freudenstein_roth");
  EXPECT_TRUE(reaches_optimum(problem, 1e-6));
  EXPECT_TRUE(reaches_optimum(problem, 48.9843));
  EXPECT_FALSE(reaches_optimum(problem, 48.98));
  EXPECT_FALSE(reaches_optimum(problem, std::nan("")));
}

}  // namespace
}  // namespace talweg::problems
