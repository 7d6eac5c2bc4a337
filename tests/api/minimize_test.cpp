#include "talweg/api/minimize/minimize.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "talweg/base/error.hpp"
#include "talweg/base/sha256.hpp"
#include "talweg/present/minimize/minimize_report.hpp"
#include "talweg/talweg.hpp"

namespace talweg::api {

using namespace present;
namespace {

MinimizeRequest request(std::string formula, std::string_view start, std::string optimizer, std::int64_t iterations) {
  MinimizeRequest r;
  r.formula = std::move(formula);
  r.start = parse_start(start);
  r.method.optimizer = std::move(optimizer);
  r.options.max_iterations = iterations;
  r.options.tolerance = 0;
  r.trace = true;
  return r;
}

std::string error(const MinimizeRequest& r) {
  try {
    minimize(r);
  } catch (const Error& e) {
    return e.what();
  }
  return "no error";
}

/// A golden table: header, then rows of numbers.
struct Golden {
  std::vector<std::string> columns;
  std::vector<std::vector<double>> rows;
};

Golden read_golden(const std::string& name) {
  std::ifstream in(std::string(TALWEG_GOLDEN_DIR) + "/lecture/" + name + ".csv");
  Golden golden;
  std::string line, cell;
  std::getline(in, line);
  for (std::stringstream s(line); std::getline(s, cell, ',');) golden.columns.push_back(cell);
  while (std::getline(in, line)) {
    golden.rows.emplace_back();
    for (std::stringstream s(line); std::getline(s, cell, ',');) golden.rows.back().push_back(std::stod(cell));
  }
  return golden;
}

/// The number of the trace that a lecture's column shows; its velocity points the other way: x += velocity.
double traced(const TraceRow& row, const std::string& column) {
  if (column == "iteration") return static_cast<double>(row.iteration);
  if (column == "x") return row.x[0];
  if (column == "f") return row.value;
  for (const auto& o : row.state)
    if (o.name == column) return column == "velocity" ? -o.values[0] : o.values[0];
  return std::nan("");
}

struct Lecture {
  const char* table;
  const char* optimizer;
};

class LectureTables : public testing::TestWithParam<Lecture> {};

TEST_P(LectureTables, HoldToEveryPrintedDigit) {
  const Golden golden = read_golden(GetParam().table);
  ASSERT_EQ(golden.rows.size(), 25u);
  const auto outcome = minimize(request("x^2", "x=10", GetParam().optimizer, 25));
  ASSERT_EQ(outcome.trace.size(), 26u);
  EXPECT_EQ(outcome.trace[0].iteration, 0);
  EXPECT_EQ(outcome.trace[0].x[0], 10);
  for (std::size_t k = 1; k <= 25; ++k)
    for (std::size_t c = 0; c < golden.columns.size(); ++c) {
      const double expected = golden.rows[k - 1][c];
      // The specification's figure for all printed digits.
      EXPECT_NEAR(traced(outcome.trace[k], golden.columns[c]), expected, 1e-12 * std::abs(expected))
          << golden.columns[c] << " after update " << k;
    }
}

INSTANTIATE_TEST_SUITE_P(All, LectureTables,
                         testing::Values(Lecture{"gradient_descent", "gd,learning_rate=0.1"},
                                         Lecture{"momentum", "momentum:classical,learning_rate=0.1,momentum=0.9"},
                                         Lecture{"adagrad", "adagrad:paper,learning_rate=1"},
                                         Lecture{"rmsprop", "rmsprop:outside,learning_rate=1,decay=0.9"},
                                         Lecture{"adam", "adam:paper,learning_rate=0.5"}),
                         [](const auto& lecture) { return std::string(lecture.param.table); });

TEST(Minimize, TheParabolaOfTheWorkedExamples) {
  const auto outcome = minimize(request("x^2 + 3*x + 2", "x=5", "gd,learning_rate=0.1", 100));
  EXPECT_EQ(outcome.trace.back().x[0], -1.4999999986759267);
  EXPECT_EQ(outcome.result.last_x[0], -1.4999999986759267);
  EXPECT_EQ(outcome.result.iterations, 100);
  EXPECT_EQ(outcome.result.status, Status::completed);
  EXPECT_TRUE(outcome.result.success());
  EXPECT_EQ(outcome.result.evaluations.check, 0) << "a formula's gradient is exact";
}

TEST(Minimize, TheDefaultMethodCopesWithScales) {
  MinimizeRequest r;
  r.formula = "1e4*x^2 + y^2";
  r.start = parse_start("x=1, y=1e3");
  const auto outcome = minimize(r);
  EXPECT_TRUE(outcome.result.success()) << outcome.result.message;
  EXPECT_TRUE(outcome.trace.empty());
}

TEST(Minimize, VariablesComeInTheOrderOfTheStart) {
  const auto outcome = minimize(request("100*(y-x^2)^2", "y=1,x=-1.2", "gd", 1));
  EXPECT_EQ(outcome.variables, (std::vector<std::string>{"y", "x"}));
  EXPECT_EQ(outcome.trace[0].x, (std::vector<double>{1, -1.2}));
}

TEST(Minimize, BoundsAndMaximizing) {
  auto r = request("-(x-5)^2 - y", "x=0,y=0", "gd,learning_rate=0.1", 200);
  r.options.maximize = true;
  r.bounds = parse_bounds("x=-inf:3,y=-2:inf");
  const auto outcome = minimize(r);
  EXPECT_EQ(outcome.result.x, (std::vector<double>{3, -2}));
  EXPECT_EQ(outcome.result.value, -2);
  for (const auto& row : outcome.trace) {
    EXPECT_LE(row.x[0], 3);
    EXPECT_GE(row.x[1], -2);
  }
  EXPECT_GT(outcome.trace[1].gradient[0], 0) << "the gradient is the user's, not its negative";
}

TEST(Minimize, TheCallerMayStopATracedRun) {
  auto r = request("x^2", "x=1", "gd", 1000);
  r.options.on_iteration = [](const Iteration& i) { return i.iteration == 3; };
  const auto outcome = minimize(r);
  EXPECT_EQ(outcome.result.status, Status::stopped_by_caller);
  EXPECT_EQ(outcome.trace.size(), 4u);
}

TEST(Minimize, ANumberThatIsNoneIsAnOutcomeThatNamesItsPlace) {
  for (const auto& [formula, start, cause] : std::vector<std::array<const char*, 3>>{
           {"log(x)", "x=-1", "log(x) at column 1: log of -1"},
           {"y + 1/x", "x=0,y=1", "1/x at column 5: division of 1 by zero"},
           {"sqrt(x)", "x=0", "sqrt(x) at column 1 has no finite derivative where its argument is 0"}}) {
    const auto outcome = minimize(request(formula, start, "adam", 10));
    EXPECT_EQ(outcome.result.status, Status::not_finite);
    EXPECT_FALSE(outcome.result.success());
    EXPECT_NE(outcome.result.message.find(cause), std::string::npos) << outcome.result.message;
  }
}

TEST(Minimize, AHugeLearningRateDiverges) {
  MinimizeRequest r = request("x^2", "x=1", "gd,learning_rate=10", 100);
  r.options.tolerance = 1e-8;
  const auto outcome = minimize(r);
  EXPECT_EQ(outcome.result.status, Status::diverged);
  EXPECT_EQ(outcome.result.x[0], 1) << "the best point";
}

TEST(Minimize, RefusesWhatIsWrongByName) {
  const auto with = [](std::string formula, std::string_view start) {
    return request(std::move(formula), start, "gd", 1);
  };
  EXPECT_NE(error(with("x + z", "x=1")).find("column 5: unknown name 'z': the variable is x"), std::string::npos);
  EXPECT_NE(error(with("x", "x=1,y=2")).find("the start gives 'y', which the formula does not use"), std::string::npos);
  EXPECT_NE(error(with("e*x", "e=1,x=1")).find("'e' cannot name a variable"), std::string::npos);
  EXPECT_NE(error(with("5", "x=1")).find("'x'"), std::string::npos);
  EXPECT_NE(error(with("", "x=1")).find("the formula is empty"), std::string::npos);
  MinimizeRequest no_start;
  no_start.formula = "x*y";
  EXPECT_NE(error(no_start).find("start=x=1,y=1"), std::string::npos);
  auto bounds = with("x", "x=1");
  bounds.bounds = parse_bounds("q=0:1");
  EXPECT_NE(error(bounds).find("the bounds name 'q'"), std::string::npos);
  bounds.bounds = parse_bounds("x=1:0");
  EXPECT_NE(error(bounds).find("bounds of x: lower 1 is above upper 0"), std::string::npos);
  for (const char* empty : {"x=inf:inf", "x=-inf:-inf"}) {
    bounds.bounds = parse_bounds(empty);
    EXPECT_NE(error(bounds).find("bounds of x: no number lies in"), std::string::npos) << error(bounds);
  }
  auto unknown = with("x", "x=1");
  unknown.method.optimizer = "adm";
  EXPECT_NE(error(unknown).find("did you mean 'adam'"), std::string::npos);
  auto constrained = with("x", "x=1");
  constrained.constraints = {"x >="};
  EXPECT_NE(error(constrained).find("column 5"), std::string::npos);
  constrained.constraints = {"x >= 1"};
  EXPECT_NE(error(constrained).find("takes no constraints (x >= 1)"), std::string::npos);
}

TEST(Minimize, ChoosesTheMethodByTheProblem) {
  MinimizeRequest r;
  r.formula = "(x-2)^2 + (y-1)^2";
  r.start = parse_start("x=2,y=2");
  EXPECT_TRUE(minimize(r).result.optimizer.starts_with("lbfgs,"));
  r.bounds = parse_bounds("x=0:1");
  EXPECT_TRUE(minimize(r).result.optimizer.starts_with("lbfgsb,"));
  r.constraints = {"x + y <= 2", "-x^2 + y >= 0"};
  r.trace = true;
  const MinimizeOutcome o = minimize(r);
  EXPECT_TRUE(o.result.optimizer.starts_with("sqp,"));
  EXPECT_TRUE(o.result.success()) << o.result.message;
  EXPECT_NEAR(o.result.x[0], 1, 1e-7);
  const auto json = nlohmann::json::parse(render(o, Format::json));
  EXPECT_EQ(json["multipliers"].size(), 2u);
  EXPECT_TRUE(json["trace"][1]["state"]["step_length"].is_number());
  EXPECT_EQ(json["trace"][1]["state"]["multipliers"].size(), 2u);
  EXPECT_NE(render(o, Format::table).find("multipliers[2]"), std::string::npos);
}

TEST(Minimize, OptionsOfARateAreRefusedWhereALineIsSearched) {
  MinimizeRequest r;
  r.formula = "x^2";
  r.start = parse_start("x=2");
  r.method.optimizer = "lbfgs";
  r.method.schedule = "cosine";
  EXPECT_NE(error(r).find("schedule has no effect on lbfgs"), std::string::npos);
}

TEST(Minimize, ConstraintsGoToSqpWhichHandsOverWhenItStallsAndSaysSo) {
  MinimizeRequest r;
  r.formula = "x^2 + y^2";
  r.start = parse_start("x=2,y=1");
  r.constraints = {"x + y >= 1"};
  const MinimizeOutcome plain = minimize(r);
  EXPECT_TRUE(plain.result.success());
  EXPECT_EQ(plain.result.optimizer.substr(0, 4), "sqp,");
  EXPECT_EQ(plain.result.message.find("sqp stalled"), std::string::npos);
  EXPECT_NEAR(plain.result.multipliers[0], 1, 1e-7);

  r.formula = "x^2";  // at 0 the linearised constraint is 0 = 1
  r.start = parse_start("x=0");
  r.constraints = {"x^2 = 1"};
  const MinimizeOutcome stalled = minimize(r);
  EXPECT_TRUE(stalled.result.success()) << stalled.result.message;
  EXPECT_NE(stalled.result.message.find("sqp stalled ("), std::string::npos) << stalled.result.message;
  EXPECT_NE(stalled.result.message.find("the augmented Lagrangian went on"), std::string::npos);
  EXPECT_NEAR(std::abs(stalled.result.x[0]), 1, 1e-7);
}

TEST(Minimize, TracesShowWhatEachMethodKnows) {
  const auto names = [](const char* optimizer, const char* bounds, std::vector<std::string> constraints) {
    MinimizeRequest r = request("100*(y-x^2)^2 + (1-x)^2", "x=-1.2,y=1", optimizer, 4);
    if (*bounds) r.bounds = parse_bounds(bounds);
    r.constraints = std::move(constraints);
    const MinimizeOutcome outcome = minimize(r);
    EXPECT_TRUE(outcome.trace.at(0).state.empty());
    std::vector<std::string> found;
    for (const Observation& o : outcome.trace.at(4).state) found.push_back(o.name);
    return found;
  };
  using Names = std::vector<std::string>;
  EXPECT_EQ(names("gd,line_search=wolfe", "", {}), (Names{"step_length", "trials"}));
  EXPECT_EQ(names("cg", "", {}), (Names{"step_length", "trials", "beta", "restarts"}));
  EXPECT_EQ(names("lbfgs", "", {}), (Names{"step_length", "trials", "history"}));
  EXPECT_EQ(names("lbfgsb", "x=-2:0.5,y=-2:2", {}), (Names{"step_length", "trials", "history", "active_bounds"}));
  EXPECT_EQ(names("sqp", "", {"x + y <= 1"}),
            (Names{"step_length", "trials", "active_bounds", "violation", "relaxation", "multipliers"}));
  EXPECT_EQ(names("auglag", "", {"x + y <= 1"}),
            (Names{"step_length", "trials", "active_bounds", "penalty", "violation", "multipliers"}));
}

TEST(ParseStart, NamesTheTokenAndTheForm) {
  const auto message = [](auto parse, std::string_view text) {
    try {
      parse(text);
    } catch (const Error& e) {
      return std::string(e.what());
    }
    return std::string("no error");
  };
  const auto start = parse_start(" x = -1.2 , y=1e3");
  ASSERT_EQ(start.size(), 2u);
  EXPECT_EQ(start[0].name, "x");
  EXPECT_EQ(start[0].value, -1.2);
  EXPECT_EQ(start[1].value, 1000);
  EXPECT_NE(message(parse_start, "x").find("'x' has no '=': the start is written name=number"), std::string::npos);
  EXPECT_NE(message(parse_start, "x=a").find("'a' in 'x=a' is not a number"), std::string::npos);
  EXPECT_NE(message(parse_start, "x=1,").find("an entry is empty"), std::string::npos);
  EXPECT_NE(message(parse_start, "x=1,x=2").find("'x' is given twice in the start"), std::string::npos);
  const auto bounds = parse_bounds("x=0:2,y=-inf:1");
  ASSERT_EQ(bounds.size(), 2u);
  EXPECT_EQ(bounds[1].lower, -std::numeric_limits<double>::infinity());
  EXPECT_EQ(bounds[1].upper, 1);
  EXPECT_NE(message(parse_bounds, "x=1").find("'x=1' is not a range: bounds are written name=lower:upper"),
            std::string::npos);
  EXPECT_NE(message(parse_bounds, "x=1:b").find("'b' in 'x=1:b' is not a number"), std::string::npos);
  EXPECT_NE(message(parse_bounds, "x=0:1,x=2:3").find("'x' is given twice in the bounds"), std::string::npos);
}

TEST(TraceHash, IsOfTheUpdatesWithOrWithoutATrace) {
  auto r = request("x^2 + y^2", "y=1,x=10", "adam,learning_rate=0.5", 2);
  const auto traced = minimize(r);
  Sha256 sha;
  for (const TraceRow& row : traced.trace) {
    sha.add(row.x);
    sha.add(std::vector<double>{row.value});
    sha.add(row.gradient);
  }
  EXPECT_EQ(traced.trace_hash, sha.hex().substr(0, 16));
  EXPECT_EQ(nlohmann::json::parse(render(traced, Format::json))["trace_hash"], traced.trace_hash);
  r.trace = false;
  EXPECT_EQ(minimize(r).trace_hash, traced.trace_hash);
  int seen = 0;
  r.options.on_iteration = [&](const Iteration&) { ++seen; };
  EXPECT_EQ(minimize(r).trace_hash, traced.trace_hash);
  EXPECT_EQ(seen, 3);
  EXPECT_NE(minimize(request("x^2 + y^2", "y=1,x=10", "adam,learning_rate=0.25", 2)).trace_hash, traced.trace_hash);
}

TEST(TraceHash, HasTheDigestOfTheLecture) {
  // x = 10, 8, 6.4 with f = 100, 64, 40.96 and g = 20, 16, 12.8 as little-endian doubles, by another implementation.
  EXPECT_EQ(minimize(request("x^2", "x=10", "gd,learning_rate=0.1", 2)).trace_hash, "a1d408399c98b47d");
}

TEST(MinimizeLambda, OverTheDifferentiableScalar) {
  const Result r = talweg::minimize([](auto x) { return (1 - x[0]) * (1 - x[0]) + x[1] * x[1]; }, {3, 2},
                                    Adam{.learning_rate = 0.1}, {.max_iterations = 2000});
  EXPECT_TRUE(r.success()) << r.message;
  EXPECT_NEAR(r.x[0], 1, 1e-8);
  const Function by_differences = differences([](std::span<const double> x) { return x[0] * x[0]; });
  const Result d = talweg::minimize(by_differences, {3}, Sgd{.learning_rate = 0.1}, {.gradient_tolerance = 1e-6});
  EXPECT_TRUE(d.success()) << d.message;
  const auto with_gradient = [](std::span<const double> x, std::span<double> g) {
    return g[0] = 2 * x[0], x[0] * x[0];
  };
  EXPECT_TRUE(talweg::minimize(with_gradient, {3}, Sgd{.learning_rate = 0.1}).success());
}

}  // namespace
}  // namespace talweg::api
