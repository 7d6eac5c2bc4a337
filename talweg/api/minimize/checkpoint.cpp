#include "talweg/api/minimize/checkpoint.hpp"

#include <algorithm>

#include "talweg/api/resumed.hpp"
#include "talweg/base/error.hpp"
#include "talweg/base/spelling.hpp"
#include "talweg/base/text.hpp"
#include "talweg/train/file_forms.hpp"

namespace talweg::api {

namespace {

using text::cat;
using train::CheckpointFolder;

constexpr double near_the_limit = 0.95;  // of evaluations or seconds, where one more checkpoint is written

std::vector<Setting<MinimizeRequest>> settings() {
  auto options = MinimizeRequest::problem_options();
  for (const auto& option : MinimizeRequest::run_options()) options.push_back(option);
  return deciding(options, {"batch_size", "seed", "order"});  // a run in batches keeps no state
}

constexpr std::string_view path_name = "path", iterations_name = "iterations", evaluations_name = "max_evaluations",
                           rows_name = "rows";

std::string limit_text(std::int64_t limit) { return limit == Options{}.max_evaluations ? std::string() : cat(limit); }

/// The limits of the run before, where no others are given.
void take_limits(MinimizeRequest& r, const Archive& checkpoint) {
  Options& o = r.options;
  if (!o.max_iterations) o.max_iterations = text::parse_integer(kept_setting(checkpoint, iterations_name));
  if (o.max_evaluations == Options{}.max_evaluations)
    o.max_evaluations = text::parse_integer(kept_setting(checkpoint, evaluations_name)).value_or(o.max_evaluations);
}

void require_longer(std::string_view name, std::int64_t limit, std::int64_t made) {
  if (made > limit)
    throw Error(name, cat(text::option(name, limit), ": the run of the checkpoint has made ", made,
                          " already; a run may be made longer, not shorter"));
}

bool keeps_path(const MinimizeRequest& r) { return r.trace || r.record; }

train::CheckpointPlan checkpoint_plan(const MinimizeRequest& r, const std::string& rows) {
  train::CheckpointPlan plan = plan_of(r);
  if (plan.folder.empty()) return plan;
  if (plan.period.epochs > 0)
    throw Error("every", cat(text::option("every", r.every), ": a minimisation has steps: write 60s or 100steps"));
  for (const auto& s : settings()) plan.settings.emplace_back(s.name(), s.get(r));
  plan.settings.emplace_back(path_name, keeps_path(r) ? "yes" : "");
  plan.settings.emplace_back(iterations_name, r.options.max_iterations ? cat(*r.options.max_iterations) : "");
  plan.settings.emplace_back(evaluations_name, limit_text(r.options.max_evaluations));
  if (!rows.empty()) plan.settings.emplace_back(rows_name, rows);
  return plan;
}

}  // namespace

std::vector<std::string> take_over(MinimizeRequest& r) {
  std::vector<std::string> warnings;
  const auto checkpoint = checkpoint_to_resume(r.resume, train::checkpoint_of_minimize, warnings);
  if (!checkpoint) return warnings;
  take_settings(r, settings(), *checkpoint, r.resume);
  if (r.data.empty() && std::ranges::count(checkpoint->texts("settings.keys"), rows_name) > 0)
    throw Error("data", cat("the run of the checkpoint in ", r.resume,
                            " goes over rows, which it does not hold: name them with ", text::option("data")));
  const bool kept_path = !kept_setting(*checkpoint, path_name).empty();
  if (keeps_path(r) && !kept_path)
    throw Error(cat("the run of the checkpoint in ", r.resume,
                    " did not keep its path, of which a trace, a picture or a page is made; do without, or start anew "
                    "in another folder"));
  r.record = r.record || kept_path;
  take_limits(r, *checkpoint);
  if (r.every.empty()) r.every = train::Period::load(*checkpoint).text();
  return warnings;
}

std::unique_ptr<RunKeeper> RunKeeper::of(const MinimizeRequest& r, const Problem& problem) {
  std::string rows = r.writes() ? problem.fingerprint() : "";
  train::CheckpointPlan plan = checkpoint_plan(r, rows);
  if (plan.folder.empty()) return nullptr;
  return std::unique_ptr<RunKeeper>(new RunKeeper(std::move(plan), r, std::move(rows)));
}

RunKeeper::RunKeeper(train::CheckpointPlan plan, const MinimizeRequest& request, std::string rows)
    : plan_(std::move(plan)),
      folder_(plan_.folder, plan_.keep_last),
      options_(request.options),
      keeps_path_(keeps_path(request)),
      rows_(std::move(rows)) {}

void RunKeeper::begin(Minimizer& run, PathSoFar& path) {
  const std::string file = CheckpointFolder::trace_file(folder_.path());
  std::optional<Archive> archive;
  std::string damage;  // told by take_over
  if (plan_.resume) archive = CheckpointFolder::newest(folder_.path(), damage);
  if (!archive) {
    if (keeps_path_) trace_ = std::make_unique<TraceFile>(file);
    return;
  }
  check(*archive, *train::checkpoint_form(train::checkpoint_of_minimize));
  if (!rows_.empty() && kept_setting(*archive, rows_name) != rows_)
    throw Error("data",
                cat("the run of the checkpoint in ", folder_.path(), " was made on other rows; name its data with ",
                    text::option("data"), ", or start anew in another folder"));
  run.load(*archive);
  if (!path.hash.load(archive->text("trace.hash"))) archive->fail("trace.hash", "is none");
  if (options_.max_iterations) require_longer(iterations_name, *options_.max_iterations, run.iteration().iteration);
  require_longer(evaluations_name, options_.max_evaluations, run.iteration().evaluations.function);
  saved_iteration_ = run.iteration().iteration;
  saved_ = true;
  if (!keeps_path_) return;
  const TraceFile::Mark mark{static_cast<std::uint64_t>(archive->integer("trace.size")), archive->text("trace.digest")};
  trace_ = std::make_unique<TraceFile>(file, mark, [&](TraceRow row) { path.recorder.add(std::move(row)); });
}

void RunKeeper::save_if_due(const Minimizer& run, const PathSoFar& path) {
  const Iteration now = run.iteration();
  const train::Period& period = plan_.period;
  const std::chrono::duration<double> since = std::chrono::steady_clock::now() - saved_at_;
  const bool due = period.steps > 0 ? now.iteration / period.steps > saved_iteration_ / period.steps
                                    : since.count() >= period.seconds;
  const bool nearly = !near_ && nears_a_limit(now);
  near_ = near_ || nearly;
  if ((due || nearly) && run.can_save()) save(run, path);
}

/// A limit may end the run inside an iteration, where nothing can be saved.
bool RunKeeper::nears_a_limit(const Iteration& now) const {
  const auto most = static_cast<double>(options_.max_evaluations);
  const std::chrono::duration<double> spent = std::chrono::steady_clock::now() - begin_;
  return static_cast<double>(now.evaluations.function) >= near_the_limit * most ||
         spent.count() >= near_the_limit * options_.max_seconds;
}

void RunKeeper::save(const Minimizer& run, const PathSoFar& path) {
  Archive archive;
  archive.put("kind", train::checkpoint_of_minimize);
  std::vector<std::string> keys, values;
  for (const auto& [key, value] : plan_.settings) keys.push_back(key), values.push_back(value);
  archive.put("settings.keys", keys);
  archive.put("settings.values", values);
  archive.put(train::Period::entry, std::string_view(plan_.period.text()));
  run.save(archive);
  const TraceFile::Mark mark = trace_ ? trace_->mark() : TraceFile::Mark();
  archive.put("trace.hash", std::string_view(path.hash.save()));
  archive.put("trace.size", static_cast<std::int64_t>(mark.size));
  archive.put("trace.digest", std::string_view(mark.digest));
  folder_.save(archive);
  saved_at_ = std::chrono::steady_clock::now();
  saved_iteration_ = run.iteration().iteration;
  saved_ = true;
}

std::vector<std::string> RunKeeper::finish(const Minimizer& run, const PathSoFar& path) {
  if (run.can_save()) {
    save(run, path);
    return {};
  }
  if (run.status() != Status::evaluation_limit && run.status() != Status::time_limit) return {};
  return {cat("the limit ended the run inside an iteration: ", folder_.path(),
              saved_ ? cat(" holds its state after iteration ", saved_iteration_) : " holds no state of it")};
}

}  // namespace talweg::api
