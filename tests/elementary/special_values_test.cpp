// The values of Annex F of C99, bit by bit, and what symmetry and monotony ask for.
#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <limits>
#include <numbers>

#include "elementary/cases.hpp"
#include "talweg/elementary/functions.hpp"

namespace talweg::elementary {
namespace {

constexpr double inf = std::numeric_limits<double>::infinity(), nan = std::numeric_limits<double>::quiet_NaN();
constexpr double smallest = std::numeric_limits<double>::denorm_min(), largest = std::numeric_limits<double>::max();
constexpr double pi = std::numbers::pi;

bool same(double a, double b) {
  return (std::isnan(a) && std::isnan(b)) || std::bit_cast<std::uint64_t>(a) == std::bit_cast<std::uint64_t>(b);
}

struct OfOne {
  double (*f)(double);
  double x, expected;
};

TEST(SpecialValues, OfFunctionsOfOneNumber) {
  for (const auto& [f, x, expected] : std::initializer_list<OfOne>{{exp, 0.0, 1},
                                                                   {exp, -0.0, 1},
                                                                   {exp, inf, inf},
                                                                   {exp, -inf, 0},
                                                                   {exp, 710, inf},
                                                                   {exp, -746, 0},
                                                                   {exp, -745, smallest},
                                                                   {exp2, 0.0, 1},
                                                                   {exp2, -0.0, 1},
                                                                   {exp2, inf, inf},
                                                                   {exp2, -inf, 0},
                                                                   {exp2, 1024, inf},
                                                                   {exp2, -1074, smallest},
                                                                   {exp2, -1076, 0},
                                                                   {exp2, 1023, 0x1p1023},
                                                                   {expm1, 0.0, 0.0},
                                                                   {expm1, -0.0, -0.0},
                                                                   {expm1, inf, inf},
                                                                   {expm1, -inf, -1},
                                                                   {expm1, 710, inf},
                                                                   {expm1, smallest, smallest},
                                                                   {expm1, -50, -1},
                                                                   {log, 1, 0},
                                                                   {log, 0.0, -inf},
                                                                   {log, -0.0, -inf},
                                                                   {log, inf, inf},
                                                                   {log, -1, nan},
                                                                   {log, -inf, nan},
                                                                   {log, -smallest, nan},
                                                                   {log2, 1, 0},
                                                                   {log2, 0.0, -inf},
                                                                   {log2, -0.0, -inf},
                                                                   {log2, inf, inf},
                                                                   {log2, -1, nan},
                                                                   {log2, smallest, -1074},
                                                                   {log2, 0x1p1023, 1023},
                                                                   {log2, 0.125, -3},
                                                                   {log10, 1, 0},
                                                                   {log10, 0.0, -inf},
                                                                   {log10, -0.0, -inf},
                                                                   {log10, inf, inf},
                                                                   {log10, -1, nan},
                                                                   {log10, 1e22, 22},
                                                                   {log10, 1e3, 3},
                                                                   {log10, 1e15, 15},
                                                                   {log1p, 0.0, 0.0},
                                                                   {log1p, -0.0, -0.0},
                                                                   {log1p, -1, -inf},
                                                                   {log1p, inf, inf},
                                                                   {log1p, -2, nan},
                                                                   {log1p, -inf, nan},
                                                                   {log1p, smallest, smallest},
                                                                   {sin, 0.0, 0.0},
                                                                   {sin, -0.0, -0.0},
                                                                   {sin, inf, nan},
                                                                   {sin, -inf, nan},
                                                                   {sin, smallest, smallest},
                                                                   {cos, 0.0, 1},
                                                                   {cos, -0.0, 1},
                                                                   {cos, inf, nan},
                                                                   {cos, -inf, nan},
                                                                   {cos, smallest, 1},
                                                                   {tan, 0.0, 0.0},
                                                                   {tan, -0.0, -0.0},
                                                                   {tan, inf, nan},
                                                                   {tan, -inf, nan},
                                                                   {tan, -smallest, -smallest},
                                                                   {asin, 0.0, 0.0},
                                                                   {asin, -0.0, -0.0},
                                                                   {asin, 1, pi / 2},
                                                                   {asin, -1, -pi / 2},
                                                                   {asin, 1.1, nan},
                                                                   {asin, -inf, nan},
                                                                   {asin, smallest, smallest},
                                                                   {acos, 1, 0.0},
                                                                   {acos, -1, pi},
                                                                   {acos, 0.0, pi / 2},
                                                                   {acos, -0.0, pi / 2},
                                                                   {acos, 1.1, nan},
                                                                   {acos, inf, nan},
                                                                   {atan, 0.0, 0.0},
                                                                   {atan, -0.0, -0.0},
                                                                   {atan, inf, pi / 2},
                                                                   {atan, -inf, -pi / 2},
                                                                   {atan, 1, pi / 4},
                                                                   {atan, largest, pi / 2},
                                                                   {atan, smallest, smallest},
                                                                   {sinh, 0.0, 0.0},
                                                                   {sinh, -0.0, -0.0},
                                                                   {sinh, inf, inf},
                                                                   {sinh, -inf, -inf},
                                                                   {sinh, 711, inf},
                                                                   {sinh, smallest, smallest},
                                                                   {cosh, 0.0, 1},
                                                                   {cosh, -0.0, 1},
                                                                   {cosh, inf, inf},
                                                                   {cosh, -inf, inf},
                                                                   {cosh, -711, inf},
                                                                   {tanh, 0.0, 0.0},
                                                                   {tanh, -0.0, -0.0},
                                                                   {tanh, inf, 1},
                                                                   {tanh, -inf, -1},
                                                                   {tanh, 30, 1},
                                                                   {tanh, smallest, smallest},
                                                                   {tanh, largest, 1},
                                                                   {erf, 0.0, 0.0},
                                                                   {erf, -0.0, -0.0},
                                                                   {erf, inf, 1},
                                                                   {erf, -inf, -1},
                                                                   {erf, 7, 1},
                                                                   {erf, smallest, smallest},
                                                                   {cbrt, 0.0, 0.0},
                                                                   {cbrt, -0.0, -0.0},
                                                                   {cbrt, inf, inf},
                                                                   {cbrt, -inf, -inf},
                                                                   {cbrt, 27, 3},
                                                                   {cbrt, -8, -2},
                                                                   {cbrt, smallest, 0x1p-358},
                                                                   {cbrt, 1e15, 1e5}})
    EXPECT_TRUE(same(f(x), expected)) << f(x) << " of " << x << ", expected " << expected;
}

struct OfTwo {
  double x, y, expected;
};

TEST(SpecialValues, OfPowers) {
  for (const auto& [x, y, expected] : std::initializer_list<OfTwo>{{0.0, -3, inf},
                                                                   {-0.0, -3, -inf},
                                                                   {0.0, -2.5, inf},
                                                                   {-0.0, -2.5, inf},
                                                                   {-0.0, -2, inf},
                                                                   {0.0, -inf, inf},
                                                                   {-0.0, -inf, inf},
                                                                   {0.0, 3, 0.0},
                                                                   {-0.0, 3, -0.0},
                                                                   {0.0, 2.5, 0.0},
                                                                   {-0.0, 2.5, 0.0},
                                                                   {-0.0, 2, 0.0},
                                                                   {-0.0, inf, 0.0},
                                                                   {-1, inf, 1},
                                                                   {-1, -inf, 1},
                                                                   {1, nan, 1},
                                                                   {1, inf, 1},
                                                                   {1, -0.5, 1},
                                                                   {nan, 0.0, 1},
                                                                   {nan, -0.0, 1},
                                                                   {inf, 0.0, 1},
                                                                   {0.0, 0.0, 1},
                                                                   {-0.0, -0.0, 1},
                                                                   {-2, 0.5, nan},
                                                                   {-2, 1e-300, nan},
                                                                   {-inf, 0.5, inf},
                                                                   {0.5, -inf, inf},
                                                                   {-0.5, -inf, inf},
                                                                   {1.5, -inf, 0.0},
                                                                   {-1.5, -inf, 0.0},
                                                                   {0.5, inf, 0.0},
                                                                   {-0.5, inf, 0.0},
                                                                   {1.5, inf, inf},
                                                                   {-1.5, inf, inf},
                                                                   {-inf, -3, -0.0},
                                                                   {-inf, -2, 0.0},
                                                                   {-inf, -2.5, 0.0},
                                                                   {-inf, 3, -inf},
                                                                   {-inf, 2, inf},
                                                                   {-inf, 2.5, inf},
                                                                   {inf, -1, 0.0},
                                                                   {inf, 0.5, inf},
                                                                   {nan, 1, nan},
                                                                   {2, nan, nan},
                                                                   {inf, inf, inf},
                                                                   {inf, -inf, 0.0},
                                                                   {0.0, nan, nan},
                                                                   {inf, nan, nan},
                                                                   {2, 1024, inf},
                                                                   {-2, 1025, -inf},
                                                                   {-2, 1024, inf},
                                                                   {2, -1076, 0.0},
                                                                   {-2, -1077, -0.0},
                                                                   {2, -1074, smallest},
                                                                   {-2, 3, -8},
                                                                   {-3, 4, 81},
                                                                   {10, 15, 1e15},
                                                                   {9, 0.5, 3},
                                                                   {1e300, 1e300, inf},
                                                                   {1e-300, 1e300, 0.0},
                                                                   {0.5, 1e308, 0.0},
                                                                   {-1, 0x1p53, 1},
                                                                   {-1, 0x1.fffffffffffffp52, -1},
                                                                   {-1, 1e308, 1},
                                                                   {-1, 0x1.0000000000001p52, -1},
                                                                   {largest, 1, largest},
                                                                   {smallest, 1, smallest},
                                                                   {0x1.fffffffffffffp-1, 1e300, 0.0},
                                                                   {0x1.0000000000001p0, 1e300, inf}})
    EXPECT_TRUE(same(pow(x, y), expected)) << pow(x, y) << " is " << x << "^" << y << ", expected " << expected;
}

TEST(SpecialValues, OfAnglesAndLengths) {
  for (const auto& [y, x, expected] : std::initializer_list<OfTwo>{{0.0, -0.0, pi},
                                                                   {-0.0, -0.0, -pi},
                                                                   {0.0, 0.0, 0.0},
                                                                   {-0.0, 0.0, -0.0},
                                                                   {0.0, -1, pi},
                                                                   {-0.0, -1, -pi},
                                                                   {0.0, 1, 0.0},
                                                                   {-0.0, 1, -0.0},
                                                                   {-1, 0.0, -pi / 2},
                                                                   {-1, -0.0, -pi / 2},
                                                                   {1, 0.0, pi / 2},
                                                                   {1, -0.0, pi / 2},
                                                                   {1, -inf, pi},
                                                                   {-1, -inf, -pi},
                                                                   {1, inf, 0.0},
                                                                   {-1, inf, -0.0},
                                                                   {inf, 1, pi / 2},
                                                                   {-inf, -1, -pi / 2},
                                                                   {inf, -inf, 3 * pi / 4},
                                                                   {-inf, -inf, -3 * pi / 4},
                                                                   {inf, inf, pi / 4},
                                                                   {-inf, inf, -pi / 4},
                                                                   {nan, 1, nan},
                                                                   {1, nan, nan},
                                                                   {inf, nan, nan},
                                                                   {nan, inf, nan},
                                                                   {0.0, nan, nan},
                                                                   {nan, 0.0, nan},
                                                                   {1, 1, pi / 4},
                                                                   {-1, -1, -3 * pi / 4},
                                                                   {smallest, largest, 0.0},
                                                                   {-smallest, largest, -0.0},
                                                                   {largest, smallest, pi / 2},
                                                                   {smallest, -largest, pi},
                                                                   {largest, largest, pi / 4}})
    EXPECT_TRUE(same(atan2(y, x), expected)) << atan2(y, x) << " of " << y << ", " << x << ", expected " << expected;
  for (const auto& [x, y, expected] : std::initializer_list<OfTwo>{{0.0, -0.0, 0.0},
                                                                   {-0.0, -0.0, 0.0},
                                                                   {inf, nan, inf},
                                                                   {nan, -inf, inf},
                                                                   {-inf, 1, inf},
                                                                   {nan, 1, nan},
                                                                   {1, nan, nan},
                                                                   {-3, 4, 5},
                                                                   {smallest, 0.0, smallest},
                                                                   {largest, 0.0, largest},
                                                                   {largest, largest, inf},
                                                                   {3 * smallest, 4 * smallest, 5 * smallest}})
    EXPECT_TRUE(same(hypot(x, y), expected)) << hypot(x, y) << " of " << x << ", " << y << ", expected " << expected;
}

TEST(SpecialValues, NotANumberGoesThrough) {
  for (const testing::Case& c : testing::all_cases()) {
    EXPECT_TRUE(std::isnan(c.value(nan, 2))) << c.name;
    EXPECT_TRUE(std::isnan(c.value(-nan, 2))) << c.name;
  }
}

TEST(SpecialValues, OddFunctionsAreOddAndEvenOnesEven) {
  Random random(3);
  for (const testing::Case& c : testing::all_cases()) {
    const bool even = c.name == "cos" || c.name == "cosh" || c.name == "hypot";
    if (c.name == "pow" || c.value(-0.5, 1) != (even ? 1 : -1) * c.value(0.5, 1)) continue;  // neither
    for (const testing::Draw& draw : c.draws)
      for (int i = 0; i < 1000; ++i) {
        const auto [x, y] = draw(random);
        ASSERT_TRUE(same(c.value(-x, y), even ? c.value(x, y) : -c.value(x, y))) << c.name << " of " << x;
      }
  }
}

/// Neighbouring doubles across the seams between ways of computing.
TEST(SpecialValues, NothingFallsAcrossSeams) {
  for (const testing::Case& c : testing::all_cases()) {
    const bool rises = c.name == "exp" || c.name == "exp2" || c.name == "expm1" || c.name.starts_with("log") ||
                       c.name == "asin" || c.name == "atan" || c.name == "sinh" || c.name == "tanh" ||
                       c.name == "erf" || c.name == "cbrt";
    if (!rises) continue;
    for (const auto& [seam, unused] : c.hard) {
      double x = seam;
      for (int i = 0; i < 200; ++i) x = std::nextafter(x, -inf);
      double before = c.value(x, 0);
      for (int i = 0; i < 400 && std::isfinite(x); ++i) {
        x = std::nextafter(x, inf);
        const double here = c.value(x, 0);
        EXPECT_FALSE(here < before) << c.name << " falls at " << x;
        before = here;
      }
    }
  }
}

}  // namespace
}  // namespace talweg::elementary
