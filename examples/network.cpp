// The classic first network: a line through y = 2x, learnt by Adam. Prints the loss as it falls, then a prediction.
#include <cstdio>

#include <talweg/talweg.hpp>

int main() {
  const talweg::Tensor x({4, 1}, {1, 2, 3, 4});
  const talweg::Tensor y({4, 1}, {2, 4, 6, 8});

  auto model = talweg::nn::mlp({.inputs = 1, .outputs = 1});  // parameters() names them
  auto optimizer = talweg::optimizer(talweg::Adam{.learning_rate = 0.01}, model.parameters());
  for (int epoch = 1; epoch <= 1000; ++epoch) {
    auto loss = talweg::nn::mean_squared_error(model(x), y);  // forward
    optimizer.zero_gradients();
    loss.backward();  // backpropagation
    optimizer.step();
    if (epoch % 100 == 0) std::printf("Epoch [%d/1000], loss %.4f\n", epoch, loss.value());
  }

  for (const auto& parameter : model.parameters())
    std::printf("%s = %.4f\n", parameter.name.c_str(), model.parameters().value(parameter)[0]);
  const talweg::Tensor unseen({1, 1}, {5});
  std::printf("x = 5 gives %.4f\n", model.predict(unseen)[0]);
}
