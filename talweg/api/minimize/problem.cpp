#include "talweg/api/minimize/problem.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <unordered_map>
#include <unordered_set>

#include "talweg/base/error.hpp"
#include "talweg/base/listing.hpp"
#include "talweg/base/sha256.hpp"
#include "talweg/base/spelling.hpp"
#include "talweg/base/text.hpp"
#include "talweg/data/read.hpp"

namespace talweg::api {

namespace {

using text::cat;

constexpr std::size_t listed = 8;  // names in a message

std::vector<std::string_view> views(const std::vector<std::string>& names) { return {names.begin(), names.end()}; }

std::string suggested_start(const std::vector<std::string>& names) {
  std::string out;
  for (std::size_t i = 0; i < std::min(names.size(), listed); ++i) out += cat(i == 0 ? "" : ",", names[i], "=1");
  return out + (names.size() > listed ? ",…" : "");
}

std::shared_ptr<const data::Table> read_data(const data::Input& input) {
  if (input.empty()) {
    input.reading.refuse_except({}, text::cat("a formula without rows; give ", text::option("data"), " or"));
    return nullptr;
  }
  if (input.table() && input.reading.given().empty()) return input.table();  // as it is, without a copy
  const auto table = std::make_shared<const data::Table>(data::read_table(input));
  data::check_columns(input.reading, *table);
  return table;
}

/// The columns of a table, of which those that are no numbers have none.
formula::Columns columns_of(const std::shared_ptr<const data::Table>& table) {
  formula::Columns columns{.source = table->origin, .rows = table->rows, .owner = table};
  for (const data::Column& c : table->columns) {
    columns.names.push_back(c.name);
    columns.values.emplace_back(c.numbers);
  }
  columns.where = [table = table.get()](std::size_t row) { return table->where(row); };
  return columns;
}

/// The first row of a text column that holds no number.
std::size_t first_text(const data::Column& column, std::size_t rows) {
  for (std::size_t row = 0; row < rows; ++row)
    if (column.codes[row] >= 0 && !text::parse_number(column.categories[static_cast<std::size_t>(column.codes[row])]))
      return row;
  return 0;
}

void check_column(const data::Table& table, const data::Column& column) {
  column.check_usable();
  if (column.kind == data::Column::Kind::text) {
    const std::size_t row = first_text(column, table.rows);
    const auto code = column.codes.empty() ? -1 : column.codes[row];
    throw Error(
        cat(table.where(row), ": the column '", text::shown(column.name), "' holds texts",
            code < 0 ? "" : cat(", here '", text::shown(column.categories[static_cast<std::size_t>(code)]), "'"),
            ": a formula is over numbers"));
  }
  if (column.numbers.size() != table.rows)
    throw Error(cat(table.origin, ": the column '", text::shown(column.name), "' is no column of numbers"));
  for (std::size_t row = 0; row < table.rows; ++row)
    if (std::isnan(column.numbers[row]))
      throw Error(cat(table.where(row), ": the column '", text::shown(column.name),
                      "' is empty here: a formula needs a number in each row; fill it in, or take the row out"));
}

/// The variables in the order of the start, after checking that start and formulas speak of the same ones.
std::vector<std::string> agreed_variables(const MinimizeRequest& request, const std::vector<std::string>& in_formula) {
  std::vector<std::string> names, used = in_formula;
  std::unordered_set<std::string> given, known(used.begin(), used.end());
  for (const auto& entry : request.start) {
    formula::check_variable_name(entry.name);
    const std::string name = formula::plain_name(entry.name);
    if (!given.insert(name).second) throw Error(cat("'", name, "' is given twice in the start"));
    if (!std::isfinite(entry.value)) throw Error(cat("the start ", name, "=", entry.value, " is not finite"));
    names.push_back(name);
  }
  for (const auto& constraint : request.constraints)
    for (auto& name : formula::constraint_variables(constraint))
      if (known.insert(name).second) used.push_back(std::move(name));
  if (names.empty() && used.empty()) throw Error(cat("the formula '", request.formula, "' has no variable to change"));
  if (names.empty())
    throw Error(cat("a start is missing: give a number for each variable, such as ",
                    text::option("start", suggested_start(used))));
  for (const auto& name : names)
    if (!known.contains(name))
      throw Error(cat("the start gives '", name, "', which the formula does not use",
                      used.empty() ? "" : cat(": its variables are ", text::list_some(views(used), listed))));
  return names;
}

}  // namespace

Problem::Problem(const MinimizeRequest& request) : table_(read_data(request.data)) {
  if (!table_) {
    variables_ = agreed_variables(request, formula::variables(request.formula));
    read_ = formula::parse(request.formula, variables_);
  } else {
    formula::Columns columns = columns_of(table_);
    for (const auto& entry : request.start)
      if (const data::Column* c = table_->find(entry.name))
        throw Error("start", cat("the start gives '", c->name, "', which is a column of ", table_->origin,
                                 ": a column is data and no parameter; leave it out of ", text::option("start"),
                                 ", or give one of the two another name"));
    const formula::Mentioned mentioned = formula::mentioned(request.formula, columns);
    variables_ = agreed_variables(request, mentioned.parameters);
    for (const std::size_t c : mentioned.columns) check_column(*table_, table_->columns[c]);
    read_ = formula::DataFormula(request.formula, variables_, std::move(columns));
  }
  for (const auto& entry : request.start) start_.push_back(entry.value);
}

Function Problem::function() const {
  return std::visit([](const auto& f) { return formula::as_function(f); }, read_);
}

std::function<double(std::span<const double>)> Problem::rounding() const {
  return std::visit([](const auto& f) { return formula::rounding_of(f); }, read_);
}

double Problem::evaluate(std::span<const double> x) {
  return std::visit([&](auto& f) { return f.evaluate(x); }, read_);
}

std::string Problem::explain_non_finite(std::span<const double> x, std::span<const std::uint32_t> rows) const {
  if (const auto* f = formula()) return f->explain_non_finite(x);
  return formula::DataFormula(*over_rows()).explain_non_finite(x, rows);
}

std::uint32_t Problem::line(std::size_t row) const {
  return table_->lines.empty() ? static_cast<std::uint32_t>(row + 1) : table_->lines[row];
}

std::string Problem::fingerprint() const {
  if (!table_) return "";
  Sha256 hash;
  std::vector<std::size_t> used;
  for (const auto& term : over_rows()->terms()) used.insert(used.end(), term.columns.begin(), term.columns.end());
  std::ranges::sort(used);
  const auto end = std::unique(used.begin(), used.end());
  for (auto c = used.begin(); c != end; ++c) hash.add(over_rows()->columns().values[*c]);
  return hash.hex();
}

Bounds bounds_of(const MinimizeRequest& request, const std::vector<std::string>& names) {
  if (request.bounds.empty()) return {};
  const double infinity = std::numeric_limits<double>::infinity();
  Bounds bounds{std::vector<double>(names.size(), -infinity), std::vector<double>(names.size(), infinity)};
  std::unordered_map<std::string_view, std::size_t> places;
  for (std::size_t i = 0; i < names.size(); ++i) places.emplace(names[i], i);
  std::unordered_set<std::string_view> given;
  for (const NamedRange& range : request.bounds) {
    if (!given.insert(range.name).second) throw Error(cat("'", range.name, "' is given twice in the bounds"));
    const auto it = places.find(range.name);
    if (it == places.end()) {
      const auto known = views(names);
      const std::string near = text::did_you_mean(range.name, known);
      throw Error(cat("the bounds name '", range.name, "', which is not in the start: ",
                      near.empty() ? cat("the variables are ", text::list_some(known, listed)) : near));
    }
    if (range.lower == infinity || range.upper == -infinity)
      throw Error(cat("bounds of ", range.name, ": no number lies in ", range.lower, ":", range.upper,
                      "; a side without a bound is written -inf:upper or lower:inf"));
    bounds.lower[it->second] = range.lower;
    bounds.upper[it->second] = range.upper;
  }
  return bounds;
}

}  // namespace talweg::api
