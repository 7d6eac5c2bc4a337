#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "cli/run_command.hpp"
#include "support/files.hpp"

namespace talweg::test {
namespace {

using nlohmann::json;
using talweg::testing::contains;
using talweg::testing::Folder;
using talweg::testing::put;
using Arguments = std::vector<std::string>;

/// What a shell makes of a command line that begins with the command.
int shell(const std::string& arguments, const std::string& before = "") {
  const int status = std::system((before + TALWEG_CLI + " " + arguments + " > /dev/null").c_str());
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

TEST(CliReading, ALineBreakInQuotesMayLieWhereABlockEnds) {
  const Folder folder;
  // Nearly all of the text is in quotes and full of line breaks: every block of every size ends within one.
  std::string text = "a,words,y\n";
  for (int i = 0; text.size() < 2'500'000; ++i) {
    text += std::to_string(i % 7) + ",\"";
    for (int k = 0; k < 30; ++k) text += "w" + std::to_string((i * 31 + k * 7) % 50) + (k % 2 ? "\r\n" : "\n");
    text += "\"," + std::to_string(i % 7 > 3) + "\n";
  }
  const std::string rows = put(folder / "rows.csv", text), model = folder / "m.talweg";
  const std::string how = " --target y --model logistic --hash-bits 12 --optimizer ftrl";
  EXPECT_EQ(shell("train " + rows + how + " --save " + model), 0);
  const std::string bytes = slurp(model);
  EXPECT_EQ(shell("train -" + how + " --save " + (folder / "pipe.talweg"), "cat " + rows + " | "), 0);
  EXPECT_TRUE(slurp(folder / "pipe.talweg") == bytes);
  ASSERT_EQ(std::system(("gzip -k " + rows).c_str()), 0);
  EXPECT_EQ(shell("train " + rows + ".gz" + how + " --save " + (folder / "gz.talweg")), 0);
  EXPECT_TRUE(slurp(folder / "gz.talweg") == bytes);
  EXPECT_EQ(shell("train " + rows + how + " --checkpoint " + (folder / "ck") + " --every 8000steps --save " + model),
            0);
  EXPECT_EQ(shell("train " + rows + " --resume " + (folder / "ck") + " --save " + model), 0);
  EXPECT_TRUE(slurp(model) == bytes);
  EXPECT_EQ(shell("evaluate " + model + " " + rows), 0);
  EXPECT_EQ(shell("predict " + model + " " + rows), 0);
}

TEST(CliReading, TableAndStreamAgreeOnMarksQuotesAndSigns) {
  const Folder folder;
  const std::string plain = "a,b,y\n1,2,0\n3,4,1\n5,6,0\n7,8,1\n";
  const std::string odd =
      "\xef\xbb\xbf"
      "a,b,y\r\"1\",+2,0\r3,4,\"1\"\r\r5,6,0\r7,8,1\r";
  std::vector<std::string> models;
  for (const std::string& text : {plain, odd}) {
    const std::string rows = put(folder / "rows.csv", text);
    for (const Arguments& how :
         {Arguments{"--hash-bits", "8"}, Arguments{"--optimizer", "lbfgs", "--no-standardize"}}) {
      Arguments all{"train", rows, "--target", "y", "--model", "logistic", "--save", folder / "m"};
      all.insert(all.end(), how.begin(), how.end());
      const Ran ran = run_command(all);
      EXPECT_NE(ran.status, 2) << ran.err;
      models.push_back(run_command({"predict", folder / "m", rows}).out);
    }
  }
  EXPECT_EQ(models[0], models[2]);
  EXPECT_EQ(models[1], models[3]);
}

TEST(CliReading, RowsFromZeroAreRefusedByModelsOfRowsFromOne) {
  const Folder folder;
  std::string from_one, from_zero;
  for (int i = 0; i < 40; ++i) {
    const std::string label = std::to_string(i % 2), value = std::to_string(i % 5);
    from_one += label + " 1:" + value + " 2:" + label + "\n";
    from_zero += label + " 0:" + value + " 1:" + label + "\n";
  }
  const std::string one = put(folder / "one", from_one), zero = put(folder / "zero", from_zero);
  for (const std::string optimizer : {"lbfgs", "adam", "ftrl"}) {
    const std::string model = folder / optimizer;
    const Arguments train{"train", one, "--model", "logistic", "--optimizer", optimizer, "--save", model};
    ASSERT_NE(run_command(train).status, 2) << optimizer;
    Arguments validated = train;
    validated.insert(validated.end(), {"--validation", zero});
    for (const Arguments& command :
         {Arguments{"predict", model, zero}, Arguments{"evaluate", model, zero}, validated}) {
      const Ran ran = run_command(command);
      EXPECT_EQ(ran.status, 2) << optimizer << " " << command[0];
      EXPECT_TRUE(contains(ran.err, "zero:1:3: '0:0' has index 0, and the model was trained on indices from 1 on"))
          << optimizer << " " << command[0];
    }
  }
}

TEST(CliReading, RowsFromOneAreRefusedByModelsOfRowsFromZero) {
  const Folder folder;
  std::string from_one, from_zero;
  for (int i = 0; i < 40; ++i) {
    const std::string label = std::to_string(i % 2), value = std::to_string(i % 5);
    from_one += label + " 1:" + value + " 2:" + label + "\n";
    from_zero += label + " 0:" + value + " 1:" + label + "\n";
  }
  const std::string one = put(folder / "one", from_one), zero = put(folder / "zero", from_zero);
  const std::string unclear = put(folder / "unclear", "1 1:1\n"), new_index = put(folder / "new", "1 0:0 7:1\n");
  for (const std::string optimizer : {"lbfgs", "adam", "ftrl"}) {
    const std::string model = folder / optimizer;
    const Arguments train{"train", zero, "--model", "logistic", "--optimizer", optimizer, "--save", model};
    ASSERT_NE(run_command(train).status, 2) << optimizer;
    Arguments validated = train;
    validated.insert(validated.end(), {"--validation", one});
    for (const Arguments& command : {Arguments{"predict", model, one}, Arguments{"evaluate", model, one}, validated}) {
      const Ran ran = run_command(command);
      EXPECT_EQ(ran.status, 2) << optimizer << " " << command[0];
      EXPECT_TRUE(contains(
          ran.err, "one: index 2 occurs and index 0 does not, and the model was trained on indices from 0 to 1"))
          << optimizer << " " << command[0] << ran.err;
    }
    const Ran ran = run_command({"predict", model, unclear});
    EXPECT_EQ(ran.status, 0) << ran.err;
    if (optimizer != "ftrl") EXPECT_TRUE(contains(ran.err, "if these rows count from 1, subtract 1")) << ran.err;
    EXPECT_EQ(run_command({"predict", model, new_index}).status, 0) << optimizer;
  }
}

TEST(CliReading, ColumnsOfAStreamedValidationFileAreFoundByName) {
  const Folder folder;
  std::string train = "a,b,y\n", other = "y,b,a\n";
  for (int i = 0; i < 200; ++i) {
    const std::string y = std::to_string(i % 2), noise = std::to_string(i % 7);
    train += y + "," + noise + "," + y + "\n";
    other += y + "," + noise + "," + y + "\n";
  }
  const Ran ran = run_command({"train", put(folder / "t.csv", train), "--target", "y", "--model", "logistic",
                               "--hash-bits", "8", "--validation", put(folder / "v.csv", other), "--format", "json"});
  ASSERT_EQ(ran.status, 0) << ran.err;
  EXPECT_EQ(json::parse(ran.out)["metrics"]["validation"]["accuracy"], 1);
}

TEST(CliReading, NumbersWithSeparatorsAreRefusedAsFeaturesAndAsTarget) {
  const Folder folder;
  std::string text = "price,size\n";
  for (int i = 0; i < 30; ++i) text += "\"1," + std::to_string(100 + i) + "\"," + std::to_string(i) + "\n";
  const std::string rows = put(folder / "t.csv", text);
  for (const Arguments& more : {Arguments{"--target", "price"}, Arguments{"--target", "size"},
                                Arguments{"--target", "size", "--model", "linear", "--hash-bits", "8"}}) {
    Arguments all{"train", rows};
    all.insert(all.end(), more.begin(), more.end());
    const Ran ran = run_command(all);
    EXPECT_EQ(ran.status, 2);
    EXPECT_TRUE(
        contains(ran.err, "t.csv:2:1: '1,100' in the column 'price' is 1.1 with a decimal comma, 1100 with commas"));
  }
}

TEST(CliReading, AHugeColumnThatSeparatesTheClassesDoes) {
  const Folder folder;
  std::string text = "a,b,y\n";
  for (int i = 0; i < 60; ++i)
    text += (i % 2 ? "1e200," : "-1e200,") + std::to_string(i % 7) + "," + std::to_string(i % 2) + "\n";
  const std::string rows = put(folder / "t.csv", text);
  for (const std::string model : {"logistic", "mlp:8"}) {
    const Ran ran = run_command({"train", rows, "--target", "y", "--model", model, "--format", "json"});
    EXPECT_EQ(json::parse(ran.out)["metrics"]["train"]["accuracy"], 1) << model;
  }
}

}  // namespace
}  // namespace talweg::test
