#include "command_line.hpp"

#include "talweg/api/common.hpp"
#include "talweg/version.hpp"

namespace command_line {

namespace {

std::vector<std::string>& remembered() {
  static std::vector<std::string> arguments;
  return arguments;
}

std::string& remembered_run() {
  static std::string run;
  return run;
}

}  // namespace

void remember(std::vector<std::string> arguments) { remembered() = std::move(arguments); }

void remember_run(std::string run) { remembered_run() = std::move(run); }

talweg::present::Reproduction reproduction(std::optional<std::uint64_t> seed) {
  std::string command = "talweg";
  for (const auto& argument : remembered()) command += " " + talweg::shell::quoted(argument);
  return {command, std::string(talweg::version()), seed, remembered_run()};
}

}  // namespace command_line
