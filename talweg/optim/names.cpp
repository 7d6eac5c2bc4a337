#include "talweg/optim/names.hpp"

#include <algorithm>
#include <array>

#include "talweg/base/spec.hpp"

namespace talweg {

std::span<const MethodAlias> method_aliases() {
  static constexpr std::array aliases{MethodAlias{"lbfgsbf", "auglag"},
                                      MethodAlias{"augmentedlagrangian", "auglag"},
                                      MethodAlias{"lbfgsmf", "lbfgs"},
                                      MethodAlias{"cgfr", "cg:fr"},
                                      MethodAlias{"fletcherreeves", "cg:fr"},
                                      MethodAlias{"cgpr", "cg:pr+"},
                                      MethodAlias{"cgpr+", "cg:pr+"},
                                      MethodAlias{"polakribiere", "cg:pr+"},
                                      MethodAlias{"cghs", "cg:hs"},
                                      MethodAlias{"cghz", "cg:hz"},
                                      MethodAlias{"cgdy", "cg:dy"},
                                      MethodAlias{"conjugategradient", "cg"},
                                      MethodAlias{"conjugategradients", "cg"},
                                      MethodAlias{"steepestdescent", "gd"},
                                      MethodAlias{"gradientdescent", "gd"},
                                      MethodAlias{"batchgradientdescent", "gd"},
                                      MethodAlias{"stochasticgradientdescent", "sgd"},
                                      MethodAlias{"heavyball", "momentum"},
                                      MethodAlias{"nag", "nesterov"},
                                      MethodAlias{"nesterovmomentum", "nesterov"},
                                      MethodAlias{"rprop+", "rprop:rprop+"},
                                      MethodAlias{"rprop-", "rprop:rprop-"},
                                      MethodAlias{"irprop", "rprop:irprop-"},
                                      MethodAlias{"irprop+", "rprop:irprop+"},
                                      MethodAlias{"irprop-", "rprop:irprop-"},
                                      MethodAlias{"rectifiedadam", "radam"},
                                      MethodAlias{"ftrlproximal", "ftrl"},
                                      MethodAlias{"levenbergmarquardt", "lm"}};
  return aliases;
}

std::string usual_spec(std::string_view text, std::span<const std::string_view> names) {
  const Spec spec = Spec::read(text);
  const auto with = [&](std::string_view label) {
    return std::string(label).append(text.substr(std::min(text.size(), text.find_first_of(":,"))));
  };
  if (std::ranges::find(names, spec.name) != names.end()) return std::string(text);
  const std::string name = folded(spec.name);
  for (const std::string_view known : names)
    if (folded(known) == name) return with(known);
  for (const MethodAlias& a : method_aliases()) {
    if (a.alias != name) continue;
    const Spec label = Spec::read(a.label);
    const bool known = std::ranges::find(names, label.name) != names.end();
    if (known && !(label.colon && spec.colon)) return with(a.label);
  }
  return std::string(text);
}

}  // namespace talweg
