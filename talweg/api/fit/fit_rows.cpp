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

}  // namespace

FitFormula FitFormula::parse(const std::string& text) {
  const auto tilde = text.find('~');
  if (tilde == std::string::npos || text.find('~', tilde + 1) != std::string::npos)
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
  }
  return out;
}

FitRows::FitRows(const FitFormula& f, std::vector<std::string> parameters, const data::Table& table)
    : parameters_(std::move(parameters)), left_(text::trim(f.left)) {
  check_names(f, parameters_, table);
  for (const auto& name : f.right_names)
    if (!has(parameters_, name)) inputs_.push_back(name);
  std::vector<std::string> all = parameters_;
  all.insert(all.end(), inputs_.begin(), inputs_.end());
  right_ = formula::parse(f.right, all);
  at_.resize(all.size());
  slopes_.resize(all.size());

  values_.resize(table.rows * inputs_.size());
  for (std::size_t k = 0; k < inputs_.size(); ++k) {
    const auto numbers = numbers_of(table, inputs_[k]);
    for (std::size_t i = 0; i < table.rows; ++i) values_[i * inputs_.size() + k] = numbers[i];
  }
  formula::Formula left = formula::parse(f.left, f.left_names);
  std::vector<std::vector<double>> sides;
  for (const auto& name : f.left_names) sides.push_back(numbers_of(table, name));
  std::vector<double> x(sides.size());
  for (std::size_t i = 0; i < table.rows; ++i) {
    for (std::size_t k = 0; k < sides.size(); ++k) x[k] = sides[k][i];
    response_.push_back(left.evaluate(x));
    places_.push_back(table.where(i));
    if (!std::isfinite(response_.back())) throw Error(cat(places_.back(), ": ", left.explain_non_finite(x)));
  }
}

double FitRows::predict(std::span<const double> x, std::span<const double> inputs, std::span<double> gradient) const {
  std::ranges::copy(x, at_.begin());
  std::ranges::copy(inputs, at_.begin() + std::ptrdiff_t(x.size()));
  if (gradient.empty()) return right_.evaluate(at_);
  const double value = right_.evaluate(at_, slopes_);
  std::copy_n(slopes_.begin(), gradient.size(), gradient.begin());
  return value;
}

double FitRows::predict_row(std::span<const double> x, std::size_t row, std::span<double> gradient) const {
  return predict(x, std::span(values_).subspan(row * inputs_.size(), inputs_.size()), gradient);
}

Residuals FitRows::residuals() const {
  return {rows(),
          [this](std::span<const double> x, std::span<double> r, std::span<double> jacobian) {
            const std::size_t n = x.size();
            for (std::size_t i = 0; i < r.size(); ++i) {
              const auto row = jacobian.empty() ? jacobian : jacobian.subspan(i * n, n);
              r[i] = response_[i] - predict_row(x, i, row);
              for (double& slope : row) slope = -slope;
            }
          },
          true,
          [this](std::span<const double> x, std::span<double> r) {
            for (std::size_t i = 0; i < r.size(); ++i) {
              const double value = predict_row(x, i);
              r[i] = right_.rounding(at_) + unit_roundoff * (std::abs(response_[i]) + std::abs(response_[i] - value));
            }
          }};
}

std::string FitRows::explain_non_finite(std::span<const double> x) const {
  std::vector<double> gradient(x.size());
  for (std::size_t i = 0; i < rows(); ++i) {
    const double value = predict_row(x, i, gradient);
    if (std::isfinite(value) && std::ranges::all_of(gradient, [](double g) { return std::isfinite(g); })) continue;
    return cat(places_[i], ": ", right_.explain_non_finite(at_));
  }
  return "";
}

}  // namespace talweg::api
