#pragma once
#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "talweg/api/checkpoint_request.hpp"
#include "talweg/api/method.hpp"
#include "talweg/base/archive.hpp"
#include "talweg/base/error.hpp"
#include "talweg/base/option.hpp"
#include "talweg/base/spelling.hpp"
#include "talweg/base/text.hpp"
#include "talweg/train/checkpoint.hpp"

/// Where a run keeps its checkpoints, and what one says of the request that it belongs to: the options that decide the
/// result, as texts.
namespace talweg::api {

/// Where, how often and how many, without settings. Throws Error for options that do not go together.
train::CheckpointPlan plan_of(const CheckpointRequest& request);

/// The newest checkpoint of the folder to resume from; nothing where there is none yet, or the folder has no name. What
/// a damaged one cost is put into `warnings`. Throws Error for a checkpoint of another kind of run
/// (train/file_forms.hpp).
std::optional<Archive> checkpoint_to_resume(const std::string& folder, std::string_view kind,
                                            std::vector<std::string>& warnings);

/// The kind of the newest checkpoint there; empty without one.
std::string kind_of_checkpoint(const std::string& folder);

/// The text that a checkpoint keeps under that name. Throws Error where it lacks one.
std::string kept_setting(const Archive& checkpoint, std::string_view name);

/// One of these options; the text is empty where it was not given.
template <class R> class Setting {
 public:
  explicit Setting(const Option<R>& option) : option_(option) {}
  std::string_view name() const { return option_.info.name; }
  std::string get(const R& r) const {
    std::string out;
    for (const std::string& value : option_.get(r)) out += (out.empty() ? "" : std::string(1, between)) + value;
    return out;
  }
  void set(R& r, std::string_view value) const {
    std::vector<std::string> values;
    for (const auto piece : text::split(value, between))
      if (!piece.empty()) values.emplace_back(piece);
    option_.set(r, option_.info, values);
  }
  /// "--group a:learning_rate=1 b:learning_rate=2"
  std::string spelled(std::string value) const {
    std::ranges::replace(value, between, ' ');
    return text::option(name(), text::shown(value));
  }

 private:
  static constexpr char between = '\x1f';  // stands in no formula and in no name of a column
  Option<R> option_;
};

/// Those of `options` that decide the result, but for some that are compared in another way.
template <class R>
std::vector<Setting<R>> deciding(const std::vector<Option<R>>& options, std::initializer_list<std::string_view> but) {
  std::vector<Setting<R>> all;
  for (const Option<R>& option : options)
    if (option.info.decides && std::ranges::find(but, option.info.name) == but.end()) all.emplace_back(option);
  return all;
}

/// Takes over what the checkpoint in `folder` says. Throws Error for an option that was given and differs.
template <class R>
void take_settings(R& r, const std::vector<Setting<R>>& settings, const Archive& checkpoint, std::string_view folder) {
  for (const Setting<R>& s : settings) {
    const std::string given = s.get(r), kept = kept_setting(checkpoint, s.name());
    const bool agrees = given.empty() || given == kept || (s.name() == "optimizer" && same_optimizer(given, kept));
    if (!agrees)
      throw Error(text::cat(s.spelled(given), ": the run of the checkpoint in ", folder, " has ",
                            kept.empty() ? text::cat("no ", text::option(s.name())) : s.spelled(kept),
                            "; leave it out to go on with that run, or start anew in another folder"));
    try {
      s.set(r, kept);
    } catch (const Error& e) {  // behind a right checksum any text may stand
      throw Error(text::cat("the checkpoint in ", folder, ": ", e.what(), "; start anew in another folder"));
    }
  }
}

}  // namespace talweg::api
