#include "talweg/base/stop.hpp"

#include <gtest/gtest.h>

namespace talweg {
namespace {

TEST(Stop, NobodyWishesItByDefault) {
  EXPECT_FALSE(Stop().wished());
  EXPECT_FALSE(Stop(nullptr).wished());
  EXPECT_NO_THROW(Stop().check());
}

TEST(Stop, AWishThatWasUtteredStaysAndIsSharedByCopies) {
  int asked = 0;
  const Stop stop([&] { return ++asked == 2; });
  const Stop copy = stop;
  EXPECT_FALSE(stop.wished());
  EXPECT_TRUE(copy.wished());
  EXPECT_TRUE(stop.wished());
  EXPECT_THROW(stop.check(), Stopped);
  EXPECT_EQ(asked, 2);  // never again
}

}  // namespace
}  // namespace talweg
