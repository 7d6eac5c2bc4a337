#include "talweg/present/fit/fit_report.hpp"

#include <cmath>

#include <nlohmann/json.hpp>

#include "talweg/base/text.hpp"
#include "talweg/report/table.hpp"

namespace talweg::present {

using namespace api;

namespace {

using report::Cell;
using report::Table;
using text::brief;
using text::cat;
using Json = nlohmann::ordered_json;

/// Nothing where it is not known.
Cell cell(double value) { return std::isfinite(value) ? Cell(value) : Cell(); }

Json by_name(const std::vector<std::string>& names, const std::vector<double>& values) {
  auto object = Json::object();
  for (std::size_t i = 0; i < names.size(); ++i) object[names[i]] = i < values.size() ? Json(values[i]) : Json();
  return object;
}

Json intervals(const FitOutcome& o) {
  const LeastSquaresResult& r = o.result;
  auto object = Json::object();
  for (std::size_t i = 0; i < o.parameters.size(); ++i)
    object[o.parameters[i]] = i < r.low.size() ? Json{r.low[i], r.high[i]} : Json{nullptr, nullptr};
  return object;
}

Json matrix(const std::vector<double>& values, std::size_t n) {
  auto rows = Json::array();
  for (std::size_t i = 0; i < n && !values.empty(); ++i)
    rows.push_back(
        std::vector<double>(values.begin() + std::ptrdiff_t(i * n), values.begin() + std::ptrdiff_t((i + 1) * n)));
  return rows;
}

std::string json(const FitOutcome& o) {
  const LeastSquaresResult& r = o.result;
  const Json document{
      {"formula", o.formula},
      {"optimizer", r.optimizer},
      {"loss", o.loss},
      {"status", name(r.status)},
      {"success", r.success()},
      {"message", r.message},
      {"parameters", by_name(o.parameters, r.x)},
      {"standard_errors", by_name(o.parameters, r.standard_errors)},
      {"level", o.level},
      {"intervals", intervals(o)},
      {"correlation", matrix(r.correlation, o.parameters.size())},
      {"covariance", matrix(r.covariance, o.parameters.size())},
      {"sum_of_squares", r.value},
      {"residual_standard_deviation", r.residual_standard_deviation},
      {"rows", o.rows->rows()},
      {"degrees_of_freedom", r.degrees_of_freedom},
      {"r2", o.r2},
      {"aic", o.aic},
      {"bic", o.bic},
      {"cosine", r.cosine},
      {"iterations", r.iterations},
      {"evaluations",
       {{"function", r.evaluations.function}, {"gradient", r.evaluations.gradient}, {"check", r.evaluations.check}}}};
  return document.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

/// A line for each parameter.
Table parameter_table(const FitOutcome& o) {
  const LeastSquaresResult& r = o.result;
  Table table{{"parameter", "value", "standard error", cat("low ", brief(100 * o.level), " %"), "high"}, {}};
  for (std::size_t j = 0; j < o.parameters.size(); ++j) {
    std::vector<Cell> row{o.parameters[j], r.x[j]};
    for (const auto* column : {&r.standard_errors, &r.low, &r.high})
      row.push_back(j < column->size() ? cell((*column)[j]) : Cell());
    table.rows.push_back(std::move(row));
  }
  return table;
}

/// What describes the fit as a whole.
Table summary_table(const FitOutcome& o) {
  const LeastSquaresResult& r = o.result;
  Table table{{"quantity", "value"}, {}};
  const auto add = [&](std::string what, std::string value) {
    table.rows.push_back({std::move(what), std::move(value)});
  };
  const auto number = [&](const char* what, double v) {
    if (std::isfinite(v)) add(what, brief(v, 8));
  };
  add("formula", o.formula);
  add("optimizer", r.optimizer);
  if (o.loss != "squares") add("loss", o.loss);
  add("status", std::string(name(r.status)));
  number(o.loss == "squares" ? "sum of squares" : "sum of losses", r.value);
  number("residual standard deviation", r.residual_standard_deviation);
  add("rows", cat(o.rows->rows()));
  if (!r.standard_errors.empty()) add("degrees of freedom", cat(r.degrees_of_freedom));
  number("r2", o.r2);
  number("AIC", o.aic);
  number("BIC", o.bic);
  add("iterations", cat(r.iterations));
  add("evaluations", cat(r.evaluations.function, " of the residuals, ", r.evaluations.gradient, " of their Jacobian",
                         r.evaluations.check > 0 ? cat("; ", r.evaluations.check, " more by checks") : ""));
  return table;
}

std::vector<Table> tables(const FitOutcome& o) {
  std::vector<Table> all{parameter_table(o)};
  if (o.parameters.size() > 1 && !o.result.correlation.empty() && o.result.confounded.empty())
    all.push_back(correlation_table(o));
  all.push_back(summary_table(o));
  return all;
}

std::string csv(const FitOutcome& o) {
  Table table = parameter_table(o);
  table.columns = {"parameter", "value", "standard_error", "low", "high"};
  return report::csv(table);
}

}  // namespace

Table correlation_table(const FitOutcome& o) {
  const LeastSquaresResult& r = o.result;
  const std::size_t n = o.parameters.size();
  Table table{{"correlation"}, {}};
  for (const auto& p : o.parameters) table.columns.push_back(p);
  for (std::size_t i = 0; i < n; ++i) {
    std::vector<Cell> row{o.parameters[i]};
    for (std::size_t j = 0; j < n; ++j) {
      const double c = r.correlation[i * n + j];
      row.push_back(j > i || !std::isfinite(c) ? Cell() : Cell(brief(c, 4)));
    }
    table.rows.push_back(std::move(row));
  }
  return table;
}

/// What begins with a file's name or a parameter keeps its letters.
std::string fit_sentence(const FitOutcome& o) {
  std::string out = o.result.message;
  for (const char* own : {"converged", "no ", "stopped", "all ", "the sum", "the weighted sum"})
    if (out.starts_with(own)) out[0] = static_cast<char>(out[0] - 'a' + 'A');
  return out + ".";
}

std::string render(const FitOutcome& o, Format format) {
  const auto joined = [&](std::string (*write)(const Table&)) {
    std::string out;
    for (const Table& table : tables(o)) out += cat(out.empty() ? "" : "\n", write(table));
    return out;
  };
  switch (format) {
    case Format::json:
      return json(o);
    case Format::csv:
      return csv(o);
    case Format::markdown:
      return cat(joined(report::markdown), "\n", fit_sentence(o), "\n");
    case Format::latex:
      return cat(report::latex_begin(), joined(report::latex), "\n\\noindent\n", report::latex_escape(fit_sentence(o)),
                 "\n", report::latex_end());
    case Format::table:
      break;
  }
  return cat(fit_sentence(o), "\n\n", joined(report::text));
}

}  // namespace talweg::present
