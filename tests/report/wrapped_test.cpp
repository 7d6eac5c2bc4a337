#include "talweg/report/wrapped.hpp"

#include <gtest/gtest.h>

namespace talweg::report {
namespace {

TEST(Wrapped, BreaksBetweenWordsWithinTheWidth) {
  EXPECT_EQ(wrapped({"name", "what for"}, {{"adam", "networks that shall work at once"}, {"sgd", "η"}}, 20),
            "name  what for\n"
            "\n"
            "adam  networks that\n"
            "      shall work at\n"
            "      once\n"
            "\n"
            "sgd   η\n");
}

TEST(Wrapped, CountsCharactersAndNotBytes) {
  EXPECT_EQ(wrapped({"n", "a", "b"}, {{"é", "ηηη ηηη", "x"}}, 12), "n  a    b\n\né  ηηη  x\n   ηηη\n");
}

TEST(Wrapped, AWordLongerThanItsColumnStandsAlone) {
  EXPECT_EQ(wrapped({"n", "a"}, {{"x", "a_very_long_word b"}}, 6), "n  a\n\nx  a_very_long_word\n   b\n");
}

}  // namespace
}  // namespace talweg::report
