#include "talweg/formula/data_formula.hpp"

#include <algorithm>
#include <cmath>

#include "talweg/autodiff/edge_slopes.hpp"
#include "talweg/base/error.hpp"
#include "talweg/base/listing.hpp"
#include "talweg/base/text.hpp"
#include "talweg/formula/parser.hpp"
#include "talweg/formula/read_rows.hpp"
#include "talweg/formula/row_rounding.hpp"
#include "talweg/parallel/pool.hpp"

namespace talweg::formula {

using text::cat;

DataFormula::DataFormula(std::string_view text, std::vector<std::string> parameters, Columns columns, int threads)
    : text_(text), columns_(std::move(columns)), pool_(std::make_shared<Pool>(threads)) {
  Read read = read_over_rows(text, std::move(parameters), columns_);
  Instructions& in = read.instructions;
  refuse_no_column(read, columns_);
  refuse_loose_columns(read, columns_);
  std::vector<std::string> names = read.variables;
  std::vector<Instructions::Id> inputs = read.inputs;
  for (const Total& total : read.totals) {
    const auto inside = std::string(text.substr(total.term.begin, total.term.end - total.term.begin));
    std::vector<Instructions::Id> all = inputs;
    std::vector<std::string> called = names;
    std::vector<std::size_t> used;
    const std::vector<bool> needs = in.needs(total.term.id, read.column_inputs);
    for (std::size_t c = 0; c < needs.size(); ++c) {
      if (!needs[c]) continue;
      used.push_back(read.columns[c]);
      all.push_back(read.column_inputs[c]);
      called.push_back(columns_.names[read.columns[c]]);
    }
    Formula f = in.extract(total.term.id, all, std::move(called));
    RowProgram program(f.nodes(), f.result(), inputs.size(), all.size());
    terms_.push_back({total.mean, inside, std::move(f), std::move(program), std::move(used)});
    names.push_back(cat(total.mean ? "mean(" : "sum(", inside, ")"));
    inputs.push_back(total.input);
  }
  const Instructions::Id result = in.node(read.result);
  direct_ = in.needs(result, std::span(inputs).subspan(read.inputs.size()));
  whole_ = in.extract(result, inputs, std::move(names));
  parameters_ = std::move(read.variables);
  numbers_.resize(inputs.size());
  slopes_.resize(inputs.size());
  whole_slopes_.resize(inputs.size());
  total_gradients_.resize(terms_.size() * parameters_.size());
}

std::vector<const double*> DataFormula::pointers(const Term& term) const {
  std::vector<const double*> out;
  for (const std::size_t c : term.columns) out.push_back(columns_.values[c].data());
  return out;
}

double DataFormula::evaluate(std::span<const double> x, std::span<double> gradient) {
  return evaluate(x, {}, gradient);
}

double DataFormula::evaluate(std::span<const double> x, Rows rows, std::span<double> gradient) {
  const RowList which = list(rows);
  const double value = sweep(x, which, gradient);
  if (std::any_of(gradient.begin(), gradient.end(), [](double g) { return std::isnan(g); }))
    autodiff::settle_edge_slopes(x, value, gradient, [&](auto at, auto g) { return sweep(at, which, g); });
  return value;
}

/// Each total with its gradient by the parameters, through totals inside it; then the whole, by the chain rule.
double DataFormula::sweep(std::span<const double> x, const RowList& rows, std::span<double> gradient) {
  const std::size_t n = parameters_.size();
  const auto count = static_cast<double>(rows.size());
  const bool sloped = !gradient.empty();
  std::copy(x.begin(), x.end(), numbers_.begin());
  for (std::size_t k = 0; k < terms_.size(); ++k) {
    Term& term = terms_[k];
    const std::span<double> slopes = sloped ? std::span(slopes_).first(n + k) : std::span<double>();
    const double sum = term.program.sum(*pool_, {std::span(numbers_).first(n + k), pointers(term), rows}, slopes);
    const double share = static_cast<double>(this->rows()) / count;
    const auto total = [&](double s) { return term.mean ? s / count : s * share; };
    numbers_[n + k] = total(sum);
    if (!sloped) continue;
    const std::span<double> out = std::span(total_gradients_).subspan(k * n, n);
    for (std::size_t i = 0; i < n; ++i) out[i] = total(slopes[i]);
    for (std::size_t j = 0; j < k; ++j)
      for (std::size_t i = 0; i < n && term.program.uses(n + j); ++i)
        out[i] += total(slopes[n + j]) * total_gradients_[j * n + i];
  }
  const double value = whole_.evaluate(numbers_, sloped ? std::span(whole_slopes_) : std::span<double>());
  if (!sloped) return value;
  std::copy_n(whole_slopes_.begin(), n, gradient.begin());
  for (std::size_t k = 0; k < terms_.size(); ++k)
    for (std::size_t i = 0; i < n && direct_[k]; ++i) gradient[i] += whole_slopes_[n + k] * total_gradients_[k * n + i];
  return value;
}

std::vector<double> DataFormula::totals(std::span<const double> x, Rows rows) {
  sweep(x, list(rows), {});
  return {numbers_.begin() + static_cast<std::ptrdiff_t>(parameters_.size()), numbers_.end()};
}

void DataFormula::term(std::size_t k, std::span<const double> x, Rows rows, std::span<double> values,
                       std::span<double> gradients) {
  sweep(x, list(rows), {});
  const std::size_t n = parameters_.size(), inputs = n + k;
  std::vector<double> slopes(gradients.empty() ? 0 : values.size() * inputs);
  const std::vector<double> numbers(numbers_.begin(), numbers_.begin() + static_cast<std::ptrdiff_t>(inputs));
  terms_[k].program.each(*pool_, {numbers, pointers(terms_[k]), list(rows)}, values, slopes);
  for (std::size_t r = 0; r < values.size() && !gradients.empty(); ++r)
    std::copy_n(slopes.begin() + static_cast<std::ptrdiff_t>(r * inputs), n,
                gradients.begin() + static_cast<std::ptrdiff_t>(r * n));
}

std::vector<double> DataFormula::inputs_of(const Term& term, std::span<const double> numbers, std::size_t row) const {
  const auto known = static_cast<std::ptrdiff_t>(term.formula.variables().size() - term.columns.size());
  std::vector<double> out(numbers.begin(), numbers.begin() + known);
  for (const std::size_t c : term.columns) out.push_back(columns_.values[c][row]);
  return out;
}

double DataFormula::rounding(std::span<const double> x) {
  sweep(x, list({}), {});
  const std::size_t n = parameters_.size();
  std::vector<double> errors(numbers_.size(), 0.0);
  const std::vector<double> numbers = numbers_;
  for (std::size_t k = 0; k < terms_.size(); ++k)
    errors[n + k] = term_rounding(terms_[k], numbers, std::span(errors).first(n + k));
  return whole_.rounding(numbers, errors);
}

/// The errors of the terms, and of adding them: each passes at most so many additions, 32 in its lane, 15 between the
/// lanes, and one at each level of the tree.
double DataFormula::term_rounding(Term& term, std::span<const double> numbers, std::span<const double> errors) {
  constexpr double half_unit = std::numeric_limits<double>::epsilon() / 2;
  RowRounding of_row(term.formula, errors);
  double error = 0, size = 0;
  std::vector<double> inputs = inputs_of(term, numbers, 0);
  const std::size_t known = inputs.size() - term.columns.size();
  for (std::size_t row = 0; row < rows(); ++row) {
    for (std::size_t c = 0; c < term.columns.size(); ++c) inputs[known + c] = columns_.values[term.columns[c]][row];
    error += of_row(inputs);
    size += std::abs(of_row.value());
  }
  const auto count = static_cast<double>(rows());
  const double additions = std::ceil(std::min(count, 512.0) / 16) + std::min(count, 16.0) - 1 +
                           std::max(0.0, std::ceil(std::log2(count / 512)));
  error += half_unit * additions * size;
  return term.mean ? error / count + half_unit * size / count : error;
}

std::string DataFormula::explain_term(std::size_t k, std::span<const double> numbers, const RowList& rows) {
  Term& term = terms_[k];
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const std::string why = term.formula.explain_non_finite(inputs_of(term, numbers, rows[i]));
    if (!why.empty()) return cat(why, ", in ", columns_.place(rows[i]));
  }
  return "";
}

std::string DataFormula::explain_non_finite(std::span<const double> x, Rows rows) {
  for (std::size_t i = 0; i < x.size(); ++i)
    if (!std::isfinite(x[i])) return cat(parameters_[i], " is ", x[i]);
  sweep(x, list(rows), {});
  const std::vector<double> numbers = numbers_;
  for (std::size_t k = 0; k < terms_.size(); ++k)
    if (std::string why = explain_term(k, numbers, list(rows)); !why.empty()) return why;
  return whole_.explain_non_finite(numbers);
}

void DataFormula::set_block(std::size_t rows) {
  for (Term& term : terms_) term.program.set_block(rows);
}

Function as_function(DataFormula f) {
  struct Both {
    DataFormula f;
    double operator()(std::span<const double> x, std::span<double> gradient) { return f.evaluate(x, gradient); }
    double operator()(std::span<const double> x) { return f.evaluate(x); }
  };
  return Both{std::move(f)};
}

std::function<double(std::span<const double>)> rounding_of(DataFormula f) {
  return [f = std::move(f)](std::span<const double> x) mutable { return f.rounding(x); };
}

}  // namespace talweg::formula
