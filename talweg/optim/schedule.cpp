#include "talweg/optim/schedule.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include "talweg/base/error.hpp"
#include "talweg/base/text.hpp"
#include "talweg/optim/schedule_formula.hpp"

namespace talweg {

namespace {

using Kind = Schedule::Kind;

constexpr std::array<std::string_view, 9> kind_names{
    "constant", "step", "exponential", "polynomial", "inverse_time", "cosine", "one_cycle", "warm_restarts", "plateau"};

/// A key of some kinds: a whole number or a real one, with its range.
struct Key {
  std::string_view name;
  std::int64_t Schedule::*whole;
  double Schedule::*real;
  double low, high;
  bool low_open;
  std::vector<Kind> kinds;
  bool required = false;
};

const std::vector<Key>& keys() {
  constexpr double inf = std::numeric_limits<double>::infinity();
  constexpr double steps_max = 9e15;
  static const std::vector<Key> table{
      {"warmup",
       &Schedule::warmup,
       nullptr,
       0,
       steps_max,
       false,
       {Kind::constant, Kind::step, Kind::exponential, Kind::polynomial, Kind::inverse_time, Kind::cosine,
        Kind::one_cycle, Kind::warm_restarts, Kind::plateau}},
      {"steps", &Schedule::steps, nullptr, 1, steps_max, false, {Kind::polynomial, Kind::cosine, Kind::one_cycle}},
      {"every", &Schedule::every, nullptr, 1, steps_max, false, {Kind::step}, true},
      {"period", &Schedule::period, nullptr, 1, steps_max, false, {Kind::warm_restarts}, true},
      {"factor", nullptr, &Schedule::factor, 0, inf, true, {Kind::step}},
      {"factor", nullptr, &Schedule::factor, 0, inf, true, {Kind::exponential}, true},
      {"factor", nullptr, &Schedule::factor, 0, 1, true, {Kind::plateau}},
      {"power", nullptr, &Schedule::power, 0, inf, true, {Kind::polynomial}},
      {"decay", nullptr, &Schedule::decay, 0, inf, true, {Kind::inverse_time}, true},
      {"min", nullptr, &Schedule::min, 0, inf, false, {Kind::cosine, Kind::warm_restarts, Kind::plateau}},
      {"multiply", nullptr, &Schedule::multiply, 1, inf, false, {Kind::warm_restarts}},
      {"rise", nullptr, &Schedule::rise, 0, 1, true, {Kind::one_cycle}},
      {"divide", nullptr, &Schedule::divide, 1, inf, false, {Kind::one_cycle}},
      {"final_divide", nullptr, &Schedule::final_divide, 1, inf, false, {Kind::one_cycle}},
      {"patience", &Schedule::patience, nullptr, 0, steps_max, false, {Kind::plateau}},
      {"threshold", nullptr, &Schedule::threshold, 0, 1, false, {Kind::plateau}},
      {"cooldown", &Schedule::cooldown, nullptr, 0, steps_max, false, {Kind::plateau}},
  };
  return table;
}

bool reads(const Key& key, Kind kind) { return std::ranges::find(key.kinds, kind) != key.kinds.end(); }

std::vector<std::string_view> keys_of(Kind kind) {
  std::vector<std::string_view> names;
  for (const Key& key : keys())
    if (reads(key, kind)) names.push_back(key.name);
  return names;
}

std::string range_text(const Key& key) {
  const std::string low = text::cat(key.low_open ? "above " : "at least ", text::brief(key.low));
  return key.high < 9e15 ? text::cat(low, " and at most ", text::brief(key.high)) : low;
}

bool contains(const Key& key, double v) {
  return std::isfinite(v) && (key.low_open ? v > key.low : v >= key.low) && v <= key.high &&
         !(key.whole && v != std::floor(v));
}

void assign(Schedule& s, std::string_view kind, const Key& key, std::string_view value) {
  const auto number = text::parse_number(value);
  if (!number || !contains(key, *number))
    throw Error(text::cat("schedule ", kind, ": ", key.name, " = '", value, "' must be a ", key.whole ? "whole " : "",
                          "number ", range_text(key)));
  if (key.whole)
    s.*key.whole = static_cast<std::int64_t>(*number);
  else
    s.*key.real = *number;
}

bool needs_steps(Kind kind) { return kind == Kind::polynomial || kind == Kind::cosine || kind == Kind::one_cycle; }

void require_longer_than_warmup(const Schedule& s, std::int64_t steps) {
  if (steps <= s.warmup)
    throw Error(text::cat("schedule ", kind_names[static_cast<std::size_t>(s.kind)], ": steps = ", steps,
                          " counts the whole run and must be above warmup = ", s.warmup));
}

/// "did you mean …? " with its space, or nothing.
std::string hint(std::string_view wrong, std::span<const std::string_view> known) {
  const auto near = text::did_you_mean(wrong, known);
  return near.empty() ? near : near + ' ';
}

}  // namespace

Schedule Schedule::parse(std::string_view spec) {
  const auto pieces = text::split(spec, ',');
  const auto kind = std::ranges::find(kind_names, pieces[0]);
  if (kind == kind_names.end())
    throw Error(text::cat("schedule '", pieces[0], "' is not known; ", hint(pieces[0], kind_names), "the kinds are ",
                          text::list(kind_names)));
  Schedule s;
  s.kind = static_cast<Kind>(kind - kind_names.begin());
  std::vector<std::string_view> given;
  for (std::size_t i = 1; i < pieces.size(); ++i) {
    const auto equals = pieces[i].find('=');
    const auto name = text::trim(pieces[i].substr(0, equals));
    const auto known = keys_of(s.kind);
    if (equals == std::string_view::npos)
      throw Error(text::cat("schedule ", *kind, ": '", pieces[i], "' must be written key=value"));
    const auto key = std::ranges::find_if(
        keys(), [&](const Key& candidate) { return candidate.name == name && reads(candidate, s.kind); });
    if (key == keys().end())
      throw Error(text::cat("schedule ", *kind, ": key '", name, "' is not known; ", hint(name, known), "it reads ",
                            text::list(known)));
    if (std::ranges::find(given, name) != given.end())
      throw Error(text::cat("schedule ", *kind, ": ", name, " is given twice"));
    given.push_back(name);
    assign(s, *kind, *key, text::trim(pieces[i].substr(equals + 1)));
  }
  for (const Key& key : keys())
    if (key.required && reads(key, s.kind) && std::ranges::find(given, key.name) == given.end())
      throw Error(text::cat("schedule ", *kind, " needs ", key.name, ", a number ", range_text(key)));
  if (s.steps > 0) require_longer_than_warmup(s, s.steps);
  return s;
}

void Schedule::validate() const {
  for (const Key& key : keys()) {
    if (!reads(key, kind)) continue;
    if (key.name == "steps" && steps == 0) continue;  // not given
    const double value = key.whole ? static_cast<double>(this->*key.whole) : this->*key.real;
    if (!contains(key, value))
      throw Error(text::cat("schedule ", kind_names[static_cast<std::size_t>(kind)], ": ", key.name, " = ", value,
                            " must be a ", key.whole ? "whole " : "", "number ", range_text(key)));
  }
  if (needs_steps(kind) && steps > 0) require_longer_than_warmup(*this, steps);
}

void Schedule::set_run_length(std::int64_t total) {
  if (!lacks_steps()) return;
  require_longer_than_warmup(*this, total);
  steps = total;
}

std::span<const std::string_view> Schedule::kinds() { return kind_names; }

std::string Schedule::spec() const {
  std::string out(kind_names[static_cast<std::size_t>(kind)]);
  const Schedule unset;
  for (const Key& key : keys()) {
    if (!reads(key, kind)) continue;
    if (key.whole && (this->*key.whole != 0 || unset.*key.whole != 0))
      out += text::cat(',', key.name, '=', this->*key.whole);
    if (key.real) out += text::cat(',', key.name, '=', this->*key.real);
  }
  return out;
}

bool Schedule::lacks_steps() const { return steps == 0 && needs_steps(kind); }

double scheduled_rate(const Schedule& s, const ScheduleState& state, double rate, std::int64_t t) {
  const double by_step = detail::schedule_formula(s, rate, t, [](std::string_view, double value) { return value; });
  if (s.kind != Kind::plateau) return by_step;
  return t <= s.warmup ? by_step * state.factor : std::max(std::min(s.min, rate), rate * state.factor);
}

void ScheduleState::watch(const Schedule& s, double value) {
  if (s.kind != Kind::plateau) return;
  // Relative to the size of the best: a loss below 0 must fall by as much as one above.
  if (value < (best >= 0 ? best * (1 - s.threshold) : best * (1 + s.threshold))) {
    best = value;
    bad = 0;
  } else {
    ++bad;
  }
  if (cooling > 0) {
    --cooling;
    bad = 0;
  }
  if (bad > s.patience) {
    factor *= s.factor;
    cooling = s.cooldown;
    bad = 0;
  }
}

}  // namespace talweg
