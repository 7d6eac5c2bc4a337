#include <cmath>
#include <sstream>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "cli/run_command.hpp"

/// Formulas over the rows of a file, at the command line.
namespace talweg::test {
namespace {

using Json = nlohmann::json;
using testing::contains;
using Words = std::vector<std::string>;

std::string file(const std::string& name, const std::string& content) {
  return testing::put(scratch() / name, content);
}
std::string points() { return file("points.csv", "x,y\n1,2\n2,4\n3,6\n4,8\n5,10\n"); }

constexpr const char* line = "mean((a+b*x-y)^2)/2";

/// `talweg minimize line --data points.csv --start a=1,b=1 …` as JSON, its trace included.
Json minimized(const Words& more, const std::string& start = "a=1,b=1", const std::string& data = points()) {
  Words words{"minimize", line, "--data", data, "--start", start, "--format", "json", "--trace", "--tolerance", "0"};
  words.insert(words.end(), more.begin(), more.end());
  const Ran ran = run_command(words);
  EXPECT_EQ(ran.status, 0) << ran.err;
  return Json::parse(ran.out);
}

void expect_near(const Json& numbers, const std::vector<double>& right, double within = 1e-8) {
  ASSERT_EQ(numbers.size(), right.size()) << numbers;
  for (std::size_t i = 0; i < right.size(); ++i) EXPECT_NEAR(numbers[i].get<double>(), right[i], within) << numbers;
}

/// The words of a command line: blanks between them, double quotes around some.
Words words_of(const std::string& command) {
  Words words(1);
  bool quoted = false;
  for (const char c : command)
    if (c == '"')
      quoted = !quoted;
    else if (c == ' ' && !quoted)
      words.emplace_back();
    else
      words.back() += c;
  return words;
}

/// The command of docs/worked-examples.md that has these words, as JSON.
Json documented(const std::vector<const char*>& fragments) {
  std::istringstream page(slurp(std::string(TALWEG_SOURCE_DIR) + "/docs/worked-examples.md"));
  for (std::string command; std::getline(page, command);) {
    const bool has = std::all_of(fragments.begin(), fragments.end(),
                                 [&](const char* f) { return command.find(f) != std::string::npos; });
    if (!command.starts_with("talweg minimize \"mean") || !has) continue;
    Words words = words_of(command.substr(7));
    for (std::string& word : words)
      if (word.starts_with("data/")) word = std::string(TALWEG_SOURCE_DIR) + "/" + word;
    words.insert(words.end(), {"--format", "json"});
    const Ran ran = run_command(words);
    EXPECT_EQ(ran.status, 0) << ran.err;
    return Json::parse(ran.out);
  }
  ADD_FAILURE() << "no such command: " << fragments[0];
  return {};
}

struct Worked {
  std::vector<const char*> command;
  double value;                         ///< of J where the step is made
  std::vector<double> gradient, theta;  ///< there, and after the step
  std::vector<int> rows;
  std::vector<double> h;  ///< predicted there
  bool batch = false;     ///< value and gradient are in the row of the step
};

/// The figures of the page, of which notes in circulation have other ones.
TEST(WorkedExamples, EachIsOneCommandWithTheseFigures) {
  const std::vector<int> all{2, 3, 4, 5, 6};
  const std::vector<double> h{2, 3, 4, 5, 6};
  const std::vector<Worked> examples{
      {{"gd,learning_rate=0.01", "θ₀=1"}, 3, {-2, -8}, {1.02, 1.08}, all, h},
      {{"momentum"}, 3, {-2, -8}, {1.02, 1.08}, all, h},
      {{"adagrad"}, 3, {-2, -8}, {1.1, 1.1}, all, h},
      {{"rmsprop"}, 3, {-2, -8}, {1.31622777, 1.31622777}, all, h},
      {{"--batch-size 1"}, 0, {0, 0}, {1, 1}, {2}, {2}, true},
      {{"--batch-size 2"}, 1.25, {-1.5, -4}, {1.015, 1.04}, {3, 4}, {3, 4}, true},
      {{"gd,learning_rate=0.01", "θ₀=2"}, 13.5, {5, 17}, {1.95, 2.83}, all, {5, 8, 11, 14, 17}},
      {{"neuron.csv"}, 0.125, {0.5, -0.5, 0.5}, {0.49, -0.79, 0.19}, {2}, {1.5}}};
  for (const Worked& w : examples) {
    SCOPED_TRACE(w.command[0]);
    const Json out = documented(w.command);
    ASSERT_EQ(out["trace"].size(), 2u);
    const Json& at = out["trace"][w.batch ? 1 : 0];
    EXPECT_NEAR(at["value"].get<double>(), w.value, 1e-14);
    expect_near(at["gradient"], w.gradient, 1e-13);
    EXPECT_EQ(at["rows"], Json(w.rows));
    expect_near(out["trace"][1]["x"], w.theta);
    ASSERT_EQ(at["terms"].size(), w.rows.size());
    for (std::size_t i = 0; i < w.h.size(); ++i) EXPECT_NEAR(at["terms"][i]["prediction"].get<double>(), w.h[i], 1e-14);
  }
  expect_near(documented({"rmsprop"})["trace"][1]["state"]["accumulator"], {0.4, 6.4});
}

TEST(Data, EveryFormatTellsTheRowsOfEachStep) {
  const Words words{
      "minimize",     line, "--data",  points(), "--start",      "a=1,b=1", "--optimizer", "sgd,learning_rate=0.01",
      "--batch-size", "2",  "--order", "file",   "--iterations", "3",       "--trace"};
  const auto run = [&](const Words& more) {
    Words all = words;
    all.insert(all.end(), more.begin(), more.end());
    const Ran ran = run_command(all);
    EXPECT_EQ(ran.status, 0) << ran.err;
    return ran.out;
  };
  EXPECT_TRUE(contains(run({}), "rows"));
  EXPECT_TRUE(contains(run({}), " 4 5 "));
  const std::string csv = run({"--format", "csv"});
  EXPECT_TRUE(contains(csv, "gradient[a],gradient[b],rows,terms,term_gradients,predictions\n"));
  EXPECT_TRUE(contains(csv, ",2 3,"));
  EXPECT_TRUE(contains(run({"--format", "markdown"}), "| 6 "));
  const std::string page = scratch() / "page.html";
  run({"--report", page});
  EXPECT_TRUE(contains(slurp(page), "4 5"));
  const Json json = Json::parse(run({"--format", "json"}));
  EXPECT_EQ(json["trace"][3]["rows"], Json({6})) << "the last batch is what is left";
}

TEST(Data, TheOrderFollowsFromTheSeedAndEachEpochSeesEveryRow) {
  const auto rows = [](const Words& more) {
    std::vector<int> out;
    const Json run = minimized(more);
    for (const Json& row : run["trace"])
      if (row["iteration"] > 0)
        for (const int r : row["rows"]) out.push_back(r);
    return out;
  };
  const Words base{"--optimizer", "sgd,learning_rate=0.001", "--batch-size", "2", "--epochs", "3"};
  const auto with = [&](const Words& more) {
    Words all = base;
    all.insert(all.end(), more.begin(), more.end());
    return rows(all);
  };
  const auto first = with({"--seed", "1"});
  ASSERT_EQ(first.size(), 15u);
  for (int epoch = 0; epoch < 3; ++epoch) {
    std::vector<int> seen(first.begin() + 5 * epoch, first.begin() + 5 * (epoch + 1));
    std::sort(seen.begin(), seen.end());
    EXPECT_EQ(seen, (std::vector<int>{2, 3, 4, 5, 6}));
  }
  EXPECT_EQ(with({"--seed", "1"}), first);
  EXPECT_NE(with({"--seed", "2"}), first);
  EXPECT_EQ(with({"--order", "file"}), (std::vector<int>{2, 3, 4, 5, 6, 2, 3, 4, 5, 6, 2, 3, 4, 5, 6}));
}

/// The last batch counts by its size, so that every row moves the parameters as far as any other.
TEST(Data, AnEpochOfAStraightFunctionMovesByTheSumOfItsRows) {
  for (const int batch : {1, 2, 3, 4}) {
    const Ran ran = run_command({"minimize", "mean(a*y)", "--data", points(), "--start", "a=0", "--optimizer",
                                 "sgd,learning_rate=0.01", "--batch-size", std::to_string(batch), "--epochs", "2",
                                 "--format", "json"});
    ASSERT_EQ(ran.status, 0) << ran.err;
    EXPECT_NEAR(Json::parse(ran.out)["x"]["a"].get<double>(), -2 * 0.01 * 30 / batch, 1e-14) << batch;
  }
}

TEST(Data, EpochsAreAsManyPassesWhateverTheBatch) {
  for (const char* batch : {"1", "2", "5", "all"}) {
    const Ran ran = run_command({"minimize", line, "--data", points(), "--start", "a=1,b=1", "--optimizer",
                                 "sgd,learning_rate=0.01", "--batch-size", batch, "--epochs", "6", "--format", "json"});
    EXPECT_EQ(ran.status, 0) << batch << ran.err;
    const Json out = Json::parse(ran.out);
    EXPECT_EQ(out["status"], "completed");
    EXPECT_EQ(out["iterations"], batch == std::string("1") ? 30 : batch == std::string("2") ? 18 : 6);
  }
}

TEST(Data, EveryKindOfMethodFindsTheLine) {
  for (const char* optimizer : {"lbfgs", "cg", "gd,line_search=wolfe", "lbfgsb"}) {
    const Ran ran = run_command(
        {"minimize", line, "--data", points(), "--start", "a=1,b=1", "--optimizer", optimizer, "--format", "json"});
    ASSERT_EQ(ran.status, 0) << optimizer << ran.err;
    const Json out = Json::parse(ran.out);
    EXPECT_NEAR(out["x"]["a"].get<double>(), 0, 1e-6) << optimizer;
    EXPECT_NEAR(out["x"]["b"].get<double>(), 2, 1e-6) << optimizer;
    EXPECT_EQ(out["certificate"]["kind"], "minimum") << optimizer;
  }
}

TEST(Data, WhoListensChangesNothing) {
  const auto hash = [](Words more) {
    Words words{
        "minimize",     line, "--data",   points(), "--start",  "a=1,b=1", "--optimizer", "adam,learning_rate=0.1",
        "--batch-size", "2",  "--epochs", "4",      "--format", "json"};
    words.insert(words.end(), more.begin(), more.end());
    const Json out = Json::parse(run_command(words).out);
    return std::pair(out["trace_hash"], out["x"]);
  };
  EXPECT_EQ(hash({}), hash({"--trace", "--report", scratch() / "r.html", "--plot", scratch() / "p.svg"}));
}

TEST(Data, ExplainShowsTheRowsOfAStepTermByTerm) {
  const auto explained = [](const Words& more) {
    Words words{"explain", line, "--data", points(), "--start", "a=1,b=1", "--optimizer", "sgd,learning_rate=0.01"};
    words.insert(words.end(), more.begin(), more.end());
    const Ran ran = run_command(words);
    EXPECT_EQ(ran.status, 0) << ran.err;
    return ran.out;
  };
  const std::string two = explained({"--batch-size", "2", "--seed", "4"});
  for (const char* part : {"f over rows 3, 4", "t₄ = (a + b·x₄ − y₄)^2\n     = (1 + 1*3 - 6)^2\n     = 4",
                           "= (1 + 4)/2", "= 0.5*((-4 + (-12))/2)\n        = -4", "a₁ = a₀ + Δa"})
    EXPECT_TRUE(contains(two, part));
  EXPECT_TRUE(contains(explained({"--batch-size", "1", "--order", "file", "--step", "7"}), "f over row 3\n"));
  EXPECT_TRUE(contains(explained({}), "f over rows 2, 3, 4, 5, 6"));
  std::string many = "x,y\n";
  for (int i = 0; i < 9; ++i) many += "1,2\n";
  EXPECT_TRUE(contains(run_command({"explain", line, "--data", file("many.csv", many), "--start", "a=1,b=1"}).out,
                       "f over 9 rows\n  mean = 0"));
}

/// What is explained is the step that the run makes, of every rule, those that look ahead among them.
TEST(Data, TheStepThatIsExplainedIsThatOfTheRun) {
  for (const char* optimizer : {"sgd,learning_rate=0.01", "nesterov:lookahead,learning_rate=0.01", "adam", "ftrl"}) {
    const Words more{"--optimizer", optimizer, "--batch-size", "2", "--seed", "3", "--epochs", "3"};
    const Json run = minimized(more);
    Words words{"explain", line, "--data", points(), "--start", "a=1,b=1", "--step", "6", "--format", "json"};
    words.insert(words.end(), more.begin(), more.end());
    const Ran ran = run_command(words);
    ASSERT_EQ(ran.status, 0) << ran.err;
    const Json step = Json::parse(ran.out);
    EXPECT_EQ(step["next"]["a"], run["trace"][6]["x"][0]) << optimizer;
    EXPECT_EQ(step["next"]["b"], run["trace"][6]["x"][1]) << optimizer;
  }
}

TEST(Data, RacesAndPicturesTakeTheSameRequest) {
  const Ran race = run_command({"compare", line, "--data", points(), "--start", "a=1,b=1", "--optimizers", "lbfgs",
                                "adam", "--seeds", "2", "--evaluations", "100", "--format", "json"});
  ASSERT_EQ(race.status, 0) << race.err;
  EXPECT_EQ(Json::parse(race.out)["runs"].size(), 2u);
  const auto in_batches = [&](Words more) {
    Words words{"compare",
                line,
                "--data",
                points(),
                "--start",
                "a=1,b=1",
                "--format",
                "json",
                "--jitter",
                "0",
                "--seeds",
                "3",
                "--evaluations",
                "200",
                "--optimizers",
                "sgd,learning_rate=0.02",
                "sgd,learning_rate=0.02,batch_size=5",
                "lbfgs"};
    words.insert(words.end(), more.begin(), more.end());
    return run_command(words);
  };
  const Ran batches = in_batches({"--batch-size", "2"});
  ASSERT_EQ(batches.status, 0) << batches.err;
  const Json told = Json::parse(batches.out);
  EXPECT_EQ(told["unit"], "gradients of one row");
  EXPECT_EQ(told["batch_size"], 2);
  EXPECT_EQ(told["rows"], 5);
  for (const Json& run : told["runs"]) EXPECT_LE(run["evaluations"], 200);
  // The same steps as minimize makes: 200 rows of 5 are 40 epochs.
  const Json alone = Json::parse(
      run_command({"minimize", line, "--data", points(), "--start", "a=1,b=1", "--optimizer", "sgd,learning_rate=0.02",
                   "--batch-size", "5", "--iterations", "40", "--tolerance", "0", "--format", "json"})
          .out);
  EXPECT_EQ(told["runs"][1]["median"], alone["value"]);
  EXPECT_EQ(in_batches({"--batch-size", "2", "--jobs", "2"}).out, batches.out);
  const Ran large = in_batches({"--batch-size", "9"});
  EXPECT_EQ(large.status, 2);
  EXPECT_TRUE(contains(large.err, "--batch-size 9 is more than the 5 rows of"));
  const std::string picture = scratch() / "fit.svg";
  run_command({"minimize", line, "--data", points(), "--start", "a=1,b=1", "--plot", picture});
  for (const char* part : {"The rows and their curve", "first", "last", "data-y=\"10\""})
    EXPECT_TRUE(contains(slurp(picture), part));
  const Ran drawn = run_command({"explain", line, "--data", points(), "--start", "a=1,b=1", "--format", "svg"});
  EXPECT_EQ(drawn.status, 2);
  EXPECT_TRUE(contains(drawn.err, "a formula over rows has no graph of its own"));
}

TEST(Data, BadInputIsOneLine) {
  struct Case {
    Words words;
    const char* says;
  };
  const std::string data = points();
  const std::string text = file("text.csv", "x,y,name\n1,2,a\n2,4,b\n"),
                    blank = file("blank.csv", "x,y\n1,2\n,4\n3,6\n"), empty = file("empty.csv", ""),
                    header = file("header.csv", "x,y\n");
  const auto with = [&](const std::string& formula, const std::string& path, const std::string& start,
                        const Words& more = {}) {
    Words words{"minimize", formula, "--data", path, "--start", start};
    words.insert(words.end(), more.begin(), more.end());
    return words;
  };
  const std::vector<Case> cases{
      {with(line, data, "a=1,b=1,x=3"), "the start gives 'x', which is a column of"},
      {with(line, data, "a=1"), "unknown name 'b': it is neither a column of"},
      {with("(a+b*x-y)^2", data, "a=1,b=1"), "stands outside of mean(…) and sum(…)"},
      {with("mean((a-name)^2)", text, "a=1"), "text.csv:2: the column 'name' holds texts, here 'a'"},
      {with(line, blank, "a=1,b=1"), "blank.csv:3: the column 'x' is empty here"},
      {with(line, empty, "a=1,b=1"), "empty.csv"},
      {with(line, header, "a=1,b=1"), "header.csv"},
      {with("mean((a+b*xx-y)^2)", data, "a=1,b=1"), "unknown name 'xx'"},
      {with("mean((slope*x-y)^2)", data, "slop=1"),
       "the start gives 'slop', which the formula does not use: its variables are slope"},
      {with("a^2", data, "a=1"), "the formula uses no column of"},
      {with(line, data, "a=1,b=1,c=1"),
       "the start gives 'c', which the formula does not use: its variables are a and b"},
      {with(line, data, "a=1,b=1", {"--batch-size", "6"}), "--batch-size 6 is more than the 5 rows"},
      {with(line, data, "a=1,b=1", {"--batch-size", "0"}), "expected a whole number of at least 1, or all"},
      {with(line, data, "a=1,b=1", {"--batch-size", "2"}), "the usual method, lbfgs, takes all rows in each step"},
      {with(line, data, "a=1,b=1", {"--batch-size", "2", "--optimizer", "cg"}), "takes all rows in each step"},
      {with(line, data, "a=1,b=1", {"--seed", "3"}), "--seed has no effect where each step takes all rows"},
      {with(line, data, "a=1,b=1", {"--order", "random", "--batch-size", "2", "--optimizer", "sgd"}),
       "--order random: expected shuffled or file"},
      {with(line, data, "a=1,b=1", {"--epochs", "3", "--iterations", "3"}), "give one of them"},
      {with(line, data, "a=1,b=1", {"--batch-size", "2", "--optimizer", "sgd", "--tolerance", "1e-3"}),
       "--tolerance has no effect on a run in batches"},
      {{"minimize", "x^2", "--start", "x=1", "--batch-size", "2"},
       "--batch-size has no effect on a formula that is over no"},
      {{"minimize", "mean(x^2)", "--start", "x=1"}, "mean(…) goes over the rows of a file, which --data names"},
      {with(line, data, "a=1,b=1", {"--output", data}), "points.csv"}};
  for (const Case& c : cases) {
    const Ran ran = run_command(c.words);
    EXPECT_EQ(ran.status, 2) << c.says << ran.out;
    EXPECT_TRUE(contains(ran.err, c.says));
    EXPECT_EQ(std::count(ran.err.begin(), ran.err.end(), '\n'), 1) << ran.err;
  }
}

TEST(Data, ALogarithmOfANegativeRowIsNamedWithItsLine) {
  const std::string data = file("negative.csv", "x\n1\n2\n-3\n4\n");
  for (const Words& more : {Words{}, Words{"--batch-size", "1", "--optimizer", "sgd"}}) {
    Words words{"minimize", "mean(log(a*x))", "--data", data, "--start", "a=1"};
    words.insert(words.end(), more.begin(), more.end());
    const Ran ran = run_command(words);
    EXPECT_EQ(ran.status, 1);
    EXPECT_TRUE(contains(ran.out, "log(a*x) at column 6: log of -"));
    EXPECT_TRUE(contains(ran.out, "negative.csv:4"));
  }
}

TEST(Data, ARunOnAllRowsIsTakenUpOnTheSameRowsOnly) {
  const std::string folder = scratch() / "kept";
  const Words base{"minimize", line, "--data", points(), "--optimizer", "adam,learning_rate=0.1", "--format", "json"};
  const auto run = [&](Words more) {
    Words words = base;
    words.insert(words.end(), more.begin(), more.end());
    return run_command(words);
  };
  run({"--start", "a=1,b=1", "--iterations", "10", "--checkpoint", folder, "--tolerance", "0"});
  const Ran on = run({"--resume", folder, "--iterations", "20"});
  ASSERT_EQ(on.status, 0) << on.err;
  const Ran whole = run({"--start", "a=1,b=1", "--iterations", "20", "--tolerance", "0"});
  EXPECT_EQ(Json::parse(on.out)["trace_hash"], Json::parse(whole.out)["trace_hash"]);
  const Ran without = run_command({"minimize", "--resume", folder});
  EXPECT_EQ(without.status, 2);
  EXPECT_TRUE(contains(without.err, "goes over rows, which it does not hold: name them with --data"));
  file("points.csv", "x,y\n1,2\n2,4\n3,6\n4,8\n5,11\n");
  const Ran other =
      run_command({"minimize", line, "--data", scratch() / "points.csv", "--resume", folder, "--iterations", "30"});
  EXPECT_EQ(other.status, 2);
  EXPECT_TRUE(contains(other.err, "was made on other rows"));
}

TEST(Data, ARunFileHoldsTheRequest) {
  const std::string run_file = scratch() / "run.json";
  const Words words{
      "minimize",     line, "--data",   points(), "--start", "a=1,b=1", "--optimizer", "sgd,learning_rate=0.01",
      "--batch-size", "2",  "--epochs", "2",      "--seed",  "4",       "--format",    "json"};
  Words writing = words;
  writing.insert(writing.end(), {"--write-run", run_file});
  const Ran first = run_command(writing);
  ASSERT_EQ(first.status, 0) << first.err;
  const Ran again = run_command({"run", run_file});
  EXPECT_EQ(again.status, 0) << again.err;
  EXPECT_EQ(again.out, run_command(words).out);
  EXPECT_EQ(again.out, first.out);
}

}  // namespace
}  // namespace talweg::test
