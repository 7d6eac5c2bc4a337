#pragma once
#include <span>
#include <vector>

#include "talweg/formula/formula.hpp"

namespace talweg::formula {

/// Formula::rounding of one row after the other, without a vector for each: rows come by the million.
class RowRounding {
 public:
  /// `errors_of_numbers`: of the first inputs, which are the same for all rows; the others are exact.
  explicit RowRounding(const Formula& f, std::span<const double> errors_of_numbers = {});

  /// How far rounding may have moved f at these inputs (the variables of f).
  double operator()(std::span<const double> inputs);
  /// f where it was last asked for.
  double value() const { return tape_.value(result_); }

 private:
  autodiff::ScalarTape tape_;
  autodiff::ScalarTape::Id result_;
  std::vector<double> errors_;  ///< (nodes)
};

}  // namespace talweg::formula
