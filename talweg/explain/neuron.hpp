#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "talweg/explain/graph.hpp"

namespace talweg::explain {

/// y = activation(w·x + b), and the derivatives of y by w and b; with a target, those of J = ½(y − target)².
struct Neuron {
  std::vector<double> x, w;
  double b = 0;
  std::string activation = "identity";
  std::optional<double> target;
  double learning_rate = 0.01;
  std::string optimizer;  ///< a first-order method, at its first step; empty: w −= η·gradient

  /// "x=1,-2,3 w=-3,-1,2 b=1 activation=relu target=1 learning_rate=0.01". Throws Error naming the key or the token.
  static Neuron parse(std::string_view text);
};

struct NeuronExplanation {
  double z = 0, y = 0, slope = 0;
  std::optional<double> loss, new_loss;
  std::vector<double> gradient, new_w;  ///< by w, in its order
  double bias_gradient = 0, new_b = 0, new_z = 0, new_y = 0;
  std::vector<Section> sections;
  Graph graph;
};

NeuronExplanation explain_neuron(const Neuron& neuron);

}  // namespace talweg::explain
