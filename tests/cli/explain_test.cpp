// talweg explain as a user types it: the forms, the formats, and what is refused.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "run_command.hpp"

namespace {

using nlohmann::json;
using talweg::test::run_command;
namespace fs = std::filesystem;

json explained(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), "explain");
  arguments.insert(arguments.end(), {"--format", "json"});
  const auto ran = run_command(arguments);
  EXPECT_EQ(ran.status, 0) << ran.err;
  EXPECT_EQ(ran.err, "");
  return json::parse(ran.out);
}

/// The error of a command that is refused with status 2, in one line.
std::string refused(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), "explain");
  const auto ran = run_command(arguments);
  EXPECT_EQ(ran.status, 2) << ran.out;
  EXPECT_EQ(ran.out, "");
  EXPECT_EQ(std::count(ran.err.begin(), ran.err.end(), '\n'), 1) << ran.err;
  return ran.err;
}

/// A small network on the flowers, trained once.
std::string model() {
  static const std::string path = [] {
    const fs::path file = talweg::test::scratch() / "iris.tw";
    const auto ran =
        run_command({"train", std::string(TALWEG_SOURCE_DIR) + "/data/iris.csv", "--target", "species", "--model",
                     "mlp:5,4,l2=0", "--validation", "0", "--epochs", "5", "--seed", "1", "--save", file.string()});
    EXPECT_EQ(ran.status, 0) << ran.err;
    return file.string();
  }();
  return path;
}
const std::string iris = std::string(TALWEG_SOURCE_DIR) + "/data/iris.csv";

TEST(ExplainCommand, AnUpdateAsJsonIsTheRunOfMinimize) {
  const json e = explained({"x^2", "--start", "x=10", "--optimizer", "adam,lr=0.5", "--step", "3"});
  const auto ran = run_command({"minimize", "x^2", "--start", "x=10", "--optimizer", "adam,lr=0.5", "--iterations", "3",
                                "--trace", "--format", "json"});
  const json trace = json::parse(ran.out)["trace"];
  EXPECT_EQ(e["step"], 3);
  EXPECT_EQ(e["x"]["x"], trace[2]["x"][0]);
  EXPECT_EQ(e["next"]["x"], trace[3]["x"][0]);
  std::map<std::string, double> values;
  for (const json& section : e["sections"])
    for (const json& block : section["blocks"])
      if (block.contains("name")) values[block["name"]] = block["value"];
  const json& state = trace[3]["state"];
  EXPECT_EQ(values["m₃"], state["first_moment"][0]);
  EXPECT_EQ(values["v₃"], state["second_moment"][0]);
  EXPECT_EQ(values["m\xCC\x82₃"], state["corrected_first_moment"][0]);
  EXPECT_EQ(values["v\xCC\x82₃"], state["corrected_second_moment"][0]);
  EXPECT_EQ(values["rate"], state["learning_rate"][0]);
}

TEST(ExplainCommand, TheNeuronOfTheTextbook) {
  const json e = explained({"--neuron", "x=1,-2,3 w=-3,-1,2 b=1 activation=relu"});
  EXPECT_EQ(e["z"], 6);
  EXPECT_EQ(e["y"], 6);
  EXPECT_EQ(e["gradient"]["w"], json({1, -2, 3}));
  EXPECT_EQ(e["gradient"]["b"], 1);
  EXPECT_DOUBLE_EQ(e["updated"]["w"][0], -3.01);
  EXPECT_DOUBLE_EQ(e["updated"]["w"][1], -0.98);
  EXPECT_DOUBLE_EQ(e["updated"]["w"][2], 1.97);
  EXPECT_DOUBLE_EQ(e["updated"]["b"], 0.99);
  EXPECT_DOUBLE_EQ(e["updated"]["y"], 5.85);
}

TEST(ExplainCommand, AWeightOfATrainedModel) {
  const json e = explained({model(), iris, "--row", "17", "--weight", "dense1[2,3]"});
  EXPECT_EQ(e["weight"], "dense1.weight[2,3]");
  EXPECT_EQ(e["row"], 17);
  const json same = explained({model(), iris, "--row", "17", "--weight", "dense1.weight[2,3]"});
  EXPECT_EQ(e["gradient"], same["gradient"]);
  EXPECT_EQ(explained({model(), iris, "--row", "1", "--weight", "dense3.bias[1]"})["weight"], "dense3.bias[1]");
}

TEST(ExplainCommand, EveryFormIsWrittenInEveryFormat) {
  const std::vector<std::vector<std::string>> forms{
      {"x^2 + y^2", "--start", "x=10,y=1", "--optimizer", "adam"},
      {"--neuron", "x=1,-1 w=.5,-.8 b=.2 target=1", "--optimizer", "adam,learning_rate=.01"},
      {model(), iris, "--row", "17", "--weight", "dense1[2,3]"}};
  for (auto form : forms)
    for (const std::string format : {"text", "markdown", "latex", "json", "tree", "dot", "svg"}) {
      const bool is_graph = format == "tree" || format == "dot" || format == "svg";
      const bool formula_graph = form[0][0] == 'x' && is_graph;
      std::vector<std::string> arguments{"explain"};
      arguments.insert(arguments.end(), form.begin(), form.end() - (formula_graph ? 2 : 0));
      arguments.insert(arguments.end(), {"--format", format});
      const auto ran = run_command(arguments);
      EXPECT_EQ(ran.status, 0) << format << ": " << ran.err;
      const std::string begin = format == "json"       ? "{"
                                : format == "latex"    ? "\\documentclass"
                                : format == "markdown" ? "# "
                                : format == "dot"      ? "digraph"
                                : format == "svg"      ? "<svg"
                                                       : "";
      EXPECT_EQ(ran.out.substr(0, begin.size()), begin);
      EXPECT_EQ(ran.out.back(), '\n');
    }
}

TEST(ExplainCommand, RefusesWithTheRangeAndTheNearNames) {
  EXPECT_NE(refused({}).find("nothing to explain"), std::string::npos);
  EXPECT_NE(refused({"x^2", "--start", "x=1", "--step", "0"}).find("--step '0' is out of range"), std::string::npos);
  EXPECT_NE(refused({"x^2", "--start", "x=1", "--iterations", "20", "--step", "99"})
                .find("--step 99 is beyond the end of the run, which made 20 steps (completed)"),
            std::string::npos);
  for (const char* test : {"--tolerance", "--gradient-tolerance"})
    for (const char* format : {"text", "svg"})
      EXPECT_NE(refused({"x^2", "--start", "x=1", "--step", "1", test, "1e-3", "--format", format})
                    .find(std::string(test) + " has no effect on one step"),
                std::string::npos);
  EXPECT_NE(refused({"x^2", "--start", "x=1", "--optimizer", "adm"}).find("did you mean 'adam'"), std::string::npos);
  EXPECT_NE(refused({"x^2", "--start", "x=1", "--format", "svgg"}).find("did you mean 'svg'"), std::string::npos);
  EXPECT_NE(refused({"--neuron", "x=1,2 w=1 b=0"}).find("one weight for each input"), std::string::npos);
  EXPECT_NE(refused({"--neuron", "x=1 w=1 activation=rel"}).find("relu"), std::string::npos);
  EXPECT_NE(refused({"--neuron", "x=1 w=1 bias=1"}).find("unknown key 'bias'"), std::string::npos);
  EXPECT_NE(refused({"--neuron", "x=1 w=1", "--step", "3"}).find("--step has no effect on --neuron"),
            std::string::npos);
  EXPECT_NE(refused({model(), iris}).find("--row is missing"), std::string::npos);
  EXPECT_NE(refused({model(), iris, "--row", "151"}).find("has rows 1 to 150"), std::string::npos);
  EXPECT_NE(refused({model(), iris, "--row", "1", "--weight", "dense1[5,1]"}).find("give 1 to 4"), std::string::npos);
  EXPECT_NE(refused({model(), iris, "--row", "1", "--weight", "dens1[1,1]"}).find("did you mean 'dense1.weight'"),
            std::string::npos);
  EXPECT_NE(refused({model(), iris, "--row", "1", "--weight", "dense1"}).find("say which number"), std::string::npos);
}

}  // namespace
