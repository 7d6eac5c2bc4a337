#include "talweg/optim/state_bytes.hpp"

#include <limits>

#include <gtest/gtest.h>

#include "support/files.hpp"
#include "talweg/optim/deterministic/history.hpp"
#include "talweg/optim/objective.hpp"
#include "talweg/optim/spec.hpp"

namespace talweg {
namespace {

using testing::contains;
using testing::message_of;

TEST(StateBytes, HaveTheLowestByteFirstOnEveryMachine) {
  StateWriter out;
  out.number(std::uint32_t{0x01020304});
  out.vector(std::span<const std::uint16_t>(std::vector<std::uint16_t>{0x0a0b}));
  const auto bytes = out.take();
  const std::vector<int> wanted{4, 3, 2, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0x0b, 0x0a};
  ASSERT_EQ(bytes.size(), wanted.size());
  for (std::size_t i = 0; i < wanted.size(); ++i) EXPECT_EQ(static_cast<int>(bytes[i]), wanted[i]) << "byte " << i;
  StateReader in(bytes);
  EXPECT_EQ(in.number<std::uint32_t>(), 0x01020304u);
  EXPECT_EQ(in.vector<std::uint16_t>(), (std::vector<std::uint16_t>{0x0a0b}));
}

TEST(History, RefusesMorePairsThanItsScratchHolds) {
  EXPECT_TRUE(contains(message_of<Error>([] { History(3, 512); }), "a history of 512 pairs: expected from 1 to 511"));
  EXPECT_TRUE(contains(message_of<Error>([] { History(3, 0); }), "from 1 to 511"));
  EXPECT_EQ(History(3, 511).slots(), 512u);
}

TEST(GradientNorm, ANaNWinsOverAnInfinity) {
  constexpr double nan = std::numeric_limits<double>::quiet_NaN(), infinite = std::numeric_limits<double>::infinity();
  const Bounds box{{-1, -1, -1}, {1, 1, 1}};
  const std::vector<double> x{0, 0, 0};
  for (const std::vector<double>& g : {std::vector<double>{infinite, nan, 1}, {nan, -infinite, 1}, {1, 2, nan}}) {
    EXPECT_TRUE(std::isnan(gradient_norm(x, g, {})));
    EXPECT_TRUE(std::isnan(gradient_norm(x, g, box)));
    std::vector<double> long_g(40, 0.0);  // beyond the lanes too
    std::copy(g.begin(), g.end(), long_g.begin() + 5);
    EXPECT_TRUE(std::isnan(gradient_norm(std::vector<double>(40), long_g, {})));
  }
  EXPECT_EQ(gradient_norm(x, std::vector<double>{-infinite, 3, 1}, {}), infinite);
  EXPECT_EQ(gradient_norm(x, std::vector<double>{-infinite, 3, 1}, box), infinite);
  EXPECT_EQ(gradient_norm(std::vector<double>{1, 0, 0}, std::vector<double>{-infinite, 3, 1}, box), 3);  // held
}

TEST(Matches, TakesNoMoreThanTheProductOfTheLengths) {
  EXPECT_TRUE(matches("dense*.weight", "dense12.weight"));
  EXPECT_TRUE(matches("*a*b?", "xxabxabc"));
  EXPECT_TRUE(matches("**", ""));
  EXPECT_FALSE(matches("?", ""));
  EXPECT_FALSE(matches("a*b", "a"));
  std::string stars;
  for (int i = 0; i < 40; ++i) stars += "*a";
  EXPECT_FALSE(matches(stars + "b", std::string(4000, 'a')));  // 10^80 ways, tried one by one before
}

}  // namespace
}  // namespace talweg
