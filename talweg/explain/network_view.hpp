#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "talweg/explain/network.hpp"
#include "talweg/models/model.hpp"

namespace talweg::explain {

/// One dense layer of the network on one row, read off the tape that training uses: what went in, what came out, and
/// the derivatives of the loss.
struct LayerView {
  std::string name, activation;  ///< activation "" after the last layer
  std::span<const double> weight, bias;
  std::vector<double> in, z, out;    ///< (inputs), (units), (units)
  std::vector<double> by_z, by_out;  ///< ∂loss/∂z and ∂loss/∂out, (units)
  std::size_t inputs() const { return in.size(); }
  std::size_t units() const { return z.size(); }
  double w(std::size_t i, std::size_t j) const { return weight[i * units() + j]; }
  /// ∂out_j/∂z_j, from both derivatives' forms: the activation's own slope.
  std::vector<double> slope;
};

/// A parameter by its indices, from 0.
struct Place {
  std::size_t layer = 0;
  bool bias = false;
  std::size_t input = 0, unit = 0;
};

struct NetworkView {
  models::Model<double> model;
  std::vector<double> x;  ///< the inputs of the row
  models::EncodedTargets<double> target;
  double truth = 0;  ///< the target as the file has it, or the index of its class
  double loss = 0;   ///< without penalties
  std::vector<LayerView> layers;
  std::size_t first_followed = 0;  ///< the layers from here on have outputs that depend on single sums

  /// Runs the row forwards and backwards in double.
  NetworkView(const train::TrainedModel& trained, const data::Table& table, std::size_t row);
  NetworkView(const NetworkView&) = delete;

  Place find(const std::string& weight);
  Place largest() const;
  std::string name(const Place& p) const;
  double value(const Place& p) const;
  double gradient(const Place& p);  ///< penalties included
};

}  // namespace talweg::explain
