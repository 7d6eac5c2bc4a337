#include "paths.hpp"

#include <algorithm>
#include <filesystem>

#include "talweg/api/common.hpp"
#include "talweg/api/train/checkpoint.hpp"
#include "talweg/api/train/training_table.hpp"

namespace paths {

void check(const std::vector<talweg::BoundOption>& options, const std::vector<talweg::file::NamedPath>& others) {
  using talweg::PathRole;
  using talweg::file::NamedPath;
  std::vector<NamedPath> named = others;
  std::vector<std::string> labels, folders;
  for (const talweg::BoundOption& option : options) {
    const talweg::OptionInfo& info = option.info;
    if (info.path == PathRole::none) continue;
    const std::string words = !info.path_words.empty()               ? std::string(info.path_words)
                              : info.path == PathRole::input_or_text ? "the file of " + talweg::shell::flag(info.name)
                                                                     : talweg::shell::flag(info.name);
    for (const std::string& path : option.get()) {
      if (info.path == PathRole::labels) {
        labels.push_back(path);
      } else if (info.path == PathRole::folder) {
        std::error_code ignored;
        const std::string folder = std::filesystem::weakly_canonical(path, ignored).string();
        if (std::find(folders.begin(), folders.end(), folder) == folders.end()) folders.push_back(folder);
      } else {
        named.push_back(
            {words, path, info.path == PathRole::output ? NamedPath::Role::output : NamedPath::Role::input});
      }
    }
  }
  const bool apart = std::any_of(named.begin(), named.end(), [](const NamedPath& p) {
    return p.role == NamedPath::Role::input && talweg::data::labels_lie_apart(p.path);
  });
  if (apart)
    for (const std::string& path : labels) named.push_back({"the labels", path, NamedPath::Role::input});
  for (const std::string& folder : folders)
    for (const std::string& file : talweg::api::checkpoint_files(folder))
      named.push_back({"the checkpoint", file, NamedPath::Role::output});
  talweg::file::refuse_overwriting(named);
}

}  // namespace paths
