#include "talweg/api/minimize/checkpoint.hpp"

#include <algorithm>

#include "talweg/api/resumed.hpp"
#include "talweg/base/error.hpp"
#include "talweg/base/spelling.hpp"
#include "talweg/base/text.hpp"
#include "talweg/optim/schedule.hpp"
#include "talweg/train/file_forms.hpp"

namespace talweg::api {

namespace {

using text::cat;
using train::CheckpointFolder;

constexpr double near_the_limit = 0.95;  // of evaluations or seconds, where one more checkpoint is written

/// Of runs in batches, or of those whose steps take all rows.
std::vector<Setting<MinimizeRequest>> settings(bool batches) {
  auto options = MinimizeRequest::problem_options();
  for (const auto& option : MinimizeRequest::run_options()) options.push_back(option);
  return batches ? deciding(options, {}) : deciding(options, {"batch_size", "seed", "order"});
}

constexpr std::string_view path_name = "path", iterations_name = "iterations", evaluations_name = "max_evaluations",
                           epochs_name = "epochs", rows_name = "rows";

std::string limit_text(std::int64_t limit) { return limit == Options{}.max_evaluations ? std::string() : cat(limit); }

/// The limits of the run before, where no others are given.
void take_limits(MinimizeRequest& r, const Archive& checkpoint) {
  Options& o = r.options;
  if (!o.max_iterations) o.max_iterations = text::parse_integer(kept_setting(checkpoint, iterations_name));
  if (o.max_evaluations == Options{}.max_evaluations)
    o.max_evaluations = text::parse_integer(kept_setting(checkpoint, evaluations_name)).value_or(o.max_evaluations);
}

std::string length_text(const std::optional<std::int64_t>& length) { return length ? cat(*length) : ""; }

/// How long a run in batches is: as before, where nothing else is given. A schedule that follows from it stays.
void take_length(MinimizeRequest& r, const Archive& checkpoint) {
  const std::string iterations = kept_setting(checkpoint, iterations_name),
                    epochs = kept_setting(checkpoint, epochs_name);
  std::optional<std::int64_t>& steps = r.options.max_iterations;
  if (!steps && !r.epochs) steps = text::parse_integer(iterations), r.epochs = text::parse_integer(epochs);
  if (length_text(steps) == iterations && length_text(r.epochs) == epochs) return;
  const std::string& schedule = r.method.schedule;
  if (schedule.empty() || !Schedule::parse(schedule).lacks_steps()) return;
  throw Error(steps ? iterations_name : epochs_name,
              cat(steps ? text::option(iterations_name, *steps) : text::option(epochs_name, *r.epochs),
                  ": the schedule ", schedule,
                  " took its length from that of the run of the checkpoint; leave it out, or start anew in "
                  "another folder"));
}

void require_longer(std::string_view name, std::int64_t limit, std::int64_t made) {
  if (made > limit)
    throw Error(name, cat(text::option(name, limit), ": the run of the checkpoint has made ", made,
                          " already; a run may be made longer, not shorter"));
}

bool keeps_path(const MinimizeRequest& r) { return r.trace || r.record; }

train::CheckpointPlan checkpoint_plan(const MinimizeRequest& r, const std::string& rows, bool batches) {
  train::CheckpointPlan plan = plan_of(r);
  if (plan.folder.empty()) return plan;
  if (plan.period.epochs > 0 && !batches)
    throw Error("every", cat(text::option("every", r.every), ": a minimisation has steps: write 60s or 100steps"));
  for (const auto& s : settings(batches)) plan.settings.emplace_back(s.name(), s.get(r));
  plan.settings.emplace_back(path_name, keeps_path(r) ? "yes" : "");
  plan.settings.emplace_back(iterations_name, length_text(r.options.max_iterations));
  if (batches)
    plan.settings.emplace_back(epochs_name, length_text(r.epochs));
  else
    plan.settings.emplace_back(evaluations_name, limit_text(r.options.max_evaluations));
  if (!rows.empty()) plan.settings.emplace_back(rows_name, rows);
  return plan;
}

void check_rows(const Archive& checkpoint, const std::string& rows, const std::string& folder) {
  if (!rows.empty() && kept_setting(checkpoint, rows_name) != rows)
    throw Error("data", cat("the run of the checkpoint in ", folder, " was made on other rows; name its data with ",
                            text::option("data"), ", or start anew in another folder"));
}

}  // namespace

std::vector<std::string> take_over(MinimizeRequest& r) {
  std::vector<std::string> warnings;
  const bool batches = kind_of_checkpoint(r.resume) == train::checkpoint_of_minimize_batches;
  const auto kind = batches ? train::checkpoint_of_minimize_batches : train::checkpoint_of_minimize;
  const auto checkpoint = checkpoint_to_resume(r.resume, kind, warnings);
  if (!checkpoint) return warnings;
  take_settings(r, settings(batches), *checkpoint, r.resume);
  if (!batches && !r.batch_size.empty() && r.batch_size != "all")
    throw Error("batch_size", cat(text::option("batch_size", r.batch_size), ": the run of the checkpoint in ", r.resume,
                                  " takes all rows in each step; leave it out, or start anew in another folder"));
  if (r.data.empty() && std::ranges::count(checkpoint->texts("settings.keys"), rows_name) > 0)
    throw Error("data", cat("the run of the checkpoint in ", r.resume,
                            " goes over rows, which it does not hold: name them with ", text::option("data")));
  const bool kept_path = !kept_setting(*checkpoint, path_name).empty();
  if (keeps_path(r) && !kept_path)
    throw Error(cat("the run of the checkpoint in ", r.resume,
                    " did not keep its path, of which a trace, a picture or a page is made; do without, or start anew "
                    "in another folder"));
  r.record = r.record || kept_path;
  batches ? take_length(r, *checkpoint) : take_limits(r, *checkpoint);
  if (r.every.empty()) r.every = train::Period::load(*checkpoint).text();
  return warnings;
}

void PathKept::begin_anew() {
  if (keeps_rows_) file_ = std::make_unique<TraceFile>(CheckpointFolder::trace_file(folder_));
}

void PathKept::save(Archive& archive, const PathSoFar& path) const {
  const TraceFile::Mark mark = file_ ? file_->mark() : TraceFile::Mark();
  archive.put("trace.hash", std::string_view(path.hash.save()));
  archive.put("trace.size", static_cast<std::int64_t>(mark.size));
  archive.put("trace.digest", std::string_view(mark.digest));
}

void PathKept::load(const Archive& archive, PathSoFar& path) {
  if (!path.hash.load(archive.text("trace.hash"))) archive.fail("trace.hash", "is none");
  if (!keeps_rows_) return;
  const TraceFile::Mark mark{static_cast<std::uint64_t>(archive.integer("trace.size")), archive.text("trace.digest")};
  file_ = std::make_unique<TraceFile>(CheckpointFolder::trace_file(folder_), mark,
                                      [&](TraceRow row) { path.recorder.add(std::move(row)); });
}

BatchKeeper::BatchKeeper(const MinimizeRequest& r, const Problem& problem)
    : request_(r),
      rows_(r.writes() ? problem.fingerprint() : ""),
      plan_(checkpoint_plan(r, rows_, true)),
      kept_(plan_.folder, keeps_path(r)) {}

train::TermsCheckpoint BatchKeeper::checkpoint(PathSoFar& path, std::function<void()> fresh) {
  if (plan_.folder.empty()) return {.fresh = std::move(fresh)};
  const auto begin = [this, fresh = std::move(fresh)] {
    kept_.begin_anew();
    fresh();
  };
  const auto load = [this, &path](const Archive& archive) {
    check_rows(archive, rows_, plan_.folder);
    const auto counts = archive.integers("loop.counts");
    if (request_.options.max_iterations) require_longer(iterations_name, *request_.options.max_iterations, counts[2]);
    if (request_.epochs) require_longer(epochs_name, *request_.epochs, counts[0]);
    kept_.load(archive, path);
  };
  return {.plan = plan_,
          .fresh = begin,
          .save = [this, &path](Archive& archive) { kept_.save(archive, path); },
          .load = load};
}

std::unique_ptr<RunKeeper> RunKeeper::of(const MinimizeRequest& r, const Problem& problem) {
  std::string rows = r.writes() ? problem.fingerprint() : "";
  train::CheckpointPlan plan = checkpoint_plan(r, rows, false);
  if (plan.folder.empty()) return nullptr;
  return std::unique_ptr<RunKeeper>(new RunKeeper(std::move(plan), r, std::move(rows)));
}

RunKeeper::RunKeeper(train::CheckpointPlan plan, const MinimizeRequest& request, std::string rows)
    : plan_(std::move(plan)),
      folder_(plan_.folder, plan_.keep_last),
      options_(request.options),
      rows_(std::move(rows)),
      kept_(plan_.folder, keeps_path(request)) {}

void RunKeeper::begin(Minimizer& run, PathSoFar& path) {
  std::optional<Archive> archive;
  std::string damage;  // told by take_over
  if (plan_.resume) archive = CheckpointFolder::newest(folder_.path(), damage);
  if (!archive) return kept_.begin_anew();
  check_rows(*archive, rows_, folder_.path());  // first: on fewer rows a run in batches may have become one on all
  check(*archive, *train::checkpoint_form(train::checkpoint_of_minimize));
  run.load(*archive);
  if (options_.max_iterations) require_longer(iterations_name, *options_.max_iterations, run.iteration().iteration);
  require_longer(evaluations_name, options_.max_evaluations, run.iteration().evaluations.function);
  saved_iteration_ = run.iteration().iteration;
  saved_ = true;
  kept_.load(*archive, path);
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
  kept_.save(archive, path);
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
