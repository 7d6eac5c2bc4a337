#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "talweg/present/report_page.hpp"

/// The command as it was typed, for reports that say how to run it again.
namespace command_line {

void remember(std::vector<std::string> arguments);

/// The same as a run file.
void remember_run(std::string run);

/// Quoted as a POSIX shell needs it.
talweg::present::Reproduction reproduction(std::optional<std::uint64_t> seed = {});

}  // namespace command_line
