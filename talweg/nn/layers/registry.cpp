#include "talweg/nn/layers/registry.hpp"

#include <array>

#include "talweg/base/error.hpp"
#include "talweg/base/text.hpp"
#include "talweg/nn/layers/all.hpp"
#include "talweg/nn/registry.hpp"

namespace talweg::nn {

namespace {

using text::cat;

/// Its one option is another thing with a name: activation:tanh.
Module make_activation(const Spec& spec) {
  if (!spec.colon || spec.pieces.size() != 1)
    throw Error(cat("layer ", spec.head, ": write the name of the function behind it, activation:tanh"));
  return layers::Activation{activation(spec.variant())};
}

template <class L> constexpr detail::LayerTable table_of() {
  if constexpr (std::is_same_v<L, layers::Activation>)
    return {L::card, [] { return std::vector<FieldInfo>(); }, make_activation};
  else
    return detail::LayerOf<L>::table;
}
template <class L> constexpr detail::LayerTable table = table_of<L>();

template <class... L> Registry<detail::LayerTable> registry_of(std::type_identity<std::tuple<L...>>) {
  return {"layer", std::array{&table<L>...}};
}
Registry<detail::LayerTable>& registry() {
  static auto all = registry_of(std::type_identity<AllLayers>{});
  return all;
}

}  // namespace

void detail::join(const LayerTable& table) { registry().add(table); }

void detail::read_options(const Spec& spec, const std::vector<FieldInfo>& fields,
                          const std::function<std::string_view(std::size_t, std::string_view)>& set) {
  const std::string who = cat("layer ", spec.name);
  std::vector<std::string_view> names, given;
  for (const FieldInfo& f : fields) names.push_back(f.name);
  for (const Spec::Piece& piece : spec.pieces) {
    require_option(who, piece);
    take_once(who, piece.key, given);
    const auto i = static_cast<std::size_t>(std::ranges::find(names, piece.key) - names.begin());
    if (i == names.size()) refuse_key(who, piece.key, names);
    if (const std::string_view fault = set(i, piece.value); !fault.empty())
      throw Error(cat(who, ": ", piece.key, " = '", piece.value, "' ", fault, ": it must be ", allowed(fields[i])));
  }
}

Module layer(std::string_view text) {
  const Spec spec = Spec::read(text);
  return registry().find(spec.name).make(spec);
}

std::vector<ItemInfo> layers_known() {
  std::vector<ItemInfo> out;
  for (const detail::LayerTable* t : registry().all()) out.push_back({.card = t->card, .fields = t->fields()});
  return out;
}

}  // namespace talweg::nn
