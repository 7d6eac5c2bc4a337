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
    EXPECT_TRUE(contains(ran.err,
                         "t.csv:2:1: '1,100' in the column 'price' is 1.1 with a decimal comma (--decimal ,), or 1100 "
                         "with commas between thousands (--thousands ,); say which"));
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

/// Rows as a spreadsheet in German writes them, 2 lines before the header, and the same for a program.
struct TwoFiles {
  std::string odd = "Umsätze\n\nTag;Preis;Größe;y\n", plain = "Tag,Preis,Größe,y\n";
  TwoFiles() {
    for (int i = 0; i < 60; ++i) {
      const std::string day = std::to_string(1 + i % 28), size = i % 9 == 0 ? "" : std::to_string(i % 5);
      odd += day + ".1.2020;1." + std::to_string(100 + i) + ",5;" + (size.empty() ? "k.A." : size) + ";" +
             std::to_string(i % 7) + ",25\n";
      plain += std::to_string(18261 + 1 + i % 28) + ",1" + std::to_string(100 + i) + ".5," + size + "," +
               std::to_string(i % 7) + ".25\n";
    }
  }
};

TEST(CliReading, OptionsReadAFileAsItsOwnerMeansItAndModelsRememberThem) {
  const Folder folder;
  const TwoFiles files;
  const std::string odd = put(folder / "odd.csv", files.odd), plain = put(folder / "plain.csv", files.plain);
  const Arguments of_file{"--skip", "2"},
      of_cells{"--decimal", ",", "--thousands", ".", "--missing", "k.A.", "--date", "Tag"};
  for (const Arguments& how :
       {Arguments{"--model", "linear"}, Arguments{"--model", "linear", "--optimizer", "ftrl", "--hash-bits", "10"}}) {
    Arguments train{"train", odd, "--target", "y", "--save", folder / "odd.talweg"};
    for (const auto* more : {&how, &of_file, &of_cells}) train.insert(train.end(), more->begin(), more->end());
    ASSERT_NE(run_command(train).status, 2) << run_command(train).err;
    Arguments same{"train", plain, "--target", "y", "--save", folder / "plain.talweg"};
    same.insert(same.end(), how.begin(), how.end());
    ASSERT_NE(run_command(same).status, 2);
    const std::string wanted = run_command({"predict", folder / "plain.talweg", plain}).out;
    const Ran predicted = run_command({"predict", folder / "odd.talweg", odd, "--skip", "2"});
    EXPECT_EQ(predicted.out, wanted) << predicted.err;
    const Ran evaluated = run_command({"evaluate", folder / "odd.talweg", odd, "--skip", "2"});
    EXPECT_EQ(evaluated.status, 0) << evaluated.err;
    const std::string english = put(folder / "english.csv", "Tag,Preis,Größe\n2020-01-05,1105.5,n/a\n");
    const Ran other = run_command({"predict", folder / "odd.talweg", english, "--decimal", ".", "--missing", "n/a"});
    EXPECT_EQ(other.status, 0) << other.err;
    EXPECT_EQ(run_command({"predict", folder / "odd.talweg", english}).status, 2) << "1105.5 with decimal commas";
  }
}

TEST(CliReading, EveryCommandWithRowsTakesTheOptions) {
  const Folder folder;
  const std::string rows = put(folder / "t.txt", "x|y\n1,5|2\n2,5|3\n3,5|5\n4,5|6\n");
  const Arguments how{"--delimiter", "|", "--decimal", ",", "--header", "yes"};
  for (const Arguments& command : {Arguments{"fit", rows, "y ~ a*x+b", "--start", "a=1,b=0"},
                                   Arguments{"minimize", "mean((a*x-y)^2)", "--data", rows, "--start", "a=1"},
                                   Arguments{"explain", "mean((a*x-y)^2)", "--data", rows, "--start", "a=1"},
                                   Arguments{"compare", "mean((a*x-y)^2)", "--data", rows, "--start", "a=1", "--seeds",
                                             "2", "--evaluations", "50", "--optimizers", "gd", "lbfgs"},
                                   Arguments{"advise", rows, "--target", "y"}}) {
    Arguments all = command;
    all.insert(all.end(), how.begin(), how.end());
    const Ran ran = run_command(all);
    EXPECT_NE(ran.status, 2) << command[0] << ": " << ran.err;
    EXPECT_EQ(run_command(command).status, 2) << command[0] << " takes 1,5 for a number without being told";
  }
  const Ran ran = run_command({"minimize", "x^2", "--start", "x=1", "--decimal", ","});
  EXPECT_EQ(ran.status, 2);
  EXPECT_TRUE(contains(ran.err, "--decimal has no effect on a formula without rows")) << ran.err;
}

TEST(CliReading, RowsWithoutTheTargetAreLeftOutWhereAsked) {
  const Folder folder;
  std::string text = "a,b,y\n";
  for (int i = 0; i < 60; ++i)
    text += std::to_string(i) + "," + std::to_string(i % 7) + "," + (i % 10 == 3 ? "" : std::to_string(2 * i)) + "\n";
  const std::string rows = put(folder / "t.csv", text), model = folder / "m";
  const Arguments train{"train", rows, "--target", "y", "--model", "linear", "--save", model};
  const Ran refused = run_command(train);
  EXPECT_EQ(refused.status, 2);
  EXPECT_TRUE(contains(refused.err,
                       "t.csv:5: the target 'y' is missing; fill it in, or leave such rows out with "
                       "--drop-missing-target"));
  Arguments dropping = train;
  dropping.push_back("--drop-missing-target");
  const Ran ran = run_command(dropping);
  EXPECT_EQ(ran.status, 0) << ran.err;
  EXPECT_TRUE(contains(ran.out, "6 rows without the target 'y' left out")) << ran.out;
  EXPECT_EQ(run_command({"evaluate", model, rows}).status, 2);
  EXPECT_EQ(run_command({"evaluate", model, rows, "--drop-missing-target"}).status, 0);
  dropping.insert(dropping.end(), {"--hash-bits", "8"});
  EXPECT_TRUE(contains(run_command(dropping).out, "6 rows without a target were left out"));
}

TEST(CliReading, ColumnsWithoutAValueAndOfOneTextAreDescribedAsSuch) {
  const Folder folder;
  std::string text = "none,one,x,y\n";
  for (int i = 0; i < 20; ++i) text += ",red," + std::to_string(i) + "," + std::to_string(2 * i) + "\n";
  const Ran ran =
      run_command({"train", put(folder / "t.csv", text), "--target", "y", "--model", "linear", "--dry-run"});
  EXPECT_EQ(ran.status, 0) << ran.err;
  EXPECT_TRUE(contains(ran.out, "no value: every cell is missing")) << ran.out;
  EXPECT_TRUE(contains(ran.out, "1 category: red")) << ran.out;
  EXPECT_FALSE(contains(ran.out, "nan")) << ran.out;
}

TEST(CliReading, IdsAndKeptCellsStandBesidePredictions) {
  const Folder folder;
  std::string text = "name,x,when,y\n";
  for (int i = 0; i < 40; ++i)
    text += "00" + std::to_string(i) + "," + std::to_string(i) + ".50,2020-01-01," + (i % 2 ? "yes" : "no") + "\n";
  const std::string rows = put(folder / "t.csv", text), model = folder / "m";
  for (const Arguments& how :
       {Arguments{"--model", "logistic"}, Arguments{"--model", "logistic", "--hash-bits", "8"}}) {
    Arguments train{"train", rows, "--target", "y", "--id", "name", "--ignore", "when", "--save", model};
    train.insert(train.end(), how.begin(), how.end());
    ASSERT_NE(run_command(train).status, 2) << run_command(train).err;
    const Ran remembered = run_command({"predict", model, rows});
    EXPECT_TRUE(remembered.out.starts_with("name,prediction,p_no,p_yes\n000,")) << remembered.out << remembered.err;
    const Ran kept = run_command({"predict", model, rows, "--keep", "when", "--keep", "x", "--no-proba"});
    EXPECT_TRUE(kept.out.starts_with("name,when,x,prediction\n000,2020-01-01,0.50,")) << kept.out << kept.err;
    const Ran other = run_command({"predict", model, rows, "--id", "when"});
    EXPECT_TRUE(other.out.starts_with("when,prediction,p_no,p_yes\n2020-01-01,")) << other.out;
    const Ran wrong = run_command({"predict", model, rows, "--keep", "wen"});
    EXPECT_EQ(wrong.status, 2);
    EXPECT_TRUE(contains(wrong.err, "there is no column 'wen'; did you mean 'when'?")) << wrong.err;
    EXPECT_EQ(run_command({"predict", model, rows, "--keep", "x", "--keep", "x"}).status, 2);
  }
  EXPECT_EQ(run_command({"train", rows, "--target", "y", "--id", "y", "--model", "logistic"}).status, 2);
  ASSERT_EQ(run_command({"train", rows, "--target", "x", "--model", "linear", "--ignore", "name", "--ignore", "when",
                         "--save", model})
                .status,
            0);
  const Ran numbers = run_command({"predict", model, rows, "--proba"});
  EXPECT_EQ(numbers.status, 2);
  EXPECT_TRUE(contains(numbers.err, "--proba has no effect: linear has no probabilities")) << numbers.err;
}

TEST(CliReading, JsonLinesAndSparseMatricesTrainAsTheSameTables) {
  const Folder folder;
  std::string csv = "a,b,y\n", json, libsvm, entries, labels;
  int count = 0;
  for (int i = 0; i < 60; ++i) {
    const std::string a = std::to_string(1 + i % 7), b = std::to_string(1 + i % 5), y = std::to_string(i % 2);
    csv += a + "," + b + "," + y + "\n";
    json += "{\"a\": " + a + ", \"b\": " + b + ", \"y\": " + y + "}\n";
    libsvm += y + " 1:" + a + (i % 3 ? " 2:" + b : "") + "\n";
    entries += std::to_string(i + 1) + " 1 " + a + "\n";
    if (i % 3) entries += std::to_string(i + 1) + " 2 " + b + "\n";
    count += i % 3 ? 2 : 1;
    labels += y + "\n";
  }
  const auto trained = [&](const std::string& file, const std::string& target, const std::string& name) {
    Arguments all{"train", file, "--model", "logistic", "--optimizer", "lbfgs", "--save", folder / name};
    if (!target.empty()) all.insert(all.end(), {"--target", target});
    const Ran ran = run_command(all);
    EXPECT_EQ(ran.status, 0) << ran.err;
    const Ran predicted = run_command({"predict", folder / name, file});
    EXPECT_EQ(predicted.status, 0) << predicted.err;
    return predicted.out;
  };
  EXPECT_EQ(trained(put(folder / "t.csv", csv), "y", "c"), trained(put(folder / "t.jsonl", json), "y", "j"));
  const std::string market = put(folder / "t.mtx", "%%MatrixMarket matrix coordinate real general\n60 2 " +
                                                       std::to_string(count) + "\n" + entries);
  const std::string truth = put(folder / "labels.txt", labels);
  EXPECT_EQ(trained(put(folder / "t.libsvm", libsvm), "", "l"), trained(market, truth, "m"));
  EXPECT_EQ(run_command({"evaluate", folder / "m", market, "--target", truth}).status, 0);
  const Ran without = run_command({"train", market, "--model", "logistic"});
  EXPECT_EQ(without.status, 2);
  EXPECT_TRUE(contains(without.err, "t.mtx: holds no labels; name the file of their labels with --target"))
      << without.err;
}

}  // namespace
}  // namespace talweg::test
