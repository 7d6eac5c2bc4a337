#pragma once
#include <cstddef>

#include "talweg/optim/evaluator.hpp"

namespace talweg::certificate {

/// Whether the values of f contradict its gradient in variable j around p: by slope (a term is missing) or by curvature
/// (a sign is flipped), alike at two or three distances, so that neither kinks nor coarse values of f are taken for it.
/// Six evaluations at most, counted as checks; false where the bounds leave no room. `length` is the natural length of
/// the variable.
bool contradicts(Evaluator& f, const Point& p, std::size_t j, double length);

}  // namespace talweg::certificate
