#include "talweg/api/lesson/runs.hpp"

#include <algorithm>

#include "talweg/base/error.hpp"
#include "talweg/base/shell.hpp"
#include "talweg/base/text.hpp"
#include "talweg/data/csv.hpp"

namespace talweg::api::lesson {

using text::cat;

namespace {

template <class Run, class Request, class Outcome> Run shared(Request request, Outcome outcome) {
  using Held = std::remove_const_t<typename Run::element_type>;
  return std::make_shared<const Held>(Held{std::move(request), std::move(outcome)});
}

}  // namespace

data::Input File::input() const { return data::read_csv(text, name); }

std::string File::command() const {
  std::string escaped;
  for (const char c : text) escaped += c == '\n' ? "\\n" : c == '%' ? "%%" : c == '\\' ? "\\\\" : std::string(1, c);
  return cat("printf ", shell::quoted(escaped), " > ", shell::quoted(name));
}

MinimizeRun run(MinimizeRequest request) {
  request.record = true;
  MinimizeOutcome outcome = minimize(request);
  return shared<MinimizeRun>(std::move(request), std::move(outcome));
}

ExplainRun run(ExplainRequest request, ExplainAs as) {
  ExplainOutcome outcome = explain(request, as);
  return shared<ExplainRun>(std::move(request), std::move(outcome));
}

RaceRun run(CompareRequest request) {
  CompareOutcome outcome = compare(request);
  return shared<RaceRun>(std::move(request), std::move(outcome));
}

AdviceRun run(AdviseRequest request) {
  AdviseOutcome outcome = advise(request);
  return shared<AdviceRun>(std::move(request), std::move(outcome));
}

TrainRun run(TrainRequest request) {
  TrainOutcome outcome;
  TrainObserver observer;
  observer.on_epoch = [&](const train::EpochEvent& e) { outcome.epochs.push_back(e); };
  outcome.report = train(request, observer);
  return shared<TrainRun>(std::move(request), std::move(outcome));
}

std::string said(double value) { return text::brief(value == 0 ? 0 : value, 7); }

std::string said(const std::vector<double>& values) {
  std::string inside;
  for (const double v : values) inside += cat(inside.empty() ? "" : ", ", said(v));
  return cat("(", inside, ")");
}

const TraceRow& step(const MinimizeRun& run, std::size_t k) {
  const auto& trace = run->outcome.trace;
  if (k >= trace.size()) throw Error(cat("step ", k, " of a run of ", trace.size() - 1, " steps"));
  return trace[k];
}

std::optional<std::int64_t> first_below(const MinimizeRun& run, double target) {
  const auto& trace = run->outcome.trace;
  const auto it = std::ranges::find_if(trace, [&](const TraceRow& row) { return row.value <= target; });
  return it == trace.end() ? std::nullopt : std::optional(it->iteration);
}

MinimizeRequest steps_of(std::string_view formula, std::string_view start, std::string_view optimizer,
                         std::int64_t iterations) {
  MinimizeRequest request;
  request.formula = formula;
  request.start = parse_start(start);
  request.method.optimizer = optimizer;
  request.options.max_iterations = iterations;
  request.options.tolerance = 0;
  request.trace = true;
  return request;
}

}  // namespace talweg::api::lesson
