#pragma once
#include "talweg/base/export.hpp"
#include "talweg/nn/ops/losses/binary_cross_entropy.hpp"

namespace talweg::nn {

/// t is −1 or 1. The slope at the kink is 0.
struct TALWEG_API HingeLoss {
  static constexpr Card card =
      described("hinge", "Σ max(0, 1−t·p) / n", "two classes as targets −1 and 1: a margin",
                {"two classes, when only the side of the border counts",
                 "rows beyond the margin are left alone: sparse gradients", "no probabilities; a kink at the margin"});
  static constexpr LossTraits traits{.task = Task::binary,
                                     .link = Link::sign,
                                     .curvature = {0, 0, 0},
                                     .kinks = true,
                                     .smoother = BinaryCrossEntropy::card.name,
                                     .degree = 1,
                                     .low = -1,
                                     .high = 1};
  static constexpr bool per_example = false;
  template <class T> T value(T p, T t) const {
    const T margin = T(1) - t * p;
    return margin < T(0) ? T(0) : margin;
  }
  template <class T> T slope(T p, T t) const { return T(1) - t * p > T(0) ? -t : T(0); }
};

}  // namespace talweg::nn
