#include "talweg/present/race/advise_report.hpp"
#include "talweg/present/race/compare_report.hpp"

#include <cmath>

#include <nlohmann/json.hpp>

#include "talweg/api/registry.hpp"
#include "talweg/base/spelling.hpp"
#include "talweg/base/text.hpp"
#include "talweg/report/table.hpp"

namespace talweg::present {

using namespace api;

namespace {

using advise::Choice;
using advise::DataFacts;
using advise::FunctionFacts;
using text::brief;
using text::cat;
using Json = nlohmann::ordered_json;

Json number_or_null(double v) { return std::isfinite(v) ? Json(v) : Json(nullptr); }

Json choice_json(const Choice& c) {
  const Guidance g = guidance_of(c.optimizer);
  return {{"optimizer", c.optimizer},
          {"spec", c.spec()},
          {"learning_rate", c.rate ? Json{c.rate->low, c.rate->high} : Json(nullptr)},
          {"batch_size", c.batch ? Json(*c.batch) : Json(nullptr)},
          {"reasons", c.reasons},
          {"use", g.use},
          {"strengths", g.strengths},
          {"weaknesses", g.weaknesses}};
}

Json curvature_json(const advise::Spectrum& s) {
  return {{"largest", number_or_null(s.largest)},
          {"smallest", number_or_null(s.smallest)},
          {"condition", number_or_null(s.condition())},
          {"complete", s.complete}};
}

Json facts_json(const FunctionFacts& f) {
  return {{"variables", f.variables},
          {"bounds", f.bounds},
          {"constraints", f.constraints},
          {"gradient_norm", number_or_null(f.gradient)},
          {"curvature", curvature_json(f.curvature)},
          {"quadratic", f.quadratic},
          {"lines", f.lines},
          {"kinked_lines", f.kinked},
          {"undefined_lines", f.undefined},
          {"minima_on_a_line", f.minima},
          {"lbfgs_bytes", f.lbfgs_bytes},
          {"evaluations", f.evaluations}};
}

Json facts_json(const DataFacts& f) {
  return {{"rows", f.rows},
          {"inputs", f.inputs},
          {"parameters", f.parameters},
          {"nonzero_share", f.nonzeros},
          {"convex", f.convex},
          {"quadratic", f.quadratic},
          {"curvature", curvature_json(f.curvature)},
          {"batch_curvature", number_or_null(f.batch_curvature)},
          {"noise_scale", number_or_null(f.noise)},
          {"noise_scale_after_a_pass", number_or_null(f.noise_later)},
          {"lines", f.lines},
          {"kinked_lines", f.kinked},
          {"passes", f.passes},
          {"batches_per_pass", f.steps_per_pass},
          {"data_bytes", f.data_bytes},
          {"lbfgs_bytes", f.lbfgs_bytes}};
}

std::string curvature_text(const advise::Spectrum& s) {
  if (!(s.largest > 0)) return "no positive curvature found";
  std::string out = cat("largest ", brief(s.largest, 3));
  out +=
      std::isfinite(s.condition()) ? cat(", condition ", s.complete ? "" : "at least ", brief(s.condition(), 3)) : "";
  return cat(out, s.has_negative() ? cat(", negative in places (", brief(s.smallest, 3), ")") : "");
}

std::string bytes_text(std::int64_t bytes) {
  return bytes < 1'000'000 ? cat(brief(double(bytes) / 1e3, 3), " kB") : cat(brief(double(bytes) / 1e6, 3), " MB");
}

std::string line(const char* what, const std::string& value) {
  std::string out = cat("  ", what);
  out.resize(std::max<std::size_t>(out.size() + 1, 18), ' ');
  return cat(out, value, "\n");
}

std::string facts_text(const FunctionFacts& f) {
  std::string out = line("variables", cat(f.variables, f.bounds > 0 ? cat(", ", f.bounds, " with bounds") : "",
                                          f.constraints > 0 ? cat(", ", f.constraints, " constraints") : ""));
  out += line("curvature", curvature_text(f.curvature));
  out += line("shape", f.quadratic    ? "quadratic: the Hessian is the same at three points"
                       : f.lines == 0 ? "not looked at: a box folds every line at its sides"
                       : f.kinked > 0 ? cat("kinks: the slope jumps on ", f.kinked, " of ", f.lines, " lines")
                                      : cat("smooth along ", f.lines, " lines"));
  out += line("memory", cat(bytes_text(f.lbfgs_bytes), " for the history of L-BFGS"));
  return cat(out, line("cost", cat(f.evaluations, " evaluations to find out")));
}

std::string facts_text(const DataFacts& f) {
  std::string out = line("rows", cat(f.rows, " of ", f.inputs, f.inputs == 1 ? " input, " : " inputs, ",
                                     brief(100 * f.nonzeros, 3), " % of them not 0"));
  out += line("parameters", cat(f.parameters, f.quadratic ? ", least squares" : f.convex ? ", convex" : ", a network"));
  out += line("curvature", cat(curvature_text(f.curvature), "; ", brief(f.batch_curvature, 3), " on a mini-batch"));
  out += line("noise", cat("as large as the gradient in batches of ", brief(f.noise, 2), " at the start, of ",
                           brief(f.noise_later, 2), " after a pass"));
  out += line("shape", f.kinked > 0 ? cat("kinks on ", f.kinked, " of ", f.lines, " lines")
                                    : cat("smooth along ", f.lines, " lines"));
  out += line("budget", cat(brief(f.passes, 4), " passes of ", brief(f.steps_per_pass, 4), " mini-batches"));
  return cat(out, line("memory", cat(bytes_text(f.data_bytes), " of data, ", bytes_text(f.lbfgs_bytes),
                                     " for the history of L-BFGS")));
}

std::string choice_text(const char* title, const Choice& c, bool rows) {
  std::string out = cat(title, c.optimizer);
  if (c.rate) out += cat(", learning_rate ", brief(c.rate->low, 3), " to ", brief(c.rate->high, 3));
  if (rows) out += c.batch ? cat(", batch_size ", *c.batch) : ", all rows in each step";
  out += "\n";
  for (const auto& reason : c.reasons) out += cat("  - ", reason, "\n");
  const Guidance g = guidance_of(c.optimizer);
  return cat(out, "  - in general for: ", g.use, "\n  - its weakness: ", g.weaknesses, "\n");
}

std::string command(const AdviseOutcome& o) {
  const Choice& c = o.advice.recommended;
  const std::string rate = c.rate
                               ? cat(c.optimizer.find(',') == std::string::npos ? ",learning_rate=" : ",learning_rate=",
                                     brief(std::sqrt(c.rate->low * c.rate->high), 1))
                               : "";
  if (o.subject.kind == Subject::Kind::formula) return cat(text::option("optimizer", c.optimizer), rate);
  if (!o.subject.data) return "";
  return cat(text::option("optimizer", c.optimizer), rate, " ",
             text::option("batch_size", c.batch ? cat(*c.batch) : "all"));
}

}  // namespace

std::string advice_json(const AdviseOutcome& o) {
  Json document{{"problem", o.subject.name},
                {"budget", o.evaluations},
                {"unit", o.subject.course().unit()},
                {"measured", std::visit([](const auto& f) { return facts_json(f); }, o.facts)},
                {"recommended", choice_json(o.advice.recommended)},
                {"runner_up", choice_json(o.advice.runner_up)},
                {"certainty", advise::name(o.advice.certainty)},
                {"caveats", o.advice.caveats},
                {"proof", nullptr}};
  if (o.subject.data) document["measured"]["columns"] = o.subject.columns;
  if (o.proof) {
    const auto& race = *o.proof;
    Json runs = Json::array();
    for (const auto& c : race.contestants)
      runs.push_back({{"optimizer", c.entrant.given},
                      {"tuned", c.tuned},
                      {"learning_rate", number_or_null(c.rate)},
                      {"median", number_or_null(c.value.median)},
                      {"low", number_or_null(c.value.low)},
                      {"high", number_or_null(c.value.high)},
                      {"failures", c.failures},
                      {"evaluations_to_target", number_or_null(c.evaluations_to_target)},
                      {"rank", c.rank},
                      {"group", c.group}});
    document["proof"] = {{"confirmed", o.confirmed()}, {"best", o.best()},
                         {"seeds", race.seeds},        {"target", number_or_null(race.target)},
                         {"verdict", verdict(race)},   {"runs", runs}};
  }
  return document.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::string advice_text(const AdviseOutcome& o) {
  const bool rows = o.subject.data != nullptr;
  std::string out = cat(o.subject.name, rows ? cat(", ", o.subject.data->task().spec.text(), ", ", o.subject.task) : "",
                        "\n\nMeasured\n", std::visit([](const auto& f) { return facts_text(f); }, o.facts), "\n");
  out += choice_text("Recommended: ", o.advice.recommended, rows);
  if (const std::string flags = command(o); !flags.empty()) out += cat("  try: ", flags, "\n");
  out += choice_text("Runner-up:   ", o.advice.runner_up, rows);
  out += cat("Certainty:   ", advise::name(o.advice.certainty), "\n");
  for (const auto& c : o.advice.caveats) out += cat("  - ", c, "\n");
  if (!o.proof) return out;
  const auto& race = *o.proof;
  report::Table t{{"rank", "optimizer", "rate", "median", "low", "high", "failures", "to target", "group"}, {}};
  for (const std::size_t i : race.by_rank()) {
    const auto& c = race.contestants[i];
    const auto value = [](double v) { return std::isfinite(v) ? brief(v, 4) : std::string("failed"); };
    t.rows.push_back(
        {std::int64_t{c.rank}, c.entrant.given, std::isfinite(c.rate) ? text::number(c.rate) : std::string("-"),
         value(c.value.median), value(c.value.low), value(c.value.high), c.failures,
         std::isfinite(c.evaluations_to_target) ? brief(c.evaluations_to_target, 6) : std::string("-"), c.group});
  }
  out += cat("\nProof: a race of ", race.budget, " ", race.unit, ", ", race.seeds, race.seeds == 1 ? " run" : " runs",
             " each\n", report::text(t));
  if (o.confirmed())
    return out + "The race agrees: nothing in it is significantly better than the recommended method.\n";
  const auto& winner = race.contestants[race.by_rank().front()];
  return cat(out, "The race disagrees: take ", o.best(),
             winner.tuned ? cat("; finding its rate took ", winner.tuning_evaluations, " ", race.unit,
                                " more, which the race does not count")
                          : "",
             ".\n");
}

}  // namespace talweg::present
