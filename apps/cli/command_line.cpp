#include "command_line.hpp"

#include <algorithm>

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

std::string quoted(const std::string& argument) {
  const auto plain = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("-_./=:,+@%").find(c) != std::string_view::npos;
  };
  if (!argument.empty() && std::all_of(argument.begin(), argument.end(), plain)) return argument;
  std::string out = "'";
  for (const char c : argument) out += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return out + "'";
}

}  // namespace

void remember(std::vector<std::string> arguments) { remembered() = std::move(arguments); }

void remember_run(std::string run) { remembered_run() = std::move(run); }

talweg::present::Reproduction reproduction(std::optional<std::uint64_t> seed) {
  std::string command = "talweg";
  for (const auto& argument : remembered()) command += " " + quoted(argument);
  return {command, std::string(talweg::version()), seed, remembered_run()};
}

}  // namespace command_line
