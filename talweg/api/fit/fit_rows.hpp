#pragma once
#include <cstddef>
#include <deque>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "talweg/data/table.hpp"
#include "talweg/formula/row_formula.hpp"
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

/// A model over the rows of a table: response_i ~ prediction(x, columns of row i). Evaluated in blocks of rows; no
/// number of threads changes a bit.
class FitRows {
 public:
  /// Every name of the formula that is not a parameter is a column. Throws Error for unknown names with the near ones,
  /// parameters that the formula does not use or that are columns, and for rows that are blank, text, or at which the
  /// left side is no number, with their line.
  FitRows(const FitFormula& formula, const std::vector<std::string>& parameters,
          std::shared_ptr<const data::Table> table, int threads = 1);

  std::size_t rows() const { return response_.size(); }
  const std::vector<double>& response() const { return response_; }
  /// The columns that the right side reads.
  const std::vector<std::string>& inputs() const { return right_->used_columns(); }
  /// (rows), of inputs()[k].
  std::span<const double> input(std::size_t k) const;
  std::string_view left() const { return left_; }
  /// What messages call the rows: "points.csv".
  const std::string& source() const { return table_->origin; }

  /// The right side at x and the given inputs; its gradient by the parameters where it is not empty.
  double predict(std::span<const double> x, std::span<const double> inputs, std::span<double> gradient = {}) const;
  /// The right side at x in each row (rows).
  std::vector<double> predictions(std::span<const double> x) const;
  /// response − prediction, with the exact Jacobian. Refers to this object.
  Residuals residuals() const;
  /// "points.csv:7: log(x-a) at column 5: log of -1"; empty where all predictions and derivatives are finite.
  std::string explain_non_finite(std::span<const double> x) const;

 private:
  formula::Columns columns_of(const FitFormula& f);

  std::shared_ptr<const data::Table> table_;
  std::deque<std::vector<double>> converted_;  ///< of columns whose numbers the table holds in another form
  std::string left_;
  mutable std::optional<formula::RowFormula> right_;  // evaluating uses their workspaces
  mutable formula::Formula of_one_;                   ///< of the parameters, then of the inputs
  std::vector<double> response_;                      ///< (rows)
};

/// A column of numbers, none missing. Throws Error naming the line of one that is none.
std::vector<double> numbers_of(const data::Table& table, std::string_view column);

}  // namespace talweg::api
