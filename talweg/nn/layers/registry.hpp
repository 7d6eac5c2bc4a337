#pragma once
#include <functional>
#include <string_view>
#include <vector>

#include "talweg/base/export.hpp"
#include "talweg/base/spec.hpp"
#include "talweg/nn/module.hpp"

/// Layers by their names: those of the library, and those that a program adds.
namespace talweg::nn {

namespace detail {

/// What is called of a layer.
struct LayerTable {
  Card card;
  std::vector<FieldInfo> (*fields)();
  Module (*make)(const Spec& spec);
  bool answers_to(std::string_view name) const { return name == card.name; }
};
/// Makes a layer known by its name.
TALWEG_API void join(const LayerTable& table);

/// Reads the options of a spec; `set` takes the place of a field and its text, and returns what is wrong with it.
TALWEG_API void read_options(const Spec& spec, const std::vector<FieldInfo>& fields,
                             const std::function<std::string_view(std::size_t, std::string_view)>& set);

template <Layer L> struct LayerOf {
  static constexpr bool described = requires { L::params.size(); };
  static std::vector<FieldInfo> fields() {
    std::vector<FieldInfo> out;
    if constexpr (described)
      for (const auto& p : L::params) out.push_back(p.info(L{}));
    return out;
  }
  static Module make(const Spec& spec) {
    L layer{};
    read_options(spec, fields(), [&]([[maybe_unused]] std::size_t i, [[maybe_unused]] std::string_view text) {
      if constexpr (described)
        return L::params[i].read(layer, text);
      else
        return std::string_view();
    });
    return layer;
  }
  static constexpr LayerTable table{L::card, fields, make};
};

}  // namespace detail

/// A layer from `name[,key=value]…`: layer("dense,size=32"), layer("dropout,rate=0.2"), layer("activation:tanh").
/// Throws Error naming an unknown name or key with its near names, and a value out of range.
TALWEG_API Module layer(std::string_view spec);
/// What lists say of each layer.
TALWEG_API std::vector<ItemInfo> layers_known();

/// Makes a layer of a program's own known by the name on its card to `layer`. Its options are the fields of
/// `static constexpr std::array params`, where it has that. Any thread may register and find at any time. Throws Error
/// for a name that is taken or no word.
template <Layer L> void register_layer() { detail::join(detail::LayerOf<L>::table); }

}  // namespace talweg::nn
