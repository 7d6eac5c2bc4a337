#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "talweg/formula/columns.hpp"
#include "talweg/formula/formula.hpp"
#include "talweg/formula/row_program.hpp"

namespace talweg::formula {

/// A number made of rows, such as mean((a+b*x-y)^2)/2: names that are columns are vectors over the rows, mean(…) and
/// sum(…) make numbers of them, every other name is a parameter. On some of the rows it is the estimate of what it is
/// on all: a mean is their mean, a sum theirs times rows/(their number). Compiled once, evaluated in blocks of rows
/// with the exact gradient; sums run in an order that depends on the rows alone, so that blocks and threads change no
/// bit. Evaluating uses the object's own workspace: copies may run side by side.
class DataFormula {
 public:
  using Rows = std::span<const std::uint32_t>;

  /// Throws Error with the column, the token and near names; for a parameter that is a column; where no column is used,
  /// or one stands outside of mean and sum.
  DataFormula(std::string_view text, std::vector<std::string> parameters, Columns columns, int threads = 1);

  std::size_t rows() const { return columns_.rows; }
  const std::vector<std::string>& variables() const { return parameters_; }
  const std::string& text() const { return text_; }
  const Columns& columns() const { return columns_; }

  /// f(x) over all rows, and its gradient when that is not empty. Both spans are as long as `variables()`.
  double evaluate(std::span<const double> x, std::span<double> gradient = {});
  /// The same over these rows, which may be none only where all are meant.
  double evaluate(std::span<const double> x, Rows rows, std::span<double> gradient);

  /// How far rounding may have moved f(x) over all rows.
  double rounding(std::span<const double> x);
  /// Where a NaN or infinity in f(x) or its gradient comes from, and in which row; "" when all is finite.
  std::string explain_non_finite(std::span<const double> x, Rows rows = {});

  /// What one mean(…) or sum(…) is over: an expression of the parameters, of the totals before it and of columns.
  struct Term {
    bool mean;
    std::string text;  ///< what stands inside
    Formula formula;   ///< of the parameters, the totals before it, and `columns`
    RowProgram program;
    std::vector<std::size_t> columns;  ///< places in Columns
  };
  const std::vector<Term>& terms() const { return terms_; }
  /// f as a formula of the parameters and of the totals, one for each term.
  const Formula& whole() const { return whole_; }
  /// The totals (terms) over these rows.
  std::vector<double> totals(std::span<const double> x, Rows rows = {});
  /// Term k of each row: its value (rows) and its gradient (rows, parameters), the totals inside it held.
  void term(std::size_t k, std::span<const double> x, Rows rows, std::span<double> values, std::span<double> gradients);

  /// Rows of a block of the evaluation, a multiple of 16; without, what stays in the cache. For tests.
  void set_block(std::size_t rows);

 private:
  double sweep(std::span<const double> x, const RowList& rows, std::span<double> gradient);
  std::vector<const double*> pointers(const Term& term) const;
  std::vector<double> inputs_of(const Term& term, std::span<const double> numbers, std::size_t row) const;
  std::string explain_term(std::size_t k, std::span<const double> numbers, const RowList& rows);
  RowList list(Rows rows) const { return {.first = 0, .count = this->rows(), .listed = rows}; }
  double term_rounding(Term& term, std::span<const double> numbers, std::span<const double> errors);

  std::string text_;
  std::vector<std::string> parameters_;
  Columns columns_;
  std::vector<Term> terms_;
  Formula whole_;
  std::vector<bool> direct_;  ///< (terms) whether the whole uses the total, not other totals alone
  std::shared_ptr<Pool> pool_;
  std::vector<double> numbers_, slopes_, total_gradients_, whole_slopes_;  // of one sweep
};

/// `f` over all rows as an objective, which can be asked for the value alone. Each copy has its own workspace.
Function as_function(DataFormula f);
/// DataFormula::rounding of `f`, with a workspace of its own.
std::function<double(std::span<const double> x)> rounding_of(DataFormula f);

}  // namespace talweg::formula
