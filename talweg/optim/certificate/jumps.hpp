#pragma once
#include "talweg/optim/certificate/hessian.hpp"

namespace talweg::certificate {

/// Whether the curvature measured at p is but a jump of the gradient: over wider steps the gradient changes by less
/// than half of what H says. Rounding may hide such a kink from f, |x| + 5. Two evaluations, counted as checks.
bool jumps_between(Evaluator& f, const Point& p, const Hessian& h);

}  // namespace talweg::certificate
