#include "talweg/api/resumed.hpp"

#include <utility>

#include "talweg/train/file_forms.hpp"

namespace talweg::api {

train::CheckpointPlan plan_of(const CheckpointRequest& r) {
  if (!r.resume.empty() && !r.checkpoint.empty() && r.resume != r.checkpoint)
    throw Error("resume", text::cat(text::option("resume"), " goes on writing to its own folder; leave ",
                                    text::option("checkpoint"), " out"));
  train::CheckpointPlan plan;
  plan.folder = r.resume.empty() ? r.checkpoint : r.resume;
  plan.resume = !r.resume.empty();
  for (const auto& [option, given] : {std::pair{"every", &r.every}, {"keep_last", &r.keep_last}})
    if (!given->empty() && plan.folder.empty())
      throw Error(option,
                  text::cat(text::option(option), " has no effect without ", text::option("checkpoint", "DIR")));
  if (!r.every.empty()) plan.period = train::Period::parse(r.every);
  if (!r.keep_last.empty()) {
    const auto n = text::parse_integer(r.keep_last);
    if (!n || *n < 1 || *n > train::most_checkpoints)
      throw Error("keep_last", text::cat(text::option("keep_last", r.keep_last), ": expected a whole number from 1 to ",
                                         train::most_checkpoints));
    plan.keep_last = static_cast<int>(*n);
  }
  return plan;
}

std::string kind_of_checkpoint(const std::string& folder) {
  if (folder.empty() || !train::CheckpointFolder::has_checkpoint(folder)) return "";
  std::string damage;
  const auto archive = train::CheckpointFolder::newest(folder, damage);
  return archive && archive->has("kind") ? archive->text("kind") : "";
}

std::optional<Archive> checkpoint_to_resume(const std::string& folder, std::string_view kind,
                                            std::vector<std::string>& warnings) {
  if (folder.empty()) return std::nullopt;
  std::string damage;
  std::optional<Archive> archive;
  if (train::CheckpointFolder::has_checkpoint(folder)) archive = train::CheckpointFolder::newest(folder, damage);
  if (!archive) {
    train::CheckpointFolder::check_possible(folder);
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

std::string kept_setting(const Archive& checkpoint, std::string_view name) {
  const auto keys = checkpoint.texts("settings.keys"), values = checkpoint.texts("settings.values");
  if (keys.size() != values.size()) checkpoint.fail("settings.values", "does not fit settings.keys");
  const auto at = std::ranges::find(keys, name);
  if (at == keys.end()) checkpoint.fail("settings.keys", text::cat("lacks ", name));
  return values[static_cast<std::size_t>(at - keys.begin())];
}

}  // namespace talweg::api
