#include "arguments.hpp"

#include <algorithm>
#include <string_view>

#include "talweg/api/common.hpp"
#include "talweg/api/method.hpp"

namespace arguments {

namespace {

const CLI::Option* find_option(const CLI::App& command, const std::string& name) {
  return name.starts_with('-') ? command.get_option_no_throw(name) : nullptr;
}

/// --word or --word=…: an option, known or misspelt, and no formula.
bool looks_like_option(std::string_view argument) {
  if (!argument.starts_with("--") || argument.size() < 3) return false;
  const std::string_view word = argument.substr(2, argument.find('=') - 2);
  return word.size() > 1 && std::all_of(word.begin(), word.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
         });
}

}  // namespace

std::vector<std::string> protect_minus(const CLI::App& command, const std::vector<std::string>& given) {
  std::vector<std::string> out;
  for (std::size_t i = 0; i < given.size(); ++i) {
    const std::string& argument = given[i];
    if (argument == "--") {
      out.insert(out.end(), given.begin() + std::ptrdiff_t(i), given.end());
      break;
    }
    const CLI::Option* option = find_option(command, argument);
    const bool takes_value = option && option->get_items_expected_max() > 0;
    const std::string next = i + 1 < given.size() ? given[i + 1] : "";
    if (takes_value && next.size() > 1 && next[0] == '-') {
      // CLI11 would take the next option for the value.
      if (find_option(command, next) || looks_like_option(next)) throw talweg::Error(argument + " needs a value");
      out.push_back(argument + "=" + next);
      ++i;
    } else if (argument.size() > 1 && argument[0] == '-' && !option && !looks_like_option(argument)) {
      out.push_back(" " + argument);
    } else {
      out.push_back(argument);
    }
  }
  return out;
}

std::string unexpected(const CLI::App& command, const std::string& given) {
  using talweg::text::cat;
  const std::string argument(talweg::text::trim(given));
  const std::string where = command.get_parent() ? "talweg " + command.get_name() : "talweg";
  if (!argument.starts_with('-'))
    return cat("unexpected argument '", argument, "' for ", where, ": put formulas in quotes; ", where,
               " --help shows how");
  const std::string word = argument.substr(0, argument.find('='));
  std::vector<std::string> names;
  for (const CLI::Option* option : command.get_options())
    for (const auto& name : option->get_lnames()) names.push_back("--" + name);
  const std::vector<std::string_view> candidates(names.begin(), names.end());
  if (word.starts_with("--") && command.get_option_no_throw("--optimizer"))
    if (const std::string key = talweg::api::key_of_a_method(std::string_view(word).substr(2)); !key.empty())
      return cat("unknown option '", word, "' for ", where, ": ", key, " (--optimizer)");
  const std::string near = talweg::text::did_you_mean(word, candidates);
  return cat("unknown option '", word, "' for ", where, ": ",
             near.empty() ? cat(where, " --help lists the options") : near);
}

std::string wrong_count(const std::string& cli11_message) {
  const std::string option = cli11_message.substr(0, cli11_message.find(':'));
  const bool missing = cli11_message.find("missing") != std::string::npos;
  return missing ? option + " needs a value" : option + " is given more than once: give it once";
}

}  // namespace arguments
