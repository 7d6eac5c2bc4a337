#include "talweg/explain/neuron.hpp"

#include "equations.hpp"
#include "talweg/base/error.hpp"
#include "talweg/nn/network.hpp"
#include "talweg/nn/ops/all.hpp"

namespace talweg::explain {
namespace {

TEST(ExplainNeuron, TheWorkedExample) {
  const NeuronExplanation e = explain_neuron(Neuron::parse("x=1,-2,3 w=-3,-1,2 b=1 activation=relu"));
  EXPECT_EQ(e.z, 6);
  EXPECT_EQ(e.y, 6);
  EXPECT_EQ(e.gradient, (std::vector<double>{1, -2, 3}));
  EXPECT_EQ(e.bias_gradient, 1);
  EXPECT_DOUBLE_EQ(e.new_y, 5.85);
  EXPECT_GT(check_equations(e.sections), 10);
}

TEST(ExplainNeuron, ATargetAndTheFirstAdamStep) {
  const NeuronExplanation e =
      explain_neuron(Neuron::parse("x=1,-1 w=.5,-.8 b=.2 target=1 optimizer=adam,learning_rate=0.01"));
  EXPECT_DOUBLE_EQ(e.y, 1.5);
  EXPECT_DOUBLE_EQ(*e.loss, 0.125);
  EXPECT_DOUBLE_EQ(e.gradient[0], 0.5);
  EXPECT_DOUBLE_EQ(e.gradient[1], -0.5);
  EXPECT_DOUBLE_EQ(e.bias_gradient, 0.5);
  // ε = 1e-8 beside |g| = 0.5 shortens the step by 2e-8 of it.
  EXPECT_NEAR(e.new_w[0], 0.49, 1e-9);
  EXPECT_NEAR(e.new_w[1], -0.79, 1e-9);
  EXPECT_NEAR(e.new_b, 0.19, 1e-9);
  check_equations(e.sections);
}

/// The tape of the networks is the judge: within the few roundings by which their fast functions differ from libm's.
TEST(ExplainNeuron, EveryActivationAgreesWithTheNetwork) {
  for (const Card& a : nn::activations()) {
    if (a.name == "softmax") {
      EXPECT_THROW(explain_neuron({.x = {1}, .w = {1}, .activation = "softmax"}), Error);
      continue;
    }
    for (const double shift : {-3.0, -0.4, 0.3, 2.5}) {
      SCOPED_TRACE(text::cat(a.name, " at shift ", shift));
      const std::vector<double> x{0.7, -0.2}, w{0.5, 0.9};
      const NeuronExplanation e = explain_neuron({.x = x, .w = w, .b = shift, .activation = std::string(a.name)});
      check_equations(e.sections);
      autodiff::Tape<double> tape;
      std::vector<double> dw(2), db(1), b{shift};
      const auto in = tape.constant(View<const double>(x.data(), {1, 2}));
      std::vector<double> weights = w;
      const auto vw = tape.variable(View<const double>(weights.data(), {2, 1}), View<double>(dw.data(), {2, 1}));
      const auto vb = tape.variable(View<const double>(b.data(), {1}), View<double>(db.data(), {1}));
      const auto y = nn::activation(a.name)(tape(nn::Dense{}, in, vw, vb));
      y.backward();
      EXPECT_NEAR(e.y, y.value(), 1e-14 * std::max(1.0, std::abs(e.y)));
      for (std::size_t i = 0; i < 2; ++i) EXPECT_NEAR(e.gradient[i], dw[i], 1e-13);
      EXPECT_NEAR(e.bias_gradient, db[0], 1e-13);
    }
  }
}

TEST(ExplainNeuron, TheGraphHasValuesAndGradients) {
  const NeuronExplanation e = explain_neuron(Neuron::parse("x=1,-2,3 w=-3,-1,2 b=1 activation=relu"));
  const std::string drawn = dot(e.graph);
  EXPECT_NE(drawn.find("\"w3\\n= 2\\n∂ = 3\""), std::string::npos) << drawn;
  EXPECT_NE(svg(e.graph).find("y = relu"), std::string::npos);
}

}  // namespace
}  // namespace talweg::explain
