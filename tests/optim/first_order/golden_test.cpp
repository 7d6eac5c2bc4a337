#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>

#include "optim/first_order/problems.hpp"
#include "talweg/base/text.hpp"
#include "talweg/optim/first_order/run.hpp"
#include "talweg/optim/minimize.hpp"

namespace talweg {
namespace {

using nlohmann::json;

json read_json(const std::string& name) {
  std::ifstream file(std::string(TALWEG_GOLDEN_DIR) + "/" + name);
  return json::parse(file);
}

/// |a − b| <= 1e-10·max(1e-3, |b|): 50 steps of rounding at 1e-16 grow by at most the method's own amplification.
void expect_close(double ours, double theirs, const std::string& where) {
  EXPECT_LE(std::abs(ours - theirs), 1e-10 * std::max(1e-3, std::abs(theirs))) << where;
}

struct Trajectory {
  explicit Trajectory(const json& row)
      : f(problems::of(row.at("formula"))), x(row.at("start").size()), g(x.size()), optimizer(make(row), x.size()) {
    std::size_t i = 0;
    for (const auto& name : row.at("problem") == "parabola" ? std::vector{"x"} : std::vector{"x", "y"})
      x[i++] = row.at("start").at(name);
    if (row.contains("bounds"))
      optimizer.set_bounds(
          {std::vector<double>(x.size(), row["bounds"][0]), std::vector<double>(x.size(), row["bounds"][1])});
  }
  static FirstOrder make(const json& row) {
    FirstOrder method = FirstOrder::parse(row.at("optimizer").get<std::string>());
    if (row.contains("schedule")) method.schedule = Schedule::parse(row["schedule"].get<std::string>());
    if (row.contains("clip")) method.clip = Clip::parse(row["clip"].get<std::string>());
    return method;
  }
  void step() {
    std::vector<double> at(x.size());
    const double value = f(x, g);
    optimizer.look_ahead(x, at);
    if (optimizer.looks_ahead()) f(at, g);
    optimizer.step(x, g, {.value = value});
  }
  const Function& f;
  std::vector<double> x, g;
  Optimizer<double> optimizer;
};

void expect_rows(const json& table) {
  for (const json& row : table) {
    Trajectory run(row);
    for (std::size_t t = 0; t < row["x"].size(); ++t) {
      run.step();
      for (std::size_t i = 0; i < run.x.size(); ++i) {
        const auto where =
            text::cat(row["optimizer"].get<std::string>(), " on ", row["problem"].get<std::string>(), ", step ", t + 1);
        expect_close(run.x[i], row["x"][t][i], where);
        if (row.contains("average")) expect_close(run.optimizer.average()[i], row["average"][t][i], where);
        if (row.contains("moving_average"))
          expect_close(run.optimizer.moving_average()[i], row["moving_average"][t][i], where);
      }
      if (testing::Test::HasFailure()) return;
    }
  }
}

TEST(Golden, EveryRowOfTheTorchTable) { expect_rows(read_json("torch/trajectories.json")); }

TEST(Golden, EveryRowOfTheIndependentScript) { expect_rows(read_json("first_order/trajectories.json")); }

/// One dense unit on y = 2x, x = 1..4, mean squared error, full batch: the first network of every course.
TEST(Golden, LinearRegressionForAThousandEpochs) {
  std::ifstream file(std::string(TALWEG_GOLDEN_DIR) + "/torch/linear_regression.csv");
  std::string line;
  std::getline(file, line);
  std::map<std::string, std::map<int, std::array<double, 3>>> wanted;
  while (std::getline(file, line)) {
    const auto quote = line.rfind('"');
    const auto cells = text::split(std::string_view(line).substr(quote + 2), ',');
    wanted[line.substr(1, quote - 1)][int(*text::parse_integer(cells[0]))] = {
        *text::parse_number(cells[1]), *text::parse_number(cells[2]), *text::parse_number(cells[3])};
  }
  ASSERT_EQ(wanted.size(), 5u);
  for (const auto& [spec, rows] : wanted) {
    Optimizer<double> optimizer(FirstOrder::parse(spec), 2);
    std::vector<double> theta{0.5, 0.1}, g(2);
    for (int epoch = 1; epoch <= 1000; ++epoch) {
      double loss = 0;
      g.assign(2, 0.0);
      for (double x = 1; x <= 4; ++x) {
        const double miss = theta[0] * x + theta[1] - 2 * x;
        loss += miss * miss / 4;
        g[0] += miss * x / 2;
        g[1] += miss / 2;
      }
      optimizer.step(theta, g);
      if (const auto row = rows.find(epoch); row != rows.end()) {
        const auto where = text::cat(spec, ", epoch ", epoch);
        expect_close(loss, row->second[0], where);
        expect_close(theta[0], row->second[1], where);
        expect_close(theta[1], row->second[2], where);
      }
    }
  }
}

TEST(Golden, NoVariantWithoutAnOracle) {
  std::set<std::string> covered;
  for (const char* table : {"torch/trajectories.json", "first_order/trajectories.json"})
    for (const json& row : read_json(table))
      covered.insert(FirstOrder::parse(row["optimizer"].get<std::string>()).label());
  for (const RuleInfo& m : first_order_methods()) EXPECT_TRUE(covered.contains(m.label())) << m.label();
}

std::vector<std::map<std::string, double>> read_lecture(const std::string& name) {
  std::ifstream file(std::string(TALWEG_GOLDEN_DIR) + "/lecture/" + name + ".csv");
  std::string line, cell;
  std::vector<std::string> header;
  std::vector<std::map<std::string, double>> rows;
  while (std::getline(file, line)) {
    std::istringstream cells(line);
    std::map<std::string, double> row;
    for (std::size_t i = 0; std::getline(cells, cell, ','); ++i) {
      if (rows.empty() && header.size() == i && !text::parse_number(cell))
        header.push_back(cell);
      else
        row[header[i]] = *text::parse_number(cell);
    }
    if (!row.empty()) rows.push_back(row);
  }
  return rows;
}

/// The lecture's tables through the public door: minimize, its callback and the method's own numbers.
void expect_lecture(const std::string& name, const Method& method) {
  const auto rows = read_lecture(name);
  ASSERT_EQ(rows.size(), 25u);
  const auto near = [](double ours, double theirs) {
    EXPECT_LE(std::abs(ours - theirs), 1e-12 * std::abs(theirs)) << ours << " and " << theirs;
  };
  std::int64_t seen = 0;
  Options options{.max_iterations = 25, .tolerance = 0};
  options.on_iteration = [&](const Iteration& it) {
    if (it.iteration == 0) return;
    ++seen;
    const auto& row = rows[static_cast<std::size_t>(it.iteration - 1)];
    near(it.x[0], row.at("x"));
    near(it.value, row.at("f"));
    for (const Observation& o : it.state())
      if (row.contains(o.name)) near(o.name == "velocity" ? -o.values[0] : o.values[0], row.at(o.name));
    for (const auto& entry : row) {
      const std::string& column = entry.first;
      const auto state = it.state();
      const bool known =
          column == "iteration" || column == "x" || column == "f" ||
          std::any_of(state.begin(), state.end(), [&](const Observation& o) { return o.name == column; });
      EXPECT_TRUE(known) << column;
    }
  };
  minimize(problems::of("x^2"), {10.0}, method, options);
  EXPECT_EQ(seen, 25);
}

TEST(Golden, LectureTablesToEveryDigit) {
  expect_lecture("gradient_descent", Sgd{.learning_rate = 0.1});
  expect_lecture("momentum", Momentum{.learning_rate = 0.1, .momentum = 0.9});
  expect_lecture("adagrad", Adagrad{.learning_rate = 1, .epsilon = 1e-8});
  expect_lecture("rmsprop", Rmsprop{.learning_rate = 1, .decay = 0.9});
  expect_lecture("adam", Adam{.learning_rate = 0.5});
}

TEST(Golden, GradientDescentOnTheShiftedParabola) {
  const Function f = [](std::span<const double> x, std::span<double> g) {
    g[0] = 2 * x[0] + 3;
    return x[0] * x[0] + 3 * x[0] + 2;
  };
  const Result r =
      minimize(f, {5.0}, FirstOrder::parse("gd,learning_rate=0.1"), {.max_iterations = 100, .tolerance = 0});
  EXPECT_NEAR(r.last_x.empty() ? r.x[0] : r.last_x[0], -1.4999999986759267, 1e-15);
}

}  // namespace
}  // namespace talweg
