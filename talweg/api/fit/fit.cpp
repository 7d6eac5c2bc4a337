#include "talweg/api/fit/fit.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <thread>

#include "talweg/api/minimize/minimize.hpp"
#include "talweg/base/error.hpp"
#include "talweg/base/spelling.hpp"
#include "talweg/base/text.hpp"
#include "talweg/data/read.hpp"
#include "talweg/optim/least_squares/least_squares.hpp"
#include "talweg/optim/least_squares/student.hpp"

namespace talweg::api {

using text::cat;

namespace {

std::vector<std::string> parameters_of(const FitRequest& request, const FitFormula& f, const data::Table& table) {
  std::vector<std::string> names;
  for (const NamedValue& entry : request.start) {
    formula::check_variable_name(entry.name);
    if (!std::isfinite(entry.value)) throw Error(cat("the start ", entry.name, "=", entry.value, " is not finite"));
    if (std::ranges::find(names, entry.name) != names.end())
      throw Error(cat("'", entry.name, "' is given twice in the start"));
    names.push_back(entry.name);
  }
  if (names.empty()) {
    std::string suggested;
    for (const auto& name : f.right_names)
      if (!table.find(name)) suggested += cat(suggested.empty() ? "" : ",", name, "=1");
    if (suggested.empty()) throw Error(cat("the right side of '", f.text, "' has no parameter to fit, only columns"));
    throw Error(
        cat("a start is missing: give a number for each parameter, such as ", text::option("start", suggested)));
  }
  return names;
}

/// The columns that the formula and the weights name are numbers, whatever most of their cells look like.
data::CsvOptions reading(const FitRequest& request, const FitFormula& f) {
  data::CsvOptions options = data::reading_of(request.file);
  options.kind_of = [&](std::string_view name) -> std::optional<data::Column::Kind> {
    const auto in = [&](const auto& names) { return std::ranges::find(names, name) != names.end(); };
    if (in(f.left_names) || in(f.right_names) || name == request.weights) return data::Column::Kind::numeric;
    return std::nullopt;
  };
  return options;
}

std::vector<double> weights_of(const FitRequest& request, const data::Table& table) {
  if (request.weights.empty()) return {};
  std::vector<double> weights = numbers_of(table, request.weights);
  for (std::size_t i = 0; i < weights.size(); ++i)
    if (!(weights[i] >= 0) || std::isinf(weights[i]))
      throw Error(cat(table.where(i), ": the weight ", request.weights, " is ", weights[i], "; a weight is 0 or more"));
  return weights;
}

void check_rows(const FitRequest& request, const data::Table& table, const std::vector<double>& weights) {
  const auto rows = std::int64_t(table.rows) - std::ranges::count(weights, 0.0);
  const auto fixed = std::ranges::count_if(request.bounds, [](const NamedRange& b) { return b.lower == b.upper; });
  const auto parameters = std::int64_t(request.start.size()) - fixed;
  if (rows < parameters)
    throw Error(cat(table.origin, " has ", rows, rows == 1 ? " row" : " rows",
                    weights.empty() ? "" : " of weight above 0", " for ", parameters,
                    " parameters: give at least as many rows, or fix parameters by ",
                    text::option("bounds", cat(request.start[0].name, "=1:1"))));
}

void add_goodness(FitOutcome& o) {
  const LeastSquaresResult& r = o.result;
  const auto& y = o.rows->response();
  const auto weight = [&](std::size_t i) { return o.weights.empty() ? 1 : o.weights[i]; };
  double sum_w = 0, mean = 0, rows = 0, logs = 0;
  for (std::size_t i = 0; i < y.size(); ++i) {
    sum_w += weight(i), mean += weight(i) * y[i];
    if (weight(i) > 0) rows += 1, logs += std::log(weight(i));
  }
  mean /= sum_w;
  double residual = 0, total = 0;
  for (std::size_t i = 0; i < y.size(); ++i) {
    residual += weight(i) * r.residuals[i] * r.residuals[i];
    total += weight(i) * (y[i] - mean) * (y[i] - mean);
  }
  if (total > 0) o.r2 = 1 - residual / total;
  if (o.loss != "squares" || !(residual > 0)) return;
  const double minus_two_log_l = rows * (std::log(2 * std::numbers::pi * residual / rows) + 1) - logs;
  const double estimated = double(r.x.size() - r.on_bound.size()) + 1;
  o.aic = minus_two_log_l + 2 * estimated;
  o.bic = minus_two_log_l + std::log(rows) * estimated;
}

int threads_of(const FitRequest& request, std::size_t rows) {
  constexpr std::size_t worth = 20'000;  // from where sharing the rows pays for waking threads
  if (request.threads < 0 || request.threads > 1024)
    throw Error("threads", cat(text::option("threads", request.threads), ": expected a number from 1 to 1024"));
  if (request.threads > 0) return request.threads;
  return rows < worth ? 1 : static_cast<int>(std::clamp(std::thread::hardware_concurrency(), 1u, 8u));
}

}  // namespace

FitOutcome fit(const FitRequest& request) {
  const FitFormula f = FitFormula::parse(request.formula);
  const Loss loss = Loss::parse(request.loss);
  const LevenbergMarquardt method = LevenbergMarquardt::parse(request.optimizer);
  const auto& given = request.file.table();  // as it is, without a copy
  if (given) data::check_in_memory(request.file);
  const auto read = given && !given->sparse && request.file.reading.given().empty()
                        ? given
                        : std::make_shared<const data::Table>(data::read_table(request.file, reading(request, f)));
  const data::Table& table = *read;
  data::check_columns(request.file.reading, table);
  FitOutcome outcome{.formula = f.text,
                     .loss = loss.text(),
                     .parameters = parameters_of(request, f, table),
                     .level = request.options.level};
  LeastSquaresOptions options = request.options;
  options.names = outcome.parameters;
  options.loss = loss;
  MinimizeRequest named;
  named.bounds = request.bounds;
  options.bounds = bounds_of(named, outcome.parameters);

  auto rows = std::make_shared<FitRows>(f, outcome.parameters, read, threads_of(request, table.rows));
  outcome.weights = options.weights = weights_of(request, table);
  check_rows(request, table, options.weights);
  outcome.rows = rows;
  std::vector<double> x0;
  for (const NamedValue& entry : request.start) x0.push_back(entry.value);
  outcome.result = least_squares(rows->residuals(), std::move(x0), method, options);
  if (outcome.result.status == Status::not_finite)
    outcome.result.message = cat(rows->explain_non_finite(outcome.result.x), "; ", outcome.result.message);
  else
    add_goodness(outcome);
  return outcome;
}

Prediction predict(const FitOutcome& outcome, std::span<const double> inputs) {
  const LeastSquaresResult& r = outcome.result;
  const std::size_t n = r.x.size();
  std::vector<double> gradient(n);
  Prediction p{outcome.rows->predict(r.x, inputs, gradient), std::numeric_limits<double>::quiet_NaN()};
  if (r.degrees_of_freedom <= 0 || r.covariance.empty()) return p;
  double variance = r.residual_standard_deviation * r.residual_standard_deviation;
  const auto held = [&](std::size_t j) { return std::ranges::find(r.on_bound, j) != r.on_bound.end(); };
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t j = 0; j < n; ++j)
      if (!held(i) && !held(j)) variance += gradient[i] * r.covariance[i * n + j] * gradient[j];
  p.half_width = student_quantile(outcome.level, double(r.degrees_of_freedom)) * std::sqrt(variance);
  return p;
}

}  // namespace talweg::api
