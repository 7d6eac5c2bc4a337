// The properties of every layer: with recording and without it gives the same numbers, and its gradient is that of
// differences.
#include "talweg/nn/layers/all.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "talweg/base/error.hpp"
#include "talweg/nn/nn.hpp"

namespace talweg::nn {
namespace {

template <class L> L sample() {
  if constexpr (std::is_same_v<L, layers::Dense>)
    return {.size = 4};
  else if constexpr (std::is_same_v<L, layers::Activation>)
    return {activation("gelu")};
  else
    return L{};
}

Tensor<double> rows(Shape shape) {
  Tensor<double> x(shape);
  for (std::int64_t i = 0; i < x.size(); ++i) x[i] = std::sin(1 + 1.3 * double(i));
  return x;
}

template <class Tuple> struct AsTypes;
template <class... L> struct AsTypes<std::tuple<L...>> { using type = testing::Types<L...>; };
template <class L> class Layers : public testing::Test {};
TYPED_TEST_SUITE(Layers, AsTypes<AllLayers>::type);

/// The layer between two others, so that its input needs a gradient.
template <class L> Network<double> around(const L& layer) {
  return Network<double>(3, {layers::Dense{5}, layer, layers::Dense{2}}, 7);
}

TYPED_TEST(Layers, GiveTheSameNumbersWithRecordingAndWithout) {
  auto model = around(sample<TypeParam>());
  const auto x = rows({600, 3});
  if constexpr (std::is_same_v<TypeParam, layers::Dropout>) {  // which drops nothing from predictions
    EXPECT_EQ(model.predict(x), Network<double>(3, {layers::Dense{5}, layers::Dense{2}}, 7).predict(x));
    return;
  }
  const auto recorded = model(x).view();
  const auto y = model.predict(x);
  // Blocks of 256 rows may be cut into other tiles: roundings of numbers of order one.
  for (std::int64_t i = 0; i < y.size(); ++i) EXPECT_NEAR(y[i], recorded[i], 1e-14) << TypeParam::card.name;
}

TYPED_TEST(Layers, HaveTheGradientOfDifferences) {
  auto model = around(sample<TypeParam>());
  const auto x = rows({7, 3}), target = rows({7, 2});
  const auto state = model.random().state();
  const auto loss = [&] {
    model.random() = Random(state);  // the same mask
    return mean_squared_error(model(x), target);
  };
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
    EXPECT_NEAR(gradient[i], (above - below) / (2 * h), 1e-8) << TypeParam::card.name;  // rounding 1e-16/h, and h²
  }
}

TYPED_TEST(Layers, AreNamedAndPlacedWithoutGaps) {
  const std::vector<Module> twice{sample<TypeParam>(), sample<TypeParam>()};
  const Network<float> model(5, twice, 1);
  std::int64_t next = 0;
  for (const Parameter& p : layout(5, twice)) {
    EXPECT_EQ(p.offset, next);
    next += p.size();
    EXPECT_TRUE(p.name.starts_with(TypeParam::card.name)) << p.name;
  }
  EXPECT_EQ(model.parameter_count(), next);
  EXPECT_EQ(model.layers()[1].name, std::string(TypeParam::card.name) + "2");
  EXPECT_NE(model.layers()[0].module.template as<TypeParam>(), nullptr);
}

TEST(Module, IsOneKindOnly) {
  const Module dense = layers::Dense{3};
  EXPECT_EQ(dense.as<layers::Dropout>(), nullptr);
  EXPECT_EQ(dense.as<layers::Dense>()->size, 3);
}

TEST(Module, ALayerThatReturnsItsInputKeepsItAlive) {
  const std::vector<Module> with{layers::Dense{6},     layers::Activation{activation("tanh")},
                                 layers::Dropout{0.5}, layers::Dropout{0},
                                 layers::Dense{6},     layers::Dropout{0.5},
                                 layers::Dense{2}};
  const std::vector<Module> without{layers::Dense{6}, layers::Activation{activation("tanh")}, layers::Dense{6},
                                    layers::Dense{2}};
  const auto x = rows({9, 3});
  EXPECT_EQ(Network<double>(3, with, 3).predict(x), Network<double>(3, without, 3).predict(x));
}

TEST(Network, OfLayersThatDoNotFitIsRefused) {
  EXPECT_THROW(Network<double>(3, {}, 1), Error);
  EXPECT_THROW(Network<double>(0, {layers::Dense{2}}, 1), Error);
  EXPECT_THROW(Network<double>(3, {layers::Dense{0}}, 1), Error);
}

}  // namespace
}  // namespace talweg::nn
