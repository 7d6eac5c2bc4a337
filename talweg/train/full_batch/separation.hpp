#pragma once
#include <cstddef>
#include <span>

#include "talweg/train/examples.hpp"

namespace talweg::train {

/// Whether the likelihood of classes has no maximum: along some direction no row comes nearer to another class, and
/// some go away from it for ever (Albert and Anderson 1984: complete or quasi-complete separation). Where it says yes,
/// such a direction was found and every row tried on it; no is also said where it would cost more than a few
/// evaluations. `parameters` (inputs·outputs, then outputs) are where a fit without penalty ended; `outputs` is 1 for
/// two classes.
bool is_separated(const Examples<double>& rows, std::span<const double> parameters, std::size_t outputs);

}  // namespace talweg::train
