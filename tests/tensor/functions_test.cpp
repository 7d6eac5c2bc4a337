#include "talweg/tensor/functions.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace talweg {
namespace {

template <class T> class Functions : public testing::Test {
 protected:
  using Reference = long double (*)(long double);
  /// The largest error of f over [low, high] against `reference`, in units in the last place of the result.
  template <class F> static double worst_ulp(F f, Reference reference, double low, double high) {
    double worst = 0;
    constexpr int points = 40000;
    for (int i = 0; i <= points; ++i) {
      const T x = static_cast<T>(low + (high - low) * i / points);
      const long double exact = reference(x);
      const T rounded = std::abs(static_cast<T>(exact));
      const T unit = std::nextafter(rounded, std::numeric_limits<T>::infinity()) - rounded;
      worst = std::max(worst, static_cast<double>(std::abs((static_cast<long double>(f(x)) - exact) / unit)));
    }
    return worst;
  }
};
using Types = testing::Types<float, double>;
TYPED_TEST_SUITE(Functions, Types);

// Measured: exp 1.0, expm1 1.9, tanh 2.5, sigmoid 2.2, softplus 2.6 units. The bounds leave a little room for points
// that this grid does not hit.
TYPED_TEST(Functions, AreWithinThreeUnitsInTheLastPlace) {
  using T = TypeParam;
  const double top = sizeof(T) == 4 ? 88.7 : 709.7, bottom = sizeof(T) == 4 ? -87 : -708;
  EXPECT_LE(this->worst_ulp([](T x) { return fast::exp(x); }, std::exp, bottom, top), 1.5);
  EXPECT_LE(this->worst_ulp([](T x) { return fast::exp(x); }, std::exp, -2, 2), 1.5);
  EXPECT_LE(this->worst_ulp([](T x) { return fast::expm1(x); }, std::expm1, -20, 20), 3);
  EXPECT_LE(this->worst_ulp([](T x) { return fast::expm1(x); }, std::expm1, -1.1, 1.1), 3);
  EXPECT_LE(this->worst_ulp([](T x) { return fast::expm1(x); }, std::expm1, -1e-4, 1e-4), 3);
  EXPECT_LE(this->worst_ulp([](T x) { return fast::tanh(x); }, std::tanh, -12, 12), 3);
  EXPECT_LE(this->worst_ulp([](T x) { return fast::tanh(x); }, std::tanh, -1, 1), 3);
  const auto sigmoid = [](long double x) { return 1 / (1 + std::exp(-x)); };
  EXPECT_LE(this->worst_ulp([](T x) { return fast::sigmoid(x); }, sigmoid, -80, 40), 3);
  const auto softplus = [](long double x) { return x > 0 ? x + std::log1p(std::exp(-x)) : std::log1p(std::exp(x)); };
  EXPECT_LE(this->worst_ulp([](T x) { return fast::softplus(x); }, softplus, -80, 40), 3);
  EXPECT_LE(this->worst_ulp([](T x) { return fast::log1p_unit(x); }, std::log1p, 0, 1), 3);
}

TYPED_TEST(Functions, TheNormalDistributionIsWithinThreeUnitsOfOne) {
  using T = TypeParam;
  for (int i = -12000; i <= 12000; ++i) {
    const T x = T(i) / T(1000);
    const long double exact = std::erfc(-static_cast<long double>(x) / std::sqrt(2.0L)) / 2;
    EXPECT_NEAR(double(fast::normal_cdf(x)), double(exact), 3 * std::numeric_limits<T>::epsilon()) << x;
  }
}

TYPED_TEST(Functions, KeepTheirLimitsAndPassNotANumberOn) {
  using T = TypeParam;
  constexpr T inf = std::numeric_limits<T>::infinity(), nan = std::numeric_limits<T>::quiet_NaN();
  EXPECT_EQ(fast::exp(T(0)), T(1));
  EXPECT_EQ(fast::exp(-inf), T(0));
  EXPECT_EQ(fast::exp(inf), inf);
  EXPECT_EQ(fast::exp(T(1e4)), inf);
  EXPECT_EQ(fast::expm1(T(0)), T(0));
  EXPECT_EQ(fast::expm1(-inf), T(-1));
  EXPECT_EQ(fast::tanh(inf), T(1));
  EXPECT_EQ(fast::tanh(-inf), T(-1));
  EXPECT_EQ(fast::sigmoid(inf), T(1));
  EXPECT_EQ(fast::sigmoid(-inf), T(0));
  EXPECT_EQ(fast::sigmoid(T(0)), T(0.5));
  EXPECT_EQ(fast::softplus(-inf), T(0));
  EXPECT_EQ(fast::softplus(inf), inf);
  EXPECT_EQ(fast::normal_cdf(inf), T(1));
  EXPECT_EQ(fast::normal_cdf(-inf), T(0));
  const T smallest = std::numeric_limits<T>::denorm_min();
  EXPECT_EQ(fast::tanh(smallest), smallest);
  for (const T y : {fast::exp(nan), fast::expm1(nan), fast::tanh(nan), fast::sigmoid(nan), fast::softplus(nan),
                    fast::normal_cdf(nan)})
    EXPECT_TRUE(std::isnan(y));
}

TYPED_TEST(Functions, ExpReachesDenormalNumbers) {
  using T = TypeParam;
  const T x = sizeof(T) == 4 ? T(-100) : T(-740);
  EXPECT_NEAR(double(fast::exp(x) / std::numeric_limits<T>::denorm_min()),
              double(std::exp(x) / std::numeric_limits<T>::denorm_min()), 1);
}

}  // namespace
}  // namespace talweg
