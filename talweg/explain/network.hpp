#pragma once
#include <cstddef>
#include <string>
#include <vector>

#include "talweg/explain/graph.hpp"
#include "talweg/train/trained_model.hpp"

namespace talweg::explain {

/// The chain rule from the loss of one row to one parameter of a trained model.
struct WeightRequest {
  const train::TrainedModel& model;
  const data::Table& table;
  std::size_t row = 1;      ///< counted from 1
  std::string weight = {};  ///< "dense1[2,3]", "dense1.weight[2,3]", "dense1.bias[3]", counted from 1; empty: the
                            ///< one with the largest derivative
};

struct WeightExplanation {
  std::string weight;  ///< "dense1.weight[2,3]"
  double value = 0, gradient = 0, loss = 0, new_value = 0;
  std::vector<Section> sections;
  Graph graph;
};

/// Throws Error for a row or a parameter that does not exist, naming the range and the near names.
WeightExplanation explain_weight(const WeightRequest& request);

}  // namespace talweg::explain
