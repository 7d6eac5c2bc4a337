#include "talweg/optim/spec.hpp"

#include <algorithm>
#include <cmath>

#include "talweg/base/error.hpp"
#include "talweg/base/spelling.hpp"
#include "talweg/base/text.hpp"

namespace talweg {

namespace {

constexpr Range ema_range{0, 1, false, true};

std::string_view canonical(std::string_view key, const RuleInfo& info) {
  const auto has = [&](std::string_view name) {
    return std::ranges::any_of(info.params, [&](const ParamInfo& p) { return p.name == name; });
  };
  if (key == "lr") key = "learning_rate";
  if (key == "eps") key = "epsilon";
  if (key == "rho") key = "decay";
  if (key == "learning_rate" && !has(key) && has("alpha")) key = "alpha";
  return key;
}

std::optional<std::size_t> find_param(const RuleInfo& info, std::string_view key) {
  for (std::size_t i = 0; i < info.params.size(); ++i)
    if (info.params[i].name == key) return i;
  return std::nullopt;
}

std::vector<std::string_view> known_keys(const FirstOrder& method) {
  std::vector<std::string_view> keys;
  for (const ParamInfo& p : method.info().params) keys.push_back(p.name);
  keys.push_back("weight_decay");
  if (method.decoupled()) keys.push_back("decoupling");
  keys.insert(keys.end(), {"averaging", "ema", "maximize"});
  return keys;
}

double read_number(std::string_view label, std::string_view key, std::string_view value, const Range& range) {
  const auto number = text::parse_number(value);
  if (!number || !range.contains(*number))
    throw Error(text::cat(label, ": ", key, " = '", value, "' ", number ? "is out of range: it" : "is not a number: it",
                          " must be ", describe(range)));
  return *number;
}

bool read_flag(std::string_view label, std::string_view key, std::string_view value) {
  if (value == "true" || value == "1") return true;
  if (value == "false" || value == "0") return false;
  throw Error(text::cat(label, ": ", key, " = '", value, "' must be true or false"));
}

void require_range(std::string_view label, std::string_view key, double value, const Range& range) {
  if (!range.contains(value))
    throw Error(text::cat(label, ": ", key, " = ", value, " is out of range: it must be ", describe(range)));
}

/// "did you mean …? " with its space, or nothing.
std::string hint(std::string_view wrong, std::span<const std::string_view> known) {
  const auto near = text::did_you_mean(wrong, known);
  return near.empty() ? near : near + ' ';
}

}  // namespace

FirstOrder::FirstOrder(std::unique_ptr<AnyRule> rule)
    : weight_decay(rule->info().weight_decay),
      rule_(std::move(rule)),
      variant_(info().card.variant),
      decoupled_(info().card.decoupled) {}

FirstOrder::FirstOrder(const FirstOrder& other)
    : weight_decay(other.weight_decay),
      decoupling(other.decoupling),
      averaging(other.averaging),
      ema(other.ema),
      maximize(other.maximize),
      schedule(other.schedule),
      clip(other.clip),
      groups(other.groups),
      rule_(other.rule_->clone()),
      variant_(other.variant_),
      decoupled_(other.decoupled_) {}

FirstOrder& FirstOrder::operator=(const FirstOrder& other) { return *this = FirstOrder(other); }

std::string FirstOrder::name() const { return std::string(info().card.name); }
std::string FirstOrder::variant() const { return variant_; }
std::string FirstOrder::label() const { return variant_.empty() ? name() : text::cat(name(), ':', variant_); }

void FirstOrder::apply(const Preset& preset) {
  variant_ = preset.variant;
  decoupled_ = decoupled_ || preset.decoupled;
  for (const auto& [key, value] : preset.defaults) {
    if (key.empty()) continue;
    rule_->set(*find_param(info(), key), value);
  }
}

void FirstOrder::set(std::string_view given, std::string_view value) {
  const std::string_view key = canonical(given, info());
  const std::string who = label();
  if (const auto i = find_param(info(), key)) {
    const ParamInfo& p = info().params[*i];
    rule_->set(*i, p.flag ? double(read_flag(who, given, value)) : read_number(who, given, value, p.range));
  } else if (key == "weight_decay") {
    weight_decay = read_number(who, key, value, non_negative);
  } else if (key == "decoupling" && decoupled_) {
    if (value != "rate" && value != "schedule")
      throw Error(text::cat(who, ": decoupling = '", value, "' must be rate or schedule"));
    decoupling = value == "rate" ? Decoupling::rate : Decoupling::schedule;
  } else if (key == "averaging") {
    averaging = read_flag(who, key, value);
  } else if (key == "ema") {
    ema = read_number(who, key, value, ema_range);
  } else if (key == "maximize") {
    maximize = read_flag(who, key, value);
  } else {
    const auto keys = known_keys(*this);
    if (key == "decoupling")
      throw Error(text::cat(who, ": decoupling has no effect, weight decay is L2 here; adamw, lion and the :keras ",
                            "variants read it"));
    throw Error(text::cat(who, ": key '", given, "' is not known; ", hint(given, keys), "it reads ", text::list(keys)));
  }
}

double FirstOrder::get(std::string_view given) const {
  const std::string_view key = canonical(given, info());
  if (const auto i = find_param(info(), key)) return rule_->get(*i);
  if (key == "weight_decay") return weight_decay;
  throw Error(text::cat(label(), ": key '", given, "' is not known; it reads ", text::list(known_keys(*this))));
}

void FirstOrder::validate() const {
  const std::string who = label();
  for (std::size_t i = 0; i < info().params.size(); ++i)
    if (!info().params[i].flag) require_range(who, info().params[i].name, rule_->get(i), info().params[i].range);
  require_range(who, "weight_decay", weight_decay, non_negative);
  require_range(who, "ema", ema, ema_range);
  if (const auto why = rule_->contradiction(); !why.empty()) throw Error(text::cat(who, ": ", why));
  if (decoupling == Decoupling::schedule && weight_decay == 0)
    throw Error(text::cat(who, ": decoupling=schedule has no effect while weight_decay is 0; give weight_decay"));
  schedule.validate();
  if (schedule.changes_rate() && !info().card.uses_rate)
    throw Error(text::cat(who, ": schedule ", schedule.spec(), " has no effect: the method sets its own step sizes"));
}

void FirstOrder::require_single_precision() const {
  using Float = std::numeric_limits<float>;
  const auto require = [&](std::string_view key, double value) {
    const double size = std::abs(value);
    if (value == 0 || (size >= double{Float::min()} && size <= double{Float::max()})) return;
    throw Error(text::cat(label(), ": ", key, " = ", value, " does not fit the single precision of these parameters: ",
                          "it must lie between ", text::brief(Float::min(), 2), " and ", text::brief(Float::max(), 2)));
  };
  for (std::size_t i = 0; i < info().params.size(); ++i) require(info().params[i].name, rule_->get(i));
  require("weight_decay", weight_decay);
}

std::string FirstOrder::spec() const {
  std::string out = label();
  for (std::size_t i = 0; i < info().params.size(); ++i) {
    const ParamInfo& p = info().params[i];
    out += text::cat(',', p.name, '=');
    out += p.flag ? (rule_->get(i) != 0 ? "true" : "false") : text::number(rule_->get(i));
  }
  if (weight_decay != 0 || info().weight_decay != 0) out += text::cat(",weight_decay=", weight_decay);
  if (decoupling == Decoupling::schedule) out += ",decoupling=schedule";
  if (averaging) out += ",averaging=true";
  if (ema != 0) out += text::cat(",ema=", ema);
  if (maximize) out += ",maximize=true";
  return out;
}

std::vector<std::string> FirstOrder::warnings(bool whole_data) const {
  std::vector<std::string> out;
  if (info().card.full_batch && !whole_data)
    out.push_back(text::cat(label(), " compares the signs of successive gradients and needs the full batch: use ",
                            text::option("batch_size", "all"), ", or rmsprop for mini-batches"));
  if (name() == "adadelta" && get("learning_rate") < 0.1)
    out.push_back(text::cat(label(), " with learning_rate = ", text::brief(get("learning_rate")),
                            " nearly stands still: Zeiler's rate is 1"));
  return out;
}

FirstOrder FirstOrder::parse(std::string_view spec) {
  const auto pieces = text::split(spec, ',');
  const auto colon = pieces[0].find(':');
  std::string_view name = text::trim(pieces[0].substr(0, colon));
  if (name == "gd") name = "sgd";
  const bool bare = colon == std::string_view::npos;
  const std::string_view variant = bare ? std::string_view{} : text::trim(pieces[0].substr(colon + 1));
  if (!is_first_order(name)) {
    const auto names = first_order_names();
    throw Error(text::cat("optimizer '", name, "' is not known; ", hint(name, names), "the first-order ",
                          "methods are ", text::list(names)));
  }
  std::vector<std::string_view> variants;
  for (const FirstOrderInfo& m : first_order_methods()) {
    if (m.name != name) continue;
    variants.push_back(m.variant);
    if (!(bare ? m.is_default : m.variant == variant)) continue;
    FirstOrder method(detail::built_in_rule(m.name, m.variant));
    for (const Preset& preset : method.info().presets)
      if (preset.variant == m.variant) method.apply(preset);
    std::vector<std::string_view> given;
    for (std::size_t i = 1; i < pieces.size(); ++i) {
      const auto equals = pieces[i].find('=');
      if (equals == std::string_view::npos)
        throw Error(text::cat(m.label(), ": '", pieces[i], "' must be written key=value"));
      const auto key = text::trim(pieces[i].substr(0, equals));
      const auto long_name = canonical(key, method.info());
      if (std::ranges::find(given, long_name) != given.end())
        throw Error(text::cat(m.label(), ": ", long_name, " is given twice"));
      given.push_back(long_name);
      method.set(key, text::trim(pieces[i].substr(equals + 1)));
    }
    method.validate();
    return method;
  }
  std::erase(variants, std::string_view{});
  throw Error(text::cat("optimizer ", name, ": variant '", variant, "' is not known; ", hint(variant, variants),
                        "the variants are ", text::list(variants)));
}

bool is_first_order(std::string_view spec) {
  const auto name = text::trim(spec.substr(0, spec.find_first_of(":,")));
  return std::ranges::any_of(first_order_names(), [&](std::string_view known) { return known == name; });
}

Group Group::parse(std::string_view spec) {
  const auto colon = spec.rfind(':', spec.find('='));
  if (colon == std::string_view::npos || spec.find('=') == std::string_view::npos)
    throw Error(
        text::cat("group '", spec, "' must be written pattern:key=value, for example 'dense1.*:learning_rate=.01'"));
  Group group{.pattern = std::string(text::trim(spec.substr(0, colon))), .values = {}};
  for (const auto piece : text::split(spec.substr(colon + 1), ',')) {
    const auto equals = piece.find('=');
    if (equals == std::string_view::npos)
      throw Error(text::cat("group ", group.pattern, ": '", piece, "' must be written key=value"));
    group.values.emplace_back(text::trim(piece.substr(0, equals)), text::trim(piece.substr(equals + 1)));
  }
  return group;
}

std::string Group::spec() const {
  std::string out = pattern;
  for (std::size_t i = 0; i < values.size(); ++i)
    out += text::cat(i == 0 ? ':' : ',', values[i].first, '=', values[i].second);
  return out;
}

/// What a '*' took is only ever made longer for the last one: whatever an earlier one could take instead, the last can
/// take as well. So the work is at most the product of the lengths.
bool matches(std::string_view pattern, std::string_view text) {
  constexpr std::size_t none = std::string_view::npos;
  std::size_t p = 0, t = 0, star = none, resume = 0;
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      resume = t;
    } else if (p < pattern.size() && (pattern[p] == '?' || pattern[p] == text[t])) {
      ++p, ++t;
    } else if (star != none) {
      p = star + 1;
      t = ++resume;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == '*') ++p;
  return p == pattern.size();
}

std::string describe(const Range& r) {
  const bool lower = std::isfinite(r.low), upper = std::isfinite(r.high);
  std::string out;
  if (lower) out = text::cat(r.low_open ? "above " : "at least ", text::brief(r.low));
  if (upper) out += text::cat(lower ? " and " : "", r.high_open ? "below " : "at most ", text::brief(r.high));
  if (!upper) out += lower ? " and finite" : "finite";
  return out;
}

}  // namespace talweg
