#include "talweg/nn/network.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>

#include "talweg/base/error.hpp"
#include "talweg/nn/nn.hpp"

namespace talweg::nn {
namespace {

TEST(Network, NamesItsParametersWithoutGaps) {
  auto model = mlp({.inputs = 3, .outputs = 2, .hidden = {5, 4}});
  const auto p = model.parameters();
  std::vector<std::string> names;
  std::int64_t next = 0;
  for (const auto& parameter : p) {
    names.push_back(parameter.name + parameter.shape.to_string());
    EXPECT_EQ(parameter.offset, next);
    next += parameter.size();
  }
  EXPECT_EQ(names, (std::vector<std::string>{"dense1.weight(3, 5)", "dense1.bias(5)", "dense2.weight(5, 4)",
                                             "dense2.bias(4)", "dense3.weight(4, 2)", "dense3.bias(2)"}));
  EXPECT_EQ(p.size(), next);
  EXPECT_EQ(model.parameter_count(), next);
  for (const double b : p.value("dense2.bias")) EXPECT_EQ(b, 0);
  EXPECT_THROW(p.value("dense4.bias"), Error);
}

TEST(Network, TheSeedDecidesTheStart) {
  auto a = mlp({.inputs = 3, .outputs = 2, .hidden = {5}, .seed = 1});
  auto b = mlp({.inputs = 3, .outputs = 2, .hidden = {5}, .seed = 1});
  auto c = mlp({.inputs = 3, .outputs = 2, .hidden = {5}, .seed = 2});
  EXPECT_TRUE(std::ranges::equal(a.parameters().values, b.parameters().values));
  EXPECT_FALSE(std::ranges::equal(a.parameters().values, c.parameters().values));
}

TEST(Network, PredictsWhatItsForwardPassGives) {
  auto model = mlp({.inputs = 3, .outputs = 2, .hidden = {5, 4}, .activation = "tanh", .dropout = 0});
  Tensor<double> x({700, 3});
  for (std::int64_t i = 0; i < x.size(); ++i) x[i] = std::sin(double(i));
  const auto recorded = model(x).view();
  const auto y = model.predict(x);
  for (std::int64_t i = 0; i < y.size(); ++i) EXPECT_NEAR(y[i], recorded[i], 1e-14);
  EXPECT_EQ(model.predict(Tensor<double>({0, 3})).rows(), 0);
}

TEST(Network, SparseRowsAreTheSameRows) {
  // (3, 4): 2 in column 1; nothing; -1 and 5 in columns 0 and 3.
  const std::vector<std::size_t> starts{0, 1, 1, 3};
  const std::vector<std::uint32_t> places{1, 0, 3};
  const std::vector<double> values{2, -1, 5};
  const SparseInput rows{3, 4, starts.data(), places.data(), values.data()};
  Tensor<double> x({3, 4}), y({3, 2});
  x[1] = 2, x[8] = -1, x[11] = 5;
  auto model = mlp({.inputs = 4, .outputs = 2, .hidden = {5}, .activation = "tanh", .seed = 3});
  model.predict(rows, y);
  const auto dense = model.predict(x);
  const auto recorded = model(rows).view();
  for (std::int64_t i = 0; i < y.size(); ++i) {
    EXPECT_NEAR(y[i], dense[i], 1e-14);
    EXPECT_EQ(recorded[i], y[i]);
  }
  const SparseInput narrow{3, 3, starts.data(), places.data(), values.data()};
  EXPECT_THROW(model(narrow), Error);
  Network<double> other(4, {layers::Activation{activation("tanh")}, layers::Dense{2}});
  EXPECT_THROW(other.predict(rows, y), Error);
}

TEST(Network, ItsGradientIsThatOfDifferences) {
  auto model = mlp({.inputs = 3, .outputs = 2, .hidden = {5, 4}, .activation = "silu", .seed = 4});
  Tensor<double> x({7, 3}), y({7, 2});
  for (std::int64_t i = 0; i < x.size(); ++i) x[i] = std::sin(double(i));
  for (std::int64_t i = 0; i < y.size(); ++i) y[i] = std::cos(double(i));
  const auto value = [&] { return (mean_squared_error(model(x), y) + model.penalty(0.01, 0.02)).value(); };
  const auto loss = mean_squared_error(model(x), y) + model.penalty(0.01, 0.02);
  loss.backward();
  const auto p = model.parameters();
  for (std::size_t i = 0; i < p.values.size(); ++i) {
    const double at = p.values[i], h = 1e-6;
    p.values[i] = at + h;
    const double above = value();
    p.values[i] = at - h;
    const double below = value();
    p.values[i] = at;
    EXPECT_NEAR(p.gradients[i], (above - below) / (2 * h), 1e-8) << i;  // rounding 1e-16/h and h², both under 1e-9
  }
}

TEST(Network, SeveralForwardPassesShareATape) {
  auto model = mlp({.inputs = 1, .outputs = 1, .seed = 5});
  const Tensor x1({1, 1}, {2}), x2({1, 1}, {3}), y({1, 1}, {0});
  const auto a = mean_squared_error(model(x1), y);
  const auto b = mean_squared_error(model(x2), y);
  (a + b).backward();
  const double w = model.parameters().value("dense1.weight")[0];
  EXPECT_NEAR(model.parameters().gradient("dense1.weight")[0], 2 * w * (4 + 9), 1e-14);
  model(x1);  // starts afresh
  EXPECT_THROW(a.value(), Error);
}

TEST(Network, MovesWithItsMemory) {
  auto model = mlp({.inputs = 1, .outputs = 1, .seed = 5});
  const auto before = model.parameters();
  const Tensor x({1, 1}, {2}), y({1, 1}, {0});
  const auto loss = mean_squared_error(model(x), y);
  auto moved = std::move(model);
  loss.backward();
  EXPECT_EQ(moved.parameters().values.data(), before.values.data());
  EXPECT_NE(before.gradients[0], 0);
}

TEST(Network, DropoutMasksAreContinuedFromTheRandomState) {
  auto model = mlp({.inputs = 4, .outputs = 1, .hidden = {64}, .dropout = 0.5, .seed = 9});
  Tensor<double> x({8, 4});
  x.fill(1);
  const auto state = model.random().state();
  const Tensor<double> first({8, 1}, model(x).view().span());
  const Tensor<double> second({8, 1}, model(x).view().span());
  EXPECT_NE(first, second);
  model.random() = Random(state);
  EXPECT_EQ(first, (Tensor<double>({8, 1}, model(x).view().span())));
  EXPECT_EQ(model.predict(x), model.predict(x));
}

TEST(Network, TrainsToTheSameBitsForEveryNumberOfThreads) {
  const auto train = [](int threads) {
    Pool pool(threads);
    auto model = mlp<float>(
        {.inputs = 300, .outputs = 10, .hidden = {200, 100}, .activation = "gelu", .dropout = 0.1, .seed = 3});
    model.use(pool);
    Tensor<float> x({96, 300});
    std::vector<std::int32_t> classes;
    for (std::int64_t i = 0; i < x.size(); ++i) x[i] = float(std::sin(0.37 * double(i)));
    for (int i = 0; i < 96; ++i) classes.push_back(i % 10);
    const auto p = model.parameters();
    for (int step = 0; step < 5; ++step) {
      const auto loss = softmax_cross_entropy(model(x), std::span<const std::int32_t>(classes));
      p.zero_gradients();
      loss.backward();
      for (std::size_t i = 0; i < p.values.size(); ++i) p.values[i] -= 0.1f * p.gradients[i];
    }
    std::vector<float> out(p.values.begin(), p.values.end());
    const auto predictions = model.predict(x);
    out.insert(out.end(), predictions.begin(), predictions.end());
    return out;
  };
  const auto one = train(1);
  for (const int threads : {2, 8}) {
    const auto many = train(threads);
    EXPECT_EQ(std::memcmp(one.data(), many.data(), one.size() * sizeof(float)), 0) << threads << " threads";
  }
}

TEST(Network, RefusesWhatDoesNotFit) {
  EXPECT_THROW(mlp({.inputs = 0}), Error);
  EXPECT_THROW(mlp({.hidden = {4, 0}}), Error);
  EXPECT_THROW(mlp({.activation = "rellu"}), Error);
  EXPECT_THROW(mlp({.init = "hee"}), Error);
  EXPECT_THROW(mlp({.dropout = 1}), Error);
  auto model = mlp({.inputs = 3});
  const Tensor<double> x({2, 4});
  EXPECT_THROW(model(x), Error);
  EXPECT_THROW(model.predict(x), Error);
}

}  // namespace
}  // namespace talweg::nn
