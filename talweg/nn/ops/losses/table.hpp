#pragma once
#include <algorithm>
#include <type_traits>

#include "talweg/nn/ops/losses.hpp"
#include "talweg/nn/ops/losses/pointwise_loops.hpp"

/// What is called of a loss, made from its struct. Whoever includes this compiles the loops.
namespace talweg::nn::detail {

template <class F> struct LossOf {
  static constexpr bool of_classes = F::traits.task == Task::classes;
  using Op = LossOperation<F>;

  template <class T> static Op operation([[maybe_unused]] const Targets<T>& targets) {
    if constexpr (of_classes)
      return Op{targets.classes};
    else
      return Op{};
  }

  template <class T> static Var<T> recorded(Var<T> prediction, const Targets<T>& targets) {
    if constexpr (of_classes)
      return prediction.tape()(operation(targets), prediction);
    else
      return prediction.tape()(Op{}, prediction, prediction.tape().constant(targets.values));
  }

  template <class T> static T value(Pool& pool, View<const T> prediction, const Targets<T>& targets) {
    const Op op = operation(targets);
    T value{};
    const View<T> y(&value, op.shape({prediction.shape(), targets.values.shape()}));
    op.template forward<T>(pool, {prediction, targets.values}, y, nullptr);
    return value;
  }

  static double sum(Pool& pool, View<const double> z, const Targets<double>& targets, View<double> slopes,
                    double* scratch) {
    const Op op = operation(targets);
    double mean = 0;
    const auto rows = static_cast<double>(z.rows());  // the operation gives means
    op.template forward<double>(pool, {z, targets.values}, View<double>(&mean, {1}), scratch);
    op.template backward<double>(pool, {z, targets.values}, View<const double>(&mean, {1}), scratch,
                                 View<const double>(&rows, {1}), {slopes});
    return mean * rows;
  }

  static double of_row(std::span<const double> z, double target, std::span<double> slopes) {
    if constexpr (of_classes) {
      return F::template of_row<double>(z, *std::max_element(z.begin(), z.end()), static_cast<std::size_t>(target),
                                        slopes);
    } else if constexpr (requires(const F f) { f.value_and_slope(z[0], target, slopes[0]); }) {
      return F{}.value_and_slope(z[0], target, slopes[0]);
    } else {
      slopes[0] = F{}.slope(z[0], target);
      return F{}.value(z[0], target);
    }
  }

  static constexpr LossTable table{
      F::card, F::traits, {recorded<float>, value<float>}, {recorded<double>, value<double>}, sum, of_row};
};

}  // namespace talweg::nn::detail

namespace talweg::nn {

/// Makes a loss of a program's own known by the name on its card: to `loss`, to spec strings, to training. Throws Error
/// for a name that is taken or no word.
template <PointwiseLossFunction F> void register_loss() { detail::join(detail::LossOf<F>::table); }

}  // namespace talweg::nn
