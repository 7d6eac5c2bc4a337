#include <algorithm>

#include "talweg/base/error.hpp"
#include "talweg/base/text.hpp"
#include "talweg/formula/functions.hpp"
#include "talweg/formula/parser.hpp"

namespace talweg::formula {

using text::cat;

Formula parse(std::string_view text, std::vector<std::string> variables) {
  return Parser(text, {.variables = std::move(variables)}).formula().formula();
}

std::vector<std::string> variables(std::string_view text) {
  return Parser(text, {.variables = {}, .open = true}).formula().variables;
}

Constraint parse_constraint(std::string_view text, std::vector<std::string> variables) {
  using Kind = talweg::Constraint::Kind;
  Parser::Comparison read = Parser(text, {.variables = std::move(variables)}).comparison();
  return {read.difference.formula(), read.relation == "=" ? Kind::equality : Kind::inequality, std::string(text)};
}

std::vector<std::string> constraint_variables(std::string_view text) {
  return Parser(text, {.variables = {}, .open = true}).comparison().difference.variables;
}

void check_variable_name(std::string_view name) {
  const std::string_view word = name.substr(0, name.find('['));
  const std::string_view index = name.substr(word.size());
  const auto digit = [](char c) { return c >= '0' && c <= '9'; };
  const bool indexed = index.size() > 2 && index.back() == ']' &&
                       std::ranges::all_of(index.substr(1, index.size() - 2), digit) &&
                       (index[1] != '0' || index.size() == 3);
  if (word.empty() || name_length(word) != word.size() || (!index.empty() && !indexed))
    throw Error(cat("'", name,
                    "' cannot name a variable: a name has letters, Greek ones too, digits and _, begins with ",
                    "no digit, and may have an index, x[1]"));
  if (const auto constant = find_constant(word))
    throw Error(cat("'", name, "' cannot name a variable: in formulas it is the constant ", text::brief(*constant)));
  if (find_function(word) || is_total(word))
    throw Error(cat("'", name, "' cannot name a variable: in formulas it is a function"));
}

}  // namespace talweg::formula
