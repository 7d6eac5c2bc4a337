#include "talweg/optim/deterministic/all.hpp"

#include <algorithm>
#include <memory>

#include "talweg/base/error.hpp"
#include "talweg/base/text.hpp"

namespace talweg {

using text::cat;

namespace {

std::vector<std::unique_ptr<Configurable>> fresh() {
  std::vector<std::unique_ptr<Configurable>> out;
  [&]<class... M>(const std::tuple<M...>*) {
    (out.push_back(std::make_unique<ConfigurableOf<M>>()), ...);
  }(static_cast<const AllDeterministic*>(nullptr));
  return out;
}

std::string_view name_in(std::string_view spec) { return text::trim(spec.substr(0, spec.find_first_of(":,"))); }

bool has_key(std::string_view spec, std::string_view key) {
  for (const std::string_view piece : text::split(spec, ','))
    if (text::trim(piece.substr(0, piece.find('='))) == key) return true;
  return false;
}

void choose_variant(Configurable& m, std::string_view variant) {
  const auto known = m.variants();
  std::vector<std::string_view> names;
  for (const FormulaVariant& v : known) names.push_back(v.name);
  if (names.empty())
    throw Error(cat("optimizer ", m.card().name, ": variant '", variant, "' is not known; it has none"));
  const auto found = std::ranges::find(names, variant);
  if (found == names.end()) {
    const std::string near = text::did_you_mean(variant, names);
    throw Error(cat("optimizer ", m.card().name, ": variant '", variant, "' is not known; ", near,
                    near.empty() ? "" : " ", "the variants are ", text::list(names)));
  }
  m.set_variant(static_cast<std::size_t>(found - names.begin()));
}

void apply_keys(Configurable& m, std::string_view label, std::span<const std::string_view> pieces) {
  std::vector<std::string_view> given;
  for (const std::string_view piece : pieces) {
    const auto equals = piece.find('=');
    if (equals == std::string_view::npos) throw Error(cat(label, ": '", piece, "' must be written key=value"));
    const auto key = text::trim(piece.substr(0, equals));
    if (std::ranges::find(given, key) != given.end()) throw Error(cat(label, ": ", key, " is given twice"));
    given.push_back(key);
    m.set(key, text::trim(piece.substr(equals + 1)));
  }
  const auto settings = m.settings();
  const bool armijo = std::ranges::any_of(
      settings, [](const SettingInfo& s) { return s.name == "line_search" && s.default_value == "armijo"; });
  if (armijo && std::ranges::find(given, "curvature") != given.end())
    throw Error(cat(label, ": curvature has no effect with line_search=armijo, which tests the decrease only"));
}

}  // namespace

const std::vector<DeterministicInfo>& deterministic_methods() {
  static const std::vector<DeterministicInfo> list = [] {
    std::vector<DeterministicInfo> out;
    for (const auto& m : fresh()) {
      const Card& card = m->card();
      const auto observed = m->observed();
      const auto add = [&](std::string_view variant, std::string_view formula, bool is_default) {
        out.push_back({card.name,
                       variant,
                       card.title,
                       formula,
                       card.source,
                       card.note,
                       m->settings(),
                       {observed.begin(), observed.end()},
                       is_default});
      };
      const auto variants = m->variants();
      if (variants.empty()) add("", card.formula, true);
      for (std::size_t i = 0; i < variants.size(); ++i) {
        m->set_variant(i);
        add(variants[i].name, variants[i].formula, i == 0);
      }
    }
    return out;
  }();
  return list;
}

std::vector<std::string_view> deterministic_names() {
  std::vector<std::string_view> names;
  for (const auto& m : fresh()) names.push_back(m->card().name);
  return names;
}

bool is_deterministic(std::string_view spec) {
  const auto name = name_in(spec);
  if (name == "gd") return has_key(spec, "line_search");
  const auto names = deterministic_names();
  return std::ranges::find(names, name) != names.end();
}

std::optional<Method> parse_deterministic(std::string_view spec) {
  if (!is_deterministic(spec)) return std::nullopt;
  const auto pieces = text::split(spec, ',');
  const auto colon = pieces[0].find(':');
  for (const auto& m : fresh()) {
    if (m->card().name != name_in(spec)) continue;
    if (colon != std::string_view::npos) choose_variant(*m, text::trim(pieces[0].substr(colon + 1)));
    apply_keys(*m, text::trim(pieces[0]), std::span(pieces).subspan(1));
    return Method(m->method());
  }
  return std::nullopt;
}

}  // namespace talweg
