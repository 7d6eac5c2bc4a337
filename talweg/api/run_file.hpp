#pragma once
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "talweg/base/option.hpp"

/// A request as a file: {"talweg":1,"command":"train","file":"digits.csv","epochs":30,"save":"digits.talweg"}.
namespace talweg::api {

/// What a run file says, its paths as they are written there.
struct RunFile {
  std::string path;     ///< where it was read
  std::string command;  ///< "train"
  /// By name, in the order of the file; "yes" and "no" of a flag, several values of a list.
  std::vector<std::pair<std::string, std::vector<std::string>>> values;

  /// Throws Error naming the file and the place: no JSON, no run file, a newer one, a value that is neither text,
  /// number, true or false nor a list of these, a name given twice.
  static RunFile parse(std::string_view text, const std::string& path);
};

/// Sets what the file says; paths are relative to the folder of the file. Throws Error for names that are no options
/// of the command, with near names, and for values that their options do not take.
void apply_run(const RunFile& file, const std::vector<BoundOption>& options);

/// The options that differ from their defaults as the text of a run file that will stand at `path`: paths are written
/// relative to its folder. With an empty path they stay as they are.
std::string run_text(std::string_view command, const std::vector<BoundOption>& options, const std::string& path);

}  // namespace talweg::api
