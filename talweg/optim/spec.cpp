#include "talweg/optim/spec.hpp"

#include <algorithm>
#include <cmath>

#include "talweg/base/error.hpp"
#include "talweg/base/spec.hpp"
#include "talweg/base/spelling.hpp"
#include "talweg/base/text.hpp"
#include "talweg/optim/names.hpp"

namespace talweg {

namespace {

std::string_view canonical(std::string_view key, const RuleInfo& info) {
  const auto has = [&](std::string_view name) {
    return std::ranges::any_of(info.fields, [&](const FieldInfo& f) { return f.name == name; });
  };
  if (key == "lr") key = "learning_rate";
  if (key == "eps") key = "epsilon";
  if (key == "rho") key = "decay";
  if (key == "learning_rate" && !has(key) && has("alpha")) key = "alpha";
  return key;
}

std::optional<std::size_t> find_field(const RuleInfo& info, std::string_view key) {
  for (std::size_t i = 0; i < info.fields.size(); ++i)
    if (info.fields[i].name == key) return i;
  return std::nullopt;
}

std::vector<std::string_view> known_keys(const FirstOrder& method) {
  std::vector<std::string_view> keys;
  for (const FieldInfo& f : method.info().fields) keys.push_back(f.name);
  keys.push_back("weight_decay");
  if (method.decoupled()) keys.push_back("decoupling");
  keys.insert(keys.end(), {"averaging", "ema", "maximize"});
  return keys;
}

/// `key` as it was given.
double read(std::string_view who, std::string_view key, std::string_view value, const FieldInfo& field) {
  const Reading reading = read_value(field, value);
  if (reading.fault.empty()) return reading.value;
  throw Error(text::cat(who, ": ", key, " = '", value, "' ", reading.fault,
                        field.kind == FieldKind::flag ? "" : text::cat(": it must be ", allowed(field))));
}

void require_range(std::string_view label, std::string_view key, double value, const Range& range) {
  if (!range.contains(value))
    throw Error(text::cat(label, ": ", key, " = ", value, " is out of range: it must be ", describe(range)));
}

}  // namespace

FirstOrder::FirstOrder(std::unique_ptr<AnyRule> rule)
    : weight_decay(rule->info().weight_decay),
      rule_(std::move(rule)),
      variant_(info().card.variant),
      decoupled_(info().traits.decoupled) {}

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
    rule_->set(*find_field(info(), key), value);
  }
}

void FirstOrder::set(std::string_view given, std::string_view value) {
  const std::string_view key = canonical(given, info());
  const std::string who = label();
  if (const auto i = find_field(info(), key)) {
    rule_->set(*i, read(who, given, value, info().fields[*i]));
  } else if (key == "weight_decay") {
    weight_decay = read(who, key, value, {.name = key, .range = non_negative});
  } else if (key == "decoupling" && decoupled_) {
    if (value != "rate" && value != "schedule")
      throw Error(text::cat(who, ": decoupling = '", value, "' must be rate or schedule"));
    decoupling = value == "rate" ? Decoupling::rate : Decoupling::schedule;
  } else if (key == "averaging") {
    averaging = read(who, key, value, {.name = key, .kind = FieldKind::flag}) != 0;
  } else if (key == "ema") {
    ema = read(who, key, value, {.name = key, .range = fraction});
  } else if (key == "maximize") {
    maximize = read(who, key, value, {.name = key, .kind = FieldKind::flag}) != 0;
  } else {
    if (key == "decoupling")
      throw Error(text::cat(who, ": decoupling has no effect, weight decay is L2 here; adamw, lion and the :keras ",
                            "variants read it"));
    refuse_key(who, given, known_keys(*this));
  }
}

double FirstOrder::get(std::string_view given) const {
  const std::string_view key = canonical(given, info());
  if (const auto i = find_field(info(), key)) return rule_->get(*i);
  if (key == "weight_decay") return weight_decay;
  throw Error(text::cat(label(), ": key '", given, "' is not known; it reads ", text::list(known_keys(*this))));
}

void FirstOrder::validate() const {
  const std::string who = label();
  for (std::size_t i = 0; i < info().fields.size(); ++i)
    if (info().fields[i].kind != FieldKind::flag)
      require_range(who, info().fields[i].name, rule_->get(i), info().fields[i].range);
  require_range(who, "weight_decay", weight_decay, non_negative);
  require_range(who, "ema", ema, fraction);
  if (const auto why = rule_->contradiction(); !why.empty()) throw Error(text::cat(who, ": ", why));
  if (decoupling == Decoupling::schedule && weight_decay == 0)
    throw Error(text::cat(who, ": decoupling=schedule has no effect while weight_decay is 0; give weight_decay"));
  schedule.validate();
  if (schedule.changes_rate() && !info().traits.uses_rate)
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
  for (std::size_t i = 0; i < info().fields.size(); ++i) require(info().fields[i].name, rule_->get(i));
  require("weight_decay", weight_decay);
}

std::string FirstOrder::spec() const {
  SpecWriter out(name());
  out.word(variant_);
  for (std::size_t i = 0; i < info().fields.size(); ++i)
    out.option(info().fields[i].name, write_value(info().fields[i], rule_->get(i)));
  if (weight_decay != 0 || info().weight_decay != 0) out.option("weight_decay", text::number(weight_decay));
  if (decoupling == Decoupling::schedule) out.option("decoupling", "schedule");
  if (averaging) out.option("averaging", "true");
  if (ema != 0) out.option("ema", text::number(ema));
  if (maximize) out.option("maximize", "true");
  return out.take();
}

std::vector<std::string> FirstOrder::warnings(bool whole_data) const {
  std::vector<std::string> out;
  if (info().traits.full_batch && !whole_data)
    out.push_back(text::cat(label(), " compares the signs of successive gradients and needs the full batch: use ",
                            text::option("batch_size", "all"), ", or rmsprop for mini-batches"));
  if (name() == "adadelta" && get("learning_rate") < 0.1)
    out.push_back(text::cat(label(), " with learning_rate = ", text::brief(get("learning_rate")),
                            " nearly stands still: Zeiler's rate is 1"));
  return out;
}

FirstOrder FirstOrder::parse(std::string_view given) {
  const auto names = first_order_names();
  const std::string usual = usual_spec(given, names);
  const Spec spec = Spec::read(usual);
  const std::string_view name = spec.name == "gd" ? "sgd" : spec.name;
  if (std::ranges::find(names, name) == names.end())
    throw Error(text::cat("optimizer '", name, "' is not known; ", near_names(name, names), "the first-order ",
                          "methods are ", text::list(names)));
  std::vector<std::string_view> variants;
  for (const RuleInfo& m : first_order_methods()) {
    if (m.card.name != name) continue;
    if (!m.card.variant.empty()) variants.push_back(m.card.variant);
    if (!(spec.colon ? m.card.variant == spec.variant() : m.is_default)) continue;
    FirstOrder method(detail::built_in_rule(m.card.name, m.card.variant));
    for (const Preset& preset : method.info().presets)
      if (preset.variant == m.card.variant) method.apply(preset);
    std::vector<std::string_view> keys;
    for (const Spec::Piece& piece : spec.options()) {
      require_option(m.label(), piece);
      take_once(m.label(), canonical(piece.key, method.info()), keys);
      method.set(piece.key, piece.value);
    }
    method.validate();
    return method;
  }
  refuse_variant(text::cat("optimizer ", name), spec.variant(), variants);
}

bool is_first_order(std::string_view spec) {
  const auto names = first_order_names();
  const std::string usual = usual_spec(spec, names);
  return std::ranges::find(names, Spec::read(usual).name) != names.end();
}

Group Group::parse(std::string_view spec) {
  const auto colon = spec.rfind(':', spec.find('='));
  if (colon == std::string_view::npos || spec.find('=') == std::string_view::npos)
    throw Error(
        text::cat("group '", spec, "' must be written pattern:key=value, for example 'dense1.*:learning_rate=.01'"));
  Group group{.pattern = std::string(text::trim(spec.substr(0, colon))), .values = {}};
  for (const Spec::Piece& piece : Spec::read_pieces(spec.substr(colon + 1), colon + 1)) {
    require_option(text::cat("group ", group.pattern), piece);
    group.values.emplace_back(piece.key, piece.value);
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

}  // namespace talweg
