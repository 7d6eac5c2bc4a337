#pragma once
#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "talweg/data/table.hpp"
#include "talweg/formula/formula.hpp"
#include "talweg/optim/least_squares/residuals.hpp"

namespace talweg::api {

/// "log(y) ~ a - b*x", taken apart. Columns of messages are those of the whole text.
struct FitFormula {
  std::string text;
  std::string left, right;                           ///< right: with blanks for what stands before it
  std::vector<std::string> left_names, right_names;  ///< in the order of their first appearance

  /// Throws Error for another number of ~, an empty side, and what formulas refuse.
  static FitFormula parse(const std::string& text);
};

/// A model over the rows of a table: response_i ~ prediction(x, columns of row i).
class FitRows {
 public:
  /// Every name of the formula that is not a parameter is a column. Throws Error for unknown names with the near ones,
  /// parameters that the formula does not use or that are columns, and for rows that are blank, text, or at which the
  /// left side is no number, with their line.
  FitRows(const FitFormula& formula, std::vector<std::string> parameters, const data::Table& table);

  std::size_t rows() const { return response_.size(); }
  const std::vector<double>& response() const { return response_; }
  /// The columns that the right side reads.
  const std::vector<std::string>& inputs() const { return inputs_; }
  double input(std::size_t row, std::size_t k) const { return values_[row * inputs_.size() + k]; }
  std::string_view left() const { return left_; }

  /// The right side at x and the given inputs; its gradient by the parameters where it is not empty.
  double predict(std::span<const double> x, std::span<const double> inputs, std::span<double> gradient = {}) const;
  double predict_row(std::span<const double> x, std::size_t row, std::span<double> gradient = {}) const;
  /// response − prediction, with the exact Jacobian. Refers to this object.
  Residuals residuals() const;
  /// "points.csv:7: log(x-a) at column 5: log of -1"; empty where all predictions and derivatives are finite.
  std::string explain_non_finite(std::span<const double> x) const;

 private:
  std::vector<std::string> parameters_, inputs_;
  std::string left_;
  mutable formula::Formula right_;  ///< of parameters, then inputs; evaluating uses its workspace
  mutable std::vector<double> at_, slopes_;
  std::vector<double> values_;    ///< (rows, inputs)
  std::vector<double> response_;  ///< (rows)
  std::vector<std::string> places_;
};

/// A column of numbers, none missing. Throws Error naming the line of one that is none.
std::vector<double> numbers_of(const data::Table& table, std::string_view column);

}  // namespace talweg::api
