#pragma once
#include <functional>
#include <span>
#include <string_view>
#include <vector>

#include "talweg/api/common.hpp"

/// A command at work: its options, bound to the request that it runs, and what runs it.
struct Command {
  std::string_view notes;  ///< below its options in help
  std::vector<talweg::BoundOption> options = {};
  std::function<int()> run = {};  ///< gives the exit status
  bool has_run_file = true;       ///< whether `talweg run` can run it again
};

Command minimize_command();
Command fit_command();
Command train_command();
Command predict_command();
Command evaluate_command();
Command export_command();
Command explain_command();
Command advise_command();
Command inspect_command();
Command compare_command();
Command lesson_command();
Command list_command();
Command suite_command();
Command run_command();

/// A command by its name. Only the one that was asked for is made: describing all options takes longer than most runs.
struct NamedCommand {
  std::string_view name, what;
  Command (*make)();
  bool has_run_file = true;  ///< whether `talweg run` can run it again
};
/// All of them, in the order of help.
std::span<const NamedCommand> all_commands();

namespace exit_status {
inline constexpr int success = 0;
inline constexpr int no_success = 1;  ///< the computation ended without success
inline constexpr int wrong_use = 2;   ///< wrong use, bad input or a damaged file
}  // namespace exit_status
