#pragma once
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "talweg/api/minimize/request.hpp"
#include "talweg/data/table.hpp"
#include "talweg/formula/data_formula.hpp"
#include "talweg/formula/formula.hpp"

namespace talweg::api {

/// What is minimised: a formula, or one over rows of data, read and checked.
class Problem {
 public:
  /// Throws Error for a formula, a start and data that do not agree, naming what is wrong and where.
  explicit Problem(const MinimizeRequest& request);

  const std::vector<std::string>& variables() const { return variables_; }  ///< in the order of the start
  const std::vector<double>& start() const { return start_; }
  Function function() const;
  std::function<double(std::span<const double>)> rounding() const;
  double evaluate(std::span<const double> x);
  /// Of the rows listed, where the formula is over rows; all without.
  std::string explain_non_finite(std::span<const double> x, std::span<const std::uint32_t> rows = {}) const;

  /// nullptr where the formula is over rows.
  const formula::Formula* formula() const { return std::get_if<formula::Formula>(&read_); }
  /// nullptr where it is not.
  const formula::DataFormula* over_rows() const { return std::get_if<formula::DataFormula>(&read_); }
  const std::shared_ptr<const data::Table>& table() const { return table_; }
  /// The line of the file that a row begins at; of rows without lines, its number from 1.
  std::uint32_t line(std::size_t row) const;
  /// SHA-256 over the columns that the formula uses, as hex digits; "" without data.
  std::string fingerprint() const;

 private:
  std::vector<std::string> variables_;
  std::vector<double> start_;
  std::shared_ptr<const data::Table> table_;
  std::variant<formula::Formula, formula::DataFormula> read_;
};

/// The bounds in the order of `names`; empty when there are none. Throws Error for a name that is not among them.
Bounds bounds_of(const MinimizeRequest& request, const std::vector<std::string>& names);

}  // namespace talweg::api
