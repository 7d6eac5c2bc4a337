#include "talweg/train/network_optimizer.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <fstream>
#include <sstream>
#include <string>

#include "talweg/base/error.hpp"
#include "talweg/nn/nn.hpp"

namespace talweg {
namespace {

/// One row of linear_regression.csv: "optimizer",epoch,loss_before_the_update,weight,bias
struct Row {
  std::string optimizer;
  int epoch;
  double loss, weight, bias;
};

std::vector<Row> golden_rows() {
  std::ifstream file(TALWEG_GOLDEN_DIR "/torch/linear_regression.csv");
  std::vector<Row> rows;
  std::string line;
  std::getline(file, line);
  while (std::getline(file, line)) {
    const auto quote = line.find('"', 1);
    Row row{.optimizer = line.substr(1, quote - 1), .epoch = 0, .loss = 0, .weight = 0, .bias = 0};
    std::istringstream numbers(line.substr(quote + 2));
    char comma;
    numbers >> row.epoch >> comma >> row.loss >> comma >> row.weight >> comma >> row.bias;
    rows.push_back(row);
  }
  return rows;
}

// 1e-10 is the promise; the differences are those of rounding, about 1e-15 a step.
TEST(NetworkOptimizer, TheClassicFirstNetworkFollowsPyTorch) {
  const auto rows = golden_rows();
  ASSERT_EQ(rows.size(), 50u);
  const Tensor x({4, 1}, {1, 2, 3, 4}), y({4, 1}, {2, 4, 6, 8});
  for (std::size_t i = 0; i < rows.size(); i += 10) {
    auto model = nn::mlp({.inputs = 1, .outputs = 1});
    const auto p = model.parameters();
    p.value("dense1.weight")[0] = 0.5;
    p.value("dense1.bias")[0] = 0.1;
    auto optimizer = talweg::optimizer(rows[i].optimizer, p);
    std::size_t next = i;
    for (int epoch = 1; epoch <= 1000; ++epoch) {
      auto loss = nn::mean_squared_error(model(x), y);
      optimizer.zero_gradients();
      loss.backward();
      optimizer.step();
      if (epoch != rows[next].epoch) continue;
      EXPECT_NEAR(loss.value(), rows[next].loss, 1e-10) << rows[i].optimizer << ", epoch " << epoch;
      EXPECT_NEAR(p.value("dense1.weight")[0], rows[next].weight, 1e-10) << rows[i].optimizer << ", epoch " << epoch;
      EXPECT_NEAR(p.value("dense1.bias")[0], rows[next].bias, 1e-10) << rows[i].optimizer << ", epoch " << epoch;
      next = std::min(next + 1, i + 9);
    }
  }
}

// w = (.5, −.8), b = .2, x = (1, −1), y = 1: the first step of Adam moves each by η against its gradient.
TEST(NetworkOptimizer, TheFirstStepOfAdamOnALinearNeuron) {
  auto model = nn::mlp({.inputs = 2, .outputs = 1});
  const auto p = model.parameters();
  p.value("dense1.weight")[0] = 0.5;
  p.value("dense1.weight")[1] = -0.8;
  p.value("dense1.bias")[0] = 0.2;
  auto optimizer = talweg::optimizer(Adam{.learning_rate = 0.01}, p);
  const Tensor x({1, 2}, {1, -1}), y({1, 1}, {1});
  nn::half_mean_squared_error(model(x), y).backward();
  optimizer.step();
  // ε = 1e-8 beside √v̂ = .5 shortens the step of .01 by 2e-10.
  EXPECT_NEAR(p.value("dense1.weight")[0], 0.49, 1e-9);
  EXPECT_NEAR(p.value("dense1.weight")[1], -0.79, 1e-9);
  EXPECT_NEAR(p.value("dense1.bias")[0], 0.19, 1e-9);
}

TEST(NetworkOptimizer, OneStepOfEachOnTheLineThroughFivePoints) {
  const Tensor x({5, 1}, {1, 2, 3, 4, 5}), y({5, 1}, {2, 4, 6, 8, 10});
  struct Case {
    const char* spec;
    double bias, weight;
  };
  for (const auto& c : {Case{"sgd,learning_rate=0.01", 1.02, 1.08}, Case{"momentum,learning_rate=0.01", 1.02, 1.08},
                        Case{"adagrad,learning_rate=0.1", 1.1, 1.1},
                        Case{"rmsprop,learning_rate=0.1,decay=0.9,epsilon=1e-8", 1.31622777, 1.31622777}}) {
    auto model = nn::mlp({.inputs = 1, .outputs = 1});
    const auto p = model.parameters();
    std::ranges::fill(p.values, 1.0);
    auto optimizer = talweg::optimizer(c.spec, p);
    nn::half_mean_squared_error(model(x), y).backward();
    optimizer.step();
    // Printed to eight decimals; ε moves the others by less than 1e-8.
    EXPECT_NEAR(p.value("dense1.bias")[0], c.bias, 1e-8) << c.spec;
    EXPECT_NEAR(p.value("dense1.weight")[0], c.weight, 1e-8) << c.spec;
  }
}

TEST(NetworkOptimizer, StepsToTheSameBitsForEveryNumberOfThreads) {
  const auto train = [](int threads) {
    Pool pool(threads);
    auto model = nn::mlp<float>({.inputs = 300, .outputs = 4, .hidden = {256}, .seed = 3});
    model.use(pool);
    auto optimizer = talweg::optimizer("adam", model.parameters());
    optimizer.use(pool);
    Tensor<float> x({33, 300}), y({33, 4});
    for (std::int64_t i = 0; i < x.size(); ++i) x[i] = float(std::sin(0.37 * double(i)));
    for (int step = 0; step < 5; ++step) {
      const auto loss = nn::mean_squared_error(model(x), y);
      optimizer.zero_gradients();
      loss.backward();
      optimizer.step();
    }
    const auto values = model.parameters().values;
    return std::vector<float>(values.begin(), values.end());
  };
  const auto one = train(1);
  for (const int threads : {2, 8}) {
    const auto many = train(threads);
    EXPECT_EQ(std::memcmp(one.data(), many.data(), one.size() * sizeof(float)), 0) << threads << " threads";
  }
}

TEST(NetworkOptimizer, RefusesAMethodThatLooksAhead) {
  auto model = nn::mlp({.inputs = 1, .outputs = 1});
  EXPECT_THROW(talweg::optimizer("nesterov:lookahead", model.parameters()), Error);
}

}  // namespace
}  // namespace talweg
