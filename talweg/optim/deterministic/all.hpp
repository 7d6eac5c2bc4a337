#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "talweg/base/export.hpp"
#include "talweg/optim/deterministic/auglag.hpp"
#include "talweg/optim/deterministic/conjugate_gradient.hpp"
#include "talweg/optim/deterministic/gradient_descent.hpp"
#include "talweg/optim/deterministic/lbfgs.hpp"
#include "talweg/optim/deterministic/lbfgsb.hpp"
#include "talweg/optim/deterministic/sqp.hpp"

namespace talweg {

/// The list: joining it is all that a method needs for the command line, the reference and the tests.
using AllDeterministic = std::tuple<GradientDescent, ConjugateGradient, Lbfgs, Lbfgsb, Sqp, AugmentedLagrangian>;

/// Every variant of every method; the slots are the numbers in a trace.
TALWEG_API const std::vector<ItemInfo>& deterministic_methods();
/// The names without variants.
TALWEG_API std::vector<std::string_view> deterministic_names();
/// Whether `spec` names one of them. `gd` is one only with a line_search; without it is sgd.
TALWEG_API bool is_deterministic(std::string_view spec);

/// Reads "lbfgs,memory=5,line_search=hager-zhang", "cg:pr+,memory=5", "gd,line_search=armijo". No value when the name
/// belongs to no deterministic method. Throws Error naming an unknown variant or key with the near names, a value out
/// of range with the range, a key given twice, and a key without effect.
TALWEG_API std::optional<Method> parse_deterministic(std::string_view spec);

}  // namespace talweg
