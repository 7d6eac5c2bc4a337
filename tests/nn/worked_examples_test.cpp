// The worked examples of docs/worked-examples.md that are about differentiation: every figure can be made by hand.
#include <gtest/gtest.h>

#include "talweg/nn/nn.hpp"

namespace talweg::nn {
namespace {

struct Leaf {
  Tensor<double> value, gradient;
  explicit Leaf(Tensor<double> v) : value(std::move(v)), gradient(value.shape()) {}
  Var<double> on(Tape<double>& tape) { return tape.variable(value, gradient); }
  void descend(double rate) {
    for (std::int64_t i = 0; i < value.size(); ++i) value[i] -= rate * gradient[i];
  }
};

TEST(WorkedExamples, OneNeuron) {
  Leaf w(Tensor({3, 1}, {-3, -1, 2})), b(Tensor({1}, {1}));
  const Tensor x({1, 3}, {1, -2, 3});
  Tape<double> tape;
  const auto z = tape(Dense{}, tape.constant(x), w.on(tape), b.on(tape));
  const auto y = activation("relu")(z);
  EXPECT_EQ(z.value(), 6);
  EXPECT_EQ(y.value(), 6);
  y.backward();
  EXPECT_EQ(w.gradient, (Tensor({3, 1}, {1, -2, 3})));
  EXPECT_EQ(b.gradient[0], 1);

  w.descend(0.01), b.descend(0.01);
  const double expected[] = {-3.01, -0.98, 1.97};
  for (int i = 0; i < 3; ++i) EXPECT_DOUBLE_EQ(w.value[i], expected[i]);
  EXPECT_DOUBLE_EQ(b.value[0], 0.99);
  tape.clear();
  EXPECT_NEAR(activation("relu")(tape(Dense{}, tape.constant(x), w.on(tape), b.on(tape))).value(), 5.85, 1e-14);
}

TEST(WorkedExamples, ANeuronBelowItsThresholdLearnsNothing) {
  for (const double bias : {0.0, -1.0}) {  // z = 0 and z < 0: the slope is 0
    Leaf w(Tensor({1, 1}, {1})), b(Tensor({1}, {bias}));
    const Tensor x({1, 1}, {0});
    Tape<double> tape;
    activation("relu")(tape(Dense{}, tape.constant(x), w.on(tape), b.on(tape))).backward();
    EXPECT_EQ(w.gradient[0], 0);
    EXPECT_EQ(b.gradient[0], 0);
  }
}

/// J = (1/2m)·Σ(θ0 + θ1·x − y)² and its gradient at θ = (1, 1), through the network.
struct LineStep {
  double loss, bias_gradient, weight_gradient;
};
LineStep line(const Tensor<double>& x, const Tensor<double>& y) {
  auto model = mlp({.inputs = 1, .outputs = 1});
  const auto p = model.parameters();
  p.value("dense1.weight")[0] = 1;
  p.value("dense1.bias")[0] = 1;
  const auto loss = half_mean_squared_error(model(x), y);
  loss.backward();
  return {loss.value(), p.gradient("dense1.bias")[0], p.gradient("dense1.weight")[0]};
}

TEST(WorkedExamples, LineThroughFivePoints) {
  const auto all = line(Tensor({5, 1}, {1, 2, 3, 4, 5}), Tensor({5, 1}, {2, 4, 6, 8, 10}));
  EXPECT_DOUBLE_EQ(all.loss, 3);
  EXPECT_DOUBLE_EQ(all.bias_gradient, -2);
  EXPECT_DOUBLE_EQ(all.weight_gradient, -8);
  EXPECT_DOUBLE_EQ(1 - 0.01 * all.bias_gradient, 1.02);
  EXPECT_DOUBLE_EQ(1 - 0.01 * all.weight_gradient, 1.08);

  const auto one = line(Tensor({1, 1}, {1}), Tensor({1, 1}, {2}));
  EXPECT_EQ(one.loss, 0);
  EXPECT_EQ(one.bias_gradient, 0);
  EXPECT_EQ(one.weight_gradient, 0);

  const auto two = line(Tensor({2, 1}, {2, 3}), Tensor({2, 1}, {4, 6}));
  EXPECT_DOUBLE_EQ(two.loss, 1.25);
  EXPECT_DOUBLE_EQ(two.bias_gradient, -1.5);
  EXPECT_DOUBLE_EQ(two.weight_gradient, -4);
}

TEST(WorkedExamples, LinearNeuron) {
  Leaf w(Tensor({2, 1}, {0.5, -0.8})), b(Tensor({1}, {0.2}));
  const Tensor x({1, 2}, {1, -1}), y({1, 1}, {1});
  Tape<double> tape;
  const auto f = tape(Dense{}, tape.constant(x), w.on(tape), b.on(tape));
  EXPECT_DOUBLE_EQ(f.value(), 1.5);
  half_mean_squared_error(f, y).backward();
  EXPECT_DOUBLE_EQ(w.gradient[0], 0.5);
  EXPECT_DOUBLE_EQ(w.gradient[1], -0.5);
  EXPECT_DOUBLE_EQ(b.gradient[0], 0.5);
}

}  // namespace
}  // namespace talweg::nn
