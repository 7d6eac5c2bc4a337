#pragma once
#include "talweg/base/export.hpp"
#include "talweg/nn/ops/operation.hpp"

namespace talweg::nn {

/// y_i = x_i / (1 − rate) with probability 1 − rate, otherwise 0 (inverted dropout: predictions need no factor).
///   dx_i += dy_i / (1 − rate) where y_i was kept
/// Which are kept follows from `key` and i alone: forward and backward agree without a stored mask, for any number of
/// threads. The network draws a new key from its Random for every use.
struct TALWEG_API Dropout {
  static constexpr std::string_view name = "dropout";
  static constexpr int operands = 1, differentiable = 1;
  double rate = 0.5;
  std::uint64_t key = 0;
  Shape shape(const Shapes& x) const;
  std::int64_t saved(const Shapes&) const { return 0; }
  TALWEG_DECLARE_OPERATION()
};

/// y (1) = strength·Σ|w|.   dw_i += strength·sgn(w_i)·dy, 0 at 0
struct TALWEG_API L1Penalty {
  static constexpr std::string_view name = "l1_penalty";
  static constexpr int operands = 1, differentiable = 1;
  double strength = 0;
  Shape shape(const Shapes&) const { return {1}; }
  std::int64_t saved(const Shapes&) const { return 0; }
  TALWEG_DECLARE_OPERATION()
};

/// y (1) = strength/2·Σw²: its gradient strength·w is that of the optimizers' weight_decay.   dw_i += strength·w_i·dy
struct TALWEG_API L2Penalty {
  static constexpr std::string_view name = "l2_penalty";
  static constexpr int operands = 1, differentiable = 1;
  double strength = 0;
  Shape shape(const Shapes&) const { return {1}; }
  std::int64_t saved(const Shapes&) const { return 0; }
  TALWEG_DECLARE_OPERATION()
};

}  // namespace talweg::nn
