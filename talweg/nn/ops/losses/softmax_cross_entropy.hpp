#pragma once
#include <cmath>
#include <cstdint>
#include <span>
#include <string_view>

#include "talweg/base/export.hpp"
#include "talweg/nn/ops/losses/traits.hpp"
#include "talweg/nn/ops/operation.hpp"
#include "talweg/tensor/functions.hpp"

namespace talweg::nn {

/// y (1) = Σ_i (log Σ_j e^x_ij − x_i,class(i)) / B from logits x (B, C) and one class in 0 … C − 1 for each row.
///   dx_ij += (softmax(x)_ij − [j = class(i)])·dy / B
/// `classes` must live until backward.
struct TALWEG_API SoftmaxCrossEntropy {
  static constexpr std::string_view name = "softmax_cross_entropy";
  static constexpr Card card = described(
      "softmax_cross_entropy", "Σ log Σe^x_j − x_class / m", "several classes; x are logits",
      {"three classes or more, one of them right", "convex for linear models; the slope is probability − truth",
       "over-confident on rows unlike those it has seen; classes exclude each other"});
  static constexpr LossTraits traits{
      .short_names = {"cross_entropy"}, .task = Task::classes, .link = Link::softmax, .curvature = {1, 0, 0.5}};
  static constexpr int operands = 1, differentiable = 1;
  std::span<const std::int32_t> classes{};
  Shape shape(const Shapes& x) const;
  std::int64_t saved(const Shapes& x) const { return x[0].size(); }  // softmax(x)
  TALWEG_DECLARE_OPERATION()

  /// The loss of one row x (C) and its slopes (C). `largest` of x is subtracted, so that no power overflows.
  template <class T> static T of_row(std::span<const T> x, T largest, std::size_t truth, std::span<T> slopes) {
    T sum = T(0);
    for (std::size_t j = 0; j < x.size(); ++j) {
      slopes[j] = fast::exp(x[j] - largest);
      sum = j == 0 ? slopes[j] : sum + slopes[j];
    }
    for (T& s : slopes) s = s / sum;
    slopes[truth] = slopes[truth] - T(1);
    using std::log;
    return log(sum) - (x[truth] - largest);
  }
};

}  // namespace talweg::nn
