#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <vector>

#include "talweg/base/export.hpp"
#include "talweg/nn/ops/losses/absolute.hpp"
#include "talweg/nn/ops/losses/binary_cross_entropy.hpp"
#include "talweg/nn/ops/losses/hinge.hpp"
#include "talweg/nn/ops/losses/huber.hpp"
#include "talweg/nn/ops/losses/poisson.hpp"
#include "talweg/nn/ops/losses/softmax_cross_entropy.hpp"
#include "talweg/nn/ops/losses/squared.hpp"
#include "talweg/nn/ops/losses/weighted.hpp"

/// Losses: one number from predictions and targets.
namespace talweg::nn {

/// Every loss, in the order of `talweg list losses`: the first one for a task is its default. A new loss joins here.
using AllLosses = std::tuple<SquaredError, HalfSquaredError, AbsoluteError, HuberError, BinaryCrossEntropy,
                             SoftmaxCrossEntropy, HingeLoss, PoissonLoss>;

/// The operation of a loss.
template <class F> struct LossOperationOf { using type = PointwiseLoss<F>; };
template <autodiff::Operation F> struct LossOperationOf<F> { using type = F; };
template <class F> using LossOperation = typename LossOperationOf<F>::type;
template <class List> struct LossOperationsOf;
template <class... F> struct LossOperationsOf<std::tuple<F...>> { using type = std::tuple<LossOperation<F>...>; };
using LossOperations = LossOperationsOf<AllLosses>::type;

/// What predictions are compared with: `values` of the predictions' shape, or one class for each row. The memory
/// stays the caller's, and must live until backward().
template <class T> struct Targets {
  View<const T> values{};
  std::span<const std::int32_t> classes{};
  /// (rows) what the loss of each row counts, or empty: as much as any. The loss is Σ w_i·loss_i / rows then, of
  /// predictions with one output, or those of classes.
  View<const T> weights{};
};

namespace detail {

template <class T> struct LossCalls {
  Var<T> (*recorded)(Var<T> prediction, const Targets<T>& targets);
  T (*value)(Pool& pool, View<const T> prediction, const Targets<T>& targets);
};

/// What is called of a loss; see losses/table.hpp.
struct LossTable {
  Card card;
  LossTraits traits;
  LossCalls<float> of_floats;
  LossCalls<double> of_doubles;
  double (*sum)(Pool& pool, View<const double> prediction, const Targets<double>& targets, View<double> slopes,
                double* scratch);
  double (*of_row)(std::span<const double> outputs, double target, std::span<double> slopes);

  bool answers_to(std::string_view name) const {
    return name == card.name || (!name.empty() && (name == traits.short_names[0] || name == traits.short_names[1]));
  }
};
/// Makes a loss known by its name.
TALWEG_API void join(const LossTable& table);

}  // namespace detail

/// Any one of the losses: a handle, cheap to copy.
class Loss {
 public:
  explicit Loss(const detail::LossTable& table) : table_(&table) {}
  std::string_view name() const { return table_->card.name; }
  const Card& card() const { return table_->card; }
  const LossTraits& traits() const { return table_->traits; }

  /// The loss of a prediction, on its tape.
  template <class T> Var<T> operator()(Var<T> prediction, const Targets<T>& targets) const {
    if (!targets.weights.empty()) return weighted(prediction, targets);
    return calls<T>().recorded(prediction, targets);
  }
  /// The same number, recorded nowhere.
  template <class T>
  T value(Pool& pool, std::type_identity_t<View<const T>> prediction, const Targets<T>& targets) const {
    if (!targets.weights.empty()) return weighted_value(pool, prediction, targets);
    return calls<T>().value(pool, prediction, targets);
  }
  /// Over rows (B, C), the sum of their losses; its slopes are added to `slopes` (B, C). `scratch` holds B·C numbers.
  double sum(Pool& pool, View<const double> prediction, const Targets<double>& targets, View<double> slopes,
             double* scratch) const {
    if (!targets.weights.empty()) return weighted_sum(pool, prediction, targets, slopes, scratch);
    return table_->sum(pool, prediction, targets, slopes, scratch);
  }
  /// Of one row: `target` is the number, the label or the index of the class. Writes the slopes (C).
  double of_row(std::span<const double> outputs, double target, std::span<double> slopes) const {
    return table_->of_row(outputs, target, slopes);
  }

 private:
  template <class T> WeightedLoss of_weights(const Targets<T>& targets) const {
    return {table_->of_row, targets.classes};
  }
  template <class T> Var<T> weighted(Var<T> prediction, const Targets<T>& targets) const {
    Tape<T>& tape = prediction.tape();
    const Var<T> weights = tape.constant(targets.weights);
    return tape(of_weights(targets), prediction, weights,
                targets.classes.empty() ? tape.constant(targets.values) : weights);
  }
  template <class T> T weighted_value(Pool& pool, View<const T> prediction, const Targets<T>& targets) const {
    const WeightedLoss op = of_weights(targets);
    const View<const T> values = targets.classes.empty() ? targets.values : targets.weights;
    T value{};
    const View<T> y(&value, op.shape({prediction.shape(), targets.weights.shape(), values.shape()}));
    op.forward<T>(pool, {prediction, targets.weights, values}, y, nullptr);
    return value;
  }
  double weighted_sum(Pool& pool, View<const double> prediction, const Targets<double>& targets, View<double> slopes,
                      double* scratch) const {
    const WeightedLoss op = of_weights(targets);
    const View<const double> values = targets.classes.empty() ? targets.values : targets.weights;
    const auto rows = static_cast<double>(prediction.rows());  // the operation gives means
    double mean = 0;
    op.forward<double>(pool, {prediction, targets.weights, values}, View<double>(&mean, {1}), scratch);
    op.backward<double>(pool, {prediction, targets.weights, values}, View<const double>(&mean, {1}), scratch,
                        View<const double>(&rows, {1}), {slopes});
    return mean * rows;
  }
  template <class T> const detail::LossCalls<T>& calls() const {
    if constexpr (std::is_same_v<T, float>)
      return table_->of_floats;
    else
      return table_->of_doubles;
  }
  const detail::LossTable* table_;
};

/// By name, or a usual short name (mse, mae, bce, cross_entropy); throws Error with the near names.
TALWEG_API Loss loss(std::string_view name);
/// Nothing where `loss` throws.
TALWEG_API std::optional<Loss> find_loss(std::string_view name);
inline std::string_view name(const Loss& loss) { return loss.name(); }
TALWEG_API std::vector<Card> losses();
/// What those that fit a task are called, in their order.
TALWEG_API std::vector<std::string_view> losses_for(Task task);

template <class T> using TargetView = std::type_identity_t<View<const T>>;
template <class F, class T> Var<T> pointwise_loss(const F& f, Var<T> prediction, View<const T> target) {
  return prediction.tape()(PointwiseLoss<F>{f}, prediction, prediction.tape().constant(target));
}
template <class T> Var<T> mean_squared_error(Var<T> prediction, TargetView<T> target) {
  return pointwise_loss(SquaredError{}, prediction, target);
}
template <class T> Var<T> half_mean_squared_error(Var<T> prediction, TargetView<T> target) {
  return pointwise_loss(HalfSquaredError{}, prediction, target);
}
template <class T> Var<T> mean_absolute_error(Var<T> prediction, TargetView<T> target) {
  return pointwise_loss(AbsoluteError{}, prediction, target);
}
template <class T> Var<T> huber(Var<T> prediction, TargetView<T> target, double delta = 1) {
  return pointwise_loss(HuberError{delta}, prediction, target);
}
template <class T> Var<T> binary_cross_entropy(Var<T> logits, TargetView<T> target) {
  return pointwise_loss(BinaryCrossEntropy{}, logits, target);
}
template <class T> Var<T> hinge(Var<T> prediction, TargetView<T> target) {
  return pointwise_loss(HingeLoss{}, prediction, target);
}
template <class T> Var<T> poisson(Var<T> log_rate, TargetView<T> target) {
  return pointwise_loss(PoissonLoss{}, log_rate, target);
}
template <class T> Var<T> softmax_cross_entropy(Var<T> logits, std::span<const std::int32_t> classes) {
  return logits.tape()(SoftmaxCrossEntropy{classes}, logits);
}

}  // namespace talweg::nn
