#include "talweg/api/minimize/checkpoint.hpp"

#include <algorithm>
#include <functional>

#include "talweg/api/train/checkpoint.hpp"
#include "talweg/base/error.hpp"
#include "talweg/base/text.hpp"
#include "talweg/train/file_forms.hpp"

namespace talweg::api {

namespace {

using text::cat;
using train::CheckpointFolder;

constexpr char between = '\x1f';         // stands in no formula
constexpr double near_the_limit = 0.95;  // of evaluations or seconds, where one more checkpoint is written

/// Something that decides the result, as text: what `get` says of an empty request stands for not given.
struct Setting {
  const char* name;
  std::function<std::string(const MinimizeRequest&)> get;
  std::function<void(MinimizeRequest&, const std::string&)> set;
};

std::string joined(const std::vector<std::string>& texts) {
  std::string out;
  for (const auto& text : texts) out += cat(out.empty() ? "" : std::string(1, between), text);
  return out;
}

std::vector<std::string> apart(std::string_view text) {
  std::vector<std::string> out;
  for (const auto piece : text::split(text, between))
    if (!piece.empty()) out.emplace_back(piece);
  return out;
}

std::string optional_text(const std::optional<double>& v) { return v ? cat(*v) : std::string(); }

Setting text_of(const char* name, std::string MethodRequest::*member) {
  return {name, [=](const MinimizeRequest& r) { return r.method.*member; },
          [=](MinimizeRequest& r, const std::string& v) { r.method.*member = v; }};
}
Setting number_of(const char* name, std::optional<double> Options::*member) {
  return {name, [=](const MinimizeRequest& r) { return optional_text(r.options.*member); },
          [=](MinimizeRequest& r, const std::string& v) { r.options.*member = text::parse_number(v); }};
}

std::string start_text(const MinimizeRequest& r) {
  std::string out;
  for (const NamedValue& v : r.start) out += cat(out.empty() ? "" : ",", v.name, "=", v.value);
  return out;
}

std::string bounds_text(const MinimizeRequest& r) {
  std::string out;
  for (const NamedRange& v : r.bounds) out += cat(out.empty() ? "" : ",", v.name, "=", v.lower, ":", v.upper);
  return out;
}

const std::vector<Setting>& settings() {
  using Request = MinimizeRequest;
  static const std::vector<Setting> all{
      {"formula", [](const Request& r) { return r.formula; }, [](Request& r, const std::string& v) { r.formula = v; }},
      {"start", start_text,
       [](Request& r, const std::string& v) { r.start = v.empty() ? std::vector<NamedValue>() : parse_start(v); }},
      {"bounds", bounds_text,
       [](Request& r, const std::string& v) { r.bounds = v.empty() ? std::vector<NamedRange>() : parse_bounds(v); }},
      {"constraints", [](const Request& r) { return joined(r.constraints); },
       [](Request& r, const std::string& v) { r.constraints = apart(v); }},
      text_of("optimizer", &MethodRequest::optimizer),
      text_of("schedule", &MethodRequest::schedule),
      text_of("clip", &MethodRequest::clip),
      {"groups", [](const Request& r) { return joined(r.method.groups); },
       [](Request& r, const std::string& v) { r.method.groups = apart(v); }},
      {"tolerance", [](const Request& r) { return cat(r.options.tolerance); },
       [](Request& r, const std::string& v) {
         r.options.tolerance = text::parse_number(v).value_or(Options::default_tolerance);
       }},
      number_of("gradient_tolerance", &Options::gradient_tolerance),
      number_of("target_value", &Options::target_value),
      {"maximize", [](const Request& r) { return std::string(r.options.maximize ? "yes" : ""); },
       [](Request& r, const std::string& v) { r.options.maximize = !v.empty(); }}};
  return all;
}

constexpr std::string_view path_name = "path", iterations_name = "iterations", evaluations_name = "max_evaluations";

std::string limit_text(std::int64_t limit) { return limit == Options{}.max_evaluations ? std::string() : cat(limit); }

std::string shown(const std::string& value) {
  std::string out = text::shown(value);
  std::ranges::replace(out, between, ' ');
  return out;
}

[[noreturn]] void refuse(const MinimizeRequest& r, std::string_view name, const std::string& given,
                         const std::string& kept) {
  throw Error(cat(name, " ", shown(given), ": the run of the checkpoint in ", r.resume, " has ",
                  kept.empty() ? cat("no ", name) : cat(name, " ", shown(kept)),
                  "; leave it out to go on with that run, or start anew in another folder"));
}

/// The limits of the run before, where no others are given.
void take_limits(MinimizeRequest& r, const Archive& checkpoint) {
  Options& o = r.options;
  if (!o.max_iterations) o.max_iterations = text::parse_integer(kept_setting(checkpoint, iterations_name));
  if (o.max_evaluations == Options{}.max_evaluations)
    o.max_evaluations = text::parse_integer(kept_setting(checkpoint, evaluations_name)).value_or(o.max_evaluations);
}

void require_longer(std::string_view name, std::int64_t limit, std::int64_t made) {
  if (made > limit)
    throw Error(cat(name, " ", limit, ": the run of the checkpoint has made ", made,
                    " already; a run may be made longer, not shorter"));
}

bool keeps_path(const MinimizeRequest& r) { return r.trace || r.record; }

train::CheckpointPlan plan_of(const MinimizeRequest& r) {
  train::CheckpointPlan plan;
  plan.folder = r.resume.empty() ? r.checkpoint : r.resume;
  plan.resume = !r.resume.empty();
  if (!r.every.empty()) plan.period = train::Period::parse(r.every);
  if (plan.period.epochs > 0)
    throw Error(cat("every '", r.every, "': a minimisation has steps: write 60s or 100steps"));
  if (!r.keep_last.empty()) {
    const auto n = text::parse_integer(r.keep_last);
    if (!n || *n < 1 || *n > train::most_checkpoints)
      throw Error(cat("keep_last ", r.keep_last, ": expected a whole number from 1 to ", train::most_checkpoints));
    plan.keep_last = static_cast<int>(*n);
  }
  for (const Setting& s : settings()) plan.settings.emplace_back(s.name, s.get(r));
  plan.settings.emplace_back(path_name, keeps_path(r) ? "yes" : "");
  plan.settings.emplace_back(iterations_name, r.options.max_iterations ? cat(*r.options.max_iterations) : "");
  plan.settings.emplace_back(evaluations_name, limit_text(r.options.max_evaluations));
  return plan;
}

}  // namespace

std::vector<std::string> take_over(MinimizeRequest& r) {
  std::vector<std::string> warnings;
  const auto checkpoint = checkpoint_to_resume(r.resume, train::checkpoint_of_minimize, warnings);
  if (!checkpoint) return warnings;
  const MinimizeRequest nothing;
  for (const Setting& s : settings()) {
    const std::string given = s.get(r), kept = kept_setting(*checkpoint, s.name);
    const bool agrees = given == kept || (s.name == std::string_view("optimizer") && same_optimizer(given, kept));
    if (given != s.get(nothing) && !agrees) refuse(r, s.name, given, kept);
    s.set(r, kept);
  }
  const bool kept_path = !kept_setting(*checkpoint, path_name).empty();
  if (keeps_path(r) && !kept_path)
    throw Error(cat("the run of the checkpoint in ", r.resume,
                    " did not keep its path, of which a trace, a picture or a page is made; do without, or start anew "
                    "in another folder"));
  r.record = r.record || kept_path;
  take_limits(r, *checkpoint);
  if (r.every.empty()) r.every = checkpoint->text("period");
  return warnings;
}

std::unique_ptr<RunKeeper> RunKeeper::of(const MinimizeRequest& r) {
  if (!r.resume.empty() && !r.checkpoint.empty() && r.resume != r.checkpoint)
    throw Error("a run that is resumed goes on writing to its own folder; leave the other checkpoint folder out");
  if (r.resume.empty() && r.checkpoint.empty()) {
    for (const auto& [name, given] : {std::pair{"every", &r.every}, {"keep_last", &r.keep_last}})
      if (!given->empty()) throw Error(cat(name, " has no effect without a checkpoint folder; name one"));
    return nullptr;
  }
  return std::unique_ptr<RunKeeper>(new RunKeeper(plan_of(r), r));
}

RunKeeper::RunKeeper(train::CheckpointPlan plan, const MinimizeRequest& request)
    : plan_(std::move(plan)),
      folder_(plan_.folder, plan_.keep_last),
      options_(request.options),
      keeps_path_(keeps_path(request)) {}

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
  archive.put("period", std::string_view(plan_.period.text()));
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
