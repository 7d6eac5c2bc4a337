#include "talweg/api/minimize/minimize.hpp"

#include <algorithm>
#include <iterator>

#include "talweg/api/minimize/batches.hpp"
#include "talweg/api/minimize/checkpoint.hpp"
#include "talweg/base/text.hpp"
#include "talweg/optim/minimizer.hpp"

namespace talweg::api {

namespace {

/// The loop's message says that f is not a number, and where x was; the formula knows which part of it.
void explain(Result& result, const Problem& problem) {
  if (result.status != Status::not_finite || result.last_x.empty()) return;
  const std::string cause = problem.explain_non_finite(result.last_x);
  if (!cause.empty()) result.message = text::cat(cause, "; ", result.message);
}

/// What goes into a row of the path beside x.
class PathKeeper {
 public:
  /// `kept`: where the rows go too, nullptr where no checkpoints are written.
  PathKeeper(const MinimizeRequest& request, const Problem& problem, PathKept* kept, PathSoFar& path)
      : request_(request), kept_(kept), path_(path), rows_(problem) {}

  /// Whether the caller stops the run.
  bool add(const Iteration& i, std::span<const std::uint32_t> rows, std::span<const double> taken_at) {
    path_.hash.add(i.x);
    path_.hash.add(std::span(&i.value, 1));
    path_.hash.add(i.gradient);
    if (request_.trace || request_.record) {
      TraceRow row{i.iteration,
                   {i.x.begin(), i.x.end()},
                   i.value,
                   {i.gradient.begin(), i.gradient.end()},
                   i.iteration == 0 ? Observations{} : i.state()};
      rows_.note(row, rows, taken_at);
      if (kept_) kept_->add(row);
      path_.recorder.add(std::move(row));
    }
    return request_.options.on_iteration && request_.options.on_iteration(i);
  }

 private:
  const MinimizeRequest& request_;
  PathKept* kept_;
  PathSoFar& path_;
  RowNotes rows_;
};

}  // namespace

PreparedMinimize prepare(const MinimizeRequest& request) {
  auto problem = std::make_shared<const Problem>(request);
  const std::optional<std::size_t> batch = batch_of(request, *problem);
  MethodRequest wanted = request.method;
  wanted.bounds = !request.bounds.empty();
  wanted.constraints = !request.constraints.empty();
  wanted.all_rows = !batch;
  NamedMethod named = method(wanted);
  if (batch) check_batches(request, named, *batch);
  Options options = request.options;
  if (!batch && request.epochs) {
    options.max_iterations = request.epochs;
    // So many passes are so many steps, whatever a step takes.
    if (named.rule && options.scale_free() && options.tolerance == Options::default_tolerance) options.tolerance = 0;
  }
  options.names = problem->variables();
  options.bounds = bounds_of(request, problem->variables());
  options.check_gradient = false;
  options.exact_gradient = true;
  options.rounding = problem->rounding();
  for (const auto& text : request.constraints)
    options.constraints.push_back(formula::as_constraint(formula::parse_constraint(text, problem->variables())));
  return {std::move(problem), batch, std::move(named), std::move(options)};
}

MinimizeOutcome minimize(const MinimizeRequest& given) {
  MinimizeRequest request = given;
  std::vector<std::string> notes = take_over(request);
  PreparedMinimize p = prepare(request);
  MinimizeOutcome outcome{.formula = request.formula,
                          .variables = p.problem->variables(),
                          .traced = request.trace,
                          .warnings = std::move(p.method.warnings),
                          .problem = p.problem};
  PathSoFar path{{}, TraceRecorder(request.trace)};
  if (p.batch) {
    BatchKeeper keeper(request, *p.problem);
    PathKeeper kept(request, *p.problem, request.writes() ? &keeper.path() : nullptr, path);
    outcome.result = run_in_batches(
        request, p, [&](const Iteration& i, auto rows, auto at) { return kept.add(i, rows, at); },
        [&](std::function<void()> fresh) { return keeper.checkpoint(path, std::move(fresh)); });
  } else {
    const auto keeper = RunKeeper::of(request, *p.problem);
    PathKeeper kept(request, *p.problem, keeper ? &keeper->path() : nullptr, path);
    p.options.on_iteration = [&](const Iteration& i) { return kept.add(i, {}, i.x); };
    Minimizer run(p.problem->function(), p.problem->start(), p.method.method, p.options);
    if (keeper) keeper->begin(run, path);
    while (run.step() == Status::running)
      if (keeper) keeper->save_if_due(run, path);
    outcome.result = run.result();
    if (keeper) std::ranges::copy(keeper->finish(run, path), std::back_inserter(notes));
  }
  std::ranges::copy(notes, std::back_inserter(outcome.warnings));
  outcome.trace_hash = path.hash.hex().substr(0, 16);
  outcome.trace = path.recorder.take_rows();
  outcome.trace_every = path.recorder.every();
  outcome.long_trace = path.recorder.all();
  explain(outcome.result, *p.problem);
  return outcome;
}

}  // namespace talweg::api
