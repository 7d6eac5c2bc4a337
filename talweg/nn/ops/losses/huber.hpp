#pragma once
#include <cmath>

#include "talweg/base/export.hpp"
#include "talweg/nn/ops/losses/pointwise.hpp"
#include "talweg/simd/select.hpp"

namespace talweg::nn {

struct TALWEG_API HuberError {
  static constexpr Card card =
      described("huber", "Σ(|p−t| ≤ 1 ? (p−t)²/2 : |p−t|−1/2) / n", "squared near the target, absolute far away",
                {"numbers to predict with some outliers", "smooth near the target, robust far away",
                 "the border, 1, is in the units of the target: scale it first"});
  static constexpr LossTraits traits{.curvature = {1, 0, 1}};
  static constexpr bool per_example = false;
  double delta = 1;
  template <class T> T value(T p, T t) const {
    const T r = std::abs(p - t), d = T(delta);
    return r <= d ? T(0.5) * r * r : d * (r - T(0.5) * d);
  }
  template <class T> T slope(T p, T t) const { return simd::clamp(p - t, T(-delta), T(delta)); }
};

}  // namespace talweg::nn
