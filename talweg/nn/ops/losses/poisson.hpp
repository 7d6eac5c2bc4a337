#pragma once
#include "talweg/base/export.hpp"
#include "talweg/nn/ops/losses/pointwise.hpp"
#include "talweg/tensor/functions.hpp"

namespace talweg::nn {

/// p is the logarithm of the expected count, t the count; the constant log t! is left out.
struct TALWEG_API PoissonLoss {
  static constexpr Card card =
      described("poisson", "Σ e^p − t·p / n", "counts; p is the logarithm of the rate",
                {"counts: visits, claims, events", "never predicts a negative rate; effects multiply",
                 "grows like e^p: needs small steps; real counts often vary more than Poisson's"});
  static constexpr LossTraits traits{.link = Link::exponential,
                                     .curvature = {1, 0, std::numeric_limits<double>::infinity()},
                                     .labels = "counts",
                                     .low = 0};
  static constexpr bool per_example = false;
  template <class T> T value(T p, T t) const { return fast::exp(p) - t * p; }
  template <class T> T slope(T p, T t) const { return fast::exp(p) - t; }
};

}  // namespace talweg::nn
