#include "talweg/base/describe.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cmath>

namespace talweg {
namespace {

enum class Shade { light, dark };
constexpr std::array<std::string_view, 2> shades{"light", "dark"};

/// A struct with a member of every type that a field can be.
struct Sample {
  double size = 0.5;
  std::optional<double> weight;
  int count = 0;
  std::int64_t steps = 10'000'000'000;
  bool bold = false;
  std::string title = "plain";
  Shade shade = Shade::light;

  static constexpr std::array fields{Field<Sample>{"size", &Sample::size, fraction, "share of the page"},
                                     Field<Sample>{"weight", &Sample::weight, positive, "in kg"},
                                     Field<Sample>{"count", &Sample::count, Range{0, 9}, "copies"}.zero_is_auto(),
                                     Field<Sample>{"steps", &Sample::steps, non_negative, "in all"},
                                     Field<Sample>{"bold", &Sample::bold, "thick letters"},
                                     Field<Sample>{"title", &Sample::title, "on top"},
                                     Field<Sample>::choice<&Sample::shade>("shade", shades, "of the ink")};
};

const Field<Sample>& field(std::string_view name) {
  for (const auto& f : Sample::fields)
    if (f.name == name) return f;
  throw std::out_of_range(std::string(name));
}

TEST(Describe, EveryFieldReadsBackWhatItWrote) {
  const std::array<std::pair<const char*, const char*>, 7> values{{{"size", "0.25"},
                                                                   {"weight", "3"},
                                                                   {"count", "7"},
                                                                   {"steps", "123456789012"},
                                                                   {"bold", "true"},
                                                                   {"title", "a, b"},
                                                                   {"shade", "dark"}}};
  for (const auto& [name, value] : values) {
    Sample s;
    EXPECT_EQ(field(name).read(s, value), "") << name;
    EXPECT_EQ(field(name).write(s), value);
    Sample again;
    EXPECT_EQ(field(name).read(again, field(name).write(s)), "");
    EXPECT_EQ(field(name).write(again), value);
    for (const auto& other : Sample::fields)
      EXPECT_EQ(other.write(s), other.name == name ? value : other.write(Sample{})) << name << ", " << other.name;
  }
}

TEST(Describe, WhatDoesNotFitIsNamedAndChangesNothing) {
  const std::array<std::array<const char*, 3>, 10> faults{{{"size", "1", "is out of range"},
                                                           {"size", "nan", "is out of range"},
                                                           {"size", "x", "is not a number"},
                                                           {"size", "", "is not a number"},
                                                           {"weight", "0", "is out of range"},
                                                           {"count", "1.5", "is not a whole number"},
                                                           {"count", "10", "is out of range"},
                                                           {"count", "automatic", "is not a whole number"},
                                                           {"bold", "yes", "must be true or false"},
                                                           {"shade", "grey", "is not known"}}};
  for (const auto& [name, value, fault] : faults) {
    Sample s;
    EXPECT_EQ(field(name).read(s, value), fault) << name << '=' << value;
    for (const auto& f : Sample::fields) EXPECT_EQ(f.write(s), f.write(Sample{})) << name << '=' << value;
  }
}

TEST(Describe, ItsPlainDataSaysAll) {
  const auto info = [](std::string_view name) { return field(name).info(Sample{}); };
  EXPECT_EQ(info("size").default_value, "0.5");
  EXPECT_EQ(info("weight").default_value, "");
  EXPECT_EQ(info("count").default_value, "auto");
  EXPECT_EQ(info("steps").default_value, "10000000000");
  EXPECT_EQ(info("bold").default_value, "false");
  EXPECT_EQ(info("shade").default_value, "light");
  EXPECT_EQ(allowed(info("size")), "at least 0 and below 1");
  EXPECT_EQ(allowed(info("weight")), "above 0 and finite");
  EXPECT_EQ(allowed(info("count")), "at least 0 and at most 9, auto");
  EXPECT_EQ(allowed(info("bold")), "true or false");
  EXPECT_EQ(allowed(info("shade")), "light, dark");
  for (const auto& f : Sample::fields) EXPECT_EQ(f.info(Sample{}).help, f.help);
  EXPECT_EQ((ItemInfo{.card = {.name = "adam", .variant = "paper"}}.label()), "adam:paper");
  EXPECT_EQ((ItemInfo{.card = {.name = "sgd"}}.label()), "sgd");
}

TEST(Describe, ANumberOfEveryRangeReadsBack) {
  for (const double v : {1e-300, 5e-324, 0.1, 1.0 / 3, 0.9999999999999999}) {
    Sample s;
    s.size = v;
    Sample again;
    EXPECT_EQ(field("size").read(again, field("size").write(s)), "");
    EXPECT_EQ(again.size, v);
  }
}

}  // namespace
}  // namespace talweg
