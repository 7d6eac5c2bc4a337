#pragma once
#include <algorithm>
#include <cmath>

namespace talweg::data {

/// A power of two by which numbers up to `largest` become such that their squares neither overflow nor vanish: beyond
/// 1e154 and below 1e-154 they would. In between every result has the same bits as without it.
inline double safe_scale(double largest) {
  return largest > 0 && std::isfinite(largest) ? std::ldexp(1.0, -std::max(-1000, std::min(1000, std::ilogb(largest))))
                                               : 1;
}

}  // namespace talweg::data
