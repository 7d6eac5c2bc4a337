#pragma once
#include <cstdint>
#include <span>
#include <utility>

#include "talweg/base/stop.hpp"
#include "talweg/models/head.hpp"
#include "talweg/models/model_spec.hpp"
#include "talweg/nn/parameters.hpp"

namespace talweg::models {

/// What a model minimises over all its training rows, as a function of its flat parameters:
///   mean loss + l2/2·Σw², w the weights, and the biases too with bias=regularized.
/// Exact values and gradients in double, the same bits for every number of threads; after the first evaluation nothing
/// is allocated.
class Objective {
 public:
  virtual ~Objective() = default;
  /// Writes the gradient (n) at w (n), returns the value.
  virtual double operator()(std::span<const double> w, std::span<double> gradient) = 0;
  /// An evaluation of many rows asks it on its way, and throws Stopped.
  void set_stop(Stop stop) { stop_ = std::move(stop); }
  /// The part of the value that is no loss.
  double penalty(std::span<const double> w) const;

 protected:
  Objective(const ModelSpec& spec, std::span<const nn::Parameter> layout);
  /// Adds the gradient of the penalty, and returns its value.
  double add_penalty(std::span<const double> w, std::span<double> gradient) const;
  const Stop& stop() const { return stop_; }

 private:
  Stop stop_;
  double l2_;
  std::vector<nn::Parameter> penalised_;
};

}  // namespace talweg::models
