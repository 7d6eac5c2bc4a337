#include <gtest/gtest.h>

#include <cmath>

#include <nlohmann/json.hpp>

#include "cli/run_command.hpp"
#include "support/svg.hpp"

namespace talweg::test {
namespace {

using nlohmann::json;
using ::talweg::testing::contains;
using ::talweg::testing::elements_with;
using ::talweg::testing::numbers;
using ::talweg::testing::panels;

TEST(CliList, ATableOfWhatEachMethodIsFor) {
  const Ran text = run_command({"list", "optimizers", "--table"});
  ASSERT_EQ(text.status, 0) << text.err;
  EXPECT_EQ(text.out.rfind("name ", 0), 0u) << text.out;
  EXPECT_NE(text.out.find("\nadam "), std::string::npos);
  const json rows = json::parse(run_command({"list", "optimizers", "--table", "--format", "json"}).out);
  for (const char* key : {"name", "use", "strengths", "weaknesses"}) EXPECT_TRUE(rows[0].contains(key)) << key;
}

TEST(CliList, OneItemByItsName) {
  const Ran adam = run_command({"list", "adam"});
  ASSERT_EQ(adam.status, 0) << adam.err;
  EXPECT_NE(adam.out.find("adam:keras"), std::string::npos);
  EXPECT_NE(adam.out.find("weaknesses"), std::string::npos);
  EXPECT_EQ(adam.out.find("rmsprop:"), std::string::npos);
  EXPECT_EQ(json::parse(run_command({"list", "cosine", "--format", "json"}).out)["schedules"][0]["name"], "cosine");
  EXPECT_EQ(run_command({"list", "L-BFGS-B"}).out, run_command({"list", "lbfgsb"}).out);
}

TEST(CliList, WhatIsNotThereIsWrongUse) {
  const Ran wrong = run_command({"list", "adamm"});
  EXPECT_EQ(wrong.status, 2);
  EXPECT_TRUE(wrong.out.empty());
  EXPECT_NE(wrong.err.find("did you mean 'adam'"), std::string::npos) << wrong.err;
  EXPECT_EQ(run_command({"list", "--table"}).status, 2);
  EXPECT_EQ(run_command({"list", "problems", "--table"}).status, 2);
}

TEST(CliList, AMethodMayBeCalledAsElsewhere) {
  const auto trace = [](const char* method) {
    const Ran ran =
        run_command({"minimize", "(x-1)^4 + y^2", "--start", "x=3,y=1", "--optimizer", method, "--format", "json"});
    EXPECT_EQ(ran.status, 0) << ran.err;
    const json result = json::parse(ran.out);
    return std::pair{result["optimizer"].get<std::string>(), result["trace_hash"].get<std::string>()};
  };
  EXPECT_EQ(trace("L-BFGS"), trace("lbfgs"));
  EXPECT_EQ(trace("CG-FR"), trace("cg:fr"));
}

TEST(CliList, DrawsActivationsAndLossesWithTheirSlopes) {
  const std::string place = scratch() / "list.svg";
  for (const std::string topic : {"activations", "losses"}) {
    const Ran ran = run_command({"list", topic, "--plot", place, "--plot-range", "x=-2:2", "--title", "All <of> them"});
    EXPECT_EQ(ran.status, 0) << ran.err;
    EXPECT_EQ(ran.out, run_command({"list", topic}).out) << "the list stands above its picture";
    const std::string svg = slurp(place);
    const json items = json::parse(run_command({"list", topic, "--format", "json"}).out);
    EXPECT_EQ(panels(svg).size(), items.size()) << "one for each";
    for (const auto& item : items) EXPECT_TRUE(contains(svg, ">" + item["name"].get<std::string>())) << item["name"];
    EXPECT_TRUE(contains(svg, "All &lt;of&gt; them"));
    for (const auto& panel : elements_with(svg, "data-frame")) EXPECT_EQ(panel.at("data-x-range"), "-2 2");
  }
  const std::string one = (run_command({"list", "tanh", "--plot", place}), slurp(place));
  ASSERT_EQ(panels(one).size(), 1u);
  const auto lines = elements_with(one, "data-points");
  ASSERT_EQ(lines.size(), 2u);
  for (const auto& line : lines) {
    const auto x = numbers(line.at("data-x")), y = numbers(line.at("data-y"));
    ASSERT_EQ(x.size(), y.size());
    for (std::size_t k = 0; k < x.size(); ++k) {
      const double t = std::tanh(x[k]);
      EXPECT_NEAR(y[k], line.at("data-series") == "slope" ? 1 - t * t : t, 1e-15);
    }
  }
  EXPECT_TRUE(contains(run_command({"list", "relu", "--plot", "-"}).out, "b slope"));
}

/// The picture of docs/pictures.md is what its command draws.
TEST(CliList, PictureOfThePageIsCurrent) {
  const std::filesystem::path file = std::filesystem::path(TALWEG_SOURCE_DIR) / "docs/images/activations.svg";
  const std::string place = scratch() / "activations.svg";
  EXPECT_EQ(run_command({"list", "activations", "--plot", place}).status, 0);
  if (std::getenv("TALWEG_UPDATE_PAGES"))
    std::filesystem::copy_file(place, file, std::filesystem::copy_options::overwrite_existing);
  EXPECT_TRUE(slurp(file) == slurp(place)) << file << " is not current: run with TALWEG_UPDATE_PAGES=1";
}

TEST(CliList, OtherPicturesAreRefusedInOneLine) {
  for (const auto& [topic, words] : {std::array{"optimizers", "activations and losses have curves"},
                                     {"adam", "activations and losses have curves"},
                                     {"rosenbrock", "activations and losses have curves"},
                                     {"problems", "activations and losses have curves"},
                                     {"reluu", "did you mean 'relu'"}}) {
    const Ran ran = run_command({"list", topic, "--plot", "-"});
    EXPECT_EQ(ran.status, 2);
    EXPECT_EQ(ran.out, "");
    EXPECT_EQ(std::count(ran.err.begin(), ran.err.end(), '\n'), 1);
    EXPECT_TRUE(contains(ran.err, words)) << ran.err;
  }
  EXPECT_EQ(run_command({"list", "--plot", "-"}).status, 2);
  EXPECT_EQ(run_command({"list", "activations", "--plot", "-", "--format", "json"}).status, 2);
  EXPECT_EQ(run_command({"list", "activations", "--title", "T"}).status, 2);
  EXPECT_EQ(run_command({"list", "relu", "--plot", "-", "--plot-range", "y=0:1"}).status, 2);
}

}  // namespace
}  // namespace talweg::test
