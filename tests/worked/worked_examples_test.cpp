// The C++ of docs/worked-examples.md, cut out of the page (tests/CMakeLists.txt), compiled, and run: it prints what the
// page says, and that are the figures that stand here, which were computed by hand or by the tables of tests/golden.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <fstream>
#include <functional>
#include <iterator>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include <talweg/talweg.hpp>

namespace {

namespace block {

void loops() {
#include "worked/loops"
}
void parabola() {
#include "worked/parabola"
}
void neuron() {
#include "worked/neuron"
}
void rows() {
#include "worked/rows"
}
void first_network() {
#include "worked/first_network"
}

}  // namespace block

struct Block {
  std::string name;
  std::function<void()> run;
  std::vector<double> figures;  ///< among what it prints, in this order
};
const std::vector<Block> blocks{
    {"loops",
     block::loops,
     {8, 6.4, 0.037778931862957166, 8, 4.6, 1.5824239383551726, 9, 8.331035, 3.154880728403642, 6.837722, 4.988706,
      2.558132747664291e-06, 9.5, 9.000832, -0.23368619468740792}},
    {"parabola", block::parabola, {-1.4999999986759267, 100}},
    {"neuron", block::neuron, {6, 1, -2, 3, 1, 5.85}},
    {"rows", block::rows, {1.0861189, 1.3354035}},
    {"first_network", block::first_network, {}}};

std::string file(const std::string& name) {
  std::ifstream in(std::string(TALWEG_SOURCE_DIR) + "/" + name);
  return {std::istreambuf_iterator<char>(in), {}};
}

/// What stands between `begin` and the fence that follows it.
std::string fenced(const std::string& page, std::size_t at, const std::string& begin) {
  const std::size_t from = page.find(begin, at);
  if (from == std::string::npos) return "";
  return page.substr(from + begin.size(), page.find("```", from + begin.size()) - from - begin.size());
}

std::string printed(const Block& b) {
  testing::internal::CaptureStdout();
  std::string thrown;
  try {
    b.run();
  } catch (const std::exception& e) {
    thrown = e.what();
  }
  return testing::internal::GetCapturedStdout() + thrown;
}

/// Every number in a text.
std::vector<double> numbers(std::string text) {
  std::vector<double> out;
  for (char& c : text)
    if (std::string("0123456789.-+e").find(c) == std::string::npos) c = ' ';
  std::istringstream words(text);
  for (std::string word; words >> word;) {
    char* end = nullptr;
    const double v = std::strtod(word.c_str(), &end);
    if (end != word.c_str() && std::string(end).find_first_of("0123456789") == std::string::npos) out.push_back(v);
  }
  return out;
}

TEST(WorkedExamples, EveryBlockOfThePageIsRunAndIsShort) {
  const std::string page = file("docs/worked-examples.md");
  std::vector<std::string> names;
  for (std::size_t at = page.find("```cpp"); at != std::string::npos; at = page.find("```cpp", at + 1))
    names.push_back(page.substr(at + 7, page.find('\n', at) - at - 7));
  std::vector<std::string> run;
  for (const Block& b : blocks) run.push_back(b.name);
  EXPECT_EQ(names, run);
  for (const auto& name : names) {
    const std::string code = fenced(page, 0, "```cpp " + name + "\n");
    EXPECT_LE(std::count(code.begin(), code.end(), '\n'), 10) << name;
  }
}

TEST(WorkedExamples, BlocksPrintWhatThePageSays) {
  const std::string page = file("docs/worked-examples.md");
  for (const Block& b : blocks)
    EXPECT_EQ(printed(b), fenced(page, page.find("```cpp " + b.name + "\n"), "```text\n")) << b.name;
}

/// To the twelve digits that are printed.
TEST(WorkedExamples, BlocksPrintTheFigures) {
  for (const Block& b : blocks) {
    const auto found = numbers(printed(b));
    auto at = found.begin();
    for (const double figure : b.figures) {
      at = std::find_if(at, found.end(), [&](double v) { return std::abs(v - figure) <= 5e-12 * std::abs(figure); });
      ASSERT_NE(at, found.end()) << b.name << " prints no " << figure;
      ++at;
    }
  }
}

/// Θ after each row is what two lines of a course give.
TEST(WorkedExamples, RowsAreThoseOfTheTwoLines) {
  double a = 1, b = 1;
  for (const double x : {1, 2, 3, 4, 5}) {
    const double r = a + b * x - 2 * x;
    a = a - 0.01 * r, b = b - 0.01 * r * x;
  }
  EXPECT_NEAR(a, 1.0861189, 5e-8);
  EXPECT_NEAR(b, 1.3354035, 5e-8);
}

TEST(WorkedExamples, EpochsOfTheFirstNetworkHaveTheLossesOfTheTable) {
  std::istringstream table(file("tests/golden/torch/linear_regression.csv"));
  std::string wanted;
  for (std::string line; std::getline(table, line);) {
    if (!line.starts_with("\"sgd")) continue;
    const auto cells = numbers(line.substr(line.rfind('"') + 1));  // epoch, loss, weight, bias
    char words[80];
    std::snprintf(words, sizeof words, "Epoch [%d/1000], loss %.4f\n", int(cells.at(0)), cells.at(1));
    wanted += words;
  }
  EXPECT_EQ(printed(blocks.back()), wanted);
  EXPECT_TRUE(wanted.starts_with("Epoch [100/1000], loss 0.0276\n"));
}

}  // namespace
