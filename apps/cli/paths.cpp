#include "paths.hpp"

#include <algorithm>
#include <array>
#include <filesystem>
#include <string_view>
#include <vector>

#include "talweg/api/common.hpp"
#include "talweg/api/train/checkpoint.hpp"
#include "talweg/api/train/training_table.hpp"

namespace paths {

namespace {

using talweg::file::NamedPath;

enum class Use {
  input,
  labels,  ///< a column, and of images the file of their labels
  output,
  checkpoint  ///< a folder that a run keeps its state in
};

/// One entry for each option and argument that names a file, in whatever command it stands.
struct Described {
  std::string_view option;
  Use use;
  std::string_view words;  ///< in messages
};
constexpr std::array described{Described{"file", Use::input, "the data"},
                               Described{"what", Use::input, "the input"},
                               Described{"model", Use::input, "the model"},
                               Described{"--validation", Use::input, "the file of --validation"},
                               Described{"--target", Use::labels, "the labels"},
                               Described{"--save", Use::output, "--save"},
                               Described{"--log", Use::output, "--log"},
                               Described{"--output", Use::output, "--output"},
                               Described{"--plot", Use::output, "--plot"},
                               Described{"--report", Use::output, "--report"},
                               Described{"--checkpoint", Use::checkpoint, "--checkpoint"},
                               Described{"--resume", Use::checkpoint, "--resume"}};

std::string name_of(const CLI::Option& option) {
  return option.get_lnames().empty() ? option.get_name(true) : "--" + option.get_lnames().front();
}

}  // namespace

void check(const CLI::App& command) {
  std::vector<NamedPath> named;
  std::vector<std::string> labels, folders;
  for (const CLI::Option* option : command.get_options()) {
    const std::string name = name_of(*option);
    const auto entry =
        std::find_if(described.begin(), described.end(), [&](const Described& d) { return d.option == name; });
    if (entry == described.end()) continue;
    for (const std::string& path : option->results()) {
      if (entry->use == Use::labels) {
        labels.push_back(path);
      } else if (entry->use == Use::checkpoint) {
        std::error_code ignored;
        const std::string folder = std::filesystem::weakly_canonical(path, ignored).string();
        if (std::find(folders.begin(), folders.end(), folder) == folders.end()) folders.push_back(folder);
      } else {
        named.push_back({std::string(entry->words), path,
                         entry->use == Use::output ? NamedPath::Role::output : NamedPath::Role::input});
      }
    }
  }
  const bool images = std::any_of(named.begin(), named.end(), [](const NamedPath& p) {
    return p.role == NamedPath::Role::input && talweg::api::holds_images(p.path);
  });
  if (images)
    for (const std::string& path : labels) named.push_back({"the labels", path, NamedPath::Role::input});
  for (const std::string& folder : folders)
    for (const std::string& file : talweg::api::checkpoint_files(folder))
      named.push_back({"the checkpoint", file, NamedPath::Role::output});
  talweg::file::refuse_overwriting(named);
}

}  // namespace paths
