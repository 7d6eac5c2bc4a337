#pragma once
#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "talweg/formula/data_formula.hpp"

namespace talweg::formula {

/// What a term such as (a+b*x-y)^2 predicts: y, by a+b*x. There is one where a column stands once in the term, in a sum
/// with an expression of the parameters and of other columns, which is then its prediction.
class Prediction {
 public:
  /// Of the first term of f; nothing where it predicts no column.
  static std::optional<Prediction> of(const DataFormula& f);

  std::size_t target() const { return target_; }                  ///< place in Columns
  const std::vector<std::size_t>& over() const { return over_; }  ///< the columns that it is made from, likewise
  /// At x (parameters), for the values of the columns `over` (over).
  double operator()(std::span<const double> x, std::span<const double> columns);

 private:
  autodiff::ScalarTape tape_;
  autodiff::ScalarTape::Id residual_ = 0;
  double sign_ = 1;  ///< of the target in the residual
  std::size_t target_ = 0;
  std::vector<std::size_t> over_, inputs_;  ///< where the columns stand among the inputs
  std::vector<double> values_;
};

}  // namespace talweg::formula
