#pragma once
#include "talweg/base/export.hpp"
#include "talweg/nn/ops/losses/pointwise.hpp"
#include "talweg/tensor/functions.hpp"

namespace talweg::nn {

/// p is a logit, t in [0, 1]: −t·log σ(p) − (1−t)·log(1−σ(p)), written so that nothing overflows.
struct TALWEG_API BinaryCrossEntropy {
  static constexpr Card card =
      described("binary_cross_entropy", "Σ log(1+e^p) − t·p / n", "two classes; p is a logit",
                {"two classes, and probabilities that can be trusted",
                 "convex for linear models; the slope is σ(p) − t and never vanishes on errors",
                 "a wrong label far from the border costs much"});
  static constexpr LossTraits traits{.short_names = {"bce", "logistic"},
                                     .task = Task::binary,
                                     .link = Link::sigmoid,
                                     .curvature = {0.25, 0, 0.25},
                                     .low = 0,
                                     .high = 1};
  static constexpr bool per_example = false;
  template <class T> T value(T p, T t) const { return fast::softplus(p) - t * p; }
  template <class T> T slope(T p, T t) const { return fast::sigmoid(p) - t; }
  /// Both, with one exponential: for rows that come one by one.
  double value_and_slope(double p, double t, double& slope) const {
    const double e = fast::exp(p < 0 ? p : -p);
    slope = (p < 0 ? e : 1) / (1 + e) - t;
    return (p < 0 ? 0 : p) + fast::log1p_unit(e) - t * p;
  }
};

}  // namespace talweg::nn
