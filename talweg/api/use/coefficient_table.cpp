#include "talweg/api/use/coefficient_table.hpp"

#include <algorithm>
#include <cmath>

#include "talweg/elementary/functions.hpp"

namespace talweg::api {

std::int64_t keep_largest(std::vector<Weight>& weights, std::int64_t top) {
  const auto count = std::min(weights.size(), static_cast<std::size_t>(top));
  const auto larger = [](const Weight& a, const Weight& b) {
    const double x = std::abs(a.scaled), y = std::abs(b.scaled);
    return x != y ? x > y : a.input != b.input ? a.input < b.input : a.output < b.output;
  };
  std::partial_sort(weights.begin(), weights.begin() + static_cast<std::ptrdiff_t>(count), weights.end(), larger);
  const auto left_out = static_cast<std::int64_t>(weights.size() - count);
  weights.resize(count);
  return left_out;
}

std::vector<std::string> Doubts::columns() const {
  std::vector<std::string> names;
  if (inference) names = {"standard_error", inference->degrees_of_freedom > 0 ? "t" : "z", "p", "low", "high"};
  if (odds) names.emplace_back("odds_ratio");
  return names;
}

std::vector<report::Cell> Doubts::cells(double value, double error) const {
  std::vector<report::Cell> out;
  const auto add = [&](double v) { out.push_back(std::isfinite(v) ? report::Cell(v) : report::Cell()); };
  if (inference && error > 0) {
    const train::Estimate e = train::estimate(value, error, *inference);
    for (const double v : {error, e.statistic, e.p, e.low, e.high}) add(v);
  } else if (inference) {
    out.resize(5);
    if (error == 0) out[0] = 0.0;  // the rows lie on the plane
  }
  if (odds) add(elementary::exp(value));
  return out;
}

report::Table CoefficientTable::operator()(const std::vector<Weight>& weights, const std::vector<std::string>& labels,
                                           const std::function<std::string(std::size_t)>& name_of) const {
  report::Table table;
  table.columns = {name};
  if (classes) table.columns.push_back("class");
  table.columns.push_back(value);
  if (scaled) table.columns.push_back("scaled");
  for (std::string& column : doubts.columns()) table.columns.push_back(std::move(column));
  for (const Weight& w : weights) {
    std::vector<report::Cell> row{name_of(w.input)};
    if (classes) row.emplace_back(labels[w.output]);
    row.emplace_back(w.value);
    if (scaled) row.emplace_back(w.scaled);
    for (report::Cell& cell : doubts.cells(w.value, w.error)) row.push_back(std::move(cell));
    table.rows.push_back(std::move(row));
  }
  return table;
}

}  // namespace talweg::api
