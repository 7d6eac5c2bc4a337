#include "talweg/formula/row_formula.hpp"

#include <algorithm>
#include <cmath>

#include "talweg/base/error.hpp"
#include "talweg/base/text.hpp"
#include "talweg/formula/read_rows.hpp"
#include "talweg/formula/row_rounding.hpp"
#include "talweg/parallel/pool.hpp"

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

RowFormula::RowFormula(std::string_view text, std::vector<std::string> parameters, Columns columns, int threads)
    : RowFormula(read_over_rows(text, std::move(parameters), columns), columns, threads) {}

RowFormula::RowFormula(Read read, Columns columns, int threads)
    : parameters_(read.variables),
      columns_(std::move(columns)),
      formula_(of_each_row(read, columns_)),
      program_(formula_.nodes(), formula_.result(), parameters_.size(), formula_.variables().size()),
      pool_(std::make_shared<Pool>(threads)) {
  for (const std::size_t c : read.columns) {
    used_.push_back(columns_.names[c]);
    values_.push_back(columns_.values[c].data());
  }
}

void RowFormula::values(std::span<const double> x, std::size_t first, std::span<double> r) {
  program_.each(*pool_, {x, values_, {.first = first, .count = r.size()}}, r, {});
}

void RowFormula::jacobian(std::span<const double> x, std::size_t first, std::span<double> r, std::span<double> J) {
  const std::size_t n = parameters_.size();
  program_.each(*pool_, {x, values_, {.first = first, .count = r.size()}}, r, J);
  bool any = false;
  for (const double v : J) any |= std::isnan(v);
  if (!any) return;
  std::vector<double> gradient(formula_.variables().size());
  for (std::size_t i = 0; i < r.size(); ++i) {
    const std::span<double> row = J.subspan(i * n, n);
    if (std::none_of(row.begin(), row.end(), [](double v) { return std::isnan(v); })) continue;
    formula_.evaluate(inputs_of(x, first + i), gradient);  // looks into slopes at the edge of a domain
    std::copy_n(gradient.begin(), n, row.begin());
  }
}

void RowFormula::roundings(std::span<const double> x, std::size_t first, std::span<double> r) const {
  RowRounding of_row(formula_);
  std::vector<double> inputs = inputs_of(x, first);
  for (std::size_t i = 0; i < r.size(); ++i) {
    for (std::size_t k = 0; k < values_.size(); ++k) inputs[x.size() + k] = values_[k][first + i];
    r[i] = of_row(inputs);
  }
}

std::vector<double> RowFormula::inputs_of(std::span<const double> x, std::size_t row) const {
  std::vector<double> out(x.begin(), x.end());
  for (const double* column : values_) out.push_back(column[row]);
  return out;
}

std::size_t RowFormula::first_non_finite(std::span<const double> x) {
  constexpr std::size_t block = 1024;
  const std::size_t n = parameters_.size();
  std::vector<double> r(block), J(block * n);
  const auto bad = [](double v) { return !std::isfinite(v); };
  for (std::size_t first = 0; first < rows(); first += block) {
    const std::size_t count = std::min(block, rows() - first);
    jacobian(x, first, std::span(r).first(count), std::span(J).first(count * n));
    for (std::size_t i = 0; i < count; ++i)
      if (bad(r[i]) || std::any_of(J.begin() + std::ptrdiff_t(i * n), J.begin() + std::ptrdiff_t((i + 1) * n), bad))
        return first + i;
  }
  return rows();
}

std::string RowFormula::explain_non_finite(std::span<const double> x, std::size_t row) const {
  return formula_.explain_non_finite(inputs_of(x, row));
}

std::string RowFormula::explain_non_finite(std::span<const double> x) {
  const std::size_t row = first_non_finite(x);
  return row == rows() ? "" : cat(explain_non_finite(x, row), ", in ", columns_.place(row));
}

}  // namespace talweg::formula
