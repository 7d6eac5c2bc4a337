#include "talweg/api/train/checkpoint.hpp"

#include <algorithm>
#include <cstdint>
#include <limits>

#include "talweg/base/error.hpp"
#include "talweg/base/spelling.hpp"
#include "talweg/base/text.hpp"

namespace talweg::api {

namespace {

using train::CheckpointFolder;

constexpr std::string_view epochs_name = "epochs", data_name = "data", start_name = "start_from_file";

std::string start_text(const TrainRequest& r) { return r.start_from.empty() ? "" : data_text(r.start_from); }

/// The number of epochs may grow, and the file may have moved: they are compared in their own way.
std::vector<Setting<TrainRequest>> settings() { return deciding(TrainRequest::options(), {epochs_name, "file"}); }

}  // namespace

std::string data_text(const data::Input& file) {
  const train::Fingerprint now = train::Fingerprint::of(file);
  return file.table() ? text::cat(now.size, " bytes of text, checksum ", now.modified_ns)
                      : text::cat(now.size, " bytes, modified at ", now.modified_ns, " ns");
}

std::vector<std::string> checkpoint_files(const std::string& folder) { return CheckpointFolder::files(folder); }

void take_over(TrainRequest& r, const Archive& checkpoint) {
  take_settings(r, settings(), checkpoint, r.resume);
  if (kept_setting(checkpoint, data_name) != data_text(r.file))
    throw Error(text::cat(r.file.name(), ": has changed since the checkpoint in ", r.resume, " was written (it had ",
                          kept_setting(checkpoint, data_name), ", and has ", data_text(r.file),
                          "); bring the old file back, or start anew in another folder"));
  if (kept_setting(checkpoint, start_name) != start_text(r))
    throw Error(text::cat(r.start_from, ": has changed since the checkpoint in ", r.resume,
                          " was written; bring the old file back, or start anew in another folder"));
  const auto kept = text::parse_integer(kept_setting(checkpoint, epochs_name));
  if (r.epochs && *r.epochs < kept.value_or(1))
    throw Error(epochs_name,
                text::cat(text::option(epochs_name, *r.epochs), ": the run of the checkpoint in ", r.resume, " has ",
                          text::option(epochs_name, kept.value_or(1)), "; a run may be made longer, not shorter"));
  if (!r.epochs && kept) r.epochs = *kept;
  if (r.every.empty()) r.every = train::Period::load(checkpoint).text();
}

void refuse_longer_schedule(const TrainRequest& r, const Archive& checkpoint, const Schedule& schedule) {
  const std::string kept = kept_setting(checkpoint, epochs_name);
  if (!schedule.lacks_steps() || (r.epochs ? text::cat(*r.epochs) : std::string()) == kept) return;
  throw Error(epochs_name, text::cat(text::option(epochs_name, *r.epochs), ": the schedule ", schedule.spec(),
                                     " spans the ", kept.empty() ? std::string("epochs") : text::cat(kept, " epochs"),
                                     " of the run of the checkpoint; leave it out, or start anew in another folder"));
}

double seconds_within(const TrainRequest& r) {
  return r.writes() ? std::numeric_limits<double>::infinity() : r.max_seconds;
}

train::CheckpointPlan checkpoint_plan(const TrainRequest& r) {
  train::CheckpointPlan plan = plan_of(r);
  for (const auto& s : settings()) plan.settings.emplace_back(s.name(), s.get(r));
  if (!plan.folder.empty()) {
    plan.settings.emplace_back(data_name, data_text(r.file));
    plan.settings.emplace_back(start_name, start_text(r));
  }
  plan.settings.emplace_back(epochs_name, r.epochs ? text::cat(*r.epochs) : "");
  return plan;
}

}  // namespace talweg::api
