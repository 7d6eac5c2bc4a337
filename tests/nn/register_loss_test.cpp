// A loss of a program's own, from outside the library.
#include <gtest/gtest.h>

#include <cmath>

#include "talweg/base/error.hpp"
#include "talweg/nn/ops/losses/table.hpp"

namespace {

using namespace talweg;

/// log cosh(p − t): squared near the target, absolute far away, smooth everywhere.
struct LogCosh {
  static constexpr Card card = nn::described("log_cosh", "Σ log cosh(p−t) / n", "a smooth huber");
  static constexpr nn::LossTraits traits{.curvature = {1, 0, 1}};
  static constexpr bool per_example = false;
  template <class T> T value(T p, T t) const {
    const T r = p - t;
    return r + fast::softplus(T(-2) * r) - T(0.69314718055994530942);
  }
  template <class T> T slope(T p, T t) const { return fast::tanh(p - t); }
};

TEST(RegisterLoss, MakesALossKnownByItsName) {
  EXPECT_THROW(nn::loss("log_cosh"), Error);
  nn::register_loss<LogCosh>();
  const nn::Loss f = nn::loss("log_cosh");
  const Tensor<double> p({2, 1}, {1, -2}), t({2, 1}, {0, -2});
  Pool pool(1);
  EXPECT_NEAR(f.value<double>(pool, p, {.values = t}), std::log(std::cosh(1.0)) / 2, 1e-15);
  double slope = 0;
  EXPECT_NEAR(f.of_row(std::span(p.data(), 1), 0, std::span(&slope, 1)), std::log(std::cosh(1.0)), 1e-15);
  EXPECT_NEAR(slope, std::tanh(1.0), 1e-15);
  EXPECT_EQ(nn::losses().back().name, "log_cosh");
  EXPECT_THROW(nn::register_loss<LogCosh>(), Error);
}

}  // namespace
