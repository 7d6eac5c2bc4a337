#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "run_command.hpp"

namespace talweg::test {
namespace {

using nlohmann::json;
using Arguments = std::vector<std::string>;

Ran suite(Arguments arguments) {
  arguments.insert(arguments.begin(), "suite");
  return run_command(arguments);
}

TEST(CliSuite, PrintsOneDocument) {
  const auto ran =
      suite({"--method", "lbfgs", "cg:hs", "--problem", "rosenbrock,beale", "wood", "--format", "json", "--each"});
  EXPECT_EQ(ran.status, 0);
  EXPECT_TRUE(ran.err.empty()) << ran.err;
  const auto d = json::parse(ran.out);
  EXPECT_EQ(d["scores"].size(), 2u);
  EXPECT_EQ(d["runs"].size(), 6u);
  EXPECT_EQ(d["scores"][1]["method"], "cg:hs");
}

TEST(CliSuite, RunsCopiesInOtherUnits) {
  const auto ran =
      suite({"--scaled", "--method", "lbfgs", "--problem", "rosenbrock", "--format", "markdown", "--each"});
  EXPECT_EQ(ran.status, 0) << ran.err;
  EXPECT_NE(ran.out.find("`talweg suite --method lbfgs --problem rosenbrock --scaled --each --format markdown`"),
            std::string::npos);
  EXPECT_NE(ran.out.find("x_i*10^U(-6,6), seed 5"), std::string::npos);
  EXPECT_NE(suite({"--help"}).out.find("--scaled"), std::string::npos);
}

TEST(CliSuite, PrintsTheSameTwice) {
  const Arguments some{"--set", "bounded", "--each", "--format", "csv"};
  EXPECT_EQ(suite(some).out, suite(some).out);
}

TEST(CliSuite, SaysWhatAPageWasMadeWith) {
  const auto file = scratch() / "page.md";
  const auto ran = suite({"--set", "bounded", "--format", "markdown", "--output", file});
  EXPECT_EQ(ran.status, 0);
  EXPECT_TRUE(ran.out.empty());
  EXPECT_NE(slurp(file).find("`talweg suite --set bounded --format markdown`"), std::string::npos);
}

TEST(CliSuite, WrongUseIsOneLine) {
  for (const Arguments& wrong : std::vector<Arguments>{{"--method", "lbfsg"},
                                                       {"--set", "mhg"},
                                                       {"--problem", "rosenbrok"},
                                                       {"--method", "lbfgs", "--set", "constrained"},
                                                       {"--method", "lbfgs,memory=-1"},
                                                       {"--method"},
                                                       {"--set", "mgh", "mgh"},
                                                       {"--format", "xml"},
                                                       {"--output", "/no/such/folder/file"},
                                                       {"--seed", "1"},
                                                       {"--scaled", "--report", scratch() / "page.html"},
                                                       {"--scaled", "--method", "lbfsg"},
                                                       {"mgh"}}) {
    const auto ran = suite(wrong);
    EXPECT_EQ(ran.status, 2) << ::testing::PrintToString(wrong);
    EXPECT_TRUE(ran.out.empty()) << ran.out;
    EXPECT_EQ(std::count(ran.err.begin(), ran.err.end(), '\n'), 1) << ran.err;
    EXPECT_EQ(ran.err.rfind("talweg: ", 0), 0u) << ran.err;
  }
}

TEST(CliSuite, ExplainsItself) {
  const auto ran = suite({"--help"});
  EXPECT_EQ(ran.status, 0);
  EXPECT_NE(ran.out.find("Example"), std::string::npos);
}

TEST(CliSuite, InterruptedItPrintsNothing) {
  const auto ran = run_command({"suite", "--set", "large", "--format", "json"}, {SIGINT});
  EXPECT_EQ(ran.status, 130);
  EXPECT_TRUE(ran.out.empty());
  EXPECT_NE(ran.err.find("interrupted after"), std::string::npos) << ran.err;
}

}  // namespace
}  // namespace talweg::test
