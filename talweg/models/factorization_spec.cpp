#include "talweg/models/factorization_spec.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "talweg/base/error.hpp"
#include "talweg/base/text.hpp"

namespace talweg::models {

namespace {

constexpr std::int64_t largest_rank = 4096;
constexpr double default_l2 = 1, default_l2_bias = 0.2;

struct Number {
  std::string_view name;
  std::optional<double> FactorizationSpec::*value;
};
constexpr std::array penalties_by_name{Number{"l2", &FactorizationSpec::l2},
                                       Number{"l2_user", &FactorizationSpec::l2_user},
                                       Number{"l2_item", &FactorizationSpec::l2_item},
                                       Number{"l2_bias", &FactorizationSpec::l2_bias},
                                       Number{"l2_user_bias", &FactorizationSpec::l2_user_bias},
                                       Number{"l2_item_bias", &FactorizationSpec::l2_item_bias}};
struct Flag {
  std::string_view name;
  bool FactorizationSpec::*value;
};
constexpr std::array flags{Flag{"biases", &FactorizationSpec::biases},
                           Flag{"nonnegative", &FactorizationSpec::nonnegative}, Flag{"clip", &FactorizationSpec::clip},
                           Flag{"seen", &FactorizationSpec::seen}};

constexpr std::array<std::string_view, 12> keys{"l2",           "l2_user",      "l2_item",  "l2_bias",
                                                "l2_user_bias", "l2_item_bias", "l2_power", "init",
                                                "biases",       "nonnegative",  "clip",     "seen"};

double ranged(std::string_view key, std::string_view value, double high, bool positive = false) {
  const auto number = text::parse_number(value);
  if (!number || !(*number >= 0 && *number <= high) || (positive && *number == 0))
    throw Error(text::cat("model option ", key, "=", value, ": expected a number ",
                          positive ? "above 0" : "of at least 0", " and at most ", high));
  return *number;
}

void set_option(FactorizationSpec& spec, std::string_view key, std::string_view value) {
  for (const auto& p : penalties_by_name)
    if (p.name == key) return void(spec.*p.value = ranged(key, value, 1e9));
  for (const auto& f : flags) {
    if (f.name != key) continue;
    if (value != "true" && value != "false")
      throw Error(text::cat("model option ", key, "=", value, ": expected true or false"));
    return void(spec.*f.value = value == "true");
  }
  if (key == "l2_power") return void(spec.l2_power = ranged(key, value, 1));
  if (key == "init") return void(spec.init = ranged(key, value, 100, true));
  const std::string hint = text::did_you_mean(key, keys);
  throw Error(text::cat("model 'mf' has no option '", key, "'; ",
                        hint.empty() ? text::cat("there are ", text::list(keys)) : hint));
}

void check(const FactorizationSpec& spec) {
  const char* idle = spec.l2 && spec.l2_user && spec.l2_item                  ? "l2"
                     : spec.l2_bias && spec.l2_user_bias && spec.l2_item_bias ? "l2_bias"
                                                                              : nullptr;
  if (idle)
    throw Error(text::cat("model option ", idle, " has no effect beside ",
                          idle == std::string_view("l2") ? "l2_user and l2_item" : "l2_user_bias and l2_item_bias",
                          "; leave it out"));
  if (!spec.biases && (spec.l2_bias || spec.l2_user_bias || spec.l2_item_bias))
    throw Error("model option l2_bias has no effect with biases=false; leave one of them out");
}

}  // namespace

bool FactorizationSpec::recognises(std::string_view text) {
  return text::trim(text.substr(0, text.find_first_of(":,"))) == "mf";
}

FactorizationSpec FactorizationSpec::parse(std::string_view text) {
  FactorizationSpec spec;
  const auto end = text.find_first_of(":,");
  const auto pieces =
      end == std::string_view::npos ? std::vector<std::string_view>{} : text::split(text.substr(end + 1), ',');
  std::vector<std::string_view> given;
  for (const auto piece : pieces) {
    const auto equals = piece.find('=');
    if (equals == std::string_view::npos) {
      const auto rank = text::parse_integer(piece);
      if (!rank || *rank < 1 || *rank > largest_rank || spec.rank != 0)
        throw Error(text::cat("model 'mf': '", piece, "' is no rank; write one whole number from 1 to ", largest_rank,
                              ", then options as key=value, as in mf:16,l2=0.5"));
      spec.rank = *rank;
      continue;
    }
    const auto key = text::trim(piece.substr(0, equals));
    if (std::find(given.begin(), given.end(), key) != given.end())
      throw Error(text::cat("model 'mf': ", key, " is given twice"));
    given.push_back(key);
    set_option(spec, key, text::trim(piece.substr(equals + 1)));
  }
  if (spec.rank == 0) throw Error("model 'mf' needs the rank of its factors, as in mf:16");
  check(spec);
  return spec;
}

std::string FactorizationSpec::text() const {
  std::string out = text::cat("mf:", rank);
  for (const auto& p : penalties_by_name)
    if (this->*p.value) out += text::cat(",", p.name, "=", *(this->*p.value));
  static constexpr FactorizationSpec defaults{};
  if (l2_power != defaults.l2_power) out += text::cat(",l2_power=", l2_power);
  if (init != defaults.init) out += text::cat(",init=", init);
  for (const auto& f : flags)
    if (this->*f.value != defaults.*f.value) out += text::cat(",", f.name, "=", this->*f.value ? "true" : "false");
  return out;
}

Penalties FactorizationSpec::penalties(double deviation) const {
  const double factors = l2.value_or(default_l2 * deviation), bias = l2_bias.value_or(default_l2_bias);
  return {l2_user.value_or(factors), l2_item.value_or(factors), l2_user_bias.value_or(bias),
          l2_item_bias.value_or(bias), l2_power};
}

void FactorizationSpec::resolve(double deviation) {
  const Penalties p = penalties(deviation);
  const auto put = [](double user, double item, auto& both, auto& one, auto& other) {
    both = one = other = std::nullopt;
    if (user == item)
      both = user;
    else
      one = user, other = item;
  };
  put(p.user, p.item, l2, l2_user, l2_item);
  if (biases) put(p.user_bias, p.item_bias, l2_bias, l2_user_bias, l2_item_bias);
}

}  // namespace talweg::models
