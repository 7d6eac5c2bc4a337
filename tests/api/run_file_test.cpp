#include "talweg/api/run_file.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "support/files.hpp"
#include "talweg/api/fit/fit.hpp"
#include "talweg/api/minimize/minimize.hpp"
#include "talweg/api/race/advise.hpp"
#include "talweg/api/race/suite.hpp"
#include "talweg/api/train/train.hpp"
#include "talweg/api/use/request.hpp"
#include "talweg/base/error.hpp"

namespace talweg::api {
namespace {

using testing::Folder;
using testing::message_of;
using Texts = std::vector<std::string>;

std::vector<BoundOption> options_of(TrainRequest& request) {
  std::vector<BoundOption> options;
  add_options(options, request, TrainRequest::options());
  return options;
}

/// A value that every option of its kind takes.
Texts some_value(const BoundOption& option) {
  switch (option.kind) {
    case OptionKind::flag:
      return {"yes"};
    case OptionKind::whole:
      return {"7"};
    case OptionKind::number:
      return {"0.5"};
    case OptionKind::list:
      return {"a", "b"};
    case OptionKind::text:
      break;
  }
  return {option.info.name == "start" ? "x=1,y=-2.5" : option.info.name == "bounds" ? "x=-inf:3,y=0:1" : "word"};
}

template <class R> void round_trip(std::vector<Option<R>> described) {
  R first, second;
  std::vector<BoundOption> from, to;
  add_options(from, first, described);
  add_options(to, second, described);
  for (const BoundOption& option : from) option.set(some_value(option));
  const std::string text = run_text("some", from, "");
  const RunFile file = RunFile::parse(text, "run.json");
  EXPECT_EQ(file.command, "some");
  EXPECT_EQ(file.values.size(), from.size());
  apply_run(file, to);
  for (std::size_t i = 0; i < from.size(); ++i) EXPECT_EQ(to[i].get(), from[i].get()) << from[i].info.name;
  EXPECT_EQ(run_text("some", to, ""), text);
}

TEST(RunFile, EveryOptionOfEveryRequestComesBack) {
  round_trip(TrainRequest::options());
  round_trip(MinimizeRequest::problem_options());
  round_trip(MinimizeRequest::run_options());
  round_trip(FitRequest::options_of());
  round_trip(CompareRequest::options());
  round_trip(AdviseRequest::options());
  round_trip(SuiteRequest::options());
  round_trip(PredictRequest::options());
  round_trip(EvaluateRequest::options());
  round_trip(InspectRequest::options());
}

TEST(RunFile, NothingButWhatDiffersFromTheDefaults) {
  TrainRequest request;
  request.file = "data.csv";
  request.epochs = 3;
  request.standardize = false;
  EXPECT_EQ(
      nlohmann::json::parse(run_text("train", options_of(request), "")),
      nlohmann::json::parse(R"({"talweg":1,"command":"train","file":"data.csv","epochs":3,"standardize":false})"));
}

TEST(RunFile, PathsAreRelativeToTheFile) {
  const Folder folder;
  std::filesystem::create_directories(folder / "runs");
  testing::put(folder / "rows.csv", "a,y\n1,2\n");
  testing::put(folder / "more.csv", "a,y\n1,2\n");
  TrainRequest request;
  request.file = folder / "rows.csv";
  request.validation = "more.csv";
  const auto json = nlohmann::json::parse(run_text("train", options_of(request), folder / "runs/a.json"));
  EXPECT_EQ(json["file"], folder / "rows.csv") << "absolute paths stay";
  TrainRequest read;
  apply_run(RunFile::parse(R"({"talweg":1,"command":"train","file":"../rows.csv","validation":"../more.csv",
                           "target":"y","save":"m.talweg","checkpoint":"c","report":"-"})"
                           // no option of a request
                           ,
                           folder / "runs/a.json"),
            [&] {
              auto options = options_of(read);
              static std::string report;
              options.push_back({.info = {.name = "report", .path = PathRole::output},
                                 .kind = OptionKind::text,
                                 .set = [](const Texts& given) { report = given[0]; },
                                 .get = [] { return Texts{report}; }});
              return options;
            }());
  EXPECT_EQ(std::filesystem::weakly_canonical(read.file.path()),
            std::filesystem::weakly_canonical(folder / "rows.csv"));
  EXPECT_EQ(std::filesystem::weakly_canonical(read.validation.path()),
            std::filesystem::weakly_canonical(folder / "more.csv"));
  EXPECT_EQ(read.save, folder / "runs/m.talweg");
  EXPECT_EQ(read.checkpoint, folder / "runs/c");
  EXPECT_EQ(read.target, "y");
  TrainRequest share;
  apply_run(RunFile::parse(R"({"talweg":1,"command":"train","validation":0.2})", folder / "runs/a.json"),
            options_of(share));
  EXPECT_EQ(share.validation, "0.2");
}

std::string refusal(const std::string& text) {
  return message_of<Error>([&] {
    TrainRequest request;
    apply_run(RunFile::parse(text, "r.json"), options_of(request));
  });
}

TEST(RunFile, WhatIsWrongIsNamedWithItsPlace) {
  EXPECT_EQ(refusal("{\"talweg\":1,\n\"command\" \"train\"}").substr(0, 35), "r.json:2:17: is no JSON up to here;");
  for (const char* other :
       {"[]", "7", "{}", R"({"talweg":1})", R"({"command":"train"})", R"({"talweg":1,"command":7})"})
    EXPECT_NE(refusal(other).find("is no run file"), std::string::npos) << other;
  EXPECT_EQ(refusal(R"({"talweg":2,"command":"train"})"),
            "r.json: is a run file of form 2, and this talweg reads form 1");
  const auto of_train = [](const std::string& fields) {
    return refusal(R"({"talweg":1,"command":"train",)" + fields + "}");
  };
  EXPECT_EQ(of_train(R"("epoch":3)"), "r.json: unknown field 'epoch' for train: did you mean 'epochs'?");
  EXPECT_EQ(of_train(R"("epochs":3,"epochs":4)"), "r.json: 'epochs' is given twice; give it once");
  EXPECT_EQ(of_train(R"("epochs":[1,2])"), "r.json: epochs takes one value, not a list");
  EXPECT_EQ(of_train(R"("portable":"often")"), "r.json: portable takes true or false");
  EXPECT_EQ(of_train(R"("save":"")"), "r.json: save is empty: write it out or leave it out");
  EXPECT_EQ(of_train(R"("epochs":0)"), "epochs '0' is out of range: give at least 1");
  EXPECT_NE(of_train(R"("file":{"a":1})").find("file is object, where a text"), std::string::npos);
  EXPECT_NE(of_train(R"("file":null)").find("file is null, where a text"), std::string::npos);
  EXPECT_NE(of_train(R"("epochs":1e999)").find("too large"), std::string::npos);
}

}  // namespace
}  // namespace talweg::api
