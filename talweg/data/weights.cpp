#include "talweg/data/weights.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

#include "talweg/base/error.hpp"
#include "talweg/base/listing.hpp"
#include "talweg/base/spelling.hpp"
#include "talweg/base/text.hpp"

namespace talweg::data {

namespace {

[[noreturn]] void refuse(std::string_view text, std::string_view why) {
  throw Error("class_weight", text::cat(text::option("class_weight", text), ": ", why));
}

/// "a class=5": a label may hold a = itself.
std::pair<std::string_view, double> parse_weight(std::string_view text, std::string_view piece) {
  const std::size_t equals = piece.rfind('=');
  const auto weight =
      equals == std::string_view::npos ? std::nullopt : text::parse_number(text::trim(piece.substr(equals + 1)));
  if (!weight || !std::isfinite(*weight) || *weight < 0)
    refuse(text,
           text::cat("'", piece, "': expected balanced, or a weight of at least 0 for a class, as in yes=5,no=1"));
  return {text::trim(piece.substr(0, equals)), *weight};
}

std::size_t place_of(std::string_view text, std::string_view label, const Target& target) {
  const auto found = std::ranges::find(target.classes, label);
  if (found != target.classes.end()) return static_cast<std::size_t>(found - target.classes.begin());
  if (const auto number = text::parse_number(label); number && target.numeric) {
    const auto same = std::ranges::find(target.class_values, *number);
    if (same != target.class_values.end()) return static_cast<std::size_t>(same - target.class_values.begin());
  }
  const std::vector<std::string_view> names(target.classes.begin(), target.classes.end());
  refuse(text, text::cat("'", label, "' is no class of the target '", target.name, "'; they are ",
                         text::list_some(names, 8)));
}

}  // namespace

std::vector<double> row_weights(const Table& table, std::string_view name) {
  if (table.format != Format::csv)
    throw Error("weights", text::cat(text::option("weights", name), ": ", table.origin, " has no columns of weights"));
  const Column& column = table.column(name);
  column.check_usable();
  if (column.kind != Column::Kind::numeric)
    throw Error("weights", text::cat(text::option("weights", name), ": the column is text in ", table.origin,
                                     ", and weights are numbers of at least 0"));
  std::vector<double> weights(table.rows);
  for (std::size_t r = 0; r < table.rows; ++r) {
    if (column.is_missing(r))
      throw Error(text::cat(table.where(r), ": the weight '", name, "' is missing; fill it in, or remove the row"));
    weights[r] = column.number(r);
    if (weights[r] < 0)
      throw Error(text::cat(table.where(r), ": the weight '", name, "' is ", weights[r],
                            ", and a row counts at least 0; correct it, or remove the row"));
  }
  const double sum = std::accumulate(weights.begin(), weights.end(), 0.0);
  if (sum == 0) throw Error(text::cat(table.origin, ": all weights '", name, "' are 0; no row would count"));
  if (!std::isfinite(sum))
    throw Error(text::cat(table.origin, ": the weights '", name, "' add up to no finite number; divide them"));
  return weights;
}

CsvOptions with_weights(CsvOptions options, const std::string& column) {
  if (column.empty()) return options;
  options.kind_of = [column, known = std::move(options.kind_of)](std::string_view name) -> std::optional<Column::Kind> {
    if (name == column) return Column::Kind::numeric;
    return known ? known(name) : std::nullopt;
  };
  return options;
}

std::vector<double> balanced_weights(std::span<const std::int64_t> rows) {
  const auto all = static_cast<double>(std::accumulate(rows.begin(), rows.end(), std::int64_t{0}));
  std::vector<double> weights(rows.size(), 1.0);
  for (std::size_t k = 0; k < rows.size(); ++k)
    if (rows[k] > 0) weights[k] = all / (static_cast<double>(rows.size()) * static_cast<double>(rows[k]));
  return weights;
}

std::vector<double> class_weights(std::string_view text, const Target& target, std::span<const double> truth) {
  if (target.task == Task::regression) refuse(text, text::cat("the target '", target.name, "' is a number"));
  const std::size_t classes = target.classes.size();
  if (text == balanced) {
    std::vector<std::int64_t> rows(classes);
    for (const double c : truth) ++rows[static_cast<std::size_t>(c)];
    return balanced_weights(rows);
  }
  std::vector<double> weights(classes, 1.0);
  std::vector<char> named(classes);
  for (const std::string_view piece : text::split(text, ',')) {
    const auto [label, weight] = parse_weight(text, piece);
    const std::size_t k = place_of(text, label, target);
    if (std::exchange(named[k], 1)) refuse(text, text::cat("names the class '", label, "' twice"));
    weights[k] = weight;
  }
  if (std::ranges::all_of(weights, [](double w) { return w == 0; })) refuse(text, "no class would count");
  return weights;
}

}  // namespace talweg::data
