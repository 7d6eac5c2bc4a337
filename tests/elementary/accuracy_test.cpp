#include <gtest/gtest.h>

#include <cstdio>
#include <limits>

#include "elementary/cases.hpp"

namespace talweg::elementary::testing {
namespace {

constexpr double inf = std::numeric_limits<double>::infinity();

/// Errors in units in the last place of the result, against 90 bits of MPFR.
class Measure {
 public:
  Measure() { mpfr_inits2(90, x_, y_, exact_, mpfr_ptr(nullptr)); }
  ~Measure() { mpfr_clears(x_, y_, exact_, mpfr_ptr(nullptr)); }
  Measure(const Measure&) = delete;
  Measure& operator=(const Measure&) = delete;

  /// By the C library's functions with 64 bits, where there are such: good to a thousandth or two, and thirty times as
  /// fast.
  static constexpr bool has_quick = std::numeric_limits<long double>::digits >= 64;
  static double quick_error(const Case& c, Arguments a) {
    const long double exact = c.nearly_exact(a.x, a.y);
    const double value = c.value(a.x, a.y), rounded = double(exact);
    if (!std::isfinite(rounded) || !std::isfinite(value)) return rounded == value ? 0 : inf;  // then MPFR decides
    return double(std::scalbn(std::abs(exact - static_cast<long double>(value)), -unit_of(rounded)));
  }

  double error(const Case& c, Arguments a) {
    mpfr_set_d(x_, a.x, MPFR_RNDN);
    mpfr_set_d(y_, a.y, MPFR_RNDN);
    c.exact(exact_, x_, y_);
    const double value = c.value(a.x, a.y);
    if (mpfr_nan_p(exact_)) return std::isnan(value) ? 0 : inf;
    const double rounded = mpfr_get_d(exact_, MPFR_RNDN);
    if (!std::isfinite(rounded) || !std::isfinite(value)) return rounded == value ? 0 : inf;
    mpfr_sub_d(exact_, exact_, value, MPFR_RNDN);
    mpfr_mul_2si(exact_, exact_, -unit_of(rounded), MPFR_RNDN);
    return std::abs(mpfr_get_d(exact_, MPFR_RNDN));
  }

 private:
  /// The exponent of a unit in the last place.
  static int unit_of(double x) { return x == 0 ? -1074 : std::max(std::ilogb(x) - 52, -1074); }

  mpfr_t x_, y_, exact_;
};

class Accuracy : public ::testing::TestWithParam<Case> {
 protected:
  /// The largest error over `points` arguments of each way to draw them. `quick`: MPFR looks at those only that may be
  /// the largest.
  void measure(std::int64_t points, bool quick) {
    const Case& c = GetParam();
    Measure measure;
    Random random(7);
    double worst = 0;
    Arguments at;
    const auto look = [&](Arguments a) {
      if (quick && Measure::quick_error(c, a) < worst - 0.005) return;
      const double error = measure.error(c, a);
      if (error > worst) worst = error, at = a;
    };
    for (const Arguments& a : c.hard) look(a);
    for (const Draw& draw : c.draws)
      for (std::int64_t i = 0; i < points; ++i) look(draw(random));
    std::printf("%s: %.3f units at most, at %a %a\n", std::string(c.name).c_str(), worst, at.x, at.y);
    EXPECT_LE(worst, c.bound) << c.name << "(" << at.x << ", " << at.y << ")";
  }
};

TEST_P(Accuracy, IsWithinAUnit) { measure(2'000, false); }

TEST_P(Accuracy, IsWithinAUnitAtTenMillionPoints) {
  const std::int64_t points = Measure::has_quick ? 10'000'000 : 500'000;
  measure(points / std::int64_t(GetParam().draws.size()), Measure::has_quick);
}

INSTANTIATE_TEST_SUITE_P(Functions, Accuracy, ::testing::ValuesIn(all_cases().begin(), all_cases().end()),
                         [](const auto& c) { return std::string(c.param.name); });

}  // namespace
}  // namespace talweg::elementary::testing
