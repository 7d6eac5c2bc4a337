#include "talweg/data/target.hpp"

#include <gtest/gtest.h>

#include "support/files.hpp"
#include "talweg/base/error.hpp"
#include "talweg/data/csv.hpp"
#include "talweg/data/libsvm.hpp"

namespace talweg::data {
namespace {

using talweg::testing::contains;
using talweg::testing::message_of;
using Names = std::vector<std::string>;

Table column(const Names& cells) {
  std::string text = "x,y\n";
  for (const auto& cell : cells) text += "1," + cell + "\n";
  return read_csv(text, "t.csv");
}
Names repeated(const Names& cells, int times) {
  Names out;
  for (int i = 0; i < times; ++i) out.insert(out.end(), cells.begin(), cells.end());
  return out;
}

TEST(Target, ClassesOfNumbersAreInTheirOrderAndOfTextsInByteOrder) {
  EXPECT_EQ(understand_target(column({"10", "9", "-1", "10"}), "y", Wanted::classes).classes, (Names{"-1", "9", "10"}));
  EXPECT_EQ(understand_target(column({"b", "a", "B"}), "y", Wanted::classes).classes, (Names{"B", "a", "b"}));
}

TEST(Target, EveryPairOfValuesMakesABinaryTarget) {
  for (const Names& pair : {Names{"0", "1"}, Names{"-1", "1"}, Names{"1", "2"}, Names{"no", "yes"}}) {
    const Table t = column({pair[1], pair[0], pair[1]});
    const Target target = understand_target(t, "y", Wanted::binary);
    EXPECT_EQ(target.task, Task::binary);
    EXPECT_EQ(target.classes, pair);
    EXPECT_EQ(target_values(t, target), (std::vector<double>{1, 0, 1}));
  }
}

TEST(Target, AutomaticTakesFewWholeNumbersForClassesAndOthersForQuantities) {
  EXPECT_EQ(understand_target(column(repeated({"0", "1", "2"}, 5)), "y", Wanted::automatic).task, Task::classes);
  EXPECT_EQ(understand_target(column({"2", "4", "6", "8", "10"}), "y", Wanted::automatic).task, Task::regression);
  EXPECT_EQ(understand_target(column(repeated({"0.5", "1"}, 9)), "y", Wanted::automatic).task, Task::regression);
  EXPECT_EQ(understand_target(column({"a", "b"}), "y", Wanted::automatic).task, Task::binary);
}

TEST(Target, WhatCannotServeIsRefusedInWords) {
  const auto refusal = [](const Table& t, std::string_view name, Wanted wanted) {
    return message_of<Error>([&] { understand_target(t, name, wanted); });
  };
  EXPECT_TRUE(contains(refusal(column({"1", "2"}), "yy", Wanted::automatic), "no column 'yy'; did you mean 'y'"));
  EXPECT_TRUE(contains(refusal(column({"a", "a"}), "y", Wanted::classes), "has one class only ('a')"));
  EXPECT_TRUE(
      contains(refusal(column({"a", "b"}), "y", Wanted::regression), "is text ('a', …) where numbers are needed"));
  EXPECT_TRUE(contains(refusal(column({"1", "2", "3"}), "y", Wanted::binary), "has 3 different values"));
  EXPECT_TRUE(contains(refusal(column({"1", "", "3"}), "y", Wanted::regression), "t.csv:3: the target 'y' is missing"));
  EXPECT_TRUE(contains(refusal(column({"a", "?", "b"}), "y", Wanted::classes), "t.csv:3: the target 'y' is missing"));
}

TEST(Target, AClassNeverSeenIsReportedWithItsLine) {
  const Target target = understand_target(column({"cat", "dog"}), "y", Wanted::classes);
  EXPECT_TRUE(contains(
      message_of<Error>([&] {
        target_values(column({"cat", "dogg"}), target);
      }),
      "t.csv:3: the class 'dogg' of the target 'y' is not among those of the training data; did you mean 'dog'?"));
}

TEST(Target, AClassNearNoneIsToldWithThoseThatThereAre) {
  const Target target = understand_target(column({"no", "yes"}), "y", Wanted::classes);
  EXPECT_TRUE(message_of<Error>([&] {
                target_values(column({"no", "True"}), target);
              }).ends_with("is not among those of the training data; they are no and yes"));
}

TEST(Target, LabelsBeyondTheWholeNumbersOfDoubleKeepTheirText) {
  const Names ids = repeated({"9007199254740992", "9007199254740993", "9007199254740994", "7"}, 5);
  const Table t = column(ids);
  for (const Wanted wanted : {Wanted::classes, Wanted::automatic}) {
    const Target target = understand_target(t, "y", wanted);
    EXPECT_EQ(target.classes, (Names{"7", "9007199254740992", "9007199254740993", "9007199254740994"}));
    const auto values = target_values(t, target);
    EXPECT_EQ(std::vector<double>(values.begin(), values.begin() + 4), (std::vector<double>{1, 2, 3, 0}));
  }
  EXPECT_EQ(understand_target(column({"1234567890123456789", "\"1234567890123456788\""}), "y", Wanted::binary).classes,
            (Names{"1234567890123456788", "1234567890123456789"}));
  EXPECT_TRUE(understand_target(t, "y", Wanted::regression).numeric);
  EXPECT_TRUE(understand_target(column({"9007199254740991", "1e300"}), "y", Wanted::classes).numeric);
  Names many;
  for (int i = 0; i < 12000; ++i) many.push_back("9007199254" + std::to_string(740992 + i));
  EXPECT_TRUE(contains(message_of<Error>([&] { understand_target(column(many), "y", Wanted::classes); }),
                       "has over 10000 different values"));
  const std::string rows = "1 1:1\n9007199254740993 1:2\n9007199254740992 1:1\n";
  EXPECT_TRUE(contains(message_of<Error>([&] { understand_target(read_libsvm(rows, "t"), "label", Wanted::classes); }),
                       "t:2:1: '9007199254740993' cannot name a class"));
  EXPECT_NO_THROW(understand_target(read_libsvm(rows, "t"), "label", Wanted::regression));
}

TEST(Target, SavesAndLoads) {
  const Target target = understand_target(column({"1", "2", "1"}), "y", Wanted::binary);
  Archive archive;
  target.save(archive);
  EXPECT_EQ(Target::load(archive), target);
}

TEST(Target, OneWhoseSquareIsNoNumberIsRefused) {
  EXPECT_TRUE(contains(message_of<Error>([] {
                         understand_target(column({"1", "2e302"}), "y", Wanted::regression);
                       }),
                       "t.csv:3: the target 'y' is 2e+302, whose square is no finite number; divide the column"));
  EXPECT_TRUE(contains(message_of<Error>([] {
                         understand_target(column({"1e-201", "-3e-200", "0"}), "y", Wanted::regression);
                       }),
                       "t.csv:3: the target 'y' is -3e-200, the largest of all, and squares of such numbers are 0"));
  for (const char* fine : {"1e150", "1e-300", "0"})
    EXPECT_NO_THROW(understand_target(column({"1", fine}), "y", Wanted::regression));
  EXPECT_NO_THROW(understand_target(column({"0", "1e-140"}), "y", Wanted::regression));
}

}  // namespace
}  // namespace talweg::data
