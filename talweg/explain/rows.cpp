#include "talweg/explain/rows.hpp"

#include <numeric>

#include "talweg/base/text.hpp"
#include "talweg/explain/formula_sheet.hpp"
#include "talweg/explain/traced.hpp"

namespace talweg::explain {

namespace {

using text::cat;

constexpr std::size_t most_rows = 5;

/// Values and gradients of one mean(…) or sum(…) over the rows.
class TermOfRows {
 public:
  TermOfRows(formula::DataFormula& f, std::size_t k, std::span<const double> x, std::span<const std::uint32_t> rows)
      : values(rows.size()), gradients(rows.size() * x.size()) {
    f.term(k, x, rows, values, gradients);
  }
  std::vector<double> values, gradients;
};

class Explainer {
 public:
  Explainer(formula::DataFormula f, std::span<const double> x, std::vector<std::uint32_t> rows,
            const std::function<std::uint32_t(std::size_t)>& line)
      : f_(std::move(f)), x_(x), rows_(std::move(rows)), line_(line), totals_(f_.totals(x, rows_)) {}

  std::vector<Section> sections() {
    for (std::size_t i = 0; i < x_.size(); ++i) parameters_.push_back(sheet_.symbol(symbol(f_.variables()[i]), x_[i]));
    for (std::size_t k = 0; k < f_.terms().size(); ++k) total(k);
    std::vector<Sheet::Id> inputs = parameters_;
    inputs.insert(inputs.end(), named_.begin(), named_.end());
    sheet_.define(symbol("f"), put(sheet_, f_.whole(), inputs));
    gradient();
    std::string lines;
    for (std::size_t r = 0; r < std::min(rows_.size(), most_rows); ++r) lines += cat(r ? ", " : "", line_(rows_[r]));
    const std::string of = rows_.size() > most_rows ? cat(rows_.size(), " rows")
                           : rows_.size() == 1      ? cat("row ", lines)
                                                    : cat("rows ", lines);
    return {{cat("f over ", of), sheet_.take()}};
  }

 private:
  std::string name(std::size_t k) const {
    const std::string kind = f_.terms()[k].mean ? "mean" : "sum";
    return f_.terms().size() == 1 ? kind : cat(kind, k + 1);
  }
  std::string term_name(std::size_t k, std::size_t r) const {
    const std::string plain = f_.terms().size() == 1 ? "t" : cat("t", k + 1, ",");
    return indexed(plain, line_(rows_[r])).plain;
  }

  /// t of each row, and their mean or sum.
  void total(std::size_t k) {
    const auto& term = f_.terms()[k];
    if (rows_.size() > most_rows) {
      named_.push_back(sheet_.given(symbol(name(k)), totals_[k], cat(term.mean ? "of " : "over ", term.text)));
      return;
    }
    Sheet::Id sum = -1;
    for (std::size_t r = 0; r < rows_.size(); ++r) {
      std::vector<Sheet::Id> inputs = parameters_;
      inputs.insert(inputs.end(), named_.begin(), named_.end());
      for (const std::size_t c : term.columns)
        inputs.push_back(
            sheet_.symbol(indexed(f_.columns().names[c], line_(rows_[r])), f_.columns().values[c][rows_[r]]));
      const Sheet::Id t = sheet_.define(symbol(term_name(k, r)), put(sheet_, term.formula, inputs));
      sum = r == 0 ? t : sheet_.operation(Op::add, sum, t);
    }
    named_.push_back(sheet_.define(symbol(name(k)), over_rows(term.mean, sum)));
  }

  /// A mean is over these rows; their sum stands for that over all.
  Sheet::Id over_rows(bool mean, Sheet::Id sum) {
    const auto count = static_cast<double>(rows_.size()), all = static_cast<double>(f_.rows());
    if (mean) return sheet_.operation(Op::divide, sum, sheet_.number(count));
    if (count == all) return sum;
    return sheet_.operation(Op::multiply, sum, sheet_.operation(Op::divide, sheet_.number(all), sheet_.number(count)));
  }

  void gradient() {
    std::vector<double> whole = {x_.begin(), x_.end()}, slopes(x_.size() + totals_.size()), g(x_.size());
    whole.insert(whole.end(), totals_.begin(), totals_.end());
    formula::Formula(f_.whole()).evaluate(whole, slopes);
    f_.evaluate(x_, rows_, g);
    if (rows_.size() <= most_rows && f_.terms().size() == 1) return by_term(slopes, g);
    for (std::size_t i = 0; i < x_.size(); ++i) sheet_.given(symbol(cat("∂f/∂", f_.variables()[i])), g[i]);
  }

  /// ∂f/∂p from the slopes of the terms, where one mean or sum is all that f has of the rows.
  void by_term(std::span<const double> slopes, std::span<const double> g) {
    const std::size_t n = x_.size();
    const TermOfRows t(f_, 0, x_, rows_);
    const Sheet::Id outer = sheet_.given(symbol(cat("∂f/∂", name(0))), slopes[n]);
    for (std::size_t i = 0; i < n; ++i) {
      const std::string& p = f_.variables()[i];
      Sheet::Id sum = -1;
      for (std::size_t r = 0; r < rows_.size(); ++r) {
        const Sheet::Id slope = sheet_.given(symbol(cat("∂", term_name(0, r), "/∂", p)), t.gradients[r * n + i]);
        sum = r == 0 ? slope : sheet_.operation(Op::add, sum, slope);
      }
      Sheet::Id whole = sheet_.operation(Op::multiply, outer, over_rows(f_.terms()[0].mean, sum));
      if (slopes[i] != 0) {
        const Sheet::Id beside =
            sheet_.given(symbol(cat("∂f/∂", p, "|rest")), slopes[i], "of what stands beside the rows");
        whole = sheet_.operation(Op::add, beside, whole);
      }
      if (sheet_.value(whole) == g[i])
        sheet_.define(symbol(cat("∂f/∂", p)), whole);
      else
        sheet_.given(symbol(cat("∂f/∂", p)), g[i]);  // a limit at the edge of a domain
    }
  }

  formula::DataFormula f_;
  std::span<const double> x_;
  std::vector<std::uint32_t> rows_;
  const std::function<std::uint32_t(std::size_t)>& line_;
  std::vector<double> totals_;
  Sheet sheet_;
  std::vector<Sheet::Id> parameters_, named_;
};

}  // namespace

std::vector<Section> explain_rows(formula::DataFormula f, std::span<const double> x,
                                  std::span<const std::uint32_t> rows,
                                  const std::function<std::uint32_t(std::size_t)>& line) {
  std::vector<std::uint32_t> listed(rows.begin(), rows.end());
  if (listed.empty()) {
    listed.resize(f.rows());
    std::iota(listed.begin(), listed.end(), 0u);
  }
  return Explainer(std::move(f), x, std::move(listed), line).sections();
}

}  // namespace talweg::explain
