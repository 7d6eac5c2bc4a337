// The activation and the layer of CONTRIBUTING.md, cut out by tests/CMakeLists.txt; tests/nn/register_loss_test.cpp has
// its loss, tests/optim/first_order/contributing_test.cpp its rule.
#include <gtest/gtest.h>

#include <cmath>

#include "talweg/nn/layers/bottleneck.hpp"
#include "talweg/nn/nn.hpp"
#include "talweg/nn/ops/softsign.hpp"

namespace talweg::nn {
namespace {

static_assert(autodiff::Operation<Elementwise<Softsign>>);

TEST(ContributingActivation, ItsSlopeIsThatOfDifferencesAndItsTraitsHold) {
  const Softsign f;
  for (double x = -8; x <= 8; x += 0.25) {
    const double h = 1e-6, y = f.value(x);
    EXPECT_NEAR(f.slope(x, y), (f.value(x + h) - f.value(x - h)) / (2 * h), 1e-6) << x;  // at 0 of order h
    EXPECT_GE(y, Softsign::traits.low);
    EXPECT_LE(y, Softsign::traits.high);
  }
}

Tensor<double> rows(Shape shape) {
  Tensor<double> x(shape);
  for (std::int64_t i = 0; i < x.size(); ++i) x[i] = std::sin(1 + 1.3 * double(i));
  return x;
}

TEST(ContributingLayer, PredictsWhatItRecordsAndHasTheGradientOfDifferences) {
  Network<double> model(3, {layers::Dense{5}, layers::Bottleneck{.size = 4, .rank = 2}, layers::Dense{2}}, 7);
  const auto x = rows({7, 3}), target = rows({7, 2});
  const auto recorded = model(x).view();
  const auto predicted = model.predict(x);
  for (std::int64_t i = 0; i < predicted.size(); ++i) EXPECT_NEAR(predicted[i], recorded[i], 1e-14);
  const auto loss = [&] { return mean_squared_error(model(x), target); };
  loss().backward();
  const auto p = model.parameters();
  const std::vector<double> gradient(p.gradients.begin(), p.gradients.end());
  for (std::size_t i = 0; i < p.values.size(); ++i) {
    const double at = p.values[i], h = 1e-6;
    p.values[i] = at + h;
    const double above = loss().value();
    p.values[i] = at - h;
    const double below = loss().value();
    p.values[i] = at;
    EXPECT_NEAR(gradient[i], (above - below) / (2 * h), 1e-8) << i;
  }
}

}  // namespace
}  // namespace talweg::nn
