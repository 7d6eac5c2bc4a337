#pragma once
#include <CLI/CLI.hpp>

#include <string>
#include <vector>

#include "command.hpp"

/// The options of a command as CLI11 knows them.
class Declared {
 public:
  Declared(CLI::App& app, const NamedCommand& named);

  CLI::App& app() const { return *app_; }
  std::string_view name() const { return name_; }
  const Command& command() const { return command_; }
  /// Where the run is to be written; empty: nowhere.
  std::string write_run() const;

  /// Sets what was typed. Throws talweg::Error for a value that its option does not take, and for an empty one, as by
  /// --save "$UNSET".
  void take_over() const;

 private:
  struct Typed {
    CLI::Option *given, *denied;  ///< `denied` of a flag that has a --no- form
  };
  void declare(const talweg::BoundOption& option);

  CLI::App* app_;
  std::string_view name_;
  Command command_;
  std::vector<Typed> typed_;  ///< for each option of the command
  CLI::Option* write_run_ = nullptr;
};
