#pragma once
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "talweg/formula/columns.hpp"
#include "talweg/formula/formula.hpp"
#include "talweg/formula/row_program.hpp"

namespace talweg::formula {

struct Read;

/// An expression with a value for each row, such as the residual a*exp(-b*x) - y: names that are columns stand for the
/// number of the row, every other name is a parameter. Compiled once, evaluated in blocks of rows with exact slopes;
/// neither blocks nor threads change a bit. Evaluating uses the object's own workspace: copies may run side by side.
class RowFormula {
 public:
  /// Throws Error with the column, the token and near names; for a parameter that is a column; and for mean and sum
  /// over the rows, which make one number.
  RowFormula(std::string_view text, std::vector<std::string> parameters, Columns columns, int threads = 1);

  std::size_t rows() const { return columns_.rows; }
  const std::vector<std::string>& parameters() const { return parameters_; }
  const std::string& text() const { return formula_.text(); }
  /// Those that the expression uses, in the order of their first appearance.
  const std::vector<std::string>& used_columns() const { return used_; }
  /// (rows), of used_columns()[k].
  std::span<const double> values_of(std::size_t k) const { return {values_[k], rows()}; }

  /// The values r (as many rows as it has place for, from `first` on) at x (parameters).
  void values(std::span<const double> x, std::size_t first, std::span<double> r);
  /// The same with their slopes J (rows, parameters), by rows. At the edge of a domain they are the limit from inside.
  void jacobian(std::span<const double> x, std::size_t first, std::span<double> r, std::span<double> J);

  /// How far rounding may have moved each of the values.
  void roundings(std::span<const double> x, std::size_t first, std::span<double> r) const;

  /// The expression as a formula of the parameters, then of the used columns.
  const Formula& formula() const { return formula_; }
  /// Where a NaN or infinity comes from in the first row that has one, and which row that is; "" when all is finite.
  std::string explain_non_finite(std::span<const double> x);
  /// The first row with a NaN or infinity, in its value or its slopes; rows() when all is finite.
  std::size_t first_non_finite(std::span<const double> x);
  /// Where it comes from in this row; "" when all is finite.
  std::string explain_non_finite(std::span<const double> x, std::size_t row) const;

 private:
  RowFormula(Read read, Columns columns, int threads);
  std::vector<double> inputs_of(std::span<const double> x, std::size_t row) const;

  std::vector<std::string> parameters_;
  Columns columns_;
  std::vector<std::string> used_;
  std::vector<const double*> values_;  ///< of the used columns
  Formula formula_;
  RowProgram program_;
  std::shared_ptr<Pool> pool_;
};

}  // namespace talweg::formula
