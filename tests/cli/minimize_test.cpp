#include <gtest/gtest.h>

#include <chrono>
#include <nlohmann/json.hpp>

#include "cli/run_command.hpp"

namespace talweg::test {
namespace {

using nlohmann::json;
using Arguments = std::vector<std::string>;

Ran minimize(Arguments rest) {
  rest.insert(rest.begin(), "minimize");
  return run_command(rest);
}

TEST(CliMinimize, SuccessIsZeroAndALimitIsOne) {
  const auto good = minimize({"x^2 + 3*x + 2", "--start", "x=5", "--optimizer", "gd,learning_rate=0.1"});
  EXPECT_EQ(good.status, 0) << good.err;
  EXPECT_NE(good.out.find("Converged after"), std::string::npos);
  EXPECT_TRUE(good.err.empty());
  const auto limit = minimize({"x^2", "--start", "x=5", "--optimizer", "adam", "--iterations", "3"});
  EXPECT_EQ(limit.status, 1);
  EXPECT_NE(limit.out.find("limit of 3 iterations"), std::string::npos);
}

TEST(CliMinimize, JsonIsTheWholeOfStandardOutput) {
  const auto ran = minimize({"100*(y-x^2)^2+(1-x)^2", "--start", "x=-1.2,y=1", "--optimizer", "adam,learning_rate=0.1",
                             "--trace", "--format", "json", "--iterations", "50", "--tolerance", "0"});
  EXPECT_EQ(ran.status, 0);
  EXPECT_TRUE(ran.err.empty()) << ran.err;
  const auto d = json::parse(ran.out);
  EXPECT_EQ(d["status"], "completed");
  EXPECT_EQ(d["success"], true);
  EXPECT_EQ(d["iterations"], 50);
  EXPECT_EQ(d["trace"].size(), 51u);
  EXPECT_EQ(d["trace"][0]["value"], 24.199999999999996);
  EXPECT_EQ(d["trace"][0]["x"], (std::vector<double>{-1.2, 1}));
}

TEST(CliMinimize, ErrorsLeaveStandardOutputEmpty) {
  for (const Arguments& wrong :
       std::vector<Arguments>{{"x + z", "--start", "x=1", "--format", "json"},
                              {"x^2", "--start", "x=1", "--format", "xml"},
                              {"x^2", "--start", "x=1", "--format", "json", "--iterations", "many"},
                              {"x^2", "--start", "x=1", "--format", "json", "--tolerance", "2"},
                              {"x^2", "--start", "x=1", "--format", "json", "--max-seconds", "0"},
                              {"x^2", "--start", "x=1", "--format", "json", "--optimizer", "adan"},
                              {"x^2", "--start", "x", "--format", "json"},
                              {"x^2", "--start", "x=1,x=2"},
                              {"x^2", "--start", "x=1", "--bounds", "x=3"},
                              {"x^2", "--start", "x=1", "--bounds", "x=3:2"},
                              {"x^2", "--start", "x=1", "--bounds", "x=inf:inf"},
                              {"x^2", "--start", "x=1", "--bounds", "x=-inf:-inf"},
                              {"x^2", "--start", "x=1", "--subject-to", "x"},
                              {"x^2", "--start", "x=1", "--clip", "much"},
                              {"x^2", "--start", "x=1", "--schedule", "sinus"},
                              {"x^2", "--start", "x=1", "--output", "/no/such/folder/file"},
                              {"x^2", "--start"},
                              {"x^2", "--start", "x=1", "--start", "x=2"},
                              {"x^2"},
                              {""},
                              {"", "--start", "x=1"},
                              {},
                              {"x^2", "y", "--start", "x=1"},
                              {"x^2", "--start", "x=1", "-v"},
                              {"x +\n z", "--start", "x=1"},
                              {"x^2", "--start", "x=1e400"},
                              {"x^2", "--start", "x=nan"},
                              {"x^2", "--start", "x=1", "--tolerance", "nan"},
                              {"x^2", "--start", "x=1", "--iterations", "99999999999999999999"},
                              {"e", "--start", "e=1"},
                              {"x^2", "--start", "x=1", "--iteratons", "3"}}) {
    const auto ran = minimize(wrong);
    EXPECT_EQ(ran.status, 2) << ::testing::PrintToString(wrong);
    EXPECT_TRUE(ran.out.empty()) << ran.out;
    EXPECT_EQ(std::count(ran.err.begin(), ran.err.end(), '\n'), 1) << ran.err;
    EXPECT_EQ(ran.err.rfind("talweg: ", 0), 0u) << ran.err;
    EXPECT_LT(ran.err.size(), 400u) << ran.err;
  }
}

TEST(CliMinimize, SaysWhatToWriteInstead) {
  const auto says = [](const Arguments& arguments, const char* words) {
    const auto ran = run_command(arguments);
    EXPECT_NE(ran.err.find(words), std::string::npos) << ran.err;
  };
  says({"minimise", "x"}, "unknown command 'minimise': did you mean 'minimize'?");
  says({"minimize", "x", "--start", "x=1", "--iteration", "3"}, "did you mean '--iterations'?");
  says({"minimize", "x", "--start"}, "--start needs a value");
  says({"minimize", "x", "--start", "--trace"}, "--start needs a value");
  says({"minimize", "x", "--start", "x=1", "--start", "x=2"}, "--start is given more than once");
  says({"minimize", "x", "^", "2", "--start", "x=1"}, "put formulas in quotes");
  says({"--verison"}, "unknown option '--verison' for talweg: did you mean '--version'?");
  says({}, "a command is missing");
  const std::string rate = "learning_rate is a key of the method, such as sgd,learning_rate=… (--optimizer)";
  for (const char* word : {"--lr", "--learning-rate", "--learning_rate", "--eta"})
    says({"minimize", "x^2", "--start", "x=1", word, "0.1"}, rate.c_str());
  says({"train", "d.csv", "--momentum=.9"}, "momentum is a key of the method, such as momentum,momentum=…");
  says({"minimize", "x^2", "--start", "x=1", "--memory", "5"}, "memory is a key of the method, such as cg,memory=…");
  says({"minimize", "x^2", "--start", "x=1", "--optimizer", "gdd"}, "did you mean 'gd'?");
  says({"help", "trian"}, "unknown command 'trian': did you mean 'train'?");
}

TEST(CliMinimize, HelpAndTheVersionAreFoundWhereverPeopleLook) {
  EXPECT_EQ(run_command({"help"}).out, run_command({"--help"}).out);
  EXPECT_EQ(run_command({"help", "train"}).out, run_command({"train", "--help"}).out);
  EXPECT_EQ(run_command({"help"}).status, 0);
  EXPECT_EQ(run_command({"-V"}).out, run_command({"--version"}).out);
  EXPECT_EQ(run_command({"-V"}).status, 0);
}

TEST(CliMinimize, ArgumentsMayBeginWithAMinusSign) {
  const Arguments tail{"--bounds", "x=-2:2,y=-2:2", "--format", "json", "--iterations", "400"};
  const auto with = [&](Arguments head) {
    head.insert(head.end(), tail.begin(), tail.end());
    return minimize(head);
  };
  for (const char* formula : {"-x*y", "-(x*y)", "-1*x*y", "--x*y-2*x*y"}) {
    const auto ran = with({formula, "--start", "x=-1,y=-2"});
    EXPECT_EQ(ran.status, 0) << formula << ran.err;
    const auto d = json::parse(ran.out);
    EXPECT_EQ(d["formula"], formula);
    EXPECT_EQ(d["value"], -4.0);
  }
  EXPECT_EQ(with({"--start", "x=-1,y=-2", "-x*y"}).status, 0) << "the formula may come last";
  EXPECT_EQ(minimize({"--trace", "-x", "--start", "x=1", "--bounds", "x=-1:1"}).status, 0) << "a flag takes no value";
  EXPECT_EQ(minimize({"--start=x=-1", "--", "-x^2"}).status, 1);
  const auto constraint = minimize({"x", "--start", "x=1", "--subject-to", "-x^2+q>=0"});
  EXPECT_EQ(constraint.err.find("--subject-to"), std::string::npos) << constraint.err;
  EXPECT_NE(constraint.err.find("'-x^2+q>=0', column 6: unknown name 'q'"), std::string::npos) << constraint.err;
  const auto negative = minimize({"x", "--start", "x=1", "--iterations", "-5"});
  EXPECT_NE(negative.err.find("--iterations '-5' is out of range"), std::string::npos) << negative.err;
}

TEST(CliMinimize, WritesTheOutputFileWholeOrNotAtAll) {
  const auto file = scratch() / "result.json";
  std::filesystem::remove(file);
  const Arguments good{"x^2", "--start", "x=1", "--format", "json", "--output", file};
  const auto ran = minimize(good);
  EXPECT_EQ(ran.status, 0);
  EXPECT_TRUE(ran.out.empty());
  const std::string before = slurp(file);
  EXPECT_EQ(json::parse(before)["status"], "converged");
  EXPECT_EQ(minimize({"x^", "--start", "x=1", "--output", file}).status, 2);
  EXPECT_EQ(slurp(file), before) << "an error leaves the file alone";
  for (const auto& entry : std::filesystem::directory_iterator(scratch()))
    EXPECT_EQ(entry.path().filename().string().find("result.json."), std::string::npos) << entry.path();
}

TEST(CliMinimize, InterruptedItPrintsWhatItHas) {
  const Arguments forever{"minimize",     "x^2",        "--start",     "x=1", "--optimizer", "gd,learning_rate=1e-9",
                          "--iterations", "4000000000", "--tolerance", "0",   "--format",    "json"};
  const auto interrupted = run_command(forever, {SIGINT});
  EXPECT_EQ(interrupted.status, 130);
  EXPECT_EQ(json::parse(interrupted.out)["status"], "stopped_by_caller");
  EXPECT_EQ(run_command(forever, {SIGTERM}).status, 143);
}

TEST(CliMinimize, NumbersReadBackToTheSameDouble) {
  const auto ran = minimize({"x^2 + 3*x + 2", "--start", "x=5", "--optimizer", "gd,learning_rate=0.1", "--iterations",
                             "100", "--tolerance", "0", "--format", "csv", "--trace"});
  EXPECT_NE(ran.out.find("\n100,-1.4999999986759267,"), std::string::npos);
}

TEST(CliMinimize, EveryCommandExplainsItself) {
  for (const Arguments& help : std::vector<Arguments>{{"--help"}, {"minimize", "--help"}, {"list", "--help"}}) {
    const auto ran = run_command(help);
    EXPECT_EQ(ran.status, 0);
    EXPECT_NE(ran.out.find("Example"), std::string::npos) << ran.out;
    EXPECT_TRUE(ran.err.empty());
  }
  EXPECT_EQ(run_command({"--version"}).out.rfind("talweg ", 0), 0u);
}

TEST(CliList, PrintsEachKind) {
  EXPECT_NE(run_command({"list", "optimizers"}).out.find("adam:paper"), std::string::npos);
  EXPECT_TRUE(json::parse(run_command({"list", "optimizers", "--format", "json"}).out).is_array());
  EXPECT_EQ(run_command({"list", "nothing"}).status, 2);
  EXPECT_NE(run_command({"list", "activations"}).out.find("relu"), std::string::npos);
  EXPECT_NE(run_command({"list", "losses"}).out.find("huber"), std::string::npos);
  EXPECT_EQ(run_command({"list"}).status, 0);
}

}  // namespace
}  // namespace talweg::test
