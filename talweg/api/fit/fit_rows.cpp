#include "talweg/api/fit/fit_rows.hpp"

#include <algorithm>
#include <cmath>

#include "talweg/base/error.hpp"
#include "talweg/base/spelling.hpp"
#include "talweg/base/text.hpp"

namespace talweg::api {

using text::cat;

namespace {

constexpr double unit_roundoff = 0x1p-53;
constexpr std::string_view form = "a fit is written response ~ model, such as \"y ~ a*exp(-b*x) + c\"";

bool has(const std::vector<std::string>& names, std::string_view name) {
  return std::ranges::find(names, name) != names.end();
}

std::vector<std::string_view> views(const std::vector<std::string>& names) { return {names.begin(), names.end()}; }

std::vector<std::string> column_names(const data::Table& table) {
  std::vector<std::string> names;
  for (const data::Column& c : table.columns) names.push_back(c.name);
  return names;
}

/// A name that is neither a column nor has a start.
[[noreturn]] void refuse_name(std::string_view name, const data::Table& table, bool left) {
  const auto columns = column_names(table);
  const std::string near = text::did_you_mean(name, views(columns));
  if (left)
    throw Error(cat("'", name, "' on the left of ~ is no column of ", table.origin, ": ",
                    near.empty() ? cat("the columns are ", text::list(views(columns))) : near));
  throw Error(cat("'", name, "' is no column of ", table.origin,
                  " and has no start: ", near.empty() ? "" : cat(near, " or "), "give it one, such as ",
                  text::option("start", cat(name, "=1"))));
}

void check_names(const FitFormula& f, const std::vector<std::string>& parameters, const data::Table& table) {
  for (const auto& name : parameters) {
    if (table.find(name))
      throw Error(cat("'", name, "' is a column of ", table.origin,
                      " and cannot be a parameter too: give the parameter another name"));
    if (has(f.left_names, name))
      throw Error(cat("the parameter '", name, "' stands on the left of ~, where columns belong: ", form));
    if (!has(f.right_names, name)) throw Error(cat("the start gives '", name, "', which the formula does not use"));
  }
  for (const auto& name : f.left_names)
    if (!table.find(name)) refuse_name(name, table, true);
  for (const auto& name : f.right_names)
    if (!has(parameters, name) && !table.find(name)) refuse_name(name, table, false);
  if (f.left_names.empty()) throw Error(cat("no column stands on the left of ~: ", form));
}

/// The next ~ that is not part of a name in backquotes.
std::size_t find_tilde(std::string_view text, std::size_t from) {
  bool quoted = false;
  for (std::size_t i = from; i < text.size(); ++i) {
    if (text[i] == '`') quoted = !quoted;
    if (text[i] == '~' && !quoted) return i;
  }
  return std::string_view::npos;
}

}  // namespace

FitFormula FitFormula::parse(const std::string& text) {
  const auto tilde = find_tilde(text, 0);
  if (tilde == std::string::npos || find_tilde(text, tilde + 1) != std::string::npos)
    throw Error(
        cat("the formula '", text, "' has ", tilde == std::string::npos ? "no" : "more than one", " ~: ", form));
  FitFormula f{.text = text, .left = text.substr(0, tilde), .right = text, .left_names = {}, .right_names = {}};
  std::fill_n(f.right.begin(), tilde + 1, ' ');
  for (const auto* side : {&f.left, &f.right})
    if (text::trim(*side).empty())
      throw Error(cat("nothing stands on the ", side == &f.left ? "left" : "right", " of ~: ", form));
  f.left_names = formula::variables(text::trim(f.left));
  f.right_names = formula::variables(text::trim(f.right));  // what is wrong is shown without the blanks
  return f;
}

std::vector<double> numbers_of(const data::Table& table, std::string_view name) {
  const data::Column& column = table.column(name);
  column.check_usable();
  std::vector<double> out(table.rows);
  for (std::size_t i = 0; i < table.rows; ++i) {
    if (column.is_missing(i))
      throw Error(cat(table.where(i), ": ", name,
                      " is blank: a fit needs a number in every row; fill it in, or leave the row out"));
    if (column.kind == data::Column::Kind::text) {
      const std::string& cell = column.categories[std::size_t(column.codes[i])];
      if (const auto number = text::parse_number(cell)) {
        out[i] = *number;
        continue;
      }
      throw Error(cat(table.where(i), ": ", name, " is the text '", text::shown(cell), "': a fit needs numbers"));
    }
    out[i] = column.number(i);
    if (std::isinf(out[i]))
      throw Error(cat(table.where(i), ": ", name, " is ", out[i], ": a fit needs finite numbers"));
  }
  return out;
}

/// The table as a formula sees it, with the numbers of the columns that `f` uses: those of the table where it holds
/// them so.
formula::Columns FitRows::columns_of(const FitFormula& f) {
  formula::Columns columns{.source = table_->origin, .rows = table_->rows};
  for (const data::Column& c : table_->columns) {
    columns.names.push_back(c.name);
    columns.values.emplace_back();
    if (!has(f.left_names, c.name) && !has(f.right_names, c.name)) continue;
    std::vector<double> numbers = numbers_of(*table_, c.name);
    if (c.kind == data::Column::Kind::numeric && c.bytes.empty())
      columns.values.back() = c.numbers;
    else
      columns.values.back() = converted_.emplace_back(std::move(numbers));
  }
  return columns;
}

FitRows::FitRows(const FitFormula& f, const std::vector<std::string>& parameters,
                 std::shared_ptr<const data::Table> table, int threads)
    : table_(std::move(table)), left_(text::trim(f.left)), response_(table_->rows) {
  check_names(f, parameters, *table_);
  const formula::Columns columns = columns_of(f);
  formula::RowFormula left(f.left, {}, columns);
  left.values({}, 0, response_);
  if (const auto row = left.first_non_finite({}); row < rows())
    throw Error(cat(table_->where(row), ": ", left.explain_non_finite({}, row)));
  right_.emplace(f.right, parameters, columns, threads);
  of_one_ = right_->formula();
}

std::span<const double> FitRows::input(std::size_t k) const { return right_->values_of(k); }

double FitRows::predict(std::span<const double> x, std::span<const double> inputs, std::span<double> gradient) const {
  std::vector<double> at(x.begin(), x.end());
  at.insert(at.end(), inputs.begin(), inputs.end());
  if (gradient.empty()) return of_one_.evaluate(at);
  std::vector<double> slopes(at.size());
  const double value = of_one_.evaluate(at, slopes);
  std::copy_n(slopes.begin(), gradient.size(), gradient.begin());
  return value;
}

std::vector<double> FitRows::predictions(std::span<const double> x) const {
  std::vector<double> out(rows());
  right_->values(x, 0, out);
  return out;
}

Residuals FitRows::residuals() const {
  const auto part = [this](std::span<const double> x, std::size_t first, std::span<double> r,
                           std::span<double> jacobian) {
    if (jacobian.empty())
      right_->values(x, first, r);
    else
      right_->jacobian(x, first, r, jacobian);
    for (std::size_t i = 0; i < r.size(); ++i) r[i] = response_[first + i] - r[i];
    for (double& slope : jacobian) slope = -slope;
  };
  const auto rounding = [this](std::span<const double> x, std::span<double> r) {
    const std::vector<double> values = predictions(x);
    right_->roundings(x, 0, r);
    for (std::size_t i = 0; i < r.size(); ++i)
      r[i] += unit_roundoff * (std::abs(response_[i]) + std::abs(response_[i] - values[i]));
  };
  return Residuals::in_parts(rows(), part, true, rounding);
}

std::string FitRows::explain_non_finite(std::span<const double> x) const {
  const std::size_t row = right_->first_non_finite(x);
  return row == rows() ? "" : cat(table_->where(row), ": ", right_->explain_non_finite(x, row));
}

}  // namespace talweg::api
