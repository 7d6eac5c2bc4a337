#include "talweg/api/train/checkpoint.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <functional>
#include <limits>

#include "talweg/api/method.hpp"
#include "talweg/base/error.hpp"
#include "talweg/base/text.hpp"
#include "talweg/train/file_forms.hpp"

namespace talweg::api {

namespace {

using train::CheckpointFolder;

/// An option that decides the result, as text: empty where it was not given.
struct Setting {
  const char* name;
  std::function<std::string(const TrainRequest&)> get;
  std::function<void(TrainRequest&, const std::string&)> set;
};

Setting text_of(const char* name, std::string TrainRequest::*member) {
  return {name, [=](const TrainRequest& r) { return r.*member; },
          [=](TrainRequest& r, const std::string& value) { r.*member = value; }};
}
Setting text_of(const char* name, std::string StreamRequest::*member) {
  return {name, [=](const TrainRequest& r) { return r.stream.*member; },
          [=](TrainRequest& r, const std::string& value) { r.stream.*member = value; }};
}

/// A checkpoint may hold any text behind a right checksum.
std::uint64_t seed_from(const std::string& text) {
  std::uint64_t seed = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), seed);
  if (failure != std::errc() || end != text.data() + text.size())
    throw Error(text::cat("the seed '", text::shown(text),
                          "' of the checkpoint is no whole number of at least 0; start ", "anew in another folder"));
  return seed;
}

constexpr char between = '\x1f';  // stands in no name of a column

template <class List> Setting list_of(const char* name, List list) {
  return {name,
          [=](const TrainRequest& r) {
            std::string out;
            for (const auto& text : list(const_cast<TrainRequest&>(r)))
              out += text::cat(out.empty() ? "" : std::string(1, between), text);
            return out;
          },
          [=](TrainRequest& r, const std::string& value) {
            list(r).clear();
            for (const auto piece : text::split(value, between))
              if (!piece.empty()) list(r).emplace_back(piece);
          }};
}

/// A number, or a choice, that reads back from its text.
template <class Get, class Set> Setting number_of(const char* name, Get get, Set set) {
  return {name, get, [=](TrainRequest& r, const std::string& value) { set(r, value); }};
}

const std::vector<Setting>& settings() {
  static const std::vector<Setting> all{
      text_of("--target", &TrainRequest::target),
      text_of("--model", &TrainRequest::model),
      text_of("--loss", &TrainRequest::loss),
      text_of("--optimizer", &TrainRequest::optimizer),
      text_of("--schedule", &TrainRequest::schedule),
      text_of("--clip", &TrainRequest::clip),
      text_of("--validation", &TrainRequest::validation),
      text_of("--select", &TrainRequest::select),
      text_of("--start", &TrainRequest::start),
      text_of("--batch-size", &TrainRequest::batch_size),
      text_of("--precision", &TrainRequest::precision),
      text_of("--columns", &TrainRequest::columns),
      text_of("--duplicates", &TrainRequest::duplicates),
      text_of("--hash-bits", &StreamRequest::hash_bits),
      text_of("--index-base", &StreamRequest::index_base),
      text_of("--features", &StreamRequest::features),
      text_of("--classes", &StreamRequest::classes),
      list_of(
          "--group", [](TrainRequest & r) -> auto& { return r.groups; }),
      list_of(
          "--ignore", [](TrainRequest & r) -> auto& { return r.ignore; }),
      list_of(
          "--cross", [](TrainRequest & r) -> auto& { return r.stream.crosses; }),
      number_of(
          "--seed", [](const TrainRequest& r) { return text::cat(r.seed); },
          [](TrainRequest& r, const std::string& v) { r.seed = seed_from(v); }),
      number_of(
          "--patience", [](const TrainRequest& r) { return r.patience == 0 ? std::string() : text::cat(r.patience); },
          [](TrainRequest& r, const std::string& v) { r.patience = text::parse_integer(v).value_or(0); }),
      number_of(
          "--tolerance", [](const TrainRequest& r) { return r.tolerance ? text::cat(*r.tolerance) : std::string(); },
          [](TrainRequest& r, const std::string& v) { r.tolerance = text::parse_number(v); }),
      number_of(
          "--standardize",
          [](const TrainRequest& r) { return r.standardize ? std::string(*r.standardize ? "yes" : "no") : ""; },
          [](TrainRequest& r, const std::string& v) {
            r.standardize = v.empty() ? std::nullopt : std::optional(v == "yes");
          }),
      number_of(
          "--portable", [](const TrainRequest& r) { return std::string(r.portable ? "yes" : ""); },
          [](TrainRequest& r, const std::string& v) { r.portable = !v.empty(); })};
  return all;
}

constexpr std::string_view epochs_name = "--epochs", data_name = "data";

bool agree(std::string_view name, const std::string& given, const std::string& kept) {
  return given == kept || (name == "--optimizer" && same_optimizer(given, kept));
}

}  // namespace

std::string kept_setting(const Archive& checkpoint, std::string_view name) {
  const auto keys = checkpoint.texts("settings.keys"), values = checkpoint.texts("settings.values");
  if (keys.size() != values.size()) checkpoint.fail("settings.values", "does not fit settings.keys");
  const auto at = std::ranges::find(keys, name);
  if (at == keys.end()) checkpoint.fail("settings.keys", text::cat("lacks ", name));
  return values[static_cast<std::size_t>(at - keys.begin())];
}

std::string data_text(const std::string& file) {
  const train::Fingerprint now = train::Fingerprint::of(file);
  return text::cat(now.size, " bytes, modified at ", now.modified_ns, " ns");
}

std::vector<std::string> checkpoint_files(const std::string& folder) { return CheckpointFolder::files(folder); }

std::string kind_of_checkpoint(const std::string& folder) {
  if (folder.empty() || !CheckpointFolder::has_checkpoint(folder)) return "";
  std::string damage;
  const auto archive = CheckpointFolder::newest(folder, damage);
  return archive && archive->has("kind") ? archive->text("kind") : "";
}

std::optional<Archive> checkpoint_to_resume(const std::string& folder, std::string_view kind,
                                            std::vector<std::string>& warnings) {
  if (folder.empty()) return std::nullopt;
  std::string damage;
  std::optional<Archive> archive;
  if (CheckpointFolder::has_checkpoint(folder)) archive = CheckpointFolder::newest(folder, damage);
  if (!archive) {
    warnings.push_back(text::cat(folder, " holds no checkpoint; the run starts from the beginning"));
    return archive;
  }
  if (!damage.empty()) warnings.push_back(damage);
  if (!archive->has("kind") || archive->text("kind") != kind)
    throw Error(text::cat(archive->origin(), ": holds ", train::what_it_holds(*archive), ", where a ", kind,
                          " is needed; name the folder of one"));
  check(*archive, *train::checkpoint_form(kind));
  return archive;
}

void take_over(TrainRequest& r, const Archive& checkpoint) {
  const TrainRequest nothing;
  for (const Setting& s : settings()) {
    const std::string given = s.get(r), kept = kept_setting(checkpoint, s.name);
    if (given != s.get(nothing) && !agree(s.name, given, kept))
      throw Error(text::cat(s.name, " ", given, ": the run of the checkpoint in ", r.resume, " has ",
                            kept.empty() ? std::string("no such setting") : text::cat(s.name, " ", kept),
                            "; leave the flag out to go on with it, or start anew in another folder"));
    s.set(r, kept);
  }
  if (kept_setting(checkpoint, data_name) != data_text(r.file))
    throw Error(text::cat(r.file, ": has changed since the checkpoint in ", r.resume, " was written (it had ",
                          kept_setting(checkpoint, data_name), ", and has ", data_text(r.file),
                          "); bring the old file back, or start anew in another folder"));
  const auto kept = text::parse_integer(kept_setting(checkpoint, epochs_name));
  if (r.epochs && *r.epochs < kept.value_or(1))
    throw Error(text::cat(epochs_name, " ", *r.epochs, ": the run of the checkpoint in ", r.resume, " has ",
                          epochs_name, " ", kept.value_or(1), "; a run may be made longer, not shorter"));
  if (!r.epochs && kept) r.epochs = *kept;
  if (r.every.empty()) r.every = checkpoint.text("period");
}

void refuse_longer_schedule(const TrainRequest& r, const Archive& checkpoint, const Schedule& schedule) {
  const std::string kept = kept_setting(checkpoint, epochs_name);
  if (!schedule.lacks_steps() || (r.epochs ? text::cat(*r.epochs) : std::string()) == kept) return;
  throw Error(text::cat(epochs_name, " ", *r.epochs, ": the schedule ", schedule.spec(), " spans the ",
                        kept.empty() ? std::string("epochs") : text::cat(kept, " epochs"),
                        " of the run of the checkpoint; leave the flag out, or start anew in another folder"));
}

double seconds_within(const TrainRequest& r) {
  const bool writes = !r.checkpoint.empty() || !r.resume.empty();
  return writes ? std::numeric_limits<double>::infinity() : r.max_seconds;
}

train::CheckpointPlan checkpoint_plan(const TrainRequest& r) {
  if (!r.resume.empty() && !r.checkpoint.empty() && r.resume != r.checkpoint)
    throw Error("--resume goes on writing to its own folder; leave --checkpoint out");
  train::CheckpointPlan plan;
  plan.folder = r.resume.empty() ? r.checkpoint : r.resume;
  plan.resume = !r.resume.empty();
  for (const auto& [option, given] : {std::pair{"--every", &r.every}, {"--keep-last", &r.keep_last}})
    if (!given->empty() && plan.folder.empty())
      throw Error(text::cat(option, " has no effect without --checkpoint DIR"));
  if (!r.every.empty()) plan.period = train::Period::parse(r.every);
  if (!r.keep_last.empty()) {
    const auto n = text::parse_integer(r.keep_last);
    if (!n || *n < 1 || *n > train::most_checkpoints)
      throw Error(
          text::cat("--keep-last ", r.keep_last, ": expected a whole number from 1 to ", train::most_checkpoints));
    plan.keep_last = static_cast<int>(*n);
  }
  for (const Setting& s : settings()) plan.settings.emplace_back(s.name, s.get(r));
  if (!plan.folder.empty()) plan.settings.emplace_back(data_name, data_text(r.file));
  plan.settings.emplace_back(epochs_name, r.epochs ? text::cat(*r.epochs) : "");
  return plan;
}

}  // namespace talweg::api
