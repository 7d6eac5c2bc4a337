#include "talweg/formula/row_formula.hpp"

#include <algorithm>
#include <cmath>

#include "talweg/base/error.hpp"
#include "talweg/base/text.hpp"
#include "talweg/formula/read_rows.hpp"

namespace talweg::formula {

using text::cat;

namespace {

/// As a formula of the parameters, then of the used columns.
Formula of_each_row(Read& read, const Columns& columns) {
  if (!read.totals.empty())
    throw Error("mean(…) and sum(…) over the rows make one number, where one for each row is wanted: leave them out");
  std::vector<Instructions::Id> inputs = read.inputs;
  std::vector<std::string> names = read.variables;
  for (std::size_t c = 0; c < read.columns.size(); ++c) {
    inputs.push_back(read.column_inputs[c]);
    names.push_back(columns.names[read.columns[c]]);
  }
  return read.instructions.extract(read.instructions.node(read.result), inputs, std::move(names));
}

}  // namespace

RowFormula::RowFormula(std::string_view text, std::vector<std::string> parameters, Columns columns)
    : RowFormula(read_over_rows(text, std::move(parameters), columns), columns) {}

RowFormula::RowFormula(Read read, const Columns& columns)
    : parameters_(read.variables),
      columns_(columns),
      formula_(of_each_row(read, columns)),
      program_(formula_.nodes(), formula_.result(), parameters_.size(), formula_.variables().size()) {
  for (const std::size_t c : read.columns) {
    used_.push_back(columns_.names[c]);
    values_.push_back(columns_.values[c].data());
  }
}

void RowFormula::values(std::span<const double> x, std::size_t first, std::span<double> r) {
  program_.each({x, values_, {.first = first, .count = r.size()}}, r, {});
}

void RowFormula::jacobian(std::span<const double> x, std::size_t first, std::span<double> r, std::span<double> J) {
  const std::size_t n = parameters_.size();
  program_.each({x, values_, {.first = first, .count = r.size()}}, r, J);
  std::vector<double> gradient(formula_.variables().size());
  for (std::size_t i = 0; i < r.size(); ++i) {
    const std::span<double> row = J.subspan(i * n, n);
    if (std::none_of(row.begin(), row.end(), [](double v) { return std::isnan(v); })) continue;
    formula_.evaluate(inputs_of(x, first + i), gradient);  // looks into slopes at the edge of a domain
    std::copy_n(gradient.begin(), n, row.begin());
  }
}

std::vector<double> RowFormula::inputs_of(std::span<const double> x, std::size_t row) const {
  std::vector<double> out(x.begin(), x.end());
  for (const double* column : values_) out.push_back(column[row]);
  return out;
}

std::string RowFormula::explain_non_finite(std::span<const double> x) {
  for (std::size_t row = 0; row < rows(); ++row) {
    const std::string why = formula_.explain_non_finite(inputs_of(x, row));
    if (!why.empty()) return cat(why, ", in ", columns_.place(row));
  }
  return "";
}

}  // namespace talweg::formula
