#include "talweg/nn/ops/activations.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <functional>
#include <map>
#include <tuple>
#include <type_traits>

#include "talweg/base/error.hpp"

namespace talweg::nn {
namespace {

double phi(double x) { return std::erfc(-x / std::sqrt(2.0)) / 2; }

const std::map<std::string_view, std::function<double(double)>> formulas{
    {"identity", [](double x) { return x; }},
    {"relu", [](double x) { return std::max(x, 0.0); }},
    {"leaky_relu", [](double x) { return x > 0 ? x : 0.01 * x; }},
    {"elu", [](double x) { return x > 0 ? x : std::expm1(x); }},
    {"selu", [](double x) { return 1.0507009873554805 * (x > 0 ? x : 1.6732632423543772 * std::expm1(x)); }},
    {"gelu", [](double x) { return x * phi(x); }},
    {"gelu_tanh", [](double x) { return 0.5 * x * (1 + std::tanh(std::sqrt(2 / M_PI) * (x + 0.044715 * x * x * x))); }},
    {"silu", [](double x) { return x / (1 + std::exp(-x)); }},
    {"sigmoid", [](double x) { return 1 / (1 + std::exp(-x)); }},
    {"tanh", [](double x) { return std::tanh(x); }},
    {"softplus", [](double x) { return std::log1p(std::exp(x)); }}};

template <class T> Tensor<T> applied(std::string_view name, const Tensor<T>& x) {
  Pool pool(1);
  Tensor<T> y(x.shape());
  activation(name).value<T>(pool, x, y.view());
  return y;
}

TEST(Activations, AgreeWithTheStandardLibrary) {
  Tensor<double> x({1, 801});
  Tensor<float> xf(x.shape());
  for (std::int64_t i = 0; i < x.size(); ++i) xf[i] = float(x[i] = double(i - 400) / 32);
  for (const auto& [name, f] : formulas) {
    const auto y = applied(name, x);
    const auto yf = applied(name, xf);
    for (std::int64_t i = 0; i < x.size(); ++i) {
      // A few units in the last place; gelu multiplies an absolute error of Φ by |x| <= 12.5.
      EXPECT_NEAR(y[i], f(x[i]), 2e-15 * (1 + std::abs(x[i]))) << name << " at " << x[i];
      EXPECT_NEAR(double(yf[i]), f(x[i]), 5e-7 * (1 + std::abs(x[i]))) << name << " at " << x[i];
    }
  }
}

TEST(Activations, AllButSoftmaxStandInTheTableAbove) {
  EXPECT_EQ(activations().size(), formulas.size() + 1);
  for (const auto& card : activations()) {
    EXPECT_EQ(name(activation(card.name)), card.name);
    EXPECT_TRUE(card.name == "softmax" || formulas.contains(card.name)) << card.name;
    EXPECT_FALSE(card.formula.empty() || card.title.empty());
  }
}

TEST(Activations, TheSlopeOfReluAtZeroIsZero) {
  EXPECT_EQ(Relu{}.slope(0.0, 0.0), 0.0);
  EXPECT_EQ(Relu{}.slope(1e-300, 1e-300), 1.0);
}

TEST(Activations, SoftmaxSumsToOneAndDoesNotOverflow) {
  const Tensor<double> x({3, 3}, {1000, 1001, 999, -1000, -1000, -1000, 0, -2000, 5});
  const auto y = applied("softmax", x);
  const double e = std::exp(1.0);
  EXPECT_NEAR(y(0, 1), e / (1 + e + 1 / e), 1e-15);
  EXPECT_NEAR(y(1, 0), 1.0 / 3, 1e-15);
  EXPECT_EQ(y(2, 1), 0);
  for (std::int64_t i = 0; i < 3; ++i) EXPECT_NEAR(y(i, 0) + y(i, 1) + y(i, 2), 1, 1e-15);
}

TEST(Activations, PassNotANumberOn) {
  const Tensor<float> x({1, 3}, {1, NAN, 2});
  for (const auto& card : activations()) EXPECT_TRUE(std::isnan(applied(card.name, x)[1])) << card.name;
}

/// The library's loops run on the widest lanes of this machine; a loop over single elements must give the same bits,
/// for every length and every remainder of the lanes.
template <class F, class T> void same_bits(std::string_view name) {
  for (std::int64_t n = 1; n <= 67; ++n) {
    Tensor<T> x({1, n});
    for (std::int64_t i = 0; i < n; ++i) x[i] = T(std::sin(double(7 * i + n)) * 6);
    const auto y = applied(name, x);
    for (std::int64_t i = 0; i < n; ++i) {
      const volatile T in = x[i];
      const T alone = F{}.value(T(in));
      EXPECT_EQ(std::memcmp(&y[i], &alone, sizeof(T)), 0) << name << " at " << x[i] << ", length " << n;
    }
  }
}

/// Every activation that works on single elements.
template <class... F> void same_bits_of_all(std::type_identity<std::tuple<F...>>) {
  const auto either = []<class G>(const G&) {
    if constexpr (!autodiff::Operation<G>) {
      same_bits<G, float>(G::card.name);
      same_bits<G, double>(G::card.name);
    }
  };
  (either(F{}), ...);
}

TEST(Activations, GiveTheSameBitsForEveryLaneWidth) { same_bits_of_all(std::type_identity<AllActivations>{}); }

/// Values stay in the range of the traits and come within a hundredth of its ends; the slope jumps at 0 or nowhere.
TEST(Activations, KeepWhatTheirTraitsSay) {
  Tensor<double> x({1, 40001});
  for (std::int64_t i = 0; i < x.size(); ++i) x[i] = double(i - 20000) / 1000;
  for (const auto& card : activations()) {
    const ActivationTraits& traits = activation(card.name).traits();
    EXPECT_LT(traits.low, traits.high);
    if (card.name == "softmax") continue;  // of one number it is 1
    const auto y = applied(card.name, x);
    const auto [least, most] = std::ranges::minmax(y);
    EXPECT_GE(least, traits.low - 1e-11) << card.name;  // the minima of the traits have ten digits
    EXPECT_LE(most, traits.high) << card.name;
    if (std::isfinite(traits.low)) {
      EXPECT_LT(least, traits.low + 0.01) << card.name;
    }
    if (std::isfinite(traits.high)) {
      EXPECT_GT(most, traits.high - 0.01) << card.name;
    }
    const double before = (y[20000] - y[19999]) * 1000, after = (y[20001] - y[20000]) * 1000;
    EXPECT_EQ(std::abs(after - before) > 0.1, traits.kink) << card.name;  // smooth ones bend by about 0.001
  }
}

TEST(Activations, AnUnknownNameNamesTheNearOnes) {
  try {
    activation("rellu");
    FAIL();
  } catch (const Error& e) {
    EXPECT_NE(std::string(e.what()).find("unknown activation 'rellu': did you mean 'relu'"), std::string::npos);
  }
}

}  // namespace
}  // namespace talweg::nn
