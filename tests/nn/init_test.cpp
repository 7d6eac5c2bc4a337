#include "talweg/nn/init.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <map>

#include "talweg/base/error.hpp"
#include "talweg/nn/ops/activations.hpp"

namespace talweg::nn {
namespace {

Tensor<double> weight(std::string_view how, std::int64_t inputs, std::int64_t outputs) {
  Random random(7);
  Tensor<double> w({inputs, outputs});
  initialize<double>(init(how), random, w);
  return w;
}

TEST(Init, HasTheVarianceOfItsFormula) {
  const double inputs = 300, outputs = 200;
  const std::map<std::string_view, double> variances{{"zeros", 0},
                                                     {"glorot_uniform", 2 / 500.0},
                                                     {"glorot_normal", 2 / 500.0},
                                                     {"he_uniform", 2 / 300.0},
                                                     {"he_normal", 2 / 300.0},
                                                     {"lecun_uniform", 1 / 300.0},
                                                     {"lecun_normal", 1 / 300.0},
                                                     {"orthogonal", 1 / 300.0}};
  EXPECT_EQ(inits().size(), variances.size());
  for (const auto& [how, variance] : variances) {
    const auto w = weight(how, 300, 200);
    double sum = 0, squares = 0;
    for (const double v : w) sum += v, squares += v * v;
    const double n = inputs * outputs;
    // Five standard deviations of the mean, σ/√n, and of the variance, at most σ²·√(2/n).
    EXPECT_NEAR(sum / n, 0, 5 * std::sqrt(variance / n)) << how;
    EXPECT_NEAR(squares / n, variance, 5 * variance * std::sqrt(2 / n)) << how;
  }
}

TEST(Init, OrthogonalRowsOrColumnsAreOrthonormal) {
  for (const auto& [inputs, outputs] : {std::pair{9, 5}, std::pair{5, 9}, std::pair{6, 6}}) {
    const auto w = weight("orthogonal", inputs, outputs);
    const bool tall = inputs >= outputs;
    const std::int64_t count = std::min(inputs, outputs), length = std::max(inputs, outputs);
    for (std::int64_t a = 0; a < count; ++a)
      for (std::int64_t b = 0; b < count; ++b) {
        double dot = 0;
        for (std::int64_t i = 0; i < length; ++i) dot += tall ? w(i, a) * w(i, b) : w(a, i) * w(b, i);
        EXPECT_NEAR(dot, a == b, 1e-14);
      }
  }
}

TEST(Init, FloatAndDoubleStartAlike) {
  Random one(3), two(3);
  Tensor<double> d({7, 5});
  Tensor<float> f({7, 5});
  initialize<double>(Init::he_normal, one, d);
  initialize<float>(Init::he_normal, two, f);
  for (std::int64_t i = 0; i < d.size(); ++i) EXPECT_EQ(f[i], float(d[i]));
}

TEST(Init, FollowsTheActivationUnlessTold) {
  EXPECT_EQ(activation("relu").traits().init, Init::he_normal);
  EXPECT_EQ(activation("gelu").traits().init, Init::he_normal);
  EXPECT_EQ(activation("tanh").traits().init, Init::glorot_uniform);
  EXPECT_EQ(activation("selu").traits().init, Init::lecun_normal);
  EXPECT_EQ(init("he"), Init::he_normal);
  EXPECT_THROW(init("heh"), Error);
}

}  // namespace
}  // namespace talweg::nn
