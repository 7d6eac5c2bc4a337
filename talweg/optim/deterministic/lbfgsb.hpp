#pragma once
#include <array>
#include <memory>

#include "talweg/optim/method.hpp"

namespace talweg {

/// L-BFGS-B (Byrd, Lu, Nocedal & Zhu 1995) with the projected subspace step of Morales & Nocedal 2011: limited-memory
/// BFGS inside a box. Never evaluates outside the box. Without bounds it is L-BFGS.
struct Lbfgsb {
  double memory = 10;      ///< pairs kept
  double decrease = 1e-4;  ///< sufficient decrease of the line search
  double curvature = 0.8;  ///< of the slope, at which the line search stops
};

std::shared_ptr<const MethodBase> make_method(const Lbfgsb& settings);

}  // namespace talweg
