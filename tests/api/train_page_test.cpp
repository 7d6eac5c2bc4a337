#include "talweg/present/train/train_page.hpp"

#include <gtest/gtest.h>

#include "support/files.hpp"
#include "talweg/report/html/page.hpp"

namespace talweg::api {

using namespace present;
namespace {

using talweg::testing::contains;
using talweg::testing::Folder;
using talweg::testing::put;

/// A run with everything that --report asks for, and its page.
std::string page_of(TrainRequest r) {
  TrainHistory history;
  TrainObserver observer;
  observer.on_step = [&](const train::StepEvent& e) { history.add(e); };
  observer.on_epoch = [&](const train::EpochEvent& e) { history.add(e); };
  r.inspect = true;
  return report::html::document(train_page(train(r, observer), history, {"talweg train", "0", {}}));
}

TrainRequest iris(const std::string& model, std::int64_t epochs) {
  TrainRequest r;
  r.file = TALWEG_SOURCE_DIR "/data/iris.csv";
  r.target = "species";
  r.model = model;
  r.epochs = epochs;
  r.validation = "0.3";
  return r;
}

TEST(TrainPage, ShowsTheNamesOfFilesAndNotWhereTheyLay) {
  const Folder folder;
  std::string text = "x,y\n";
  for (int i = 0; i < 30; ++i) text += std::to_string(i % 5) + "," + (i % 3 ? "a" : "b") + "\n";
  TrainRequest r = iris("softmax", 3);
  r.file = put(folder / "a_file_with_quite_a_long_name.csv", text);
  r.target = "y";
  const std::string page = page_of(r);
  EXPECT_TRUE(contains(page, "a_file_with_quite_a_long_name.csv:"));
  EXPECT_EQ(page.find(folder.path()), std::string::npos);
}

TEST(TrainPage, ATitleHasNumbersForPeople) {
  const std::string page = page_of(iris("softmax,c=100", 1));  // l2 = 1/(100·105)
  EXPECT_TRUE(contains(page, "<title>softmax,l2=9.52381e-05 on iris.csv"));
  EXPECT_TRUE(contains(page, "l2=9.523809523809523e-05") ||
              contains(page, "l2=9.523809523809524e-05"));  // the settings
}

TEST(TrainPage, ACurveHasMoreThanOnePoint) {
  EXPECT_EQ(page_of(iris("softmax", 1)).find("<h2>Loss</h2>"), std::string::npos);
  EXPECT_TRUE(contains(page_of(iris("softmax", 2)), "<h2>Loss</h2>"));
}

TEST(TrainPage, LineSearchesHaveStepLengthsAndNoSchedule) {
  TrainRequest r = iris("mlp:4", 20);
  r.optimizer = "lbfgs";
  const std::string page = page_of(r);
  EXPECT_TRUE(contains(page, "<h2>Step length</h2>"));
  EXPECT_TRUE(contains(page, "as the line search found it"));
  EXPECT_EQ(page.find("by the schedule"), std::string::npos);
  EXPECT_EQ(page.find("Loss of each batch"), std::string::npos);
}

TEST(TrainPage, MarksTheEpochThatWasKept) {
  TrainRequest r = iris("mlp:4", 30);
  r.select = "log_loss";
  r.optimizer = "adam,learning_rate=.3";  // it overshoots: the last epoch is not the best
  const std::string page = page_of(r);
  EXPECT_TRUE(contains(page, " is kept, the best by log loss"));
  EXPECT_TRUE(contains(page, "kept"));
}

TEST(TrainPage, SaysThatATableGoesOn) {
  EXPECT_TRUE(contains(page_of(iris("softmax", 40)), "The table goes on: scroll it, it has 40 rows."));
  EXPECT_EQ(page_of(iris("softmax", 10)).find("The table goes on"), std::string::npos);
}

}  // namespace
}  // namespace talweg::api
