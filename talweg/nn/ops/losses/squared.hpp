#pragma once
#include "talweg/base/export.hpp"
#include "talweg/nn/ops/losses/pointwise.hpp"

namespace talweg::nn {

/// As PyTorch's mse_loss and Keras' mean_squared_error: the mean over examples and outputs.
struct TALWEG_API SquaredError {
  static constexpr Card card = described(
      "mean_squared_error", "Σ(p−t)² / n", "mean over examples and outputs",
      {"numbers to predict, when large errors weigh more",
       "smooth; the minimum is the mean; linear models are solved exactly", "one outlier pulls the whole fit"});
  static constexpr LossTraits traits{.short_names = {"mse", "squared"}, .curvature = {2, 2, 2}};
  static constexpr bool per_example = false;
  template <class T> T value(T p, T t) const { return (p - t) * (p - t); }
  template <class T> T slope(T p, T t) const { return T(2) * (p - t); }
};

/// The textbook's J = (1/2m)·Σ(p − t)² over m examples.
struct TALWEG_API HalfSquaredError {
  static constexpr Card card =
      described("half_mean_squared_error", "Σ(p−t)² / 2m", "textbook form, m examples",
                {"lectures, and numbers to predict: J with 1/2m", "its slope is p − t, without a factor 2",
                 "outliers pull the fit; sums over outputs, where the mean form averages"});
  static constexpr LossTraits traits{.short_names = {"half_mse", "half_squared"}};
  static constexpr bool per_example = true;
  template <class T> T value(T p, T t) const { return T(0.5) * (p - t) * (p - t); }
  template <class T> T slope(T p, T t) const { return p - t; }
};

}  // namespace talweg::nn
