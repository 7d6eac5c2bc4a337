#pragma once
#include <vector>

#include "talweg/api/common.hpp"

/// What a command reads and writes, as its options say.
namespace paths {

/// Throws talweg::Error when a command would write over what it reads, or write two things to one file. `others` are
/// paths that are no options of the command: a run file.
void check(const std::vector<talweg::BoundOption>& options, const std::vector<talweg::file::NamedPath>& others);

}  // namespace paths
