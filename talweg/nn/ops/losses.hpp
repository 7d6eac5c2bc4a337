#pragma once
#include <cstdint>
#include <span>
#include <string_view>
#include <variant>

#include "talweg/nn/ops/operation.hpp"
#include "talweg/tensor/functions.hpp"

/// Losses: one number from predictions p and targets t. For the pointwise ones value(p, t) and its slope dvalue/dp
/// stand side by side; the loss is Σ value / n, with n the number of elements, or of examples where it says so.
namespace talweg::nn {

/// As PyTorch's mse_loss and Keras' mean_squared_error: the mean over examples and outputs.
struct SquaredError {
  static constexpr Card card = described(
      "mean_squared_error", "Σ(p−t)² / n", "mean over examples and outputs",
      {"numbers to predict, when large errors weigh more",
       "smooth; the minimum is the mean; linear models are solved exactly", "one outlier pulls the whole fit"});
  static constexpr bool per_example = false;
  template <class T> T value(T p, T t) const { return (p - t) * (p - t); }
  template <class T> T slope(T p, T t) const { return T(2) * (p - t); }
};

/// The textbook's J = (1/2m)·Σ(p − t)² over m examples.
struct HalfSquaredError {
  static constexpr Card card =
      described("half_mean_squared_error", "Σ(p−t)² / 2m", "textbook form, m examples",
                {"lectures, and numbers to predict: J with 1/2m", "its slope is p − t, without a factor 2",
                 "outliers pull the fit; sums over outputs, where the mean form averages"});
  static constexpr bool per_example = true;
  template <class T> T value(T p, T t) const { return T(0.5) * (p - t) * (p - t); }
  template <class T> T slope(T p, T t) const { return p - t; }
};

/// The slope at p = t is 0.
struct AbsoluteError {
  static constexpr Card card =
      described("mean_absolute_error", "Σ|p−t| / n", "robust: estimates the median",
                {"numbers to predict, when the data has outliers", "an outlier counts no more than its distance",
                 "a kink at 0: the size of the slope does not say how near the minimum is"});
  static constexpr bool per_example = false;
  template <class T> T value(T p, T t) const { return std::abs(p - t); }
  template <class T> T slope(T p, T t) const { return T(p > t) - T(p < t); }
};

struct HuberError {
  static constexpr Card card =
      described("huber", "Σ(|p−t| ≤ 1 ? (p−t)²/2 : |p−t|−1/2) / n", "squared near the target, absolute far away",
                {"numbers to predict with some outliers", "smooth near the target, robust far away",
                 "the border, 1, is in the units of the target: scale it first"});
  static constexpr bool per_example = false;
  double delta = 1;
  template <class T> T value(T p, T t) const {
    const T r = std::abs(p - t), d = T(delta);
    return r <= d ? T(0.5) * r * r : d * (r - T(0.5) * d);
  }
  template <class T> T slope(T p, T t) const {
    const T r = p - t, d = T(delta);
    return r < -d ? -d : (r > d ? d : r);
  }
};

/// p is a logit, t in [0, 1]: −t·log σ(p) − (1−t)·log(1−σ(p)), written so that nothing overflows.
struct BinaryCrossEntropy {
  static constexpr Card card =
      described("binary_cross_entropy", "Σ log(1+e^p) − t·p / n", "two classes; p is a logit",
                {"two classes, and probabilities that can be trusted",
                 "convex for linear models; the slope is σ(p) − t and never vanishes on errors",
                 "a wrong label far from the border costs much"});
  static constexpr bool per_example = false;
  template <class T> T value(T p, T t) const { return fast::softplus(p) - t * p; }
  template <class T> T slope(T p, T t) const { return fast::sigmoid(p) - t; }
};

/// t is −1 or 1. The slope at the kink is 0.
struct HingeLoss {
  static constexpr Card card =
      described("hinge", "Σ max(0, 1−t·p) / n", "two classes as targets −1 and 1: a margin",
                {"two classes, when only the side of the border counts",
                 "rows beyond the margin are left alone: sparse gradients", "no probabilities; a kink at the margin"});
  static constexpr bool per_example = false;
  template <class T> T value(T p, T t) const {
    const T margin = T(1) - t * p;
    return margin < T(0) ? T(0) : margin;
  }
  template <class T> T slope(T p, T t) const { return T(1) - t * p > T(0) ? -t : T(0); }
};

/// p is the logarithm of the expected count, t the count; the constant log t! is left out.
struct PoissonLoss {
  static constexpr Card card =
      described("poisson", "Σ e^p − t·p / n", "counts; p is the logarithm of the rate",
                {"counts: visits, claims, events", "never predicts a negative rate; effects multiply",
                 "grows like e^p: needs small steps; real counts often vary more than Poisson's"});
  static constexpr bool per_example = false;
  template <class T> T value(T p, T t) const { return fast::exp(p) - t * p; }
  template <class T> T slope(T p, T t) const { return fast::exp(p) - t; }
};

/// y (1) = Σ F(p, t) / n; p and t of equal shape, t without gradient.   dp += F'(p, t)·dy / n
template <class F> struct PointwiseLoss {
  static constexpr std::string_view name = F::card.name;
  static constexpr Card card = F::card;
  static constexpr bool needs_classes = false;
  static constexpr int operands = 2, differentiable = 1;
  F f{};
  Shape shape(const Shapes& x) const;
  std::int64_t saved(const Shapes&) const { return 0; }
  TALWEG_DECLARE_OPERATION()
};

/// y (1) = Σ_i (log Σ_j e^x_ij − x_i,class(i)) / B from logits x (B, C) and one class in 0 … C − 1 for each row.
///   dx_ij += (softmax(x)_ij − [j = class(i)])·dy / B
/// `classes` must live until backward.
struct SoftmaxCrossEntropy {
  static constexpr std::string_view name = "softmax_cross_entropy";
  static constexpr Card card = described(
      "softmax_cross_entropy", "Σ log Σe^x_j − x_class / m", "several classes; x are logits",
      {"three classes or more, one of them right", "convex for linear models; the slope is probability − truth",
       "over-confident on rows unlike those it has seen; classes exclude each other"});
  static constexpr bool needs_classes = true;
  static constexpr int operands = 1, differentiable = 1;
  std::span<const std::int32_t> classes{};
  Shape shape(const Shapes& x) const;
  std::int64_t saved(const Shapes& x) const { return x[0].size(); }  // softmax(x)
  TALWEG_DECLARE_OPERATION()
};

/// Any one of them. The order is that of `talweg list losses`.
using Loss = std::variant<PointwiseLoss<SquaredError>, PointwiseLoss<HalfSquaredError>, PointwiseLoss<AbsoluteError>,
                          PointwiseLoss<HuberError>, PointwiseLoss<BinaryCrossEntropy>, SoftmaxCrossEntropy,
                          PointwiseLoss<HingeLoss>, PointwiseLoss<PoissonLoss>>;

/// By name, or a usual short name (mse, mae, bce, cross_entropy); throws Error with the near names.
Loss loss(std::string_view name);
std::string_view name(const Loss& loss);
/// Whether targets are class numbers (Targets::classes) and not values.
bool needs_classes(const Loss& loss);
std::span<const Card> losses();

/// What predictions are compared with: `values` of the predictions' shape, or one class for each row. The memory
/// stays the caller's, and must live until backward().
template <class T> struct Targets {
  View<const T> values{};
  std::span<const std::int32_t> classes{};
};

/// The loss of a prediction, on its tape.
template <class T> Var<T> loss_of(const Loss& loss, Var<T> prediction, const Targets<T>& targets);
/// The same number, recorded nowhere.
template <class T> T evaluate(Pool& pool, const Loss& loss, View<const T> prediction, const Targets<T>& targets);

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
