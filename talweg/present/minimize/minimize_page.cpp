#include "talweg/present/minimize/minimize_page.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "talweg/base/spelling.hpp"
#include "talweg/base/text.hpp"
#include "talweg/present/minimize/minimize_picture.hpp"
#include "talweg/present/minimize/minimize_report.hpp"
#include "talweg/report/plot/scale.hpp"

namespace talweg::present {

using namespace api;

namespace {

using report::html::Fact;
using report::html::Page;
using report::html::Section;
using report::html::Tone;
using report::plot::Chart;
using report::plot::Series;
using text::cat;

constexpr std::size_t told_variables = 6;     // whose values stand beside the slider
constexpr std::size_t listed_variables = 60;  // of the result and the start

/// Numbers that the slider tells at each step: the point, f, the gradient and what the method keeps.
report::html::Steps steps(const MinimizeRequest& request, const MinimizeOutcome& outcome,
                          const PictureOptions& options) {
  report::html::Steps out{.panel = path_panel(request, outcome, options), .columns = {"step"}};
  const std::size_t n = std::min(outcome.variables.size(), told_variables);
  const auto with_name = [&](const std::string& what, std::size_t i) {
    return outcome.variables.size() == 1 ? what : cat(what, " of ", outcome.variables[i]);
  };
  out.columns.insert(out.columns.end(), outcome.variables.begin(), outcome.variables.begin() + std::ptrdiff_t(n));
  out.columns.emplace_back("f");
  for (std::size_t i = 0; i < n; ++i) out.columns.push_back(with_name("gradient", i));
  // What the method keeps, in the order of its last step, which has all of it.
  const Observations kept = outcome.trace.empty() ? Observations{} : outcome.trace.back().state;
  for (const auto& o : kept)
    for (std::size_t i = 0; i < (o.per == Per::variable ? n : 1); ++i) {
      std::string name = o.name;
      std::replace(name.begin(), name.end(), '_', ' ');
      out.columns.push_back(o.per == Per::variable ? with_name(name, i) : name);
    }
  for (const auto& row : outcome.trace) {
    std::vector<double> cells{static_cast<double>(row.iteration)};
    cells.insert(cells.end(), row.x.begin(), row.x.begin() + std::ptrdiff_t(n));
    cells.push_back(row.value);
    cells.insert(cells.end(), row.gradient.begin(), row.gradient.begin() + std::ptrdiff_t(n));
    for (const auto& o : kept) {
      const auto it = std::find_if(row.state.begin(), row.state.end(), [&](const auto& s) { return s.name == o.name; });
      for (std::size_t i = 0; i < (o.per == Per::variable ? n : 1); ++i) {
        const bool has = it != row.state.end() && !it->values.empty();
        cells.push_back(!has ? NAN : it->values[std::min(i, it->values.size() - 1)]);
      }
    }
    out.rows.push_back(std::move(cells));
  }
  return out;
}

Chart gradient_chart(const MinimizeOutcome& outcome, const PictureOptions& options) {
  Series s{.style = 0};
  for (const auto& row : outcome.trace) {
    s.x.push_back(static_cast<double>(row.iteration));
    double largest = 0;
    for (const double g : row.gradient) largest = std::isnan(g) ? g : std::max(largest, std::abs(g));
    s.y.push_back(largest);
  }
  return shown(Chart{.title = "Gradient",
                     .x = {.label = "step", .name = axis_name("step", outcome.variables)},
                     .y = {.label = "largest |∂f|", .scale = report::plot::suited_scale({s})},
                     .series = {std::move(s)}},
               options);
}

std::vector<Fact> settings(const MinimizeRequest& request, const MinimizeOutcome& outcome) {
  std::vector<Fact> facts{{request.options.maximize ? "maximise" : "minimise", outcome.formula}};
  std::string start;
  for (std::size_t i = 0; i < std::min(request.start.size(), listed_variables); ++i)
    start += cat(i == 0 ? "" : ", ", request.start[i].name, " = ", text::number(request.start[i].value));
  if (request.start.size() > listed_variables) start += ", …";
  facts.push_back({"start", start});
  facts.push_back({"method", outcome.result.optimizer});
  for (const auto& b : request.bounds)
    facts.push_back({cat("bounds of ", b.name), cat(text::number(b.lower), " to ", text::number(b.upper))});
  for (const auto& c : request.constraints) facts.push_back({"subject to", c});
  if (!request.method.schedule.empty()) facts.push_back({"schedule", request.method.schedule});
  if (!request.method.clip.empty()) facts.push_back({"clipping", request.method.clip});
  for (const auto& g : request.method.groups) facts.push_back({"group", g});
  if (const auto* f = outcome.problem->over_rows()) {
    facts.push_back({"data", cat(f->columns().source, ", ", f->rows(), f->rows() == 1 ? " row" : " rows")});
    facts.push_back({"rows in a step", request.batch_size.empty() ? "all" : request.batch_size});
    if (request.epochs) facts.push_back({"epochs", cat(*request.epochs)});
  }
  const Options& o = request.options;
  if (o.scale_free() || !o.tested()) facts.push_back({"tolerance", text::number(o.tolerance)});
  if (o.gradient_tolerance) facts.push_back({"gradient tolerance", text::number(*o.gradient_tolerance)});
  if (o.max_iterations) facts.push_back({"steps at most", cat(*o.max_iterations)});
  if (o.target_value) facts.push_back({"target", text::number(*o.target_value)});
  return facts;
}

std::vector<Fact> result(const MinimizeOutcome& outcome) {
  const Result& r = outcome.result;
  std::vector<Fact> facts;
  const std::size_t n = std::min(r.x.size(), listed_variables);
  for (std::size_t i = 0; i < n; ++i) facts.push_back({outcome.variables[i], text::number(r.x[i])});
  if (n < r.x.size()) facts.push_back({"…", cat(r.x.size() - n, " more")});
  facts.push_back({"f", text::number(r.value)});
  facts.push_back({"gradient norm", text::number(r.gradient_norm)});
  facts.push_back({"status", std::string(name(r.status))});
  facts.push_back({"evaluations", cat(r.evaluations.function, " of f, ", r.evaluations.gradient, " of its gradient")});
  if (!r.multipliers.empty()) {
    std::string multipliers;
    for (const double m : r.multipliers) multipliers += cat(multipliers.empty() ? "" : ", ", text::number(m));
    facts.push_back({"constraint violation", text::number(r.constraint_violation)});
    facts.push_back({"multipliers", multipliers});
  }
  if (!r.last_x.empty() && r.last_x != r.x) facts.push_back({"f at the last point", text::number(r.last_value)});
  return facts;
}

/// The trace: of many variables, what the slider tells.
Section trace_section(const MinimizeOutcome& outcome, const report::html::Steps& told) {
  const std::string all = cat("the same command with ", text::option("trace"), " ", text::option("format", "csv"));
  if (outcome.variables.size() <= told_variables)
    return {.title = "Trace", .content = report::html::Rows{full_trace(outcome), all}, .wide = true};
  report::Table table{told.columns, {}};
  for (const auto& row : told.rows) table.rows.emplace_back(row.begin(), row.end());
  return {
      .title = "Trace",
      .words = cat("the first ", told_variables, " of ", outcome.variables.size(), " variables; all of them: ", all),
      .content = report::html::Rows{std::move(table), all},
      .wide = true};
}

Tone tone_of(const Result& r) {
  if (r.success()) return Tone::good;
  const bool limit = r.status == Status::iteration_limit || r.status == Status::evaluation_limit ||
                     r.status == Status::time_limit || r.status == Status::stopped_by_caller;
  return limit && r.feasible ? Tone::neutral : Tone::bad;
}

}  // namespace

Page minimize_page(const MinimizeRequest& request, const MinimizeOutcome& outcome, const Reproduction& reproduction,
                   const PictureOptions& options) {
  if (!options.ranges.empty()) (void)picture(request, outcome, options);  // refuses what is no axis
  const Result& r = outcome.result;
  const auto brief = [](double v) { return report::plot::shown(v, 6); };
  Page page{.title = options.title_or(outcome.formula),
            .subtitle = r.optimizer,
            .verdict = outcome_sentence(outcome),
            .tone = tone_of(r),
            .figures = {{"f", brief(r.value)},
                        {"gradient norm", report::plot::shown(r.gradient_norm, 3)},
                        {"steps", cat(r.iterations)},
                        {"evaluations of f", cat(r.evaluations.function)}}};
  if (outcome.variables.size() <= 3)
    for (std::size_t i = 0; i < r.x.size(); ++i)
      page.figures.insert(page.figures.begin() + std::ptrdiff_t(i), {outcome.variables[i], brief(r.x[i])});
  const std::size_t n = outcome.variables.size();
  report::html::Steps walked = steps(request, outcome, options);
  const std::string told = std::visit([](auto& p) { return std::exchange(p.subtitle, ""); }, walked.panel);
  Section trace = trace_section(outcome, walked);
  const std::string thinned = outcome.trace_every == 1
                                  ? ""
                                  : cat(told.empty() ? "" : "; ", "of ", r.iterations, " steps every ",
                                        outcome.trace_every, "th and the last are drawn and listed");
  if (auto fit = fit_panel(outcome, options)) {
    const std::string words = std::exchange(fit->subtitle, "");
    page.sections.push_back({.title = fit->title, .words = words, .content = report::html::Picture{{std::move(*fit)}}});
  }
  page.sections.push_back({.title = "The path", .words = told + thinned, .content = std::move(walked), .wide = true});
  Chart values = value_panel(outcome, options);
  const std::string span = std::exchange(values.subtitle, "");
  page.sections.push_back({.title = values.title, .words = span, .content = report::html::Curves{std::move(values)}});
  page.sections.push_back({.title = "Gradient",
                           .words = n > 1 ? "its largest entry" : "its size",
                           .content = report::html::Curves{gradient_chart(outcome, options)}});
  if (Chart rates = rate_panel(outcome, options); !rates.series.empty()) {
    const std::string words = rates.subtitle;
    rates.subtitle.clear();
    page.sections.push_back({.title = "Effective rate",
                             .words = words.empty() ? "what each gradient entry is multiplied by" : words,
                             .content = report::html::Curves{std::move(rates)},
                             .wide = true});
  }
  page.sections.push_back({.title = "Settings", .content = report::html::Facts{settings(request, outcome)}});
  page.sections.push_back({.title = "Result", .content = report::html::Facts{result(outcome)}});
  page.sections.push_back(std::move(trace));
  finish_page(page, reproduction);
  return page;
}

}  // namespace talweg::present
