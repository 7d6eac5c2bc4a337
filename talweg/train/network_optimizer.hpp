#pragma once
#include <optional>
#include <string_view>

#include "talweg/base/export.hpp"
#include "talweg/nn/parameters.hpp"
#include "talweg/optim/optimizer.hpp"
#include "talweg/parallel/pool.hpp"

namespace talweg {

/// A first-order method at work on a network's parameters. The network must outlive it.
template <class T> class TALWEG_API NetworkOptimizer {
 public:
  /// Throws Error for a method that wants its gradient elsewhere than at the parameters (nesterov:lookahead):
  /// the forward pass of a hand-written loop is made at the parameters.
  NetworkOptimizer(const FirstOrder& method, const nn::Parameters<T>& parameters);

  void zero_gradients() const { parameters_.zero_gradients(); }
  /// One update from the gradients that backward() left. `value`, the loss, is needed by rprop:irprop+ alone.
  StepOutcome step(std::optional<double> value = std::nullopt) {
    return optimizer_.step(parameters_.values, parameters_.gradients, {.value = value});
  }
  /// Steps large networks on `pool`, to the same bits; it must outlive this.
  void use(Pool& pool);

  Optimizer<T>& engine() { return optimizer_; }
  const Optimizer<T>& engine() const { return optimizer_; }

 private:
  nn::Parameters<T> parameters_;
  Optimizer<T> optimizer_;
};

/// The segments of a network's flat parameter vector, for Optimizer's groups and per-tensor clipping.
TALWEG_API std::vector<Segment> segments(std::span<const nn::Parameter> parameters);

/// Hands an optimizer's ranges to `pool`, which must outlive the result.
TALWEG_API ParallelFor parallel_for(Pool& pool);

/// auto optimizer = talweg::optimizer(talweg::Adam{.learning_rate = 0.01}, model.parameters());
template <class T> NetworkOptimizer<T> optimizer(const FirstOrder& method, const nn::Parameters<T>& parameters) {
  return {method, parameters};
}
/// auto optimizer = talweg::optimizer("adam:paper,learning_rate=0.01", model.parameters());
template <class T> NetworkOptimizer<T> optimizer(std::string_view spec, const nn::Parameters<T>& parameters) {
  return {FirstOrder::parse(spec), parameters};
}

extern template class NetworkOptimizer<float>;
extern template class NetworkOptimizer<double>;

}  // namespace talweg
