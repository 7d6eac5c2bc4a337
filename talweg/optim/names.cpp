#include "talweg/optim/names.hpp"

#include <algorithm>
#include <array>

#include "talweg/base/spec.hpp"

namespace talweg {

std::span<const MethodAlias> method_aliases() {
  static constexpr std::array aliases{MethodAlias{"L-BFGS-BF", "auglag"},
                                      MethodAlias{"augmented Lagrangian", "auglag"},
                                      MethodAlias{"sequential quadratic programming", "sqp"},
                                      MethodAlias{"L-BFGS-MF", "lbfgs"},
                                      MethodAlias{"limited-memory BFGS", "lbfgs"},
                                      MethodAlias{"CG-FR", "cg:fr"},
                                      MethodAlias{"Fletcher-Reeves", "cg:fr"},
                                      MethodAlias{"CG-PR", "cg:pr+"},
                                      MethodAlias{"CG-PR+", "cg:pr+"},
                                      MethodAlias{"Polak-Ribiere", "cg:pr+"},
                                      MethodAlias{"CG-HS", "cg:hs"},
                                      MethodAlias{"Hestenes-Stiefel", "cg:hs"},
                                      MethodAlias{"CG-HZ", "cg:hz"},
                                      MethodAlias{"CG-DY", "cg:dy"},
                                      MethodAlias{"Dai-Yuan", "cg:dy"},
                                      MethodAlias{"conjugate gradient", "cg"},
                                      MethodAlias{"conjugate gradients", "cg"},
                                      MethodAlias{"nonlinear conjugate gradients", "cg"},
                                      MethodAlias{"gradient descent", "gd"},
                                      MethodAlias{"batch gradient descent", "gd"},
                                      MethodAlias{"full-batch gradient descent", "gd"},
                                      MethodAlias{"steepest descent", "gd"},
                                      MethodAlias{"stochastic gradient descent", "sgd"},
                                      MethodAlias{"mini-batch gradient descent", "sgd", "in batches of some rows"},
                                      MethodAlias{"mini-batch", "sgd", "in batches of some rows"},
                                      MethodAlias{"heavy ball", "momentum"},
                                      MethodAlias{"gradient descent with momentum", "momentum"},
                                      MethodAlias{"SGD with momentum", "momentum"},
                                      MethodAlias{"NAG", "nesterov"},
                                      MethodAlias{"Nesterov momentum", "nesterov"},
                                      MethodAlias{"Nesterov accelerated gradient", "nesterov"},
                                      MethodAlias{"Rprop+", "rprop:rprop+"},
                                      MethodAlias{"Rprop-", "rprop:rprop-"},
                                      MethodAlias{"iRprop", "rprop:irprop-"},
                                      MethodAlias{"iRprop+", "rprop:irprop+"},
                                      MethodAlias{"iRprop-", "rprop:irprop-"},
                                      MethodAlias{"resilient backpropagation", "rprop"},
                                      MethodAlias{"rectified Adam", "radam"},
                                      MethodAlias{"FTRL-Proximal", "ftrl"},
                                      MethodAlias{"follow the regularized leader", "ftrl"},
                                      MethodAlias{"Levenberg-Marquardt", "lm"}};
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
    if (folded(a.alias) != name) continue;
    const Spec label = Spec::read(a.label);
    const bool known = std::ranges::find(names, label.name) != names.end();
    if (known && !(label.colon && spec.colon)) return with(a.label);
  }
  return std::string(text);
}

}  // namespace talweg
