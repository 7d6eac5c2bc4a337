#pragma once
#include <CLI/CLI.hpp>

/// What a command reads and writes, as its options say.
namespace paths {

/// Throws talweg::Error when a command that was parsed would write over what it reads, or write two things to one
/// file. An option that names a file is described once, in paths.cpp, for all commands.
void check(const CLI::App& command);

}  // namespace paths
