#pragma once
#include <span>
#include <vector>

namespace talweg::constrained {

/// B = curvature · I, (n, n).
void reset_hessian(std::span<double> b, std::size_t n, double curvature);

/// The BFGS update of B (n, n) with the pair (s, y), damped so that B stays positive definite (Powell 1978): where
/// s'y < damping · s'Bs, y is mixed with Bs. The first update rescales B to the curvature of the pair. Returns false
/// where the pair is left out: a curvature that is not positive at the scale of B would, damped again and again, drive
/// B to zero. `y` is changed; `product` (n) is room for Bs.
bool update_hessian(std::span<double> b, std::span<const double> s, std::span<double> y, double damping, bool first,
                    std::span<double> product);

}  // namespace talweg::constrained
