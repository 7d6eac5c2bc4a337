#include "talweg/compare/entrant.hpp"

#include <cmath>

#include "talweg/base/error.hpp"
#include "talweg/base/text.hpp"
#include "talweg/optim/deterministic/all.hpp"

namespace talweg::compare {

namespace {

using text::cat;

/// "adam,batch_size=64,beta1=.8" without its batch size, which belongs to the data and not to the method.
std::string take_batch(std::string_view spec, std::optional<std::size_t>& batch) {
  std::string rest;
  for (const auto token : text::split(spec, ',')) {
    const auto equals = token.find('=');
    if (equals == std::string_view::npos || text::trim(token.substr(0, equals)) != "batch_size") {
      rest += cat(rest.empty() ? "" : ",", token);
      continue;
    }
    const auto value = text::trim(token.substr(equals + 1));
    const auto number = text::parse_integer(value);
    if (value != "all" && (!number || *number < 1))
      throw Error(cat("batch_size=", value, " in '", spec, "': expected a whole number of at least 1, or all"));
    if (batch) throw Error(cat("batch_size is given twice in '", spec, "'"));
    batch = number ? static_cast<std::size_t>(*number) : 0;
  }
  return rest;
}

bool names_key(std::string_view spec, std::string_view key) {
  for (const auto token : text::split(spec, ',')) {
    const auto name = text::trim(token.substr(0, token.find('=')));
    if (token.find('=') != std::string_view::npos && (name == key || name == "learning_rate" || name == "lr"))
      return true;
  }
  return false;
}

}  // namespace

Entrant Entrant::parse(std::string_view spec, bool rows) {
  Entrant e;
  e.given = spec;
  const std::string rest = rows ? take_batch(spec, e.batch) : std::string(spec);
  if ((e.deterministic = parse_deterministic(rest))) {
    if (e.batch && *e.batch != 0)
      throw Error(
          cat("'", spec, "' searches along a line, which needs the gradient of all rows: leave batch_size out"));
    return e;
  }
  e.rule = FirstOrder::parse(rest);
  for (const auto& p : e.rule->info().fields)
    if (p.name == "learning_rate" || p.name == "alpha") e.rate_key = p.name;
  if (e.rate_key.empty()) return e;
  e.default_rate = e.rule->get(e.rate_key);
  e.rate_given = names_key(rest, e.rate_key);
  return e;
}

FirstOrder Entrant::with_rate(double rate) const {
  FirstOrder method = *rule;
  if (!std::isnan(rate) && !rate_key.empty()) method.set(rate_key, text::number(rate));
  method.validate();
  return method;
}

std::string Entrant::spec(double rate) const { return rule ? with_rate(rate).spec() : (*deterministic)->traits().spec; }

}  // namespace talweg::compare
