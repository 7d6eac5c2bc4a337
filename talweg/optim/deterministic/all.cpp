#include "talweg/optim/deterministic/all.hpp"

#include <algorithm>
#include <memory>

#include "talweg/base/error.hpp"
#include "talweg/base/snapshots.hpp"
#include "talweg/base/spec.hpp"
#include "talweg/base/text.hpp"
#include "talweg/optim/deterministic/catalog.hpp"
#include "talweg/optim/names.hpp"

namespace talweg {

using text::cat;

namespace {

using detail::MakeConfigurable;

template <class... M> std::vector<MakeConfigurable> makers(const std::tuple<M...>*) {
  return {[]() -> std::unique_ptr<Configurable> { return std::make_unique<ConfigurableOf<M>>(); }...};
}

/// Those of the library, and those that a program added.
Snapshots<std::vector<MakeConfigurable>>& all_makers() {
  static Snapshots all(makers(static_cast<const AllDeterministic*>(nullptr)));
  return all;
}

std::vector<std::unique_ptr<Configurable>> fresh() {
  std::vector<std::unique_ptr<Configurable>> out;
  for (const MakeConfigurable make : all_makers().newest()) out.push_back(make());
  return out;
}

/// An entry for each variant.
void add_items(Configurable& m, std::vector<ItemInfo>& out) {
  const auto variants = m.variants();
  const auto add = [&](const Card& card, bool is_default) {
    out.push_back({card, m.fields(), {m.observed().begin(), m.observed().end()}, is_default});
  };
  if (variants.empty()) add(m.card(), true);
  for (std::size_t i = 0; i < variants.size(); ++i) {
    m.set_variant(i);
    Card card = m.card();
    card.variant = variants[i].name;
    card.formula = variants[i].formula;
    add(card, i == 0);
  }
}

Snapshots<std::vector<ItemInfo>>& all_items() {
  static Snapshots all([] {
    std::vector<ItemInfo> out;
    for (const auto& m : fresh()) add_items(*m, out);
    return out;
  }());
  return all;
}

/// Throws Error for a variant that it does not have.
void choose_variant(Configurable& m, std::string_view variant) {
  std::vector<std::string_view> names;
  for (const FormulaVariant& v : m.variants()) names.push_back(v.name);
  const auto found = std::ranges::find(names, variant);
  if (found == names.end()) refuse_variant(cat("optimizer ", m.card().name), variant, names);
  m.set_variant(static_cast<std::size_t>(found - names.begin()));
}

void apply(Configurable& m, const Spec& spec) {
  std::vector<std::string_view> given;
  for (const Spec::Piece& piece : spec.options()) {
    require_option(spec.head, piece);
    take_once(spec.head, piece.key, given);
    m.set(piece.key, piece.value);
  }
  const auto fields = m.fields();
  const bool armijo = std::ranges::any_of(
      fields, [](const FieldInfo& f) { return f.name == "line_search" && f.default_value == "armijo"; });
  if (armijo && spec.has("curvature"))
    throw Error(cat(spec.head, ": curvature has no effect with line_search=armijo, which tests the decrease only"));
}

/// Whether it names one of them: `gd` does only with a line search.
bool recognised(const Spec& spec, std::span<const std::string_view> names) {
  if (spec.name == "gd") return spec.has("line_search");
  return std::ranges::find(names, spec.name) != names.end();
}

}  // namespace

const std::vector<ItemInfo>& deterministic_methods() { return all_items().newest(); }

void detail::join_deterministic(MakeConfigurable make) {
  std::vector<MakeConfigurable> more = all_makers().newest();
  more.push_back(make);
  all_items();  // from the makers of before
  all_makers().add(std::move(more));
  std::vector<ItemInfo> items = all_items().newest();
  add_items(*make(), items);
  all_items().add(std::move(items));
}

std::vector<std::string_view> deterministic_names() {
  std::vector<std::string_view> names;
  for (const auto& m : fresh()) names.push_back(m->card().name);
  return names;
}

bool is_deterministic(std::string_view text) {
  const auto names = deterministic_names();
  const std::string usual = usual_spec(text, names);
  return recognised(Spec::read(usual), names);
}

std::optional<Method> parse_deterministic(std::string_view text) {
  const auto names = deterministic_names();
  const std::string usual = usual_spec(text, names);
  const Spec spec = Spec::read(usual);
  if (!recognised(spec, names)) return std::nullopt;
  for (const auto& m : fresh()) {
    if (m->card().name != spec.name) continue;
    if (spec.colon) choose_variant(*m, spec.variant());
    apply(*m, spec);
    return Method(m->method());
  }
  return std::nullopt;
}

}  // namespace talweg
