#include "talweg/base/shell.hpp"

#include <gtest/gtest.h>

namespace talweg::shell {
namespace {

struct Request {
  std::string formula, start;
  double rate = 1;
  bool trace = false;
  std::optional<bool> scale;
  std::vector<std::string> names, several;
};
using O = Option<Request>;

std::vector<BoundOption> options(Request& r) {
  std::vector<BoundOption> out;
  add_options<Request>(
      out, r,
      {O::of<&Request::formula>({.name = "formula", .argument = true}), O::of<&Request::start>({.name = "start"}),
       O::of<&Request::rate>({.name = "learning_rate"}), O::of<&Request::trace>({.name = "trace"}),
       O::of<&Request::scale>({.name = "standardize", .denied = "no"}), O::of<&Request::names>({.name = "subject_to"}),
       O::of<&Request::several>({.name = "optimizers", .several = true})});
  return out;
}

std::string line_of(Request r) { return line(pieces(options(r))); }

TEST(Shell, WhatDiffersFromTheDefaultsIsWritten) {
  EXPECT_EQ(line_of({}), "");
  EXPECT_EQ(
      line_of({.formula = "x^2", .start = "x=10", .rate = 0.5, .trace = true, .scale = {}, .names = {}, .several = {}}),
      "'x^2' --start x=10 --learning-rate 0.5 --trace");
  EXPECT_EQ(line_of({.formula = "", .start = "", .scale = false, .names = {"x<=1", "y=2"}, .several = {"gd", "adam"}}),
            "--no-standardize --subject-to 'x<=1' --subject-to y=2 --optimizers gd adam");
}

TEST(Shell, AValueThatBeginsWithAMinusIsNoOption) {
  EXPECT_EQ(line_of({.formula = "", .start = "-1", .scale = {}, .names = {"-x=0"}, .several = {}}),
            "--start=-1 --subject-to=-x=0");
  EXPECT_EQ(flag("start", "-1"), "--start=-1");
  EXPECT_EQ(flag("plot", "-"), "--plot -") << "standard output";
  EXPECT_EQ(flag("batch_size", "2"), "--batch-size 2");
  EXPECT_EQ(flag("batch_size"), "--batch-size");
}

TEST(Shell, WordsAreQuotedWhereAShellWouldReadThem) {
  EXPECT_EQ(quoted("x=-1.2,y=1"), "x=-1.2,y=1");
  EXPECT_EQ(quoted(""), "''");
  EXPECT_EQ(quoted("a b"), "'a b'");
  EXPECT_EQ(quoted("it's"), "'it'\\''s'");
  EXPECT_EQ(quoted("$HOME"), "'$HOME'");
}

TEST(Shell, LongLinesGoOnBetweenPieces) {
  const Pieces given{"talweg minimize", "'x^2'", "--start x=10", "--trace"};
  EXPECT_EQ(lines(given, 100), line(given));
  EXPECT_EQ(lines(given, 26), "talweg minimize 'x^2' \\\n    --start x=10 --trace");
  EXPECT_EQ(lines({"talweg minimize", "'a formula that is long'", "--trace"}, 12),
            "talweg minimize \\\n    'a formula that is long' \\\n    --trace")
      << "a piece is never broken";
}

}  // namespace
}  // namespace talweg::shell
