#pragma once
#include <cmath>

#include "talweg/base/export.hpp"
#include "talweg/nn/ops/losses/huber.hpp"
#include "talweg/simd/select.hpp"

namespace talweg::nn {

/// The slope at p = t is 0.
struct TALWEG_API AbsoluteError {
  static constexpr Card card =
      described("mean_absolute_error", "Σ|p−t| / n", "robust: estimates the median",
                {"numbers to predict, when the data has outliers", "an outlier counts no more than its distance",
                 "a kink at 0: the size of the slope does not say how near the minimum is"});
  static constexpr LossTraits traits{.short_names = {"mae", "absolute"},
                                     .curvature = {0, 0, 0},
                                     .kinks = true,
                                     .smoother = HuberError::card.name,
                                     .degree = 1};
  static constexpr bool per_example = false;
  template <class T> T value(T p, T t) const { return std::abs(p - t); }
  template <class T> T slope(T p, T t) const { return simd::sign(p - t); }
};

}  // namespace talweg::nn
