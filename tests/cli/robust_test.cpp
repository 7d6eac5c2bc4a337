// Files that take all memory, threads that are not there, names that steer a terminal.
#include <algorithm>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "cli/run_command.hpp"
#include "support/files.hpp"

namespace talweg {
namespace {

using test::run_command;
using testing::contains;
using testing::put;

TEST(SmallFiles, AHugeIndexTakesNoMemory) {
  const testing::Folder folder;
  const std::string rows = put(folder / "wide.libsvm", "1 1:1\n0 4000000:1\n");
  for (const char* model : {"mlp:8", "logistic"}) {
    const auto result = run_command({"train", rows, "--model", model, "--dry-run", "--format", "json"});
    ASSERT_EQ(result.status, 0) << result.err;
    EXPECT_LE(nlohmann::json::parse(result.out)["columns"].size(), 3u);
  }
  const auto lbfgs = run_command({"train", put(folder / "far.libsvm", "1 1:1\n0 268435455:1\n1 1:2\n0 2:1\n"),
                                  "--model", "logistic,l2=1", "--optimizer", "lbfgs"});
  EXPECT_EQ(lbfgs.status, 0) << lbfgs.err;
}

TEST(SmallFiles, ManyTextsStaySparse) {
  const testing::Folder folder;
  std::string rows = "town,y\n";
  for (int r = 0; r < 30'000; ++r) rows += "t" + std::to_string(r % 10'000) + "," + std::to_string(r % 2) + "\n";
  const auto result = run_command({"train", put(folder / "towns.csv", rows), "--target", "y", "--validation", "0",
                                   "--model", "logistic", "--epochs", "1", "--format", "json"});
  ASSERT_EQ(result.status, 0) << result.err;
  EXPECT_GT(nlohmann::json::parse(result.out)["metrics"]["train"]["accuracy"],
            0.99);  // every town has rows of one class
}

TEST(ControlCharacters, AreWrittenOutWhereAPersonReads) {
  const testing::Folder folder;
  const std::string rows =
      put(folder / "evil.csv", "\x1b]0;owned\x07,\x1b[2Jy\n1,a\x1b[31m\n2,b\xc2\x9b\n3,a\x1b[31m\n4,b\xc2\x9b\n");
  const std::string model = folder / "m.talweg";
  const auto steers = [](const std::string& s) {
    return s.find_first_of(std::string("\x1b\x07", 2)) != std::string::npos || s.find("\xc2\x9b") != std::string::npos;
  };
  for (const auto& arguments : std::vector<std::vector<std::string>>{
           {"train", rows, "--target", "\x1b[2Jy", "--dry-run"},
           {"train", rows, "--target", "\x1b[2Jy", "--dry-run", "--format", "json"},
           {"train", rows, "--target", "\x1b[2Jy", "--model", "logistic", "--save", model},
           {"inspect", model},
           {"inspect", model, "--format", "json"},
           {"inspect", model, "--format", "markdown"},
           {"train", rows, "--target", "\x1b]0;x"},
           {"predict", model, put(folder / "none.csv", "other\n1\n")}}) {
    const auto result = run_command(arguments);
    EXPECT_FALSE(steers(result.out)) << arguments[0] << ": " << result.out;
    EXPECT_FALSE(steers(result.err)) << arguments[0] << ": " << result.err;
    if (arguments.back() == "json") EXPECT_NO_THROW((void)nlohmann::json::parse(result.out)) << result.out;
  }
}

TEST(ModelsOfStreams, AreCalledWhatTheyAre) {
  const testing::Folder folder;
  const std::string rows = put(folder / "r.libsvm", "1 1:1\n0 2:1\n1 1:2\n0 2:3\n"), model = folder / "s.talweg";
  ASSERT_EQ(run_command({"train", rows, "--model", "logistic", "--optimizer", "ftrl", "--save", model}).status, 0);
  const auto result = run_command({"explain", model, rows, "--row", "1"});
  EXPECT_EQ(result.status, 2);
  EXPECT_TRUE(contains(result.err, "holds a model that was trained row by row on a stream"));
}

TEST(Evaluating, ARowWhoseFiguresOverflowIsNamed) {
  const testing::Folder folder;
  const std::string data = put(folder / "d.csv", "x,y\n1,2\n2,4\n3,6\n4,8\n5,10\n");
  const std::vector<std::vector<std::string>> models{{"--model", "linear"},
                                                     {"--model", "linear", "--optimizer", "ftrl", "--hash-bits", "8"}};
  for (const auto& model : models) {
    std::vector<std::string> train{"train", data, "--target", "y", "--save", folder / "m"};
    train.insert(train.end(), model.begin(), model.end());
    ASSERT_EQ(run_command(train).status, 0);
    for (const char* row : {"1e308,2", "-1e308,2", "1,1e200"}) {
      const std::string rows = put(folder / "rows.csv", std::string("x,y\n1,2\n") + row + "\n");
      const auto ran = run_command({"evaluate", folder / "m", rows});
      EXPECT_EQ(ran.status, 2) << row << ": " << ran.out;
      EXPECT_TRUE(contains(ran.err, rows)) << ran.err;
      EXPECT_EQ(ran.out, "");
    }
  }
}

TEST(Streams, AnIndexBaseOutOfItsRangeIsNamedWhateverTheModel) {
  const testing::Folder folder;
  const std::string data = put(folder / "d.csv", "x,y\n1,2\n2,4\n");
  for (const char* base : {"3", "-1", "one"}) {
    const auto ran = run_command({"train", data, "--target", "y", "--index-base", base});
    EXPECT_EQ(ran.status, 2);
    EXPECT_TRUE(contains(ran.err, "from 0 to 1")) << ran.err;
  }
}

TEST(Portable, IsRecordedInTheModel) {
  const testing::Folder folder;
  std::string rows = "a,b,y\n";
  for (int r = 0; r < 40; ++r)
    rows += std::to_string(r % 7) + "," + std::to_string(r % 5) + "," + std::to_string(r % 3 == 0) + "\n";
  const std::string file = put(folder / "r.csv", rows), model = folder / "m.talweg";
  ASSERT_EQ(
      run_command({"train", file, "--target", "y", "--model", "mlp:4", "--epochs", "2", "--portable", "--save", model})
          .status,
      0);
  const auto shown = nlohmann::json::parse(run_command({"inspect", model, "--format", "json"}).out);
  EXPECT_EQ(shown["kernel"], "built-in");
}

TEST(LongTraces, HaveEveryRow) {
  const auto csv = run_command({"minimize", "x^2", "--start", "x=10", "--optimizer", "gd,learning_rate=0.00001",
                                "--iterations", "25000", "--tolerance", "0", "--trace", "--format", "csv"});
  EXPECT_EQ(std::count(csv.out.begin(), csv.out.end(), '\n'), 25002);  // the header, the start and the steps
  const auto json = run_command({"minimize", "x^2", "--start", "x=10", "--optimizer", "gd,learning_rate=0.00001",
                                 "--iterations", "25000", "--tolerance", "0", "--trace", "--format", "json"});
  const auto trace = nlohmann::json::parse(json.out)["trace"];
  ASSERT_EQ(trace.size(), 25001u);
  for (const std::size_t k : {0u, 1u, 20'001u, 25'000u}) EXPECT_EQ(trace[k]["iteration"], k);
}

}  // namespace
}  // namespace talweg
