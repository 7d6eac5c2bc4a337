#include "talweg/base/base64.hpp"

#include <gtest/gtest.h>

namespace talweg {
namespace {

TEST(Base64, FillsUpTheLastLetters) {
  EXPECT_EQ(base64(""), "");
  EXPECT_EQ(base64("f"), "Zg==");
  EXPECT_EQ(base64("fo"), "Zm8=");
  EXPECT_EQ(base64("foob"), "Zm9vYg==");
  EXPECT_EQ(base64("foobar"), "Zm9vYmFy");
}

}  // namespace
}  // namespace talweg
