// Lanes have the bits of calls, and calls those that every other processor and compiler gives: the hashes stand here.
#include <gtest/gtest.h>

#include <bit>
#include <limits>
#include <map>

#include "elementary/cases.hpp"
#include "talweg/elementary/lanes.hpp"

namespace talweg::elementary::testing {
namespace {

constexpr double inf = std::numeric_limits<double>::infinity(), nan = std::numeric_limits<double>::quiet_NaN();

/// Whole numbers and sums alone: the C library's functions, which the draws use, would not be the same everywhere.
std::vector<Arguments> arguments_of(const Case& c, int count) {
  std::vector<Arguments> out(c.hard.begin(), c.hard.end());
  Random random(11);
  for (int i = 0; i < count; ++i) {
    const auto of_any_size = [&](int exponents) {
      const double mantissa = 1 + random.uniform();
      const double x = std::ldexp(mantissa, int(random.below(std::uint64_t(2 * exponents))) - exponents);
      return random.bits() & 1 ? x : -x;
    };
    out.push_back({of_any_size(i % 3 == 0 ? 1000 : 4), of_any_size(i % 2 == 0 ? 900 : 5)});
  }
  for (const double x : {0.0, -0.0, 1.0, -1.0, 0.5, 2.0, -3.0, inf, -inf, nan, 5e-324, -5e-324, 1e308, 2.2e-308})
    for (const double y : {0.0, -0.0, 1.0, -2.0, 3.0, 0.5, inf, -inf, nan, 5e-324, 1e308}) out.push_back({x, y});
  return out;
}

/// A NaN is one, whatever its bits.
std::uint64_t bits(double x) { return x != x ? 0x7ff8000000000000 : std::bit_cast<std::uint64_t>(x); }

TEST(SameBits, LanesAreCalls) {
  for (const Case& c : all_cases()) {
    const std::vector<Arguments> arguments = arguments_of(c, 20'000);
    std::vector<double> x, y, lanes(arguments.size());
    for (const Arguments& a : arguments) x.push_back(a.x), y.push_back(a.y);
    c.lanes(x.data(), y.data(), lanes.data(), lanes.size());
    const bool by_angle = c.name == "sin" || c.name == "cos" || c.name == "tan";
    for (std::size_t i = 0; i < x.size(); ++i) {
      if (by_angle && Lanes::far(x[i])) continue;
      ASSERT_EQ(bits(lanes[i]), bits(c.value(x[i], y[i]))) << c.name << "(" << x[i] << ", " << y[i] << ")";
    }
  }
}

TEST(SameBits, OnEveryProcessorAndFromEveryCompiler) {
  const std::map<std::string_view, std::uint64_t> stored{
      {"exp", 0x3d321ef65424b41},   {"exp2", 0x151f29789ee9ce2d},  {"expm1", 0x8540193a08fc02ec},
      {"log", 0xfc0fbb32b03766d9},  {"log2", 0xfff0ffd3a8b131c8},  {"log10", 0xfa14ee076597022b},
      {"log1p", 0x62ab00a605a2372}, {"sin", 0x62f956c7a69aa24e},   {"cos", 0x719049a6bdf4c414},
      {"tan", 0xf803f17ffb1cd37d},  {"asin", 0xd41b27165881f53e},  {"acos", 0x11ca50fa150ca1e1},
      {"atan", 0xa951da804abef794}, {"sinh", 0x9046385af6b67f76},  {"cosh", 0x5cef28dc2333a937},
      {"tanh", 0xbc94cc7cccff7040}, {"erf", 0x68b8ee28bc0bb78},    {"cbrt", 0x1dcf3074f9b10793},
      {"pow", 0x1f81d641dddeba46},  {"atan2", 0xaaf6655d0d61aed0}, {"hypot", 0x2c97bb2d894d285},
  };
  for (const Case& c : all_cases()) {
    std::uint64_t hash = 0xcbf29ce484222325;  // FNV-1a over words
    for (const Arguments& a : arguments_of(c, 100'000)) hash = (hash ^ bits(c.value(a.x, a.y))) * 0x100000001b3;
    const auto it = stored.find(c.name);
    EXPECT_TRUE(it != stored.end() && it->second == hash) << "{\"" << c.name << "\", 0x" << std::hex << hash << "},";
  }
}

}  // namespace
}  // namespace talweg::elementary::testing
