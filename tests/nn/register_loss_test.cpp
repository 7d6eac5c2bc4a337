// The loss of CONTRIBUTING.md: one of a program's own, from outside the library.
#include <gtest/gtest.h>

#include <cmath>

#include "talweg/base/error.hpp"
#include "talweg/nn/ops/losses/log_cosh.hpp"
#include "talweg/nn/ops/losses/table.hpp"

namespace {

using namespace talweg;

TEST(RegisterLoss, MakesALossKnownByItsName) {
  EXPECT_THROW(nn::loss("log_cosh"), Error);
  nn::register_loss<nn::LogCosh>();
  const nn::Loss f = nn::loss("log_cosh");
  const Tensor<double> p({2, 1}, {1, -2}), t({2, 1}, {0, -2});
  Pool pool(1);
  EXPECT_NEAR(f.value<double>(pool, p, {.values = t}), std::log(std::cosh(1.0)) / 2, 1e-15);
  double slope = 0;
  EXPECT_NEAR(f.of_row(std::span(p.data(), 1), 0, std::span(&slope, 1)), std::log(std::cosh(1.0)), 1e-15);
  EXPECT_NEAR(slope, std::tanh(1.0), 1e-15);
  EXPECT_EQ(nn::losses().back().name, "log_cosh");
  EXPECT_THROW(nn::register_loss<nn::LogCosh>(), Error);
}

}  // namespace
