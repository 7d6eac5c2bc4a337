#include "talweg/base/text.hpp"

#include <cmath>
#include <limits>

#include <gtest/gtest.h>

#include "talweg/base/random.hpp"

namespace talweg {
namespace {

TEST(Text, NumbersReadBackToTheSameDouble) {
  Random random(1);
  for (int i = 0; i < 10000; ++i) {
    const double v = std::ldexp(random.uniform(-1, 1), int(random.below(600)) - 300);
    EXPECT_EQ(text::parse_number(text::number(v)), v);
  }
  EXPECT_EQ(text::number(0.1), "0.1");
  EXPECT_EQ(text::number(-std::numeric_limits<double>::infinity()), "-inf");
}

TEST(Text, ParseNumberTakesTheWholeTokenOrNothing) {
  EXPECT_EQ(text::parse_number("+2.5e-3"), 2.5e-3);
  EXPECT_EQ(text::parse_number("-inf"), -std::numeric_limits<double>::infinity());
  for (const char* bad : {"", "1x", "1 ", "+-1", "++1", "0x10", "1,5", "-"})
    EXPECT_FALSE(text::parse_number(bad)) << bad;
  EXPECT_EQ(text::parse_integer("-12"), -12);
  for (const char* bad : {"", "1.5", "1e3", "99999999999999999999"}) EXPECT_FALSE(text::parse_integer(bad)) << bad;
}

TEST(Text, SuggestsNearNamesNearestFirst) {
  const std::string_view names[] = {"adam", "adamw", "adagrad", "sgd", "learning_rate"};
  EXPECT_EQ(text::did_you_mean("adma", names), "did you mean 'adam'?");
  EXPECT_EQ(text::did_you_mean("learn", names), "did you mean 'learning_rate'?");
  EXPECT_EQ(text::did_you_mean("zzzzz", names), "");
  EXPECT_EQ(text::did_you_mean("adamq", names), "did you mean 'adam' or 'adamw'?");
}

TEST(Text, SplitTrimsEachPiece) {
  EXPECT_EQ(text::split(" a, b ,,c", ','), (std::vector<std::string_view>{"a", "b", "", "c"}));
  EXPECT_EQ(text::split("", ','), (std::vector<std::string_view>{""}));
}

TEST(Random, IsTheSameEverywhereAndContinuesFromItsState) {
  Random random(42);
  EXPECT_EQ(random.bits(), 0xd0764d4f4476689fu);  // xoshiro256++ over splitmix64(42), from the authors' reference
  Random copy(random.state());
  for (int i = 0; i < 100; ++i) EXPECT_EQ(random.bits(), copy.bits());
}

TEST(Random, BelowIsUniform) {
  Random random(7);
  std::array<int, 6> counts{};
  const int draws = 60000;
  for (int i = 0; i < draws; ++i) ++counts[random.below(6)];
  // Each count has standard deviation sqrt(60000 * 5/36) = 91; six of them are far outside chance.
  for (const int c : counts) EXPECT_NEAR(c, draws / 6, 6 * 91);
}

TEST(Random, NormalHasMeanZeroAndVarianceOne) {
  Random random(3);
  double sum = 0, squares = 0;
  const int draws = 100000;
  for (int i = 0; i < draws; ++i) {
    const double z = random.normal();
    sum += z;
    squares += z * z;
  }
  EXPECT_NEAR(sum / draws, 0, 5 / std::sqrt(double(draws)));
  EXPECT_NEAR(squares / draws, 1, 5 * std::sqrt(2.0 / draws));
}

TEST(Visible, WritesOutWhatSteersATerminal) {
  EXPECT_EQ(text::visible("a\x1b[31mred\x07"), "a\\x1b[31mred\\x07");
  EXPECT_EQ(text::visible("one\ntwo\tthree\r"), "one\\ntwo\\tthree\\r");
  EXPECT_EQ(text::visible("one\ntwo\t", "\n\t"), "one\ntwo\t");
  EXPECT_EQ(text::visible("\x7f\xc2\x9b\xe2\x80\xae"),
            "\\u007f\\u009b\\u202e");  // DEL, the one-character CSI, an override
  EXPECT_EQ(text::visible("grün ≤ 你 😀"), "grün ≤ 你 😀");
  EXPECT_EQ(text::visible("l\xe9on \x9b"), "l\xef\xbf\xbdon \xef\xbf\xbd");  // Latin-1, and CSI as one byte
  EXPECT_EQ(text::visible("\xc0\xaf\xed\xa0\x80"), "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd");
  EXPECT_EQ(text::visible("cut \xe2\x82"), "cut \xef\xbf\xbd\xef\xbf\xbd");
  EXPECT_EQ(text::visible(std::string_view("a\0b", 3)), "a\\x00b");
}

TEST(Shown, CutsLongTextsBetweenCharacters) {
  EXPECT_EQ(text::shown("short"), "short");
  EXPECT_EQ(text::shown(std::string(100, 'x')), std::string(80, 'x') + "…");
  EXPECT_EQ(text::shown("ääää", 5), "ää…");
}

TEST(DidYouMean, LongNamesCostNothing) {
  const std::string long_name(20'000, 'a'), other = long_name + "b";
  const std::vector<std::string_view> names{long_name, "age"};
  EXPECT_EQ(text::did_you_mean(std::string(20'000, 'b'), names), "");
  EXPECT_EQ(text::did_you_mean(long_name.substr(0, 19'000), names), "did you mean '" + std::string(80, 'a') + "…'?");
  EXPECT_EQ(text::did_you_mean(std::string(64, 'x'), std::vector<std::string_view>{std::string_view("x")}), "");
}

}  // namespace
}  // namespace talweg
