#include "talweg/base/option.hpp"

#include <gtest/gtest.h>

#include "support/files.hpp"
#include "talweg/base/error.hpp"
#include "talweg/base/spelling.hpp"
#include "talweg/base/text.hpp"

namespace talweg {
namespace {

using Texts = std::vector<std::string>;

struct Inner {
  std::string word;
};
struct Request {
  std::string text = "usual";
  Texts list;
  bool flag = false;
  std::optional<bool> choice;
  int count = 3;
  std::uint64_t seed = 0;
  std::optional<std::int64_t> whole;
  std::optional<double> share;
  Inner inner;
  std::vector<int> parsed;
};

std::vector<int> parse(std::string_view text) { return {static_cast<int>(text.size())}; }
std::string write(const std::vector<int>& parsed) {
  return parsed.empty() ? "" : std::string(static_cast<std::size_t>(parsed[0]), 'x');
}

using O = Option<Request>;
std::vector<O> options() {
  return {O::of<&Request::text>({.name = "text"}),
          O::of<&Request::list>({.name = "list"}),
          O::of<&Request::flag>({.name = "flag"}),
          O::of<&Request::choice>({.name = "choice"}),
          O::of<&Request::count>({.name = "count", .low = 1, .high = 8}),
          O::of<&Request::seed>({.name = "seed", .low = 0}),
          O::of<&Request::whole>({.name = "whole_number", .low = 1}),
          O::of<&Request::share>({.name = "share", .low = 0, .high = 1, .low_open = true, .range = "a number above 0"}),
          O::of<&Request::inner, &Inner::word>({.name = "word"}),
          O::parsed<&Request::parsed, parse, write>({.name = "parsed"})};
}

const BoundOption& find(const std::vector<BoundOption>& all, std::string_view name) {
  return *std::find_if(all.begin(), all.end(), [&](const BoundOption& o) { return o.info.name == name; });
}

TEST(Option, WhatIsSetIsReadBackAndNothingBringsTheDefaultBack) {
  Request request;
  std::vector<BoundOption> bound;
  add_options(bound, request, options());
  for (const BoundOption& option : bound) EXPECT_TRUE(option.get().empty()) << option.info.name;
  const std::vector<std::pair<std::string_view, Texts>> values{
      {"text", {"other"}}, {"list", {"a", "b"}},    {"flag", {"yes"}},   {"choice", {"no"}}, {"count", {"8"}},
      {"seed", {"7"}},     {"whole_number", {"5"}}, {"share", {"0.25"}}, {"word", {"w"}},    {"parsed", {"xxx"}}};
  ASSERT_EQ(values.size(), bound.size());
  for (const auto& [name, value] : values) {
    find(bound, name).set(value);
    EXPECT_EQ(find(bound, name).get(), value) << name;
  }
  EXPECT_EQ(request.choice, false);
  EXPECT_EQ(request.inner.word, "w");
  EXPECT_EQ(request.parsed, std::vector<int>{3});
  for (const BoundOption& option : bound) {
    option.set({});
    EXPECT_TRUE(option.get().empty()) << option.info.name;
  }
  EXPECT_EQ(request.text, "usual");
  EXPECT_EQ(request.count, 3);
}

TEST(Option, ValuesOutOfRangeNameOptionValueAndRange) {
  Request request;
  std::vector<BoundOption> bound;
  add_options(bound, request, options());
  const auto refusal = [&](std::string_view name, const std::string& value) {
    return testing::message_of<Error>([&] { find(bound, name).set({value}); });
  };
  EXPECT_EQ(refusal("whole_number", "1.5"), "whole_number '1.5' is not a whole number: give one of at least 1");
  EXPECT_EQ(refusal("whole_number", "0"), "whole_number '0' is out of range: give at least 1");
  EXPECT_EQ(refusal("count", "9"), "count '9' is out of range: give 1 to 8");
  EXPECT_EQ(refusal("share", "0"), "share '0' is out of range: give a number above 0");
  EXPECT_EQ(refusal("share", "nan"), "share 'nan' is not a number: give a number above 0");
  EXPECT_EQ(refusal("flag", "maybe"), "flag 'maybe' is neither yes nor no");
  EXPECT_FALSE(request.whole || request.share);
}

TEST(Option, MessagesSpellOptionsAsTheFrontEndDoes) {
  EXPECT_EQ(text::option("batch_size"), "batch_size");
  EXPECT_EQ(text::option("batch_size", 32), "batch_size=32");
  spell_options([](std::string_view name, std::string_view value) { return text::cat("<", name, "|", value, ">"); });
  EXPECT_EQ(text::option("seed", "1"), "<seed|1>");
  EXPECT_EQ(text::option("seed"), "<seed|>");
  spell_options(nullptr);
  EXPECT_EQ(text::option("seed", "1"), "seed=1");
}

}  // namespace
}  // namespace talweg
