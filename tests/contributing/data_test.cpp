// The data format and the option of CONTRIBUTING.md, cut out by tests/CMakeLists.txt.
#include <gtest/gtest.h>

#include "support/files.hpp"
#include "talweg/base/option.hpp"
#include "talweg/data/arff.hpp"
#include "talweg/data/read.hpp"

namespace talweg {
namespace {

static_assert(data::FileFormat<data::Arff>);

TEST(ContributingFormat, ReadsItsRowsAndRefusesInOneLine) {
  const std::string file =
      "@relation weather\n% a remark\n@attribute warmth numeric\n@attribute play {yes,no}\n@data\n21.5,yes\n8,no\n";
  EXPECT_TRUE(data::Arff::recognises(file));
  EXPECT_FALSE(data::Arff::recognises("warmth,play\n1,yes\n"));
  const data::Table table = data::Arff::read(file, "weather.arff", {});
  ASSERT_EQ(table.rows, 2u);
  EXPECT_EQ(table.column("warmth").number(0), 21.5);
  EXPECT_EQ(table.column("play").categories, (std::vector<std::string>{"no", "yes"}));
  EXPECT_TRUE(
      testing::contains(testing::message_of<Error>([] { data::Arff::read("@relation r\n1,2\n", "r.arff", {}); }),
                        "r.arff: has no @data"));
}

struct Request {
#include "option/member.inc"
  template <class R = Request> static std::vector<Option<R>> options() {
    using O = Option<R>;
    constexpr std::string_view method = "Method";
    return {
#include "option/line.inc"
    };
  }
};

TEST(ContributingOption, IsReadWrittenAndRefused) {
  Request request;
  std::vector<BoundOption> options;
  add_options(options, request, Request::options());
  ASSERT_EQ(options.size(), 1u);
  options[0].set({"0.1"});
  EXPECT_EQ(request.label_smoothing, 0.1);
  EXPECT_EQ(options[0].get(), std::vector<std::string>{"0.1"});
  options[0].set({});
  EXPECT_EQ(request.label_smoothing, 0);
  EXPECT_TRUE(
      testing::contains(testing::message_of<Error>([&] { options[0].set({"1"}); }), "a number from 0 to below 1"));
}

}  // namespace
}  // namespace talweg
