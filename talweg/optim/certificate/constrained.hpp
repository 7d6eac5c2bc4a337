#pragma once
#include "talweg/optim/certificate/certify.hpp"

namespace talweg::certificate {

/// The same under constraints, where the method itself has judged that the point satisfies the first-order conditions
/// with `multipliers` (m): the Hessian of the Lagrangian on the tangent space of the active constraints and bounds.
/// Inequalities and bounds that hold without a multiplier are open to one side. Where the Lagrangian curves downwards,
/// or f falls along a flat direction, the run goes on from a feasible point that is lower.
Finding certify_constrained(Evaluator& f, const Question& question, std::span<const double> multipliers);

}  // namespace talweg::certificate
