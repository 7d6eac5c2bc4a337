// Layers and activations by name, and of a program's own, from outside the library.
#include <gtest/gtest.h>

#include "support/files.hpp"
#include "talweg/base/error.hpp"
#include "talweg/nn/layers/all.hpp"
#include "talweg/nn/layers/registry.hpp"
#include "talweg/nn/nn.hpp"
#include "talweg/nn/ops/activations_table.hpp"

namespace {

using namespace talweg;
using talweg::testing::contains;
using talweg::testing::message_of;

/// y = factor·x.
struct Gain {
  double factor = 2;
  static constexpr Card card{.name = "gain", .title = "Gain", .formula = "k·x"};
  static constexpr std::array params{Field{"factor", &Gain::factor, positive, "k"}};
  std::int64_t outputs(std::int64_t inputs) const { return inputs; }
  template <class T> nn::Value<T> forward(nn::Pass<T>& pass, const nn::Value<T>& x) const {
    return pass(nn::Scale{factor}, x);
  }
};
/// Without options.
struct Doubled : Gain {
  static constexpr Card card{.name = "dense", .title = "Doubled", .formula = "2·x"};
};
struct Square {
  static constexpr Card card{.name = "square", .title = "Square", .formula = "x²"};
  static constexpr nn::ActivationTraits traits{.low = 0};
  template <class T> T value(T x) const { return x * x; }
  template <class T> T slope(T x, T) const { return T(2) * x; }
};

TEST(RegisterLayer, OfTheLibraryAreMadeFromTheirSpecs) {
  const auto dense = nn::layer("dense,size=7,init=zeros");
  ASSERT_TRUE(dense.as<nn::layers::Dense>());
  EXPECT_EQ(dense.outputs(3), 7);
  EXPECT_EQ(dense.as<nn::layers::Dense>()->init, nn::Init::zeros);
  EXPECT_EQ(nn::layer("dropout,rate=0.25").as<nn::layers::Dropout>()->rate, 0.25);
  EXPECT_EQ(nn::layer("activation:tanh").as<nn::layers::Activation>()->f.name(), "tanh");
  EXPECT_EQ(nn::layers_known().size(), std::tuple_size_v<nn::AllLayers>);
}

TEST(RegisterLayer, WrongSpecsAreToldInOneLine) {
  for (const auto& [spec, said] :
       {std::pair{"dens", "unknown layer 'dens': did you mean 'dense'"},
        std::pair{"dense,sise=4", "layer dense: key 'sise' is not known"},
        std::pair{"dense,size=0", "layer dense: size = '0' is out of range"}, std::pair{"dense:4", "4"},
        std::pair{"dropout,rate=2", "layer dropout: rate = '2' is out of range"},
        std::pair{"dropout,rate=0.1,rate=0.2", "rate"},
        std::pair{"activation", "write the name of the function behind it"},
        std::pair{"activation:tanx", "unknown activation 'tanx'"}}) {
    const std::string message = message_of<Error>([&, s = spec] { nn::layer(s); });
    EXPECT_TRUE(contains(message, said)) << message;
  }
}

TEST(RegisterLayer, MakesALayerKnownByItsName) {
  EXPECT_THROW(nn::layer("gain"), Error);
  nn::register_layer<Gain>();
  EXPECT_EQ(nn::layer("gain,factor=3").as<Gain>()->factor, 3);
  EXPECT_EQ(nn::layers_known().back().card.name, "gain");
  EXPECT_EQ(nn::layers_known().back().fields.at(0).default_value, "2");
  nn::Network<double> network(1, {nn::layer("gain,factor=3"), nn::layer("gain")});
  EXPECT_EQ(network.predict(Tensor<double>({1, 1}, {5}))[0], 30);
  EXPECT_TRUE(
      contains(message_of<Error>([] { nn::layer("gain,factor=0"); }), "layer gain: factor = '0' is out of range"));
  EXPECT_EQ(message_of<Error>(nn::register_layer<Gain>), "there is a layer 'gain' already: give another name");
  EXPECT_EQ(message_of<Error>(nn::register_layer<Doubled>), "there is a layer 'dense' already: give another name");
}

TEST(RegisterActivation, MakesAnActivationKnownByItsName) {
  EXPECT_THROW(nn::activation("square"), Error);
  nn::register_activation<Square>();
  auto network = nn::mlp({.inputs = 1, .outputs = 1, .hidden = {2}, .activation = "square"});
  const Tensor<double> x({2, 1}, {1, -3}), y({2, 1}, {1, 2});
  const auto loss = [&] { return nn::mean_squared_error(network(x), y); };
  loss().backward();
  const auto p = network.parameters();
  const std::vector<double> gradient(p.gradients.begin(), p.gradients.end());
  for (std::size_t i = 0; i < p.values.size(); ++i) {
    const double at = p.values[i], h = 1e-6;
    p.values[i] = at + h;
    const double above = loss().value();
    p.values[i] = at - h;
    const double below = loss().value();
    p.values[i] = at;
    EXPECT_NEAR(gradient[i], (above - below) / (2 * h), 1e-6 * std::max(1.0, std::abs(gradient[i])));
  }
  EXPECT_EQ(nn::activations().back().name, "square");
  EXPECT_THROW(nn::register_activation<Square>(), Error);
}

}  // namespace
