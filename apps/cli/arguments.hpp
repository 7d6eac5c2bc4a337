#pragma once
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

/// What CLI11 leaves to do: arguments that begin with a minus sign, and a word on what was not expected.
namespace arguments {

/// `given` with formulas and values that begin with a minus sign made safe: "-x*y" gets a blank before it, and
/// `--subject-to "-x^2+y>=0"` becomes one argument. given[0] is the name of `command`.
std::vector<std::string> protect_minus(const CLI::App& command, const std::vector<std::string>& given);

/// The message for an argument that no option takes, with near names.
std::string unexpected(const CLI::App& command, const std::string& argument);

/// CLI11's words for an option without its value, or given twice, in plain ones.
std::string wrong_count(const std::string& cli11_message);

}  // namespace arguments
