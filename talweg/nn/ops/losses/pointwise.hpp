#pragma once
#include <concepts>
#include <cstdint>
#include <string_view>

#include "talweg/base/export.hpp"
#include "talweg/nn/ops/losses/traits.hpp"
#include "talweg/nn/ops/operation.hpp"

namespace talweg::nn {

/// A loss that is a sum over single outputs: value(p, t) of a prediction and its target, and slope(p, t) = dvalue/dp
/// beside it, generic in the type of the numbers. The loss is Σ value / n, n being the number of outputs, or of
/// examples where `per_example` says so.
template <class F>
concept PointwiseLossFunction = requires(const F f, double p, double t) {
  { F::card } -> std::convertible_to<Card>;
  { F::traits } -> std::convertible_to<LossTraits>;
  { F::per_example } -> std::convertible_to<bool>;
  { f.value(p, t) } -> std::same_as<double>;
  { f.slope(p, t) } -> std::same_as<double>;
};

/// y (1) = Σ F(p, t) / n; p and t of equal shape, t without gradient.   dp += F'(p, t)·dy / n
template <class F> struct TALWEG_API PointwiseLoss {
  static constexpr std::string_view name = F::card.name;
  static constexpr int operands = 2, differentiable = 1;
  F f{};
  Shape shape(const Shapes& x) const;
  std::int64_t saved(const Shapes&) const { return 0; }
  TALWEG_DECLARE_OPERATION()
};

}  // namespace talweg::nn
