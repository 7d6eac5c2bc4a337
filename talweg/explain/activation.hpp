#pragma once
#include <string_view>

#include "talweg/explain/traced.hpp"

namespace talweg::explain {

/// y = activation(z), written in the operations of formulas: the branch that z falls in. Throws Error for an unknown
/// name with the near names, and for softmax, which needs more than one output.
Traced activate(std::string_view name, Sheet& sheet, const Traced& z);
/// dy/dz at the same place.
Traced activation_slope(std::string_view name, Sheet& sheet, const Traced& z, const Traced& y);
/// The formula of its card: "max(0, x)".
std::string_view activation_formula(std::string_view name);

}  // namespace talweg::explain
