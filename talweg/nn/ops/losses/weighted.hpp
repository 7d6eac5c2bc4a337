#pragma once
#include <cstdint>
#include <span>
#include <string_view>

#include "talweg/base/export.hpp"
#include "talweg/nn/ops/operation.hpp"

namespace talweg::nn {

/// y (1) = Σ_i w_i·loss_i / B of predictions x (B, C), weights w (B) and targets t (B), row by row; for a loss of
/// classes t is not read. The sum of the weights stands nowhere: rows of weight 2 count as two, and a weight of 1
/// changes nothing.
///   dx_ij += w_i·dloss_i/dx_ij·dy / B
/// `classes` (B, or empty) must live until backward.
struct TALWEG_API WeightedLoss {
  static constexpr std::string_view name = "weighted loss";
  static constexpr int operands = 3, differentiable = 1;
  double (*of_row)(std::span<const double> outputs, double target, std::span<double> slopes) = nullptr;
  std::span<const std::int32_t> classes{};
  Shape shape(const Shapes& x) const;
  std::int64_t saved(const Shapes& x) const { return x[0].size(); }  // w_i·dloss_i/dx_ij
  TALWEG_DECLARE_OPERATION()
};

}  // namespace talweg::nn
