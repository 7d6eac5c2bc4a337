// A layer of a program's own in a network, made by name from its spec; and an activation, which models take by name.
#include <cmath>
#include <cstdio>

#include <talweg/extend.hpp>
#include <talweg/talweg.hpp>

namespace nn = talweg::nn;

/// y = x + strength·φ(x·W), as wide as its input: what is learnt is what is added.
struct Residual {
  double strength = 1;

  static constexpr talweg::Card card{.name = "residual", .title = "Residual layer", .formula = "x + s·tanh(x·W + b)"};
  static constexpr std::array params{
      talweg::Field{"strength", &Residual::strength, talweg::non_negative, "of what is added, s"}};

  std::int64_t outputs(std::int64_t inputs) const { return inputs; }
  std::vector<nn::LayerParameter> parameters(std::int64_t inputs) const {
    return {{"weight", {inputs, inputs}}, {"bias", {inputs}}};
  }
  template <class T> void start(talweg::Random& random, std::span<const talweg::View<T>> p) const {
    nn::initialize(nn::Init::glorot_uniform, random, p[0]);
  }
  template <class T> nn::Value<T> forward(nn::Pass<T>& pass, const nn::Value<T>& x) const {
    const auto bent = pass(nn::activation("tanh"), pass(nn::Dense{}, x, pass.parameter(0), pass.parameter(1)));
    return pass(nn::Add{}, x, pass(nn::Scale{strength}, bent));
  }
};

/// x³ keeps signs apart and is flat at 0.
struct Cube {
  static constexpr talweg::Card card{.name = "cube", .title = "Cube", .formula = "x³"};
  static constexpr nn::ActivationTraits traits{};
  template <class T> T value(T x) const { return x * x * x; }
  template <class T> T slope(T x, T) const { return T(3) * x * x; }
};

/// Fits y = sin(2 x) on [−1, 1].
template <class Network> double fit(Network& network) {
  talweg::Tensor<double> x({64, 1}), y({64, 1});
  for (int i = 0; i < 64; ++i) x[i] = -1 + i / 31.5, y[i] = std::sin(2 * x[i]);
  auto optimizer = talweg::optimizer(talweg::Adam{.learning_rate = 0.01}, network.parameters());
  double loss = 0;
  for (int step = 0; step < 1500; ++step) {
    optimizer.zero_gradients();
    auto now = nn::mean_squared_error(network(x), y);
    now.backward();
    optimizer.step();
    loss = now.value();
  }
  return loss;
}

int main() {
  nn::register_layer<Residual>();
  nn::Network<double> network(1, {nn::layer("dense,size=8"), nn::layer("residual,strength=0.5"), Residual{},
                                  nn::layer("dropout,rate=0"), nn::layer("dense,size=1")});
  const double loss = fit(network);
  std::printf("%zu layers, %lld parameters: loss %.2g\n", network.layers().size(),
              static_cast<long long>(network.parameter_count()), loss);

  nn::register_activation<Cube>();
  auto cubes = nn::mlp({.inputs = 1, .outputs = 1, .hidden = {8}, .activation = "cube"});
  const double cubic = fit(cubes);
  std::printf("mlp:8,activation=cube: loss %.2g\n", cubic);
  return loss < 1e-3 && cubic < 1e-2 ? 0 : 1;
}
