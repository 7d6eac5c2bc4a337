// The commands of docs/worked-examples.md: each is run as it stands there, and gives the figures that stand here (those
// of examples 4 and 5 in data_test.cpp), which the page shows too.
#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <sstream>

#include <nlohmann/json.hpp>

#include "cli/run_command.hpp"
#include "support/svg.hpp"

namespace talweg::test {
namespace {

using nlohmann::json;
using ::talweg::testing::contains;
using ::talweg::testing::numbers;

const std::filesystem::path root = TALWEG_SOURCE_DIR;
std::string page() { return slurp(root / "docs/worked-examples.md"); }

std::vector<std::string> commands() {
  std::istringstream lines(page());
  std::vector<std::string> out;
  for (std::string line; std::getline(lines, line);)
    if (line.starts_with("talweg ")) out.push_back(line);
  return out;
}

/// The words of a command as a shell splits it.
std::vector<std::string> words_of(const std::string& command) {
  std::vector<std::string> words(1);
  bool quoted = false;
  for (const char c : command) {
    if (c == '"')
      quoted = !quoted;
    else if (c == ' ' && !quoted)
      words.emplace_back();
    else
      words.back() += c;
  }
  words.erase(words.begin());  // talweg
  for (std::string& word : words)
    if (word.starts_with("data/")) word = (root / word).string();
  return words;
}

/// The only command of the page with these words, as JSON.
json ran(const std::vector<std::string>& with) {
  json found;
  int count = 0;
  for (const auto& command : commands()) {
    if (!std::ranges::all_of(with, [&](const auto& w) { return bool(contains(command, w)); })) continue;
    ++count;
    auto given = words_of(command);
    given.insert(given.end(), {"--format", "json"});
    const Ran run = run_command(given);
    EXPECT_EQ(run.status, 0) << command << run.err;
    found = json::parse(run.out);
  }
  EXPECT_EQ(count, 1) << with[0];
  return found;
}

TEST(WorkedExamples, EveryCommandOfThePageRuns) {
  EXPECT_EQ(commands().size(), 22u);
  for (const auto& command : commands()) {
    const Ran run = run_command(words_of(command));
    EXPECT_EQ(run.status, 0) << command << run.err;
    EXPECT_FALSE(run.out.empty()) << command;
  }
}

TEST(WorkedExamples, FiveMethodsHaveTheTablesOfTheLecture) {
  for (const auto& [method, table] : {std::array{"gd,", "gradient_descent"},
                                      {"momentum,learning_rate=0.1", "momentum"},
                                      {"adagrad,learning_rate=1", "adagrad"},
                                      {"rmsprop,learning_rate=1", "rmsprop"},
                                      {"adam,learning_rate=0.5", "adam"}}) {
    const json trace = ran({"\"x^2\"", method}).at("trace");
    ASSERT_EQ(trace.size(), 26u);
    std::istringstream rows(slurp(root / "tests/golden/lecture" / (std::string(table) + ".csv")));
    std::string line;
    std::getline(rows, line);
    for (int step = 1; std::getline(rows, line); ++step) {
      std::ranges::replace(line, ',', ' ');
      const double x = numbers(line).at(1);
      EXPECT_NEAR(trace[step]["x"][0].get<double>(), x, 1e-12 * std::max(1.0, std::abs(x))) << method << step;
    }
  }
}

TEST(WorkedExamples, AParabolaOffCentre) {
  const json run = ran({"x^2+3*x+2"});
  EXPECT_EQ(run["x"]["x"], -1.4999999986759267);
  EXPECT_EQ(run["iterations"], 100);
  EXPECT_TRUE(contains(page(), "**−1.4999999986759267**"));
}

TEST(WorkedExamples, OneNeuronForwardAndBackward) {
  const auto all = commands();
  const auto neuron = std::ranges::find_if(all, [](const auto& c) { return bool(contains(c, "--neuron")); });
  ASSERT_NE(neuron, all.end());
  const Ran run = run_command(words_of(*neuron));
  EXPECT_EQ(run.status, 0) << run.err;
  for (const char* line :
       {"= -3*1 + (-1)*(-2) + 2*3 + 1\n    = 6\n", "= max(0, 6)\n    = 6\n", "∂y/∂w1 = ∂y/∂z·∂z/∂w1",
        "= 1*(-2)\n         = -2\n", "= 1*3\n         = 3\n", "= -3.01\n", "= -0.98\n", "= 1.97\n", "= 0.99\n"})
    EXPECT_TRUE(contains(run.out, line)) << line << run.out;
}

TEST(WorkedExamples, OneRowAfterTheOther) {
  const json trace = ran({"--epochs 1"}).at("trace");
  double a = 1, b = 1;
  for (int x = 1; x <= 5; ++x) {
    const double r = a + b * x - 2 * x;
    a = a - 0.01 * r, b = b - 0.01 * r * x;
    EXPECT_NEAR(trace[x]["x"][0].get<double>(), a, 1e-14);
    EXPECT_NEAR(trace[x]["x"][1].get<double>(), b, 1e-14);
    EXPECT_EQ(trace[x]["rows"], json{x + 1});
  }
  EXPECT_TRUE(contains(page(), "**(1.0861189, 1.3354035)**"));
}

TEST(WorkedExamples, FiftyStepsAreThoseOfTheTable) {
  const json run = ran({"nadam:torch"});
  bool found = false;
  for (const auto& row : json::parse(slurp(root / "tests/golden/torch/trajectories.json"))) {
    if (row["problem"] != "rosenbrock" || row["optimizer"] != "nadam:torch,learning_rate=0.05,momentum_decay=0.004")
      continue;
    found = true;
    ASSERT_EQ(row["x"].size(), 50u);
    for (std::size_t step = 0; step < 50; ++step)
      for (std::size_t i = 0; i < 2; ++i) {
        const double wanted = row["x"][step][i];
        EXPECT_NEAR(run["trace"][step + 1]["x"][i].get<double>(), wanted, 1e-10 * std::max(1e-3, std::abs(wanted)));
      }
  }
  EXPECT_TRUE(found);
}

/// The table of example 7 has loss before the update, weight and bias at epochs 100 to 1,000. RMSProp divides by what
/// shrinks with the gradient: near the minimum its step is too long for it, and what it does there is rounding made
/// large. With a loss below `negligible` parameters lie within sqrt(negligible / 0.15) of the minimum, 0.15 being the
/// smallest eigenvalue of the mean of (x, 1)'(x, 1).
TEST(WorkedExamples, TheFirstNetworkOfFiveOptimizers) {
  constexpr double negligible = 1e-11;
  const double reach = std::sqrt(negligible / 0.15);
  std::map<std::string, json> traces;
  std::istringstream rows(slurp(root / "tests/golden/torch/linear_regression.csv"));
  std::string line;
  std::getline(rows, line);
  while (std::getline(rows, line)) {
    const std::string method = line.substr(1, line.rfind('"') - 1);
    std::string cells = line.substr(line.rfind('"') + 1);
    std::ranges::replace(cells, ',', ' ');
    const auto wanted = numbers(cells);  // epoch, loss, weight, bias
    if (!traces.contains(method)) traces[method] = ran({"2*i", method}).at("trace");
    const json &before = traces[method][int(wanted.at(0)) - 1], &after = traces[method][int(wanted.at(0))];
    EXPECT_NEAR(before["value"].get<double>(), wanted.at(1), 1e-10 * std::max(1.0, wanted.at(1))) << line;
    if (wanted.at(1) < negligible) {
      EXPECT_NEAR(after["x"][0].get<double>(), 2, reach) << line;
      EXPECT_NEAR(after["x"][1].get<double>(), 0, reach) << line;
      continue;
    }
    EXPECT_NEAR(after["x"][0].get<double>(), wanted.at(2), 1e-9) << line;
    EXPECT_NEAR(after["x"][1].get<double>(), wanted.at(3), 1e-9) << line;
  }
  EXPECT_EQ(traces.size(), 5u);
}

}  // namespace
}  // namespace talweg::test
